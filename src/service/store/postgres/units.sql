-- What workers take: the parts of a job that has not ended, and at the last place, without a name, the job.
CREATE TABLE regionfront.units (
    job TEXT NOT NULL,
    place BIGINT NOT NULL,
    part TEXT NOT NULL,
    -- 'accepted' or 'running', 'done' for a part that has ended, 'held' for a job that waits for its parts.
    status TEXT NOT NULL,
    worker TEXT NOT NULL DEFAULT '',
    fence BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    -- Of the last call that wrote what may be written once only.
    mark BIGINT NOT NULL DEFAULT 0,
    -- Milliseconds since 1970: until when the lease runs, or before when a waiting unit is not begun.
    until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (job, place)
);
CREATE INDEX units_by_status ON regionfront.units (status, until);
