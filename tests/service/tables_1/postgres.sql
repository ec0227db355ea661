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
    worker TEXT NOT NULL DEFAULT '',
    fence BIGINT NOT NULL DEFAULT 0,
    -- Of the last call that wrote what may be written once only.
    mark BIGINT NOT NULL DEFAULT 0,
    -- Milliseconds since 1970: until when the lease runs, or before when a waiting job is not begun.
    until BIGINT NOT NULL DEFAULT 0,
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
INSERT INTO regionfront.version (version) VALUES (1);
INSERT INTO regionfront.jobs (id, seq, process, inputs, work, owner, status, worker, fence, attempts, until, created, queued, updated) VALUES
    ('a', 1, 'solve', '{}', '{}', 'me', 'running', 'serve/1/0', 4, 2, 0, '', '', ''),
    ('b', 2, 'solve', '{}', '{}', 'me', 'accepted', '', 0, 0, 0, '', '', ''),
    ('c', 3, 'solve', '{}', '{}', 'me', 'successful', 'serve/1/0', 1, 1, 0, '', '', '');
