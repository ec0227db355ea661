//! The solver as a service: questions over HTTP, kept in a database, solved by processes of their own.
//!
//! The interface is OGC API – Processes, Part 1: Core, with a list of jobs and their dismissal, and with
//! numbered events and "stop" added. What a question may say is a table ([`question`]): it becomes the
//! command line that would ask the same, so that there is no second way to solve, and the answer is the
//! same bytes. Jobs, events and results are in a [`store`]; a [`worker`] takes jobs on lease, and does
//! each in a process of its own, whose run directory is the checkpoint.
//!
//! The crate knows neither engines nor the command line: whoever starts it hands in [`Doors`].

mod bell;
pub mod http;
pub mod instances;
pub mod limits;
pub mod problem;
pub mod question;
pub mod server;
mod shown;
pub mod store;
pub mod tokens;
pub mod worker;

pub use bell::Bell;
pub use shown::{Gallery, PlanAsked, RulesSaid, Shown};

use std::path::Path;
use std::sync::Arc;

use regionfront_model::defect::Defects;

/// What the service asks of the program that it is a part of.
pub trait Doors: Send + Sync + 'static {
    /// Everything wrong with a command line that can be told without solving: its options, and its
    /// rules against the instance in this folder.
    ///
    /// # Errors
    /// All defects found.
    fn check(&self, arguments: &[String]) -> Result<(), Defects>;

    /// The published JSON Schema of that name, such as `solve`.
    fn schema(&self, name: &str) -> Option<serde_json::Value>;

    /// The instance in this folder, for the page; it is read when it is asked about.
    fn show(&self, folder: &Path) -> Arc<dyn Shown>;
}

/// Whether a folder holds an instance.
pub(crate) fn is_instance(folder: &Path) -> bool {
    folder.join("areas.csv").is_file()
}

/// Codes of what can go wrong between a client and the service, with their meaning, in order.
pub const CODES: &[(&str, &str)] = &[
    ("E601", "a question is not one JSON object with the key `inputs`"),
    ("E602", "there is no such process, job, instance, file or page"),
    ("E603", "a process has no such input, or the input cannot have that value"),
    ("E604", "a job has no result: it has not ended, failed, or was dismissed"),
    ("E605", "a token is missing, unknown, or does not allow this"),
    ("E606", "the body of a request is too large, too slow, or of another type"),
    ("E607", "the queue is full, or there are too many requests at a time"),
    ("E608", "an uploaded archive cannot be read, or is larger than it may be"),
    ("E609", "a key of idempotency was used for another question"),
    ("E610", "the store cannot be read or written"),
    ("E611", "a job ended without an answer"),
    ("E612", "the service is read only, or the server does not do this"),
    ("E613", "the service cannot be started as asked"),
    ("E614", "a server cannot be reached, or does not answer as a service does"),
];
