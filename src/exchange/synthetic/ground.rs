//! Where areas lie and which of them touch.
//!
//! The ground is a rectangle of rows, each cut into cells of equal width, and every cell holds the
//! centre of one area somewhere inside. Areas touch by the **Gabriel graph** of the centres: two of
//! them do if no third lies in the closed disc whose diameter they span (Gabriel and Sokal, 1969).
//! It is connected, as it holds a shortest spanning tree, and planar, as a part of the Delaunay
//! triangulation; on centres like these it has about two borders per area, as municipalities have.
//!
//! **No border is long.** The middle between two centres lies in some cell, and the centre of that
//! cell is at most a cell's diagonal away. So a disc of a larger radius is never empty, and only
//! pairs within two diagonals need a look.

use super::chance::Chance;

/// Height of a row, and about the width of a cell, in metres.
const SPACING: i64 = 20_000;

/// The cells and the centres in them, row by row from west to east.
#[derive(Debug)]
pub(super) struct Ground {
    /// Metres east and north.
    pub(super) centres: Vec<(i64, i64)>,
    /// Width of every cell in metres.
    widths: Vec<i64>,
    /// Index of the first centre of every row, and one past the last.
    rows: Vec<usize>,
}

impl Ground {
    pub(super) fn new(num_areas: usize, chance: &mut Chance) -> Self {
        let num_rows = num_areas.isqrt();
        let rows: Vec<usize> = (0..=num_rows).map(|row| num_areas * row / num_rows).collect();
        let width = SPACING * signed(num_areas) / signed(num_rows);
        let mut ground = Self { centres: Vec::new(), widths: Vec::new(), rows: rows.clone() };
        for (row, ends) in rows.windows(2).enumerate() {
            let cells = ends[1] - ends[0];
            for cell in 0..cells {
                let west = width * signed(cell) / signed(cells);
                let east = width * signed(cell + 1) / signed(cells);
                let mut within = |length: i64| {
                    i64::from(chance.below(u32::try_from(length).expect("a cell is small")))
                };
                let x = west + within(east - west);
                let y = SPACING * signed(row) + within(SPACING);
                ground.centres.push((x, y));
                ground.widths.push(east - west);
            }
        }
        ground
    }

    /// Square kilometres of an area: those of its cell.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred square kilometres")]
    pub(super) fn km2(&self, area: usize) -> f64 {
        (self.widths[area] * SPACING / 1_000_000) as f64
    }

    /// Square of the distance between two centres, in square metres.
    pub(super) fn squared_distance(&self, a: usize, b: usize) -> i64 {
        let (a, b) = (self.centres[a], self.centres[b]);
        (a.0 - b.0).pow(2) + (a.1 - b.1).pow(2)
    }

    /// Pairs of areas that touch, `a < b`, sorted.
    pub(super) fn borders(&self) -> Vec<(usize, usize)> {
        let widest = self.widths.iter().copied().max().unwrap_or(SPACING);
        // Above the diagonal: the sum of the sides.
        let reach = 2 * (widest + SPACING);
        let mut borders = Vec::new();
        for a in 0..self.centres.len() {
            let near = self.near(a, reach);
            let is_free = |&b: &usize| {
                near.iter().all(|&third| third == a || third == b || !self.is_between(third, a, b))
            };
            borders.extend(near.iter().copied().filter(|&b| b > a).filter(is_free).map(|b| (a, b)));
        }
        borders
    }

    /// The areas whose centres lie in the square of twice this side around that of `area`, itself
    /// included, ascending.
    fn near(&self, area: usize, reach: i64) -> Vec<usize> {
        let (x, y) = self.centres[area];
        let mut near = Vec::new();
        for (row, ends) in (0_i64..).zip(self.rows.windows(2)) {
            if (row + 1) * SPACING <= y - reach || row * SPACING > y + reach {
                continue;
            }
            let row = &self.centres[ends[0]..ends[1]];
            let from = row.partition_point(|centre| centre.0 < x - reach);
            let to = row.partition_point(|centre| centre.0 <= x + reach);
            near.extend(ends[0] + from..ends[0] + to);
        }
        near
    }

    /// Whether a third centre lies in the closed disc whose diameter two centres span: it sees them
    /// at a right angle or a wider one.
    fn is_between(&self, third: usize, a: usize, b: usize) -> bool {
        let (third, a, b) = (self.centres[third], self.centres[a], self.centres[b]);
        (a.0 - third.0) * (b.0 - third.0) + (a.1 - third.1) * (b.1 - third.1) <= 0
    }
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).expect("far fewer areas")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_near_finds_every_border() {
        for (num_areas, seed) in [(2, 0), (3, 1), (5, 2), (37, 3), (120, 4)] {
            let ground = Ground::new(num_areas, &mut Chance::new(seed));
            assert_eq!(ground.centres.len(), num_areas);
            let mut all = Vec::new();
            for a in 0..num_areas {
                for b in a + 1..num_areas {
                    let is_free = (0..num_areas)
                        .all(|third| third == a || third == b || !ground.is_between(third, a, b));
                    if is_free {
                        all.push((a, b));
                    }
                }
            }
            assert_eq!(ground.borders(), all, "{num_areas} areas");
        }
    }
}
