//! Weights of years: the mixed strategy of whoever picks the year, against plans known so far.
//!
//! Fictitious play: either side answers what the other has played so far on average (Brown, 1951;
//! that the averages converge is due to Robinson, *Annals of Mathematics*, 1951). Weights only steer:
//! the bound of a weighted question holds for any.

/// Rounds of play; the averages are within a few per cent then, which is all that weights need.
const ROUNDS: usize = 20_000;

/// The weights of years, which sum to one, under which even the best of the plans loses much.
/// `losses[plan][year]`; without plans all years weigh the same.
#[expect(clippy::cast_precision_loss, reason = "counts of rounds and years are small")]
pub(super) fn weights_against(losses: &[Vec<f64>], years: usize) -> Vec<f64> {
    if losses.is_empty() {
        return vec![1.0 / years as f64; years];
    }
    let mut played = vec![0.0_f64; years];
    // Summed loss of every plan under the years played, and of every year under the plans played.
    let mut by_plan = vec![0.0_f64; losses.len()];
    let mut by_year = vec![0.0_f64; years];
    for _ in 0..ROUNDS {
        let plan = place_of(&by_plan, |a, b| a < b);
        for (sum, loss) in by_year.iter_mut().zip(&losses[plan]) {
            *sum += loss;
        }
        let year = place_of(&by_year, |a, b| a > b);
        played[year] += 1.0;
        for (sum, plan) in by_plan.iter_mut().zip(losses) {
            *sum += plan[year];
        }
    }
    played.iter().map(|count| count / ROUNDS as f64).collect()
}

/// The place of the first figure that none is better than.
fn place_of(figures: &[f64], is_better: impl Fn(f64, f64) -> bool) -> usize {
    let mut best = 0;
    for (at, &figure) in figures.iter().enumerate() {
        if is_better(figure, figures[best]) {
            best = at;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_a_small_game_are_those_of_its_solution() {
        // Plans lose (0, 3) and (1, 0): a year chosen with weights (3/4, 1/4) loses 3/4 on either.
        let weights = weights_against(&[vec![0.0, 3.0], vec![1.0, 0.0]], 2);
        assert!((weights[0] - 0.75).abs() < 0.02, "{weights:?}");
        assert_eq!(weights_against(&[], 2), [0.5, 0.5]);
    }
}
