//! What a run over years keeps on its way: a journal, and files that are whole at any time.

use std::collections::BTreeSet;
use std::path::Path;

use regionfront_model::instance::Instance;
use regionfront_report::{
    JournalHeader, OpenMode, OutputError, OverYearsDocument, OverYearsKept, OverYearsPieceDocument,
    RunDir, save_over_years,
};
use regionfront_solver::over_years::{Before, Told, YearsAnswer, YearsQuestion};

use crate::exit::Failure;
use crate::output::say;

/// The run directory during a run over years.
pub(super) struct Keeping<'a> {
    folder: &'a Path,
    run_dir: RunDir,
    /// The first failed write, told at the end: what is being solved is worth more than stopping at once.
    failure: Option<OutputError>,
}

/// What is known of one number of regions before it is asked about.
pub(super) struct Start {
    pub(super) k: usize,
    pub(super) known: OverYearsKept,
}

impl<'a> Keeping<'a> {
    /// Opens the directory; what an earlier run over years kept is held against the figures again.
    pub(super) fn open(
        folder: &'a Path,
        mode: OpenMode,
        header: &JournalHeader,
        question: &YearsQuestion,
        instance: &Instance,
        ks: &[usize],
        quiet: bool,
    ) -> Result<(Self, Vec<Start>), Failure> {
        let (run_dir, pieces) = RunDir::open::<OverYearsPieceDocument>(folder, mode, header)?;
        let mut starts = Vec::new();
        for &k in ks {
            let known = OverYearsKept::read(question, instance, k, &pieces).map_err(|what| {
                Failure::usage(
                    "E404",
                    format!("{}/journal.ndjson, k = {k}", folder.display()),
                    format!("what it holds does not fit the figures of the years: {what}"),
                    "start again with --force or in another directory",
                )
            })?;
            starts.push(Start { k, known });
        }
        if !quiet {
            tell(&pieces, &starts);
        }
        Ok((Self { folder, run_dir, failure: None }, starts))
    }

    /// What is found on the way, without waiting for the disk.
    pub(super) fn told(&mut self, instance: &Instance, k: usize, told: Told<'_>) {
        if let Some(piece) = OverYearsPieceDocument::told(instance, k, told) {
            let saved = self.run_dir.save_so_far(piece);
            self.note(saved);
        }
    }

    /// An answer.
    pub(super) fn answered(&mut self, instance: &Instance, answer: &YearsAnswer) {
        if let Some(piece) = OverYearsPieceDocument::answer(instance, answer) {
            let saved = self.run_dir.save(piece);
            self.note(saved);
        }
    }

    /// The files, as they read now. Where that fails, so does the last writing, which says so.
    pub(super) fn so_far(&self, document: &OverYearsDocument) {
        let _ = save_over_years(document, self.folder);
    }

    /// The files, as they are to stay, and whether everything was written.
    pub(super) fn finish(mut self, document: &OverYearsDocument) -> Result<(), OutputError> {
        let saved = save_over_years(document, self.folder);
        self.note(saved);
        self.failure.map_or(Ok(()), Err)
    }

    fn note(&mut self, written: Result<(), OutputError>) {
        if let Err(error) = written
            && self.failure.is_none()
        {
            tracing::warn!(%error, "solving goes on");
            self.failure = Some(error);
        }
    }
}

/// Says what a run goes on from.
fn tell(pieces: &[OverYearsPieceDocument], starts: &[Start]) {
    let others: BTreeSet<usize> = pieces.iter().map(|piece| piece.k).collect();
    let others: Vec<String> = others
        .into_iter()
        .filter(|k| starts.iter().all(|start| start.k != *k))
        .map(|k| k.to_string())
        .collect();
    if !others.is_empty() {
        say(&format!(
            "resume: not asked for, and left out of the tables: k = {}; the journal keeps them",
            others.join(", ")
        ));
    }
    let finished =
        starts.iter().filter(|start| matches!(start.known, OverYearsKept::Answer(_))).count();
    if finished > 0 {
        say(&format!("resume: {finished} of {} k already finished", starts.len()));
    }
    for Start { k, known } in starts {
        if let OverYearsKept::Before(Before { weighed, plans }) = known
            && !(weighed.is_empty() && plans.is_empty())
        {
            say(&format!("resume: k = {k} is not finished, and goes on from what was found"));
        }
    }
}
