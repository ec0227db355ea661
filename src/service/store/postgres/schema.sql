CREATE SCHEMA IF NOT EXISTS regionfront;
CREATE TABLE regionfront.jobs (
    id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    process TEXT NOT NULL,
    inputs TEXT NOT NULL,
    work TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    progress BIGINT NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    termination TEXT,
    solution TEXT,
    problem TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    stop BOOLEAN NOT NULL DEFAULT FALSE,
    -- Of the last claim of it or of a part of it.
    fence BIGINT NOT NULL DEFAULT 0,
    -- Of the call that ended it.
    mark BIGINT NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    queued TEXT NOT NULL,
    started TEXT,
    updated TEXT NOT NULL,
    finished TEXT
);
CREATE INDEX jobs_by_time ON regionfront.jobs (seq);
CREATE INDEX jobs_by_turn ON regionfront.jobs (seq) WHERE status IN ('accepted', 'running');
CREATE TABLE regionfront.keys (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX keys_by_job ON regionfront.keys (job);
CREATE TABLE regionfront.events (
    job TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (job, number)
);
CREATE TABLE regionfront.files (
    job TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (job, name)
);
CREATE TABLE regionfront.instances (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    areas BIGINT NOT NULL,
    uploaded BOOLEAN NOT NULL,
    created TEXT NOT NULL
);
CREATE TABLE regionfront.instance_files (
    instance TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (instance, name)
);
CREATE TABLE regionfront.tokens (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL
);
CREATE TABLE regionfront.version (version BIGINT NOT NULL);
INSERT INTO regionfront.version (version) VALUES (2);
