//! The pairs of areas a reference division holds together and the plan keeps together.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Objective, ObjectiveKind, Score, Sense};
use crate::exact::{Additive, Floor, Step};
use regionfront_model::defect::Defect;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// Pairs of areas in a common region of the reference, each counted once however many regions of
/// an overlapping division hold it.
#[derive(Clone, Debug)]
pub(super) struct KeptTogether {
    reference: String,
    measure: Arc<Additive>,
}

impl KeptTogether {
    pub(super) fn new(problem: &Problem, reference: Option<&str>) -> Result<Self, Defect> {
        let divisions = &problem.instance.divisions;
        let known = || divisions.keys().cloned().collect::<Vec<_>>().join(", ");
        let Some(reference) = reference else {
            return Err(Defect::new(
                "E250",
                "--against kept-together",
                "it needs a reference division",
                format!("name one with --reference; the instance has {}", known()),
            ));
        };
        let Some(division) = divisions.get(reference) else {
            return Err(Defect::new(
                "E251",
                "--reference",
                format!("there is no division `{reference}` in the instance"),
                format!("use one of {}", known()),
            ));
        };
        let mut pairs = BTreeSet::new();
        for region in &division.regions {
            for (at, &a) in region.areas.iter().enumerate() {
                pairs.extend(region.areas[at + 1..].iter().map(|&b| (a.min(b), a.max(b))));
            }
        }
        if pairs.is_empty() {
            return Err(Defect::new(
                "E252",
                "--reference",
                format!("no region of `{reference}` holds two areas of the instance"),
                "choose a reference with larger regions",
            ));
        }
        let pairs = pairs.into_iter().map(|(a, b)| (a, b, 1)).collect();
        let measure = Arc::new(Additive { pairs, ..Additive::default() });
        Ok(Self { reference: reference.to_owned(), measure })
    }
}

impl Objective for KeptTogether {
    fn kind(&self) -> ObjectiveKind {
        ObjectiveKind::KeptTogether
    }

    fn sense(&self) -> Sense {
        Sense::Maximise
    }

    fn description(&self) -> String {
        format!(
            "pairs of areas kept together ÷ the {} pairs `{}` holds together",
            self.measure.pairs.len(),
            self.reference
        )
    }

    fn score(&self, _: &Problem, plan: &Plan) -> Score {
        let kept = self
            .measure
            .pairs
            .iter()
            .filter(|(a, b, _)| plan.region_of(*a) == plan.region_of(*b))
            .count();
        Score { part: kept as u64, whole: self.measure.pairs.len() as u64 }
    }

    fn score_regions(&self, _: &Problem, regions: &[Vec<usize>]) -> Score {
        let share = |a, b| regions.iter().any(|region| region.contains(&a) && region.contains(&b));
        let kept = self.measure.pairs.iter().filter(|(a, b, _)| share(*a, *b)).count();
        Score { part: kept as u64, whole: self.measure.pairs.len() as u64 }
    }

    fn ideal(&self, _: &Problem, _: usize) -> Score {
        Score::whole(1)
    }

    fn demand_beyond(&self, score: Score, step: &mut Step) -> bool {
        let least = i64::try_from(score.part).unwrap_or(i64::MAX).saturating_add(1);
        step.additive = Some(Floor { measure: Arc::clone(&self.measure), least });
        score.part < score.whole
    }

    fn is_additive(&self) -> bool {
        true
    }
}
