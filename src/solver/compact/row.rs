//! Rows of large whole numbers, in a size that suits floating point.
//!
//! A feasibility tolerance is absolute: beside coefficients of 10^12 it asks for more digits than a
//! double has, and beside a requirement of one it is passed by shares of pairs that are nothing. So
//! positive coefficients are cut down to what the row can ever require (a whole variable meets it all
//! the same), and rows are divided by what divides all of them and by a power of two, which is exact. What that may blur is given up:
//! a row never forbids what the whole numbers allow. Plans are checked in whole numbers afterwards,
//! and a region that slipped through is forbidden by name.

use good_lp::{Constraint, Expression, Variable, constraint};

/// Largest coefficient of a row.
const LARGEST: f64 = 1_048_576.0;

/// What a divided row is relaxed by: more than what its coefficients are rounded by, or left out for
/// being too small.
const RELAXED: f64 = 1e-6;

/// Whole numbers up to this are exact in floating point.
const MOST_EXACT: i128 = 1 << 53;

/// `Σ terms ≥ 0`, over variables of nothing or one, each once.
pub(super) fn not_negative(mut terms: Vec<(i128, Variable)>) -> Option<Constraint> {
    let most: i128 = terms.iter().map(|&(weight, _)| (-weight).max(0)).sum();
    if most == 0 {
        return None;
    }
    for (weight, _) in &mut terms {
        *weight = (*weight).min(most);
    }
    // Often all that is left is one number with two signs: then the row is exact.
    let common = terms.iter().fold(0, |common, &(weight, _)| common_divisor(common, weight.abs()));
    for (weight, _) in &mut terms {
        *weight /= common.max(1);
    }
    let largest = terms.iter().map(|&(weight, _)| weight.abs()).max().unwrap_or(1);
    let size = size(largest);
    let mut sum = Expression::with_capacity(terms.len());
    for (weight, variable) in terms {
        sum.add_mul(real(weight) / size, variable);
    }
    let is_exact = size <= 1.0 && largest <= MOST_EXACT;
    let least = if is_exact { 0.0 } else { -RELAXED };
    Some(constraint!(sum >= least))
}

/// The largest number that divides both (Euclid).
fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// The power of two by which whole numbers up to this are divided.
pub(super) fn size(largest: i128) -> f64 {
    let mut size = 1.0;
    while real(largest) / size > LARGEST {
        size *= 2.0;
    }
    size
}

#[expect(clippy::cast_precision_loss, reason = "rows are relaxed by more than the rounding")]
fn real(number: i128) -> f64 {
    number as f64
}
