//! What is written to the SQLite file, each in the transaction of the caller.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Transaction};

use super::terms::{NOW, count, whole};
use super::{
    Claim, File, MOST_EVENTS, NewJob, Orders, Outcome, Room, STATUS, Status, StoreError,
    StoredInstance, Submitted,
};

/// Now, as RFC 3339.
const MOMENT: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

pub(super) fn submit(
    transaction: &Transaction<'_>,
    job: &NewJob,
    key: Option<&str>,
    room: Room,
) -> Result<Submitted, StoreError> {
    if let Some(key) = key {
        let of = "SELECT job FROM keys WHERE owner = ? AND key = ?";
        let known: Option<String> =
            transaction.query_row(of, (&job.owner, key), |row| row.get(0)).optional()?;
        if known.is_some_and(|known| known != job.id) {
            return Ok(Submitted::OtherQuestion);
        }
    }
    let known: Option<(String, bool)> = transaction
        .query_row("SELECT status, stop FROM jobs WHERE id = ?", [&job.id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let is_open = |word: &str| Status::of(word).is_some_and(|status| !status.is_end());
    let goes_on = known.as_ref().is_some_and(|(word, is_stopped)| {
        is_open(word) || (word == Status::Successful.word() && !is_stopped)
    });
    if goes_on {
        keep_key(transaction, job, key)?;
        return Ok(Submitted::Known);
    }
    let open = |owner: Option<&str>| -> Result<u64, StoreError> {
        let number: i64 = transaction.query_row(
            "SELECT count(*) FROM jobs WHERE status IN ('accepted', 'running') \
             AND (?1 IS NULL OR owner = ?1)",
            [owner],
            |row| row.get(0),
        )?;
        Ok(u64::try_from(number).unwrap_or(0))
    };
    if open(None)? >= room.queue {
        return Ok(Submitted::QueueFull);
    }
    if open(Some(&job.owner))? >= room.owner {
        return Ok(Submitted::OwnerFull);
    }
    // A stopped job keeps its files: its journal is what it goes on from.
    transaction.execute(
        &format!(
            "INSERT INTO jobs (id, seq, process, inputs, work, owner, status, created, queued, updated) \
             VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM jobs), ?2, ?3, ?4, ?5, 'accepted', \
                     {MOMENT}, {MOMENT}, {MOMENT}) \
             ON CONFLICT (id) DO UPDATE SET status = 'accepted', seq = excluded.seq, \
                 inputs = excluded.inputs, work = excluded.work, owner = excluded.owner, \
                 progress = 0, message = '', termination = NULL, solution = NULL, problem = NULL, \
                 stop = 0, until = 0, queued = {MOMENT}, started = NULL, updated = {MOMENT}, \
                 finished = NULL"
        ),
        (&job.id, &job.process, &job.inputs, &job.work, &job.owner),
    )?;
    keep_key(transaction, job, key)?;
    tell(transaction, &job.id, Status::Accepted)?;
    Ok(Submitted::Queued)
}

fn keep_key(
    transaction: &Transaction<'_>,
    job: &NewJob,
    key: Option<&str>,
) -> Result<(), StoreError> {
    if let Some(key) = key {
        let keep = "INSERT OR IGNORE INTO keys (owner, key, job) VALUES (?, ?, ?)";
        transaction.execute(keep, (&job.owner, key, &job.id))?;
    }
    Ok(())
}

pub(super) fn claim(
    transaction: &Transaction<'_>,
    worker: &str,
    lease: Duration,
) -> Result<Option<Claim>, StoreError> {
    let claim = transaction
        .query_row(
            &format!(
                "UPDATE jobs SET status = 'running', worker = ?1, fence = fence + 1, \
                     attempts = attempts + 1, until = {NOW} + ?2, \
                     started = coalesce(started, {MOMENT}), updated = {MOMENT} \
                 WHERE id = (SELECT id FROM jobs WHERE status IN ('accepted', 'running') \
                     AND until < {NOW} ORDER BY seq LIMIT 1) \
                 RETURNING id, process, work, fence, attempts"
            ),
            (worker, milliseconds(lease)),
            |row| {
                Ok(Claim {
                    id: row.get(0)?,
                    process: row.get(1)?,
                    work: row.get(2)?,
                    fence: count(row, 3)?,
                    attempts: count(row, 4)?,
                })
            },
        )
        .optional()?;
    if let Some(claim) = &claim {
        tell(transaction, &claim.id, Status::Running)?;
    }
    Ok(claim)
}

pub(super) fn renew(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    lease: Duration,
) -> Result<Orders, StoreError> {
    let is_stopped: Option<bool> = transaction
        .query_row(
            &format!(
                "UPDATE jobs SET until = {NOW} + ?3 \
                 WHERE id = ?1 AND fence = ?2 AND status = 'running' RETURNING stop"
            ),
            (id, whole(fence), milliseconds(lease)),
            |row| row.get(0),
        )
        .optional()?;
    Ok(match is_stopped {
        None => Orders::Lost,
        Some(true) => Orders::Stop,
        Some(false) => Orders::GoOn,
    })
}

pub(super) fn record(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    events: &[(String, String)],
    progress: Option<u8>,
) -> Result<bool, StoreError> {
    let changed = transaction.execute(
        &format!(
            "UPDATE jobs SET progress = coalesce(?3, progress), updated = {MOMENT} \
             WHERE id = ?1 AND fence = ?2 AND status = 'running'"
        ),
        (id, whole(fence), progress),
    )?;
    if changed == 0 {
        return Ok(false);
    }
    for (kind, data) in events {
        add(transaction, id, kind, data)?;
    }
    Ok(true)
}

pub(super) fn keep(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    files: &[File],
) -> Result<bool, StoreError> {
    let held =
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ? AND fence = ? AND status = 'running')";
    let is_held: bool = transaction.query_row(held, (id, whole(fence)), |row| row.get(0))?;
    if is_held {
        put_files(transaction, id, files)?;
    }
    Ok(is_held)
}

fn put_files(transaction: &Transaction<'_>, id: &str, files: &[File]) -> Result<(), StoreError> {
    let mut put = transaction
        .prepare_cached("INSERT OR REPLACE INTO files (job, name, bytes) VALUES (?, ?, ?)")?;
    for File { name, bytes } in files {
        put.execute((id, name, bytes))?;
    }
    Ok(())
}

pub(super) fn finish(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    outcome: &Outcome,
) -> Result<bool, StoreError> {
    let progress = (outcome.status == Status::Successful).then_some(100);
    let changed = transaction.execute(
        &format!(
            "UPDATE jobs SET status = ?3, message = ?4, termination = ?5, solution = ?6, \
                 problem = ?7, progress = coalesce(?8, progress), updated = {MOMENT}, \
                 finished = {MOMENT} \
             WHERE id = ?1 AND fence = ?2 AND status = 'running'"
        ),
        (
            id,
            whole(fence),
            outcome.status.word(),
            &outcome.message,
            &outcome.termination,
            &outcome.solution,
            &outcome.problem,
            progress,
        ),
    )?;
    if changed == 0 {
        return Ok(false);
    }
    transaction.execute("DELETE FROM files WHERE job = ?", [id])?;
    put_files(transaction, id, &outcome.files)?;
    tell(transaction, id, outcome.status)?;
    Ok(true)
}

pub(super) fn release(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    pause: Duration,
) -> Result<bool, StoreError> {
    let changed = transaction.execute(
        &format!(
            "UPDATE jobs SET status = 'accepted', worker = '', until = {NOW} - 1 + ?3, \
                 queued = {MOMENT}, updated = {MOMENT} \
             WHERE id = ?1 AND fence = ?2 AND status = 'running'"
        ),
        (id, whole(fence), milliseconds(pause)),
    )?;
    if changed > 0 {
        tell(transaction, id, Status::Accepted)?;
    }
    Ok(changed > 0)
}

pub(super) fn release_all(
    transaction: &Transaction<'_>,
    worker_prefix: &str,
) -> Result<u64, StoreError> {
    let mut query = transaction.prepare(
        "SELECT id, fence FROM jobs WHERE status = 'running' \
         AND substr(worker, 1, length(?1)) = ?1",
    )?;
    let held =
        query.query_map([worker_prefix], |row| Ok((row.get::<_, String>(0)?, count(row, 1)?)))?;
    let held: Vec<(String, u64)> = held.collect::<Result<_, _>>()?;
    for (id, fence) in &held {
        release(transaction, id, *fence, Duration::ZERO)?;
    }
    Ok(u64::try_from(held.len()).unwrap_or(u64::MAX))
}

pub(super) fn stop(transaction: &Transaction<'_>, id: &str) -> Result<bool, StoreError> {
    let changed = transaction.execute(
        &format!(
            "UPDATE jobs SET stop = 1, updated = {MOMENT} \
             WHERE id = ? AND status IN ('accepted', 'running')"
        ),
        [id],
    )?;
    Ok(changed > 0)
}

pub(super) fn dismiss(transaction: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    let changed = transaction.execute(
        &format!(
            "UPDATE jobs SET status = 'dismissed', message = 'dismissed', termination = NULL, \
                 solution = NULL, problem = NULL, fence = fence + 1, updated = {MOMENT}, \
                 finished = coalesce(finished, {MOMENT}) \
             WHERE id = ? AND status <> 'dismissed'"
        ),
        [id],
    )?;
    if changed > 0 {
        transaction.execute("DELETE FROM files WHERE job = ?", [id])?;
        tell(transaction, id, Status::Dismissed)?;
    }
    Ok(())
}

pub(super) fn forget(transaction: &Transaction<'_>, age: Duration) -> Result<u64, StoreError> {
    let old = "SELECT id FROM jobs WHERE status NOT IN ('accepted', 'running') \
        AND finished < strftime('%Y-%m-%dT%H:%M:%fZ', unixepoch('subsec') - ?, 'unixepoch')";
    let mut old = transaction.prepare(old)?;
    let old = old.query_map([age.as_secs_f64()], |row| row.get(0))?;
    let old: Vec<String> = old.collect::<Result<_, _>>()?;
    for id in &old {
        for table in ["events", "files", "keys"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE job = ?"), [id])?;
        }
        transaction.execute("DELETE FROM jobs WHERE id = ?", [id])?;
    }
    Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
}

pub(super) fn put_instance(
    transaction: &Transaction<'_>,
    instance: &StoredInstance,
    files: &[File],
) -> Result<bool, StoreError> {
    let added = transaction.execute(
        &format!(
            "INSERT OR IGNORE INTO instances (id, name, title, areas, uploaded, created) \
             VALUES (?, ?, ?, ?, ?, {MOMENT})"
        ),
        (
            &instance.id,
            &instance.name,
            &instance.title,
            whole(instance.areas),
            instance.is_uploaded,
        ),
    )?;
    if added > 0 {
        let mut put = transaction.prepare_cached(
            "INSERT OR REPLACE INTO instance_files (instance, name, bytes) VALUES (?, ?, ?)",
        )?;
        for File { name, bytes } in files {
            put.execute((&instance.id, name, bytes))?;
        }
    }
    Ok(added > 0)
}

/// Adds the event that a job has this status now.
fn tell(transaction: &Transaction<'_>, id: &str, status: Status) -> Result<(), StoreError> {
    add(transaction, id, STATUS, &format!("{{\"status\":\"{}\"}}", status.word()))
}

fn add(transaction: &Transaction<'_>, id: &str, kind: &str, data: &str) -> Result<(), StoreError> {
    let mut last =
        transaction.prepare_cached("SELECT coalesce(max(number), 0) FROM events WHERE job = ?")?;
    let last = last.query_row([id], |row| count(row, 0))?;
    if last >= MOST_EVENTS && kind != STATUS {
        return Ok(());
    }
    let mut put = transaction
        .prepare_cached("INSERT INTO events (job, number, kind, data) VALUES (?, ?, ?, ?)")?;
    put.execute((id, whole(last + 1), kind, data))?;
    Ok(())
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
