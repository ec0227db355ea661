//! Where areas lie on the earth: said in the account, and held against where land is.
//!
//! Coordinates in the wrong order, or in the wrong system, put areas into the sea. The map of land is
//! coarse, squares of two degrees, and widened by one degree, so that islands near land count as land
//! (from Natural Earth, small scale, public domain).

use regionfront_model::defect::Defect;
use regionfront_model::instance::Shape;

use super::super::exchange_codes;
use super::crs::Position;
use super::{Crs, PolygonOptions};

/// Land by rows from the north and columns from the west, 180 bits in hexadecimal digits each.
const LAND: [&str; 90] = [
    "000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000",
    "000000000000ffc01ffe0000000000000000000000000",
    "00000000003ffffffffff8000000000000e0000000000",
    "000000000e7ffffffffff803ff81f80001fc000000000",
    "00000007ffffffffffffe003ff81f80001ff000000000",
    "0000000fffffffffffffc001fe0007f807fff007fc000",
    "0000001ffffffbffffffc00070000ffc7fffffe7fc000",
    "c018003ffffffe0fffff800007801fbffffffffffec03",
    "c1ffffffffffffc7ffff00003ff81ffffffffffffffff",
    "f3ffffffffffffe3ffff0000fffffffffffffffffffff",
    "fffffffffffffff3fffff001fffffffffffffffffffff",
    "fffffffffffffff3ffc7f007fffffffffffffffffffff",
    "ffffffffffffffe1fe07f01ffffffffffffffffffffff",
    "8ffffffffffdffe0fc00001ffffffffffffffffffffff",
    "07fffffffffc3ff0780003cfffffffffffffffffffff8",
    "01fe0ffffffffff8000007cfffffffffffffffffc7f80",
    "01fc03fffffffffe00000fffffffffffffffffffe1f80",
    "01c003fffffffffe00000fffffffffffffffffffe1f00",
    "000001ffffffffff00000fffffffffffffffffffe1c00",
    "0000007fffffffff800003ffffffffffffffffffe0000",
    "0000003fffffffff800001ffffffffffffffffffe0000",
    "0000001fffffffff00000ffffffffffffffffffff0000",
    "0000001ffffffff000000ffffffffffffffffffff0000",
    "0000001fffffff0000000ffffffffffffffffffde0000",
    "0000001ffffffe0000000feffffffffffffffff7c0000",
    "0000001ffffffc0000000fffffffffffffffffffc0000",
    "0000000ffffff800000007ffefffffffffffffff80000",
    "00000007fffff80000000fffffffffffffffffff80000",
    "00000003ffffe00000000fffffffffffffffff3c00000",
    "00000001fffff00000003fffffffffffffffff0000000",
    "00000001ffe0f80000003fffffffffffffffff0000000",
    "00000000ffc0f80000007fffffffffffffffff0000000",
    "007800007fcff8000000ffffffffff9fffffff0000000",
    "007c00003fefff000000ffffffffff8fffffff0000000",
    "001c00000fff3fc00000ffffffffff0fffffe70000000",
    "0018000007ffbfc000007fffffffff07f8ffc70000000",
    "0000000001ff80000000fffffffffc03f0ffc78000000",
    "00000000001f8f800000fffffffff803e03fc7c000000",
    "000000000007fff800007ffffffff803e03fcfc000000",
    "000000000003fffc00003ffffffff801f03f8fc000000",
    "000000000001ffff80003ffffffff001f07f1fc000000",
    "0000000000003fffc0001ffffffff000707e7fc000000",
    "0000000000007fffc0000fcfffffe000007effe000000",
    "0000000000007ffff0000007ffffc000003ffffc00000",
    "0000000000007ffffe000007ffff8000001fffffce000",
    "000000000000ffffff000007ffff0000001fffffff000",
    "000000000000ffffffc00003fffe0000000fffffff800",
    "000000000000ffffffc00001fffe00000007ffeffff00",
    "0000000000007fffffc00001fffe00000003ffe3fdf00",
    "0000000000003fffff800001fffe700000001ffefc700",
    "0000000000003fffff000001fffe7000000000fef00e0",
    "8000000000001fffff000001fffff000000003fff00e3",
    "8000000000001fffff000001fffff000000003fff00e3",
    "00000000000007fffe000001fffdf00000001ffff81c3",
    "00000000000003fffe000001fff9f00000003ffffc1e0",
    "00000000000003fffe000000fff9e00000003ffffe1e0",
    "00000000000003fff8000000fff9e00000003fffff000",
    "00000000000007ffe0000000fff1c00000003fffff000",
    "00000000000007ffe00000007fe0000000003fffff000",
    "00000000000007ffc00000007fe0000000003fffff000",
    "00000000000007ffc00000003fc0000000001ffffe01c",
    "0000000000000fff800000003f80000000001f8ffe01e",
    "0000000000000ffe000000000000000000001c07fc00f",
    "0000000000000ffc000000000000000000000001fc01f",
    "0000000000000ff00000000000000000000000007803f",
    "0000000000000ff00000000000000000000000007807e",
    "0000000000001fe0000000000000000000000000380fc",
    "0000000000001fc0000000000000001c00000000000f0",
    "0000000000001fc0000000000000001c0000000000000",
    "0000000000001fbc000000000000001c0000000000000",
    "0000000000001ffc00000000000000000000000000000",
    "0000000000000fc000000000000000000000000000000",
    "00000000000007c000000000000000000000000000000",
    "000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000",
    "000000000000007c00000000000000000000000000000",
    "00000000000001fc0000000000003f00061ffffff0000",
    "00000000000003f000000000003ffffcffffffffff800",
    "00000000000007f00000031ffffffffffffffffffffe0",
    "0000000007ee1ff000003fffffffffffffffffffffff8",
    "00000ffffffffff800007fffffffffffffffffffffff8",
    "0031fffffffffff8003fffffffffffffffffffffffff0",
    "01ffffffffffffe0f9fffffffffffffffffffffffffc0",
    "01fffffffffffefbf9fffffffffffffffffffffffffc0",
    "00fffffffffffffffffffffffffffffffffffffffffc0",
    "ff9ffffffffffffffffffffffffffffffffffffffffff",
    "fffffffffffffffffffffffffffffffffffffffffffff",
    "fffffffffffffffffffffffffffffffffffffffffffff",
    "fffffffffffffffffffffffffffffffffffffffffffff",
];

/// West, south, east and north of some areas, in degrees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    low: Position,
    high: Position,
}

impl Extent {
    pub(super) fn of(shapes: &[Shape], degrees: impl Fn(Position) -> Position) -> Option<Self> {
        let mut extent: Option<Self> = None;
        for &point in shapes.iter().flatten().flatten().flatten() {
            let (x, y) = degrees(point);
            if !x.is_finite() || !y.is_finite() {
                return None;
            }
            let now = extent.get_or_insert(Self { low: (x, y), high: (x, y) });
            now.low = (now.low.0.min(x), now.low.1.min(y));
            now.high = (now.high.0.max(x), now.high.1.max(y));
        }
        extent
    }

    fn middle(&self) -> Position {
        (f64::midpoint(self.low.0, self.high.0), f64::midpoint(self.low.1, self.high.1))
    }

    /// `10.7° to 10.8° E, 59.9° to 60.1° N`.
    pub(super) fn shown(&self) -> String {
        let span = |from: f64, to: f64, plus: &str, minus: &str| {
            if from >= 0.0 {
                format!("{from:.1}° to {to:.1}° {plus}")
            } else if to <= 0.0 {
                format!("{:.1}° to {:.1}° {minus}", -to, -from)
            } else {
                format!("{:.1}° {minus} to {to:.1}° {plus}", -from)
            }
        };
        format!(
            "{}, {}",
            span(self.low.0, self.high.0, "E", "W"),
            span(self.low.1, self.high.1, "N", "S")
        )
    }

    fn is_on_land(&self) -> bool {
        let points = [self.middle(), self.low, self.high, (self.low.0, self.high.1)];
        points.into_iter().any(is_land)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "degrees in range make squares in range"
)]
fn is_land((longitude, latitude): Position) -> bool {
    if !(-180.0..=180.0).contains(&longitude) || !(-90.0..=90.0).contains(&latitude) {
        return false;
    }
    let row = (((90.0 - latitude) / 2.0) as usize).min(89);
    let column = (f64::midpoint(longitude, 180.0) as usize).min(179);
    let digit = LAND[row].as_bytes()[column / 4];
    let bits = char::from(digit).to_digit(16).unwrap_or(0);
    bits >> (3 - column % 4) & 1 == 1
}

/// What is wrong with where areas lie: in the sea, where with the axes the other way round they would
/// lie on land. Nothing is said where the order of axes was.
pub(super) fn misplaced(
    file: &str,
    shapes: &[Shape],
    crs: &Crs,
    options: &PolygonOptions,
) -> Option<Defect> {
    if options.axes.is_some() || !crs.is_degrees() {
        return None;
    }
    let extent = Extent::of(shapes, |point| point)?;
    let turned = Extent::of(shapes, |(x, y)| (y, x))?;
    (!extent.is_on_land() && turned.is_on_land()).then(|| {
        Defect::new(
            exchange_codes::COORDINATES,
            file,
            format!(
                "the areas lie at {}, in the sea; with latitude first they would lie at {}, on land",
                extent.shown(),
                turned.shown()
            ),
            "pass --axes yx if latitude stands first, --axes xy if longitude does",
        )
    })
}

/// What is wrong with areas whose system puts them into the sea, where the same coordinates in a
/// neighbouring zone lie on land. Nothing is said where the system was named by hand.
pub(super) fn in_another_zone(
    file: &str,
    shapes: &[Shape],
    crs: &Crs,
    options: &PolygonOptions,
) -> Option<Defect> {
    // First and last number of the zones of a system.
    const ZONES: [(u16, u16); 5] =
        [(25828, 25838), (32601, 32660), (32701, 32760), (23028, 23038), (26901, 26923)];
    let code = crs.code().filter(|_| options.crs.is_none())?;
    let (first, last) = ZONES.into_iter().find(|(first, last)| (*first..=*last).contains(&code))?;
    let extent = Extent::of(shapes, |point| crs.degrees(point))?;
    if extent.is_on_land() {
        return None;
    }
    let beside: Vec<String> = [code.saturating_sub(1), code + 1, code.saturating_sub(2), code + 2]
        .into_iter()
        .filter(|code| (first..=last).contains(code))
        .filter_map(|code| {
            let crs: Crs = code.to_string().parse().ok()?;
            let extent = Extent::of(shapes, |point| crs.degrees(point))?;
            extent.is_on_land().then(|| format!("{code} ({})", extent.shown()))
        })
        .collect();
    (!beside.is_empty()).then(|| {
        Defect::new(
            exchange_codes::COORDINATES,
            file,
            format!("by {crs} the areas lie at {}, in the sea by a coarse map", extent.shown()),
            format!(
                "say which zone it is with --crs: {code} if it is right; on land they would lie by {}",
                beside.join("; ")
            ),
        )
    })
}

/// A remark where areas are drawn out as if latitude and longitude had changed places.
pub(super) fn drawn_out(shapes: &[Shape], crs: &Crs, options: &PolygonOptions) -> Option<String> {
    const FEWEST: usize = 20;
    if options.axes.is_some() || !crs.is_degrees() || shapes.len() < FEWEST {
        return None;
    }
    let stretch = |turn: fn(Position) -> Position| -> Option<f64> {
        let mut ratios: Vec<f64> = shapes
            .iter()
            .filter_map(|shape| {
                let extent = Extent::of(std::slice::from_ref(shape), turn)?;
                let (east, north) = Crs::Wgs84.metres_per_unit(extent.middle());
                let wide = (extent.high.0 - extent.low.0) * east;
                let high = (extent.high.1 - extent.low.1) * north;
                let ratio = (wide / high).ln();
                ratio.is_finite().then_some(ratio)
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    };
    let (own, turned) = (stretch(|point| point)?, stretch(|(x, y)| (y, x))?);
    (own.abs() > 0.45 && turned.abs() < own.abs() - 0.35).then(|| {
        format!(
            "most areas are {:.1} times as {} as they are {}, as if latitude stood first",
            own.abs().exp(),
            if own < 0.0 { "high" } else { "wide" },
            if own < 0.0 { "wide" } else { "high" },
        )
    })
}

/// Systems that coordinates in metres may be in, with where the areas would lie, for advice: those in
/// which that is land.
pub(super) fn guesses(shapes: &[Shape]) -> Vec<String> {
    // Number, and where the system is in use: west, east, south, north.
    const COMMON: [(&str, [f64; 4]); 15] = [
        ("25832", [2.0, 16.0, 46.0, 72.0]),
        ("25833", [2.0, 32.0, 46.0, 72.0]),
        ("25835", [18.0, 32.0, 46.0, 72.0]),
        ("25831", [-4.0, 8.0, 38.0, 72.0]),
        ("25830", [-10.0, 4.0, 35.0, 63.0]),
        ("3857", [-180.0, 180.0, -85.0, 85.0]),
        ("3006", [10.0, 25.0, 54.0, 70.0]),
        ("3035", [-25.0, 45.0, 34.0, 72.0]),
        ("27700", [-9.0, 2.5, 49.0, 61.5]),
        ("2154", [-6.0, 10.0, 41.0, 52.0]),
        ("28992", [3.0, 7.5, 50.5, 54.0]),
        ("2056", [5.5, 11.0, 45.5, 48.0]),
        ("31287", [9.0, 18.0, 46.0, 49.5]),
        ("3067", [19.0, 32.0, 59.0, 71.0]),
        ("5070", [-126.0, -65.0, 23.0, 50.0]),
    ];
    COMMON
        .into_iter()
        .filter_map(|(code, [west, east, south, north])| {
            let crs: Crs = code.parse().ok()?;
            let sample = shapes.iter().flatten().flatten().flatten();
            if !sample.step_by(7).all(|&point| crs.holds(point)) {
                return None;
            }
            let extent = Extent::of(shapes, |point| crs.degrees(point))?;
            let is_in_use = extent.low.0 >= west
                && extent.high.0 <= east
                && extent.low.1 >= south
                && extent.high.1 <= north;
            (is_in_use && extent.is_on_land()).then(|| format!("{code} ({})", extent.shown()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn land_is_told_from_sea() {
        for place in [(10.7, 59.9), (2.3, 48.8), (-105.0, 39.7), (14.4, 35.9), (25.0, 70.0)] {
            assert!(is_land(place), "{place:?}");
        }
        for place in [(59.9, 10.7), (-30.0, 30.0), (0.0, -40.0)] {
            assert!(!is_land(place), "{place:?}");
        }
    }
}
