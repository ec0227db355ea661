//! What `derive` did and why: document, text, and the files of a derivation.

use std::io::{self, Write};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::derive::{Decision, Derived};
use regionfront_model::defect::Defect;
use regionfront_model::instance::{Division, Instance};
use regionfront_model::quantity::{Commuters, grouped};
use regionfront_model::scenario::Problem;
use regionfront_solver::job::{SolutionStatus, Termination};

use super::atomic::write_atomically;
use super::question::codes;
use super::{InstanceDocument, OutputError, ScenarioDocument, plain_table, write_json};

mod curve;

use curve::{how_far_proven, write_curve};

/// A derivation, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DerivationDocument {
    /// Which document this is: `regionfront/derive/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data.
    pub instance: InstanceDocument,
    /// The rules.
    pub scenario: ScenarioDocument,
    /// Name of the division it began from.
    pub from: String,
    /// The division at the beginning and after every step.
    pub stages: Vec<StageDocument>,
    /// Every decision, in order.
    pub decisions: Vec<DecisionDocument>,
    /// What was solved on the way; every plan passed the independent verifier.
    pub solved: Vec<SolvedDocument>,
    /// The divisions it gave.
    pub divisions: Vec<DivisionDocument>,
}

/// The division after a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StageDocument {
    /// The step, by its option; `given` at the beginning.
    pub step: String,
    /// How many regions there are.
    pub regions: usize,
    /// Commuters between different areas that share a region.
    pub internal_commuting: Commuters,
    /// Most areas that could move, in an improvement.
    pub max_moved: Option<usize>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionDocument {
    /// The step, by its option.
    pub step: String,
    /// Code of the area it is about.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Regions before.
    pub from: Vec<String>,
    /// Region now; `null` where nothing changed.
    pub to: Option<String>,
    /// Why.
    pub why: String,
}

/// Something that was solved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SolvedDocument {
    /// The step, by its option.
    pub step: String,
    /// Parts of the split, or regions of the improved plan.
    pub k: usize,
    /// Most areas that could move.
    pub max_moved: Option<usize>,
    /// Areas that moved.
    pub moved: Option<usize>,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// Commuters between different areas inside, within the region that was split or in the plan.
    pub objective: Option<Commuters>,
    /// No plan holds more.
    pub bound: Option<Commuters>,
    /// Why there is no plan.
    pub reason: Option<String>,
    /// The engine that answered.
    pub engine: String,
    /// Seconds.
    pub wall_s: f64,
}

/// A division by codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionDocument {
    /// Its name.
    pub name: String,
    /// Its regions, by smallest code.
    pub regions: Vec<DivisionRegionDocument>,
}

/// A region by codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionRegionDocument {
    /// Its name.
    pub name: String,
    /// Codes of its areas.
    pub areas: Vec<String>,
}

impl DerivationDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/derive/1";

    /// The document of a derivation. `before` are decisions made on reading the division.
    pub fn new(problem: &Problem, from: &str, before: &[Decision], derived: &Derived) -> Self {
        let instance = &problem.instance;
        let decisions = before.iter().chain(&derived.log);
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(instance),
            scenario: ScenarioDocument::new(problem),
            from: from.to_owned(),
            stages: derived
                .stages
                .iter()
                .map(|stage| StageDocument {
                    step: stage.step.to_owned(),
                    regions: stage.regions,
                    internal_commuting: stage.internal,
                    max_moved: stage.max_moved,
                })
                .collect(),
            decisions: decisions
                .map(|decision| DecisionDocument {
                    step: decision.step.to_owned(),
                    code: decision.area.map(|area| instance.areas[area].code.clone()),
                    name: decision.area.map(|area| instance.areas[area].name.clone()),
                    from: decision.from.clone(),
                    to: decision.to.clone(),
                    why: decision.why.clone(),
                })
                .collect(),
            solved: derived
                .solved
                .iter()
                .map(|solved| SolvedDocument {
                    step: solved.step.to_owned(),
                    k: solved.answer.k,
                    max_moved: solved.max_moved,
                    moved: solved.moved,
                    termination: solved.answer.termination,
                    solution: solved.answer.solution(),
                    objective: solved.answer.objective(),
                    bound: solved.answer.bound,
                    reason: solved.answer.reason.clone(),
                    engine: solved.answer.engine.clone(),
                    wall_s: (solved.answer.wall.as_secs_f64() * 1000.0).round() / 1000.0,
                })
                .collect(),
            divisions: derived
                .divisions
                .iter()
                .map(|division| DivisionDocument::new(instance, division))
                .collect(),
        }
    }

    /// Writes what was done and why, for reading.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}, from {}", self.instance.title, self.from)?;
        let mut table =
            plain_table(&[("step", false), ("regions", true), ("commuters inside", true)]);
        for stage in &self.stages {
            let inside = grouped(stage.internal_commuting);
            let step = step_in_words(&stage.step, stage.max_moved);
            table.add_row([step, stage.regions.to_string(), inside]);
        }
        writeln!(out, "{table}")?;
        for decision in &self.decisions {
            let area = decision.name.as_deref().zip(decision.code.as_deref());
            let area = area.map_or_else(String::new, |(name, code)| format!("{name} ({code}): "));
            let from = match decision.from.as_slice() {
                [] => "no region".to_owned(),
                names => names.join(" + "),
            };
            let change = match &decision.to {
                Some(to) => format!("{from} → {to}"),
                None => format!("{from}, unchanged"),
            };
            writeln!(out, "{}: {area}{change}\n    {}", decision.step, decision.why)?;
        }
        if !self.solved.is_empty() {
            let mut table = plain_table(&[
                ("solved", false),
                ("regions", true),
                ("may move", true),
                ("moved", true),
                ("status", false),
                ("commuters inside", true),
                ("bound", true),
                ("time", true),
            ]);
            for solved in &self.solved {
                let cell =
                    |number: Option<usize>| number.map_or_else(String::new, |n| n.to_string());
                let figure = |figure: Option<u64>| figure.map_or_else(|| "–".to_owned(), grouped);
                table.add_row([
                    solved.step.clone(),
                    solved.k.to_string(),
                    cell(solved.max_moved),
                    cell(solved.moved),
                    match solved.solution {
                        SolutionStatus::ProvenOptimal => "proven optimal".to_owned(),
                        _ => solved.termination.word().replace('_', " "),
                    },
                    figure(solved.objective),
                    figure(solved.bound),
                    super::seconds(solved.wall_s),
                ]);
            }
            writeln!(out, "\n{table}")?;
            let curve = self.solved.iter().filter_map(|solved| {
                let ends = [Termination::Optimal, Termination::Infeasible];
                Some((solved.max_moved?, ends.contains(&solved.termination), solved.bound))
            });
            if let Some(words) = how_far_proven(&curve.collect::<Vec<_>>()) {
                writeln!(out, "{words}")?;
            }
        }
        for solved in &self.solved {
            if let Some(reason) = &solved.reason {
                writeln!(out, "{}, {} regions: {reason}", solved.step, solved.k)?;
            }
        }
        for division in &self.divisions {
            writeln!(out, "\n{}", division.name)?;
            for (region, number) in division.regions.iter().zip(1..) {
                let names = region.areas.iter().map(|code| self.instance.areas.get(code));
                let names: Vec<&str> = names.flatten().map(String::as_str).collect();
                writeln!(out, "{number:>3} {}: {}", region.name, names.join(", "))?;
            }
        }
        Ok(())
    }

    /// Writes the divisions as CSV files fit for every command, and the log as JSON and text.
    /// Files are written whole or not at all; those of an earlier derivation only with `force`.
    ///
    /// # Errors
    /// When the folder holds a derivation already, or cannot be written.
    pub fn save(&self, folder: &Path, force: bool) -> Result<(), OutputError> {
        let log = folder.join("derive.json");
        if log.exists() && !force {
            return Err(OutputError::Refused(Defect::new(
                "E402",
                folder.display().to_string(),
                "the output directory holds an earlier derivation",
                "replace it with --force, or name another directory",
            )));
        }
        std::fs::create_dir_all(folder).map_err(|error| {
            OutputError::Refused(Defect::new(
                "E401",
                folder.display().to_string(),
                format!("the output directory cannot be used: {error}"),
                "name a directory you may write to",
            ))
        })?;
        let write = |name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
            let path = folder.join(name);
            write_atomically(&path, write)
                .map_err(|error| OutputError::writing(&path, &error, "run again with --force"))
        };
        for division in &self.divisions {
            let name = match self.divisions.as_slice() {
                [_] => "division.csv".to_owned(),
                _ => format!("{}.csv", division.name),
            };
            write(&name, &|out| division.write_csv(&self.instance, out))?;
        }
        let curve = || self.solved.iter().filter(|solved| solved.max_moved.is_some());
        if curve().nth(1).is_some() {
            write("curve.csv", &|out| write_curve(curve(), out))?;
        }
        write("derive.txt", &|out| self.write_text(out))?;
        write("derive.json", &|out| write_json(self, out))
    }
}

impl DivisionDocument {
    /// A division of an instance.
    pub fn new(instance: &Instance, division: &Division) -> Self {
        let regions = division.regions.iter().map(|region| DivisionRegionDocument {
            name: region.name.clone(),
            areas: codes(instance, &region.areas),
        });
        Self { name: division.name.clone(), regions: regions.collect() }
    }

    /// Writes it as a division file: `code,region,name`.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_csv(&self, instance: &InstanceDocument, out: &mut dyn Write) -> io::Result<()> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(["code", "region", "name"])?;
        for region in &self.regions {
            for code in &region.areas {
                let name = instance.areas.get(code).map_or("", String::as_str);
                table.write_record([code, &region.name, name])?;
            }
        }
        table.flush()
    }
}

/// A step, with how many areas could move where that is told.
pub(super) fn step_in_words(step: &str, max_moved: Option<usize>) -> String {
    max_moved.map_or_else(|| step.to_owned(), |moved| format!("{step}, at most {moved} moved"))
}
