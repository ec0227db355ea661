//! The curve of an improvement: the best plan for every number of areas that could move.

use std::io::{self, Write};

use crate::documents::SolvedDocument;
use regionfront_model::cell::TableWriter;
use regionfront_model::quantity::{Commuters, grouped};
use regionfront_solver::job::SolutionStatus;

/// Writes a curve: a row for every number of areas that could move.
pub(crate) fn write_curve<'a>(
    curve: impl Iterator<Item = &'a SolvedDocument>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = TableWriter::new(out);
    table.write_record(["max_moved", "moved", "internal_commuting", "bound", "status"])?;
    let cell = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    let count = |number: Option<usize>| cell(number.map(|number| number as u64));
    for solved in curve {
        let status = match solved.solution {
            SolutionStatus::ProvenOptimal => solved.solution.word(),
            _ => solved.termination.word(),
        };
        table.write_record([
            count(solved.max_moved),
            count(solved.moved),
            cell(solved.objective),
            cell(solved.bound),
            status.to_owned(),
        ])?;
    }
    table.flush()
}

/// Up to how many moves the best plans of a curve are proven, and what is known beyond, in words;
/// `None` where everything is. A curve is a list of moves, whether their plan is proven to be best or
/// not to exist, and what no plan exceeds.
pub(super) fn how_far_proven(curve: &[(usize, bool, Option<Commuters>)]) -> Option<String> {
    let first_open = curve.iter().position(|(_, is_proven, _)| !is_proven)?;
    let mut words = match first_open.checked_sub(1) {
        Some(last) => format!("proven up to {} moved", curve[last].0),
        None => "not proven".to_owned(),
    };
    // Numbers of moves of the same bound are told together.
    let mut open: Vec<(usize, usize, Commuters)> = Vec::new();
    for &(moves, is_proven, bound) in &curve[first_open..] {
        let Some(bound) = bound.filter(|_| !is_proven) else { continue };
        match open.last_mut() {
            Some((_, last, known)) if *known == bound && *last + 1 == moves => *last = moves,
            _ => open.push((moves, moves, bound)),
        }
    }
    for (first, last, bound) in open {
        let moves = if first == last { first.to_string() } else { format!("{first} to {last}") };
        words.push_str("; with ");
        words.push_str(&moves);
        words.push_str(" moved no plan holds more than ");
        words.push_str(&grouped(bound));
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_proven_is_told_with_its_bounds() {
        assert_eq!(how_far_proven(&[(0, true, None), (1, true, Some(9))]), None);
        let curve =
            [(3, true, None), (4, true, Some(9)), (5, false, Some(1_200)), (6, false, Some(1_200))];
        assert_eq!(
            how_far_proven(&curve).as_deref(),
            Some("proven up to 4 moved; with 5 to 6 moved no plan holds more than 1,200")
        );
        assert_eq!(how_far_proven(&[(2, false, None)]).as_deref(), Some("not proven"));
    }
}
