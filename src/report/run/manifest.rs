//! `manifest.json`: how the files of a run directory came about.

use std::time::{SystemTime, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_solver::job::{SolutionStatus, Termination};

use crate::documents::{
    FrontDocument, FrontRunDocument, FrontTermsDocument, InstanceDocument, ObjectiveDocument,
    OptionsDocument, ScenarioDocument, SolveDocument,
};

/// How the files of a run directory came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Which document this is: `regionfront/manifest/1`.
    pub schema: String,
    /// Version of regionfront.
    pub version: String,
    /// Versions of the solver libraries it was built with, as locked.
    pub solvers: Vec<SolverVersion>,
    /// The data.
    pub instance: InstanceDocument,
    /// Folder the data were read from; absolute, so that a report finds them from anywhere.
    #[serde(default)]
    pub instance_folder: std::path::PathBuf,
    /// Numbers of regions asked for.
    #[serde(default)]
    pub ks: Vec<usize>,
    /// The rules.
    pub scenario: ScenarioDocument,
    /// How it was solved.
    pub options: OptionsDocument,
    /// What was asked for along fronts; only for a run of fronts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front: Option<FrontManifest>,
    /// How many k were solved at a time.
    pub threads: usize,
    /// The command line, argument by argument.
    pub command_line: Vec<String>,
    /// When the run began, UTC.
    pub started: String,
    /// When it ended, UTC; `null` while it runs or when it was killed.
    pub ended: Option<String>,
    /// The state of every k, for fronts of every front.
    pub statuses: Vec<StatusDocument>,
}

/// What the manifest says of fronts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontManifest {
    /// The second objectives.
    pub objectives: Vec<ObjectiveDocument>,
    /// What was asked for.
    pub terms: FrontTermsDocument,
    /// How each front came about; empty while the run goes on or when it was killed.
    pub runs: Vec<FrontRunDocument>,
}

/// A library and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SolverVersion {
    /// Name of the crate.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The state of one k.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusDocument {
    /// Number of regions.
    pub k: usize,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
}

impl Manifest {
    /// The manifest of a run of `solve` that begins now.
    pub fn begin(document: &SolveDocument, threads: usize, command_line: Vec<String>) -> Self {
        let SolveDocument { instance, scenario, options, .. } = document;
        Self::begin_any(instance, scenario, options, threads, command_line)
    }

    /// The manifest of a run of `front` that begins now.
    pub fn begin_front(
        document: &FrontDocument,
        threads: usize,
        command_line: Vec<String>,
    ) -> Self {
        let FrontDocument { instance, scenario, options, objectives, terms, .. } = document;
        let front = FrontManifest {
            objectives: objectives.clone(),
            terms: terms.clone(),
            runs: Vec::new(),
        };
        let manifest = Self::begin_any(instance, scenario, options, threads, command_line);
        Self { front: Some(front), ..manifest }
    }

    fn begin_any(
        instance: &InstanceDocument,
        scenario: &ScenarioDocument,
        options: &OptionsDocument,
        threads: usize,
        command_line: Vec<String>,
    ) -> Self {
        Self {
            schema: "regionfront/manifest/1".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            solvers: solvers(),
            instance: instance.clone(),
            instance_folder: std::path::PathBuf::new(),
            ks: Vec::new(),
            scenario: scenario.clone(),
            options: options.clone(),
            front: None,
            threads,
            command_line,
            started: timestamp(SystemTime::now()),
            ended: None,
            statuses: Vec::new(),
        }
    }

    /// Enters what a later report needs: where the data are, and what was asked for.
    #[must_use]
    pub fn about(mut self, instance: &std::path::Path, ks: &[usize]) -> Self {
        self.instance_folder =
            std::path::absolute(instance).unwrap_or_else(|_| instance.to_owned());
        self.ks = ks.to_vec();
        self
    }

    /// Enters the results and the end, which is now.
    pub fn end(&mut self, document: &SolveDocument) {
        self.statuses = document
            .results
            .iter()
            .map(|result| StatusDocument {
                k: result.k,
                termination: result.termination,
                solution: result.solution,
            })
            .collect();
        self.ended = Some(timestamp(SystemTime::now()));
    }

    /// Enters the fronts and the end, which is now.
    pub fn end_front(&mut self, document: &FrontDocument, runs: Vec<FrontRunDocument>) {
        self.statuses = document
            .fronts
            .iter()
            .map(|front| StatusDocument {
                k: front.k,
                termination: front.termination,
                solution: front.solution(),
            })
            .collect();
        if let Some(front) = &mut self.front {
            front.runs = runs;
        }
        self.ended = Some(timestamp(SystemTime::now()));
    }
}

/// The solver crates of the lock file this was built with.
pub(super) fn solvers() -> Vec<SolverVersion> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<SolverVersion>,
    }
    let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock"));
    let lock: Lock = toml::from_str(lock).expect("cargo writes valid lock files");
    lock.package
        .into_iter()
        .filter(|package| ["highs", "highs-sys", "good_lp"].contains(&package.name.as_str()))
        .collect()
}

/// A moment as RFC 3339 in UTC, to the second.
pub fn timestamp(moment: SystemTime) -> String {
    let seconds = moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a count of days since 1 January 1970, in the Gregorian calendar.
///
/// Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms* (2021), `civil_from_days`.
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        let at = |seconds| timestamp(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_609_459_199), "2020-12-31T23:59:59Z");
    }

    #[test]
    fn the_solver_versions_are_known() {
        let names: Vec<String> = solvers().into_iter().map(|solver| solver.name).collect();
        assert_eq!(names, ["good_lp", "highs", "highs-sys"]);
    }
}
