//! What a store is told, and what it tells.

use serde::{Deserialize, Serialize};

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
    /// Names of its parts, where it has any: each is done by itself, and the job after the last.
    pub parts: Vec<String>,
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

/// A job on lease, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The job.
    pub id: String,
    /// Which process it is of.
    pub process: String,
    /// What to do: a [`crate::question::Work`] as JSON.
    pub work: String,
    /// Which part to do, where it is one.
    pub part: Option<String>,
    /// Where it is the job itself: its parts, which have ended.
    pub parts: Vec<String>,
    /// What to write with: a later claim of the same job has a larger one.
    pub fence: u64,
    /// How often it has been begun, this time included.
    pub attempts: u64,
}

/// What there is for workers to do, parts of jobs included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Jobs and parts that a worker could begin.
    pub waiting: u64,
    /// Those that workers have.
    pub running: u64,
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
    /// It cannot be reached, and was tried for long enough.
    #[error("the store cannot be reached: {0}")]
    Away(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}
