//! Coordinate systems of sources: longitude and latitude (WGS 84), and UTM zone 33 (EPSG:25833), in
//! which Norwegian agencies publish.
//!
//! EPSG:25833 rests on ETRS89, which differs from WGS 84 by less than a metre; here they count as
//! the same.

use std::fmt;
use std::str::FromStr;

use geo::{Distance as _, Geodesic, Point};

/// A coordinate system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crs {
    /// Longitude and latitude in degrees.
    Wgs84,
    /// Metres east and north, UTM zone 33.
    Epsg25833,
}

/// East and north, or longitude and latitude.
pub(super) type Position = (f64, f64);

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wgs84 => "WGS 84 (EPSG:4326)",
            Self::Epsg25833 => "EPSG:25833",
        })
    }
}

impl FromStr for Crs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // As in `urn:ogc:def:crs:EPSG::25833`, `EPSG:4326` and `urn:ogc:def:crs:OGC:1.3:CRS84`.
        let last = text.rsplit(':').next().unwrap_or_default().to_lowercase();
        match last.as_str() {
            "4326" | "wgs84" | "crs84" | "4258" => Ok(Self::Wgs84),
            "25833" | "32633" => Ok(Self::Epsg25833),
            _ => Err(format!("`{text}` is not a coordinate system known here; use 4326 or 25833")),
        }
    }
}

impl Crs {
    /// Whether a position can be in this system. For EPSG:25833 that is where Norway with its sea
    /// is, and then some.
    pub(super) fn holds(self, (x, y): Position) -> bool {
        match self {
            Self::Wgs84 => (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y),
            Self::Epsg25833 => {
                (-1_000_000.0..=2_000_000.0).contains(&x) && (5e6..=9.4e6).contains(&y)
            }
        }
    }

    /// Length of the straight line between two positions in kilometres: of the geodesic on the
    /// ellipsoid, or in the plane.
    pub(super) fn kilometres(self, from: Position, to: Position) -> f64 {
        match self {
            Self::Wgs84 => Geodesic.distance(Point::from(from), Point::from(to)) / 1000.0,
            Self::Epsg25833 => (to.0 - from.0).hypot(to.1 - from.1) / 1000.0,
        }
    }

    /// Metres per unit, east and north, near a position. For degrees these are the ellipsoid's radii
    /// of curvature, good to a millionth within a kilometre.
    pub(super) fn metres_per_unit(self, (_, y): Position) -> (f64, f64) {
        match self {
            Self::Epsg25833 => (1.0, 1.0),
            Self::Wgs84 => {
                const A: f64 = 6_378_137.0;
                const E2: f64 = 6.694_379_990_14e-3;
                let (sin, cos) = y.to_radians().sin_cos();
                let w = 1.0 - E2 * sin * sin;
                let east = A * cos / w.sqrt();
                let north = A * (1.0 - E2) / w.powf(1.5);
                (east.to_radians(), north.to_radians())
            }
        }
    }

    /// Parts per unit in which vertices are compared: 10⁻⁷ degrees, about a centimetre, or
    /// millimetres.
    pub(super) fn grain(self) -> f64 {
        match self {
            Self::Wgs84 => 1e7,
            Self::Epsg25833 => 1e3,
        }
    }

    /// Longitude and latitude of a position; those of EPSG:25833 rounded to 10⁻⁷ degrees.
    pub(super) fn degrees(self, position: Position) -> Position {
        match self {
            Self::Wgs84 => position,
            Self::Epsg25833 => {
                let (longitude, latitude) = from_utm33(position);
                ((longitude * 1e7).round() / 1e7, (latitude * 1e7).round() / 1e7)
            }
        }
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
