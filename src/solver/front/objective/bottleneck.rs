//! The smallest region by a measure, or the largest by population: a limit on every region.

use super::{Objective, ObjectiveKind, Score, Sense, open_regions};
use crate::exact::Step;
use regionfront_model::instance::Area;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::grouped;
use regionfront_model::scenario::{Bounds, Limits, Problem};

/// An additive measure of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Population,
    Jobs,
    Employed,
    Areas,
}

impl Measure {
    fn of(self, area: &Area) -> u64 {
        match self {
            Self::Population => area.population,
            Self::Jobs => area.jobs,
            Self::Employed => area.employed_residents,
            Self::Areas => 1,
        }
    }

    fn bounds(self, limits: &mut Limits) -> &mut Bounds {
        match self {
            Self::Population => &mut limits.population,
            Self::Jobs => &mut limits.jobs,
            Self::Employed => &mut limits.employed,
            Self::Areas => &mut limits.areas,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::Jobs => "jobs",
            Self::Employed => "employed residents",
            Self::Areas => "areas",
        }
    }
}

/// The smallest region by a measure, maximised, or the largest, minimised. Regions to which limits do
/// not apply, fixed ones and those of exempt areas, do not count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bottleneck {
    measure: Measure,
    sense: Sense,
}

impl Bottleneck {
    pub(super) fn smallest(measure: Measure) -> Self {
        Self { measure, sense: Sense::Maximise }
    }

    pub(super) fn largest_population() -> Self {
        Self { measure: Measure::Population, sense: Sense::Minimise }
    }
}

impl Objective for Bottleneck {
    fn kind(&self) -> ObjectiveKind {
        match (self.sense, self.measure) {
            (Sense::Minimise, _) => ObjectiveKind::MaxPopulation,
            (Sense::Maximise, Measure::Population) => ObjectiveKind::MinPopulation,
            (Sense::Maximise, Measure::Jobs) => ObjectiveKind::MinJobs,
            (Sense::Maximise, Measure::Employed) => ObjectiveKind::MinEmployed,
            (Sense::Maximise, Measure::Areas) => ObjectiveKind::MinAreas,
        }
    }

    fn sense(&self) -> Sense {
        self.sense
    }

    fn description(&self) -> String {
        let which = match self.sense {
            Sense::Maximise => "smallest",
            Sense::Minimise => "largest",
        };
        format!("{} of the {which} region", self.measure.words())
    }

    fn score(&self, problem: &Problem, plan: &Plan) -> Score {
        self.score_regions(problem, &open_regions(problem, plan))
    }

    fn score_regions(&self, problem: &Problem, regions: &[Vec<usize>]) -> Score {
        let areas = &problem.instance.areas;
        let sums = regions.iter().map(|region| -> u64 {
            region.iter().map(|&area| self.measure.of(&areas[area])).sum()
        });
        let score = match self.sense {
            Sense::Maximise => sums.min(),
            Sense::Minimise => sums.max(),
        };
        Score::whole(score.unwrap_or(0))
    }

    fn ideal(&self, problem: &Problem, k: usize) -> Score {
        let (fixed, exempt) = (&problem.rules.fixed, &problem.rules.exempt);
        let is_fixed = |area: usize| fixed.iter().any(|group| group.areas.contains(&area));
        let num_exempt = exempt.iter().filter(|&&area| !is_fixed(area)).count();
        let is_open = |at: usize| !is_fixed(at) && (num_exempt == 0 || !exempt.contains(&at));
        let areas = problem.instance.areas.iter().enumerate();
        let total: u64 =
            areas.filter(|(at, _)| is_open(*at)).map(|(_, area)| self.measure.of(area)).sum();
        let regions = k.saturating_sub(fixed.len() + num_exempt).max(1) as u64;
        // A region without limits may take all the others leave.
        if num_exempt > 0 && self.sense == Sense::Minimise {
            return Score::whole(0);
        }
        Score::whole(match self.sense {
            Sense::Maximise => total / regions,
            Sense::Minimise => total.div_ceil(regions),
        })
    }

    fn release(&self, step: &mut Step) -> Option<String> {
        let bounds = self.measure.bounds(&mut step.limits);
        let (side, dropped) = match self.sense {
            Sense::Maximise => ("minimum", bounds.min.take()),
            Sense::Minimise => ("maximum", bounds.max.take()),
        };
        dropped.map(|limit| {
            format!("{side} {} of {} per region", self.measure.words(), grouped(limit))
        })
    }

    fn demand_beyond(&self, score: Score, step: &mut Step) -> bool {
        let bounds = self.measure.bounds(&mut step.limits);
        match self.sense {
            Sense::Maximise => bounds.min = Some(score.part + 1),
            Sense::Minimise => match score.part.checked_sub(1) {
                Some(most) => bounds.max = Some(most),
                None => return false,
            },
        }
        true
    }
}
