//! What a question to the solver can fail with.

use regionfront_model::defect::Defects;

/// Why there is no answer to a question. That no plan keeps the rules, or that a limit struck, are
/// answers and no failures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// Nobody said how many regions there are to be.
    #[error("E501 k: no number of regions was asked for\n     help: call k before asking")]
    NoNumberOfRegions,
    /// The problem lacks what the objectives need, or they do not go together.
    #[error("{0}")]
    Objectives(#[from] Defects),
    /// The engine failed, or said something that cannot be.
    #[error("E301 k = {k}: {what}\n     help: please report it")]
    Failed {
        /// Number of regions asked for.
        k: usize,
        /// What happened.
        what: String,
    },
}

impl SolveError {
    /// Its stable code, of several defects that of the first: `docs/src/reference/codes.md` lists
    /// them.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoNumberOfRegions => "E501",
            Self::Objectives(defects) => defects.0.first().map_or("E250", |defect| defect.code),
            Self::Failed { .. } => "E301",
        }
    }
}
