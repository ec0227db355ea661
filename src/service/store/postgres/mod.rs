//! The store in a PostgreSQL database, for servers and workers on any number of machines.
//!
//! A call is a transaction on one of a few connections; where it breaks, as when the database is
//! restarted, it is made again for a while. A commit whose answer was lost is not guessed about: what may
//! be done once only leaves the call's own mark on the row of the job or unit, and a call that is made again looks
//! for it first. So nothing is written twice, events included. (The number of a transaction would not do:
//! after a crash another one may get it.)
//!
//! Jobs are claimed with `FOR UPDATE SKIP LOCKED`, so that workers do not wait for each other, and
//! leases run by the database's clock. Who waits is woken by `NOTIFY`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::{
    Client, GenericClient as _, Manager, ManagerConfig, Pool, RecyclingMethod,
    Runtime as PoolRuntime, Transaction,
};
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;
use tokio_postgres::{Config, NoTls};

use super::{
    Claim, Event, File, Job, Load, MOST_EVENTS, NewJob, Orders, Outcome, Room, STATUS, Status,
    Store, StoreError, StoredInstance, StoredToken, Submitted, Times, Wanted,
};
use crate::bell::Bell;

mod fault;
mod lease;
mod listen;
mod read;
mod terms;
mod tls;
mod write;

const SCHEMA: &str = concat!(include_str!("schema.sql"), include_str!("units.sql"));

/// What makes tables of version 1 those of this version.
const FROM_1: &str = concat!(include_str!("units.sql"), include_str!("from_1.sql"));

/// Version of the tables.
const VERSION: i64 = 2;

/// How long a call is made again while the database is away.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long after that it is made again.
const PAUSE: Duration = Duration::from_millis(200);

/// Most connections of a process, beside the one that listens.
const CONNECTIONS: usize = 8;

/// How long a connection is waited for.
const CONNECTING: Duration = Duration::from_secs(5);

/// How long the other side of a connection may be silent before it is taken for gone.
const SILENCE: Duration = Duration::from_secs(30);

/// Numbers of the locks that are taken in the whole database, of any meaning.
const SUBMITTING: i64 = 0x7266_0001;
const MAKING: i64 = 0x7266_0002;

/// A store in a PostgreSQL database.
pub struct Postgres {
    config: Config,
    pool: Pool,
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not its address, which may hold a password.
        out.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // The last who holds it may be a task, which may not wait.
            runtime.shutdown_background();
        }
    }
}

impl Postgres {
    /// Opens the database at a `postgres://` address, and makes the tables where there are none.
    ///
    /// # Errors
    /// When it cannot be reached, or holds the tables of another version.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let mut config: Config = url.parse()?;
        if config.get_application_name().is_none() {
            config.application_name("regionfront");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECTING);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE);
        let other = |error: &dyn std::fmt::Display| StoreError::Other(error.to_string());
        let checks = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match tls::wanted(&config)? {
            Some(tls) => Manager::from_config(config.clone(), tls, checks),
            None => Manager::from_config(config.clone(), NoTls, checks),
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(PoolRuntime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| other(&error))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("store")
            .enable_all()
            .build()
            .map_err(|error| other(&error))?;
        let store = Self { config, pool, runtime: Some(runtime) };
        store.make()?;
        Ok(store)
    }

    /// Makes the tables where there are none, and brings those of an earlier version up to date. Who may not make any can still use them.
    fn make(&self) -> Result<(), StoreError> {
        let version = self.read(async |client| read::version(client).await)?;
        let version = match version {
            Some(version @ VERSION..) => version,
            _ => self.write(async |transaction, _| {
                write::lock(transaction, MAKING).await?;
                match read::version(transaction).await? {
                    None => transaction.batch_execute(SCHEMA).await?,
                    Some(1) => transaction.batch_execute(FROM_1).await?,
                    Some(version) => return Ok(version),
                }
                Ok(VERSION)
            })?,
        };
        if version == VERSION {
            return Ok(());
        }
        Err(StoreError::Other(format!(
            "the database holds tables of version {version}, and this program knows version {VERSION}"
        )))
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it is there until the store is dropped")
    }

    /// Reads something, again if need be.
    #[expect(clippy::needless_pass_by_value, reason = "closures are handed over")]
    fn read<T>(
        &self,
        what: impl AsyncFn(&Client) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.runtime().block_on(patiently(async || {
            let client = self.pool.get().await?;
            what(&client).await
        }))
    }

    /// Does something in one transaction, again if need be.
    #[expect(clippy::needless_pass_by_value, reason = "closures are handed over")]
    fn write<T>(
        &self,
        what: impl AsyncFn(&Transaction<'_>, Attempt) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut mark = [0; 8];
        getrandom::fill(&mut mark).map_err(|error| StoreError::Other(error.to_string()))?;
        let mark = i64::from_ne_bytes(mark);
        let is_again = AtomicBool::new(false);
        self.runtime().block_on(patiently(async || {
            let attempt = Attempt { mark, is_again: is_again.swap(true, Ordering::SeqCst) };
            let mut client = self.pool.get().await?;
            let transaction = client.transaction().await?;
            let done = what(&transaction, attempt).await?;
            transaction.commit().await?;
            Ok(done)
        }))
    }
}

/// Which attempt at a call it is.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    /// The call's own, the same in every attempt.
    mark: i64,
    /// Whether an earlier one may have been done without a word.
    is_again: bool,
}

/// Makes a call again while what hinders it may pass.
async fn patiently<T>(call: impl AsyncFn() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let began = Instant::now();
    loop {
        match call().await {
            Err(error) if error.is_passing() && began.elapsed() < PATIENCE => sleep(PAUSE).await,
            ended => return ended,
        }
    }
}

impl Store for Postgres {
    fn ping(&self) -> Result<(), StoreError> {
        // Now, and not after a while: who asks wants to know.
        self.runtime().block_on(async {
            self.pool.get().await?.query_one("SELECT 1", &[]).await?;
            Ok(())
        })
    }

    fn attend(&self, bell: &Arc<Bell>) {
        let listening = listen::listen(self.config.clone(), Arc::downgrade(bell));
        self.runtime().spawn(listening);
    }

    fn is_far(&self) -> bool {
        true
    }

    fn submit(&self, job: &NewJob, key: Option<&str>, room: Room) -> Result<Submitted, StoreError> {
        self.write(async |transaction, _| write::submit(transaction, job, key, room).await)
    }

    fn job(&self, id: &str) -> Result<Option<Job>, StoreError> {
        self.read(async |client| read::job(client, id).await)
    }

    fn work(&self, id: &str) -> Result<Option<String>, StoreError> {
        self.read(async |client| read::work(client, id).await)
    }

    fn jobs(&self, wanted: &Wanted) -> Result<(Vec<Job>, u64), StoreError> {
        self.read(async |client| read::jobs(client, wanted).await)
    }

    fn claim(
        &self,
        worker: &str,
        lease: Duration,
        part_of: Option<&str>,
    ) -> Result<Option<Claim>, StoreError> {
        // Looking costs no write where nothing waits.
        if !self.read(async |client| read::has_work(client).await)? {
            return Ok(None);
        }
        self.write(async |transaction, attempt| {
            lease::claim(transaction, attempt, worker, lease, part_of).await
        })
    }

    fn renew(&self, id: &str, fence: u64, lease: Duration) -> Result<Orders, StoreError> {
        self.write(async |transaction, _| lease::renew(transaction, id, fence, lease).await)
    }

    fn record(
        &self,
        id: &str,
        fence: u64,
        events: &[(String, String)],
        progress: Option<u8>,
    ) -> Result<bool, StoreError> {
        self.write(async |transaction, attempt| {
            lease::record(transaction, attempt, id, fence, events, progress).await
        })
    }

    fn keep(&self, id: &str, fence: u64, files: &[File]) -> Result<bool, StoreError> {
        self.write(async |transaction, _| lease::keep(transaction, id, fence, files).await)
    }

    fn finish_part(&self, id: &str, fence: u64, files: &[File]) -> Result<bool, StoreError> {
        self.write(async |transaction, attempt| {
            lease::finish_part(transaction, attempt, id, fence, files).await
        })
    }

    fn finish(&self, id: &str, fence: u64, outcome: &Outcome) -> Result<bool, StoreError> {
        self.write(async |transaction, attempt| {
            lease::finish(transaction, attempt, id, fence, outcome).await
        })
    }

    fn release(
        &self,
        id: &str,
        fence: u64,
        pause: Duration,
        why: &str,
    ) -> Result<bool, StoreError> {
        self.write(async |transaction, attempt| {
            lease::release(transaction, attempt, id, fence, pause, why).await
        })
    }

    fn release_all(&self, worker_prefix: &str) -> Result<u64, StoreError> {
        self.write(async |transaction, attempt| {
            lease::release_all(transaction, attempt, worker_prefix).await
        })
    }

    fn stop(&self, id: &str) -> Result<bool, StoreError> {
        self.write(async |transaction, _| write::stop(transaction, id).await)
    }

    fn dismiss(&self, id: &str) -> Result<(), StoreError> {
        self.write(async |transaction, _| write::dismiss(transaction, id).await)
    }

    fn forget(&self, age: Duration) -> Result<u64, StoreError> {
        self.write(async |transaction, _| write::forget(transaction, age).await)
    }

    fn events(&self, id: &str, after: u64, limit: u64) -> Result<Vec<Event>, StoreError> {
        self.read(async |client| read::events(client, id, after, limit).await)
    }

    fn file(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(async |client| read::file(client, id, name).await)
    }

    fn files(&self, id: &str) -> Result<Vec<(String, u64)>, StoreError> {
        self.read(async |client| read::files(client, id).await)
    }

    fn put_instance(&self, instance: &StoredInstance, files: &[File]) -> Result<bool, StoreError> {
        self.write(async |transaction, _| write::put_instance(transaction, instance, files).await)
    }

    fn instances(&self) -> Result<Vec<StoredInstance>, StoreError> {
        self.read(async |client| read::instances(client).await)
    }

    fn instances_called(&self, word: &str) -> Result<Vec<StoredInstance>, StoreError> {
        self.read(async |client| read::instances_called(client, word).await)
    }

    fn instance_files(&self, id: &str) -> Result<Vec<File>, StoreError> {
        self.read(async |client| read::instance_files(client, id).await)
    }

    fn delete_instance(&self, id: &str) -> Result<bool, StoreError> {
        self.write(async |transaction, _| write::delete_instance(transaction, id).await)
    }

    fn put_token(&self, token: &StoredToken) -> Result<(), StoreError> {
        self.write(async |transaction, _| write::put_token(transaction, token).await)
    }

    fn tokens(&self) -> Result<Vec<StoredToken>, StoreError> {
        self.read(async |client| read::tokens(client).await)
    }

    fn delete_token(&self, name: &str) -> Result<bool, StoreError> {
        self.write(async |transaction, _| write::delete_token(transaction, name).await)
    }

    fn counts(&self) -> Result<Vec<(Status, u64)>, StoreError> {
        self.read(async |client| read::counts(client).await)
    }

    fn load(&self) -> Result<Load, StoreError> {
        self.read(async |client| read::load(client).await)
    }
}
