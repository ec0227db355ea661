//! Why there is no certificate.

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncertified {
    /// The search for a proof takes more than was allowed for it.
    TooLarge(&'static str),
    /// There is a better plan, or there is one at all: the claim is wrong.
    Refuted,
    /// The figures cannot be reckoned with.
    Unreadable(String),
    /// The solver of linear programs failed.
    Solver(String),
}

impl std::fmt::Display for Uncertified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge(what) => write!(f, "{what}"),
            Self::Refuted => f.write_str("there is a better plan than the claim allows"),
            Self::Unreadable(what) => f.write_str(what),
            Self::Solver(what) => write!(f, "the linear program failed: {what}"),
        }
    }
}

impl std::error::Error for Uncertified {}
