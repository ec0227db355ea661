//! What is written to the database, each in the transaction of the caller.

use std::time::Duration;

use deadpool_postgres::{GenericClient as _, Transaction};
use tokio_postgres::types::ToSql;

use super::listen::{CHANNEL, WORK};
use super::read::{row, rows};
use super::terms::{count, plain, whole};
use super::{
    File, MOST_EVENTS, NewJob, Room, STATUS, SUBMITTING, Status, StoreError, StoredInstance,
    StoredToken, Submitted,
};

/// Now, as RFC 3339.
pub(super) const MOMENT: &str = "to_char(clock_timestamp() AT TIME ZONE 'UTC', \
    'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

/// Waits until nobody else is in a transaction with this lock.
pub(super) async fn lock(transaction: &Transaction<'_>, lock: i64) -> Result<(), StoreError> {
    row(transaction, "SELECT pg_advisory_xact_lock($1)", &[&lock]).await.map(drop)
}

pub(super) async fn execute(
    transaction: &Transaction<'_>,
    query: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<u64, StoreError> {
    let query = transaction.prepare_cached(query).await?;
    Ok(transaction.execute(&query, values).await?)
}

/// Wakes those who wait, once this transaction is committed.
pub(super) async fn notify(transaction: &Transaction<'_>, what: &str) -> Result<(), StoreError> {
    row(transaction, "SELECT pg_notify($1, $2)", &[&CHANNEL, &plain(what)]).await.map(drop)
}

pub(super) async fn submit(
    transaction: &Transaction<'_>,
    job: &NewJob,
    key: Option<&str>,
    room: Room,
) -> Result<Submitted, StoreError> {
    // One at a time: what is counted and looked up stays so until it is kept.
    lock(transaction, SUBMITTING).await?;
    let owner = plain(&job.owner);
    if let Some(key) = key {
        let of = "SELECT job FROM regionfront.keys WHERE owner = $1 AND key = $2";
        let known = row(transaction, of, &[&owner, &plain(key)]).await?;
        let known: Option<String> = known.map(|row| row.try_get(0)).transpose()?;
        if known.is_some_and(|known| known != job.id) {
            return Ok(Submitted::OtherQuestion);
        }
    }
    // Whoever is about to end the job ends it first.
    let of = "SELECT status, stop FROM regionfront.jobs WHERE id = $1 FOR UPDATE";
    let known = row(transaction, of, &[&job.id]).await?;
    if let Some(known) = known {
        let (status, is_stopped) = (super::terms::status(&known, 0)?, known.try_get::<_, bool>(1)?);
        if !status.is_end() || (status == Status::Successful && !is_stopped) {
            keep_key(transaction, job, key).await?;
            return Ok(Submitted::Known);
        }
    }
    let open = "SELECT count(*), count(*) FILTER (WHERE owner = $1) FROM regionfront.jobs \
        WHERE status IN ('accepted', 'running')";
    let open = row(transaction, open, &[&owner]).await?;
    let (queue, own) = match open {
        Some(row) => (count(&row, 0)?, count(&row, 1)?),
        None => (0, 0),
    };
    if queue >= room.queue {
        return Ok(Submitted::QueueFull);
    }
    if own >= room.owner {
        return Ok(Submitted::OwnerFull);
    }
    // A stopped job keeps its files: its journal is what it goes on from.
    let put = format!(
        "INSERT INTO regionfront.jobs AS jobs \
             (id, seq, process, inputs, work, owner, status, created, queued, updated) \
         VALUES ($1, (SELECT coalesce(max(seq), 0) + 1 FROM regionfront.jobs), $2, $3, $4, $5, \
                 'accepted', {MOMENT}, {MOMENT}, {MOMENT}) \
         ON CONFLICT (id) DO UPDATE SET status = 'accepted', seq = excluded.seq, \
             inputs = excluded.inputs, work = excluded.work, owner = excluded.owner, \
             progress = 0, message = '', termination = NULL, solution = NULL, problem = NULL, \
             stop = FALSE, queued = {MOMENT}, started = NULL, updated = {MOMENT}, \
             finished = NULL"
    );
    let (inputs, work) = (plain(&job.inputs), plain(&job.work));
    execute(transaction, &put, &[&job.id, &job.process, &inputs, &work, &owner]).await?;
    put_units(transaction, job).await?;
    keep_key(transaction, job, key).await?;
    tell(transaction, &job.id, Status::Accepted).await?;
    notify(transaction, WORK).await?;
    Ok(Submitted::Queued)
}

/// Puts what workers take of a job into the queue: its parts, and after them the job itself.
async fn put_units(transaction: &Transaction<'_>, job: &NewJob) -> Result<(), StoreError> {
    execute(transaction, "DELETE FROM regionfront.units WHERE job = $1", &[&job.id]).await?;
    let last = if job.parts.is_empty() { "accepted" } else { "held" };
    let parts = job.parts.iter().map(|part| (plain(part), "accepted"));
    let (parts, statuses): (Vec<String>, Vec<&str>) = parts.chain([(String::new(), last)]).unzip();
    let put = "INSERT INTO regionfront.units (job, place, part, status) \
        SELECT $1, told.place - 1, told.part, told.status \
        FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS told (part, status, place)";
    execute(transaction, put, &[&job.id, &parts, &statuses]).await.map(drop)
}

async fn keep_key(
    transaction: &Transaction<'_>,
    job: &NewJob,
    key: Option<&str>,
) -> Result<(), StoreError> {
    if let Some(key) = key {
        let keep = "INSERT INTO regionfront.keys (owner, key, job) VALUES ($1, $2, $3) \
            ON CONFLICT DO NOTHING";
        execute(transaction, keep, &[&plain(&job.owner), &plain(key), &job.id]).await?;
    }
    Ok(())
}

pub(super) async fn put_files(
    transaction: &Transaction<'_>,
    id: &str,
    files: &[File],
) -> Result<(), StoreError> {
    let put = "INSERT INTO regionfront.files (job, name, bytes) VALUES ($1, $2, $3) \
        ON CONFLICT (job, name) DO UPDATE SET bytes = excluded.bytes";
    for File { name, bytes } in files {
        execute(transaction, put, &[&plain(id), &plain(name), bytes]).await?;
    }
    Ok(())
}

pub(super) async fn stop(transaction: &Transaction<'_>, id: &str) -> Result<bool, StoreError> {
    let stop = format!(
        "UPDATE regionfront.jobs SET stop = TRUE, updated = {MOMENT} \
         WHERE id = $1 AND status IN ('accepted', 'running')"
    );
    let id = &plain(id);
    let changed = execute(transaction, &stop, &[id]).await?;
    // What nobody has begun need not be begun.
    let idle = "UPDATE regionfront.units SET status = 'done' \
        WHERE job = $1 AND status = 'accepted' AND part <> '' AND attempts = 0";
    if changed > 0 && execute(transaction, idle, &[id]).await? > 0 {
        open_after_parts(transaction, id).await?;
    }
    notify(transaction, id).await?;
    Ok(changed > 0)
}

/// Lets a job be claimed whose parts have all ended.
pub(super) async fn open_after_parts(
    transaction: &Transaction<'_>,
    id: &str,
) -> Result<(), StoreError> {
    let open = "UPDATE regionfront.units SET status = 'accepted' \
        WHERE job = $1 AND status = 'held' \
            AND NOT EXISTS (SELECT 1 FROM regionfront.units AS other \
                WHERE other.job = $1 AND other.part <> '' AND other.status <> 'done')";
    if execute(transaction, open, &[&plain(id)]).await? > 0 {
        notify(transaction, WORK).await?;
    }
    Ok(())
}

pub(super) async fn dismiss(transaction: &Transaction<'_>, id: &str) -> Result<(), StoreError> {
    let dismiss = format!(
        "UPDATE regionfront.jobs SET status = 'dismissed', message = 'dismissed', \
             termination = NULL, solution = NULL, problem = NULL, fence = fence + 1, \
             updated = {MOMENT}, finished = coalesce(finished, {MOMENT}) \
         WHERE id = $1 AND status <> 'dismissed'"
    );
    if execute(transaction, &dismiss, &[&plain(id)]).await? > 0 {
        for table in ["units", "files"] {
            let delete = format!("DELETE FROM regionfront.{table} WHERE job = $1");
            execute(transaction, &delete, &[&plain(id)]).await?;
        }
        tell(transaction, id, Status::Dismissed).await?;
        notify(transaction, id).await?;
    }
    Ok(())
}

pub(super) async fn forget(
    transaction: &Transaction<'_>,
    age: Duration,
) -> Result<u64, StoreError> {
    let old = "DELETE FROM regionfront.jobs WHERE status NOT IN ('accepted', 'running') \
        AND finished < to_char((clock_timestamp() - make_interval(secs => $1)) AT TIME ZONE 'UTC', \
            'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') RETURNING id";
    let old = rows(transaction, old, &[&age.as_secs_f64()]).await?;
    let old: Vec<String> = old.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    for table in ["events", "files", "keys"] {
        let delete = format!("DELETE FROM regionfront.{table} WHERE job = ANY ($1)");
        execute(transaction, &delete, &[&old]).await?;
    }
    Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
}

pub(super) async fn put_instance(
    transaction: &Transaction<'_>,
    instance: &StoredInstance,
    files: &[File],
) -> Result<bool, StoreError> {
    let put = format!(
        "INSERT INTO regionfront.instances (id, name, title, areas, uploaded, created) \
         VALUES ($1, $2, $3, $4, $5, {MOMENT}) ON CONFLICT DO NOTHING"
    );
    let StoredInstance { id, name, title, areas, is_uploaded, .. } = instance;
    let values: &[&(dyn ToSql + Sync)] =
        &[id, &plain(name), &plain(title), &whole(*areas), is_uploaded];
    let added = execute(transaction, &put, values).await?;
    if added > 0 {
        let put = "INSERT INTO regionfront.instance_files (instance, name, bytes) \
            VALUES ($1, $2, $3) \
            ON CONFLICT (instance, name) DO UPDATE SET bytes = excluded.bytes";
        for File { name, bytes } in files {
            execute(transaction, put, &[id, &plain(name), bytes]).await?;
        }
    }
    Ok(added > 0)
}

pub(super) async fn delete_instance(
    transaction: &Transaction<'_>,
    id: &str,
) -> Result<bool, StoreError> {
    let id = plain(id);
    let mine = "DELETE FROM regionfront.instances WHERE id = $1 AND uploaded";
    let is_there = execute(transaction, mine, &[&id]).await? > 0;
    if is_there {
        let files = "DELETE FROM regionfront.instance_files WHERE instance = $1";
        execute(transaction, files, &[&id]).await?;
    }
    Ok(is_there)
}

pub(super) async fn put_token(
    transaction: &Transaction<'_>,
    token: &StoredToken,
) -> Result<(), StoreError> {
    let put = "INSERT INTO regionfront.tokens (name, hash, scopes) VALUES ($1, $2, $3) \
        ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, scopes = excluded.scopes";
    execute(transaction, put, &[&plain(&token.name), &token.hash, &token.scopes]).await.map(drop)
}

pub(super) async fn delete_token(
    transaction: &Transaction<'_>,
    name: &str,
) -> Result<bool, StoreError> {
    let delete = "DELETE FROM regionfront.tokens WHERE name = $1";
    Ok(execute(transaction, delete, &[&plain(name)]).await? > 0)
}

/// Adds the event that a job has this status now.
pub(super) async fn tell(
    transaction: &Transaction<'_>,
    id: &str,
    status: Status,
) -> Result<(), StoreError> {
    let data = format!("{{\"status\":\"{}\"}}", status.word());
    add(transaction, id, &[(STATUS.to_owned(), data)]).await
}

/// Adds events. The caller holds the row of the job, so that nobody else counts them meanwhile.
pub(super) async fn add(
    transaction: &Transaction<'_>,
    id: &str,
    events: &[(String, String)],
) -> Result<(), StoreError> {
    let id = plain(id);
    let last = "SELECT coalesce(max(number), 0) FROM regionfront.events WHERE job = $1";
    let last = row(transaction, last, &[&id]).await?;
    let last = last.map_or(Ok(0), |row| count(&row, 0))?;
    let room = usize::try_from(MOST_EVENTS.saturating_sub(last)).unwrap_or(usize::MAX);
    let kept = events.iter().enumerate().filter(|(at, (kind, _))| *at < room || kind == STATUS);
    let (kinds, data): (Vec<String>, Vec<String>) =
        kept.map(|(_, (kind, data))| (plain(kind), plain(data))).unzip();
    let put = "INSERT INTO regionfront.events (job, number, kind, data) \
        SELECT $1, $2 + told.at, told.kind, told.data \
        FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS told (kind, data, at)";
    execute(transaction, put, &[&id, &whole(last), &kinds, &data]).await.map(drop)
}

pub(super) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
