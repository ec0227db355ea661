//! What the solver says, in our words. The only place that reads its statuses.

use highs::HighsModelStatus;

/// The solver's verdict, before its plan and bound are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It closed the gap it was asked to close.
    Closed,
    /// It proved that the model has no solution.
    Infeasible,
    /// Its clock ran out.
    TimeLimit,
    /// It searched as many nodes as it was allowed.
    NodeLimit,
    /// Anything else is a fault; in words.
    Fault(&'static str),
}

/// Translates a status.
///
/// Every variable of the compact model has two finite bounds, so that "unbounded or infeasible"
/// can only mean infeasible. The node limit arrives as "solution limit". Limits nobody set are
/// faults: they would otherwise pass for the ones that were.
pub(super) fn verdict(status: HighsModelStatus) -> Verdict {
    match status {
        HighsModelStatus::Optimal => Verdict::Closed,
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => {
            Verdict::Infeasible
        }
        HighsModelStatus::ReachedTimeLimit => Verdict::TimeLimit,
        HighsModelStatus::ReachedSolutionLimit => Verdict::NodeLimit,
        HighsModelStatus::Unbounded => Verdict::Fault("it calls a bounded model unbounded"),
        HighsModelStatus::ModelEmpty => Verdict::Fault("it found no variables in the model"),
        HighsModelStatus::ObjectiveBound | HighsModelStatus::ObjectiveTarget => {
            Verdict::Fault("it stopped at an objective nobody asked for")
        }
        HighsModelStatus::ReachedIterationLimit => {
            Verdict::Fault("it stopped at an iteration limit nobody set")
        }
        HighsModelStatus::ReachedInterrupt => Verdict::Fault("it was interrupted by nobody"),
        HighsModelStatus::ReachedMemoryLimit => Verdict::Fault("it ran out of memory"),
        HighsModelStatus::NotSet => Verdict::Fault("it did not run"),
        HighsModelStatus::LoadError => Verdict::Fault("it could not load the model"),
        HighsModelStatus::ModelError => Verdict::Fault("it calls the model invalid"),
        HighsModelStatus::PresolveError => Verdict::Fault("its presolve failed"),
        HighsModelStatus::SolveError => Verdict::Fault("its search failed"),
        HighsModelStatus::PostsolveError => Verdict::Fault("its postsolve failed"),
        _ => Verdict::Fault("it ended without a known status"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optimal_closes() {
        assert_eq!(verdict(HighsModelStatus::Optimal), Verdict::Closed);
    }

    #[test]
    fn infeasible_is_infeasible() {
        assert_eq!(verdict(HighsModelStatus::Infeasible), Verdict::Infeasible);
    }

    #[test]
    fn unbounded_or_infeasible_is_infeasible_since_all_variables_are_bounded() {
        assert_eq!(verdict(HighsModelStatus::UnboundedOrInfeasible), Verdict::Infeasible);
    }

    #[test]
    fn the_time_limit_is_a_limit() {
        assert_eq!(verdict(HighsModelStatus::ReachedTimeLimit), Verdict::TimeLimit);
    }

    #[test]
    fn the_solution_limit_is_the_node_limit() {
        assert_eq!(verdict(HighsModelStatus::ReachedSolutionLimit), Verdict::NodeLimit);
    }

    #[test]
    fn everything_else_is_a_fault() {
        let statuses = [
            HighsModelStatus::Unbounded,
            HighsModelStatus::ModelEmpty,
            HighsModelStatus::ObjectiveBound,
            HighsModelStatus::ObjectiveTarget,
            HighsModelStatus::ReachedIterationLimit,
            HighsModelStatus::ReachedInterrupt,
            HighsModelStatus::ReachedMemoryLimit,
            HighsModelStatus::NotSet,
            HighsModelStatus::LoadError,
            HighsModelStatus::ModelError,
            HighsModelStatus::PresolveError,
            HighsModelStatus::SolveError,
            HighsModelStatus::PostsolveError,
            HighsModelStatus::Unknown,
        ];
        for status in statuses {
            assert!(matches!(verdict(status), Verdict::Fault(_)), "{status:?}");
        }
    }
}
