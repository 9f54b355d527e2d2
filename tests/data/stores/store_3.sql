BEGIN TRANSACTION;
CREATE TABLE admin_password (
	id INTEGER NOT NULL, 
	hash TEXT NOT NULL, 
	set_at TEXT NOT NULL, 
	CONSTRAINT pk_admin_password PRIMARY KEY (id), 
	CONSTRAINT ck_admin_password_one_password CHECK (id = 1)
)
 STRICT

;
INSERT INTO "admin_password" VALUES(1,'$argon2id$v=19$m=65536,t=3,p=4$kFUvdgFbX4SxBlUHVY+F4g$HtBNDBj5T1ZlXwNIFHepoiA0XrDD7+TOvgdO066U6rs','2026-11-30T00:12:10Z');
CREATE TABLE admin_session (
	id_sha256 TEXT NOT NULL, 
	csrf_secret TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	last_seen_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	CONSTRAINT pk_admin_session PRIMARY KEY (id_sha256)
)
 STRICT

;
INSERT INTO "admin_session" VALUES('1be4e63993077a7a44ed5542f90725bbef34db5267c9ed81d82c7d8106882081','nKL7H8WEbLVJCkDK83pdPwiN9LzuwW8Xf7weYyOLYns','2026-11-30T00:12:11Z','2026-11-30T00:12:11Z','2026-11-30T12:12:11Z');
CREATE TABLE alembic_version (
	version_num TEXT NOT NULL, 
	CONSTRAINT pk_alembic_version PRIMARY KEY (version_num)
)
 STRICT

;
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	object TEXT NOT NULL, 
	detail_json TEXT NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "audit" VALUES(1,'2026-11-30T00:12:08Z','command line','unblind','export','{"source": "rehearsal"}');
INSERT INTO "audit" VALUES(2,'2026-11-30T00:12:08Z','command line','places','study','{"before": null, "now": 24}');
INSERT INTO "audit" VALUES(3,'2026-11-30T00:12:08Z','command line','invite','study','{"count": 2}');
INSERT INTO "audit" VALUES(4,'2026-11-30T00:12:10Z','command line','password','admin','{}');
INSERT INTO "audit" VALUES(5,'2026-11-30T00:12:11Z','admin page','login','admin','{}');
CREATE TABLE comment (
	id INTEGER NOT NULL, 
	submission_id TEXT NOT NULL, 
	slot_id INTEGER, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_comment PRIMARY KEY (id), 
	CONSTRAINT ck_comment_text CHECK (length(text) BETWEEN 1 AND 2000), 
	CONSTRAINT fk_comment_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE, 
	CONSTRAINT fk_comment_slot_id FOREIGN KEY(slot_id) REFERENCES slot (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "comment" VALUES(1,'eed622d3-2461-4c8a-b670-f8bf2a373927',NULL,'Good loops.');
INSERT INTO "comment" VALUES(2,'166f39c6-4dba-42be-8553-612eb1415374',9,'a click');
CREATE TABLE draft (
	participant_id TEXT NOT NULL, 
	page_instance_id TEXT NOT NULL, 
	body_json TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_draft PRIMARY KEY (participant_id, page_instance_id), 
	CONSTRAINT fk_draft_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE, 
	CONSTRAINT fk_draft_page_instance_id FOREIGN KEY(page_instance_id) REFERENCES page_instance (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "draft" VALUES('ed22a2ec3f89f2b5df23baa14286bc25','a69c144fd1bdc0a21ce0f08f925ea507','{"comments":{"d37fd094b1dca04bc1fab06c0f174612":"dull"},"moments":[],"n_switches":0,"page_ms":77,"reference_plays":0,"values":{}}','2026-11-30T00:12:08Z');
CREATE TABLE event (
	participant_id TEXT NOT NULL, 
	client_session TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	t_ms INTEGER NOT NULL, 
	page_instance_id TEXT, 
	public_id TEXT, 
	kind TEXT NOT NULL, 
	data_json TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (participant_id, client_session, seq), 
	CONSTRAINT ck_event_seq CHECK (seq >= 0), 
	CONSTRAINT ck_event_t_ms CHECK (t_ms >= 0), 
	CONSTRAINT fk_event_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE, 
	CONSTRAINT fk_event_page_instance_id FOREIGN KEY(page_instance_id) REFERENCES page_instance (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "event" VALUES('ed22a2ec3f89f2b5df23baa14286bc25','0123456789abcdef0123456789abcdef',0,5,'a69c144fd1bdc0a21ce0f08f925ea507','d37fd094b1dca04bc1fab06c0f174612','play','{"position_s":0.5}','2026-11-30T00:12:08Z');
INSERT INTO "event" VALUES('ed22a2ec3f89f2b5df23baa14286bc25','0123456789abcdef0123456789abcdef',1,900,'a69c144fd1bdc0a21ce0f08f925ea507','d37fd094b1dca04bc1fab06c0f174612','stop','{}','2026-11-30T00:12:08Z');
INSERT INTO "event" VALUES('ed22a2ec3f89f2b5df23baa14286bc25','ffffffffffffffffffffffffffffffff',0,5,'a69c144fd1bdc0a21ce0f08f925ea507','d37fd094b1dca04bc1fab06c0f174612','play','{"position_s":0.5}','2026-11-30T00:12:08Z');
CREATE TABLE invite (
	id INTEGER NOT NULL, 
	token_sha256 TEXT NOT NULL, 
	label TEXT, 
	created_at TEXT NOT NULL, 
	participant_id TEXT, 
	is_demo INTEGER NOT NULL, 
	CONSTRAINT pk_invite PRIMARY KEY (id), 
	CONSTRAINT ck_invite_is_demo CHECK (is_demo IN (0, 1)), 
	CONSTRAINT uq_invite_token_sha256 UNIQUE (token_sha256), 
	CONSTRAINT uq_invite_participant_id UNIQUE (participant_id), 
	CONSTRAINT fk_invite_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "invite" VALUES(1,'b89477865eb8e6179145ecc6b75191de96f97d0c518e9756b79cec508a2b20b4','lab','2026-11-30T00:12:08Z',NULL,0);
INSERT INTO "invite" VALUES(2,'3bcd0916a58efe66abb4056d8ad81cbeec616ae56aad11e7d5f6099bb96e278b','lab','2026-11-30T00:12:08Z',NULL,0);
CREATE TABLE level_clip (
	participant_id TEXT NOT NULL, 
	public_id TEXT NOT NULL, 
	stimulus_id TEXT NOT NULL, 
	CONSTRAINT pk_level_clip PRIMARY KEY (participant_id), 
	CONSTRAINT fk_level_clip_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE, 
	CONSTRAINT uq_level_clip_public_id UNIQUE (public_id), 
	CONSTRAINT fk_level_clip_stimulus_id FOREIGN KEY(stimulus_id) REFERENCES stimulus (id)
)
 STRICT

;
INSERT INTO "level_clip" VALUES('82261343dfedcc049bfea56cee05c669','eaa2a2adf8393d901ca7e26304d2bf9c','ebe9cd40089e5b9b228343d64eba126b');
INSERT INTO "level_clip" VALUES('64efd492d4da0b24c4a70cacd715367b','76b16caf2909511ce4b6e3c3b87671a7','7f8bec1312c7d7764360a140616638fd');
INSERT INTO "level_clip" VALUES('ed22a2ec3f89f2b5df23baa14286bc25','a20298704cf5aa2abc35e90db50a5a14','233bfcdf265f9c71665f316ebc153387');
CREATE TABLE login_attempt (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	succeeded INTEGER NOT NULL, 
	CONSTRAINT pk_login_attempt PRIMARY KEY (id), 
	CONSTRAINT ck_login_attempt_succeeded CHECK (succeeded IN (0, 1))
)
 STRICT

;
INSERT INTO "login_attempt" VALUES(1,'2026-11-30T00:12:10.483913+00:00',1);
CREATE TABLE open_reference (
	page_instance_id TEXT NOT NULL, 
	public_id TEXT NOT NULL, 
	stimulus_id TEXT NOT NULL, 
	CONSTRAINT pk_open_reference PRIMARY KEY (page_instance_id), 
	CONSTRAINT fk_open_reference_page_instance_id FOREIGN KEY(page_instance_id) REFERENCES page_instance (id) ON DELETE CASCADE, 
	CONSTRAINT uq_open_reference_public_id UNIQUE (public_id), 
	CONSTRAINT fk_open_reference_stimulus_id FOREIGN KEY(stimulus_id) REFERENCES stimulus (id)
)
 STRICT

;
INSERT INTO "open_reference" VALUES('c889bd8b74e10d364f610952ab84314a','94113acf2d88b28ea2baa38c46ad8fee','233bfcdf265f9c71665f316ebc153387');
INSERT INTO "open_reference" VALUES('f4fe8df162649fc8fddd538a76cc400f','41d04d31fcbdcb33f89f4c2cb298c7a0','e429ba57736e92a88ede9e33e19ef059');
INSERT INTO "open_reference" VALUES('79ab92b915db7ea0d1e4cfedd391a493','262ade40ccffedc98bf2ab4cc1643bd4','233bfcdf265f9c71665f316ebc153387');
INSERT INTO "open_reference" VALUES('1560c245d136394b9e758640ed6456ff','13d8434f5ac92076ee454dc2b6a453df','e429ba57736e92a88ede9e33e19ef059');
INSERT INTO "open_reference" VALUES('53223b9c00e020e833b1cb72481f1b75','7549c3811dbad915f1cd0147ec77f8b3','233bfcdf265f9c71665f316ebc153387');
INSERT INTO "open_reference" VALUES('a69c144fd1bdc0a21ce0f08f925ea507','d8cb01f0e354bd3ea68f9758d9658088','e429ba57736e92a88ede9e33e19ef059');
CREATE TABLE page (
	id TEXT NOT NULL, 
	item TEXT NOT NULL, 
	method TEXT NOT NULL, 
	CONSTRAINT pk_page PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "page" VALUES('p1','sim/drummer_0/phrase','ape');
INSERT INTO "page" VALUES('p2','sim/drummer_1/phrase','ape');
CREATE TABLE page_instance (
	id TEXT NOT NULL, 
	participant_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	page TEXT NOT NULL, 
	replicate INTEGER NOT NULL, 
	CONSTRAINT pk_page_instance PRIMARY KEY (id), 
	CONSTRAINT ck_page_instance_position CHECK (position >= 1), 
	CONSTRAINT ck_page_instance_replicate CHECK (replicate >= 1), 
	CONSTRAINT uq_page_instance_participant_id_position UNIQUE (participant_id, position), 
	CONSTRAINT uq_page_instance_participant_id_page_replicate UNIQUE (participant_id, page, replicate), 
	CONSTRAINT fk_page_instance_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE, 
	CONSTRAINT fk_page_instance_page FOREIGN KEY(page) REFERENCES page (id)
)
 STRICT

;
INSERT INTO "page_instance" VALUES('c889bd8b74e10d364f610952ab84314a','82261343dfedcc049bfea56cee05c669',1,'p1',1);
INSERT INTO "page_instance" VALUES('f4fe8df162649fc8fddd538a76cc400f','82261343dfedcc049bfea56cee05c669',2,'p2',1);
INSERT INTO "page_instance" VALUES('79ab92b915db7ea0d1e4cfedd391a493','64efd492d4da0b24c4a70cacd715367b',1,'p1',1);
INSERT INTO "page_instance" VALUES('1560c245d136394b9e758640ed6456ff','64efd492d4da0b24c4a70cacd715367b',2,'p2',1);
INSERT INTO "page_instance" VALUES('53223b9c00e020e833b1cb72481f1b75','ed22a2ec3f89f2b5df23baa14286bc25',1,'p1',1);
INSERT INTO "page_instance" VALUES('a69c144fd1bdc0a21ce0f08f925ea507','ed22a2ec3f89f2b5df23baa14286bc25',2,'p2',1);
CREATE TABLE participant (
	id TEXT NOT NULL, 
	token_sha256 TEXT NOT NULL, 
	pseudonym TEXT NOT NULL, 
	state TEXT NOT NULL, 
	state_version INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	seed TEXT NOT NULL, 
	assignment_version INTEGER NOT NULL, 
	is_rehearsal INTEGER NOT NULL, 
	locale TEXT NOT NULL, 
	client_session TEXT NOT NULL, 
	capabilities_json TEXT NOT NULL, 
	consent_version TEXT, 
	consent_sha256 TEXT, 
	consented_at TEXT, 
	created_at TEXT NOT NULL, 
	last_seen_at TEXT NOT NULL, 
	finished_at TEXT, 
	is_demo INTEGER DEFAULT 0 NOT NULL, 
	outcome TEXT, 
	waiting INTEGER, 
	cell INTEGER, 
	CONSTRAINT pk_participant PRIMARY KEY (id), 
	CONSTRAINT ck_participant_state CHECK (state IN ('enrolled', 'consented', 'running', 'complete', 'declined', 'screened_out', 'withdrawn')), 
	CONSTRAINT ck_participant_state_version CHECK (state_version >= 0), 
	CONSTRAINT ck_participant_step CHECK (step >= 0), 
	CONSTRAINT ck_participant_is_rehearsal CHECK (is_rehearsal IN (0, 1)), 
	CONSTRAINT ck_participant_is_demo CHECK (is_demo IN (0, 1)), 
	CONSTRAINT ck_participant_outcome CHECK (outcome IN ('complete', 'declined', 'screened_out', 'technical', 'withdrawn')), 
	CONSTRAINT ck_participant_waiting CHECK (waiting >= 0), 
	CONSTRAINT ck_participant_cell CHECK (cell >= 0), 
	CONSTRAINT uq_participant_token_sha256 UNIQUE (token_sha256), 
	CONSTRAINT uq_participant_pseudonym UNIQUE (pseudonym)
)
 STRICT

;
INSERT INTO "participant" VALUES('82261343dfedcc049bfea56cee05c669','5f715d7cc1ff58f2ce570686d5302d8cb70922ad075ebfbed7a943fe72a950cb','k6y3ge9k','complete',8,7,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:12:08Z','2026-11-30T00:12:08Z','2026-11-30T00:12:08Z','2026-11-30T00:12:08Z',0,'complete',NULL,0);
INSERT INTO "participant" VALUES('64efd492d4da0b24c4a70cacd715367b','fed7ef3be437fc113b138bae411540ed5777f077f9d88423e25ab4838da91d44','pzew5wwk','declined',1,0,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7',NULL,'2026-11-30T00:12:08Z','2026-11-30T00:12:08Z','2026-11-30T00:12:08Z',0,'declined',NULL,1);
INSERT INTO "participant" VALUES('ed22a2ec3f89f2b5df23baa14286bc25','000fe3e88812a1787ca50b955491d6f909012cf62cf46bac3fe5826b07551f90','dv3m2d6y','running',5,5,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:12:08Z','2026-11-30T00:12:08Z','2026-11-30T00:12:08Z',NULL,0,NULL,NULL,1);
CREATE TABLE participant_external (
	participant_id TEXT NOT NULL, 
	platform TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	external_study TEXT, 
	external_session TEXT, 
	CONSTRAINT pk_participant_external PRIMARY KEY (participant_id), 
	CONSTRAINT uq_participant_external_platform_external_id UNIQUE (platform, external_id), 
	CONSTRAINT fk_participant_external_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE
)
 STRICT

;
CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	participant_id TEXT NOT NULL, 
	submission_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	body_json TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	CONSTRAINT pk_quarantine PRIMARY KEY (id), 
	CONSTRAINT fk_quarantine_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "quarantine" VALUES(1,'ed22a2ec3f89f2b5df23baa14286bc25','166f39c6-4dba-42be-8553-612eb1415374','same id, other content','{"comments":[{"at_ms":null,"slot":"85e1a2881d66a78cd53f45262561b4ec","text":"a click"}],"id":"166f39c6-4dba-42be-8553-612eb1415374","n_switches":0,"page":"53223b9c00e020e833b1cb72481f1b75","page_ms":1,"ratings":[{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"85e1a2881d66a78cd53f45262561b4ec","value":10.0},{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"c631f4b6d8b88a79cf4d0ced0c0acec2","value":20.0}],"reference_plays":0,"revision":1}','2026-11-30T00:12:08Z');
CREATE TABLE rating (
	submission_id TEXT NOT NULL, 
	slot_id INTEGER NOT NULL, 
	scale TEXT NOT NULL, 
	value REAL, 
	n_moves INTEGER NOT NULL, 
	n_plays INTEGER NOT NULL, 
	listened_ms INTEGER NOT NULL, 
	CONSTRAINT pk_rating PRIMARY KEY (submission_id, slot_id, scale), 
	CONSTRAINT ck_rating_value CHECK (value BETWEEN 0 AND 100), 
	CONSTRAINT ck_rating_n_moves CHECK (n_moves >= 0), 
	CONSTRAINT ck_rating_n_plays CHECK (n_plays >= 0), 
	CONSTRAINT ck_rating_listened_ms CHECK (listened_ms >= 0), 
	CONSTRAINT fk_rating_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE, 
	CONSTRAINT fk_rating_slot_id FOREIGN KEY(slot_id) REFERENCES slot (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "rating" VALUES('e097ee59-a8a3-4bd7-88a6-60d469f057f0',1,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('e097ee59-a8a3-4bd7-88a6-60d469f057f0',2,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('1b100200-78ca-4e95-9127-20f5f5f34b42',3,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('1b100200-78ca-4e95-9127-20f5f5f34b42',4,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('166f39c6-4dba-42be-8553-612eb1415374',9,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('166f39c6-4dba-42be-8553-612eb1415374',10,'score',20.0,1,2,3500);
CREATE TABLE slot (
	id INTEGER NOT NULL, 
	page_instance_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	public_id TEXT NOT NULL, 
	stimulus_id TEXT NOT NULL, 
	initial REAL, 
	CONSTRAINT pk_slot PRIMARY KEY (id), 
	CONSTRAINT ck_slot_position CHECK (position >= 1), 
	CONSTRAINT ck_slot_initial CHECK (initial BETWEEN 0 AND 100), 
	CONSTRAINT uq_slot_page_instance_id_position UNIQUE (page_instance_id, position), 
	CONSTRAINT uq_slot_page_instance_id_stimulus_id UNIQUE (page_instance_id, stimulus_id), 
	CONSTRAINT fk_slot_page_instance_id FOREIGN KEY(page_instance_id) REFERENCES page_instance (id) ON DELETE CASCADE, 
	CONSTRAINT uq_slot_public_id UNIQUE (public_id), 
	CONSTRAINT fk_slot_stimulus_id FOREIGN KEY(stimulus_id) REFERENCES stimulus (id)
)
 STRICT

;
INSERT INTO "slot" VALUES(1,'c889bd8b74e10d364f610952ab84314a',1,'A','69d664c058a51c5a35a7db27e6d55825','ebe9cd40089e5b9b228343d64eba126b',7.0);
INSERT INTO "slot" VALUES(2,'c889bd8b74e10d364f610952ab84314a',2,'B','219996ddf93ba032e4bb11249148f0ff','233bfcdf265f9c71665f316ebc153387',21.5);
INSERT INTO "slot" VALUES(3,'f4fe8df162649fc8fddd538a76cc400f',1,'A','fe0f571f42169c283d7b15c8b36d3d2e','e429ba57736e92a88ede9e33e19ef059',59.1);
INSERT INTO "slot" VALUES(4,'f4fe8df162649fc8fddd538a76cc400f',2,'B','493659a08502f18cd91df5e24d45ad81','7f8bec1312c7d7764360a140616638fd',64.9);
INSERT INTO "slot" VALUES(5,'79ab92b915db7ea0d1e4cfedd391a493',1,'A','1711e564389d1ca0c23243cf4ba39bd6','ebe9cd40089e5b9b228343d64eba126b',11.8);
INSERT INTO "slot" VALUES(6,'79ab92b915db7ea0d1e4cfedd391a493',2,'B','77c93440e0dcd983f4c502c1f0181925','233bfcdf265f9c71665f316ebc153387',73.6);
INSERT INTO "slot" VALUES(7,'1560c245d136394b9e758640ed6456ff',1,'A','0f0c32cf60fda2baf2800d8619fc8560','e429ba57736e92a88ede9e33e19ef059',85.6);
INSERT INTO "slot" VALUES(8,'1560c245d136394b9e758640ed6456ff',2,'B','9f9c373061e2c1edbf888a272aea1cc6','7f8bec1312c7d7764360a140616638fd',78.3);
INSERT INTO "slot" VALUES(9,'53223b9c00e020e833b1cb72481f1b75',1,'A','85e1a2881d66a78cd53f45262561b4ec','233bfcdf265f9c71665f316ebc153387',44.9);
INSERT INTO "slot" VALUES(10,'53223b9c00e020e833b1cb72481f1b75',2,'B','c631f4b6d8b88a79cf4d0ced0c0acec2','ebe9cd40089e5b9b228343d64eba126b',79.0);
INSERT INTO "slot" VALUES(11,'a69c144fd1bdc0a21ce0f08f925ea507',1,'A','d37fd094b1dca04bc1fab06c0f174612','e429ba57736e92a88ede9e33e19ef059',64.6);
INSERT INTO "slot" VALUES(12,'a69c144fd1bdc0a21ce0f08f925ea507',2,'B','e0b5b1da6b60418e7e401db4da654757','7f8bec1312c7d7764360a140616638fd',31.6);
CREATE TABLE stimulus (
	id TEXT NOT NULL, 
	page TEXT NOT NULL, 
	file TEXT NOT NULL, 
	samples INTEGER NOT NULL, 
	is_open_reference INTEGER NOT NULL, 
	CONSTRAINT pk_stimulus PRIMARY KEY (id), 
	CONSTRAINT ck_stimulus_samples CHECK (samples >= 0), 
	CONSTRAINT ck_stimulus_is_open_reference CHECK (is_open_reference IN (0, 1)), 
	CONSTRAINT fk_stimulus_page FOREIGN KEY(page) REFERENCES page (id), 
	CONSTRAINT uq_stimulus_file UNIQUE (file)
)
 STRICT

;
INSERT INTO "stimulus" VALUES('ebe9cd40089e5b9b228343d64eba126b','p1','b8fd324ba4459f822e454f643f9ffaa7.flac',44100,0);
INSERT INTO "stimulus" VALUES('233bfcdf265f9c71665f316ebc153387','p1','e33d5ebb8ac4bfbccce1a6ac3233c9ee.flac',44100,1);
INSERT INTO "stimulus" VALUES('7f8bec1312c7d7764360a140616638fd','p2','fb258f4208e616d93a4cb56bb3b45ada.flac',44100,0);
INSERT INTO "stimulus" VALUES('e429ba57736e92a88ede9e33e19ef059','p2','eb7f64f5ba9d54199dfd4eac1bf273dd.flac',44100,1);
CREATE TABLE stimulus_key (
	stimulus_id TEXT NOT NULL, 
	condition TEXT NOT NULL, 
	system TEXT NOT NULL, 
	task TEXT, 
	role TEXT NOT NULL, 
	CONSTRAINT pk_stimulus_key PRIMARY KEY (stimulus_id), 
	CONSTRAINT ck_stimulus_key_role CHECK (role IN ('test', 'reference', 'anchor')), 
	CONSTRAINT fk_stimulus_key_stimulus_id FOREIGN KEY(stimulus_id) REFERENCES stimulus (id)
)
 STRICT

;
INSERT INTO "stimulus_key" VALUES('ebe9cd40089e5b9b228343d64eba126b','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('233bfcdf265f9c71665f316ebc153387','anchor','overhead_anchor',NULL,'anchor');
INSERT INTO "stimulus_key" VALUES('7f8bec1312c7d7764360a140616638fd','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('e429ba57736e92a88ede9e33e19ef059','anchor','overhead_anchor',NULL,'anchor');
CREATE TABLE study (
	id INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	spec_json TEXT NOT NULL, 
	study_sha256 TEXT NOT NULL, 
	build_sha256 TEXT NOT NULL, 
	seed TEXT NOT NULL, 
	rate_hz INTEGER NOT NULL, 
	simulated INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	places INTEGER, 
	by_invitation INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_study PRIMARY KEY (id), 
	CONSTRAINT ck_study_one_study CHECK (id = 1), 
	CONSTRAINT ck_study_simulated CHECK (simulated IN (0, 1)), 
	CONSTRAINT ck_study_status CHECK (status IN ('draft', 'open', 'paused', 'closed')), 
	CONSTRAINT ck_study_places CHECK (places >= 0), 
	CONSTRAINT ck_study_by_invitation CHECK (by_invitation IN (0, 1))
)
 STRICT

;
INSERT INTO "study" VALUES(1,'Drum mixes','{"schema": "evalkit-study/1", "title": "Drum mixes", "locale": "en", "seed": 7, "rate_hz": 44100, "data": {"manifest": "data/manifest.jsonl", "items": {"split": "test", "kinds": [], "per_group": null, "group": []}}, "excerpt": {"seconds": 1.0, "choose": "loudest", "fade_ms": 10.0}, "conditions": [{"id": "random_forest_wet", "label": "Random Forest Wet", "system": "random_forest", "task": "wet", "role": "test", "options": {}}, {"id": "anchor", "label": "Anchor", "system": "overhead_anchor", "task": null, "role": "reference", "options": {}}], "loudness": {"target_lufs": -28.0, "tolerance_lu": 0.05, "ceiling_dbtp": -1.0, "on_exceed": "stop"}, "page": {"method": "ape", "question": "How much do you like each mix?", "options": {}, "gates": {"play_all": true, "move_all": true}, "open_reference": "anchor", "repeats": 0}, "flow": ["consent", "questions:about", "level", "instructions", "pages", "comments"], "texts": {"consent": "You will hear **drum loops**. It takes about ten minutes.\n", "consent_version": "1", "agree": [], "instructions": "Move every bar.", "debrief": "Thank you."}, "questions": [{"block": "about", "id": "age", "kind": "number", "label": "Your age", "required": false, "options": [], "show_if": null, "screen_out": []}, {"block": "about", "id": "gender", "kind": "choice", "label": "Your gender", "required": false, "options": ["Female", "Male", "Other", "No answer"], "show_if": null, "screen_out": []}, {"block": "about", "id": "skill", "kind": "choice", "label": "Critical listening", "required": true, "options": ["None", "Some", "Much"], "show_if": null, "screen_out": []}], "breaks": {"every_pages": null, "minimum_s": 30}, "checks": {"headphones": "off"}, "recruitment": {"platform": "none", "parameters": {}, "completion_url": null, "codes": {}}, "privacy": {"contact": "", "retention_days": null}, "assignment": {"design": "random", "items_per_assessor": "all", "target_assessors": null}, "analysis": {"alpha": 0.05, "correction": "holm", "families": [{"name": "all pairs", "contrasts": "all"}], "margin": null, "reference": null, "screening": []}}','2a1fe6e64f23fc4fe1036a76e5b802361ec490f545ea3b672a25c5fca7a53513','348be52764aed7e14fd6c664942bebb65ee5312f27bcaad35519c0a7b5f75c38','7',44100,1,'open','2026-11-30T00:12:07Z',24,1);
CREATE TABLE submission (
	server_seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	participant_id TEXT NOT NULL, 
	step TEXT NOT NULL, 
	page_instance_id TEXT, 
	revision INTEGER NOT NULL, 
	payload_sha256 TEXT NOT NULL, 
	page_ms INTEGER, 
	received_at TEXT NOT NULL, 
	CONSTRAINT pk_submission PRIMARY KEY (server_seq), 
	CONSTRAINT ck_submission_revision CHECK (revision >= 1), 
	CONSTRAINT ck_submission_page_ms CHECK (page_ms >= 0), 
	CONSTRAINT uq_submission_participant_id_step_revision UNIQUE (participant_id, step, revision), 
	CONSTRAINT uq_submission_participant_id_page_instance_id_revision UNIQUE (participant_id, page_instance_id, revision), 
	CONSTRAINT uq_submission_id UNIQUE (id), 
	CONSTRAINT fk_submission_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE, 
	CONSTRAINT fk_submission_page_instance_id FOREIGN KEY(page_instance_id) REFERENCES page_instance (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "submission" VALUES(1,'73345fc7-ac7e-4f48-94dc-0c8021285ba1','82261343dfedcc049bfea56cee05c669','questions:about',NULL,1,'c57508ed05f465f7f9dfa70e5c14b995e4ff20bb4ae1e1488adb25914a343a98',NULL,'2026-11-30T00:12:08Z');
INSERT INTO "submission" VALUES(2,'e097ee59-a8a3-4bd7-88a6-60d469f057f0','82261343dfedcc049bfea56cee05c669','page:c889bd8b74e10d364f610952ab84314a','c889bd8b74e10d364f610952ab84314a',1,'92c96e88f2a18a707b064d98bc3ddfd9e998da39c9570dc994400546fd04e1bc',60000,'2026-11-30T00:12:08Z');
INSERT INTO "submission" VALUES(3,'1b100200-78ca-4e95-9127-20f5f5f34b42','82261343dfedcc049bfea56cee05c669','page:f4fe8df162649fc8fddd538a76cc400f','f4fe8df162649fc8fddd538a76cc400f',1,'6a0c54a7cf0752cd92835a4da20ff504977841bbe2b84711eb2e525468b59fe0',60000,'2026-11-30T00:12:08Z');
INSERT INTO "submission" VALUES(4,'eed622d3-2461-4c8a-b670-f8bf2a373927','82261343dfedcc049bfea56cee05c669','comments',NULL,1,'4a8ac5fb8c325c801d8d80b0fc3989c37725d8b8da14893ef547f12941d18efe',NULL,'2026-11-30T00:12:08Z');
INSERT INTO "submission" VALUES(5,'e67b4f28-e38e-49f4-8e8c-8c45bcc9cb80','ed22a2ec3f89f2b5df23baa14286bc25','questions:about',NULL,1,'3395ff169a398bb70a66fd9ba2b417474c847526c7370a91f09b129a0711b802',NULL,'2026-11-30T00:12:08Z');
INSERT INTO "submission" VALUES(6,'166f39c6-4dba-42be-8553-612eb1415374','ed22a2ec3f89f2b5df23baa14286bc25','page:53223b9c00e020e833b1cb72481f1b75','53223b9c00e020e833b1cb72481f1b75',1,'772e065ad73dd76b3c0526f5b9f767cc5cb3540311251bd6d11b19ae45fc59f0',60000,'2026-11-30T00:12:08Z');
CREATE TABLE survey_answer (
	submission_id TEXT NOT NULL, 
	question TEXT NOT NULL, 
	value_json TEXT NOT NULL, 
	CONSTRAINT pk_survey_answer PRIMARY KEY (submission_id, question), 
	CONSTRAINT fk_survey_answer_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "survey_answer" VALUES('73345fc7-ac7e-4f48-94dc-0c8021285ba1','skill','"Some"');
INSERT INTO "survey_answer" VALUES('e67b4f28-e38e-49f4-8e8c-8c45bcc9cb80','skill','"Some"');
CREATE TABLE tombstone (
	pseudonym_sha256 TEXT NOT NULL, 
	erased_at TEXT NOT NULL, 
	CONSTRAINT pk_tombstone PRIMARY KEY (pseudonym_sha256)
)
 STRICT

;
CREATE INDEX ix_login_attempt_at ON login_attempt (at);
CREATE INDEX ix_stimulus_page ON stimulus (page);
CREATE INDEX ix_page_instance_participant_id ON page_instance (participant_id);
CREATE INDEX ix_quarantine_participant_id ON quarantine (participant_id);
CREATE INDEX ix_slot_page_instance_id ON slot (page_instance_id);
CREATE INDEX ix_submission_participant_id ON submission (participant_id);
CREATE INDEX ix_submission_page_instance_id ON submission (page_instance_id);
CREATE INDEX ix_draft_participant_id ON draft (participant_id);
CREATE INDEX ix_draft_page_instance_id ON draft (page_instance_id);
CREATE INDEX ix_event_participant_id ON event (participant_id);
CREATE INDEX ix_event_page_instance_id ON event (page_instance_id);
CREATE INDEX ix_rating_slot_id ON rating (slot_id);
CREATE INDEX ix_rating_submission_id ON rating (submission_id);
CREATE INDEX ix_survey_answer_submission_id ON survey_answer (submission_id);
CREATE INDEX ix_comment_slot_id ON comment (slot_id);
CREATE INDEX ix_comment_submission_id ON comment (submission_id);
COMMIT;
