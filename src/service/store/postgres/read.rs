//! What is read of the database.

use deadpool_postgres::{Client, GenericClient};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::terms::{NOW, count, plain, status, whole};
use super::{
    Event, File, Job, Load, Status, StoreError, StoredInstance, StoredToken, Times, Wanted,
};

const JOB: &str = "id, process, inputs, status, progress, message, termination, solution, \
    attempts, stop, owner, problem, created, queued, started, updated, finished, \
    CASE status WHEN 'accepted' THEN (SELECT count(*) FROM regionfront.jobs AS other \
        WHERE other.status = 'accepted' AND other.seq < jobs.seq) END";

/// Rows of a query that is prepared once for each connection.
pub(super) async fn rows(
    client: &impl GenericClient,
    query: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, StoreError> {
    let query = client.prepare_cached(query).await?;
    Ok(client.query(&query, values).await?)
}

/// The only row, if there is one.
pub(super) async fn row(
    client: &impl GenericClient,
    query: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Option<Row>, StoreError> {
    Ok(rows(client, query, values).await?.pop())
}

/// Version of the tables; none where there are none.
pub(super) async fn version(client: &impl GenericClient) -> Result<Option<i64>, StoreError> {
    let is_there = "SELECT to_regclass('regionfront.version') IS NOT NULL";
    if !client.query_one(is_there, &[]).await?.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    let row = client.query_opt("SELECT max(version) FROM regionfront.version", &[]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

fn read_job(row: &Row) -> Result<Job, StoreError> {
    let ahead: Option<i64> = row.try_get(17)?;
    Ok(Job {
        id: row.try_get(0)?,
        process: row.try_get(1)?,
        inputs: row.try_get(2)?,
        status: status(row, 3)?,
        progress: u8::try_from(count(row, 4)?.min(100)).unwrap_or(100),
        message: row.try_get(5)?,
        termination: row.try_get(6)?,
        solution: row.try_get(7)?,
        attempts: count(row, 8)?,
        is_stopped: row.try_get(9)?,
        owner: row.try_get(10)?,
        problem: row.try_get(11)?,
        times: Times {
            created: row.try_get(12)?,
            queued: row.try_get(13)?,
            started: row.try_get(14)?,
            updated: row.try_get(15)?,
            finished: row.try_get(16)?,
        },
        ahead: ahead.and_then(|ahead| u64::try_from(ahead).ok()),
    })
}

pub(super) async fn job(client: &Client, id: &str) -> Result<Option<Job>, StoreError> {
    let query = format!("SELECT {JOB} FROM regionfront.jobs WHERE id = $1");
    row(client, &query, &[&plain(id)]).await?.as_ref().map(read_job).transpose()
}

pub(super) async fn work(client: &Client, id: &str) -> Result<Option<String>, StoreError> {
    let query = "SELECT work FROM regionfront.jobs WHERE id = $1";
    let row = row(client, query, &[&plain(id)]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

pub(super) async fn jobs(client: &Client, wanted: &Wanted) -> Result<(Vec<Job>, u64), StoreError> {
    let statuses: Vec<&str> = wanted.statuses.iter().map(|status| status.word()).collect();
    let conditions = "(cardinality($1::text[]) = 0 OR status = ANY ($1)) \
        AND (cardinality($2::text[]) = 0 OR process = ANY ($2))";
    let query = format!(
        "SELECT {JOB} FROM regionfront.jobs WHERE {conditions} \
         ORDER BY seq DESC LIMIT $3 OFFSET $4"
    );
    let (limit, offset) = (whole(wanted.limit), whole(wanted.offset));
    let found = rows(client, &query, &[&statuses, &wanted.processes, &limit, &offset]).await?;
    let query = format!("SELECT count(*) FROM regionfront.jobs WHERE {conditions}");
    let in_all = row(client, &query, &[&statuses, &wanted.processes]).await?;
    let in_all = in_all.map_or(Ok(0), |row| count(&row, 0))?;
    Ok((found.iter().map(read_job).collect::<Result<_, _>>()?, in_all))
}

/// Whether a unit waits, or its lease has run out.
pub(super) async fn has_work(client: &Client) -> Result<bool, StoreError> {
    let query = format!(
        "SELECT 1 FROM regionfront.units WHERE status IN ('accepted', 'running') AND until < {NOW} \
         LIMIT 1"
    );
    Ok(row(client, &query, &[]).await?.is_some())
}

pub(super) async fn load(client: &Client) -> Result<Load, StoreError> {
    let query = "SELECT count(*) FILTER (WHERE status = 'accepted'), \
            count(*) FILTER (WHERE status = 'running') FROM regionfront.units";
    let found = row(client, query, &[]).await?;
    let load = |row: &Row| Ok(Load { waiting: count(row, 0)?, running: count(row, 1)? });
    found.as_ref().map_or(Ok(Load::default()), load)
}

pub(super) async fn events(
    client: &Client,
    id: &str,
    after: u64,
    limit: u64,
) -> Result<Vec<Event>, StoreError> {
    let query = "SELECT number, kind, data FROM regionfront.events \
        WHERE job = $1 AND number > $2 ORDER BY number LIMIT $3";
    let event = |row: &Row| {
        Ok(Event { number: count(row, 0)?, kind: row.try_get(1)?, data: row.try_get(2)? })
    };
    let found = rows(client, query, &[&plain(id), &whole(after), &whole(limit)]).await?;
    found.iter().map(event).collect()
}

pub(super) async fn file(
    client: &Client,
    id: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let query = "SELECT bytes FROM regionfront.files WHERE job = $1 AND name = $2";
    let row = row(client, query, &[&plain(id), &plain(name)]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

pub(super) async fn files(client: &Client, id: &str) -> Result<Vec<(String, u64)>, StoreError> {
    // In the order of bytes, as the other store has it.
    let query = "SELECT name, length(bytes)::bigint FROM regionfront.files WHERE job = $1 \
        ORDER BY name COLLATE \"C\"";
    let found = rows(client, query, &[&plain(id)]).await?;
    found.iter().map(|row| Ok((row.try_get(0)?, count(row, 1)?))).collect()
}

pub(super) async fn instances(client: &Client) -> Result<Vec<StoredInstance>, StoreError> {
    let query = "SELECT id, name, title, areas, uploaded, created FROM regionfront.instances \
        ORDER BY name COLLATE \"C\", id COLLATE \"C\"";
    rows(client, query, &[]).await?.iter().map(instance).collect()
}

pub(super) async fn instances_called(
    client: &Client,
    word: &str,
) -> Result<Vec<StoredInstance>, StoreError> {
    let query = "SELECT id, name, title, areas, uploaded, created FROM regionfront.instances \
        WHERE id = $1 OR name = $1 ORDER BY name COLLATE \"C\", id COLLATE \"C\"";
    rows(client, query, &[&plain(word)]).await?.iter().map(instance).collect()
}

fn instance(row: &Row) -> Result<StoredInstance, StoreError> {
    Ok(StoredInstance {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        title: row.try_get(2)?,
        areas: count(row, 3)?,
        is_uploaded: row.try_get(4)?,
        created: row.try_get(5)?,
    })
}

pub(super) async fn instance_files(client: &Client, id: &str) -> Result<Vec<File>, StoreError> {
    let query = "SELECT name, bytes FROM regionfront.instance_files WHERE instance = $1 \
        ORDER BY name COLLATE \"C\"";
    let file = |row: &Row| Ok(File { name: row.try_get(0)?, bytes: row.try_get(1)? });
    rows(client, query, &[&plain(id)]).await?.iter().map(file).collect()
}

pub(super) async fn tokens(client: &Client) -> Result<Vec<StoredToken>, StoreError> {
    let query = "SELECT name, hash, scopes FROM regionfront.tokens ORDER BY name COLLATE \"C\"";
    let token = |row: &Row| {
        Ok(StoredToken { name: row.try_get(0)?, hash: row.try_get(1)?, scopes: row.try_get(2)? })
    };
    rows(client, query, &[]).await?.iter().map(token).collect()
}

pub(super) async fn counts(client: &Client) -> Result<Vec<(Status, u64)>, StoreError> {
    let query = "SELECT status, count(*) FROM regionfront.jobs GROUP BY status";
    let found = rows(client, query, &[]).await?;
    let found = found.iter().map(|row| Ok((status(row, 0)?, count(row, 1)?)));
    let found: Vec<(Status, u64)> = found.collect::<Result<_, StoreError>>()?;
    let of = |wanted: Status| found.iter().find(|(status, _)| *status == wanted);
    let all = Status::ALL.iter().map(|&status| (status, of(status).map_or(0, |(_, count)| *count)));
    Ok(all.collect())
}
