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
INSERT INTO "admin_password" VALUES(1,'$argon2id$v=19$m=65536,t=3,p=4$mfwhpPKzy/UtT3zk/ha36A$b2RPeL/WoCqW+TeHqWWjzU6GWkQJaYJR56xX59opaDM','2026-11-30T00:34:15Z');
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
INSERT INTO "admin_session" VALUES('5f9d90a4de0a3d82436d6c4970cd8ee584efcbff94641035f2cf944215b7059d','fIhOcH2w2JI1olQvKZjNzibmcmilfpy-G9LIth61q38','2026-11-30T00:34:16Z','2026-11-30T00:34:16Z','2026-11-30T12:34:16Z');
CREATE TABLE alembic_version (
	version_num TEXT NOT NULL, 
	CONSTRAINT pk_alembic_version PRIMARY KEY (version_num)
)
 STRICT

;
INSERT INTO "alembic_version" VALUES('0005');
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
INSERT INTO "audit" VALUES(1,'2026-11-30T00:34:14Z','command line','unblind','export','{"source": "rehearsal"}');
INSERT INTO "audit" VALUES(2,'2026-11-30T00:34:14Z','command line','places','study','{"before": null, "now": 24}');
INSERT INTO "audit" VALUES(3,'2026-11-30T00:34:14Z','command line','invite','study','{"count": 2}');
INSERT INTO "audit" VALUES(4,'2026-11-30T00:34:15Z','command line','password','admin','{}');
INSERT INTO "audit" VALUES(5,'2026-11-30T00:34:16Z','admin page','login','admin','{}');
CREATE TABLE comment (
	id INTEGER NOT NULL, 
	submission_id TEXT NOT NULL, 
	slot_id INTEGER, 
	text TEXT NOT NULL, 
	at_ms INTEGER, 
	CONSTRAINT pk_comment PRIMARY KEY (id), 
	CONSTRAINT ck_comment_at_ms CHECK (at_ms >= 0), 
	CONSTRAINT ck_comment_text CHECK (length(text) BETWEEN 1 AND 2000), 
	CONSTRAINT fk_comment_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE, 
	CONSTRAINT fk_comment_slot_id FOREIGN KEY(slot_id) REFERENCES slot (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "comment" VALUES(1,'7402aaa7-1bae-4fcc-8cae-4b892c277761',NULL,'Good loops.',NULL);
INSERT INTO "comment" VALUES(2,'648cc97b-0a2f-4957-ac94-48709b65915e',9,'a click',400);
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
INSERT INTO "draft" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','26d4b2a91c688fb042c285c4d54cbecd','{"comments":{"f9de57388d8413eab408ffb913eec6cf":"dull"},"moments":[],"n_switches":0,"page_ms":77,"reference_plays":0,"values":{}}','2026-11-30T00:34:14Z');
CREATE TABLE enrolment (
	key_sha256 TEXT NOT NULL, 
	participant_id TEXT NOT NULL, 
	CONSTRAINT pk_enrolment PRIMARY KEY (key_sha256), 
	CONSTRAINT uq_enrolment_participant_id UNIQUE (participant_id), 
	CONSTRAINT fk_enrolment_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "enrolment" VALUES('b039f5a7ab07610c13d259c7d79c650e2591eed4b665b7cc3fba25b8793a5d1a','cd566d79fb22d3e43b696f977f668583');
INSERT INTO "enrolment" VALUES('5a92aa5d1432fa60920e60e65788e7fa27dae597fbdb442ac0f07609ca9f1dad','6d506c4c8cc44a0434ff8ea7e939f94b');
INSERT INTO "enrolment" VALUES('d3483119a3bb40d7b612f2415cb93c814c1a127f11397ed1d6f499e962fec55b','e2dbe2709b043b29d7b6f0d333eb4c81');
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
INSERT INTO "event" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','0123456789abcdef0123456789abcdef',1,900,'26d4b2a91c688fb042c285c4d54cbecd','f9de57388d8413eab408ffb913eec6cf','stop','{}','2026-11-30T00:34:14Z');
INSERT INTO "event" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','0123456789abcdef0123456789abcdef',0,5,'26d4b2a91c688fb042c285c4d54cbecd','f9de57388d8413eab408ffb913eec6cf','play','{"position_s":0.5}','2026-11-30T00:34:14Z');
INSERT INTO "event" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','ffffffffffffffffffffffffffffffff',0,5,'26d4b2a91c688fb042c285c4d54cbecd','f9de57388d8413eab408ffb913eec6cf','play','{"position_s":0.5}','2026-11-30T00:34:14Z');
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
INSERT INTO "invite" VALUES(1,'6c8df590514b20c63d355dd015c4658544471f0237a1f46a26f20e96f4eb3c30','lab','2026-11-30T00:34:14Z',NULL,0);
INSERT INTO "invite" VALUES(2,'e57efe762101c0407c03c8671771ecd10ff7166094de18a92a92c79c2f1cca4f','lab','2026-11-30T00:34:14Z',NULL,0);
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
INSERT INTO "level_clip" VALUES('cd566d79fb22d3e43b696f977f668583','10c62856ffc14de579adda41b849aeb1','a5aa9b7aa667dcfe87d1090a1cde35b6');
INSERT INTO "level_clip" VALUES('6d506c4c8cc44a0434ff8ea7e939f94b','40c352ab6018b9d6a544bdfc75f974d4','44e37523b97058899d5156cdde8e9e62');
INSERT INTO "level_clip" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','a597e774c955b04fc392314d045a609e','44e37523b97058899d5156cdde8e9e62');
CREATE TABLE login_attempt (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	succeeded INTEGER NOT NULL, 
	CONSTRAINT pk_login_attempt PRIMARY KEY (id), 
	CONSTRAINT ck_login_attempt_succeeded CHECK (succeeded IN (0, 1))
)
 STRICT

;
INSERT INTO "login_attempt" VALUES(1,'2026-11-30T00:34:15.597146+00:00',1);
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
INSERT INTO "open_reference" VALUES('8e6310b2d149a1e68e6058796ca3826d','5172ebe40b6142ca04a4bf9f3ae693bf','44e37523b97058899d5156cdde8e9e62');
INSERT INTO "open_reference" VALUES('ac85d5571af6266af67dbf47d6d633ca','ca186128fd11ad43629bee5d143cdca8','524ade764966425625aea532d3b4889d');
INSERT INTO "open_reference" VALUES('879bb03cc7bd886610eba80d6e205d24','83ff192a1d8ba12ddf2f98f68d9d7a04','44e37523b97058899d5156cdde8e9e62');
INSERT INTO "open_reference" VALUES('3b0de84542166e2da81aa4b3c0420a0d','d097500dbacf34eda646ad4a93a5dfc4','524ade764966425625aea532d3b4889d');
INSERT INTO "open_reference" VALUES('836e4ad9924c0d5e9b3fba34c023833c','58b614214ec243ea0b1dbb05711000db','44e37523b97058899d5156cdde8e9e62');
INSERT INTO "open_reference" VALUES('26d4b2a91c688fb042c285c4d54cbecd','567e7cd8f111833c64c741bd2bde668c','524ade764966425625aea532d3b4889d');
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
INSERT INTO "page_instance" VALUES('8e6310b2d149a1e68e6058796ca3826d','cd566d79fb22d3e43b696f977f668583',1,'p2',1);
INSERT INTO "page_instance" VALUES('ac85d5571af6266af67dbf47d6d633ca','cd566d79fb22d3e43b696f977f668583',2,'p1',1);
INSERT INTO "page_instance" VALUES('879bb03cc7bd886610eba80d6e205d24','6d506c4c8cc44a0434ff8ea7e939f94b',1,'p2',1);
INSERT INTO "page_instance" VALUES('3b0de84542166e2da81aa4b3c0420a0d','6d506c4c8cc44a0434ff8ea7e939f94b',2,'p1',1);
INSERT INTO "page_instance" VALUES('836e4ad9924c0d5e9b3fba34c023833c','e2dbe2709b043b29d7b6f0d333eb4c81',1,'p2',1);
INSERT INTO "page_instance" VALUES('26d4b2a91c688fb042c285c4d54cbecd','e2dbe2709b043b29d7b6f0d333eb4c81',2,'p1',1);
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
INSERT INTO "participant" VALUES('cd566d79fb22d3e43b696f977f668583','60ca24ef8931f828312e1095edb27ddc774d5768d3f8f63d425384ecdb294236','cu8kerb5','complete',8,7,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:34:14Z','2026-11-30T00:34:14Z','2026-11-30T00:34:14Z','2026-11-30T00:34:14Z',0,'complete',NULL,0);
INSERT INTO "participant" VALUES('6d506c4c8cc44a0434ff8ea7e939f94b','c850d6b2e0fc35e3c1c25e340e30f8552efda9e558a0783c83fb7b99c2a6efb9','uwja4hsx','declined',1,0,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7',NULL,'2026-11-30T00:34:14Z','2026-11-30T00:34:14Z','2026-11-30T00:34:14Z',0,'declined',NULL,1);
INSERT INTO "participant" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','c657fd21fda067691c7c2b2bb2700013ed0645745b914dfa412372f0a9277320','fra7t78e','running',5,5,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:34:14Z','2026-11-30T00:34:14Z','2026-11-30T00:34:14Z',NULL,0,NULL,NULL,1);
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
INSERT INTO "quarantine" VALUES(1,'e2dbe2709b043b29d7b6f0d333eb4c81','648cc97b-0a2f-4957-ac94-48709b65915e','same id, other content','{"comments":[{"at_ms":400,"slot":"c051ec2b52a9c71955fec97d6fc74028","text":"a click"}],"id":"648cc97b-0a2f-4957-ac94-48709b65915e","n_switches":0,"page":"836e4ad9924c0d5e9b3fba34c023833c","page_ms":1,"ratings":[{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"c051ec2b52a9c71955fec97d6fc74028","value":10.0},{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"3af46701749b71e53abbdd973238f67a","value":20.0}],"reference_plays":0,"revision":1,"sending":null}','2026-11-30T00:34:14Z');
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
INSERT INTO "rating" VALUES('32414454-120f-4ef7-a1ea-2710da3990c0',1,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('32414454-120f-4ef7-a1ea-2710da3990c0',2,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('84648fa0-d9e0-4b3d-a20a-7fc64229c1c7',3,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('84648fa0-d9e0-4b3d-a20a-7fc64229c1c7',4,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('648cc97b-0a2f-4957-ac94-48709b65915e',9,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('648cc97b-0a2f-4957-ac94-48709b65915e',10,'score',20.0,1,2,3500);
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
INSERT INTO "slot" VALUES(1,'8e6310b2d149a1e68e6058796ca3826d',1,'A','8141ba4a81128c6fb1159b64ea24863c','a5aa9b7aa667dcfe87d1090a1cde35b6',NULL);
INSERT INTO "slot" VALUES(2,'8e6310b2d149a1e68e6058796ca3826d',2,'B','808dcf16db27802554d52f1c76901c61','44e37523b97058899d5156cdde8e9e62',NULL);
INSERT INTO "slot" VALUES(3,'ac85d5571af6266af67dbf47d6d633ca',1,'A','d5d46e06ef9f5fd8180dee09c4d738fb','206ed06f8d3497e25894bca44366de1a',NULL);
INSERT INTO "slot" VALUES(4,'ac85d5571af6266af67dbf47d6d633ca',2,'B','412663689757c279912a17dd12415849','524ade764966425625aea532d3b4889d',NULL);
INSERT INTO "slot" VALUES(5,'879bb03cc7bd886610eba80d6e205d24',1,'A','e6d00bf7228d1151fa23e9cc800cd6b6','a5aa9b7aa667dcfe87d1090a1cde35b6',NULL);
INSERT INTO "slot" VALUES(6,'879bb03cc7bd886610eba80d6e205d24',2,'B','8edbb60965479e9133e7ffa1317297c3','44e37523b97058899d5156cdde8e9e62',NULL);
INSERT INTO "slot" VALUES(7,'3b0de84542166e2da81aa4b3c0420a0d',1,'A','3e1a68d08f4790340d36b9b0318ee56d','206ed06f8d3497e25894bca44366de1a',NULL);
INSERT INTO "slot" VALUES(8,'3b0de84542166e2da81aa4b3c0420a0d',2,'B','cb34038345f64f4017d15969859e94fc','524ade764966425625aea532d3b4889d',NULL);
INSERT INTO "slot" VALUES(9,'836e4ad9924c0d5e9b3fba34c023833c',1,'A','c051ec2b52a9c71955fec97d6fc74028','a5aa9b7aa667dcfe87d1090a1cde35b6',NULL);
INSERT INTO "slot" VALUES(10,'836e4ad9924c0d5e9b3fba34c023833c',2,'B','3af46701749b71e53abbdd973238f67a','44e37523b97058899d5156cdde8e9e62',NULL);
INSERT INTO "slot" VALUES(11,'26d4b2a91c688fb042c285c4d54cbecd',1,'A','f9de57388d8413eab408ffb913eec6cf','524ade764966425625aea532d3b4889d',NULL);
INSERT INTO "slot" VALUES(12,'26d4b2a91c688fb042c285c4d54cbecd',2,'B','4c9b7bda14ea7bb2fcedf4023c67b8d3','206ed06f8d3497e25894bca44366de1a',NULL);
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
INSERT INTO "stimulus" VALUES('206ed06f8d3497e25894bca44366de1a','p1','1b40d82b0fddcb3826b015013ca349ab.flac',44100,0);
INSERT INTO "stimulus" VALUES('524ade764966425625aea532d3b4889d','p1','f41c87eca8588eff2191958549e39736.flac',44100,1);
INSERT INTO "stimulus" VALUES('a5aa9b7aa667dcfe87d1090a1cde35b6','p2','eb4bee035ce7b1fca8990b3087125935.flac',44100,0);
INSERT INTO "stimulus" VALUES('44e37523b97058899d5156cdde8e9e62','p2','451c9e6559e25b97e68a864ad7a6c050.flac',44100,1);
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
INSERT INTO "stimulus_key" VALUES('206ed06f8d3497e25894bca44366de1a','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('524ade764966425625aea532d3b4889d','anchor','overhead_anchor',NULL,'anchor');
INSERT INTO "stimulus_key" VALUES('a5aa9b7aa667dcfe87d1090a1cde35b6','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('44e37523b97058899d5156cdde8e9e62','anchor','overhead_anchor',NULL,'anchor');
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
INSERT INTO "study" VALUES(1,'Drum mixes','{"schema": "evalkit-study/1", "title": "Drum mixes", "locale": "en", "seed": 7, "rate_hz": 44100, "data": {"manifest": "data/manifest.jsonl", "items": {"split": "test", "kinds": [], "per_group": null, "group": []}}, "excerpt": {"seconds": 1.0, "choose": "loudest", "fade_ms": 10.0}, "conditions": [{"id": "random_forest_wet", "label": "Random Forest Wet", "system": "random_forest", "task": "wet", "role": "test", "options": {}}, {"id": "anchor", "label": "Anchor", "system": "overhead_anchor", "task": null, "role": "reference", "options": {}}], "loudness": {"target_lufs": -28.0, "tolerance_lu": 0.05, "ceiling_dbtp": -1.0, "on_exceed": "stop"}, "page": {"method": "mushra", "question": "How much do you like each mix?", "options": {}, "gates": {"play_all": true, "move_all": true}, "open_reference": "anchor", "repeats": 0}, "flow": ["consent", "questions:about", "level", "instructions", "pages", "comments"], "texts": {"consent": "You will hear **drum loops**. It takes about ten minutes.\n", "consent_version": "1", "agree": [], "instructions": "Move every bar.", "debrief": "Thank you."}, "questions": [{"block": "about", "id": "age", "kind": "number", "label": "Your age", "required": false, "options": [], "show_if": null, "screen_out": []}, {"block": "about", "id": "gender", "kind": "choice", "label": "Your gender", "required": false, "options": ["Female", "Male", "Other", "No answer"], "show_if": null, "screen_out": []}, {"block": "about", "id": "skill", "kind": "choice", "label": "Critical listening", "required": true, "options": ["None", "Some", "Much"], "show_if": null, "screen_out": []}], "breaks": {"every_pages": null, "minimum_s": 30}, "checks": {"headphones": "off"}, "recruitment": {"platform": "none", "parameters": {}, "completion_url": null, "codes": {}}, "privacy": {"contact": "", "retention_days": null}, "assignment": {"design": "random", "items_per_assessor": "all", "target_assessors": null}, "analysis": {"alpha": 0.05, "correction": "holm", "families": [{"name": "all pairs", "contrasts": "all"}], "margin": null, "reference": null, "screening": []}}','064663d02b1e2dbe605901ee14a0eb69bc8c5145ccf703514a43de267a11a849','348be52764aed7e14fd6c664942bebb65ee5312f27bcaad35519c0a7b5f75c38','7',44100,1,'open','2026-11-30T00:34:14Z',24,1);
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
	client_sent_at TEXT, 
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
INSERT INTO "submission" VALUES(1,'a039c026-92e5-4968-b0b8-63fe015807f5','cd566d79fb22d3e43b696f977f668583','questions:about',NULL,1,'f268ca6f9fbc89b0a0ce5da05eba3644256ebd06464f02f20a50e6f587e4b84e',NULL,'2026-11-30T00:34:14Z',NULL);
INSERT INTO "submission" VALUES(2,'32414454-120f-4ef7-a1ea-2710da3990c0','cd566d79fb22d3e43b696f977f668583','page:8e6310b2d149a1e68e6058796ca3826d','8e6310b2d149a1e68e6058796ca3826d',1,'3d2d155a1e188254396b27323fb65b22fb9760ca05d9bed98a888ce5c53ba0dc',60000,'2026-11-30T00:34:14Z',NULL);
INSERT INTO "submission" VALUES(3,'84648fa0-d9e0-4b3d-a20a-7fc64229c1c7','cd566d79fb22d3e43b696f977f668583','page:ac85d5571af6266af67dbf47d6d633ca','ac85d5571af6266af67dbf47d6d633ca',1,'6324af3ddfb57321dba2241105e5f8cd8c4afa181c328b78635888503e2837cb',60000,'2026-11-30T00:34:14Z',NULL);
INSERT INTO "submission" VALUES(4,'7402aaa7-1bae-4fcc-8cae-4b892c277761','cd566d79fb22d3e43b696f977f668583','comments',NULL,1,'237a13b44213fff532dd54a7eb2a9fb4a9706a3ca6bd262786e100a4df7e9b16',NULL,'2026-11-30T00:34:14Z',NULL);
INSERT INTO "submission" VALUES(5,'2856f738-553f-4839-ab00-39c80f7f7667','e2dbe2709b043b29d7b6f0d333eb4c81','questions:about',NULL,1,'060b71aa561709d03dfefa14bc53839eedb2a103c7498cc2711016d0c20cf030',NULL,'2026-11-30T00:34:14Z',NULL);
INSERT INTO "submission" VALUES(6,'648cc97b-0a2f-4957-ac94-48709b65915e','e2dbe2709b043b29d7b6f0d333eb4c81','page:836e4ad9924c0d5e9b3fba34c023833c','836e4ad9924c0d5e9b3fba34c023833c',1,'76e2e859a357efe6c4ef19a18775a8b54832a1769f9219aefd4f0278d39db01a',60000,'2026-11-30T00:34:14Z',NULL);
CREATE TABLE survey_answer (
	submission_id TEXT NOT NULL, 
	question TEXT NOT NULL, 
	value_json TEXT NOT NULL, 
	CONSTRAINT pk_survey_answer PRIMARY KEY (submission_id, question), 
	CONSTRAINT fk_survey_answer_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "survey_answer" VALUES('a039c026-92e5-4968-b0b8-63fe015807f5','skill','"Some"');
INSERT INTO "survey_answer" VALUES('2856f738-553f-4839-ab00-39c80f7f7667','skill','"Some"');
CREATE TABLE tombstone (
	pseudonym_sha256 TEXT NOT NULL, 
	erased_at TEXT NOT NULL, 
	CONSTRAINT pk_tombstone PRIMARY KEY (pseudonym_sha256)
)
 STRICT

;
CREATE TABLE visit (
	participant_id TEXT NOT NULL, 
	client_session TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	events_made INTEGER NOT NULL, 
	event_bytes INTEGER NOT NULL, 
	CONSTRAINT pk_visit PRIMARY KEY (participant_id, client_session), 
	CONSTRAINT ck_visit_number CHECK (number >= 0), 
	CONSTRAINT ck_visit_events_made CHECK (events_made >= 0), 
	CONSTRAINT ck_visit_event_bytes CHECK (event_bytes >= 0), 
	CONSTRAINT uq_visit_participant_id_number UNIQUE (participant_id, number), 
	CONSTRAINT fk_visit_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "visit" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','0123456789abcdef0123456789abcdef',0,0,220);
INSERT INTO "visit" VALUES('e2dbe2709b043b29d7b6f0d333eb4c81','ffffffffffffffffffffffffffffffff',1,0,118);
CREATE INDEX ix_login_attempt_at ON login_attempt (at);
CREATE INDEX ix_stimulus_page ON stimulus (page);
CREATE INDEX ix_page_instance_participant_id ON page_instance (participant_id);
CREATE INDEX ix_visit_participant_id ON visit (participant_id);
CREATE INDEX ix_quarantine_participant_id ON quarantine (participant_id);
CREATE INDEX ix_slot_page_instance_id ON slot (page_instance_id);
CREATE INDEX ix_submission_participant_id ON submission (participant_id);
CREATE INDEX ix_submission_page_instance_id ON submission (page_instance_id);
CREATE INDEX ix_draft_participant_id ON draft (participant_id);
CREATE INDEX ix_draft_page_instance_id ON draft (page_instance_id);
CREATE INDEX ix_event_page_instance_id ON event (page_instance_id);
CREATE INDEX ix_event_participant_id ON event (participant_id);
CREATE INDEX ix_rating_submission_id ON rating (submission_id);
CREATE INDEX ix_rating_slot_id ON rating (slot_id);
CREATE INDEX ix_survey_answer_submission_id ON survey_answer (submission_id);
CREATE INDEX ix_comment_slot_id ON comment (slot_id);
CREATE INDEX ix_comment_submission_id ON comment (submission_id);
COMMIT;
