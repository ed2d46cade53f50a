CREATE TABLE facts (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "facts" VALUES('base_url','https://one.example');
CREATE TABLE pending (
	id VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "pending" VALUES('b');
INSERT INTO "pending" VALUES('new');
CREATE TABLE records (
	id VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	issued DATETIME NOT NULL, 
	modified DATETIME NOT NULL, 
	seen INTEGER NOT NULL, 
	missed INTEGER NOT NULL, 
	missing_since DATETIME, 
	PRIMARY KEY (id)
);
INSERT INTO "records" VALUES('a','north','https://x.example/a','dataset','A title','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','present','2026-03-01 12:30:15.123456','2026-03-01 12:30:15.123456',1,0,NULL);
INSERT INTO "records" VALUES('b','north','https://x.example/b','dataset','A title','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','present','2026-03-01 12:30:15.123456','2026-03-01 12:30:15.123456',1,0,NULL);
CREATE TABLE rejected (
	id INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	origin VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	raw BLOB NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "rejected" VALUES(1,1,'feed','line 1','Torn.',X'00726177');
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	source VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	started DATETIME NOT NULL, 
	ended DATETIME, 
	new INTEGER NOT NULL, 
	changed INTEGER NOT NULL, 
	unchanged INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, 
	missing INTEGER NOT NULL, 
	gone INTEGER NOT NULL, 
	message VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES(1,'north','running','2026-03-01 12:30:15.123456',NULL,2,0,0,0,0,0,'');
CREATE TABLE sources (
	name VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	options JSON NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "sources" VALUES('north','dcat','https://x.example/','{"format": "turtle"}','2026-03-01 12:30:15.123456');
CREATE INDEX ix_runs_source ON runs (source);
CREATE INDEX records_by_source ON records (source, state);
CREATE INDEX ix_rejected_run ON rejected (run);
