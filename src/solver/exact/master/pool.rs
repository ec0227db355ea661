//! Every region met so far, searched for promising ones before any exact pricing.

use std::collections::HashSet;

use crate::exact::master::duals::Duals;
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Distinct feasible regions in order of discovery.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool<const W: usize> {
    columns: Vec<Column<W>>,
    /// Membership only; nothing is read in the order of this set.
    known: HashSet<AreaSet<W>>,
}

impl<const W: usize> Pool<W> {
    /// Adds a region unless it is known. Whether it was new.
    pub(crate) fn insert(&mut self, column: Column<W>) -> bool {
        let new = self.known.insert(column.set);
        if new {
            self.columns.push(column);
        }
        new
    }

    /// Measures every region anew, where another additive measure is asked for than when it was
    /// met.
    pub(crate) fn measure_anew(&mut self, gain: impl Fn(&AreaSet<W>) -> i64) {
        for column in &mut self.columns {
            column.gain = gain(&column.set);
        }
    }

    /// Keeps only the regions of which this holds.
    pub(crate) fn retain(&mut self, mut holds: impl FnMut(&AreaSet<W>) -> bool) {
        self.columns.retain(|column| holds(&column.set));
        self.known = self.columns.iter().map(|column| column.set).collect();
    }

    /// How many regions.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The region at a place.
    pub(crate) fn get(&self, at: usize) -> Column<W> {
        self.columns[at]
    }

    /// The level of these duals, raised until no region met has a loss below nothing: what they may
    /// prove at best.
    pub(crate) fn level(&self, core: &Core<W>, duals: &Duals) -> Option<i64> {
        let most = self.columns.iter().fold(None, |most, column| {
            let excess = Some(duals.excess(column));
            if excess > most && core.is_region(&column.set) { excess } else { most }
        });
        Duals { count: duals.count.saturating_add(most?), ..duals.clone() }.level(core)
    }

    /// Places of the regions whose value, with `unit` per unit gained, exceeds their duals by more
    /// than `threshold`, with that excess.
    ///
    /// Sums of duals come from a table per byte of the set: eight look-ups for 64 nodes.
    pub(crate) fn above(&self, duals: &[i64], unit: i64, threshold: i64) -> Vec<(i64, usize)> {
        let tables = byte_tables(duals, W);
        self.columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| {
                let mut sum = 0;
                for (place, word) in column.set.words().iter().enumerate() {
                    for (byte, &bits) in word.to_le_bytes().iter().enumerate() {
                        sum += tables[place * 8 + byte][bits as usize];
                    }
                }
                let excess = column.value + unit * column.gain - sum - threshold;
                (excess > 0).then_some((excess, at))
            })
            .collect()
    }
}

/// For every byte of a set, the sum of duals for each of its 256 values.
fn byte_tables(duals: &[i64], words: usize) -> Vec<[i64; 256]> {
    let mut tables = vec![[0; 256]; words * 8];
    for (place, table) in tables.iter_mut().enumerate() {
        for bits in 1..256usize {
            let low = bits.trailing_zeros() as usize;
            let dual = duals.get(place * 8 + low).copied().unwrap_or(0);
            table[bits] = table[bits & (bits - 1)] + dual;
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Regions met before an additive measure was asked for must not pass for free under it.
    #[test]
    fn regions_are_measured_anew() {
        let mut pool = Pool::<1>::default();
        let set: AreaSet<1> = [0, 2].into_iter().collect();
        pool.insert(Column { set, value: 100, gain: 0 });
        assert_eq!(pool.above(&[10, 0, 20], 1, 0), [(70, 0)]);
        pool.measure_anew(|set| -30 * i64::try_from(set.len()).expect("few nodes"));
        assert_eq!(pool.get(0).gain, -60);
        assert_eq!(pool.above(&[10, 0, 20], 1, 0), [(10, 0)]);
    }
}
