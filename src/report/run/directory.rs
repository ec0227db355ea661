//! The run directory: opened before solving, each finished k saved at once, files written whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use regionfront_model::atomic::{TEMPORARY_PREFIX, write_atomically};
use regionfront_model::defect::Defect;
use regionfront_model::file_name::inside;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

use super::error::OutputError;
use super::journal::{Header, Journal, JournalError, JournalHeader};
use super::lock::Lock;
use super::manifest::Manifest;
use super::names::{JOURNAL, MANIFEST, remove_earlier_run};
use crate::documents::{SolveDocument, plan_name, write_json};
use crate::maps::draw_all;
use crate::print::csv;

/// How to treat a directory that already holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// Refuse it unless it is empty.
    New,
    /// Continue the run it holds; begin one if it holds none.
    Resume,
    /// Replace the run it holds. Files that are not ours stay.
    Force,
}

/// What tells a folder of some kind of run.
pub struct Layout {
    /// Name of its journal.
    pub journal: &'static str,
    /// Names of files that show that a folder is of this kind.
    pub marks: &'static [&'static str],
    /// Removes what an earlier run wrote, and nothing else.
    pub clear: fn(&Path) -> io::Result<()>,
}

/// The folder of a run of `solve` or `front`.
const RUN: Layout =
    Layout { journal: JOURNAL, marks: &[JOURNAL, MANIFEST], clear: remove_earlier_run };
/// What helps where a run cannot be continued.
const ANEW: &str = "start again with --force or in another directory";

/// What to do after a run could not write.
const RESUME: &str = "run again with --resume";

/// An open run directory.
#[derive(Debug)]
pub struct RunDir {
    folder: PathBuf,
    journal: Journal,
    _lock: Lock,
}

impl RunDir {
    /// Opens a directory, creating it if need be, and hands back the pieces a continued run
    /// already has, in the order they were saved.
    ///
    /// # Errors
    /// When it cannot be written, holds something else, or holds a run of another question.
    pub fn open<E: DeserializeOwned>(
        folder: &Path,
        mode: OpenMode,
        header: &JournalHeader,
    ) -> Result<(Self, Vec<E>), OutputError> {
        Self::open_as(&RUN, folder, mode, header)
    }

    /// As [`RunDir::open`], for a folder of any kind.
    ///
    /// # Errors
    /// As there.
    pub fn open_as<E: DeserializeOwned, H: Header>(
        layout: &Layout,
        folder: &Path,
        mode: OpenMode,
        header: &H,
    ) -> Result<(Self, Vec<E>), OutputError> {
        let unusable = |error: io::Error| {
            OutputError::Refused(Defect::new(
                "E401",
                folder.display().to_string(),
                format!("the output directory cannot be used: {error}"),
                "name a directory you may write to",
            ))
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let lock = Lock::take(folder)?;
        let contents = contents(folder).map_err(unusable)?;
        // Shows now, not after an hour of solving, that files can be made here.
        tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(folder).map_err(unusable)?;

        let journal = folder.join(layout.journal);
        let holds_run = contents.iter().any(|name| layout.marks.contains(&name.as_str()));
        match mode {
            OpenMode::New if holds_run => return Err(refuse_earlier_run(folder)),
            OpenMode::New | OpenMode::Resume if !contents.is_empty() && !holds_run => {
                return Err(refuse_foreign(folder, contents.len()));
            }
            OpenMode::Resume if contents.iter().any(|name| name == layout.journal) => {
                let (journal, pieces) = Journal::resume(&journal, header)
                    .map_err(|error| refuse_journal(&journal, &error, ANEW))?;
                return Ok((Self { folder: folder.to_owned(), journal, _lock: lock }, pieces));
            }
            OpenMode::Force => (layout.clear)(folder).map_err(unusable)?,
            OpenMode::New | OpenMode::Resume => {}
        }
        let journal = Journal::create(&journal, header).map_err(unusable)?;
        Ok((Self { folder: folder.to_owned(), journal, _lock: lock }, Vec::new()))
    }

    /// Saves a finished piece in the journal, flushed to the disk.
    ///
    /// # Errors
    /// When the disk fails or is full.
    pub fn save<E: Serialize>(&mut self, piece: E) -> Result<(), OutputError> {
        let path = self.journal.path().to_owned();
        self.journal.append(piece).map_err(|error| OutputError::writing(&path, &error, RESUME))
    }

    /// Saves what is known so far of a piece, without waiting for the disk.
    ///
    /// # Errors
    /// When the disk fails or is full.
    pub fn save_so_far<E: Serialize>(&mut self, piece: E) -> Result<(), OutputError> {
        let path = self.journal.path().to_owned();
        let saved = self.journal.append_so_far(piece);
        saved.map_err(|error| OutputError::writing(&path, &error, RESUME))
    }

    /// Writes the manifest.
    ///
    /// # Errors
    /// When the disk fails or is full, or somebody has removed the directory with its journal since.
    pub fn write_manifest(&self, manifest: &Manifest) -> Result<(), OutputError> {
        self.write(MANIFEST, |out| write_json(manifest, out))?;
        if self.journal.is_there() {
            return Ok(());
        }
        // The files made anew are whole; but what was saved before is gone, and with it the lock.
        Err(OutputError::Failed(Defect::new(
            "E405",
            self.journal.path().display().to_string(),
            "the journal was removed during the run, which can no longer be continued",
            "keep what is on stdout, or run again and leave the directory alone",
        )))
    }

    /// Writes every file of the results. `plans` are the plans of the document, by k.
    ///
    /// # Errors
    /// When the disk fails or is full. Files are written whole or not at all.
    pub fn write_results(
        &self,
        problem: &Problem,
        document: &SolveDocument,
        plans: &[(usize, &Plan)],
    ) -> Result<(), OutputError> {
        self.write("solve.json", |out| write_json(document, out))?;
        self.write("solve.csv", |out| csv::solve(document, out))?;
        self.write("assignment.csv", |out| csv::assignment(document, out))?;
        self.write("assignment_wide.csv", |out| csv::assignment_wide(document, out))?;
        self.write("regions.csv", |out| csv::regions(document, out))?;
        self.write("region_flows.csv", |out| csv::region_flows(problem, plans, out))?;
        for result in document.results.iter().filter(|result| !result.assignment.is_empty()) {
            let name = format!("divisions/{}.csv", plan_name(result.k));
            self.write(&name, |out| csv::division(document, result, out))?;
        }
        Ok(())
    }

    /// Draws the maps. They come last, as they say nothing that the other files do not.
    ///
    /// # Errors
    /// When the disk fails or is full.
    pub fn write_maps(
        &self,
        problem: &Problem,
        document: &SolveDocument,
        plans: &[(usize, &Plan)],
    ) -> Result<(), OutputError> {
        for (k, picture) in draw_all(problem, document, plans) {
            let name = format!("maps/{}.svg", plan_name(k));
            self.write(&name, |out| out.write_all(picture.as_bytes()))?;
        }
        Ok(())
    }

    /// Writes one file, whole or not at all.
    ///
    /// # Errors
    /// When the disk fails or is full.
    ///
    /// # Panics
    /// Never: a file name joined to a folder has a parent.
    pub fn write(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        inside(&self.folder, name)
            .and_then(|path| {
                fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
                write_atomically(&path, write)
            })
            .map_err(|error| OutputError::writing(&self.folder.join(name), &error, RESUME))
    }
}

/// Names in a folder, but for files left behind half-written.
fn contents(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with(TEMPORARY_PREFIX) {
            names.push(name);
        }
    }
    Ok(names)
}

fn refuse_earlier_run(folder: &Path) -> OutputError {
    OutputError::Refused(Defect::new(
        "E402",
        folder.display().to_string(),
        "the output directory holds an earlier run",
        "continue it with --resume, replace it with --force, or name another directory",
    ))
}

fn refuse_foreign(folder: &Path, count: usize) -> OutputError {
    let things = if count == 1 { "1 entry" } else { &format!("{count} entries") };
    OutputError::Refused(Defect::new(
        "E402",
        folder.display().to_string(),
        format!("the output directory is not empty and holds no run of regionfront ({things})"),
        "name an empty or new directory, or use --force, which leaves other files alone",
    ))
}

/// A journal that cannot be continued or joined; `otherwise` is what helps where nothing mends it.
pub(super) fn refuse_journal(path: &Path, error: &JournalError, otherwise: &str) -> OutputError {
    let (code, cure) = match error {
        JournalError::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            ("E401", format!("there is no such journal: {otherwise}"))
        }
        JournalError::Io(_) => ("E401", "make the journal readable and writable".to_owned()),
        JournalError::Damaged { .. } => ("E404", format!("remove the line, or {otherwise}")),
        JournalError::Another(_) => {
            ("E403", format!("repeat the earlier options to continue it, or {otherwise}"))
        }
    };
    OutputError::Refused(Defect::new(
        code,
        path.display().to_string(),
        format!("the journal cannot be continued: {error}"),
        cure,
    ))
}
