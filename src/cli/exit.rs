//! Exit codes, and failures that end a command.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | success |
//! | 1 | internal fault, or output that could not be written |
//! | 2 | usage or input |
//! | 3 | proven infeasible |
//! | 4 | stopped at a limit with a plan (0 with `--limit-ok`) |
//! | 5 | stopped at a limit without a plan |
//! | 6 | a check failed |
//! | 129, 130, 143 | interrupted by SIGHUP, Ctrl-C or SIGTERM, incumbents written |
//!
//! For a list of k the first of these that fits: any error 1, interrupted 129, 130 or 143, any k
//! stopped without a plan 5, any stopped with one 4, all infeasible 3, else 0: a list in which some
//! k are solved and the others proven infeasible was answered in full. A plan within the gap the
//! user allowed is a success, too.

use std::process::ExitCode;

use regionfront_batch::{Ending, Record};
use regionfront_model::defect::{Defect, Defects};
use regionfront_report::OutputError;
use regionfront_solver::job::{Answer, Termination};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    AsAsked,
    Fault,
    Usage,
    Infeasible,
    StoppedWithPlan,
    StoppedWithoutPlan,
    CheckFailed,
    /// By this signal.
    Interrupted(u8),
}

impl Exit {
    /// The exit code.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::AsAsked => 0,
            Self::Fault => 1,
            Self::Usage => 2,
            Self::Infeasible => 3,
            Self::StoppedWithPlan => 4,
            Self::StoppedWithoutPlan => 5,
            Self::CheckFailed => 6,
            Self::Interrupted(signal) => 128_u8.saturating_add(signal),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The exit code for a list of answers; `signal` is the one that interrupted, if one did.
pub(super) fn of_answers(answers: &[Answer], signal: Option<u8>, limit_ok: bool) -> Exit {
    let ends: Vec<(Termination, bool)> =
        answers.iter().map(|answer| (answer.termination, answer.plan.is_some())).collect();
    of_ends(&ends, signal, limit_ok)
}

/// The exit code for a list of ends: why each ended, and whether it has a plan.
pub(super) fn of_ends(ends: &[(Termination, bool)], signal: Option<u8>, limit_ok: bool) -> Exit {
    let any = |wanted: Termination| ends.iter().any(|(termination, _)| *termination == wanted);
    let is_stopped = |termination: Termination| {
        matches!(
            termination,
            Termination::TimeLimit
                | Termination::NodeLimit
                | Termination::MemoryLimit
                | Termination::Interrupted
                | Termination::Precision
        )
    };
    let stopped = |with_plan: bool| {
        ends.iter().any(|&(termination, has_plan)| is_stopped(termination) && has_plan == with_plan)
    };
    if any(Termination::Error) {
        Exit::Fault
    } else if let Some(signal) = signal
        && any(Termination::Interrupted)
    {
        Exit::Interrupted(signal)
    } else if stopped(false) {
        Exit::StoppedWithoutPlan
    } else if stopped(true) {
        if limit_ok { Exit::AsAsked } else { Exit::StoppedWithPlan }
    } else if ends.iter().all(|(termination, _)| *termination == Termination::Infeasible) {
        Exit::Infeasible
    } else {
        Exit::AsAsked
    }
}

/// The exit code for the runs of a batch: the gravest there is. A fault 1, wrong input 2, else as
/// for a list of k over all runs.
pub(super) fn of_records<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    signal: Option<u8>,
    limit_ok: bool,
) -> Exit {
    let (mut ends, mut gravest) = (Vec::new(), None);
    for record in records {
        gravest = match (record.ending, gravest) {
            (Ending::Failed, _) => Some(Exit::Fault),
            (Ending::Input, None) => Some(Exit::Usage),
            (_, gravest) => gravest,
        };
        ends.extend(record.rows.iter().map(|row| (row.termination, row.objective.is_some())));
    }
    gravest.unwrap_or_else(|| of_ends(&ends, signal, limit_ok))
}

/// Codes that tell of a limit: the question is sound, and too large.
const LIMITS: [&str; 1] = ["E256"];

/// What ends a command early: an exit code and what stderr says.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) text: String,
}

impl Failure {
    /// Wrong usage, as a defect of the command line.
    pub(super) fn usage(
        code: &'static str,
        at: impl Into<String>,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Defects::from(Defect::new(code, at, what, cure)).into()
    }

    /// Signals could not be caught.
    #[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    pub(super) fn signals(error: std::io::Error) -> Self {
        Self { exit: Exit::Fault, text: format!("E301 signals cannot be caught: {error}") }
    }
}

impl From<Defects> for Failure {
    fn from(defects: Defects) -> Self {
        let is_limit = defects.0.iter().all(|defect| LIMITS.contains(&defect.code));
        let exit = if is_limit { Exit::StoppedWithoutPlan } else { Exit::Usage };
        Self { exit, text: defects.to_string() }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let exit = match error {
            OutputError::Refused(_) => Exit::Usage,
            OutputError::Failed(_) => Exit::Fault,
        };
        Self { exit, text: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(termination: Termination) -> Answer {
        Answer {
            k: 2,
            termination,
            plan: None,
            bound: None,
            reason: None,
            engine: String::new(),
            seed: 0,
            gap_tolerance: 0.0,
            abs_gap_tolerance: 0,
            effort: regionfront_solver::engine::Effort::default(),
            wall: Duration::ZERO,
        }
    }

    #[test]
    fn a_list_exits_with_the_worst_that_happened() {
        use Termination::{Error, Infeasible, Interrupted, Optimal, TimeLimit};
        let exit = |terminations: &[Termination], signal| {
            let answers: Vec<Answer> = terminations.iter().copied().map(answer).collect();
            of_answers(&answers, signal, true)
        };
        assert_eq!(exit(&[Optimal, Infeasible], None), Exit::AsAsked);
        assert_eq!(exit(&[Infeasible, Infeasible], None), Exit::Infeasible);
        assert_eq!(exit(&[Optimal, TimeLimit], None), Exit::StoppedWithoutPlan);
        assert_eq!(exit(&[Optimal, Interrupted], Some(2)), Exit::Interrupted(2));
        assert_eq!(exit(&[Interrupted, Error], Some(15)), Exit::Fault);
        assert_eq!(exit(&[Optimal], Some(2)), Exit::AsAsked, "the signal came too late");
    }
}
