//! Figures as documents round them.

use std::time::Duration;

/// Tenths, as in the data: a sum of tenths is no tenth in binary.
pub(super) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Six decimals, as all shares.
pub(crate) fn millionths(value: f64) -> f64 {
    let scaled = value * 1_000_000.0;
    // Beyond 2^53 there are no millionths to round to.
    if scaled.abs() < 9_007_199_254_740_992.0 { scaled.round() / 1_000_000.0 } else { value }
}

/// Seconds, to the millisecond: anything finer is noise.
pub(crate) fn milliseconds(wall: Duration) -> f64 {
    (wall.as_secs_f64() * 1000.0).round() / 1000.0
}
