//! Where jobs, events, results, instances and tokens are kept.
//!
//! A [`Store`] promises that what it has accepted is there after any kill at any moment: a job is
//! accepted, claimed, and finished in one transaction each, and the files of a result come with the end
//! of its job or not at all. Work is on lease. Each claim raises the job's fence; whoever writes about a
//! job says under which fence, and one who was thought dead, and is not, finds that it is no longer his.
//! The only clock is the store's, so that a worker whose clock is wrong does no harm.

use std::time::Duration;

use serde::{Deserialize, Serialize};

mod sqlite;

pub use sqlite::Sqlite;

/// How far a job has come, in the words of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In the queue.
    Accepted,
    /// A worker has it.
    Running,
    /// There is an answer.
    Successful,
    /// There is none, and will be none.
    Failed,
    /// A client did not want it any more.
    Dismissed,
}

impl Status {
    /// All of them, in the order of a job's life.
    pub const ALL: [Self; 5] =
        [Self::Accepted, Self::Running, Self::Successful, Self::Failed, Self::Dismissed];

    /// The word of the standard.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Dismissed => "dismissed",
        }
    }

    /// The status of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether nothing more happens to the job by itself.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Accepted | Self::Running)
    }
}

/// A question as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Hash of all that decides the answer.
    pub id: String,
    /// Which process it is of.
    pub process: String,
    /// The inputs as the client said them, as JSON.
    pub inputs: String,
    /// What a worker needs to do it, as JSON: a [`crate::question::Work`].
    pub work: String,
    /// Name of the token it came with; empty where none was needed.
    pub owner: String,
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It is a new job, or one that was dismissed, stopped or had failed and is in the queue again.
    Queued,
    /// It is a job that is there already.
    Known,
    /// The queue is full: nothing was kept.
    QueueFull,
    /// This owner has as many open jobs as he may.
    OwnerFull,
    /// The key of idempotency belongs to another question: nothing was kept.
    OtherQuestion,
}

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Jobs that have not ended.
    pub queue: u64,
    /// Such jobs of one owner.
    pub owner: u64,
}

/// A job as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Which process it is of.
    pub process: String,
    /// The inputs as the client said them, as JSON.
    pub inputs: String,
    /// How far it has come.
    pub status: Status,
    /// Percent done.
    pub progress: u8,
    /// What there is to say about it.
    pub message: String,
    /// Why solving ended, in our word; for lists the gravest.
    pub termination: Option<String>,
    /// What there is, in our word; for lists the least.
    pub solution: Option<String>,
    /// How often a worker has begun it.
    pub attempts: u64,
    /// Whether a client asked it to stop with what it has.
    pub is_stopped: bool,
    /// Jobs that come before it, where it waits.
    pub ahead: Option<u64>,
    /// Name of the token it came with.
    pub owner: String,
    /// Problem document of a failed job, as JSON.
    pub problem: Option<String>,
    /// Moments, as RFC 3339 in UTC.
    pub times: Times,
}

impl Job {
    /// Whether it has a result.
    pub fn finished_well(&self) -> bool {
        self.status == Status::Successful
    }
}

/// The moments of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// First asked.
    pub created: String,
    /// Last put into the queue.
    pub queued: String,
    /// First begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// Last heard of.
    pub updated: String,
    /// Ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
}

/// A job on lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The job.
    pub id: String,
    /// Which process it is of.
    pub process: String,
    /// What to do: a [`crate::question::Work`] as JSON.
    pub work: String,
    /// What to write with: a later claim of the same job has a larger one.
    pub fence: u64,
    /// How often it has been begun, this time included.
    pub attempts: u64,
}

/// What a worker hears when it renews a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orders {
    /// Go on.
    GoOn,
    /// Stop with what there is.
    Stop,
    /// The job is no longer yours: dismissed, or another's.
    Lost,
}

/// An event of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number in the job, from 1.
    pub number: u64,
    /// What kind it is, such as `incumbent`.
    pub kind: String,
    /// The event as JSON.
    pub data: String,
}

/// A file of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the run directory, with `/`.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// [`Status::Successful`] or [`Status::Failed`].
    pub status: Status,
    /// What there is to say about it.
    pub message: String,
    /// Why solving ended.
    pub termination: Option<String>,
    /// What there is.
    pub solution: Option<String>,
    /// Problem document of a failed job, as JSON.
    pub problem: Option<String>,
    /// Its files.
    pub files: Vec<File>,
}

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only with one of these statuses; with any where empty.
    pub statuses: Vec<Status>,
    /// Only of one of these processes; of any where empty.
    pub processes: Vec<String>,
    /// So many at most.
    pub limit: u64,
    /// Without the first so many.
    pub offset: u64,
}

/// An instance as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredInstance {
    /// Hash of all its files.
    pub id: String,
    /// Its short name.
    pub name: String,
    /// Its title for people.
    pub title: String,
    /// Areas it has.
    pub areas: u64,
    /// Whether a client uploaded it; else it is of the server's folder.
    pub is_uploaded: bool,
    /// When it came, as RFC 3339 in UTC.
    pub created: String,
}

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// What people call it.
    pub name: String,
    /// SHA-256 of it, in hexadecimal.
    pub hash: String,
    /// Its scopes, separated by commas.
    pub scopes: String,
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk that the store is on is full")]
    Full,
    /// Somebody else holds it for longer than is waited for.
    #[error("the store is busy")]
    Busy,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// What keeps jobs. All calls block; each is one transaction.
pub trait Store: Send + Sync + 'static {
    /// Whether it answers.
    ///
    /// # Errors
    /// Like all calls: when the store cannot be read or written.
    fn ping(&self) -> Result<(), StoreError>;

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

    /// Takes the first job that waits, or whose lease has run out, on lease.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn claim(&self, worker: &str, lease: Duration) -> Result<Option<Claim>, StoreError>;

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

    /// Ends a job, with its files and a last event; whether it was still the caller's.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn finish(&self, id: &str, fence: u64, outcome: &Outcome) -> Result<bool, StoreError>;

    /// Puts a job back into the queue at its place, to be begun no sooner than after a pause.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn release(&self, id: &str, fence: u64, pause: Duration) -> Result<bool, StoreError>;

    /// Puts all jobs of workers whose names begin so back into the queue; how many.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn release_all(&self, worker_prefix: &str) -> Result<u64, StoreError>;

    /// Asks a job to stop with what it has; one that waits ends without an answer. Whether there
    /// was anything to stop.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn stop(&self, id: &str) -> Result<bool, StoreError>;

    /// Dismisses a job: it ends, and its files go.
    ///
    /// # Errors
    /// See [`Store::ping`].
    fn dismiss(&self, id: &str) -> Result<(), StoreError>;

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
}
