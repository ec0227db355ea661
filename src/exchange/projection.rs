//! From longitude and latitude into a coordinate system of the EPSG register.

use proj4rs::Proj;
use proj4rs::errors::Error;

/// A coordinate system to write maps in.
#[derive(Debug)]
pub struct Projection {
    epsg: u16,
    degrees: Proj,
    proj: Proj,
}

impl Projection {
    /// The system with this number in the EPSG register.
    ///
    /// # Errors
    /// When the number is not known here, or the system cannot be computed.
    pub fn to(epsg: u16) -> Result<Self, String> {
        let known = crs_definitions::from_code(epsg);
        let known = known.ok_or_else(|| format!("EPSG:{epsg} is not known here"))?;
        let broken = |error: Error| format!("EPSG:{epsg} cannot be computed here: {error}");
        Ok(Self {
            epsg,
            degrees: Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs")
                .map_err(broken)?,
            proj: Proj::from_proj_string(known.proj4).map_err(broken)?,
        })
    }

    /// Its number.
    pub fn epsg(&self) -> u16 {
        self.epsg
    }

    /// A position given by longitude and latitude; `None` where the system has no place for it.
    pub fn of(&self, (longitude, latitude): (f64, f64)) -> Option<(f64, f64)> {
        let mut point = (longitude.to_radians(), latitude.to_radians(), 0.0);
        proj4rs::transform::transform(&self.degrees, &self.proj, &mut point).ok()?;
        let (x, y) = if self.proj.is_latlong() {
            (point.0.to_degrees(), point.1.to_degrees())
        } else {
            (point.0, point.1)
        };
        (x.is_finite() && y.is_finite()).then_some((x, y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oslo_has_the_place_that_agencies_give_it() {
        let utm = Projection::to(25833).expect("known");
        // On the central meridian east is 500 km; north is the length of the meridian, scaled.
        let (x, y) = utm.of((15.0, 60.0)).expect("a place");
        assert!((x - 500_000.0).abs() < 0.001 && (y - 6_651_411.19).abs() < 0.01, "{x} {y}");
        assert_eq!(utm.epsg(), 25833);
        let degrees = Projection::to(4326).expect("known").of((10.75, 59.9)).expect("a place");
        assert!((degrees.0 - 10.75).abs() < 1e-9 && (degrees.1 - 59.9).abs() < 1e-9);
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        assert!(Projection::to(1).is_err());
    }
}
