//! Prices of nodes under which no set of a list is cheap: the dual of packing.
//!
//! Maximise how many of the sets can be chosen, in shares, so that no node is in more than one; the
//! dual of a node's row is what it is worth to a set.

use highs::{ColProblem, HighsModelStatus, Sense};

use crate::graph::AreaSet;

/// The prices of `n` nodes, in units of which every set is worth about `one`; none is negative. `None`
/// where they are not found: a proof that is only tried must not end a solve.
pub(crate) fn packing_prices<const W: usize>(
    n: usize,
    sets: &[AreaSet<W>],
    one: i64,
) -> Option<Vec<i64>> {
    let mut problem = ColProblem::new();
    let rows: Vec<_> = (0..n).map(|_| problem.add_row(..=1.0)).collect();
    for set in sets {
        problem.add_column(1.0, 0.0.., set.iter().map(|node| (rows[node], 1.0)));
    }
    let mut model = problem.try_optimise(Sense::Maximise).ok()?;
    model.set_option("threads", 1);
    model.set_option("parallel", "off");
    let solved = model.try_solve().ok()?;
    if solved.status() != HighsModelStatus::Optimal {
        return None;
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "any whole prices give a valid bound"
    )]
    let whole = |price: f64| (price.abs() * one as f64).round().min(one as f64) as i64;
    Some(solved.get_solution().dual_rows().iter().map(|&price| whole(price)).collect())
}
