INSERT INTO units (job, place, part, status, worker, fence, attempts, until)
    SELECT id, 0, '', status, worker, fence, attempts, until FROM jobs
    WHERE status IN ('accepted', 'running');
ALTER TABLE jobs DROP COLUMN worker;
ALTER TABLE jobs DROP COLUMN until;
