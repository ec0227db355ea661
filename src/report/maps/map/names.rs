//! Where names stand on a map: inside their region where there is room, in smaller letters or two lines
//! where there is less, else beside the land with a line that leads to it; never on each other.

use crate::maps::ground::{Frame, Ground, INSET_SIZES, Place, SMALL_SIZE, text_width};
use crate::maps::projection::Point;
use regionfront_model::plan::Plan;

use super::DOT;

/// Sizes of region names, the first that fits.
const NAME_SIZES: [f64; 4] = [17.0, 14.5, 12.5, 10.5];
/// How much wider bold letters are than plain ones, in the widest of the typefaces.
const BOLD: f64 = 1.15;
/// Size of region names beside the land.
const BESIDE_SIZE: f64 = 13.0;
/// Sizes of area names, the first that fits.
const SMALL_SIZES: [f64; 2] = [SMALL_SIZE, 9.0];

/// The name of a region.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    /// One line or two.
    pub(super) lines: Vec<String>,
    /// Size of its letters.
    pub(super) size: f64,
    /// Its middle.
    pub(super) at: Point,
    /// Where a line leads, where it stands beside the land.
    pub(super) leads_to: Option<Point>,
    /// Whether its letters are bold, and so wider.
    pub(super) is_bold: bool,
}

/// Names with the middle of their place.
#[derive(Debug)]
pub(super) struct Names {
    /// Of groups.
    pub(super) groups: Vec<Label>,
    /// Of areas.
    pub(super) areas: Vec<(usize, Label)>,
    /// Of areas in the inset, and of places outside.
    pub(super) inset: Vec<Label>,
}

impl Label {
    /// The room it takes.
    pub(super) fn frame(&self) -> Frame {
        let widths = self.lines.iter().map(|line| text_width(line, self.size));
        let wide = if self.is_bold { BOLD } else { 1.0 };
        let half = widths.fold(0.0, f64::max) * wide / 2.0;
        #[expect(clippy::cast_precision_loss, reason = "one line or two")]
        let tall = self.size * 0.6 * self.lines.len() as f64;
        let (x, y) = self.at;
        Frame { left: x - half, right: x + half, top: y - tall, bottom: y + tall }
    }
}

impl Names {
    /// Places the names of groups, then as many area names as there is room for. Groups without a
    /// name get none; dots at `centres` stay free.
    pub(super) fn place(ground: &Ground, groups: &Plan, names: &[&str], centres: &[usize]) -> Self {
        let inset = in_inset(ground, groups);
        let mut found = Self { groups: Vec::new(), areas: Vec::new(), inset };
        let regions = groups.regions();
        let mut taken: Vec<Frame> =
            centres.iter().map(|&area| Frame::dot(ground.centres[area], DOT + 2.0)).collect();
        taken.extend(ground.inset.iter().map(|inset| inset.target));
        // The smallest regions have least choice, so they choose first.
        let land = |region: usize| -> f64 {
            regions[region].iter().map(|&area| ground.instance.areas[area].land_area_km2).sum()
        };
        let mut order: Vec<usize> =
            (0..regions.len()).filter(|&region| !names[region].is_empty()).collect();
        order.sort_by(|&a, &b| land(a).total_cmp(&land(b)).then(a.cmp(&b)));
        for region in order {
            let label = if ground.has_shapes() {
                inside(ground, &regions[region], names[region], &taken)
                    .or_else(|| beside_land(ground, &regions[region], names[region], &taken))
            } else {
                by_dots(ground, &regions[region], names[region], &taken)
            };
            if let Some(label) = label {
                taken.push(label.frame());
                found.groups.push(label);
            }
        }
        for (area, places) in ground.places.iter().enumerate() {
            let name = &ground.instance.areas[area].name;
            // The region that bears an area's name has named it already.
            if names.contains(&name.as_str()) {
                continue;
            }
            let region = ground
                .has_shapes()
                .then(|| ground.region_of(&regions[groups.region_of(area) as usize - 1]));
            let label = SMALL_SIZES.into_iter().find_map(|size| {
                let half = text_width(name, size) / 2.0;
                let label = |&(_, at): &Place| Label {
                    lines: vec![name.clone()],
                    size,
                    at,
                    leads_to: None,
                    is_bold: false,
                };
                let near = places.iter().filter(|(room, _)| room * 1.9 >= half);
                near.map(label).find(|label| {
                    let frame = label.frame();
                    !taken.iter().any(|other| other.overlaps(&frame))
                        && region.as_ref().is_none_or(|region| region.outline.holds(&frame))
                })
            });
            if let Some(label) = label {
                taken.push(label.frame());
                found.areas.push((area, label));
            }
        }
        found
    }
}

/// The names in the inset, where they stand in it: inside their area or, where that is too small,
/// their region.
fn in_inset(ground: &Ground, groups: &Plan) -> Vec<Label> {
    let Some(inset) = &ground.inset else { return Vec::new() };
    let regions = groups.regions();
    let mut order = inset.areas.clone();
    let land = |area: usize| ground.instance.areas[area].land_area_km2;
    order.sort_by(|&a, &b| land(a).total_cmp(&land(b)).then(a.cmp(&b)));
    let (mut taken, mut found): (Vec<Frame>, Vec<Label>) = (Vec::new(), Vec::new());
    for area in order {
        let name = &ground.instance.areas[area].name;
        let alone = ground.region_of(&[area]);
        let region = ground.region_of(&regions[groups.region_of(area) as usize - 1]);
        let label = [&alone, &region].into_iter().find_map(|within| {
            INSET_SIZES.into_iter().find_map(|size| {
                let lines = [Some(vec![name.clone()]), in_two_lines(name)];
                lines.into_iter().flatten().find_map(|lines| {
                    let small = size / inset.scale;
                    let at = |&(_, at): &Place| Label {
                        lines: lines.clone(),
                        size: small,
                        at,
                        leads_to: None,
                        is_bold: false,
                    };
                    alone.places.iter().map(at).find(|label| {
                        let frame = label.frame();
                        inset.source.contains(&frame)
                            && !taken.iter().any(|other| other.overlaps(&frame))
                            && within.outline.holds(&frame)
                    })
                })
            })
        });
        if let Some(label) = label {
            taken.push(label.frame());
            let (size, at) = (label.size * inset.scale, inset.at(label.at));
            found.push(Label { size, at, ..label });
        }
    }
    for (_, name, places) in &ground.neighbours {
        let small = INSET_SIZES[0] / inset.scale;
        let labels = places.iter().filter(|(room, _)| *room >= text_width(name, small) / 2.0);
        let mut labels = labels.map(|&(_, at)| Label {
            lines: vec![name.clone()],
            size: small,
            at,
            leads_to: None,
            is_bold: false,
        });
        if let Some(label) = labels.find(|label| inset.source.contains(&label.frame())) {
            let at = inset.at(label.at);
            found.push(Label { size: INSET_SIZES[0], at, ..label });
        }
    }
    found
}

/// A name wholly inside its region, as large as there is room.
fn inside(ground: &Ground, areas: &[usize], name: &str, taken: &[Frame]) -> Option<Label> {
    let region = ground.region_of(areas);
    for size in NAME_SIZES {
        for lines in [Some(vec![name.to_owned()]), in_two_lines(name)].into_iter().flatten() {
            for &(_, at) in &region.places {
                let label = Label { lines: lines.clone(), size, at, leads_to: None, is_bold: true };
                let frame = label.frame();
                if frame.fits(ground.width, ground.height)
                    && !taken.iter().any(|other| other.overlaps(&frame))
                    && region.outline.holds(&frame)
                {
                    return Some(label);
                }
            }
        }
    }
    None
}

/// A name beside all land, as near as can be, with a line that leads to the region.
fn beside_land(ground: &Ground, areas: &[usize], name: &str, taken: &[Frame]) -> Option<Label> {
    let &(_, anchor) = ground.region_of(areas).places.first()?;
    let lines = vec![name.to_owned()];
    let free = ground.free_places().iter().map(|&at| Label {
        lines: lines.clone(),
        size: BESIDE_SIZE,
        at,
        leads_to: Some(anchor),
        is_bold: true,
    });
    let away = |label: &Label| (label.at.0 - anchor.0).hypot(label.at.1 - anchor.1);
    free.filter(|label| {
        let frame = label.frame();
        frame.fits(ground.width, ground.height)
            && ground.is_free(&frame)
            && !taken.iter().any(|other| other.overlaps(&frame))
    })
    .min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// A name parted at the blank or hyphen nearest its middle.
fn in_two_lines(name: &str) -> Option<Vec<String>> {
    let middle = name.len() / 2;
    let (at, mark) = name
        .match_indices([' ', '-', '/'])
        .min_by_key(|(at, _)| at.abs_diff(middle))
        .filter(|&(at, _)| at > 0 && at + 1 < name.len())?;
    let first = if mark == " " { &name[..at] } else { &name[..=at] };
    Some(vec![first.to_owned(), name[at + 1..].to_owned()])
}

/// Without polygons a region's name stands beside one of its dots.
fn by_dots(ground: &Ground, areas: &[usize], name: &str, taken: &[Frame]) -> Option<Label> {
    let labels: Vec<Label> = areas
        .iter()
        .flat_map(|&area| {
            let (x, y) = ground.centres[area];
            [(x, y - 20.0), (x, y + 20.0)]
        })
        .map(|at| Label {
            lines: vec![name.to_owned()],
            size: NAME_SIZES[0],
            at,
            leads_to: None,
            is_bold: true,
        })
        .collect();
    let is_free = |label: &&Label| {
        let frame = label.frame();
        frame.fits(ground.width, ground.height) && !taken.iter().any(|other| other.overlaps(&frame))
    };
    labels.iter().find(is_free).or(labels.first()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::{Instance, read_division};

    #[test]
    fn names_part_at_the_mark_nearest_their_middle() {
        assert_eq!(in_two_lines("Nore og Uvdal"), Some(vec!["Nore og".into(), "Uvdal".into()]));
        assert_eq!(in_two_lines("Midt-Buskerud"), Some(vec!["Midt-".into(), "Buskerud".into()]));
        assert_eq!(in_two_lines("Gol"), None);
    }

    /// Names in the inset and of areas on the map: inside their region, in the frame, off each other.
    #[test]
    fn names_of_municipalities_stand_inside_their_region_and_in_the_inset() {
        for (name, least) in [("viken-2020", 6), ("norway-2024", 20)] {
            let folder =
                std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../instances").join(name);
            let instance = Instance::load(&folder).expect("the instance loads");
            let ground = Ground::new(&instance, 800.0, 860.0).expect("it has polygons");
            let inset = ground.inset.as_ref().expect("it has a dense part");
            let counties: Vec<&str> = instance.areas.iter().map(|area| &*area.county).collect();
            let plan = Plan::from_labels(&counties);
            let placed = Names::place(&ground, &plan, &vec![""; plan.num_regions()], &[]);
            assert!(placed.inset.len() >= least, "{name}: {} names", placed.inset.len());
            for (at, label) in placed.inset.iter().enumerate() {
                let frame = label.frame();
                assert!(inset.target.contains(&frame), "{name}: {:?}", label.lines);
                assert!(!placed.inset[..at].iter().any(|other| other.frame().overlaps(&frame)));
            }
            for (at, (area, label)) in placed.areas.iter().enumerate() {
                let region = &plan.regions()[plan.region_of(*area) as usize - 1];
                let frame = label.frame();
                assert!(ground.outline_of(region).holds(&frame), "{name}: {:?}", label.lines);
                assert!(!inset.target.overlaps(&frame));
                assert!(
                    !placed.areas[..at].iter().any(|(_, other)| other.frame().overlaps(&frame))
                );
            }
        }
    }

    /// Every division that the instance of Viken ships: no name leaves its region, but where a line
    /// leads from beside the land, and none stands on another.
    #[test]
    fn no_name_leaves_its_region_and_none_stands_on_another() {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../instances/viken-2020");
        let instance = Instance::load(&folder).expect("the instance loads");
        let ground = Ground::new(&instance, 800.0, 860.0).expect("it has polygons");
        for k in 6..=13 {
            let file = folder.join(format!("best/default/k{k:02}.csv"));
            let division = read_division(&file, &instance).expect("a division");
            let regions = division.regions.iter().map(|region| region.areas.as_slice());
            let plan = Plan::from_regions(instance.num_areas(), regions).expect("a partition");
            let names: Vec<String> = plan
                .regions()
                .iter()
                .map(|areas| instance.areas[instance.centre(areas)].name.clone())
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let placed = Names::place(&ground, &plan, &names, &[]);
            assert_eq!(placed.groups.len(), k, "every region has its name");
            for (at, label) in placed.groups.iter().enumerate() {
                let frame = label.frame();
                let name = label.lines.join(" ");
                let region = plan
                    .regions()
                    .into_iter()
                    .find(|areas| {
                        instance.areas[instance.centre(areas)]
                            .name
                            .starts_with(label.lines[0].trim_end_matches('-'))
                    })
                    .expect("the region of the name");
                match label.leads_to {
                    None => assert!(ground.outline_of(&region).holds(&frame), "k = {k}: {name}"),
                    Some(_) => assert!(ground.is_free(&frame), "k = {k}: {name}"),
                }
                for other in &placed.groups[..at] {
                    assert!(!other.frame().overlaps(&frame), "k = {k}: {name}");
                }
            }
        }
    }
}
