//! The journal of a run: a header line, then one line per finished piece, flushed at once.
//!
//! A piece is the result for a k, one reply along a front, or one run of a batch. A journal can be
//! continued by a run that asks the same question in the same way: same version, instance, rules,
//! engine, seed, gaps, node limit and further terms. A line is complete when it ends in a newline; a torn last line, as
//! a kill leaves it, is cut off before anything is appended.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lock::is_there;
use crate::documents::{
    FrontDocument, OptionsDocument, OverYearsDocument, ResultDocument, SolveDocument,
};
use regionfront_model::atomic::{flush, write_atomically};
use regionfront_model::instance::Year;

/// What a journal belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalHeader {
    /// Which file this is: `regionfront/journal/2`, `regionfront/front-journal/1`, or
    /// `regionfront/over-years-journal/1`.
    pub schema: String,
    /// Version of regionfront.
    pub version: String,
    /// SHA-256 of the instance.
    pub instance_sha256: String,
    /// SHA-256 of the rules and the areas in question.
    pub scenario_sha256: String,
    /// The engine.
    pub engine: String,
    /// The seed.
    pub seed: u64,
    /// Allowed relative gap.
    pub gap_tolerance: f64,
    /// Allowed absolute gap in commuters.
    pub abs_gap_tolerance: u64,
    /// Most branch-and-bound nodes for one k, or for one point of a front.
    pub node_limit: Option<u64>,
    /// Whatever else the pieces depend on, in words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, String>,
}

/// The first line of a journal of some kind.
pub trait Header: Serialize + DeserializeOwned {
    /// In what it differs from the header found in a journal, in words; nothing where that journal
    /// can be continued.
    fn differences(&self, found: &Self) -> Vec<String>;
}

/// One line of a journal of such pieces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JournalLine<E = ResultDocument, H = JournalHeader> {
    /// The first line.
    Header(H),
    /// A finished piece.
    Result(Box<E>),
}

impl JournalHeader {
    /// The header for a run of `solve`.
    pub fn new(document: &SolveDocument) -> Self {
        let (instance, scenario) = (&document.instance.sha256, &document.scenario.sha256);
        Self::for_run("regionfront/journal/2", instance, scenario, &document.options)
    }

    /// The header for any run, without further terms.
    fn for_run(
        schema: &str,
        instance_sha256: &str,
        scenario_sha256: &str,
        options: &OptionsDocument,
    ) -> Self {
        Self {
            schema: schema.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance_sha256: instance_sha256.to_owned(),
            scenario_sha256: scenario_sha256.to_owned(),
            engine: options.engine.clone(),
            seed: options.seed,
            gap_tolerance: options.gap_tolerance,
            abs_gap_tolerance: options.abs_gap_tolerance,
            node_limit: options.node_limit,
            terms: BTreeMap::new(),
        }
    }
}

impl FrontDocument {
    /// The header of this run's journal.
    pub fn journal_header(&self) -> JournalHeader {
        let mut header = JournalHeader::for_run(
            "regionfront/front-journal/1",
            &self.instance.sha256,
            &self.scenario.sha256,
            &self.options,
        );
        let mut term = |name: &str, value: String| header.terms.insert(name.to_owned(), value);
        term("alternatives", self.terms.alternatives.to_string());
        term("within", self.terms.within.map_or("none".to_owned(), |within| within.to_string()));
        term("most near", self.terms.most_near.map_or("none".to_owned(), |most| most.to_string()));
        for objective in &self.objectives {
            if let Some(reference) = &objective.reference {
                term("reference", reference.clone());
            }
        }
        header
    }
}

impl OverYearsDocument {
    /// The header of this run's journal. `instances` are the hashes of the instance by the figures of
    /// every year.
    pub fn journal_header(&self, instances: &[String], node_limit: Option<u64>) -> JournalHeader {
        let listed = |years: &[Year]| {
            let years: Vec<String> = years.iter().map(ToString::to_string).collect();
            years.join(", ")
        };
        let mut terms = BTreeMap::from([
            ("criterion".to_owned(), self.criterion.clone()),
            ("years".to_owned(), listed(&self.years)),
            ("limits in".to_owned(), listed(&self.limits_in)),
        ]);
        for (year, sha256) in self.years.iter().zip(instances) {
            terms.insert(format!("figures of {year}"), short(sha256));
        }
        JournalHeader {
            schema: "regionfront/over-years-journal/1".to_owned(),
            version: self.version.clone(),
            instance_sha256: self.instance.sha256.clone(),
            scenario_sha256: self.scenario.sha256.clone(),
            engine: "exact".to_owned(),
            seed: self.seed,
            gap_tolerance: 0.0,
            abs_gap_tolerance: 0,
            node_limit,
            terms,
        }
    }
}

impl Header for JournalHeader {
    fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, ours: String, theirs: String| {
            if ours != theirs {
                found.push(format!("{what} {theirs} there, {ours} here"));
            }
        };
        compare("format", self.schema.clone(), other.schema.clone());
        compare("version", self.version.clone(), other.version.clone());
        compare("instance", short(&self.instance_sha256), short(&other.instance_sha256));
        compare("rules", short(&self.scenario_sha256), short(&other.scenario_sha256));
        compare("engine", self.engine.clone(), other.engine.clone());
        compare("seed", self.seed.to_string(), other.seed.to_string());
        compare("gap", self.gap_tolerance.to_string(), other.gap_tolerance.to_string());
        compare(
            "absolute gap",
            self.abs_gap_tolerance.to_string(),
            other.abs_gap_tolerance.to_string(),
        );
        let nodes = |limit: Option<u64>| limit.map_or("none".to_owned(), |nodes| nodes.to_string());
        compare("node limit", nodes(self.node_limit), nodes(other.node_limit));
        let names: BTreeSet<&String> = self.terms.keys().chain(other.terms.keys()).collect();
        for name in names {
            let term =
                |header: &Self| header.terms.get(name).map_or("none", String::as_str).to_owned();
            compare(name, term(self), term(other));
        }
        found
    }
}

/// The beginning of a hash, enough to tell two apart.
pub fn short(sha256: &str) -> String {
    sha256.chars().take(12).collect()
}

/// A journal open for appending.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
}

/// Why a journal cannot be continued.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A line is no journal line.
    #[error("line {line} is damaged: {what}")]
    Damaged {
        /// Line number, from 1.
        line: usize,
        /// What the reader says.
        what: String,
    },
    /// It belongs to another question.
    #[error("it belongs to another run ({})", .0.join("; "))]
    Another(Vec<String>),
}

/// What a journal holds.
pub struct Held<E, H> {
    /// Its header; none where not even that is whole.
    pub header: Option<H>,
    /// Its pieces, in the order of the file.
    pub pieces: Vec<E>,
    /// Its whole lines, where the last one is torn.
    mended: Option<Vec<u8>>,
}

/// Reads a journal without changing it; a torn last line is left out. One that belongs to another
/// run than `own` is refused before its pieces are looked at, which may be of another kind.
///
/// # Errors
/// When it cannot be read, a line is damaged, or it belongs to another run.
pub fn read_journal<E: DeserializeOwned, H: Header>(
    path: &Path,
    own: Option<&H>,
) -> Result<Held<E, H>, JournalError> {
    let mut bytes = std::fs::read(path)?;
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let is_torn = whole < bytes.len();
    bytes.truncate(whole);
    let mut held = Held { header: None, pieces: Vec::new(), mended: None };
    for (line, text) in (1..).zip(bytes.split_inclusive(|&byte| byte == b'\n')) {
        let damaged = |what: String| JournalError::Damaged { line, what };
        match serde_json::from_slice(text).map_err(|error| damaged(error.to_string()))? {
            JournalLine::Header(found) if line == 1 => {
                let differences = own.map_or_else(Vec::new, |own| own.differences(&found));
                if !differences.is_empty() {
                    return Err(JournalError::Another(differences));
                }
                held.header = Some(found);
            }
            JournalLine::Result(piece) if line > 1 => held.pieces.push(*piece),
            _ => return Err(damaged("a header belongs on the first line only".to_owned())),
        }
    }
    held.mended = is_torn.then_some(bytes);
    Ok(held)
}

impl Journal {
    /// A new journal with its header; an old one is replaced.
    pub(super) fn create<H: Header>(path: &Path, header: &H) -> io::Result<Self> {
        let line = to_line(&JournalLine::<(), &H>::Header(header))?;
        write_atomically(path, |out| out.write_all(&line))?;
        Self::append_to(path)
    }

    /// Continues a journal: cuts off a torn last line, checks the header, and hands back what it
    /// holds, in the order of the file.
    pub(super) fn resume<E: DeserializeOwned, H: Header>(
        path: &Path,
        header: &H,
    ) -> Result<(Self, Vec<E>), JournalError> {
        let held = read_journal::<E, H>(path, Some(header))?;
        if held.header.is_none() {
            return Ok((Self::create(path, header)?, held.pieces));
        }
        if let Some(bytes) = &held.mended {
            write_atomically(path, |out| out.write_all(bytes))?;
        }
        Ok((Self::append_to(path)?, held.pieces))
    }

    fn append_to(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Adds a finished piece and flushes it to the disk.
    pub(super) fn append<E: Serialize>(&mut self, piece: E) -> io::Result<()> {
        self.append_so_far(piece)?;
        flush(&self.file)
    }

    /// Adds what is known so far, without waiting for the disk: it outlives the process, and more of it
    /// follows soon. On failure the journal is cut back to what it was, as far as the disk lets it.
    pub(super) fn append_so_far<E: Serialize>(&mut self, piece: E) -> io::Result<()> {
        let line = to_line(&JournalLine::<E, ()>::Result(Box::new(piece)))?;
        let before = self.file.metadata()?.len();
        let written = self.file.write_all(&line);
        if written.is_err() {
            // The next resume cuts a torn line anyway; this only spares it the work.
            let _ = self.file.set_len(before);
        }
        written
    }

    /// Whether its file is still where it was made: one that was removed takes every line, and keeps
    /// none.
    pub(super) fn is_there(&self) -> bool {
        is_there(&self.path, &self.file).unwrap_or(true)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn to_line<E: Serialize, H: Serialize>(line: &JournalLine<E, H>) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> JournalHeader {
        JournalHeader {
            schema: "regionfront/journal/2".into(),
            version: "0".into(),
            instance_sha256: "a".repeat(64),
            scenario_sha256: "b".repeat(64),
            engine: "exact".into(),
            seed: 0,
            gap_tolerance: 0.0,
            abs_gap_tolerance: 0,
            node_limit: None,
            terms: BTreeMap::new(),
        }
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("journal.ndjson");
        (folder, path)
    }

    #[test]
    fn a_torn_last_line_is_cut_off() {
        let (_folder, path) = folder();
        Journal::create(&path, &header()).expect("a writable folder");
        let whole = std::fs::read(&path).expect("the journal");
        let mut torn = whole.clone();
        torn.extend_from_slice(b"{\"result\":{\"k\":6,");
        std::fs::write(&path, torn).expect("a writable folder");
        let (_, results) =
            Journal::resume::<ResultDocument, _>(&path, &header()).expect("the rest is whole");
        assert!(results.is_empty());
        assert_eq!(std::fs::read(&path).expect("the journal"), whole);
    }

    #[cfg(unix)]
    #[test]
    fn a_journal_that_was_removed_is_noticed() {
        let (folder, path) = folder();
        let mut journal = Journal::create(&path, &header()).expect("a writable folder");
        assert!(journal.is_there());
        drop(folder);
        journal.append("a piece").expect("the file is still open");
        assert!(!journal.is_there());
    }

    #[test]
    fn a_journal_torn_within_its_header_begins_anew() {
        let (_folder, path) = folder();
        std::fs::write(&path, b"{\"header\":").expect("a writable folder");
        Journal::resume::<ResultDocument, _>(&path, &header()).expect("nothing is lost");
        Journal::resume::<ResultDocument, _>(&path, &header()).expect("the header is whole now");
    }

    #[test]
    fn a_journal_of_another_question_is_refused_with_the_difference() {
        let (_folder, path) = folder();
        Journal::create(&path, &header()).expect("a writable folder");
        let other = JournalHeader { seed: 7, scenario_sha256: "c".repeat(64), ..header() };
        let error = Journal::resume::<ResultDocument, _>(&path, &other)
            .expect_err("another seed and other rules");
        assert_eq!(
            error.to_string(),
            "it belongs to another run (rules bbbbbbbbbbbb there, cccccccccccc here; seed 0 there, \
             7 here)"
        );
    }

    #[test]
    fn a_damaged_line_is_named() {
        let (_folder, path) = folder();
        Journal::create(&path, &header()).expect("a writable folder");
        let mut bytes = std::fs::read(&path).expect("the journal");
        bytes.extend_from_slice(b"nonsense\n");
        std::fs::write(&path, bytes).expect("a writable folder");
        let error = Journal::resume::<ResultDocument, _>(&path, &header()).expect_err("nonsense");
        assert!(error.to_string().starts_with("line 2 is damaged"), "{error}");
    }
}
