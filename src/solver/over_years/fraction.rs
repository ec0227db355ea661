//! Exact fractions, compared without rounding.

use std::cmp::Ordering;

/// A fraction of whole numbers: commuters when the denominator is one, else a part of a whole.
///
/// Numerators stay below 2^62 and denominators below 2^62, so that products fit 128 bits.
#[derive(Clone, Copy, Debug)]
pub struct Fraction {
    part: i128,
    whole: u128,
}

impl Fraction {
    /// `part ÷ whole`.
    ///
    /// # Panics
    /// When the whole is zero.
    pub fn new(part: i128, whole: u128) -> Self {
        assert!(whole > 0, "a fraction of nothing");
        Self { part, whole }
    }

    /// The numerator.
    pub fn part(self) -> i128 {
        self.part
    }

    /// The denominator.
    pub fn whole(self) -> u128 {
        self.whole
    }

    /// The same below zero.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { part: -self.part, ..self }
    }

    /// One less this.
    pub(super) fn complement(self) -> Self {
        Self { part: self.whole.cast_signed() - self.part, whole: self.whole }
    }

    /// The floor of `a − self × b`.
    pub(super) fn floor_of(self, a: i128, b: u128) -> i128 {
        let whole = self.whole.cast_signed();
        (a * whole - self.part * b.cast_signed()).div_euclid(whole)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
impl From<Fraction> for f64 {
    fn from(fraction: Fraction) -> Self {
        fraction.part as Self / fraction.whole as Self
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let ours = self.part * other.whole.cast_signed();
        ours.cmp(&(other.part * self.whole.cast_signed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_compare_exactly_and_round_down() {
        let third = Fraction::new(1, 3);
        assert_eq!(third, Fraction::new(2, 6));
        assert!(third < Fraction::new(334, 1_000));
        assert_eq!(third.complement(), Fraction::new(2, 3));
        assert_eq!(third.floor_of(10, 10), 6);
        assert_eq!(third.floor_of(0, 1), -1);
    }
}
