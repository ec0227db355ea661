//! Two straight edges: how far apart they are, and how far they run side by side.
//!
//! Edges are short, so they are laid into a plane in metres around the first one.

use super::crs::Position;

/// An edge in the coordinates of its source.
pub(super) type Segment = (Position, Position);

/// A stretch of one edge, in metres along it from its beginning.
type Stretch = (f64, f64);

/// One edge as an axis, and the other beside it.
struct Beside {
    length: f64,
    /// Ends of the other edge: metres along the axis and to its left.
    ends: [(f64, f64); 2],
}

impl Beside {
    fn of(axis: Segment, other: Segment, (east, north): (f64, f64)) -> Option<Self> {
        let flat = |point: Position| ((point.0 - axis.0.0) * east, (point.1 - axis.0.1) * north);
        let (x, y) = flat(axis.1);
        let length = x.hypot(y);
        if length <= 0.0 {
            return None;
        }
        let turned = |point: Position| {
            let (px, py) = flat(point);
            ((px * x + py * y) / length, (py * x - px * y) / length)
        };
        Some(Self { length, ends: [turned(other.0), turned(other.1)] })
    }

    /// Over which stretch of the axis the other edge lies at all.
    fn overlap(&self) -> Option<Stretch> {
        let [one, other] = self.ends.map(|end| end.0);
        let (low, high) = (one.min(other).max(0.0), one.max(other).min(self.length));
        (high > low).then_some((low, high))
    }

    /// How far the other edge lies to the left at a place along the axis.
    fn offset(&self, at: f64) -> f64 {
        let [(t0, d0), (t1, d1)] = self.ends;
        d0 + (d1 - d0) * (at - t0) / (t1 - t0)
    }
}

/// The ends of the stretch over which two edges are the same line: they lie within `within` metres
/// over the whole stretch that they share, and that is longer than `within`. Two edges that leave a
/// point at a small angle are not the same line, however long they stay close.
pub(super) fn together(
    one: Segment,
    other: Segment,
    scale: (f64, f64),
    within: f64,
) -> Option<Segment> {
    let beside = Beside::of(one, other, scale)?;
    let (low, high) = beside.overlap()?;
    let is_same = high - low > within
        && beside.offset(low).abs() <= within
        && beside.offset(high).abs() <= within;
    let at = |metres: f64| {
        let share = metres / beside.length;
        (one.0.0 + (one.1.0 - one.0.0) * share, one.0.1 + (one.1.1 - one.0.1) * share)
    };
    is_same.then(|| (at(low), at(high)))
}

/// Metres of the first edge beside which the other lies within `within` metres.
pub(super) fn facing(one: Segment, other: Segment, scale: (f64, f64), within: f64) -> f64 {
    let Some(beside) = Beside::of(one, other, scale) else { return 0.0 };
    let Some((low, high)) = beside.overlap() else { return 0.0 };
    let (first, last) = (beside.offset(low), beside.offset(high));
    if first.abs().min(last.abs()) > within && first.signum() == last.signum() {
        return 0.0;
    }
    // The offset is linear along the stretch: cut off where it leaves the band.
    let cut = |band: f64| (band - first) / (last - first);
    if (last - first).abs() < 1e-12 {
        return high - low;
    }
    let (enter, leave) = (cut(-within).min(cut(within)), cut(-within).max(cut(within)));
    (leave.min(1.0) - enter.max(0.0)).max(0.0) * (high - low)
}

/// Smallest distance of two edges in metres, 0 where they cross.
pub(super) fn distance(one: Segment, other: Segment, scale: (f64, f64)) -> f64 {
    let (flat_one, flat_other) = (flat(one, one.0, scale), flat(other, one.0, scale));
    closest_points(flat_one, flat_other).0
}

/// An edge in metres around a position.
pub(super) fn flat(line: Segment, origin: Position, (east, north): (f64, f64)) -> Segment {
    let point = |p: Position| ((p.0 - origin.0) * east, (p.1 - origin.1) * north);
    (point(line.0), point(line.1))
}

/// Smallest distance of two edges in the plane, and the points it is between.
pub(super) fn closest_points(one: Segment, other: Segment) -> (f64, Position, Position) {
    if let Some(point) = crossing(one, other) {
        return (0.0, point, point);
    }
    let mut best = (f64::INFINITY, one.0, other.0);
    for (end, line, is_turned) in
        [(one.0, other, false), (one.1, other, false), (other.0, one, true), (other.1, one, true)]
    {
        let foot = foot(end, line);
        let metres = (end.0 - foot.0).hypot(end.1 - foot.1);
        if metres < best.0 {
            best = if is_turned { (metres, foot, end) } else { (metres, end, foot) };
        }
    }
    best
}

/// The point of an edge closest to a position.
fn foot(point: Position, (from, to): Segment) -> Position {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let square = x * x + y * y;
    if square <= 0.0 {
        return from;
    }
    let share = (((point.0 - from.0) * x + (point.1 - from.1) * y) / square).clamp(0.0, 1.0);
    (from.0 + share * x, from.1 + share * y)
}

/// Where two edges cross inside of both.
pub(super) fn crossing(one: Segment, other: Segment) -> Option<Position> {
    let side = |(a, b): Segment, p: Position| (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0);
    let (d0, d1) = (side(one, other.0), side(one, other.1));
    let (e0, e1) = (side(other, one.0), side(other, one.1));
    let crosses = d0 * d1 < 0.0 && e0 * e1 < 0.0;
    crosses.then(|| {
        let share = e0 / (e0 - e1);
        (one.0.0 + share * (one.1.0 - one.0.0), one.0.1 + share * (one.1.1 - one.0.1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const METRES: (f64, f64) = (1.0, 1.0);

    #[test]
    fn edges_on_one_line_share_the_stretch_they_overlap_in() {
        let long = ((0.0, 0.0), (10.0, 0.0));
        let shared = together(long, ((14.0, 0.0), (4.0, 0.01)), METRES, 0.02);
        let ((from, _), (to, _)) = shared.expect("they overlap from 4 to 10");
        assert!((from - 4.0).abs() < 1e-9 && (to - 10.0).abs() < 1e-9);
        assert!(together(long, ((10.0, 0.0), (20.0, 0.0)), METRES, 0.02).is_none(), "a point");
        assert!(together(long, ((0.0, 0.0), (10.0, 0.1)), METRES, 0.02).is_none(), "an angle");
        assert!(together(long, ((0.0, 1.0), (10.0, 1.0)), METRES, 0.02).is_none(), "a gap");
    }

    #[test]
    fn facing_is_what_lies_within_the_band() {
        let long = ((0.0, 0.0), (10.0, 0.0));
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(facing(long, ((2.0, 1.0), (6.0, 1.0)), METRES, 1.0), 4.0));
        assert!(close(facing(long, ((0.0, 0.0), (10.0, 10.0)), METRES, 1.0), 1.0));
        assert!(close(facing(long, ((0.0, -5.0), (10.0, 5.0)), METRES, 1.0), 2.0), "they cross");
        assert!(close(facing(long, ((0.0, 2.0), (10.0, 2.0)), METRES, 1.0), 0.0));
    }

    #[test]
    fn distances_are_between_the_closest_points() {
        let one = ((0.0, 0.0), (10.0, 0.0));
        assert!(distance(one, ((5.0, -1.0), (5.0, 1.0)), METRES).abs() < 1e-9, "they cross");
        assert!((distance(one, ((13.0, 4.0), (20.0, 4.0)), METRES) - 5.0).abs() < 1e-9);
    }
}
