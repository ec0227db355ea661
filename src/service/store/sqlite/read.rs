//! What is read of the SQLite file.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, params_from_iter};

use super::terms::{count, whole};
use super::{Event, Job, Load, Status, StoreError, StoredInstance, Wanted};
use crate::store::Times;

const JOB: &str = "id, process, inputs, status, progress, message, termination, solution, \
    attempts, stop, owner, problem, created, queued, started, updated, finished, \
    CASE status WHEN 'accepted' THEN (SELECT count(*) FROM jobs AS other \
        WHERE other.status = 'accepted' AND other.seq < jobs.seq) END";

fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<Status> {
    let word: String = row.get(column)?;
    Status::of(&word).ok_or_else(|| {
        let what = format!("`{word}` is no status").into();
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what)
    })
}

fn read_job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let ahead: Option<i64> = row.get(17)?;
    Ok(Job {
        id: row.get(0)?,
        process: row.get(1)?,
        inputs: row.get(2)?,
        status: status(row, 3)?,
        progress: u8::try_from(count(row, 4)?.min(100)).unwrap_or(100),
        message: row.get(5)?,
        termination: row.get(6)?,
        solution: row.get(7)?,
        attempts: count(row, 8)?,
        is_stopped: count(row, 9)? > 0,
        owner: row.get(10)?,
        problem: row.get(11)?,
        times: Times {
            created: row.get(12)?,
            queued: row.get(13)?,
            started: row.get(14)?,
            updated: row.get(15)?,
            finished: row.get(16)?,
        },
        ahead: ahead.and_then(|ahead| u64::try_from(ahead).ok()),
    })
}

pub(super) fn job(connection: &Connection, id: &str) -> Result<Option<Job>, StoreError> {
    let mut query = connection.prepare_cached(&format!("SELECT {JOB} FROM jobs WHERE id = ?"))?;
    Ok(query.query_row([id], read_job).optional()?)
}

pub(super) fn jobs(
    connection: &Connection,
    wanted: &Wanted,
) -> Result<(Vec<Job>, u64), StoreError> {
    let marks = |count: usize| vec!["?"; count].join(", ");
    let mut conditions = vec!["1".to_owned()];
    let statuses = wanted.statuses.iter().map(|status| status.word().to_owned());
    if !wanted.statuses.is_empty() {
        conditions.push(format!("status IN ({})", marks(wanted.statuses.len())));
    }
    if !wanted.processes.is_empty() {
        conditions.push(format!("process IN ({})", marks(wanted.processes.len())));
    }
    let conditions = conditions.join(" AND ");
    let words: Vec<String> = statuses.chain(wanted.processes.iter().cloned()).collect();
    let mut query = connection.prepare_cached(&format!(
        "SELECT {JOB} FROM jobs WHERE {conditions} ORDER BY seq DESC LIMIT {} OFFSET {}",
        whole(wanted.limit),
        whole(wanted.offset)
    ))?;
    let found = query.query_map(params_from_iter(&words), read_job)?;
    let found = found.collect::<Result<Vec<Job>, _>>()?;
    let mut query =
        connection.prepare_cached(&format!("SELECT count(*) FROM jobs WHERE {conditions}"))?;
    let in_all = query.query_row(params_from_iter(&words), |row| count(row, 0))?;
    Ok((found, in_all))
}

/// Whether a unit waits, or its lease has run out.
pub(super) fn has_work(connection: &Connection) -> Result<bool, StoreError> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT EXISTS (SELECT 1 FROM units WHERE status IN ('accepted', 'running') AND until < {})",
        super::terms::NOW
    ))?;
    Ok(query.query_row([], |row| row.get(0))?)
}

pub(super) fn load(connection: &Connection) -> Result<Load, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT count(*) FILTER (WHERE status = 'accepted'), \
                count(*) FILTER (WHERE status = 'running') FROM units",
    )?;
    let load = |row: &Row<'_>| Ok(Load { waiting: count(row, 0)?, running: count(row, 1)? });
    Ok(query.query_row([], load)?)
}

pub(super) fn events(
    connection: &Connection,
    id: &str,
    after: u64,
    limit: u64,
) -> Result<Vec<Event>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT number, kind, data FROM events WHERE job = ? AND number > ? ORDER BY number LIMIT ?",
    )?;
    let rows = query.query_map((id, whole(after), whole(limit)), |row| {
        Ok(Event { number: count(row, 0)?, kind: row.get(1)?, data: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn instances(connection: &Connection) -> Result<Vec<StoredInstance>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT id, name, title, areas, uploaded, created FROM instances ORDER BY name, id",
    )?;
    Ok(query.query_map([], instance)?.collect::<Result<_, _>>()?)
}

pub(super) fn instances_called(
    connection: &Connection,
    word: &str,
) -> Result<Vec<StoredInstance>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT id, name, title, areas, uploaded, created FROM instances \
         WHERE id = ?1 OR name = ?1 ORDER BY name, id",
    )?;
    Ok(query.query_map([word], instance)?.collect::<Result<_, _>>()?)
}

fn instance(row: &Row<'_>) -> rusqlite::Result<StoredInstance> {
    Ok(StoredInstance {
        id: row.get(0)?,
        name: row.get(1)?,
        title: row.get(2)?,
        areas: count(row, 3)?,
        is_uploaded: row.get(4)?,
        created: row.get(5)?,
    })
}

pub(super) fn counts(connection: &Connection) -> Result<Vec<(Status, u64)>, StoreError> {
    let mut query =
        connection.prepare_cached("SELECT status, count(*) FROM jobs GROUP BY status")?;
    let rows = query.query_map([], |row| Ok((status(row, 0)?, count(row, 1)?)))?;
    let found: Vec<(Status, u64)> = rows.collect::<Result<_, _>>()?;
    let of = |wanted: Status| found.iter().find(|(status, _)| *status == wanted);
    let all = Status::ALL.iter().map(|&status| (status, of(status).map_or(0, |(_, count)| *count)));
    Ok(all.collect())
}
