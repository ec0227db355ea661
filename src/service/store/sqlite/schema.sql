CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    process TEXT NOT NULL,
    inputs TEXT NOT NULL,
    work TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    progress INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    termination TEXT,
    solution TEXT,
    problem TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    stop INTEGER NOT NULL DEFAULT 0,
    -- Of the last claim of it or of a part of it.
    fence INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    queued TEXT NOT NULL,
    started TEXT,
    updated TEXT NOT NULL,
    finished TEXT
) STRICT;
CREATE INDEX jobs_by_turn ON jobs (status, seq);
CREATE INDEX jobs_by_time ON jobs (seq);
CREATE TABLE keys (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT;
CREATE INDEX keys_by_job ON keys (job);
CREATE TABLE events (
    job TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE files (
    job TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (job, name)
) STRICT;
CREATE TABLE instances (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    areas INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    created TEXT NOT NULL
) STRICT;
CREATE TABLE instance_files (
    instance TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (instance, name)
) STRICT;
CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL
) STRICT;
