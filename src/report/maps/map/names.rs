//! Where names stand on a map: where there is most room, and never on each other.

use crate::maps::ground::{Frame, Ground, Place, text_width};
use crate::maps::projection::Point;
use regionfront_model::plan::Plan;

use super::DOT;

/// Size of region names.
pub(super) const NAME_SIZE: f64 = 17.0;
/// Size of area names.
pub(super) const SMALL_SIZE: f64 = 10.5;

/// Names with the middle of their place.
#[derive(Debug)]
pub(super) struct Names {
    /// Of groups.
    pub(super) groups: Vec<(String, Point)>,
    /// Of areas.
    pub(super) areas: Vec<(String, Point)>,
}

impl Names {
    /// Places the names of groups, then as many area names as there is room for. Groups without a
    /// name get none; dots at `centres` stay free.
    pub(super) fn place(ground: &Ground, groups: &Plan, names: &[&str], centres: &[usize]) -> Self {
        let mut found = Self { groups: Vec::new(), areas: Vec::new() };
        let regions = groups.regions();
        let mut taken: Vec<Frame> =
            centres.iter().map(|&area| Frame::dot(ground.centres[area], DOT + 2.0)).collect();
        // The smallest regions have least choice, so they choose first.
        let land = |region: usize| -> f64 {
            regions[region].iter().map(|&area| ground.instance.areas[area].land_area_km2).sum()
        };
        let mut order: Vec<usize> =
            (0..regions.len()).filter(|&region| !names[region].is_empty()).collect();
        order.sort_by(|&a, &b| land(a).total_cmp(&land(b)).then(a.cmp(&b)));
        for region in order {
            let places = if ground.has_shapes() {
                ground.places_of(&regions[region])
            } else {
                beside(ground, &regions[region])
            };
            let frame = |&(_, at): &Place| Frame::around(names[region], NAME_SIZE, at);
            let is_free = |place: &&Place| {
                frame(place).fits(ground.width, ground.height)
                    && !taken.iter().any(|other| other.overlaps(&frame(place)))
            };
            if let Some(place) = places.iter().find(is_free).or(places.first()) {
                taken.push(frame(place));
                found.groups.push((names[region].to_owned(), place.1));
            }
        }
        for (area, places) in ground.places.iter().enumerate() {
            let name = &ground.instance.areas[area].name;
            let half = text_width(name, SMALL_SIZE) / 2.0;
            let is_free = |&&(room, at): &&Place| {
                room * 1.9 >= half
                    && !taken.iter().any(|o| o.overlaps(&Frame::around(name, SMALL_SIZE, at)))
            };
            // The region that bears an area's name has named it already.
            if !names.contains(&name.as_str())
                && let Some(&(_, at)) = places.iter().find(is_free)
            {
                taken.push(Frame::around(name, SMALL_SIZE, at));
                found.areas.push((name.clone(), at));
            }
        }
        found
    }
}

/// Without polygons a region's name stands beside one of its dots.
fn beside(ground: &Ground, areas: &[usize]) -> Vec<Place> {
    areas
        .iter()
        .flat_map(|&area| {
            let (x, y) = ground.centres[area];
            [(x, y - 20.0), (x, y + 20.0)].map(|at| (0.0, at))
        })
        .collect()
}
