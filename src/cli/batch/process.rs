//! Runs of a batch as processes.
//!
//! A process of its own costs a run some milliseconds and gives it what threads cannot: it may
//! crash, or be killed for want of memory, without touching the others, gives its memory back at
//! its end, and its peak of memory is its own.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};

use regionfront_batch::runner::Launcher;
use regionfront_batch::{Batch, BatchFolder, Ending, Planned, Record, Run, Size};

use super::super::exit::{Exit, Failure};
use super::super::itself;
use super::super::output::say;

/// What a run is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) run: Run,
    /// Where its keys stand in the batch file.
    pub(super) places: BTreeMap<String, String>,
    /// Folder of the batch file.
    pub(super) batch: PathBuf,
    /// The run directory.
    pub(super) folder: PathBuf,
    /// Replace what is there.
    pub(super) is_anew: bool,
    /// Numbers of regions, for rows where the run fails.
    pub(super) ks: Vec<usize>,
    /// Hashes of the data and the rules when the batch began.
    instance_sha256: String,
    scenario_sha256: String,
}

impl Job {
    pub(super) fn new(
        batch: &Batch,
        planned: &Planned,
        size: &Size,
        folder: &BatchFolder,
        is_anew: bool,
    ) -> Self {
        Self {
            run: planned.run.clone(),
            places: planned.run.places.clone(),
            batch: batch.folder.clone(),
            folder: folder.run_folder(&planned.run.name),
            is_anew,
            ks: size.ks.clone(),
            instance_sha256: size.instance_sha256.clone(),
            scenario_sha256: size.scenario_sha256.clone(),
        }
    }

    /// Hashes of the data and the rules that are expected.
    pub(super) fn expected(&self) -> (&str, &str) {
        (&self.instance_sha256, &self.scenario_sha256)
    }
}

/// Takes every run to a process of its own.
pub(super) struct Processes {
    program: PathBuf,
    jobs: BTreeMap<usize, Job>,
    lifelines: Mutex<BTreeMap<usize, ChildStdin>>,
    is_stopped: AtomicBool,
    quiet: bool,
}

impl Processes {
    pub(super) fn new(jobs: Vec<(usize, Job)>, quiet: bool) -> Result<Self, Failure> {
        let program = itself::program().map_err(|error| Failure {
            exit: Exit::Fault,
            text: format!("E301 this program does not find itself: {error}"),
        })?;
        Ok(Self {
            program,
            jobs: jobs.into_iter().collect(),
            lifelines: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            quiet,
        })
    }

    /// Does a run; what went wrong with its process otherwise.
    fn try_launch(&self, at: usize, job: &Job) -> Result<Record, String> {
        let mut told = serde_json::to_vec(job).map_err(|error| error.to_string())?;
        told.push(b'\n');
        let mut child = Command::new(&self.program)
            .args(["batch", "one"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("its process did not start: {error}"))?;
        let mut lifeline = child.stdin.take().ok_or("its process has no stdin")?;
        // A process that ends before it has read shows in its exit code.
        let _ = lifeline.write_all(&told);
        self.lifelines().insert(at, lifeline);
        if self.is_stopped.load(Ordering::SeqCst) {
            self.stop();
        }
        let spoken = self.listen(&job.run.name, &mut child);
        self.lifelines().remove(&at);
        spoken
    }

    fn listen(&self, name: &str, child: &mut Child) -> Result<Record, String> {
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (answer, messages) = thread::scope(|scope| {
            let messages = scope.spawn(move || {
                let mut bytes = Vec::new();
                // What cannot be read is not told.
                let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut bytes));
                String::from_utf8_lossy(&bytes).into_owned()
            });
            let mut answer = Vec::new();
            let _ = stdout.map(|mut stdout| stdout.read_to_end(&mut answer));
            (answer, messages.join().unwrap_or_default())
        });
        let status = child.wait().map_err(|error| error.to_string())?;
        if !self.quiet {
            for line in messages.lines() {
                say(&format!("{name}: {line}"));
            }
        }
        serde_json::from_slice(&answer).map_err(|_| {
            let last = messages.lines().last().unwrap_or("it said nothing");
            format!("its process ended with {status}: {last}")
        })
    }

    fn lifelines(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, ChildStdin>> {
        self.lifelines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Launcher for Processes {
    fn launch(&self, at: usize) -> Record {
        let job = &self.jobs[&at];
        self.try_launch(at, job).unwrap_or_else(|what| {
            let (ending, what) = if self.is_stopped.load(Ordering::SeqCst) {
                (Ending::Interrupted, "interrupted".to_owned())
            } else {
                (Ending::Failed, format!("E536 {what}"))
            };
            Record::without_answer(&job.run, ending, &job.ks, &what)
        })
    }

    fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        for lifeline in self.lifelines().values_mut() {
            // One that has ended needs no asking.
            let _ = lifeline.write_all(b"s");
        }
    }
}
