//! Batches: many runs from one file, side by side, on one machine or many.
//!
//! A [`Batch`] is read from a TOML file and spelt out into [`Run`]s. [`Plan`] looks at each against
//! its data: what it is about and how large it is. A [`runner`] does them within the cores and the
//! memory there are, each wherever a [`runner::Launcher`] takes it: the command line gives every
//! run a process of its own, so that nothing a run does, not even a crash, touches another. A run
//! leaves the run directory that `solve` or `front` would, and a [`Record`] in the journal of the
//! batch; a [`BatchFolder`] keeps them and makes the tables.
//!
//! A [`Shard`] is every n-th run; [`merge()`] joins the folders of all shards into the one that the
//! whole batch would have left.

mod expand;
mod file;
mod folder;
mod layers;
mod merge;
mod name;
mod parquet;
mod plan;
mod report;
mod row;
pub mod runner;
mod shard;
mod spec;
mod table;

pub use file::{Batch, BatchSchema, Run};
pub use folder::{BatchFolder, BatchHeader, BatchStatus, Begun, JournalLine};
pub use merge::{MergeError, merge};
pub use plan::{Plan, Planned, Question, Size};
pub use report::recorded;
pub use row::{Ending, Kind, Record, Row};
pub use shard::Shard;
pub use spec::{Counts, Letters, Spec, Time, Vec1};
pub use table::{write_csv, write_table};
