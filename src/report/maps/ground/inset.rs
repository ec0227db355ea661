//! The densest part of a map, drawn larger where the picture holds no land.
//!
//! It is found from the geometry: of all windows that have room beside the land when they are drawn
//! larger, the one in which most areas get a name that have no room for it on the map itself.

use super::{Frame, Ground, Outline, Place, SMALL_SIZE, text_width};

/// Sizes of names in the inset, the first that fits.
pub(crate) const INSET_SIZES: [f64; 3] = [11.5, 10.0, 8.5];
/// How much larger the inset may be.
const SCALES: [f64; 7] = [2.0, 2.5, 3.0, 3.5, 4.5, 6.0, 8.0];
/// Width by height of its frame.
const ASPECTS: [f64; 3] = [1.0, 1.35, 0.75];
/// Least and most width of its frame, in parts of the picture's.
const WIDTHS: (f64, f64) = (0.22, 0.44);
/// An inset that names fewer areas is not worth its room.
const LEAST_NAMES: usize = 4;
/// Room at the foot of the picture for the scale bar.
const FOOT: f64 = 34.0;
/// Empty edge around the frame.
const EDGE: f64 = 4.0;

/// The densest part, and where it is drawn larger.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inset {
    /// What is drawn larger.
    pub(crate) source: Frame,
    /// Where it is drawn.
    pub(crate) target: Frame,
    /// How much larger.
    pub(crate) scale: f64,
    /// The areas that are seen in it.
    pub(crate) areas: Vec<usize>,
}

/// An area without room for its name.
struct Crowded {
    area: usize,
    outline: Outline,
}

impl Inset {
    /// The inset of a ground; `None` where names have room, or the inset has none.
    pub(super) fn of(ground: &Ground) -> Option<Self> {
        let crowded: Vec<Crowded> = (0..ground.places.len())
            .filter(|&area| !has_room(ground, area))
            .map(|area| Crowded { area, outline: ground.outline_of(&[area]) })
            .collect();
        if crowded.len() < LEAST_NAMES {
            return None;
        }
        let targets = targets(ground);
        let mut best: Option<(usize, Self)> = None;
        for scale in SCALES {
            let names: Vec<Frame> =
                crowded.iter().filter_map(|crowded| name_at(ground, crowded, scale)).collect();
            for target in &targets {
                for middle in names.iter().map(Frame::middle) {
                    let window = |(x, y): (f64, f64)| {
                        let (wide, high) = (target.width() / scale, target.height() / scale);
                        Frame {
                            left: x - wide / 2.0,
                            right: x + wide / 2.0,
                            top: y - high / 2.0,
                            bottom: y + high / 2.0,
                        }
                    };
                    let first = window(middle);
                    // Around the middle of what it holds it holds the same, and what lies around it.
                    let held = names.iter().filter(|name| first.contains(name));
                    let Some(around) = held.copied().reduce(|all, name| all.with(&name)) else {
                        continue;
                    };
                    let source = window(around.middle());
                    let count = names.iter().filter(|name| source.contains(name)).count();
                    if count >= LEAST_NAMES && best.as_ref().is_none_or(|(most, _)| count > *most) {
                        let found = Self { source, target: *target, scale, areas: Vec::new() };
                        best = Some((count, found));
                    }
                }
            }
        }
        let (_, mut found) = best?;
        found.areas = (0..ground.places.len())
            .filter(|&area| ground.extent_of(area).is_some_and(|it| it.overlaps(&found.source)))
            .collect();
        Some(found)
    }

    /// Whether a point of the map is seen in it.
    pub(crate) fn shows(&self, (x, y): (f64, f64)) -> bool {
        let Frame { left, right, top, bottom } = self.source;
        (left..=right).contains(&x) && (top..=bottom).contains(&y)
    }

    /// Where a point of the map lies in the inset.
    pub(crate) fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (
            self.target.left + (x - self.source.left) * self.scale,
            self.target.top + (y - self.source.top) * self.scale,
        )
    }
}

/// Whether the name of an area has room on the map itself.
fn has_room(ground: &Ground, area: usize) -> bool {
    let half = text_width(&ground.instance.areas[area].name, SMALL_SIZE) / 2.0;
    ground.places[area].iter().any(|&(room, _)| room * 1.9 >= half)
}

/// Where the name of an area has room when all is drawn larger, in the measure of the map.
fn name_at(ground: &Ground, crowded: &Crowded, scale: f64) -> Option<Frame> {
    let name = &ground.instance.areas[crowded.area].name;
    let size = INSET_SIZES[INSET_SIZES.len() - 1] / scale;
    let frames =
        ground.places[crowded.area].iter().map(|&(_, at): &Place| Frame::around(name, size, at));
    frames.into_iter().find(|frame| crowded.outline.holds(frame))
}

/// The largest frames of every shape that hold no land.
fn targets(ground: &Ground) -> Vec<Frame> {
    let free = ground.free_room();
    let mut found = Vec::new();
    for aspect in ASPECTS {
        let mut width = ground.width * WIDTHS.1;
        while width >= ground.width * WIDTHS.0 {
            let height = width / aspect;
            let at = free.place(width + 2.0 * EDGE, height + 2.0 * EDGE, ground.height - FOOT);
            if let Some((left, top)) = at {
                let (left, top) = (left + EDGE, top + EDGE);
                found.push(Frame { left, right: left + width, top, bottom: top + height });
                break;
            }
            width -= 8.0;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use regionfront_model::instance::Instance;

    fn inset_of(name: &str) -> Option<(Vec<String>, Inset)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../instances").join(name);
        let instance = Instance::load(&folder).expect("the instance loads");
        let ground = Ground::new(&instance, 800.0, 860.0).expect("it has polygons");
        let inset = ground.inset.clone()?;
        assert!(ground.is_free(&inset.target), "{name}: no land below the inset");
        let names = inset.areas.iter().map(|&area| instance.areas[area].name.clone());
        Some((names.collect(), inset))
    }

    /// The neighbours of Oslo, which nobody has told the program of.
    #[test]
    fn the_densest_part_of_viken_and_of_norway_is_around_oslo() {
        for (name, wanted) in [
            ("viken-2020", ["Bærum", "Lørenskog", "Rælingen", "Nesodden"]),
            ("norway-2024", ["Oslo", "Lørenskog", "Rælingen", "Nesodden"]),
        ] {
            let (names, inset) = inset_of(name).expect(name);
            for wanted in wanted {
                assert!(names.iter().any(|name| name == wanted), "{name}: {wanted} of {names:?}");
            }
            let (x, y) = inset.at(inset.source.middle());
            assert!((x - inset.target.middle().0).abs() < 1e-9);
            assert!((y - inset.target.middle().1).abs() < 1e-9);
        }
    }

    #[test]
    fn a_map_with_room_for_every_name_has_no_inset() {
        assert_eq!(inset_of("tiny"), None);
    }
}
