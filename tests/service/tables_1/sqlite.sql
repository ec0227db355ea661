CREATE TABLE IF NOT EXISTS jobs (
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
    worker TEXT NOT NULL DEFAULT '',
    fence INTEGER NOT NULL DEFAULT 0,
    -- Milliseconds since 1970: until when the lease runs, or before when a waiting job is not begun.
    until INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    queued TEXT NOT NULL,
    started TEXT,
    updated TEXT NOT NULL,
    finished TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_by_turn ON jobs (status, seq);
CREATE INDEX IF NOT EXISTS jobs_by_time ON jobs (seq);
CREATE TABLE IF NOT EXISTS keys (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT;
CREATE INDEX IF NOT EXISTS keys_by_job ON keys (job);
CREATE TABLE IF NOT EXISTS events (
    job TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    job TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (job, name)
) STRICT;
CREATE TABLE IF NOT EXISTS instances (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    areas INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    created TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS instance_files (
    instance TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (instance, name)
) STRICT;
CREATE TABLE IF NOT EXISTS tokens (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL
) STRICT;
INSERT INTO jobs (id, seq, process, inputs, work, owner, status, worker, fence, attempts, until, created, queued, updated) VALUES
    ('a', 1, 'solve', '{}', '{}', 'me', 'running', 'serve/1/0', 4, 2, 0, '', '', ''),
    ('b', 2, 'solve', '{}', '{}', 'me', 'accepted', '', 0, 0, 0, '', '', ''),
    ('c', 3, 'solve', '{}', '{}', 'me', 'successful', 'serve/1/0', 1, 1, 0, '', '', '');
PRAGMA user_version = 1;
