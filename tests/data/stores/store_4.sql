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
INSERT INTO "admin_password" VALUES(1,'$argon2id$v=19$m=65536,t=3,p=4$Y6jsgR4+AVOQjmLXP6jkOQ$ob6Y3dzSF6l0oathd23re8sbfHDs1tqDC4ulsUCQ9ZE','2026-11-30T00:12:32Z');
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
INSERT INTO "admin_session" VALUES('1eb351b0680c65f60ee3b887480af20722a3f82adc9d8ae0d7222d1f08a45e4b','7TRnvvVkOZIgETn111eeYCK7r_I5zsY2M2QDipCL8-Y','2026-11-30T00:12:33Z','2026-11-30T00:12:33Z','2026-11-30T12:12:33Z');
CREATE TABLE alembic_version (
	version_num TEXT NOT NULL, 
	CONSTRAINT pk_alembic_version PRIMARY KEY (version_num)
)
 STRICT

;
INSERT INTO "alembic_version" VALUES('0004');
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
INSERT INTO "audit" VALUES(1,'2026-11-30T00:12:30Z','command line','unblind','export','{"source": "rehearsal"}');
INSERT INTO "audit" VALUES(2,'2026-11-30T00:12:30Z','command line','places','study','{"before": null, "now": 24}');
INSERT INTO "audit" VALUES(3,'2026-11-30T00:12:30Z','command line','invite','study','{"count": 2}');
INSERT INTO "audit" VALUES(4,'2026-11-30T00:12:32Z','command line','password','admin','{}');
INSERT INTO "audit" VALUES(5,'2026-11-30T00:12:33Z','admin page','login','admin','{}');
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
INSERT INTO "comment" VALUES(1,'679db773-51fd-4790-a277-2f4aa9536435',NULL,'Good loops.',NULL);
INSERT INTO "comment" VALUES(2,'f1666c6e-643b-48cb-9893-73acee7ecc99',9,'a click',400);
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
INSERT INTO "draft" VALUES('1b0384b27795f78682a3b0481fe5a92e','6545d5ed8a37b30e966f58186f08bac2','{"comments":{"982f660fe05d6d7708d90192326ee355":"dull"},"moments":[],"n_switches":0,"page_ms":77,"reference_plays":0,"values":{}}','2026-11-30T00:12:30Z');
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
INSERT INTO "event" VALUES('1b0384b27795f78682a3b0481fe5a92e','0123456789abcdef0123456789abcdef',0,5,'6545d5ed8a37b30e966f58186f08bac2','982f660fe05d6d7708d90192326ee355','play','{"position_s":0.5}','2026-11-30T00:12:30Z');
INSERT INTO "event" VALUES('1b0384b27795f78682a3b0481fe5a92e','0123456789abcdef0123456789abcdef',1,900,'6545d5ed8a37b30e966f58186f08bac2','982f660fe05d6d7708d90192326ee355','stop','{}','2026-11-30T00:12:30Z');
INSERT INTO "event" VALUES('1b0384b27795f78682a3b0481fe5a92e','ffffffffffffffffffffffffffffffff',0,5,'6545d5ed8a37b30e966f58186f08bac2','982f660fe05d6d7708d90192326ee355','play','{"position_s":0.5}','2026-11-30T00:12:30Z');
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
INSERT INTO "invite" VALUES(1,'5f869c548784c55c55053786006a2188101041d36614877f880df4768c0b9ed7','lab','2026-11-30T00:12:30Z',NULL,0);
INSERT INTO "invite" VALUES(2,'59aa7d0d4052af22d16757366a470a132f0a102d1fa7fc096d20e606ae9df1e4','lab','2026-11-30T00:12:30Z',NULL,0);
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
INSERT INTO "level_clip" VALUES('8113ee924c5094ec587c42d86e824324','f8be1b80258791048bce76794d0019bf','2bc1b5330b31894bbc9c7bf8dc75bdfe');
INSERT INTO "level_clip" VALUES('bcc7b0133b67326c6120086446418be8','f8fadac86f2065e8314d02ef59bdcccb','fa00ee4bc01952400c66fc6b7493e832');
INSERT INTO "level_clip" VALUES('1b0384b27795f78682a3b0481fe5a92e','c540cf7b72aee3fb637dfbe65c5f4a3e','fa00ee4bc01952400c66fc6b7493e832');
CREATE TABLE login_attempt (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	succeeded INTEGER NOT NULL, 
	CONSTRAINT pk_login_attempt PRIMARY KEY (id), 
	CONSTRAINT ck_login_attempt_succeeded CHECK (succeeded IN (0, 1))
)
 STRICT

;
INSERT INTO "login_attempt" VALUES(1,'2026-11-30T00:12:32.252647+00:00',1);
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
INSERT INTO "open_reference" VALUES('104aaed284548771a309d2c92c4843f8','7100ceb5540fa5b37030d6eb64de28f8','2bc1b5330b31894bbc9c7bf8dc75bdfe');
INSERT INTO "open_reference" VALUES('effea48c0bc883c89aa59ddf92523586','3a59f3a69dc84daf74a93fe9bf920e6f','0667b98161942bacd8e39e18e8061127');
INSERT INTO "open_reference" VALUES('4702e20ee11818d680a0d51a265c257f','96a371e643ccb6a15719d826c1c5dc29','2bc1b5330b31894bbc9c7bf8dc75bdfe');
INSERT INTO "open_reference" VALUES('1db2538157056b5515914be82f094b92','9806a9f52c85614a23bf6c088dfc35fb','0667b98161942bacd8e39e18e8061127');
INSERT INTO "open_reference" VALUES('431bea8863014cc926974ddd0c68e9d3','2896c6cf84b3b2e0107adf67f900f1ad','0667b98161942bacd8e39e18e8061127');
INSERT INTO "open_reference" VALUES('6545d5ed8a37b30e966f58186f08bac2','3420ef4650813357b991acccbb18531c','2bc1b5330b31894bbc9c7bf8dc75bdfe');
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
INSERT INTO "page_instance" VALUES('104aaed284548771a309d2c92c4843f8','8113ee924c5094ec587c42d86e824324',1,'p1',1);
INSERT INTO "page_instance" VALUES('effea48c0bc883c89aa59ddf92523586','8113ee924c5094ec587c42d86e824324',2,'p2',1);
INSERT INTO "page_instance" VALUES('4702e20ee11818d680a0d51a265c257f','bcc7b0133b67326c6120086446418be8',1,'p1',1);
INSERT INTO "page_instance" VALUES('1db2538157056b5515914be82f094b92','bcc7b0133b67326c6120086446418be8',2,'p2',1);
INSERT INTO "page_instance" VALUES('431bea8863014cc926974ddd0c68e9d3','1b0384b27795f78682a3b0481fe5a92e',1,'p2',1);
INSERT INTO "page_instance" VALUES('6545d5ed8a37b30e966f58186f08bac2','1b0384b27795f78682a3b0481fe5a92e',2,'p1',1);
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
INSERT INTO "participant" VALUES('8113ee924c5094ec587c42d86e824324','ef2dd68489e188213379f565e56e167c3275f99016b96a3872cf2be860e6d040','xdbpfxkd','complete',8,7,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:12:30Z','2026-11-30T00:12:29Z','2026-11-30T00:12:30Z','2026-11-30T00:12:30Z',0,'complete',NULL,0);
INSERT INTO "participant" VALUES('bcc7b0133b67326c6120086446418be8','8312eb5df01332b9057ca8edf7c91fad449500c1df34784fcdb7a06cda0b08d2','eb2u4wvj','declined',1,0,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7',NULL,'2026-11-30T00:12:30Z','2026-11-30T00:12:30Z','2026-11-30T00:12:30Z',0,'declined',NULL,1);
INSERT INTO "participant" VALUES('1b0384b27795f78682a3b0481fe5a92e','5b5ea56b42d13534388551b487a510ef6f2afc1a76be13689d677dc5e38328fa','bu38jtpw','running',5,5,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:12:30Z','2026-11-30T00:12:30Z','2026-11-30T00:12:30Z',NULL,0,NULL,NULL,1);
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
INSERT INTO "quarantine" VALUES(1,'1b0384b27795f78682a3b0481fe5a92e','f1666c6e-643b-48cb-9893-73acee7ecc99','same id, other content','{"comments":[{"at_ms":400,"slot":"34742383a02d19c357d766252ff37152","text":"a click"}],"id":"f1666c6e-643b-48cb-9893-73acee7ecc99","n_switches":0,"page":"431bea8863014cc926974ddd0c68e9d3","page_ms":1,"ratings":[{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"34742383a02d19c357d766252ff37152","value":10.0},{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"c7336db4d3a7b1edc34eab1103b2066a","value":20.0}],"reference_plays":0,"revision":1}','2026-11-30T00:12:30Z');
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
INSERT INTO "rating" VALUES('741ec804-57cc-4588-9296-629d3b99d8b7',1,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('741ec804-57cc-4588-9296-629d3b99d8b7',2,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('14333296-6915-42e8-a5fb-ff86009c5a38',3,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('14333296-6915-42e8-a5fb-ff86009c5a38',4,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('f1666c6e-643b-48cb-9893-73acee7ecc99',9,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('f1666c6e-643b-48cb-9893-73acee7ecc99',10,'score',20.0,1,2,3500);
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
INSERT INTO "slot" VALUES(1,'104aaed284548771a309d2c92c4843f8',1,'A','f803883e42bce9d2d48afd319758868e','2bc1b5330b31894bbc9c7bf8dc75bdfe',NULL);
INSERT INTO "slot" VALUES(2,'104aaed284548771a309d2c92c4843f8',2,'B','2db7dadbad9b4b4cafd56e8d0533f249','afedd4f50cd363b560d4803c163ffead',NULL);
INSERT INTO "slot" VALUES(3,'effea48c0bc883c89aa59ddf92523586',1,'A','2bcdc0e095c53b31df96cc6dea81f26f','fa00ee4bc01952400c66fc6b7493e832',NULL);
INSERT INTO "slot" VALUES(4,'effea48c0bc883c89aa59ddf92523586',2,'B','d77169e7828b1be2675f6a93ac5c1394','0667b98161942bacd8e39e18e8061127',NULL);
INSERT INTO "slot" VALUES(5,'4702e20ee11818d680a0d51a265c257f',1,'A','f7ff7b56f89fd151a0a4354c1a0767a8','afedd4f50cd363b560d4803c163ffead',NULL);
INSERT INTO "slot" VALUES(6,'4702e20ee11818d680a0d51a265c257f',2,'B','b962697bd5e741f9f185fe591fbb0e28','2bc1b5330b31894bbc9c7bf8dc75bdfe',NULL);
INSERT INTO "slot" VALUES(7,'1db2538157056b5515914be82f094b92',1,'A','0f9613fddc4c9556b0578cd2488f691e','fa00ee4bc01952400c66fc6b7493e832',NULL);
INSERT INTO "slot" VALUES(8,'1db2538157056b5515914be82f094b92',2,'B','8c2e21bdd2a8827c630b9216ffcd1c6e','0667b98161942bacd8e39e18e8061127',NULL);
INSERT INTO "slot" VALUES(9,'431bea8863014cc926974ddd0c68e9d3',1,'A','34742383a02d19c357d766252ff37152','0667b98161942bacd8e39e18e8061127',NULL);
INSERT INTO "slot" VALUES(10,'431bea8863014cc926974ddd0c68e9d3',2,'B','c7336db4d3a7b1edc34eab1103b2066a','fa00ee4bc01952400c66fc6b7493e832',NULL);
INSERT INTO "slot" VALUES(11,'6545d5ed8a37b30e966f58186f08bac2',1,'A','982f660fe05d6d7708d90192326ee355','afedd4f50cd363b560d4803c163ffead',NULL);
INSERT INTO "slot" VALUES(12,'6545d5ed8a37b30e966f58186f08bac2',2,'B','0d51de2c1bfdd82c384c195594d535f4','2bc1b5330b31894bbc9c7bf8dc75bdfe',NULL);
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
INSERT INTO "stimulus" VALUES('afedd4f50cd363b560d4803c163ffead','p1','c791ddc3677c7b202ba4ea011ce7d09b.flac',44100,0);
INSERT INTO "stimulus" VALUES('2bc1b5330b31894bbc9c7bf8dc75bdfe','p1','7d6c38e6e9ed28f8181d12dbe297193d.flac',44100,1);
INSERT INTO "stimulus" VALUES('fa00ee4bc01952400c66fc6b7493e832','p2','f5c38399657bb3cf1c4caad965abe102.flac',44100,0);
INSERT INTO "stimulus" VALUES('0667b98161942bacd8e39e18e8061127','p2','4b870142f3916ca254797da5dd3f6b84.flac',44100,1);
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
INSERT INTO "stimulus_key" VALUES('afedd4f50cd363b560d4803c163ffead','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('2bc1b5330b31894bbc9c7bf8dc75bdfe','anchor','overhead_anchor',NULL,'anchor');
INSERT INTO "stimulus_key" VALUES('fa00ee4bc01952400c66fc6b7493e832','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('0667b98161942bacd8e39e18e8061127','anchor','overhead_anchor',NULL,'anchor');
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
INSERT INTO "study" VALUES(1,'Drum mixes','{"schema": "evalkit-study/1", "title": "Drum mixes", "locale": "en", "seed": 7, "rate_hz": 44100, "data": {"manifest": "data/manifest.jsonl", "items": {"split": "test", "kinds": [], "per_group": null, "group": []}}, "excerpt": {"seconds": 1.0, "choose": "loudest", "fade_ms": 10.0}, "conditions": [{"id": "random_forest_wet", "label": "Random Forest Wet", "system": "random_forest", "task": "wet", "role": "test", "options": {}}, {"id": "anchor", "label": "Anchor", "system": "overhead_anchor", "task": null, "role": "reference", "options": {}}], "loudness": {"target_lufs": -28.0, "tolerance_lu": 0.05, "ceiling_dbtp": -1.0, "on_exceed": "stop"}, "page": {"method": "mushra", "question": "How much do you like each mix?", "options": {}, "gates": {"play_all": true, "move_all": true}, "open_reference": "anchor", "repeats": 0}, "flow": ["consent", "questions:about", "level", "instructions", "pages", "comments"], "texts": {"consent": "You will hear **drum loops**. It takes about ten minutes.\n", "consent_version": "1", "agree": [], "instructions": "Move every bar.", "debrief": "Thank you."}, "questions": [{"block": "about", "id": "age", "kind": "number", "label": "Your age", "required": false, "options": [], "show_if": null, "screen_out": []}, {"block": "about", "id": "gender", "kind": "choice", "label": "Your gender", "required": false, "options": ["Female", "Male", "Other", "No answer"], "show_if": null, "screen_out": []}, {"block": "about", "id": "skill", "kind": "choice", "label": "Critical listening", "required": true, "options": ["None", "Some", "Much"], "show_if": null, "screen_out": []}], "breaks": {"every_pages": null, "minimum_s": 30}, "checks": {"headphones": "off"}, "recruitment": {"platform": "none", "parameters": {}, "completion_url": null, "codes": {}}, "privacy": {"contact": "", "retention_days": null}, "assignment": {"design": "random", "items_per_assessor": "all", "target_assessors": null}, "analysis": {"alpha": 0.05, "correction": "holm", "families": [{"name": "all pairs", "contrasts": "all"}], "margin": null, "reference": null, "screening": []}}','064663d02b1e2dbe605901ee14a0eb69bc8c5145ccf703514a43de267a11a849','348be52764aed7e14fd6c664942bebb65ee5312f27bcaad35519c0a7b5f75c38','7',44100,1,'open','2026-11-30T00:12:29Z',24,1);
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
INSERT INTO "submission" VALUES(1,'211341d9-39e5-44a6-a80b-30b77af1031f','8113ee924c5094ec587c42d86e824324','questions:about',NULL,1,'a568083ca2b428483a8132c6f3d3126fe3579667c83d9e171c47b22237738532',NULL,'2026-11-30T00:12:30Z');
INSERT INTO "submission" VALUES(2,'741ec804-57cc-4588-9296-629d3b99d8b7','8113ee924c5094ec587c42d86e824324','page:104aaed284548771a309d2c92c4843f8','104aaed284548771a309d2c92c4843f8',1,'5f87f07646e774d3aa135484d442aa3c47fa10110816d22109fe64c9e0bd18bb',60000,'2026-11-30T00:12:30Z');
INSERT INTO "submission" VALUES(3,'14333296-6915-42e8-a5fb-ff86009c5a38','8113ee924c5094ec587c42d86e824324','page:effea48c0bc883c89aa59ddf92523586','effea48c0bc883c89aa59ddf92523586',1,'4c4224e68b24a451b7d6da08f14e71c090b5cd91cdcb1452b55221c54995e728',60000,'2026-11-30T00:12:30Z');
INSERT INTO "submission" VALUES(4,'679db773-51fd-4790-a277-2f4aa9536435','8113ee924c5094ec587c42d86e824324','comments',NULL,1,'2ab80e968ad4c48b25b2bfcc45af039396346da5d085a34a7a91b1d171169caf',NULL,'2026-11-30T00:12:30Z');
INSERT INTO "submission" VALUES(5,'4ad4134c-8e1f-4ec3-84d9-535949d811be','1b0384b27795f78682a3b0481fe5a92e','questions:about',NULL,1,'0299895438786d4b25ee272e144f0c6daa2fa0f4185e68e46e9f76964958aebb',NULL,'2026-11-30T00:12:30Z');
INSERT INTO "submission" VALUES(6,'f1666c6e-643b-48cb-9893-73acee7ecc99','1b0384b27795f78682a3b0481fe5a92e','page:431bea8863014cc926974ddd0c68e9d3','431bea8863014cc926974ddd0c68e9d3',1,'03c309cfe562f3a48b0f2887462ef698811c4e4da1f428ff945e8a5e6622ba75',60000,'2026-11-30T00:12:30Z');
CREATE TABLE survey_answer (
	submission_id TEXT NOT NULL, 
	question TEXT NOT NULL, 
	value_json TEXT NOT NULL, 
	CONSTRAINT pk_survey_answer PRIMARY KEY (submission_id, question), 
	CONSTRAINT fk_survey_answer_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "survey_answer" VALUES('211341d9-39e5-44a6-a80b-30b77af1031f','skill','"Some"');
INSERT INTO "survey_answer" VALUES('4ad4134c-8e1f-4ec3-84d9-535949d811be','skill','"Some"');
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
CREATE INDEX ix_submission_page_instance_id ON submission (page_instance_id);
CREATE INDEX ix_submission_participant_id ON submission (participant_id);
CREATE INDEX ix_draft_participant_id ON draft (participant_id);
CREATE INDEX ix_draft_page_instance_id ON draft (page_instance_id);
CREATE INDEX ix_event_page_instance_id ON event (page_instance_id);
CREATE INDEX ix_event_participant_id ON event (participant_id);
CREATE INDEX ix_rating_slot_id ON rating (slot_id);
CREATE INDEX ix_rating_submission_id ON rating (submission_id);
CREATE INDEX ix_survey_answer_submission_id ON survey_answer (submission_id);
CREATE INDEX ix_comment_submission_id ON comment (submission_id);
CREATE INDEX ix_comment_slot_id ON comment (slot_id);
COMMIT;
