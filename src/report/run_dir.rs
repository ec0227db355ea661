//! The run directory: opened before solving, each finished k saved at once, files written whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use regionfront_model::defect::Defect;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;
use regionfront_solver::front::ObjectiveKind;

use super::atomic::{TEMPORARY_PREFIX, write_atomically};
use super::journal::{Header, Journal, JournalError};
use super::json::write_json;
use super::manifest::Manifest;
use super::{JournalHeader, JsonReport, Report, SolveDocument, csv, front, map, publish};

pub(super) const JOURNAL: &str = "journal.ndjson";
pub(super) const MANIFEST: &str = "manifest.json";

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

/// Why a run directory cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// Refused before solving: the user has to choose.
    #[error("{0}")]
    Refused(Defect),
    /// The disk or the permissions failed.
    #[error("{0}")]
    Failed(Defect),
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
impl OutputError {
    /// Writing a file failed; `again` says what to do once there is room.
    pub(super) fn writing(path: &Path, error: &io::Error, again: &str) -> Self {
        Self::Failed(Defect::new(
            "E405",
            path.display().to_string(),
            format!("writing failed: {error}"),
            format!("make room or mend the disk, then {again}"),
        ))
    }
}

/// What to do after a run could not write.
const RESUME: &str = "run again with --resume";

/// An open run directory.
#[derive(Debug)]
pub struct RunDir {
    folder: PathBuf,
    journal: Journal,
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
                    .map_err(|error| refuse_journal(&journal, &error))?;
                return Ok((Self { folder: folder.to_owned(), journal }, pieces));
            }
            OpenMode::Force => (layout.clear)(folder).map_err(unusable)?,
            OpenMode::New | OpenMode::Resume => {}
        }
        let journal = Journal::create(&journal, header).map_err(unusable)?;
        Ok((Self { folder: folder.to_owned(), journal }, Vec::new()))
    }

    /// Saves a finished piece in the journal, flushed to the disk.
    ///
    /// # Errors
    /// When the disk fails or is full.
    pub fn save<E: Serialize>(&mut self, piece: E) -> Result<(), OutputError> {
        let path = self.journal.path().to_owned();
        self.journal.append(piece).map_err(|error| OutputError::writing(&path, &error, RESUME))
    }

    /// Writes the manifest.
    ///
    /// # Errors
    /// When the disk fails or is full.
    pub fn write_manifest(&self, manifest: &Manifest) -> Result<(), OutputError> {
        self.write(MANIFEST, |out| write_json(manifest, out))
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
        self.write("solve.json", |out| JsonReport.write(document, out))?;
        self.write("solve.csv", |out| csv::solve(document, out))?;
        self.write("assignment.csv", |out| csv::assignment(document, out))?;
        self.write("assignment_wide.csv", |out| csv::assignment_wide(document, out))?;
        self.write("regions.csv", |out| csv::regions(document, out))?;
        self.write("region_flows.csv", |out| csv::region_flows(problem, plans, out))?;
        for result in document.results.iter().filter(|result| !result.assignment.is_empty()) {
            let name = format!("divisions/{}.csv", plan_name(result.k));
            self.write(&name, |out| csv::division(document, result, out))?;
        }
        for (k, picture) in map::draw_all(problem, document, plans) {
            let name = format!("maps/{}.svg", plan_name(k));
            self.write(&name, |out| out.write_all(picture.as_bytes()))?;
        }
        Ok(())
    }

    /// Writes one file, whole or not at all.
    pub fn write(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        let path = self.folder.join(name);
        let parent = path.parent().expect("a file name was joined to the folder");
        fs::create_dir_all(parent)
            .and_then(|()| write_atomically(&path, write))
            .map_err(|error| OutputError::writing(&path, &error, RESUME))
    }
}

/// The file names a run for these k writes; `has_map` where the instance has polygons.
pub fn run_files(ks: &[usize], has_map: bool) -> Vec<String> {
    let mut names: Vec<String> = [
        MANIFEST,
        JOURNAL,
        "solve.json",
        "solve.csv",
        "assignment.csv",
        "assignment_wide.csv",
        "regions.csv",
        "region_flows.csv",
    ]
    .map(str::to_owned)
    .to_vec();
    names.extend(ks.iter().map(|&k| format!("divisions/{}.csv", plan_name(k))));
    if has_map {
        names.extend(ks.iter().map(|&k| format!("maps/{}.svg", plan_name(k))));
    }
    names
}

/// `k06`: sorts as a number up to 99.
pub(super) fn plan_name(k: usize) -> String {
    format!("k{k:02}")
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

/// Removes what an earlier run wrote, and nothing else.
fn remove_earlier_run(folder: &Path) -> io::Result<()> {
    let of_report = publish::FILES.map(str::to_owned);
    let ours = run_files(&[], false).into_iter().chain(front::run_files(true)).chain(of_report);
    for name in ours {
        remove_if_there(&folder.join(name))?;
    }
    for kind in ObjectiveKind::ALL {
        for extension in ["svg", "png"] {
            remove_if_there(&folder.join(format!("front-{kind}.{extension}")))?;
        }
    }
    for (below, extension) in [("divisions", "csv"), ("maps", "svg"), ("maps", "png")] {
        let below = folder.join(below);
        if !below.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&below)? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let is_ours =
                is_plan(stem) || below.ends_with("maps") && (stem == "cores" || is_division(stem));
            if is_ours && path.extension().is_some_and(|found| found == extension) {
                remove_if_there(&path)?;
            }
        }
    }
    Ok(())
}

/// Whether a file is named after a plan: `k09`, `k09-p003`, or `distance-k09-p003` where a run has
/// fronts of several objectives.
fn is_plan(stem: &str) -> bool {
    let from_k = match stem.rsplit_once("-k") {
        Some((objective, rest)) if is_objective(objective) => Some(rest),
        _ => stem.strip_prefix('k'),
    };
    from_k.is_some_and(|rest| {
        let (k, point) = rest.split_once("-p").unwrap_or((rest, "1"));
        k.parse::<usize>().is_ok() && point.parse::<usize>().is_ok()
    })
}

/// Whether a file is named after a division of a report: `division-1`.
fn is_division(stem: &str) -> bool {
    stem.strip_prefix("division-").is_some_and(|number| number.parse::<usize>().is_ok())
}

/// Whether a name is the word for a second objective. Joint fronts stand alone and need no names.
fn is_objective(name: &str) -> bool {
    name.parse::<ObjectiveKind>().is_ok()
}

/// Removes a file; that it is not there is no error.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
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

fn refuse_journal(path: &Path, error: &JournalError) -> OutputError {
    let (code, cure) = match error {
        JournalError::Io(_) => ("E401", "make the journal readable and writable"),
        JournalError::Damaged { .. } => {
            ("E404", "remove the line, or begin anew with --force or in another directory")
        }
        JournalError::Another(_) => (
            "E403",
            "repeat the earlier options to continue it, or begin anew with --force or in another \
             directory",
        ),
    };
    OutputError::Refused(Defect::new(
        code,
        path.display().to_string(),
        format!("the journal cannot be continued: {error}"),
        cure,
    ))
}
