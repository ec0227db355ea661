//! Whether what a certificate claims is true, by enumeration.

use regionfront_check::document::{self, Against, Claim, Front, Header};
use regionfront_model::instance::Instance;
use regionfront_model::scenario::{Bounds, Group, Limits, Problem, Rules};
use regionfront_testkit::oracle::{keeps_all, objective, partitions};

/// The problem that a header and the limits of a claim put, as they stand there.
pub(crate) fn problem_of(
    instance: &Instance,
    rules: &document::Rules,
    limits: document::Limits,
) -> Problem {
    let instance = match &rules.areas {
        None => instance.clone(),
        Some(kept) => {
            let at = |code: &String| instance.index_of_code(code).expect("a known area");
            instance.subset(&kept.iter().map(at).collect::<Vec<_>>())
        }
    };
    let places = |codes: &[String]| -> Vec<usize> {
        let area = |code: &String| instance.index_of_code(code).expect("an area in question");
        let mut areas: Vec<usize> = codes.iter().map(area).collect();
        areas.sort_unstable();
        areas
    };
    let groups = |groups: &[Vec<String>]| -> Vec<Group> {
        let group = |codes: &Vec<String>| Group { name: String::new(), areas: places(codes) };
        groups.iter().map(group).collect()
    };
    let base = rules.limits;
    let bounds = |min: Option<u64>, max: Option<u64>| Bounds { min, max };
    let share = limits.min_self_containment.or(base.min_self_containment);
    Problem {
        scenario: String::new(),
        rules: Rules {
            links: rules.links.iter().filter_map(|kind| kind.parse().ok()).collect(),
            together: groups(&rules.keep_together),
            apart: groups(&rules.keep_apart),
            closed: groups(&rules.closed),
            fixed: groups(&rules.fixed),
            exempt: places(&rules.limits_do_not_apply_to),
            limits: Limits {
                population: bounds(
                    limits.min_population.or(base.min_population),
                    limits.max_population.or(base.max_population),
                ),
                areas: bounds(
                    limits.min_areas.or(base.min_areas),
                    limits.max_areas.or(base.max_areas),
                ),
                jobs: bounds(limits.min_jobs.or(base.min_jobs), limits.max_jobs.or(base.max_jobs)),
                employed: bounds(
                    limits.min_employed.or(base.min_employed),
                    limits.max_employed.or(base.max_employed),
                ),
                // Judged apart, as an exact fraction.
                min_self_containment: None,
            },
            ..Rules::default()
        },
        instance,
    }
    .with_share(share)
}

/// What a problem cannot hold: a share as any fraction. Partitions are judged by it besides.
pub(crate) struct Put {
    pub(crate) problem: Problem,
    share: Option<(u64, u64)>,
}

trait WithShare {
    fn with_share(self, share: Option<(u64, u64)>) -> Problem;
}

impl WithShare for Problem {
    fn with_share(mut self, share: Option<(u64, u64)>) -> Problem {
        if let Some((part, whole)) = share {
            self.scenario = format!("{part}/{whole}");
        }
        self
    }
}

impl Put {
    pub(crate) fn new(problem: Problem) -> Self {
        let share = problem
            .scenario
            .split_once('/')
            .map(|(part, whole)| (part.parse().expect("whole"), whole.parse().expect("whole")));
        Self { problem, share }
    }

    fn allows(&self, labels: &[usize]) -> bool {
        if !keeps_all(&self.problem, labels) {
            return false;
        }
        let Some((part, whole)) = self.share else { return true };
        let k = labels.iter().max().map_or(0, |label| label + 1);
        (0..k).all(|label| {
            let inside: Vec<usize> = (0..labels.len()).filter(|&at| labels[at] == label).collect();
            if self.problem.rules.exempts(&inside) {
                return true;
            }
            let mut lives_and_works = 0;
            for &from in &inside {
                for &to in &inside {
                    lives_and_works += u128::from(self.problem.instance.flows.get(from, to));
                }
            }
            let areas = &self.problem.instance.areas;
            let employed: u128 =
                inside.iter().map(|&at| u128::from(areas[at].employed_residents)).sum();
            lives_and_works * u128::from(whole) >= employed * u128::from(part)
        })
    }

    /// Every allowed plan with `k` regions, with what it keeps.
    pub(crate) fn plans(&self, k: usize) -> Vec<(Vec<usize>, u64)> {
        partitions(self.problem.instance.num_areas())
            .into_iter()
            .filter(|labels| labels.iter().max().map_or(0, |label| label + 1) == k)
            .filter(|labels| self.allows(labels))
            .map(|labels| {
                let keeps = objective(&self.problem, &labels);
                (labels, keeps)
            })
            .collect()
    }
}

fn labels_of(instance: &Instance, plan: &[Vec<String>]) -> Option<Vec<usize>> {
    let mut labels = vec![usize::MAX; instance.num_areas()];
    for (label, region) in plan.iter().enumerate() {
        for code in region {
            labels[instance.index_of_code(code)?] = label;
        }
    }
    labels.iter().all(|&label| label < plan.len()).then_some(labels)
}

fn canonical(labels: &[usize]) -> Vec<usize> {
    let mut seen: Vec<usize> = Vec::new();
    labels
        .iter()
        .map(|label| {
            seen.iter().position(|known| known == label).unwrap_or_else(|| {
                seen.push(*label);
                seen.len() - 1
            })
        })
        .collect()
}

/// Whether everything a certificate claims is true, by enumeration.
pub(crate) fn is_true(instance: &Instance, text: &str) -> bool {
    let mut lines = text.lines();
    let header: Header = serde_json::from_str(lines.next().expect("a header")).expect("a header");
    let claims: Vec<Claim> =
        lines.map(|line| serde_json::from_str(line).expect("a claim")).collect();
    let holds = |claim: &Claim| {
        let put = Put::new(problem_of(instance, &header.rules, claim.limits));
        let plans = put.plans(claim.k);
        match (&claim.plan, claim.keeps) {
            (Some(plan), Some(keeps)) => {
                let Some(labels) = labels_of(&put.problem.instance, plan) else { return false };
                let labels = canonical(&labels);
                plans.iter().any(|(known, value)| *known == labels && *value == keeps)
                    && plans.iter().all(|(_, value)| *value <= keeps)
            }
            _ => plans.is_empty(),
        }
    };
    if !claims.iter().all(holds) {
        return false;
    }
    let Some(Front { against }) = header.front else { return true };
    let mut ks: Vec<usize> = claims.iter().map(|claim| claim.k).collect();
    ks.dedup();
    ks.iter().all(|&k| {
        let put = Put::new(problem_of(instance, &header.rules, document::Limits::default()));
        let instance = &put.problem.instance;
        let points: Vec<(u64, u64)> = claims
            .iter()
            .filter(|claim| claim.k == k)
            .filter_map(|claim| {
                let labels = labels_of(instance, claim.plan.as_ref()?)?;
                Some((claim.keeps?, score(&put.problem, &canonical(&labels), against)))
            })
            .collect();
        put.plans(k).iter().all(|(labels, keeps)| {
            let own = score(&put.problem, labels, against);
            let reaches = |other: u64| match against {
                Against::MaxPopulation => other <= own,
                _ => other >= own,
            };
            points.iter().any(|(value, other)| value >= keeps && reaches(*other))
        })
    })
}

pub(crate) fn score(problem: &Problem, labels: &[usize], against: Against) -> u64 {
    let k = labels.iter().max().map_or(0, |label| label + 1);
    let regions = (0..k)
        .map(|label| (0..labels.len()).filter(|&at| labels[at] == label).collect::<Vec<usize>>())
        .filter(|region| !problem.rules.exempts(region));
    let totals = regions.map(|region| -> u64 {
        region
            .iter()
            .map(|&at| {
                let area = &problem.instance.areas[at];
                match against {
                    Against::MinPopulation | Against::MaxPopulation => area.population,
                    Against::MinJobs => area.jobs,
                    Against::MinEmployed => area.employed_residents,
                    Against::MinAreas => 1,
                }
            })
            .sum()
    });
    let best = if against == Against::MaxPopulation { totals.max() } else { totals.min() };
    best.unwrap_or(0)
}
