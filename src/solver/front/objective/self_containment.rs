//! The weakest region's supply-side self-containment.

use super::{Objective, ObjectiveKind, Score, Sense, open_regions};
use crate::exact::Step;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// People who live and work in the region ÷ its employed residents, all destinations counted; the
/// smallest over the regions to which limits apply, maximised. A region without employed residents
/// scores nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct SelfContainment;

impl Objective for SelfContainment {
    fn kind(&self) -> ObjectiveKind {
        ObjectiveKind::MinSelfContainment
    }

    fn sense(&self) -> Sense {
        Sense::Maximise
    }

    fn description(&self) -> String {
        "supply-side self-containment of the weakest region: people who live and work in it ÷ its \
         employed residents, wherever they work"
            .to_owned()
    }

    fn score(&self, problem: &Problem, plan: &Plan) -> Score {
        self.score_regions(problem, &open_regions(problem, plan))
    }

    fn score_regions(&self, problem: &Problem, regions: &[Vec<usize>]) -> Score {
        let instance = &problem.instance;
        regions
            .iter()
            .map(|region| {
                let employed: u64 =
                    region.iter().map(|&area| instance.areas[area].employed_residents).sum();
                let inside: u64 = region
                    .iter()
                    .flat_map(|&area| instance.flows.row(area))
                    .filter(|(to, _)| region.contains(to))
                    .map(|(_, count)| count)
                    .sum();
                Score { part: inside, whole: employed.max(1) }
            })
            .min()
            .unwrap_or(Score::whole(0))
    }

    fn ideal(&self, _: &Problem, _: usize) -> Score {
        Score::whole(1)
    }

    fn release(&self, step: &mut Step) -> Option<String> {
        step.limits
            .min_self_containment
            .take()
            .map(|share| format!("minimum self-containment of {share} per region"))
    }

    fn demand_beyond(&self, score: Score, step: &mut Step) -> bool {
        step.above_self_containment = Some((score.part, score.whole));
        score.part < score.whole
    }
}
