//! The commuters that a plan holds inside by the figures of a further year.
//!
//! Against it, internal commuting of the instance's own year makes a front between two years: every
//! plan that is not beaten in both, from the best of the one to the best of the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Objective, ObjectiveKind, Score, Sense};
use crate::exact::{Additive, Floor, Step};
use regionfront_model::defect::Defect;
use regionfront_model::instance::{Flows, Instance, Year};
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// Most commuters between areas: prices per commuter leave so much room.
const MOST_COMMUTERS: u64 = 1 << 56;

/// Commuters between different areas of a region by the figures of another year, maximised.
#[derive(Clone, Debug)]
pub(super) struct OtherYear {
    year: Year,
    flows: Flows,
    /// Commuters between different areas.
    between: u64,
    measure: Arc<Additive>,
}

impl OtherYear {
    pub(super) fn new(problem: &Problem, reference: Option<&str>) -> Result<Self, Defect> {
        let instance = &problem.instance;
        let year = asked_for(instance, reference)?;
        let other = instance.other_year.as_ref().filter(|other| other.year == year);
        let Some(other) = other else {
            return Err(Defect::new(
                "E257",
                "--against other-year",
                format!("there are no flows of {year} for the areas added from outside"),
                "leave them out, or choose another objective",
            ));
        };
        let between = other.flows.total_between();
        if between > MOST_COMMUTERS {
            return Err(Defect::new(
                "E255",
                "--against other-year",
                format!("{between} commuters are too large a sum"),
                "choose another objective",
            ));
        }
        let mut pairs: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for (from, to, commuters) in other.flows.triples().filter(|(from, to, _)| from != to) {
            let units = i64::try_from(commuters).unwrap_or(i64::MAX);
            *pairs.entry((from.min(to), from.max(to))).or_default() += units;
        }
        let pairs = pairs.into_iter().map(|((a, b), units)| (a, b, units)).collect();
        let measure = Arc::new(Additive { pairs, ..Additive::default() });
        Ok(Self { year, flows: other.flows.clone(), between, measure })
    }
}

/// The year that a reference names: one of the instance's, and not its own.
fn asked_for(instance: &Instance, reference: Option<&str>) -> Result<Year, Defect> {
    let others: Vec<String> = instance
        .years
        .iter()
        .filter(|&&year| Some(year) != instance.year)
        .map(ToString::to_string)
        .collect();
    if others.is_empty() {
        return Err(Defect::new(
            "E250",
            "--against other-year",
            "the instance has figures of one year alone",
            "add years/flows_YEAR.csv and years/areas_by_year.csv to it, as `regionfront import … \
             --into DIR --year YEAR` does",
        ));
    }
    let known = others.join(", ");
    let Some(reference) = reference else {
        return Err(Defect::new(
            "E250",
            "--against other-year",
            "it needs another year",
            format!("name one with --reference; the instance has {known}"),
        ));
    };
    let year = others.iter().position(|year| year == reference.trim());
    year.and_then(|at| others[at].parse().ok()).ok_or_else(|| {
        Defect::new(
            "E251",
            "--reference",
            format!("the instance has no other figures of `{reference}`"),
            format!("use one of {known}"),
        )
    })
}

impl Objective for OtherYear {
    fn kind(&self) -> ObjectiveKind {
        ObjectiveKind::OtherYear
    }

    fn sense(&self) -> Sense {
        Sense::Maximise
    }

    fn description(&self) -> String {
        format!(
            "commuters between different areas of a region by the figures of {}, of {}",
            self.year, self.between
        )
    }

    fn score(&self, problem: &Problem, plan: &Plan) -> Score {
        self.score_regions(problem, &plan.regions())
    }

    fn score_regions(&self, _: &Problem, regions: &[Vec<usize>]) -> Score {
        let share = |a, b| regions.iter().any(|region| region.contains(&a) && region.contains(&b));
        let inside: i64 = self
            .measure
            .pairs
            .iter()
            .filter(|(a, b, _)| share(*a, *b))
            .map(|(_, _, commuters)| commuters)
            .sum();
        Score::whole(inside.unsigned_abs())
    }

    fn ideal(&self, _: &Problem, _: usize) -> Score {
        Score::whole(self.between)
    }

    fn demand_beyond(&self, score: Score, step: &mut Step) -> bool {
        let least = i64::try_from(score.part).unwrap_or(i64::MAX).saturating_add(1);
        step.additive = Some(Floor { measure: Arc::clone(&self.measure), least });
        score.part < self.between
    }

    fn flows(&self) -> Option<&Flows> {
        Some(&self.flows)
    }

    fn is_additive(&self) -> bool {
        true
    }
}
