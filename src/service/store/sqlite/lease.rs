//! What workers write about the units they have on lease, each in the transaction of the caller.
//!
//! A unit is held by who knows its fence, which the job counts: no two claims of a job, or of parts of it,
//! have the same.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Transaction};

use super::terms::{NOW, count, whole};
use super::write::{MOMENT, add, milliseconds, open_after_parts, put_files, tell};
use super::{Claim, File, Orders, Outcome, Status, StoreError};

/// Whether a unit is the caller's: its job and fence are the first two values.
const HELD: &str = "SELECT EXISTS (SELECT 1 FROM units \
    WHERE job = ?1 AND fence = ?2 AND status = 'running')";

fn is_held(transaction: &Transaction<'_>, id: &str, fence: u64) -> Result<bool, StoreError> {
    let mut query = transaction.prepare_cached(HELD)?;
    Ok(query.query_row((id, whole(fence)), |row| row.get(0))?)
}

pub(super) fn claim(
    transaction: &Transaction<'_>,
    worker: &str,
    lease: Duration,
    part_of: Option<&str>,
) -> Result<Option<Claim>, StoreError> {
    let first = format!(
        "SELECT jobs.id, units.place, units.part, units.attempts FROM units \
         JOIN jobs ON jobs.id = units.job \
         WHERE units.status IN ('accepted', 'running') AND units.until < {NOW} \
             AND (?1 IS NULL OR (units.job = ?1 AND units.part <> '')) \
         ORDER BY (SELECT count(*) FROM units AS other WHERE other.job = units.job \
                   AND other.status = 'running' AND other.until >= {NOW}), jobs.seq, units.place \
         LIMIT 1"
    );
    let first = transaction.query_row(&first, [part_of], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get(2)?, count(row, 3)?))
    });
    let Some((id, place, part, attempts)) = first.optional()? else { return Ok(None) };
    let part: String = part;
    let was: String =
        transaction.query_row("SELECT status FROM jobs WHERE id = ?", [&id], |row| row.get(0))?;
    // A further part of a job under way is nothing new; a unit that is begun again is.
    let is_news = was == Status::Accepted.word() || attempts > 0;
    let begin = format!(
        "UPDATE jobs SET status = 'running', fence = fence + 1, attempts = attempts + ?2, \
             message = '', started = coalesce(started, {MOMENT}), updated = {MOMENT} \
         WHERE id = ?1 RETURNING process, work, fence"
    );
    let (process, work, fence) = transaction
        .query_row(&begin, (&id, is_news), |row| Ok((row.get(0)?, row.get(1)?, count(row, 2)?)))?;
    let hold = format!(
        "UPDATE units SET status = 'running', worker = ?3, fence = ?4, attempts = attempts + 1, \
             until = {NOW} + ?5 \
         WHERE job = ?1 AND place = ?2"
    );
    transaction.execute(&hold, (&id, place, worker, whole(fence), milliseconds(lease)))?;
    if is_news {
        tell(transaction, &id, Status::Running)?;
    }
    let part = Some(part).filter(|part| !part.is_empty());
    let parts = match part {
        None => {
            let ended = "SELECT part FROM units WHERE job = ? AND place < ? ORDER BY place";
            let mut ended = transaction.prepare_cached(ended)?;
            let ended = ended.query_map((&id, place), |row| row.get(0))?;
            ended.collect::<Result<_, _>>()?
        }
        Some(_) => Vec::new(),
    };
    Ok(Some(Claim { id, process, work, part, parts, fence, attempts: attempts + 1 }))
}

pub(super) fn renew(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    lease: Duration,
) -> Result<Orders, StoreError> {
    let renew = format!(
        "UPDATE units SET until = {NOW} + ?3 \
         WHERE job = ?1 AND fence = ?2 AND status = 'running'"
    );
    if transaction.execute(&renew, (id, whole(fence), milliseconds(lease)))? == 0 {
        return Ok(Orders::Lost);
    }
    let stop = "SELECT stop FROM jobs WHERE id = ?";
    let is_stopped: bool = transaction.query_row(stop, [id], |row| row.get(0))?;
    Ok(if is_stopped { Orders::Stop } else { Orders::GoOn })
}

pub(super) fn record(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    events: &[(String, String)],
    progress: Option<u8>,
) -> Result<bool, StoreError> {
    if !is_held(transaction, id, fence)? {
        return Ok(false);
    }
    let note = format!(
        "UPDATE jobs SET progress = coalesce(?2, progress), updated = {MOMENT} WHERE id = ?1"
    );
    transaction.execute(&note, (id, progress))?;
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
    let is_held = is_held(transaction, id, fence)?;
    if is_held {
        put_files(transaction, id, files)?;
    }
    Ok(is_held)
}

pub(super) fn finish_part(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    files: &[File],
) -> Result<bool, StoreError> {
    let end = "UPDATE units SET status = 'done', worker = '' \
        WHERE job = ?1 AND fence = ?2 AND status = 'running'";
    if transaction.execute(end, (id, whole(fence)))? == 0 {
        return Ok(false);
    }
    put_files(transaction, id, files)?;
    let note = format!(
        "UPDATE jobs SET updated = {MOMENT}, progress = \
             (SELECT min(99, 100 * sum(status = 'done') / sum(part <> '')) \
              FROM units WHERE job = ?1) \
         WHERE id = ?1"
    );
    transaction.execute(&note, [id])?;
    open_after_parts(transaction, id)?;
    Ok(true)
}

pub(super) fn finish(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    outcome: &Outcome,
) -> Result<bool, StoreError> {
    if !is_held(transaction, id, fence)? {
        return Ok(false);
    }
    let progress = (outcome.status == Status::Successful).then_some(100);
    transaction.execute(
        &format!(
            "UPDATE jobs SET status = ?2, message = ?3, termination = ?4, solution = ?5, \
                 problem = ?6, progress = coalesce(?7, progress), updated = {MOMENT}, \
                 finished = {MOMENT} \
             WHERE id = ?1"
        ),
        (
            id,
            outcome.status.word(),
            &outcome.message,
            &outcome.termination,
            &outcome.solution,
            &outcome.problem,
            progress,
        ),
    )?;
    transaction.execute("DELETE FROM units WHERE job = ?", [id])?;
    // What parts have found is gone on from where the job is asked again.
    let is_kept = outcome.status == Status::Failed;
    let old = "DELETE FROM files WHERE job = ?1 AND NOT (?2 AND substr(name, 1, 6) = 'parts/')";
    transaction.execute(old, (id, is_kept))?;
    put_files(transaction, id, &outcome.files)?;
    tell(transaction, id, outcome.status)?;
    Ok(true)
}

pub(super) fn release(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    pause: Duration,
    why: &str,
) -> Result<bool, StoreError> {
    let back = format!(
        "UPDATE units SET status = 'accepted', worker = '', until = {NOW} - 1 + ?3 \
         WHERE job = ?1 AND fence = ?2 AND status = 'running'"
    );
    if transaction.execute(&back, (id, whole(fence), milliseconds(pause)))? == 0 {
        return Ok(false);
    }
    let say = format!("UPDATE jobs SET message = ?2, updated = {MOMENT} WHERE id = ?1");
    transaction.execute(&say, (id, why))?;
    // With another part of it under way the job goes on.
    let queue = format!(
        "UPDATE jobs SET status = 'accepted', queued = {MOMENT} WHERE id = ?1 \
         AND NOT EXISTS (SELECT 1 FROM units WHERE job = ?1 AND status = 'running')"
    );
    if transaction.execute(&queue, [id])? > 0 {
        tell(transaction, id, Status::Accepted)?;
    }
    Ok(true)
}

pub(super) fn release_all(
    transaction: &Transaction<'_>,
    worker_prefix: &str,
) -> Result<u64, StoreError> {
    let mut query = transaction.prepare(
        "SELECT job, fence FROM units WHERE status = 'running' \
         AND substr(worker, 1, length(?1)) = ?1 ORDER BY job, place",
    )?;
    let held =
        query.query_map([worker_prefix], |row| Ok((row.get::<_, String>(0)?, count(row, 1)?)))?;
    let held: Vec<(String, u64)> = held.collect::<Result<_, _>>()?;
    for (id, fence) in &held {
        release(transaction, id, *fence, Duration::ZERO, "")?;
    }
    Ok(u64::try_from(held.len()).unwrap_or(u64::MAX))
}
