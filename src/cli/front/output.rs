//! The run directory of fronts: replies of an earlier run, and each new reply saved at once.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use regionfront_report::{
    FrontDocument, FrontRunDocument, Manifest, OpenMode, OutputError, ReplyDocument, RunDir,
    write_front,
};
use regionfront_solver::engine::News;
use regionfront_solver::front::{Front, FrontWatcher, ObjectiveSet, Reply, Swept};

use super::super::itself::command_line;
use super::super::output::say;

/// The run directory during a run. The first failed write is remembered and reported at the end:
/// what is being solved is worth more than stopping at once.
pub(super) struct Output {
    folder: PathBuf,
    run_dir: RunDir,
    manifest: Manifest,
    failure: Option<OutputError>,
}

impl Output {
    /// Opens the directory; hands back the replies of an earlier run, in their order.
    pub(super) fn open(
        folder: &Path,
        mode: OpenMode,
        document: &FrontDocument,
        threads: usize,
        (instance, ks): (&Path, &[usize]),
    ) -> Result<(Self, Vec<ReplyDocument>), OutputError> {
        let (run_dir, replies) = RunDir::open(folder, mode, &document.journal_header())?;
        let manifest = Manifest::begin_front(document, threads, command_line()).about(instance, ks);
        Ok((Self { folder: folder.to_owned(), run_dir, manifest, failure: None }, replies))
    }

    /// Writes the manifest, once nothing is refused any more.
    pub(super) fn begin(&mut self) {
        let written = self.run_dir.write_manifest(&self.manifest);
        self.note(written);
    }

    fn save(&mut self, reply: &ReplyDocument) {
        let saved = self.run_dir.save(reply);
        self.note(saved);
    }

    fn save_so_far(&mut self, reply: &ReplyDocument) {
        let saved = self.run_dir.save_so_far(reply);
        self.note(saved);
    }

    fn note(&mut self, written: Result<(), OutputError>) {
        if let Err(error) = written
            && self.failure.is_none()
        {
            tracing::warn!(%error, "solving goes on");
            self.failure = Some(error);
        }
    }

    /// Writes the files of the fronts, which are those of the document, in its order.
    pub(super) fn finish(
        mut self,
        document: &FrontDocument,
        fronts: &[(&ObjectiveSet, &Front)],
        runs: Vec<FrontRunDocument>,
        quiet: bool,
    ) -> Result<Manifest, OutputError> {
        let written = write_front(&self.run_dir, document, fronts);
        self.note(written);
        self.manifest.end_front(document, runs);
        let written = self.run_dir.write_manifest(&self.manifest);
        self.note(written);
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if !quiet {
            say(&format!("files: {}", self.folder.display()));
        }
        Ok(self.manifest)
    }
}

/// Saves new replies and passes everything on.
pub(super) struct Saving<'a> {
    /// Set and k of every task, with the replies already in the journal.
    pub(super) tasks: &'a [(&'a ObjectiveSet, usize, usize)],
    pub(super) output: Option<&'a Mutex<Output>>,
    pub(super) next: &'a dyn FrontWatcher,
    /// Replies per task.
    pub(super) counts: &'a [std::sync::atomic::AtomicUsize],
}

impl FrontWatcher for Saving<'_> {
    fn started(&self, task: usize) {
        self.next.started(task);
    }

    fn news(&self, task: usize, news: News) {
        self.next.news(task, news);
    }

    fn replied(&self, task: usize, number: usize, reply: &Reply) {
        let (set, k, num_known) = self.tasks[task];
        self.counts[task].store(number + 1, std::sync::atomic::Ordering::Relaxed);
        if let Some(output) = self.output
            && number >= num_known
        {
            let line = ReplyDocument::new(set, k, number, reply);
            output.lock().unwrap_or_else(PoisonError::into_inner).save(&line);
        }
        self.next.replied(task, number, reply);
    }

    fn so_far(&self, task: usize, number: usize, reply: &Reply) {
        let (set, k, _) = self.tasks[task];
        if let Some(output) = self.output {
            let line = ReplyDocument::new(set, k, number, reply);
            output.lock().unwrap_or_else(PoisonError::into_inner).save_so_far(&line);
        }
    }

    fn finished(&self, task: usize, swept: &Swept) {
        self.next.finished(task, swept);
    }
}
