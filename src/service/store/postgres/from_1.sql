INSERT INTO regionfront.units (job, place, part, status, worker, fence, attempts, until)
    SELECT id, 0, '', status, worker, fence, attempts, until FROM regionfront.jobs
    WHERE status IN ('accepted', 'running');
ALTER TABLE regionfront.jobs DROP COLUMN worker;
ALTER TABLE regionfront.jobs DROP COLUMN until;
INSERT INTO regionfront.version (version) VALUES (2);
