//! What is written to the SQLite file, each in the transaction of the caller.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Transaction};

use super::terms::{count, whole};
use super::{
    File, MOST_EVENTS, NewJob, Room, STATUS, Status, StoreError, StoredInstance, Submitted,
};

/// Now, as RFC 3339.
pub(super) const MOMENT: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

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
                 stop = 0, queued = {MOMENT}, started = NULL, updated = {MOMENT}, \
                 finished = NULL"
        ),
        (&job.id, &job.process, &job.inputs, &job.work, &job.owner),
    )?;
    put_units(transaction, job)?;
    keep_key(transaction, job, key)?;
    tell(transaction, &job.id, Status::Accepted)?;
    Ok(Submitted::Queued)
}

/// Puts what workers take of a job into the queue: its parts, and after them the job itself.
fn put_units(transaction: &Transaction<'_>, job: &NewJob) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM units WHERE job = ?", [&job.id])?;
    let mut put = transaction
        .prepare_cached("INSERT INTO units (job, place, part, status) VALUES (?, ?, ?, ?)")?;
    let last = if job.parts.is_empty() { "accepted" } else { "held" };
    let parts = job.parts.iter().map(|part| (part.as_str(), "accepted"));
    for (place, (part, status)) in (0_i64..).zip(parts.chain([("", last)])) {
        put.execute((&job.id, place, part, status))?;
    }
    Ok(())
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

pub(super) fn put_files(
    transaction: &Transaction<'_>,
    id: &str,
    files: &[File],
) -> Result<(), StoreError> {
    let mut put = transaction
        .prepare_cached("INSERT OR REPLACE INTO files (job, name, bytes) VALUES (?, ?, ?)")?;
    for File { name, bytes } in files {
        put.execute((id, name, bytes))?;
    }
    Ok(())
}

pub(super) fn stop(transaction: &Transaction<'_>, id: &str) -> Result<bool, StoreError> {
    let changed = transaction.execute(
        &format!(
            "UPDATE jobs SET stop = 1, updated = {MOMENT} \
             WHERE id = ? AND status IN ('accepted', 'running')"
        ),
        [id],
    )?;
    // What nobody has begun need not be begun.
    let idle = "UPDATE units SET status = 'done' \
        WHERE job = ? AND status = 'accepted' AND part <> '' AND attempts = 0";
    if changed > 0 && transaction.execute(idle, [id])? > 0 {
        open_after_parts(transaction, id)?;
    }
    Ok(changed > 0)
}

/// Lets a job be claimed whose parts have all ended.
pub(super) fn open_after_parts(transaction: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    let open = "UPDATE units SET status = 'accepted' WHERE job = ?1 AND status = 'held' \
        AND NOT EXISTS (SELECT 1 FROM units AS other \
            WHERE other.job = ?1 AND other.part <> '' AND other.status <> 'done')";
    transaction.execute(open, [id])?;
    Ok(())
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
        transaction.execute("DELETE FROM units WHERE job = ?", [id])?;
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
pub(super) fn tell(
    transaction: &Transaction<'_>,
    id: &str,
    status: Status,
) -> Result<(), StoreError> {
    add(transaction, id, STATUS, &format!("{{\"status\":\"{}\"}}", status.word()))
}

pub(super) fn add(
    transaction: &Transaction<'_>,
    id: &str,
    kind: &str,
    data: &str,
) -> Result<(), StoreError> {
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

pub(super) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
