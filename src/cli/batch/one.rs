//! One run of a batch, in a process of its own.
//!
//! What to do comes on stdin as a line of JSON, what came of it goes to stdout as another. Stdin
//! stays open as a lifeline: a byte on it asks to stop with what there is, its end means that the
//! batch was killed, and the run ends at once: its journal holds what it had.

use std::io::{BufRead as _, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use clap::ValueEnum as _;
use serde::de::IgnoredAny;

use regionfront_batch::{Ending, Question, Record, Spec};
use regionfront_report::{
    FrontDocument, JournalHeader, Manifest, OpenMode, OptionsDocument, OutputError, RunDir,
    ScenarioDocument, SolveDocument,
};
use regionfront_solver::engine::{Interrupt, Limits};
use regionfront_solver::front::Terms;
use regionfront_solver::job::Settings;

use super::super::args::{EngineName, ProgressKind};
use super::super::engines::{engine, share_threads};
use super::super::exit::{Exit, Failure};
use super::super::front::Fronting;
use super::super::join::JoinArgs;
use super::super::memory;
use super::super::output::data_to_stdout;
use super::super::signals::Signals;
use super::super::solve::Solving;
use super::process::Job;

/// Most plans near a point where the run does not say.
const MOST_NEAR: usize = 100;

pub(super) fn run() -> Result<Exit, Failure> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    let job: Job = read
        .map_err(|error| error.to_string())
        .and_then(|_| serde_json::from_str(&line).map_err(|error| error.to_string()))
        .map_err(|what| {
            let cure = "let `regionfront batch FILE` do its runs";
            Failure::usage("E536", "batch one", format!("no run is told on stdin: {what}"), cure)
        })?;
    let interrupt = Interrupt::default();
    let _signals = Signals::raise(&interrupt).map_err(Failure::signals)?;
    hold_lifeline(interrupt.clone());
    let record = match job.question() {
        Err(defects) => {
            Record::without_answer(&job.run, Ending::Input, &job.ks, &defects.to_string())
        }
        Ok(question) => answer(&job, question, &interrupt).unwrap_or_else(|failure| {
            let ending = if failure.exit == Exit::Usage { Ending::Input } else { Ending::Failed };
            Record::without_answer(&job.run, ending, &job.ks, &failure.text)
        }),
    };
    data_to_stdout(|out| serde_json::to_writer(out, &record).map_err(Into::into))?;
    Ok(Exit::AsAsked)
}

/// Stops or ends this process as the batch does.
fn hold_lifeline(interrupt: Interrupt) {
    thread::spawn(move || {
        let mut byte = [0];
        loop {
            match std::io::stdin().lock().read(&mut byte) {
                Ok(0) | Err(_) => signal_hook::low_level::exit(143),
                Ok(_) => interrupt.raise(),
            }
        }
    });
}

fn answer(job: &Job, question: Question, interrupt: &Interrupt) -> Result<Record, Failure> {
    let Question { folder, problem, ks, sets } = question;
    let spec = &job.run.spec;
    let threads = share_threads(Some(spec.threads()));
    let stamp = ScenarioDocument::new(&problem).sha256;
    if (problem.instance.sha256.as_str(), stamp.as_str()) != job.expected() {
        return Err(Failure {
            exit: Exit::Fault,
            text: "E536 the instance or the rules have changed since the batch began; run it \
                   again with --resume, or with --force where the data changed"
                .to_owned(),
        });
    }
    let (record, saved) = if sets.is_empty() {
        let problem = Arc::new(problem);
        let name = spec.engine.as_deref().unwrap_or_default();
        let engine = engine(EngineName::from_str(name, false).unwrap_or_default());
        let settings = settings(spec, threads, interrupt);
        let document = SolveDocument::new(&problem, engine.name(), &settings);
        let mode = job.mode(&JournalHeader::new(&document));
        let solving = Solving {
            problem: &problem,
            ks: &ks,
            engine: &engine,
            settings: &settings,
            instance: &folder,
            folder: Some((&job.folder, mode)),
            join: &JoinArgs::default(),
            explain: false,
            progress: ProgressKind::None,
            quiet: true,
        };
        let solved = solving.run(document, Vec::new())?;
        (Record::of_solve(&job.run, &solved.document, memory::peak_mib()), solved.saved)
    } else {
        let terms = terms(spec, interrupt);
        let options = OptionsDocument {
            engine: "exact".to_owned(),
            seed: spec.seed,
            time_limit_s: spec.time_limit.map(|limit| limit.0.as_secs_f64()),
            total_time_limit_s: spec.total_time_limit.map(|limit| limit.0.as_secs_f64()),
            node_limit: spec.node_limit,
            gap_tolerance: 0.0,
            abs_gap_tolerance: 0,
        };
        let mut document = FrontDocument::new(&problem, &sets, spec.joint, options, &terms);
        let mode = job.mode(&document.journal_header());
        let fronting = Fronting {
            sets: &sets,
            ks: &ks,
            terms: &terms,
            threads,
            instance: &folder,
            folder: Some((&job.folder, mode)),
            join: &JoinArgs::default(),
            progress: ProgressKind::None,
            explain: None,
            audit: false,
            quiet: true,
        };
        let (runs, saved) = fronting.run(&mut document)?;
        (Record::of_front(&job.run, &document, &runs, memory::peak_mib()), saved)
    };
    Ok(with_failed_write(record, saved))
}

/// Results that could not be written are told, and the run counts as failed.
fn with_failed_write(mut record: Record, saved: Result<Option<Manifest>, OutputError>) -> Record {
    if let Err(error) = saved {
        record.ending = Ending::Failed;
        for row in record.rows.iter_mut().filter(|row| row.reason.is_empty()) {
            row.reason = error.to_string();
        }
    }
    record
}

fn settings(spec: &Spec, threads: usize, interrupt: &Interrupt) -> Settings {
    Settings {
        time_limit: spec.time_limit.map(|limit| limit.0),
        total_time_limit: spec.total_time_limit.map(|limit| limit.0),
        node_limit: spec.node_limit,
        gap_rel: spec.gap.map_or(0.0, f64::from),
        gap_abs: spec.abs_gap,
        memory: memory::limit(None),
        seed: spec.seed,
        threads,
        interrupt: interrupt.clone(),
        ..Settings::default()
    }
}

fn terms(spec: &Spec, interrupt: &Interrupt) -> Terms {
    let deadline = spec.total_time_limit.and_then(|limit| Instant::now().checked_add(limit.0));
    Terms {
        seed: spec.seed,
        alternatives: spec.alternatives,
        within: spec.within,
        most_near: spec.most_near.map_or(MOST_NEAR, std::num::NonZeroUsize::get),
        point_limit: spec.time_limit.map(|limit| limit.0),
        limits: Limits {
            deadline,
            nodes: spec.node_limit,
            memory: memory::limit(None),
            interrupt: interrupt.clone(),
            ..Limits::default()
        },
    }
}

impl Job {
    /// How to open the run directory: a run of the same question is continued, unless the batch
    /// begins again; one of another question, or a damaged one, is replaced, as it is the batch's.
    fn mode(&self, header: &JournalHeader) -> OpenMode {
        if self.is_anew {
            return OpenMode::Force;
        }
        match RunDir::open::<IgnoredAny>(&self.folder, OpenMode::Resume, header) {
            Err(OutputError::Refused(defect)) if ["E403", "E404"].contains(&defect.code) => {
                OpenMode::Force
            }
            _ => OpenMode::Resume,
        }
    }

    fn question(&self) -> Result<Question, regionfront_model::defect::Defects> {
        let mut run = self.run.clone();
        run.places.clone_from(&self.places);
        Question::read(&run, Path::new(&self.batch))
    }
}
