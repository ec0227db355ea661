//! `--join`: one run of what several runs of the same question found, as it stands.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Failure;
use super::output::say;

#[derive(Clone, Debug, Default, Args)]
pub(super) struct JoinArgs {
    /// Take over what these runs of the same question found for their k, separated by commas, as it
    /// stands: nothing more is solved, so that the k of a list can be solved on several machines
    #[arg(
        long,
        value_name = "DIRS",
        value_delimiter = ',',
        conflicts_with = "resume",
        help_heading = "Output"
    )]
    pub(super) join: Vec<PathBuf>,
}

impl JoinArgs {
    /// Whether a run is joined of others, and nothing is solved.
    pub(super) fn is_asked(&self) -> bool {
        !self.join.is_empty()
    }

    /// Refuses to write into one of the runs that are joined.
    pub(super) fn refuse_into(&self, folder: Option<&Path>) -> Result<(), Failure> {
        let real = |path: &Path| path.canonicalize().ok();
        let Some(target) = folder.and_then(real) else { return Ok(()) };
        if self.join.iter().all(|run| real(run).as_ref() != Some(&target)) {
            return Ok(());
        }
        Err(Failure::usage(
            "E402",
            target.display().to_string(),
            "the output directory is one of the runs that are joined",
            "name another output directory",
        ))
    }

    /// Says which k of a list no joined run holds: they are not solved.
    pub(super) fn say_missing(&self, ks: &[usize], holds: impl Fn(usize) -> bool) {
        let missing: Vec<String> =
            ks.iter().filter(|&&k| !holds(k)).map(ToString::to_string).collect();
        if self.is_asked() && !missing.is_empty() {
            let missing = missing.join(", ");
            say(&format!("join: no run has anything on k = {missing}; go on with --resume"));
        }
    }
}
