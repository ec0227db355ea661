//! Polygons held against the centres that the folder knows: a wrong zone or system moves all of them.

use regionfront_exchange::import::{MISFIT, Part};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Shape, counted};

use super::filled::{AreaTable, some_of};

/// A centre farther than this from the box of its area, in kilometres, is in another place: a zone of UTM
/// is some 300 km wide where most people live, 50 km in the far north.
const FAR_KM: f64 = 50.0;

/// Kilometres to a degree of latitude.
const DEGREE_KM: f64 = 111.2;

/// Sees that the polygons of a part lie where the centres of the folder do. A few that do not are noted.
///
/// # Errors
/// When most areas with a centre lie far from it.
pub(super) fn check(part: &mut Part, table: &AreaTable) -> Result<(), Defects> {
    let Some(shapes) = &part.instance.shapes else { return Ok(()) };
    let centres = table.centres();
    let mut known = 0_usize;
    let mut far: Vec<(f64, String)> = Vec::new();
    for (area, shape) in part.instance.areas.iter().zip(shapes) {
        let Some(&centre) = centres.get(area.code.as_str()) else { continue };
        let Some(distance) = distance_km(shape, centre) else { continue };
        known += 1;
        if distance > FAR_KM {
            far.push((distance, area.code.clone()));
        }
    }
    if far.is_empty() {
        return Ok(());
    }
    far.sort_by(|one, other| one.0.total_cmp(&other.0));
    let median = far[far.len() / 2].0;
    let named: Vec<String> = far.iter().map(|(_, code)| code.clone()).collect();
    let what = format!(
        "{} of {} with a centre in areas.csv {} from it than {FAR_KM:.0} km, {median:.0} km in the middle: {}",
        far.len(),
        counted(known, "area"),
        if far.len() == 1 { "lies farther" } else { "lie farther" },
        some_of(&named)
    );
    if 2 * far.len() <= known {
        part.account.note(format!("{what}; check their polygons or centres"));
        return Ok(());
    }
    let cure = "name the coordinate system with --crs: a neighbouring zone moves everything by about as \
                much; else correct centre_lat and centre_lon in areas.csv";
    Err(Defect::new(MISFIT, table.file.as_str(), what, cure).into())
}

/// How far a place, latitude first, is from the box around an area, in kilometres: good enough to tell
/// another place.
fn distance_km(shape: &Shape, (latitude, longitude): (f64, f64)) -> Option<f64> {
    let points = || shape.iter().flatten().flatten().copied();
    points().next()?;
    let within = |values: &mut dyn Iterator<Item = f64>, at: f64| {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), one| {
            (low.min(one), high.max(one))
        });
        (low - at).max(at - high).max(0.0)
    };
    let east = within(&mut points().map(|point| point.0), longitude);
    let north = within(&mut points().map(|point| point.1), latitude);
    Some((east * latitude.to_radians().cos()).hypot(north) * DEGREE_KM)
}
