BEGIN TRANSACTION;
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
INSERT INTO "audit" VALUES(1,'2026-11-22T08:20:12Z','command line','unblind','export','{"source":"rehearsal"}');
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
INSERT INTO "comment" VALUES(1,'62264df7-2b3e-4847-a0c3-f24b8e59e2cb',NULL,'Good loops.');
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
INSERT INTO "draft" VALUES('0e98b161da32d1764d5d8ab67b4f7696','53b8ebed7c70c1f0f4def4371b24447b','{"comments":{},"page_ms":77,"values":{"3d880682648f78f5f7c5c2c7308b5cdf":{"listened_ms":9,"moved":true,"n_moves":1,"n_plays":1,"value":12.5}}}','2026-11-22T08:20:12Z');
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
INSERT INTO "event" VALUES('0e98b161da32d1764d5d8ab67b4f7696','0123456789abcdef0123456789abcdef',0,5,'53b8ebed7c70c1f0f4def4371b24447b','3d880682648f78f5f7c5c2c7308b5cdf','play','{"position_s":0.5}','2026-11-22T08:20:12Z');
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
INSERT INTO "level_clip" VALUES('7f87d4fbdd9625f46873208a1ea499b7','b657499e25dfa7fb785d153060eac54f','96ecbd9d1ea6d97a362ea2bd458b03c6');
INSERT INTO "level_clip" VALUES('216384b3d98bd1f948617fe3beee947b','b3d56215c0187b041355f18a458209e9','6db88cb7050ade8fe6efc8bbe464c673');
INSERT INTO "level_clip" VALUES('0e98b161da32d1764d5d8ab67b4f7696','ad291393fe4aabef822fbc491b8c110d','ae85e8647f14315d5d22c61267c776c2');
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
INSERT INTO "page_instance" VALUES('a6c1cb8a5b4794f5a5d44a8b44d1d758','7f87d4fbdd9625f46873208a1ea499b7',1,'p1',1);
INSERT INTO "page_instance" VALUES('50b6bf284acea83df443b6d731b404a4','7f87d4fbdd9625f46873208a1ea499b7',2,'p2',1);
INSERT INTO "page_instance" VALUES('b7e10a88a3444fb980a5ae4808b5f3e0','216384b3d98bd1f948617fe3beee947b',1,'p2',1);
INSERT INTO "page_instance" VALUES('c6912e6a2901ceed13dee1c7d99e8245','216384b3d98bd1f948617fe3beee947b',2,'p1',1);
INSERT INTO "page_instance" VALUES('ff3722345f9dfad6b1d2f3b203c8007f','0e98b161da32d1764d5d8ab67b4f7696',1,'p1',1);
INSERT INTO "page_instance" VALUES('53b8ebed7c70c1f0f4def4371b24447b','0e98b161da32d1764d5d8ab67b4f7696',2,'p2',1);
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
	CONSTRAINT pk_participant PRIMARY KEY (id), 
	CONSTRAINT ck_participant_state CHECK (state IN ('enrolled', 'consented', 'running', 'complete', 'declined', 'screened_out', 'withdrawn')), 
	CONSTRAINT ck_participant_state_version CHECK (state_version >= 0), 
	CONSTRAINT ck_participant_step CHECK (step >= 0), 
	CONSTRAINT ck_participant_is_rehearsal CHECK (is_rehearsal IN (0, 1)), 
	CONSTRAINT uq_participant_token_sha256 UNIQUE (token_sha256), 
	CONSTRAINT uq_participant_pseudonym UNIQUE (pseudonym)
)
 STRICT

;
INSERT INTO "participant" VALUES('7f87d4fbdd9625f46873208a1ea499b7','b1da2daa12ce6758aae36528e3b6acbfa6b750b89158228a9a065f08c078639b','ff9bfwqa','complete',8,7,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s":null,"browser":null,"height":null,"max_channels":null,"output_latency_s":null,"sample_rate_hz":null,"width":null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-22T08:20:12Z','2026-11-22T08:20:12Z','2026-11-22T08:20:12Z','2026-11-22T08:20:12Z');
INSERT INTO "participant" VALUES('216384b3d98bd1f948617fe3beee947b','09ffd5309b3ebe719e3f1a6dbfe03dd30f1534e239f5028a4b1600591e2caf32','vf2w8dnb','declined',1,0,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s":null,"browser":null,"height":null,"max_channels":null,"output_latency_s":null,"sample_rate_hz":null,"width":null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7',NULL,'2026-11-22T08:20:12Z','2026-11-22T08:20:12Z','2026-11-22T08:20:12Z');
INSERT INTO "participant" VALUES('0e98b161da32d1764d5d8ab67b4f7696','b6ea265da8fe64550726eafb296366dd5e48f50de7f97beb1512770eb1b31015','gdk2jeek','running',5,5,'7',1,1,'en','0123456789abcdef0123456789abcdef','{"base_latency_s":null,"browser":null,"height":null,"max_channels":null,"output_latency_s":null,"sample_rate_hz":null,"width":null}','1','70722ceba16df6a23f7c014704726164ee73b53922358421fe4958ad658c46f7','2026-11-22T08:20:12Z','2026-11-22T08:20:12Z','2026-11-22T08:20:12Z',NULL);
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
INSERT INTO "quarantine" VALUES(1,'0e98b161da32d1764d5d8ab67b4f7696','ffb70eee-3097-40ec-9743-972fa9a041e1','same id, other content','{"comments":[],"id":"ffb70eee-3097-40ec-9743-972fa9a041e1","page":"ff3722345f9dfad6b1d2f3b203c8007f","page_ms":1,"ratings":[{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"1afda6391e5627d91fd061ed2f02a2e7","value":10.0},{"listened_ms":3500,"n_moves":1,"n_plays":2,"scale":"score","slot":"63b433ecb9c516a369ded35b2aa248d5","value":20.0}],"revision":1}','2026-11-22T08:20:12Z');
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
INSERT INTO "rating" VALUES('4bdfcd00-4c5a-48b2-a551-8b640a0850ef',1,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('4bdfcd00-4c5a-48b2-a551-8b640a0850ef',2,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('a05f7492-b41a-4490-a7bf-4448162fe561',3,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('a05f7492-b41a-4490-a7bf-4448162fe561',4,'score',20.0,1,2,3500);
INSERT INTO "rating" VALUES('ffb70eee-3097-40ec-9743-972fa9a041e1',9,'score',10.0,1,2,3500);
INSERT INTO "rating" VALUES('ffb70eee-3097-40ec-9743-972fa9a041e1',10,'score',20.0,1,2,3500);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	CONSTRAINT pk_schema_version PRIMARY KEY (version)
)
 STRICT

;
INSERT INTO "schema_version" VALUES(1);
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
INSERT INTO "slot" VALUES(1,'a6c1cb8a5b4794f5a5d44a8b44d1d758',1,'A','cd003af5084a317bae8f407e3e5b537d','6db88cb7050ade8fe6efc8bbe464c673',31.2);
INSERT INTO "slot" VALUES(2,'a6c1cb8a5b4794f5a5d44a8b44d1d758',2,'B','e30abc0db3bdc38fbd990ab8ba8bb50d','06a18b952f501b2a0550df678bba0e54',97.8);
INSERT INTO "slot" VALUES(3,'50b6bf284acea83df443b6d731b404a4',1,'A','fab33d4c0130188816a1c1d412920809','ae85e8647f14315d5d22c61267c776c2',64.5);
INSERT INTO "slot" VALUES(4,'50b6bf284acea83df443b6d731b404a4',2,'B','875f2f9a05d90a7220dbd14296686a6c','96ecbd9d1ea6d97a362ea2bd458b03c6',62.0);
INSERT INTO "slot" VALUES(5,'b7e10a88a3444fb980a5ae4808b5f3e0',1,'A','830c581a91fa99c3a90497f0df84c6ba','96ecbd9d1ea6d97a362ea2bd458b03c6',6.2);
INSERT INTO "slot" VALUES(6,'b7e10a88a3444fb980a5ae4808b5f3e0',2,'B','0e31005700662bf8ca59c499bb46dd01','ae85e8647f14315d5d22c61267c776c2',21.6);
INSERT INTO "slot" VALUES(7,'c6912e6a2901ceed13dee1c7d99e8245',1,'A','c0df3a67f8121803bbaf94781d9a8e7e','6db88cb7050ade8fe6efc8bbe464c673',7.9);
INSERT INTO "slot" VALUES(8,'c6912e6a2901ceed13dee1c7d99e8245',2,'B','e9d775a58e76db8fb403eadf6581e216','06a18b952f501b2a0550df678bba0e54',43.5);
INSERT INTO "slot" VALUES(9,'ff3722345f9dfad6b1d2f3b203c8007f',1,'A','1afda6391e5627d91fd061ed2f02a2e7','06a18b952f501b2a0550df678bba0e54',35.6);
INSERT INTO "slot" VALUES(10,'ff3722345f9dfad6b1d2f3b203c8007f',2,'B','63b433ecb9c516a369ded35b2aa248d5','6db88cb7050ade8fe6efc8bbe464c673',31.9);
INSERT INTO "slot" VALUES(11,'53b8ebed7c70c1f0f4def4371b24447b',1,'A','3d880682648f78f5f7c5c2c7308b5cdf','96ecbd9d1ea6d97a362ea2bd458b03c6',51.6);
INSERT INTO "slot" VALUES(12,'53b8ebed7c70c1f0f4def4371b24447b',2,'B','198bf014aef59c17062d499d18ee5532','ae85e8647f14315d5d22c61267c776c2',22.5);
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
INSERT INTO "stimulus" VALUES('6db88cb7050ade8fe6efc8bbe464c673','p1','1184768209d237584a8727fe6e65241e.flac',44100,0);
INSERT INTO "stimulus" VALUES('06a18b952f501b2a0550df678bba0e54','p1','5f35266aa024ff155f5414adbf0b35fd.flac',44100,0);
INSERT INTO "stimulus" VALUES('96ecbd9d1ea6d97a362ea2bd458b03c6','p2','efd294571ac608d3c32db70e2434a8af.flac',44100,0);
INSERT INTO "stimulus" VALUES('ae85e8647f14315d5d22c61267c776c2','p2','6b3112c5b968d8c88484fb1ae4eb379c.flac',44100,0);
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
INSERT INTO "stimulus_key" VALUES('6db88cb7050ade8fe6efc8bbe464c673','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('06a18b952f501b2a0550df678bba0e54','anchor','overhead_anchor',NULL,'anchor');
INSERT INTO "stimulus_key" VALUES('96ecbd9d1ea6d97a362ea2bd458b03c6','random_forest_wet','random_forest','wet','test');
INSERT INTO "stimulus_key" VALUES('ae85e8647f14315d5d22c61267c776c2','anchor','overhead_anchor',NULL,'anchor');
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
	CONSTRAINT pk_study PRIMARY KEY (id), 
	CONSTRAINT ck_study_one_study CHECK (id = 1), 
	CONSTRAINT ck_study_simulated CHECK (simulated IN (0, 1)), 
	CONSTRAINT ck_study_status CHECK (status IN ('draft', 'open', 'paused', 'closed'))
)
 STRICT

;
INSERT INTO "study" VALUES(1,'Drum mixes','{"schema": "evalkit-study/1", "title": "Drum mixes", "seed": 7, "rate_hz": 44100, "data": {"manifest": "data/manifest.jsonl", "items": {"split": "test", "kinds": [], "per_group": null, "group": []}}, "excerpt": {"seconds": 1.0, "choose": "loudest", "fade_ms": 10.0}, "conditions": [{"id": "random_forest_wet", "label": "Random Forest Wet", "system": "random_forest", "task": "wet", "role": "test", "options": {}}, {"id": "anchor", "label": "Anchor", "system": "overhead_anchor", "task": null, "role": "anchor", "options": {}}], "loudness": {"target_lufs": -28.0, "tolerance_lu": 0.05, "ceiling_dbtp": -1.0, "on_exceed": "stop"}, "page": {"method": "ape", "question": "How much do you like each mix?", "options": {}, "gates": {"play_all": true, "move_all": true}, "open_reference": null, "repeats": 0}, "flow": ["consent", "questions:about", "level", "instructions", "pages", "comments"], "texts": {"consent": "You will hear **drum loops**. It takes about ten minutes.\n", "consent_version": "1", "instructions": "Move every bar.", "debrief": "Thank you."}, "questions": [{"block": "about", "id": "age", "kind": "number", "label": "Your age", "required": false, "options": [], "show_if": null}, {"block": "about", "id": "gender", "kind": "choice", "label": "Your gender", "required": false, "options": ["Female", "Male", "Other", "No answer"], "show_if": null}, {"block": "about", "id": "skill", "kind": "choice", "label": "Critical listening", "required": true, "options": ["None", "Some", "Much"], "show_if": null}], "checks": {"headphones": "off"}, "recruitment": {"platform": "none", "parameters": {}, "completion_url": null, "codes": {}}, "privacy": {"contact": "", "retention_days": null}, "assignment": {"design": "random", "items_per_assessor": "all", "target_assessors": null}, "analysis": {"alpha": 0.05, "correction": "holm", "families": [{"name": "all pairs", "contrasts": "all"}], "margin": null, "reference": null, "screening": []}}','c4e10f3b210bc33e2010106dc07a900667f1b93dced93042147c6e69db2c8807','90db163e67e56a131e70e3b99f984948577dee1543a563b6e38b6903844f47f6','7',44100,1,'open','2026-11-22T08:20:12Z');
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
INSERT INTO "submission" VALUES(1,'1fd33038-1bef-40a3-b723-e01a65f6a640','7f87d4fbdd9625f46873208a1ea499b7','questions:about',NULL,1,'e825181ce4c4999dea62a72915e651bd62054e24777f25e6bcb906b65c5c3524',NULL,'2026-11-22T08:20:12Z');
INSERT INTO "submission" VALUES(2,'4bdfcd00-4c5a-48b2-a551-8b640a0850ef','7f87d4fbdd9625f46873208a1ea499b7','page:a6c1cb8a5b4794f5a5d44a8b44d1d758','a6c1cb8a5b4794f5a5d44a8b44d1d758',1,'3c621582e674ea44c4033e116c142e02273fc4cdceb014c1799beff79d806899',60000,'2026-11-22T08:20:12Z');
INSERT INTO "submission" VALUES(3,'a05f7492-b41a-4490-a7bf-4448162fe561','7f87d4fbdd9625f46873208a1ea499b7','page:50b6bf284acea83df443b6d731b404a4','50b6bf284acea83df443b6d731b404a4',1,'a712089c02756a1a192667a21fef9d626084a14e2784d0fd27ecc970a57788a8',60000,'2026-11-22T08:20:12Z');
INSERT INTO "submission" VALUES(4,'62264df7-2b3e-4847-a0c3-f24b8e59e2cb','7f87d4fbdd9625f46873208a1ea499b7','comments',NULL,1,'9e086cd4ea52f1d9b8d8248b7a15eedd2b88d55af606e80daf608e27cb3a4295',NULL,'2026-11-22T08:20:12Z');
INSERT INTO "submission" VALUES(5,'0c191543-cc7f-45fd-8974-8d2c4226de1d','0e98b161da32d1764d5d8ab67b4f7696','questions:about',NULL,1,'4cd3175a278bfcaad087fc2a9eed13fd85fe2f9b25f0a3cd9fc76e9ebf546b9d',NULL,'2026-11-22T08:20:12Z');
INSERT INTO "submission" VALUES(6,'ffb70eee-3097-40ec-9743-972fa9a041e1','0e98b161da32d1764d5d8ab67b4f7696','page:ff3722345f9dfad6b1d2f3b203c8007f','ff3722345f9dfad6b1d2f3b203c8007f',1,'4f3c319a62bb00d4fd061616b4f04fe74ce499ee43719dbb4cb555f09dae853a',60000,'2026-11-22T08:20:12Z');
CREATE TABLE survey_answer (
	submission_id TEXT NOT NULL, 
	question TEXT NOT NULL, 
	value_json TEXT NOT NULL, 
	CONSTRAINT pk_survey_answer PRIMARY KEY (submission_id, question), 
	CONSTRAINT fk_survey_answer_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO "survey_answer" VALUES('1fd33038-1bef-40a3-b723-e01a65f6a640','skill','"Some"');
INSERT INTO "survey_answer" VALUES('0c191543-cc7f-45fd-8974-8d2c4226de1d','skill','"Some"');
CREATE INDEX ix_stimulus_page ON stimulus (page);
CREATE INDEX ix_page_instance_participant_id ON page_instance (participant_id);
CREATE INDEX ix_quarantine_participant_id ON quarantine (participant_id);
CREATE INDEX ix_slot_page_instance_id ON slot (page_instance_id);
CREATE INDEX ix_submission_page_instance_id ON submission (page_instance_id);
CREATE INDEX ix_submission_participant_id ON submission (participant_id);
CREATE INDEX ix_draft_page_instance_id ON draft (page_instance_id);
CREATE INDEX ix_draft_participant_id ON draft (participant_id);
CREATE INDEX ix_event_page_instance_id ON event (page_instance_id);
CREATE INDEX ix_event_participant_id ON event (participant_id);
CREATE INDEX ix_rating_slot_id ON rating (slot_id);
CREATE INDEX ix_rating_submission_id ON rating (submission_id);
CREATE INDEX ix_survey_answer_submission_id ON survey_answer (submission_id);
CREATE INDEX ix_comment_submission_id ON comment (submission_id);
CREATE INDEX ix_comment_slot_id ON comment (slot_id);
COMMIT;
