//! What the rules cost at plans of a run: recorded beside it, so that a report need not solve.

use std::fs;
use std::path::Path;

use regionfront_model::atomic::write_atomically;
use regionfront_model::defect::Defects;

use super::error::OutputError;
use super::names::PRICES;
use super::recorded::{RecordedFront, RecordedPoint, RecordedRun, parse, read, refused};
use crate::documents::{PricedPlanDocument, PricesDocument, write_json};

impl RecordedRun {
    /// Enters the prices that a folder holds, as far as they are about plans of this run.
    pub(super) fn enter_prices(&mut self, folder: &Path) -> Result<(), Defects> {
        let path = folder.join(PRICES);
        if !path.exists() {
            return Ok(());
        }
        let document: PricesDocument = parse(&path, &read(&path)?)?;
        let (instance, scenario) = (&self.stamp.instance.sha256, &self.stamp.scenario.sha256);
        if document.instance_sha256 != *instance || document.scenario_sha256 != *scenario {
            return Ok(());
        }
        for priced in &document.plans {
            // A run that went on may have another plan under the same name.
            let Some((front, point)) = self.points().find(|(_, point)| {
                point.id == priced.id && point.plan.plan().labels() == priced.plan
            }) else {
                continue;
            };
            let at = format!("{}, {}", path.display(), priced.id);
            let prices = priced
                .to_prices(self.problem_of(front), point.plan.objective())
                .map_err(|what| refused(&at, what))?;
            self.prices.insert(priced.id.clone(), prices);
        }
        Ok(())
    }

    /// Writes the prices into a folder, whole or not at all.
    ///
    /// # Errors
    /// When the disk fails or is full.
    pub fn record_prices(&self, folder: &Path) -> Result<(), OutputError> {
        let plans = self.points().filter_map(|(_, point)| {
            let prices = self.prices.get(&point.id)?;
            Some(PricedPlanDocument::new(&point.id, point.plan.plan(), prices))
        });
        let document = PricesDocument {
            schema: PricesDocument::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance_sha256: self.stamp.instance.sha256.clone(),
            scenario_sha256: self.stamp.scenario.sha256.clone(),
            plans: plans.collect(),
        };
        let path = folder.join(PRICES);
        fs::create_dir_all(folder)
            .and_then(|()| write_atomically(&path, |out| write_json(&document, out)))
            .map_err(|error| OutputError::writing(&path, &error, "run the report again"))
    }

    fn points(&self) -> impl Iterator<Item = (&RecordedFront, &RecordedPoint)> {
        self.fronts.iter().flat_map(|front| front.points.iter().map(move |point| (front, point)))
    }
}
