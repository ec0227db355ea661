//! What workers write about the units they have on lease, each in the transaction of the caller.
//!
//! A unit is held by who knows its fence, which the job counts: no two claims of a job, or of parts of it,
//! have the same. Whoever changes a unit holds the row of its job, so that what is said of the job agrees
//! with all its units.

use std::time::Duration;

use deadpool_postgres::Transaction;
use tokio_postgres::types::ToSql;

use super::listen::WORK;
use super::read::{row, rows};
use super::terms::{NOW, count, plain, plain_or_none, status, whole};
use super::write::{MOMENT, add, execute, milliseconds, notify, open_after_parts, put_files, tell};
use super::{Attempt, Claim, File, Orders, Outcome, Status, StoreError};

/// How often a claim looks for another job, where others were faster at the one it found.
const LOOKS: usize = 8;

/// Takes the row of a job, and says whether an earlier attempt at this call was done. It may just be
/// ending: it is waited for.
async fn was_done(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    id: &str,
) -> Result<bool, StoreError> {
    let id = plain(id);
    let hold = "SELECT mark FROM regionfront.jobs WHERE id = $1 FOR UPDATE";
    let mark = row(transaction, hold, &[&id]).await?;
    if !attempt.is_again {
        return Ok(false);
    }
    let mark: Option<i64> = mark.map(|row| row.try_get(0)).transpose()?;
    let marked = "SELECT 1 FROM regionfront.units WHERE job = $1 AND mark = $2";
    Ok(mark == Some(attempt.mark)
        || row(transaction, marked, &[&id, &attempt.mark]).await?.is_some())
}

pub(super) async fn claim(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    worker: &str,
    lease: Duration,
    part_of: Option<&str>,
) -> Result<Option<Claim>, StoreError> {
    if attempt.is_again {
        let held = "SELECT job, place FROM regionfront.units \
            WHERE worker = $1 AND mark = $2 AND status = 'running'";
        if let Some(row) = row(transaction, held, &[&plain(worker), &attempt.mark]).await? {
            return claimed(transaction, row.try_get(0)?, row.try_get(1)?).await.map(Some);
        }
    }
    // The job first: others leave it alone then, and what its units are is looked at after that. Who
    // wants a certain one waits for it.
    let open = format!(
        "units.status IN ('accepted', 'running') AND units.until < {NOW} \
         AND ($1::text IS NULL OR (units.job = $1 AND units.part <> ''))"
    );
    let skip = if part_of.is_none() { "SKIP LOCKED" } else { "" };
    let first = format!(
        "SELECT jobs.id, jobs.status FROM regionfront.jobs AS jobs \
         WHERE jobs.status IN ('accepted', 'running') \
             AND EXISTS (SELECT 1 FROM regionfront.units AS units \
                 WHERE units.job = jobs.id AND {open}) \
         ORDER BY (SELECT count(*) FROM regionfront.units AS units WHERE units.job = jobs.id \
                 AND units.status = 'running' AND units.until >= {NOW}), jobs.seq \
         LIMIT 1 FOR UPDATE OF jobs {skip}"
    );
    let unit = format!(
        "SELECT place, attempts FROM regionfront.units AS units \
         WHERE units.job = $2 AND {open} ORDER BY place LIMIT 1"
    );
    let part_of = part_of.map(plain);
    for _ in 0..LOOKS {
        let Some(found) = row(transaction, &first, &[&part_of]).await? else { return Ok(None) };
        let (id, was): (String, Status) = (found.try_get(0)?, status(&found, 1)?);
        let Some(unit) = row(transaction, &unit, &[&part_of, &id]).await? else { continue };
        let (place, attempts) = (unit.try_get(0)?, count(&unit, 1)?);
        // A further part of a job under way is nothing new; a unit that is begun again is.
        let is_news = was == Status::Accepted || attempts > 0;
        begin(transaction, &id, is_news).await?;
        let hold = format!(
            "UPDATE regionfront.units SET status = 'running', worker = $3, mark = $4, \
                 attempts = attempts + 1, until = {NOW} + $5, \
                 fence = (SELECT fence FROM regionfront.jobs WHERE id = $1) \
             WHERE job = $1 AND place = $2"
        );
        let values: &[&(dyn ToSql + Sync)] =
            &[&id, &place, &plain(worker), &attempt.mark, &milliseconds(lease)];
        execute(transaction, &hold, values).await?;
        return claimed(transaction, id, place).await.map(Some);
    }
    Ok(None)
}

/// Notes that a worker begins a unit of a job.
async fn begin(transaction: &Transaction<'_>, id: &str, is_news: bool) -> Result<(), StoreError> {
    let begin = format!(
        "UPDATE regionfront.jobs SET status = 'running', fence = fence + 1, \
             attempts = attempts + $2, message = '', \
             started = coalesce(started, {MOMENT}), updated = {MOMENT} \
         WHERE id = $1"
    );
    execute(transaction, &begin, &[&id, &i64::from(is_news)]).await?;
    if is_news {
        tell(transaction, id, Status::Running).await?;
        notify(transaction, id).await?;
    }
    Ok(())
}

/// What a worker is told of the unit at a place.
async fn claimed(
    transaction: &Transaction<'_>,
    id: String,
    place: i64,
) -> Result<Claim, StoreError> {
    let query = "SELECT jobs.process, jobs.work, units.part, units.fence, units.attempts \
        FROM regionfront.units AS units JOIN regionfront.jobs AS jobs ON jobs.id = units.job \
        WHERE units.job = $1 AND units.place = $2";
    let found = row(transaction, query, &[&id, &place]).await?;
    let found = found.ok_or_else(|| StoreError::Other(format!("a unit of {id} is gone")))?;
    let part = Some(found.try_get::<_, String>(2)?).filter(|part| !part.is_empty());
    let parts = match part {
        None => {
            let ended = "SELECT part FROM regionfront.units WHERE job = $1 AND place < $2 \
                ORDER BY place";
            let ended = rows(transaction, ended, &[&id, &place]).await?;
            ended.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?
        }
        Some(_) => Vec::new(),
    };
    Ok(Claim {
        process: found.try_get(0)?,
        work: found.try_get(1)?,
        part,
        parts,
        fence: count(&found, 3)?,
        attempts: count(&found, 4)?,
        id,
    })
}

pub(super) async fn renew(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    lease: Duration,
) -> Result<Orders, StoreError> {
    let renew = format!(
        "UPDATE regionfront.units AS units SET until = {NOW} + $3 FROM regionfront.jobs AS jobs \
         WHERE units.job = $1 AND units.fence = $2 AND units.status = 'running' \
             AND jobs.id = units.job \
         RETURNING jobs.stop"
    );
    let row = row(transaction, &renew, &[&plain(id), &whole(fence), &milliseconds(lease)]).await?;
    Ok(match row.map(|row| row.try_get(0)).transpose()? {
        None => Orders::Lost,
        Some(true) => Orders::Stop,
        Some(false) => Orders::GoOn,
    })
}

/// Whether a unit is the caller's, who leaves a mark on it then.
async fn mark(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    id: &str,
    fence: u64,
) -> Result<bool, StoreError> {
    let mark = "UPDATE regionfront.units SET mark = $3 \
        WHERE job = $1 AND fence = $2 AND status = 'running'";
    let values: &[&(dyn ToSql + Sync)] = &[&plain(id), &whole(fence), &attempt.mark];
    Ok(execute(transaction, mark, values).await? > 0)
}

pub(super) async fn record(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    id: &str,
    fence: u64,
    events: &[(String, String)],
    progress: Option<u8>,
) -> Result<bool, StoreError> {
    if was_done(transaction, attempt, id).await? {
        return Ok(true);
    }
    if !mark(transaction, attempt, id, fence).await? {
        return Ok(false);
    }
    let note = format!(
        "UPDATE regionfront.jobs SET progress = coalesce($2, progress), updated = {MOMENT} \
         WHERE id = $1"
    );
    execute(transaction, &note, &[&plain(id), &progress.map(i64::from)]).await?;
    add(transaction, id, events).await?;
    notify(transaction, id).await?;
    Ok(true)
}

pub(super) async fn keep(
    transaction: &Transaction<'_>,
    id: &str,
    fence: u64,
    files: &[File],
) -> Result<bool, StoreError> {
    let held = "SELECT 1 FROM regionfront.units \
        WHERE job = $1 AND fence = $2 AND status = 'running' FOR UPDATE";
    let is_held = row(transaction, held, &[&plain(id), &whole(fence)]).await?.is_some();
    if is_held {
        put_files(transaction, id, files).await?;
    }
    Ok(is_held)
}

pub(super) async fn finish_part(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    id: &str,
    fence: u64,
    files: &[File],
) -> Result<bool, StoreError> {
    if was_done(transaction, attempt, id).await? {
        return Ok(true);
    }
    let id = plain(id);
    let end = "UPDATE regionfront.units SET status = 'done', worker = '', mark = $3 \
        WHERE job = $1 AND fence = $2 AND status = 'running'";
    if execute(transaction, end, &[&id, &whole(fence), &attempt.mark]).await? == 0 {
        return Ok(false);
    }
    put_files(transaction, &id, files).await?;
    let note = format!(
        "UPDATE regionfront.jobs SET updated = {MOMENT}, progress = \
             (SELECT least(99, 100 * count(*) FILTER (WHERE status = 'done') \
                 / count(*) FILTER (WHERE part <> '')) \
              FROM regionfront.units WHERE job = $1) \
         WHERE id = $1"
    );
    execute(transaction, &note, &[&id]).await?;
    notify(transaction, &id).await?;
    open_after_parts(transaction, &id).await.map(|()| true)
}

pub(super) async fn finish(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    id: &str,
    fence: u64,
    outcome: &Outcome,
) -> Result<bool, StoreError> {
    if was_done(transaction, attempt, id).await? {
        return Ok(true);
    }
    if !mark(transaction, attempt, id, fence).await? {
        return Ok(false);
    }
    let id = plain(id);
    let progress = (outcome.status == Status::Successful).then_some(100_i64);
    let finish = format!(
        "UPDATE regionfront.jobs SET status = $2, message = $3, termination = $4, solution = $5, \
             problem = $6, progress = coalesce($7, progress), mark = $8, updated = {MOMENT}, \
             finished = {MOMENT} \
         WHERE id = $1"
    );
    let values: &[&(dyn ToSql + Sync)] = &[
        &id,
        &outcome.status.word(),
        &plain(&outcome.message),
        &plain_or_none(outcome.termination.as_ref()),
        &plain_or_none(outcome.solution.as_ref()),
        &plain_or_none(outcome.problem.as_ref()),
        &progress,
        &attempt.mark,
    ];
    execute(transaction, &finish, values).await?;
    execute(transaction, "DELETE FROM regionfront.units WHERE job = $1", &[&id]).await?;
    // What parts have found is gone on from where the job is asked again.
    let is_kept = outcome.status == Status::Failed;
    let old = "DELETE FROM regionfront.files \
        WHERE job = $1 AND NOT ($2 AND starts_with(name, 'parts/'))";
    execute(transaction, old, &[&id, &is_kept]).await?;
    put_files(transaction, &id, &outcome.files).await?;
    tell(transaction, &id, outcome.status).await?;
    notify(transaction, &id).await?;
    Ok(true)
}

pub(super) async fn release(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    id: &str,
    fence: u64,
    pause: Duration,
    why: &str,
) -> Result<bool, StoreError> {
    if was_done(transaction, attempt, id).await? {
        return Ok(true);
    }
    put_back(transaction, attempt, id, fence, pause, why).await
}

/// Puts a unit back into the queue, with the row of its job in hand.
async fn put_back(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    id: &str,
    fence: u64,
    pause: Duration,
    why: &str,
) -> Result<bool, StoreError> {
    let id = plain(id);
    let back = format!(
        "UPDATE regionfront.units SET status = 'accepted', worker = '', mark = $4, \
             until = {NOW} - 1 + $3 \
         WHERE job = $1 AND fence = $2 AND status = 'running'"
    );
    let values: &[&(dyn ToSql + Sync)] = &[&id, &whole(fence), &milliseconds(pause), &attempt.mark];
    if execute(transaction, &back, values).await? == 0 {
        return Ok(false);
    }
    let say = format!("UPDATE regionfront.jobs SET message = $2, updated = {MOMENT} WHERE id = $1");
    execute(transaction, &say, &[&id, &plain(why)]).await?;
    // With another part of it under way the job goes on.
    let queue = format!(
        "UPDATE regionfront.jobs SET status = 'accepted', queued = {MOMENT} WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM regionfront.units WHERE job = $1 AND status = 'running')"
    );
    if execute(transaction, &queue, &[&id]).await? > 0 {
        tell(transaction, &id, Status::Accepted).await?;
    }
    notify(transaction, &id).await?;
    notify(transaction, WORK).await?;
    Ok(true)
}

pub(super) async fn release_all(
    transaction: &Transaction<'_>,
    attempt: Attempt,
    worker_prefix: &str,
) -> Result<u64, StoreError> {
    let prefix = plain(worker_prefix);
    // The rows of the jobs first, as everywhere, in an order that two callers share.
    let jobs = "SELECT id FROM regionfront.jobs WHERE id IN (SELECT job FROM regionfront.units \
        WHERE status = 'running' AND starts_with(worker, $1)) ORDER BY id FOR UPDATE";
    rows(transaction, jobs, &[&prefix]).await?;
    let held = "SELECT job, fence FROM regionfront.units \
        WHERE status = 'running' AND starts_with(worker, $1) ORDER BY job, place";
    let held = rows(transaction, held, &[&prefix]).await?;
    for row in &held {
        let id: String = row.try_get(0)?;
        put_back(transaction, attempt, &id, count(row, 1)?, Duration::ZERO, "").await?;
    }
    Ok(u64::try_from(held.len()).unwrap_or(u64::MAX))
}
