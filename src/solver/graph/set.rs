//! Sets of areas as bit strings of fixed width, and floods over them.

use std::fmt;

/// A set of areas with indices below `64 * W`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaSet<const W: usize>([u64; W]);

impl<const W: usize> Default for AreaSet<W> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<const W: usize> AreaSet<W> {
    /// No area.
    pub const EMPTY: Self = Self([0; W]);

    /// The areas `0..count`.
    pub fn first_areas(count: usize) -> Self {
        (0..count).collect()
    }

    /// The set of one area.
    pub fn single(area: usize) -> Self {
        let mut set = Self::EMPTY;
        set.insert(area);
        set
    }

    /// Adds an area.
    #[inline]
    pub fn insert(&mut self, area: usize) {
        self.0[area / 64] |= 1 << (area % 64);
    }

    /// Takes an area out.
    #[inline]
    pub fn remove(&mut self, area: usize) {
        self.0[area / 64] &= !(1 << (area % 64));
    }

    /// Whether the area is in the set.
    #[inline]
    pub fn contains(&self, area: usize) -> bool {
        self.0[area / 64] >> (area % 64) & 1 == 1
    }

    /// Whether no area is in the set.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// How many areas.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The smallest area, if any.
    #[inline]
    pub fn first(&self) -> Option<usize> {
        self.0
            .iter()
            .position(|&word| word != 0)
            .map(|at| at * 64 + self.0[at].trailing_zeros() as usize)
    }

    /// The area with so many smaller ones in the set, if there is one.
    #[inline]
    pub fn nth(&self, number: usize) -> Option<usize> {
        let mut left = number;
        for (at, &word) in self.0.iter().enumerate() {
            let count = word.count_ones() as usize;
            if left < count {
                let mut rest = word;
                for _ in 0..left {
                    rest &= rest - 1;
                }
                return Some(at * 64 + rest.trailing_zeros() as usize);
            }
            left -= count;
        }
        None
    }

    /// Areas in either set.
    #[inline]
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
        self
    }

    /// Areas in both sets.
    #[inline]
    #[must_use]
    pub fn intersection(mut self, other: &Self) -> Self {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word &= more;
        }
        self
    }

    /// Areas in this set and not in the other.
    #[inline]
    #[must_use]
    pub fn difference(mut self, other: &Self) -> Self {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word &= !more;
        }
        self
    }

    /// Whether the two share an area.
    #[inline]
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(&word, more)| word & more != 0)
    }

    /// Whether every area here is in the other set.
    #[inline]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(&word, more)| word & !more == 0)
    }

    /// The areas, ascending.
    #[inline]
    #[expect(
        clippy::iter_without_into_iter,
        reason = "a set is a small value as often as a reference; `.iter()` reads the same for both"
    )]
    pub fn iter(&self) -> Areas<W> {
        Areas { rest: self.0, word: 0 }
    }

    /// The 64-area words, lowest first.
    #[inline]
    pub fn words(&self) -> &[u64; W] {
        &self.0
    }

    /// The areas of `within` that a path inside `within` ties to `start`; `start` itself must be
    /// in `within`. `neighbours[i]` are the areas that touch area `i`.
    ///
    /// Breadth-first, O(areas reached × W).
    #[inline]
    #[must_use]
    pub fn flood(start: Self, within: &Self, neighbours: &[Self]) -> Self {
        let mut reached = start;
        let mut edge = start;
        while !edge.is_empty() {
            let mut next = Self::EMPTY;
            for area in edge.iter() {
                next = next.union(&neighbours[area]);
            }
            edge = next.intersection(within).difference(&reached);
            reached = reached.union(&edge);
        }
        reached
    }

    /// Whether the set is empty or one piece.
    pub fn is_connected(&self, neighbours: &[Self]) -> bool {
        self.first().is_none_or(|area| Self::flood(Self::single(area), self, neighbours) == *self)
    }

    /// The connected pieces of the set, by smallest area.
    pub fn components(self, neighbours: &[Self]) -> impl Iterator<Item = Self> + '_ {
        let mut rest = self;
        std::iter::from_fn(move || {
            let piece = Self::flood(Self::single(rest.first()?), &rest, neighbours);
            rest = rest.difference(&piece);
            Some(piece)
        })
    }

    /// The areas outside the set that touch it.
    #[must_use]
    pub fn boundary(&self, neighbours: &[Self]) -> Self {
        let touched = self.iter().fold(Self::EMPTY, |sum, area| sum.union(&neighbours[area]));
        touched.difference(self)
    }
}

impl<const W: usize> FromIterator<usize> for AreaSet<W> {
    fn from_iter<I: IntoIterator<Item = usize>>(areas: I) -> Self {
        let mut set = Self::EMPTY;
        for area in areas {
            set.insert(area);
        }
        set
    }
}

impl<const W: usize> fmt::Debug for AreaSet<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Iterator over the areas of a set, ascending.
#[derive(Clone, Debug)]
pub struct Areas<const W: usize> {
    rest: [u64; W],
    word: usize,
}

impl<const W: usize> Iterator for Areas<W> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.word < W {
            let bits = self.rest[self.word];
            if bits != 0 {
                self.rest[self.word] = bits & (bits - 1);
                return Some(self.word * 64 + bits.trailing_zeros() as usize);
            }
            self.word += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // 0 – 1 – 2   3 – 70
    fn path() -> Vec<AreaSet<2>> {
        let mut neighbours = vec![AreaSet::EMPTY; 71];
        for (a, b) in [(0, 1), (1, 2), (3, 70)] {
            neighbours[a].insert(b);
            neighbours[b].insert(a);
        }
        neighbours
    }

    #[test]
    fn floods_stay_within() {
        let neighbours = path();
        let all: AreaSet<2> = [0, 1, 2, 3, 70].into_iter().collect();
        let pieces: Vec<Vec<usize>> =
            all.components(&neighbours).map(|piece| piece.iter().collect()).collect();
        assert_eq!(pieces, [vec![0, 1, 2], vec![3, 70]]);
        let ends: AreaSet<2> = [0, 2].into_iter().collect();
        assert!(!ends.is_connected(&neighbours));
        assert_eq!(ends.boundary(&neighbours), AreaSet::single(1));
    }

    #[test]
    fn words_beyond_the_first_count() {
        let set: AreaSet<2> = [5, 64, 127].into_iter().collect();
        assert_eq!(set.len(), 3);
        assert_eq!(set.iter().collect::<Vec<_>>(), [5, 64, 127]);
        assert_eq!(set.difference(&AreaSet::single(5)).first(), Some(64));
        assert!(AreaSet::<2>::EMPTY.first().is_none());
    }
}
