//! Coordinate systems of sources: longitude and latitude, UTM zone 33 (EPSG:25833), in which Norwegian
//! agencies publish, and every other system of the EPSG register that `proj4rs` can compute.
//!
//! Systems on ETRS89 and other modern datums differ from WGS 84 by less than a metre; here they count
//! as the same. Older datums are shifted as their definition says.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use geo::{Distance as _, Geodesic, Point};
use proj4rs::Proj;

use super::wkt;

/// A coordinate system.
#[derive(Clone, Debug)]
pub enum Crs {
    /// Longitude and latitude in degrees.
    Wgs84,
    /// Metres east and north, UTM zone 33.
    Epsg25833,
    /// Another one.
    Other(Arc<System>),
}

/// A coordinate system by its definition.
#[derive(Debug)]
pub struct System {
    /// Its name for messages: `EPSG:25832`.
    name: String,
    proj: Proj,
    wgs84: Proj,
}

/// East and north, or longitude and latitude.
pub(super) type Position = (f64, f64);

impl PartialEq for Crs {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wgs84 => "WGS 84 (EPSG:4326)",
            Self::Epsg25833 => "EPSG:25833",
            Self::Other(system) => &system.name,
        })
    }
}

impl FromStr for Crs {
    type Err = String;

    /// Understands `25833`, `EPSG:4326`, `urn:ogc:def:crs:EPSG::25833`,
    /// `http://www.opengis.net/def/crs/EPSG/0/4326`, `urn:ogc:def:crs:OGC:1.3:CRS84`, the address of
    /// a definition, definitions of PROJ, and well-known text.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with("+proj") {
            return Self::of_definition("its definition", text);
        }
        if text.contains('[') {
            return match wkt::code_of(text) {
                Some(code) => Self::of_code(code),
                None => {
                    Err(format!("`{}` names no system of the EPSG register", wkt::name_of(text)))
                }
            };
        }
        let last = text.rsplit([':', '/', '#']).next().unwrap_or_default().to_lowercase();
        let last =
            last.trim_end_matches(".proj4").trim_end_matches(".wkt").trim_end_matches(".json");
        match last {
            "wgs84" | "crs84" => Ok(Self::Wgs84),
            code => match code.parse() {
                Ok(code) => Self::of_code(code),
                Err(_) => Err(format!(
                    "`{text}` is not a coordinate system; write the number of one in the EPSG \
                     register, such as 4326 or 25833"
                )),
            },
        }
    }
}

impl Crs {
    /// The system with this number in the EPSG register.
    fn of_code(code: u16) -> Result<Self, String> {
        match code {
            4326 | 4258 => Ok(Self::Wgs84),
            25833 | 32633 => Ok(Self::Epsg25833),
            _ => match crs_definitions::from_code(code) {
                Some(found) => Self::of_definition(&format!("EPSG:{code}"), found.proj4),
                None => Err(format!("EPSG:{code} is not known here; use 4326, 25833 or another")),
            },
        }
    }

    fn of_definition(name: &str, definition: &str) -> Result<Self, String> {
        let broken =
            |error: proj4rs::errors::Error| format!("{name} cannot be computed here: {error}");
        let proj = Proj::from_proj_string(definition).map_err(broken)?;
        let wgs84 =
            Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs").map_err(broken)?;
        Ok(Self::Other(Arc::new(System { name: name.to_owned(), proj, wgs84 })))
    }

    /// Its number in the EPSG register, where it came by it.
    pub(super) fn code(&self) -> Option<u16> {
        self.to_string().strip_prefix("EPSG:")?.parse().ok()
    }

    /// Whether coordinates are longitudes and latitudes.
    pub(super) fn is_degrees(&self) -> bool {
        match self {
            Self::Wgs84 => true,
            Self::Epsg25833 => false,
            Self::Other(system) => system.proj.is_latlong(),
        }
    }

    /// Whether a position can be in this system: it has a place on the earth, and that place has this
    /// position. For EPSG:25833 that is where Norway with its sea is, and then some.
    pub(super) fn holds(&self, (x, y): Position) -> bool {
        match self {
            Self::Epsg25833 => {
                (-1_000_000.0..=2_000_000.0).contains(&x) && (5e6..=9.4e6).contains(&y)
            }
            _ if self.is_degrees() => (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y),
            Self::Wgs84 => false,
            Self::Other(system) => system.holds((x, y)),
        }
    }

    /// Length of the straight line between two positions in kilometres: of the geodesic on the
    /// ellipsoid, or, in EPSG:25833, in the plane.
    pub(super) fn kilometres(&self, from: Position, to: Position) -> f64 {
        if let Self::Epsg25833 = self {
            (to.0 - from.0).hypot(to.1 - from.1) / 1000.0
        } else {
            let (from, to) = (self.exact_degrees(from), self.exact_degrees(to));
            Geodesic.distance(Point::from(from), Point::from(to)) / 1000.0
        }
    }

    /// Metres per unit, east and north, near a position. For degrees these are the ellipsoid's radii
    /// of curvature, good to a millionth within a kilometre; projections are measured.
    pub(super) fn metres_per_unit(&self, (x, y): Position) -> (f64, f64) {
        match self {
            Self::Epsg25833 => (1.0, 1.0),
            _ if self.is_degrees() => {
                const A: f64 = 6_378_137.0;
                const E2: f64 = 6.694_379_990_14e-3;
                let (sin, cos) = y.to_radians().sin_cos();
                let w = 1.0 - E2 * sin * sin;
                let east = A * cos / w.sqrt();
                let north = A * (1.0 - E2) / w.powf(1.5);
                (east.to_radians(), north.to_radians())
            }
            _ => {
                let step = 100.0;
                let along = |to| self.kilometres((x, y), to) * 1000.0 / step;
                let scale = (along((x + step, y)), along((x, y + step)));
                let is_sound = |one: f64| one.is_finite() && one > 1e-6;
                if is_sound(scale.0) && is_sound(scale.1) { scale } else { (1.0, 1.0) }
            }
        }
    }

    /// Parts per unit in which vertices are compared: 10⁻⁷ degrees, about a centimetre, or
    /// thousandths of a unit.
    pub(super) fn grain(&self) -> f64 {
        if self.is_degrees() { 1e7 } else { 1e3 }
    }

    /// Longitude and latitude of a position; those of projections rounded to 10⁻⁷ degrees.
    pub(super) fn degrees(&self, position: Position) -> Position {
        if *self == Self::Wgs84 {
            return position;
        }
        let (longitude, latitude) = self.exact_degrees(position);
        ((longitude * 1e7).round() / 1e7, (latitude * 1e7).round() / 1e7)
    }

    fn exact_degrees(&self, position: Position) -> Position {
        match self {
            Self::Wgs84 => position,
            Self::Epsg25833 => from_utm33(position),
            Self::Other(system) => system.degrees(position).unwrap_or((f64::NAN, f64::NAN)),
        }
    }
}

impl System {
    fn degrees(&self, (x, y): Position) -> Option<Position> {
        let mut point = if self.proj.is_latlong() {
            (x.to_radians(), y.to_radians(), 0.0)
        } else {
            (x, y, 0.0)
        };
        proj4rs::transform::transform(&self.proj, &self.wgs84, &mut point).ok()?;
        let found = (point.0.to_degrees(), point.1.to_degrees());
        (found.0.is_finite() && found.1.is_finite()).then_some(found)
    }

    fn holds(&self, (x, y): Position) -> bool {
        let Some((longitude, latitude)) = self.degrees((x, y)) else { return false };
        let mut back = (longitude.to_radians(), latitude.to_radians(), 0.0);
        if proj4rs::transform::transform(&self.wgs84, &self.proj, &mut back).is_err() {
            return false;
        }
        (back.0 - x).abs() < 1.0 && (back.1 - y).abs() < 1.0
    }
}

/// Inverse of the transverse Mercator projection by Krüger's series in the third flattening, to the
/// fourth order, which is good to a millimetre well beyond the zone (Karney, *Transverse Mercator
/// with an accuracy of a few nanometers*, 2011, equations 11 to 36).
fn from_utm33((east, north): Position) -> Position {
    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_222_101;
    const SCALE: f64 = 0.9996;
    const MERIDIAN: f64 = 15.0;
    let n = F / (2.0 - F);
    let (n2, n3, n4) = (n * n, n * n * n, n * n * n * n);
    let radius = A / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0);
    let beta = [
        n / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - n4 / 360.0,
        n2 / 48.0 + n3 / 15.0 - 437.0 / 1440.0 * n4,
        17.0 / 480.0 * n3 - 37.0 / 840.0 * n4,
        4397.0 / 161_280.0 * n4,
    ];
    let xi = north / (SCALE * radius);
    let eta = (east - 500_000.0) / (SCALE * radius);
    let (mut xi1, mut eta1) = (xi, eta);
    for (factor, beta) in [2.0, 4.0, 6.0, 8.0].into_iter().zip(beta) {
        xi1 -= beta * (factor * xi).sin() * (factor * eta).cosh();
        eta1 -= beta * (factor * xi).cos() * (factor * eta).sinh();
    }
    // Conformal latitude to latitude, by Newton's method on its tangent.
    let e = (F * (2.0 - F)).sqrt();
    let sinh = eta1.sinh();
    let tau1 = xi1.sin() / sinh.hypot(xi1.cos());
    let mut tau = tau1;
    for _ in 0..5 {
        let sigma = (e * (e * tau / 1.0_f64.hypot(tau)).atanh()).sinh();
        let guess = tau * 1.0_f64.hypot(sigma) - sigma * 1.0_f64.hypot(tau);
        tau += (tau1 - guess) / 1.0_f64.hypot(guess) * (1.0 + (1.0 - e * e) * tau * tau)
            / ((1.0 - e * e) * 1.0_f64.hypot(tau));
    }
    let longitude = MERIDIAN + sinh.atan2(xi1.cos()).to_degrees();
    (longitude, tau.atan().to_degrees())
}
