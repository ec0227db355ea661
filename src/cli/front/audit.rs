//! `front --audit`: finished fronts proven again, claim by claim, with what is proven kept on disk.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use regionfront_model::defect::Defect;
use regionfront_report::{AUDIT, AuditDocument, FrontResultDocument, OutputError};
use regionfront_solver::engine::EngineFault;
use regionfront_solver::front::{Claim, Finding, Front, ObjectiveSet, Terms, audit, claims};
use regionfront_solver::job::Termination;

use super::super::output::say;

/// How fronts are audited.
pub(super) struct Audit<'a> {
    pub(super) seed: u64,
    /// Terms of the fronts, whose limits on a point hold for a demand.
    pub(super) terms: &'a Terms,
    pub(super) threads: usize,
    /// The run directory, where there is one.
    pub(super) folder: Option<&'a Path>,
    /// Runs whose proofs count.
    pub(super) joined: &'a [PathBuf],
    pub(super) quiet: bool,
}

/// Why an audit could not be carried out.
pub(super) enum Failed {
    /// No threads.
    Engine(EngineFault),
    /// No room on the disk.
    Output(OutputError),
}

impl Audit<'_> {
    /// Audits the complete fronts among these and enters what is found. What an earlier audit of this
    /// run has proven is not proven again.
    pub(super) fn run(
        &self,
        fronts: &[(&ObjectiveSet, &Front)],
        documents: &mut [FrontResultDocument],
    ) -> Result<(), Failed> {
        let record = Record::open(self.folder, self.joined).map_err(Failed::Output)?;
        for ((set, front), document) in fronts.iter().zip(documents) {
            let all = claims(set, front);
            if all.is_empty() {
                continue;
            }
            let keys: Vec<String> = all.iter().map(|claim| key(set, claim)).collect();
            let left: Vec<(usize, &Claim)> = all
                .iter()
                .enumerate()
                .filter(|(at, _)| !record.known.contains(&keys[*at]))
                .collect();
            let tell = |at: usize, finding: &Finding| {
                if *finding == Finding::Confirmed {
                    record.add(&keys[at]);
                }
            };
            let found = audit(set, &left, self.seed, self.terms, self.threads, &tell)
                .map_err(Failed::Engine)?;
            let refuted: Vec<String> = found
                .iter()
                .zip(&left)
                .filter_map(|(finding, (at, _))| match finding {
                    Finding::Refuted(what) => Some(format!("{}: {what}", keys[*at])),
                    Finding::Confirmed | Finding::Open(_) => None,
                })
                .collect();
            let confirmed = found.iter().filter(|it| **it == Finding::Confirmed).count();
            let summary = AuditDocument {
                claims: all.len(),
                confirmed: all.len() - left.len() + confirmed,
                refuted,
            };
            if !self.quiet {
                say(&format!(
                    "audit: k = {}, {} of {} demands proven again",
                    front.k, summary.confirmed, summary.claims
                ));
            }
            if let Some(first) = summary.refuted.first() {
                document.complete = false;
                document.termination = Termination::Error;
                document.reason = Some(format!("the audit refutes it: {first}"));
            }
            document.audit = Some(summary);
        }
        record.finish().map_err(Failed::Output)
    }
}

/// A claim in words, which no other claim of the run has.
fn key(set: &ObjectiveSet, claim: &Claim) -> String {
    let beyond: Vec<String> = set
        .objectives
        .iter()
        .zip(&claim.beyond)
        .filter_map(|(objective, beyond)| {
            let score = (*beyond)?;
            Some(format!("{} beyond {}/{}", objective.kind(), score.part, score.whole))
        })
        .collect();
    let demand = if beyond.is_empty() { "any plan".to_owned() } else { beyond.join(", ") };
    let most = claim.most.map_or("no plan".to_owned(), |most| format!("at most {most} commuters"));
    format!("k = {} against {}, {demand}: {most}", claim.k, set.words())
}

/// A file that grows, and what went wrong with it first.
type Journal = (File, Option<std::io::Error>);

/// What has been proven so far, on disk.
struct Record {
    known: BTreeSet<String>,
    file: Option<(Mutex<Journal>, std::path::PathBuf)>,
}

impl Record {
    /// Opens the record of a folder; what other runs have proven is added to it.
    fn open(folder: Option<&Path>, others: &[PathBuf]) -> Result<Self, OutputError> {
        // A last line cut off is no line, and a missing file is an empty one.
        let text_of = |folder: &Path| fs::read_to_string(folder.join(AUDIT)).unwrap_or_default();
        let keys_of = |text: &str| -> Vec<String> {
            text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
        };
        let others: Vec<String> =
            others.iter().flat_map(|other| keys_of(&text_of(other))).collect();
        let Some(folder) = folder else {
            return Ok(Self { known: others.into_iter().collect(), file: None });
        };
        let path = folder.join(AUDIT);
        let text = text_of(folder);
        let mut known: BTreeSet<String> = keys_of(&text).into_iter().collect();
        let opened = OpenOptions::new().create(true).append(true).open(&path);
        let mut file = opened.map_err(|error| failed(&path, &error))?;
        if !text.is_empty() && !text.ends_with('\n') {
            writeln!(file).map_err(|error| failed(&path, &error))?;
        }
        for other in others {
            if !known.contains(&other) {
                writeln!(file, "{}", serde_json::Value::from(other.as_str()))
                    .map_err(|error| failed(&path, &error))?;
                known.insert(other);
            }
        }
        Ok(Self { known, file: Some((Mutex::new((file, None)), path)) })
    }

    fn add(&self, key: &str) {
        if let Some((file, _)) = &self.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let line = serde_json::Value::from(key);
            if let Err(error) = writeln!(file.0, "{line}").and_then(|()| file.0.flush()) {
                file.1.get_or_insert(error);
            }
        }
    }

    /// Says whether all could be written.
    fn finish(self) -> Result<(), OutputError> {
        match self.file {
            Some((file, path)) => match file.into_inner().unwrap_or_else(PoisonError::into_inner).1
            {
                Some(error) => Err(failed(&path, &error)),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }
}

fn failed(path: &Path, error: &std::io::Error) -> OutputError {
    OutputError::Failed(Defect::new(
        "E405",
        path.display().to_string(),
        format!("writing failed: {error}"),
        "make room or mend the disk, then run again with --resume",
    ))
}
