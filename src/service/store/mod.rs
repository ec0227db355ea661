//! Where jobs, events, results, instances and tokens are kept.
//!
//! A [`Store`] promises that what it has accepted is there after any kill at any moment: a job is
//! accepted, claimed, and finished in one transaction each, and the files of a result come with the end
//! of its job or not at all. Work is on lease. Each claim raises the job's fence; whoever writes about a
//! job says under which fence, and one who was thought dead, and is not, finds that it is no longer his.
//! The only clock is the store's, so that a worker whose clock is wrong does no harm.
//!
//! What a worker takes is a unit: a part of a job, such as one k of a list, or the job itself, which comes
//! after its last part. A unit has its own lease, its own fence and its own worker.
//!
//! There are two, and one suite of tests holds both to this: [`Sqlite`] in one file of one machine, and
//! [`Postgres`] for as many machines as there are.

use std::sync::Arc;
use std::time::Duration;

use crate::bell::Bell;

mod postgres;
mod records;
mod sqlite;

pub use postgres::Postgres;
pub use records::{
    Claim, Event, File, Job, Load, NewJob, Orders, Outcome, Room, Status, StoreError,
    StoredInstance, StoredToken, Submitted, Times, Wanted,
};
pub use sqlite::Sqlite;

/// Most events that are kept of one job; of more, only those about its status.
const MOST_EVENTS: u64 = 20_000;

/// The kind of event that tells of a status.
const STATUS: &str = "status";

/// What keeps jobs. All calls block; each is one transaction.
pub trait Store: Send + Sync + 'static {
    /// Whether it answers.
    ///
    /// # Errors
    /// Like all calls: when the store cannot be read or written.
    fn ping(&self) -> Result<(), StoreError>;

    /// Rings this bell from now on when another process has changed something, where the store hears
    /// of that. Whoever waits looks by himself now and then all the same.
    fn attend(&self, _bell: &Arc<Bell>) {}

    /// Whether its workers may be on several machines, which share no files.
    fn is_far(&self) -> bool;

    /// Keeps a question, with a key of idempotency that the owner gave it, if any.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn submit(&self, job: &NewJob, key: Option<&str>, room: Room) -> Result<Submitted, StoreError>;

    /// A job.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn job(&self, id: &str) -> Result<Option<Job>, StoreError>;

    /// What a worker needs to do a job, as JSON.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn work(&self, id: &str) -> Result<Option<String>, StoreError>;

    /// Jobs, the latest first, and how many there are in all.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn jobs(&self, wanted: &Wanted) -> Result<(Vec<Job>, u64), StoreError>;

    /// Takes a unit that waits, or whose lease has run out, on lease: of the jobs with the fewest
    /// workers the first, so that a long list does not hold up those behind it; or, of the job with
    /// this id only, a part.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn claim(
        &self,
        worker: &str,
        lease: Duration,
        part_of: Option<&str>,
    ) -> Result<Option<Claim>, StoreError>;

    /// Renews a lease.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn renew(&self, id: &str, fence: u64, lease: Duration) -> Result<Orders, StoreError>;

    /// Adds events, and says how many percent are done; whether the job is still the caller's.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn record(
        &self,
        id: &str,
        fence: u64,
        events: &[(String, String)],
        progress: Option<u8>,
    ) -> Result<bool, StoreError>;

    /// Keeps files of a job under way, each in the place of one of the same name: what another worker
    /// goes on from; whether the job is still the caller's.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn keep(&self, id: &str, fence: u64, files: &[File]) -> Result<bool, StoreError>;

    /// Ends a part of a job, with files that the job needs of it; whether it was still the caller's.
    /// After the last part the job itself can be claimed.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn finish_part(&self, id: &str, fence: u64, files: &[File]) -> Result<bool, StoreError>;

    /// Ends a job, with its files and a last event, whatever of it is still under way; whether the
    /// unit was still the caller's.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn finish(&self, id: &str, fence: u64, outcome: &Outcome) -> Result<bool, StoreError>;

    /// Puts a unit back into the queue at its place, to be begun no sooner than after a pause; `why`
    /// becomes the message of its job.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn release(&self, id: &str, fence: u64, pause: Duration, why: &str)
    -> Result<bool, StoreError>;

    /// Puts all units of workers whose names begin so back into the queue; how many.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn release_all(&self, worker_prefix: &str) -> Result<u64, StoreError>;

    /// Asks a job to stop with what it has; one that waits ends without an answer, and parts that
    /// nobody has begun are not begun. Whether there was anything to stop.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn stop(&self, id: &str) -> Result<bool, StoreError>;

    /// Dismisses a job: it ends, and its files go.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn dismiss(&self, id: &str) -> Result<(), StoreError>;

    /// Takes away jobs that ended longer ago than that, with their events, files and keys; how many.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn forget(&self, age: Duration) -> Result<u64, StoreError>;

    /// Events of a job after a number, so many at most.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn events(&self, id: &str, after: u64, limit: u64) -> Result<Vec<Event>, StoreError>;

    /// A file of a job.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn file(&self, id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// All files of a job, by name, with their sizes in bytes.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn files(&self, id: &str) -> Result<Vec<(String, u64)>, StoreError>;

    /// Keeps an instance with its files, unless it is there; whether it is new.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn put_instance(&self, instance: &StoredInstance, files: &[File]) -> Result<bool, StoreError>;

    /// All instances, by name.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn instances(&self) -> Result<Vec<StoredInstance>, StoreError>;

    /// The instances whose id or name this is, by name.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn instances_called(&self, word: &str) -> Result<Vec<StoredInstance>, StoreError>;

    /// The files of an instance; none where there is none.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn instance_files(&self, id: &str) -> Result<Vec<File>, StoreError>;

    /// Takes an uploaded instance away; whether it was there.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn delete_instance(&self, id: &str) -> Result<bool, StoreError>;

    /// Keeps a token, in the place of one of the same name.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn put_token(&self, token: &StoredToken) -> Result<(), StoreError>;

    /// All tokens, by name.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn tokens(&self) -> Result<Vec<StoredToken>, StoreError>;

    /// Takes a token away; whether it was there.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn delete_token(&self, name: &str) -> Result<bool, StoreError>;

    /// How many jobs there are of each status.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn counts(&self) -> Result<Vec<(Status, u64)>, StoreError>;

    /// What there is to do.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn load(&self) -> Result<Load, StoreError>;
}
