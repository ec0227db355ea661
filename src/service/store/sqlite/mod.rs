//! The store in one SQLite file.
//!
//! Written through one connection, in transactions that take the write lock at their beginning, so that
//! none fails half-way for want of it; read through others, which see the last finished transaction and
//! wait for nobody (write-ahead log). What is accepted is on the disk before the client hears of it
//! (`synchronous = FULL`).

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Transaction, TransactionBehavior};

use super::{
    Claim, Event, File, Job, Load, MOST_EVENTS, NewJob, Orders, Outcome, Room, STATUS, Status,
    Store, StoreError, StoredInstance, StoredToken, Submitted, Wanted,
};

mod lease;
mod read;
mod terms;
mod write;

const SCHEMA: &str = concat!(include_str!("schema.sql"), include_str!("units.sql"));

/// What makes tables of version 1 those of this version.
const FROM_1: &str = concat!(include_str!("units.sql"), include_str!("from_1.sql"));

/// Version of the tables, in the file's header.
const VERSION: i64 = 2;

/// How long a call waits for another process.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections that read.
const READERS: usize = 3;

/// A store in one SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
}

impl Sqlite {
    /// Opens the file, and creates it where there is none.
    ///
    /// # Errors
    /// When it cannot be opened, or holds the tables of another version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let writer = connect(path)?;
        writer.pragma_update(None, "journal_mode", "wal")?;
        let writer = Mutex::new(writer);
        let readers = (0..READERS).map(|_| connect(path).map(Mutex::new));
        let store = Self { writer, readers: readers.collect::<Result<_, _>>()? };
        store.write(|transaction| make(transaction, path))?;
        Ok(store)
    }

    /// Does something in one transaction.
    fn write<T>(
        &self,
        what: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // A panic within a transaction has rolled it back.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = what(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// A connection to read with: one that is free, or the first.
    fn reader(&self) -> MutexGuard<'_, Connection> {
        for reader in &self.readers {
            match reader.try_lock() {
                Ok(free) => return free,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.readers[0].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the tables where there are none, and brings those of an earlier version up to date.
fn make(transaction: &Transaction<'_>, path: &Path) -> Result<(), StoreError> {
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        VERSION => return Ok(()),
        0 => transaction.execute_batch(SCHEMA)?,
        1 => transaction.execute_batch(FROM_1)?,
        _ => {
            return Err(StoreError::Other(format!(
                "{} holds tables of version {version}, and this program knows version {VERSION}",
                path.display()
            )));
        }
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl Store for Sqlite {
    fn ping(&self) -> Result<(), StoreError> {
        Ok(self.reader().query_row("SELECT 1", [], |_| Ok(()))?)
    }

    fn is_far(&self) -> bool {
        false
    }

    fn submit(&self, job: &NewJob, key: Option<&str>, room: Room) -> Result<Submitted, StoreError> {
        self.write(|transaction| write::submit(transaction, job, key, room))
    }

    fn job(&self, id: &str) -> Result<Option<Job>, StoreError> {
        read::job(&self.reader(), id)
    }

    fn work(&self, id: &str) -> Result<Option<String>, StoreError> {
        let reader = self.reader();
        let mut query = reader.prepare_cached("SELECT work FROM jobs WHERE id = ?")?;
        Ok(query.query_row([id], |row| row.get(0)).optional()?)
    }

    fn jobs(&self, wanted: &Wanted) -> Result<(Vec<Job>, u64), StoreError> {
        read::jobs(&self.reader(), wanted)
    }

    fn claim(
        &self,
        worker: &str,
        lease: Duration,
        part_of: Option<&str>,
    ) -> Result<Option<Claim>, StoreError> {
        // Looking costs no write where nothing waits.
        if !read::has_work(&self.reader())? {
            return Ok(None);
        }
        self.write(|transaction| lease::claim(transaction, worker, lease, part_of))
    }

    fn renew(&self, id: &str, fence: u64, lease: Duration) -> Result<Orders, StoreError> {
        self.write(|transaction| lease::renew(transaction, id, fence, lease))
    }

    fn record(
        &self,
        id: &str,
        fence: u64,
        events: &[(String, String)],
        progress: Option<u8>,
    ) -> Result<bool, StoreError> {
        self.write(|transaction| lease::record(transaction, id, fence, events, progress))
    }

    fn keep(&self, id: &str, fence: u64, files: &[File]) -> Result<bool, StoreError> {
        self.write(|transaction| lease::keep(transaction, id, fence, files))
    }

    fn finish_part(&self, id: &str, fence: u64, files: &[File]) -> Result<bool, StoreError> {
        self.write(|transaction| lease::finish_part(transaction, id, fence, files))
    }

    fn finish(&self, id: &str, fence: u64, outcome: &Outcome) -> Result<bool, StoreError> {
        self.write(|transaction| lease::finish(transaction, id, fence, outcome))
    }

    fn release(
        &self,
        id: &str,
        fence: u64,
        pause: Duration,
        why: &str,
    ) -> Result<bool, StoreError> {
        self.write(|transaction| lease::release(transaction, id, fence, pause, why))
    }

    fn release_all(&self, worker_prefix: &str) -> Result<u64, StoreError> {
        self.write(|transaction| lease::release_all(transaction, worker_prefix))
    }

    fn stop(&self, id: &str) -> Result<bool, StoreError> {
        self.write(|transaction| write::stop(transaction, id))
    }

    fn dismiss(&self, id: &str) -> Result<(), StoreError> {
        self.write(|transaction| write::dismiss(transaction, id))
    }

    fn forget(&self, age: Duration) -> Result<u64, StoreError> {
        self.write(|transaction| write::forget(transaction, age))
    }

    fn events(&self, id: &str, after: u64, limit: u64) -> Result<Vec<Event>, StoreError> {
        read::events(&self.reader(), id, after, limit)
    }

    fn file(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let reader = self.reader();
        let mut query =
            reader.prepare_cached("SELECT bytes FROM files WHERE job = ? AND name = ?")?;
        Ok(query.query_row((id, name), |row| row.get(0)).optional()?)
    }

    fn files(&self, id: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let reader = self.reader();
        let mut query = reader
            .prepare_cached("SELECT name, length(bytes) FROM files WHERE job = ? ORDER BY name")?;
        let rows = query.query_map([id], |row| Ok((row.get(0)?, terms::count(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn put_instance(&self, instance: &StoredInstance, files: &[File]) -> Result<bool, StoreError> {
        self.write(|transaction| write::put_instance(transaction, instance, files))
    }

    fn instances(&self) -> Result<Vec<StoredInstance>, StoreError> {
        read::instances(&self.reader())
    }

    fn instances_called(&self, word: &str) -> Result<Vec<StoredInstance>, StoreError> {
        read::instances_called(&self.reader(), word)
    }

    fn instance_files(&self, id: &str) -> Result<Vec<File>, StoreError> {
        let reader = self.reader();
        let mut query = reader.prepare_cached(
            "SELECT name, bytes FROM instance_files WHERE instance = ? ORDER BY name",
        )?;
        let file = |row: &rusqlite::Row<'_>| Ok(File { name: row.get(0)?, bytes: row.get(1)? });
        let rows = query.query_map([id], file)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn delete_instance(&self, id: &str) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let mine = "DELETE FROM instances WHERE id = ? AND uploaded = 1";
            let is_there = transaction.execute(mine, [id])? > 0;
            if is_there {
                transaction.execute("DELETE FROM instance_files WHERE instance = ?", [id])?;
            }
            Ok(is_there)
        })
    }

    fn put_token(&self, token: &StoredToken) -> Result<(), StoreError> {
        self.write(|transaction| {
            let put = "INSERT OR REPLACE INTO tokens (name, hash, scopes) VALUES (?, ?, ?)";
            transaction.execute(put, (&token.name, &token.hash, &token.scopes))?;
            Ok(())
        })
    }

    fn tokens(&self) -> Result<Vec<StoredToken>, StoreError> {
        let reader = self.reader();
        let mut query =
            reader.prepare_cached("SELECT name, hash, scopes FROM tokens ORDER BY name")?;
        let rows = query.query_map([], |row| {
            Ok(StoredToken { name: row.get(0)?, hash: row.get(1)?, scopes: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn delete_token(&self, name: &str) -> Result<bool, StoreError> {
        self.write(|transaction| {
            Ok(transaction.execute("DELETE FROM tokens WHERE name = ?", [name])? > 0)
        })
    }

    fn counts(&self) -> Result<Vec<(Status, u64)>, StoreError> {
        read::counts(&self.reader())
    }

    fn load(&self) -> Result<Load, StoreError> {
        read::load(&self.reader())
    }
}
