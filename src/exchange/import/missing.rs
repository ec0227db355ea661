//! What figures that are missing count for.

/// What to do with figures that are not available or suppressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// Refuse the table: nothing is assumed.
    #[default]
    Refuse,
    /// Take so many people for each.
    Count(u64),
}
