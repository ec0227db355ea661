//! Files for maps of other programs: GeoJSON and GeoPackage.

use regionfront_exchange::projection::Projection;
use regionfront_model::instance::{Instance, Shape};
use regionfront_model::plan::Plan;

use crate::view::{PlanView, ReportDocument};

mod dissolve;
pub(crate) mod geojson;
pub(crate) mod geopackage;
mod style;

/// Everything spatial writers need of a report: the shapes, and every plan shown with its view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spatial<'a> {
    pub(crate) document: &'a ReportDocument,
    pub(crate) instance: &'a Instance,
    pub(crate) shapes: &'a [Shape],
    pub(crate) plans: &'a [&'a Plan],
    /// What positions are written in by formats that can say so; longitude and latitude where there is
    /// none.
    pub(crate) projection: Option<&'a Projection>,
}

impl<'a> Spatial<'a> {
    /// The plans with their views.
    pub(crate) fn plans(&self) -> impl Iterator<Item = (&'a PlanView, &'a Plan)> + use<'a> {
        self.document.plans.iter().zip(self.plans.iter().copied())
    }
}
