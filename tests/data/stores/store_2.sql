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
INSERT INTO "admin_password" VALUES(1,'$argon2id$v=19$m=65536,t=3,p=4$M0Qn/oBA8cBG0BGX5+xaJA$xJwbNuMaNVbgO/iWLTZfzUz3CJfx1hXXUpk+wgfztPU','2026-11-30T00:10:40Z');
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
INSERT INTO "admin_session" VALUES('ba47930a222d32a751a08d40e19183fc03512b9d1ced0103d87d61c82b6937c0','43UeJGfHBIrPGNepNEe-fxQZxNe1_2z7IXccmf1Cz1w','2026-11-30T00:10:42Z','2026-11-30T00:10:42Z','2026-11-30T12:10:42Z');
CREATE TABLE alembic_version (
	version_num TEXT NOT NULL, 
	CONSTRAINT pk_alembic_version PRIMARY KEY (version_num)
)
 STRICT

;
INSERT INTO "alembic_version" VALUES('0002');
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
INSERT INTO "audit" VALUES(1,'2026-11-30T00:10:39Z','command line','unblind','export','{"source": "rehearsal"}');
INSERT INTO "audit" VALUES(2,'2026-11-30T00:10:39Z','command line','places','study','{"before": null, "now": 24}');
INSERT INTO "audit" VALUES(3,'2026-11-30T00:10:39Z','command line','invite','study','{"count": 2}');
INSERT INTO "audit" VALUES(4,'2026-11-30T00:10:40Z','command line','password','admin','{}');
INSERT INTO "audit" VALUES(5,'2026-11-30T00:10:42Z','admin page','login','admin','{}');
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
INSERT INTO "comment" VALUES(1,'c59d8642-4a87-4645-849d-7453b246db22',NULL,'Good loops.');
INSERT INTO "comment" VALUES(2,'fb21293d-a0c9-4e35-9503-3e68d11e7e63',9,'a click');
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
INSERT INTO "draft" VALUES('0ba6cb439dbec5ef352173ae72275616','fcdeaac69e9c2ca7bc86a481ea57a23e','{"comments":{"4b00659e8763b529cf607da09cdb4052":"dull"},"page_ms":77,"values":{}}','2026-11-30T00:10:39Z');
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
INSERT INTO "event" VALUES('0ba6cb439dbec5ef352173ae72275616','0123456789abcdef0123456789abcdef',0,5,'fcdeaac69e9c2ca7bc86a481ea57a23e','4b00659e8763b529cf607da09cdb4052','play','{"position_s":0.5}','2026-11-30T00:10:39Z');
INSERT INTO "event" VALUES('0ba6cb439dbec5ef352173ae72275616','0123456789abcdef0123456789abcdef',1,900,'fcdeaac69e9c2ca7bc86a481ea57a23e','4b00659e8763b529cf607da09cdb4052','stop','{}','2026-11-30T00:10:39Z');
INSERT INTO "event" VALUES('0ba6cb439dbec5ef352173ae72275616','ffffffffffffffffffffffffffffffff',0,5,'fcdeaac69e9c2ca7bc86a481ea57a23e','4b00659e8763b529cf607da09cdb4052','play','{"position_s":0.5}','2026-11-30T00:10:39Z');
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
INSERT INTO "invite" VALUES(1,'2679a72eecb9d7b285adea1f14e222e40cbfaeca4b8a523df7f8c5409327094d','lab','2026-11-30T00:10:39Z',NULL,0);
INSERT INTO "invite" VALUES(2,'a0581a3dd68d8df4541c00d9cd4e39aa38a98e3600335bfa1f4f7b55468bb3c1','lab','2026-11-30T00:10:39Z',NULL,0);
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
INSERT INTO "level_clip" VALUES('958dc73e719ee5bbc93cdffa54ec4b60','2123ac9b7561b7cc8609112cb36bdac4','e76f26dc4deb50cda534f4776180fcb9');
INSERT INTO "level_clip" VALUES('1f4ed75cd90090e967173c9d4ca07411','140fd78975a5d7c174b492504f47213e','601383e78b53a2437d294983c1d3edd7');
INSERT INTO "level_clip" VALUES('0ba6cb439dbec5ef352173ae72275616','77f42bc17b06a14c5cab0a7fd6f998f9','e76f26dc4deb50cda534f4776180fcb9');
CREATE TABLE login_attempt (
	id INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	succeeded INTEGER NOT NULL, 
	CONSTRAINT pk_login_attempt PRIMARY KEY (id), 
	CONSTRAINT ck_login_attempt_succeeded CHECK (succeeded IN (0, 1))
)
 STRICT

;
INSERT INTO "login_attempt" VALUES(1,'2026-11-30T00:10:41.005930+00:00',1);
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
INSERT INTO "page_instance" VALUES('0dc5411625c2b45d3fe83b99db899d10','958dc73e719ee5bbc93cdffa54ec4b60',1,'p2',1);
INSERT INTO "page_instance" VALUES('45baa27627e8014e93750d699e0e62aa','958dc73e719ee5bbc93cdffa54ec4b60',2,'p1',1);
INSERT INTO "page_instance" VALUES('7f872e35c777fa9f19061f7393fdabbc','1f4ed75cd90090e967173c9d4ca07411',1,'p1',1);
INSERT INTO "page_instance" VALUES('62224e2a01b403b040d81f955ed8b9ed','1f4ed75cd90090e967173c9d4ca07411',2,'p2',1);
INSERT INTO "page_instance" VALUES('1b89ee738c1ed276123be9c00ac58a99','0ba6cb439dbec5ef352173ae72275616',1,'p1',1);
INSERT INTO "page_instance" VALUES('fcdeaac69e9c2ca7bc86a481ea57a23e','0ba6cb439dbec5ef352173ae72275616',2,'p2',1);
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
	CONSTRAINT pk_participant PRIMARY KEY (id), 
	CONSTRAINT ck_participant_state CHECK (state IN ('enrolled', 'consented', 'running', 'complete', 'declined', 'screened_out', 'withdrawn')), 
	CONSTRAINT ck_participant_state_version CHECK (state_version >= 0), 
	CONSTRAINT ck_participant_step CHECK (step >= 0), 
	CONSTRAINT ck_participant_is_rehearsal CHECK (is_rehearsal IN (0, 1)), 
	CONSTRAINT ck_participant_is_demo CHECK (is_demo IN (0, 1)), 
	CONSTRAINT ck_participant_outcome CHECK (outcome IN ('complete', 'declined', 'screened_out', 'technical', 'withdrawn')), 
	CONSTRAINT ck_participant_waiting CHECK (waiting >= 0), 
	CONSTRAINT uq_participant_token_sha256 UNIQUE (token_sha256), 
	CONSTRAINT uq_participant_pseudonym UNIQUE (pseudonym)
)
 STRICT

;
INSERT INTO "participant" VALUES('958dc73e719ee5bbc93cdffa54ec4b60','20b93515913baa4133b87991b970983e6b0326c58863b333c673781e63e3bc4a','eut6528u','complete',8,7,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:10:39Z','2026-11-30T00:10:39Z','2026-11-30T00:10:39Z','2026-11-30T00:10:39Z',0,'complete',NULL);
INSERT INTO "participant" VALUES('1f4ed75cd90090e967173c9d4ca07411','e9e5e09dbd8c26cfebd327bcd07fa40d3bcb58d9c368073f44de7b4327afc242','c6snh7tg','declined',1,0,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7',NULL,'2026-11-30T00:10:39Z','2026-11-30T00:10:39Z','2026-11-30T00:10:39Z',0,'declined',NULL);
INSERT INTO "participant" VALUES('0ba6cb439dbec5ef352173ae72275616','a7704b38b3e06aeb46958f1b74e4157536c484f97bb8e959ae676c53fba25c1f','ny89j8a3','running',5,5,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s": null, "browser": null, "height": null, "max_channels": null, "output_latency_s": null, "sample_rate_hz": null, "width": null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-30T00:10:39Z','2026-11-30T00:10:39Z','2026-11-30T00:10:39Z',NULL,0,NULL,NULL);
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
INSERT INTO "quarantine" VALUES(1,'0ba6cb439dbec5ef352173ae72275616','fb21293d-a0c9-4e35-9503-3e68d11e7e63','same id, other content','{"comments":[{"slot":"600ea15e9f65b8266ff060f53eac612f","text":"a click"}],"id":"fb21293d-a0c9-4e35-9503-3e68d11e7e63","page":"1b89ee738c1ed276123be9c00ac58a99","page_ms":1,"ratings":[{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"600ea15e9f65b8266ff060f53eac612f","value":10.0},{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"ba1dba12d5280ae737bfc38ac6788f7b","value":20.0}],"revision":1}','2026-11-30T00:10:39Z');
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
INSERT INTO "rating" VALUES('47bfdb6e-fb52-4f82-a6d0-b77597318254',1,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('47bfdb6e-fb52-4f82-a6d0-b77597318254',2,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('acfbd284-6638-427c-a984-96628037be72',3,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('acfbd284-6638-427c-a984-96628037be72',4,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('fb21293d-a0c9-4e35-9503-3e68d11e7e63',9,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('fb21293d-a0c9-4e35-9503-3e68d11e7e63',10,'score',20.0,1,2,3500);
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
INSERT INTO "slot" VALUES(1,'0dc5411625c2b45d3fe83b99db899d10',1,'A','149e901325d1ae55c3b96779bd068280','e8355dfd7df92d851a617fd7731b064b',61.1);
INSERT INTO "slot" VALUES(2,'0dc5411625c2b45d3fe83b99db899d10',2,'B','36310e0735bc71ee4ccf8b1aae8732b5','e76f26dc4deb50cda534f4776180fcb9',25.6);
INSERT INTO "slot" VALUES(3,'45baa27627e8014e93750d699e0e62aa',1,'A','40726bf1fadbfa9e959751bf6828348f','601383e78b53a2437d294983c1d3edd7',48.3);
INSERT INTO "slot" VALUES(4,'45baa27627e8014e93750d699e0e62aa',2,'B','4d199df4a5e746c0d7b5ec40c8a0b23f','a99ce494d2a3735f06e5f9c32b00bc0d',27.5);
INSERT INTO "slot" VALUES(5,'7f872e35c777fa9f19061f7393fdabbc',1,'A','bf328c1b5d7dd90f6b5e967cd1c16ea0','601383e78b53a2437d294983c1d3edd7',92.4);
INSERT INTO "slot" VALUES(6,'7f872e35c777fa9f19061f7393fdabbc',2,'B','bc42d154b9be79828041ab0c3c8ef4dc','a99ce494d2a3735f06e5f9c32b00bc0d',63.9);
INSERT INTO "slot" VALUES(7,'62224e2a01b403b040d81f955ed8b9ed',1,'A','fb3f70b4a904cb79a29574e1b65ce0c5','e8355dfd7df92d851a617fd7731b064b',38.5);
INSERT INTO "slot" VALUES(8,'62224e2a01b403b040d81f955ed8b9ed',2,'B','48cbe4ca4a4ae2e56d433dd8173286d8','e76f26dc4deb50cda534f4776180fcb9',85.9);
INSERT INTO "slot" VALUES(9,'1b89ee738c1ed276123be9c00ac58a99',1,'A','600ea15e9f65b8266ff060f53eac612f','601383e78b53a2437d294983c1d3edd7',99.9);
INSERT INTO "slot" VALUES(10,'1b89ee738c1ed276123be9c00ac58a99',2,'B','ba1dba12d5280ae737bfc38ac6788f7b','a99ce494d2a3735f06e5f9c32b00bc0d',43.0);
INSERT INTO "slot" VALUES(11,'fcdeaac69e9c2ca7bc86a481ea57a23e',1,'A','4b00659e8763b529cf607da09cdb4052','e8355dfd7df92d851a617fd7731b064b',62.9);
INSERT INTO "slot" VALUES(12,'fcdeaac69e9c2ca7bc86a481ea57a23e',2,'B','56a4635f7db8bd14b69ab8e6d067adba','e76f26dc4deb50cda534f4776180fcb9',49.8);
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
INSERT INTO "stimulus" VALUES('a99ce494d2a3735f06e5f9c32b00bc0d','p1','905fed47e73476c2c470f0058e898ec7.flac',44100,0);
INSERT INTO "stimulus" VALUES('601383e78b53a2437d294983c1d3edd7','p1','6205b6b0cde663a61d12616aab6c00c4.flac',44100,0);
INSERT INTO "stimulus" VALUES('e8355dfd7df92d851a617fd7731b064b','p2','8458abb466f539a93dc18ae2eca3a9ef.flac',44100,0);
INSERT INTO "stimulus" VALUES('e76f26dc4deb50cda534f4776180fcb9','p2','029d715cc38dcd8a95c3d97709e4e817.flac',44100,0);
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
INSERT INTO "stimulus_key" VALUES('a99ce494d2a3735f06e5f9c32b00bc0d','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('601383e78b53a2437d294983c1d3edd7','anchor','overhead_anchor',NULL,'anchor');
INSERT INTO "stimulus_key" VALUES('e8355dfd7df92d851a617fd7731b064b','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('e76f26dc4deb50cda534f4776180fcb9','anchor','overhead_anchor',NULL,'anchor');
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
INSERT INTO "study" VALUES(1,'Drum mixes','{"schema": "evalkit-study/1", "title": "Drum mixes", "seed": 7, "rate_hz": 44100, "data": {"manifest": "data/manifest.jsonl", "items": {"split": "test", "kinds": [], "per_group": null, "group": []}}, "excerpt": {"seconds": 1.0, "choose": "loudest", "fade_ms": 10.0}, "conditions": [{"id": "random_forest_wet", "label": "Random Forest Wet", "system": "random_forest", "task": "wet", "role": "test", "options": {}}, {"id": "anchor", "label": "Anchor", "system": "overhead_anchor", "task": null, "role": "anchor", "options": {}}], "loudness": {"target_lufs": -28.0, "tolerance_lu": 0.05, "ceiling_dbtp": -1.0, "on_exceed": "stop"}, "page": {"method": "ape", "question": "How much do you like each mix?", "options": {}, "gates": {"play_all": true, "move_all": true}, "open_reference": null, "repeats": 0}, "flow": ["consent", "questions:about", "level", "instructions", "pages", "comments"], "texts": {"consent": "You will hear **drum loops**. It takes about ten minutes.\n", "consent_version": "1", "instructions": "Move every bar.", "debrief": "Thank you."}, "questions": [{"block": "about", "id": "age", "kind": "number", "label": "Your age", "required": false, "options": [], "show_if": null}, {"block": "about", "id": "gender", "kind": "choice", "label": "Your gender", "required": false, "options": ["Female", "Male", "Other", "No answer"], "show_if": null}, {"block": "about", "id": "skill", "kind": "choice", "label": "Critical listening", "required": true, "options": ["None", "Some", "Much"], "show_if": null}], "checks": {"headphones": "off"}, "recruitment": {"platform": "none", "parameters": {}, "completion_url": null, "codes": {}}, "privacy": {"contact": "", "retention_days": null}, "assignment": {"design": "random", "items_per_assessor": "all", "target_assessors": null}, "analysis": {"alpha": 0.05, "correction": "holm", "families": [{"name": "all pairs", "contrasts": "all"}], "margin": null, "reference": null, "screening": []}}','c4e10f3b210bc33e2010106dc07a900667f1b93dced93042147c6e69db2c8807','90db163e67e56a131e70e3b99f984948577dee1543a563b6e38b6903844f47f6','7',44100,1,'open','2026-11-30T00:10:38Z',24,1);
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
INSERT INTO "submission" VALUES(1,'a0a208c7-751e-4281-9abe-124dba2452f2','958dc73e719ee5bbc93cdffa54ec4b60','questions:about',NULL,1,'c7801c462f7ebf0a40b3362d44ea14531b00bc19e7e8527956176a7d01d55dfb',NULL,'2026-11-30T00:10:39Z');
INSERT INTO "submission" VALUES(2,'47bfdb6e-fb52-4f82-a6d0-b77597318254','958dc73e719ee5bbc93cdffa54ec4b60','page:0dc5411625c2b45d3fe83b99db899d10','0dc5411625c2b45d3fe83b99db899d10',1,'92879c9251bc84be19fbf54c5362f2297ebab76964325f5f040b1d8b1d88e36f',60000,'2026-11-30T00:10:39Z');
INSERT INTO "submission" VALUES(3,'acfbd284-6638-427c-a984-96628037be72','958dc73e719ee5bbc93cdffa54ec4b60','page:45baa27627e8014e93750d699e0e62aa','45baa27627e8014e93750d699e0e62aa',1,'9077cf7945374e5677997e3e166297b29f6f5d732cb402e11ebefcb9e8a2b57b',60000,'2026-11-30T00:10:39Z');
INSERT INTO "submission" VALUES(4,'c59d8642-4a87-4645-849d-7453b246db22','958dc73e719ee5bbc93cdffa54ec4b60','comments',NULL,1,'ecd7311748c31cd05fd468deee3c623ece3201adf144fd6ab142ad8ecf887871',NULL,'2026-11-30T00:10:39Z');
INSERT INTO "submission" VALUES(5,'72203708-5783-475a-917b-43775cb24e63','0ba6cb439dbec5ef352173ae72275616','questions:about',NULL,1,'266428c97f52549cddfe0e50ca7e9babb07e9fcacdeb14cb5318c196d16ff06b',NULL,'2026-11-30T00:10:39Z');
INSERT INTO "submission" VALUES(6,'fb21293d-a0c9-4e35-9503-3e68d11e7e63','0ba6cb439dbec5ef352173ae72275616','page:1b89ee738c1ed276123be9c00ac58a99','1b89ee738c1ed276123be9c00ac58a99',1,'61642216319fcd542f156278dc02f51530d14f5a98e56529f9f88ca171b8d669',60000,'2026-11-30T00:10:39Z');
CREATE TABLE survey_answer (
	submission_id TEXT NOT NULL, 
	question TEXT NOT NULL, 
	value_json TEXT NOT NULL, 
	CONSTRAINT pk_survey_answer PRIMARY KEY (submission_id, question), 
	CONSTRAINT fk_survey_answer_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "survey_answer" VALUES('a0a208c7-751e-4281-9abe-124dba2452f2','skill','"Some"');
INSERT INTO "survey_answer" VALUES('72203708-5783-475a-917b-43775cb24e63','skill','"Some"');
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
CREATE INDEX ix_draft_page_instance_id ON draft (page_instance_id);
CREATE INDEX ix_draft_participant_id ON draft (participant_id);
CREATE INDEX ix_event_page_instance_id ON event (page_instance_id);
CREATE INDEX ix_event_participant_id ON event (participant_id);
CREATE INDEX ix_rating_submission_id ON rating (submission_id);
CREATE INDEX ix_rating_slot_id ON rating (slot_id);
CREATE INDEX ix_survey_answer_submission_id ON survey_answer (submission_id);
CREATE INDEX ix_comment_slot_id ON comment (slot_id);
CREATE INDEX ix_comment_submission_id ON comment (submission_id);
COMMIT;
