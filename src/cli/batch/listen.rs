//! What happens to runs: into the journal of the batch, and to stderr.

use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_batch::runner::Listener;
use regionfront_batch::{BatchFolder, Ending, Plan, Record};
use regionfront_report::OutputError;

use super::super::args::ProgressKind;
use super::super::output::say;

/// One line of `--progress json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    /// A run begins.
    Begun {
        /// Its name.
        run: String,
        /// Seconds since the batch began.
        t: f64,
    },
    /// A run has ended.
    Ended {
        /// Its name.
        run: String,
        /// Seconds since the batch began.
        t: f64,
        /// How it ended.
        ending: Ending,
        /// Runs that have ended.
        finished: usize,
        /// Of so many.
        of: usize,
    },
}

/// Saves every record at once. The first failed write is remembered and reported at the end: what
/// is being solved is worth more than stopping at once.
pub(super) struct Listening<'a> {
    plan: &'a Plan,
    folder: &'a mut BatchFolder,
    failure: Option<OutputError>,
    progress: ProgressKind,
    quiet: bool,
    began: Instant,
    finished: usize,
    of: usize,
}

impl<'a> Listening<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        folder: &'a mut BatchFolder,
        failure: Option<OutputError>,
        of: usize,
        progress: ProgressKind,
        quiet: bool,
    ) -> Self {
        let began = Instant::now();
        Self { plan, folder, failure, progress, quiet, began, finished: 0, of }
    }

    /// The first write that failed.
    pub(super) fn into_failure(self) -> Option<OutputError> {
        self.failure
    }

    fn tell(&self, event: &Event) {
        if self.progress == ProgressKind::Json
            && !self.quiet
            && let Ok(line) = serde_json::to_string(event)
        {
            say(&line);
        }
    }

    /// Seconds since the batch began, to the millisecond.
    fn t(&self) -> f64 {
        (self.began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
    }
}

impl Listener for Listening<'_> {
    fn begun(&mut self, at: usize) {
        let run = self.plan.runs[at].run.name.clone();
        tracing::info!(run, "begun");
        self.tell(&Event::Begun { run, t: self.t() });
    }

    fn ended(&mut self, at: usize, record: Result<Record, String>) {
        let planned = &self.plan.runs[at];
        let record = record.unwrap_or_else(|what| {
            let ks = planned.size.as_ref().map_or(&[][..], |size| &size.ks);
            Record::without_answer(&planned.run, Ending::Failed, ks, &format!("E536 {what}"))
        });
        self.finished += 1;
        let run = record.run.clone();
        let (ending, finished, of) = (record.ending, self.finished, self.of);
        self.tell(&Event::Ended { run, t: self.t(), ending, finished, of });
        if matches!(self.progress, ProgressKind::Auto | ProgressKind::Bar) && !self.quiet {
            say(&format!("{finished}/{of} {}: {}", record.run, in_words(&record)));
        }
        if let Err(error) = self.folder.enter(record)
            && self.failure.is_none()
        {
            tracing::warn!(%error, "the batch goes on");
            self.failure = Some(error);
        }
    }
}

/// `3 k, 2 proven; 0.42 s, 21 MiB`, or why there is none.
fn in_words(record: &Record) -> String {
    use regionfront_solver::job::Termination::{Infeasible, Optimal};
    let rows = &record.rows;
    if record.ending != Ending::Done
        && let Some(row) = rows.iter().find(|row| !row.reason.is_empty())
    {
        return row.reason.clone();
    }
    let proven = rows.iter().filter(|row| matches!(row.termination, Optimal | Infeasible)).count();
    let seconds: f64 = rows.iter().filter_map(|row| row.wall_s).sum();
    let memory = rows.first().and_then(|row| row.peak_mib);
    let memory = memory.map_or_else(String::new, |mib| format!(", {mib:.0} MiB"));
    format!("{} k, {proven} proven; {seconds:.2} s{memory}", rows.len())
}
