//! Numbers of regions that the figures rule out before any solving. Codes `E240` to `E249`.
//!
//! Each finding is a proof, like those in `contradictions`.

use std::cmp::Ordering;

use super::contradictions::{called, kinds, part_name};
use super::parts::{Left, held, open_wholes, total};
use super::{Measure, Problem};
use crate::defect::Defect;
use crate::quantity::grouped;

impl Problem {
    /// Why no plan with `k` regions keeps the rules, as far as counting and adding up can tell.
    ///
    /// An empty list promises nothing. Contradictions that do not depend on `k` are found by
    /// [`Problem::resolve`] and [`Problem::contradictory_rules`].
    pub fn contradictions(&self, k: usize) -> Vec<Defect> {
        let num_areas = self.instance.num_areas();
        if k == 0 {
            let what = "a plan has at least one region";
            return vec![Defect::new("E240", "k = 0", what, "ask for 1 or more")];
        }
        let left = Left::of(self);
        let decided = left.decided as u128;
        let fewest: u128 = decided + left.parts.iter().map(|part| part.fewest(self)).sum::<u128>();
        let most: u128 = decided + left.parts.iter().map(|part| part.most(self)).sum::<u128>();
        let wholes = left.decided + left.parts.iter().map(|part| part.wholes).sum::<usize>();

        let mut report = Report { k, fewest, most, found: Vec::new() };
        if k > num_areas {
            let regions = counted(k, "region");
            report
                .add("E241", format!("{regions} cannot be made of {}", counted(num_areas, "area")));
        } else if k > wholes {
            let what = format!(
                "with what is kept together or decided, {} are left to be put into {k} regions",
                counted(wholes, "whole")
            );
            report.add("E241", what);
        }
        for group in &self.rules.apart {
            let size = group.areas.len();
            if size > k {
                let name = called(self, group);
                let what = format!("{name}: {size} areas to be kept apart need {size} regions");
                report.add("E242", what);
            }
        }
        if k < left.decided + left.parts.len() {
            report.add("E243", self.too_few(&left, k));
        }
        for measure in Measure::ALL {
            report.limits(self, &left, measure);
        }
        if report.found.is_empty() && ((k as u128) < fewest || k as u128 > most) {
            let each: Vec<String> = left
                .parts
                .iter()
                .map(|part| {
                    let (fewest, most) = (part.fewest(self), part.most(self));
                    format!("{} can be {fewest} to {most}", part_name(self, &part.areas))
                })
                .collect();
            let what = format!(
                "the closed and fixed groups are {}; by the limits, {}",
                counted(left.decided, "region"),
                each.join("; ")
            );
            report.add("E246", what);
        }
        report.found
    }

    /// Closed and fixed regions, and the parts of the map they leave: every plan has at least as many
    /// regions.
    pub fn fewest_by_parts(&self) -> usize {
        let left = Left::of(self);
        left.decided + left.parts.len()
    }

    /// Why fewer regions than decided groups and separate parts are too few.
    fn too_few(&self, left: &Left, k: usize) -> String {
        let mut reasons = Vec::new();
        if left.decided > 0 {
            reasons.push(format!("{} closed or fixed", counted(left.decided, "region")));
        }
        if !left.parts.is_empty() {
            const SHOWN: usize = 6;
            let mut names: Vec<String> =
                left.parts.iter().take(SHOWN).map(|part| part_name(self, &part.areas)).collect();
            if left.parts.len() > SHOWN {
                names.push(format!("{} more", left.parts.len() - SHOWN));
            }
            reasons.push(format!(
                "{} under {} ({})",
                counted(left.parts.len(), "separate part"),
                kinds(&self.rules.links),
                names.join(" | ")
            ));
        }
        format!("k = {k} leaves too few regions for {}", reasons.join(" and "))
    }
}

/// Collects what rules out one `k`.
struct Report {
    k: usize,
    fewest: u128,
    most: u128,
    found: Vec<Defect>,
}

impl Report {
    fn add(&mut self, code: &'static str, what: String) {
        let (fewest, most) = (self.fewest, self.most);
        let cure = match fewest.cmp(&most) {
            Ordering::Greater => "loosen the rules".to_owned(),
            Ordering::Equal => format!("ask for {}, or loosen the rules", counted(most, "region")),
            Ordering::Less => format!("ask for {fewest} to {most} regions, or loosen the rules"),
        };
        self.found.push(Defect::new(code, format!("k = {}", self.k), what, cure));
    }

    /// E244 and E245: too little for `k` minima, too much for `k` maxima. Regions to which limits do
    /// not apply are at most as many as the wholes that exempt them, and may hold any amount of the
    /// others.
    fn limits(&mut self, problem: &Problem, left: &Left, measure: Measure) {
        let is_fixed = held(&problem.rules.fixed, problem.instance.num_areas());
        let wholes = open_wholes(problem);
        let is_exempt = |whole: &Vec<usize>| problem.rules.exempts(whole);
        let (exempt, limited): (Vec<_>, Vec<_>) = wholes.into_iter().partition(is_exempt);
        let has_exempt = problem.rules.exempt.iter().any(|&area| !is_fixed[area]);
        let Some(regions) = self.k.checked_sub(left.fixed + exempt.len()) else { return };
        let held: u128 = limited.iter().map(|whole| total(problem, measure, whole)).sum();
        let besides = match (left.fixed > 0, has_exempt) {
            (_, true) => " besides the regions exempt from limits",
            (true, false) => " besides the fixed regions",
            (false, false) => "",
        };
        let bounds = measure.bounds(&problem.rules.limits);
        let times = |limit: u64| (regions as u128).saturating_mul(u128::from(limit));
        if let Some(min) = bounds.min.filter(|&min| times(min) <= held)
            && let Some(what) = too_little_beside(problem, measure, min, regions, limited)
        {
            self.add("E244", what);
        }
        if let Some(min) = bounds.min.filter(|&min| times(min) > held) {
            let what = format!(
                "{} of at least {}{besides} need {}, there are {}",
                counted(regions, "region"),
                measure.with_unit(min),
                grouped(times(min)),
                grouped(held)
            );
            self.add("E244", what);
        }
        if let Some(max) = bounds.max.filter(|&max| !has_exempt && times(max) < held) {
            let what = format!(
                "{} of at most {}{besides} hold {}, there are {}",
                counted(regions, "region"),
                measure.with_unit(max),
                grouped(times(max)),
                grouped(held)
            );
            self.add("E245", what);
        }
    }
}

/// That the largest wholes leave too little for the other regions. However few regions hold the
/// first `j` wholes, at least `regions - j` regions are made of the others alone.
fn too_little_beside(
    problem: &Problem,
    measure: Measure,
    min: u64,
    regions: usize,
    limited: Vec<Vec<usize>>,
) -> Option<String> {
    let mut wholes: Vec<(u128, Vec<usize>)> =
        limited.into_iter().map(|areas| (total(problem, measure, &areas), areas)).collect();
    // The largest first; among equals the one with the first area.
    wholes.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let mut left: u128 = wholes.iter().map(|(value, _)| value).sum();
    for (at, (value, _)) in wholes.iter().enumerate() {
        left -= value;
        let others = regions.checked_sub(at + 1).filter(|&others| others > 0)?;
        let needed = (others as u128).saturating_mul(u128::from(min));
        if left < needed {
            let mut largest: Vec<usize> =
                wholes[..=at].iter().flat_map(|(_, areas)| areas.iter().copied()).collect();
            largest.sort_unstable();
            return Some(format!(
                "{} {} {}, which leaves {} for {} of at least {}; they need {}",
                part_name(problem, &largest),
                if largest.len() == 1 { "holds" } else { "hold" },
                measure.with_unit(total(problem, measure, &largest)),
                grouped(left),
                counted(others, "other region"),
                measure.with_unit(min),
                grouped(needed)
            ));
        }
    }
    None
}

/// `1 region`, `7 regions`.
fn counted(number: impl TryInto<u64>, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}
