//! What a study answers: sentences and one table, in the language of the reader. They stand on the
//! terminal, at the head of `study.md` and at the head of the report.

use regionfront_analysis::division::Membership;
use regionfront_analysis::division::compare;
use regionfront_analysis::division::membership::{from_plan, in_order};
use regionfront_analysis::indicators::internal_share;
use regionfront_model::instance::{Division, Instance};
use regionfront_model::plan::Plan;
use regionfront_model::scenario::rule::Side;
use regionfront_solver::job::Answer;
use regionfront_verify::judge_division;

use super::{NearOptimal, SolvedScenario, StudyResults, Watched, near};
use crate::run::PlainTable;
use crate::view::{division_name, unit};
use crate::words::Lang;

/// Most names that stand in a sentence one by one.
const MOST_NAMES: usize = 5;

impl StudyResults {
    /// The answer, a sentence each.
    pub fn answer(&self, lang: Lang) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(self.outcomes(lang));
        found.extend(self.costs(lang));
        found.extend(self.drift(lang));
        found.extend(self.divisions_in_words(lang));
        found.extend(self.derivations_in_words(lang));
        found.extend(self.certainty(lang));
        if let Some(watched) = &self.watched {
            found.extend(self.near.iter().map(|near| near_in_words(near, watched, self, lang)));
        }
        found
    }

    /// Internal commuting by scenario and number of regions; below the first scenario what each of
    /// the others costs against it. `None` where nothing was solved.
    pub fn answer_table(&self, lang: Lang) -> Option<PlainTable> {
        let first = self.scenarios.first()?;
        if first.answers.is_empty() {
            return None;
        }
        let mut headings = vec![lang.word("study_rules").to_owned()];
        headings.extend(first.answers.iter().map(|answer| answer.k.to_string()));
        let rows = self.scenarios.iter().enumerate().map(|(at, scenario)| {
            let mut row = vec![scenario.label(lang)];
            let cells = scenario.answers.iter().zip(&first.answers);
            row.extend(cells.map(|(answer, first)| {
                let mark = if is_proven(answer) { "" } else { "*" };
                match (answer.objective(), first.objective()) {
                    (Some(own), Some(first)) if at > 0 && scenario.year.is_none() => {
                        let change = own.cast_signed() - first.cast_signed();
                        format!("{}{mark}", lang.signed(change.into()))
                    }
                    (Some(own), _) => format!("{}{mark}", lang.whole(own.into())),
                    (None, _) => "–".to_owned(),
                }
            }));
            row
        });
        Some(PlainTable {
            name: lang
                .word(match (first.year, self.scenarios.len()) {
                    (Some(_), _) => "study_table_years",
                    (None, 1) => "study_table_one",
                    (None, _) => "study_table",
                })
                .to_owned(),
            headings,
            rows: rows.collect(),
        })
    }

    /// How sure the solved divisions are.
    fn certainty(&self, lang: Lang) -> Option<String> {
        let plans = || {
            let answers = self.scenarios.iter().flat_map(|scenario| &scenario.answers);
            answers.filter(|answer| answer.plan.is_some())
        };
        let proven = plans().filter(|answer| is_proven(answer)).count();
        let count = plans().count();
        let key = if proven == count { "study_proven" } else { "study_proven_some" };
        let values = [("count", count.to_string()), ("proven", proven.to_string())];
        (count > 0).then(|| lang.say(key, &values))
    }

    /// With whom the watched group shares its region under each scenario. Scenarios of a sweep that
    /// follow each other and lead to the same are told together.
    fn outcomes(&self, lang: Lang) -> Vec<String> {
        let Some(watched) = &self.watched else { return Vec::new() };
        let told: Vec<(&SolvedScenario, String)> = self
            .scenarios
            .iter()
            .filter(|scenario| scenario.answers.iter().any(|answer| answer.plan.is_some()))
            .map(|scenario| (scenario, self.outcome(scenario, watched, lang)))
            .collect();
        told.chunk_by(|a, b| a.1 == b.1 && a.0.swept.is_some() && b.0.swept.is_some())
            .map(|alike| {
                let (first, last) = (alike[0].0, alike[alike.len() - 1].0);
                lang.say(
                    "study_outcome",
                    &[
                        ("label", range_label(first, last, lang)),
                        ("group", watched.name.clone()),
                        ("outcome", alike[0].1.clone()),
                    ],
                )
            })
            .collect()
    }

    /// `alone at 6 and 9 regions; with Nore og Uvdal at 12`.
    fn outcome(&self, scenario: &SolvedScenario, watched: &Watched, lang: Lang) -> String {
        let instance = &scenario.problem.instance;
        let codes = watched.areas.iter().map(|&area| &self.instance.areas[area].code);
        let group: Vec<usize> = codes.filter_map(|code| instance.index_of_code(code)).collect();
        let mut found: Vec<(String, Vec<usize>)> = Vec::new();
        for answer in &scenario.answers {
            let Some(plan) = &answer.plan else { continue };
            let words = company_in_words(instance, &near::company(plan.plan(), &group), lang);
            match found.iter_mut().find(|(known, _)| *known == words) {
                Some((_, ks)) => ks.push(answer.k),
                None => found.push((words, vec![answer.k])),
            }
        }
        let parts: Vec<String> = found
            .into_iter()
            .map(|(words, ks)| {
                lang.say("study_at", &[("outcome", words), ("ks", ks_in_words(&ks, lang))])
            })
            .collect();
        parts.join("; ")
    }

    /// What each scenario costs against the first.
    fn costs(&self, lang: Lang) -> Vec<String> {
        let Some((first, others)) = self.scenarios.split_first() else { return Vec::new() };
        let mut found = Vec::new();
        // A sweep has its table, and years are no wishes.
        let is_told =
            |scenario: &&SolvedScenario| scenario.swept.is_none() && scenario.year.is_none();
        for scenario in others.iter().filter(is_told) {
            let costs: Vec<(usize, i64)> = scenario
                .answers
                .iter()
                .zip(&first.answers)
                .filter_map(|(own, first)| {
                    let cost = first.objective()?.cast_signed() - own.objective()?.cast_signed();
                    Some((own.k, cost))
                })
                .collect();
            let (Some(&least), Some(&most)) = (
                costs.iter().min_by_key(|(k, cost)| (*cost, *k)),
                costs.iter().max_by_key(|(k, cost)| (*cost, *k)),
            ) else {
                continue;
            };
            // A scenario that others are held against may be the stricter one.
            let (key, least, most) = match (least.1, most.1) {
                (_, gain) if gain < 0 => ("study_gains", most, least),
                (0, 0) => ("study_costs_nothing", least, most),
                (low, high) if low == high => ("study_costs_same", least, most),
                _ => ("study_costs", least, most),
            };
            found.push(lang.say(
                key,
                &[
                    ("label", scenario.label(lang)),
                    ("first", first.label(lang)),
                    ("least", lang.whole(least.1.abs().into())),
                    ("least_k", least.0.to_string()),
                    ("most", lang.whole(most.1.abs().into())),
                    ("most_k", most.0.to_string()),
                ],
            ));
        }
        found
    }

    /// Whether the best division of the first year still holds by the figures of the last.
    fn drift(&self, lang: Lang) -> Vec<String> {
        let years: Vec<&SolvedScenario> =
            self.scenarios.iter().filter(|scenario| scenario.year.is_some()).collect();
        let [first, .., last] = years.as_slice() else { return Vec::new() };
        let mut found = Vec::new();
        for (then, now) in first.answers.iter().zip(&last.answers) {
            let (Some(old), Some(new)) = (&then.plan, &now.plan) else { continue };
            let instance = &last.problem.instance;
            let division = from_plan(instance, &last.problem.rules, old.plan(), "then");
            let newer = from_plan(instance, &last.problem.rules, new.plan(), "now");
            let compared = compare(instance, &division, &newer);
            let kept =
                Membership::new(instance.num_areas(), &division).internal_commuting(instance);
            let broken =
                judge_division(&last.problem, &division, None).err().unwrap_or_default().len();
            let key = match (compared.moved.is_empty(), broken) {
                (true, _) => "drift_same",
                (false, 0) => "drift_moved",
                _ => "drift_broken",
            };
            found.push(lang.say(
                key,
                &[
                    ("k", then.k.to_string()),
                    ("from", first.label(lang)),
                    ("to", last.label(lang)),
                    ("kept", lang.whole(kept.into())),
                    ("share", share(instance, kept, lang)),
                    ("lost", lang.whole(new.objective().saturating_sub(kept).into())),
                    ("moved", lang.count_word(compared.moved.len())),
                    ("people", lang.whole(compared.people_moved(instance).into())),
                    ("broken", broken.to_string()),
                ],
            ));
        }
        found
    }

    /// What given divisions hold, as they are and, where a derivation of the study places everybody
    /// once, like with like; and what the best plan of as many regions holds.
    fn divisions_in_words(&self, lang: Lang) -> Vec<String> {
        let instance = &self.instance;
        let is_derived = |division: &&Division| {
            self.derived.iter().any(|derived| division.name.starts_with(&derived.name))
        };
        let mut found = Vec::new();
        for division in self.divisions.iter().filter(|division| !is_derived(division)) {
            let division = in_order(division.clone());
            let membership = Membership::new(instance.num_areas(), &division);
            let of = |area: usize| membership.of(area).len();
            let outside = (0..instance.num_areas()).filter(|&area| of(area) == 0).count();
            let double = (0..instance.num_areas()).filter(|&area| of(area) > 1).count();
            let inside = membership.internal_commuting(instance);
            let best = self.scenarios.first().into_iter().flat_map(|first| &first.answers);
            let mut best = best.filter(|answer| answer.k == division.regions.len());
            let best = best.find_map(Answer::objective);
            found.push(lang.say(
                "study_division",
                &[
                    ("name", division_name(&division.name, lang)),
                    ("k", division.regions.len().to_string()),
                    ("commuters", lang.whole(inside.into())),
                    ("share", share(instance, inside, lang)),
                ],
            ));
            if outside + double > 0 {
                found.push(lang.cover(outside, double));
            }
            let alike = self.derived.iter().find(|derived| derived.from == division.name);
            let alike = alike.and_then(|derived| {
                let stages = derived.derived.stages.iter();
                stages.rev().find(|stage| {
                    stage.regions == division.regions.len()
                        && stage.step != "given"
                        && stage.max_moved.is_none()
                })
            });
            if let Some(stage) = alike {
                found.push(lang.say(
                    "study_alike",
                    &[
                        ("commuters", lang.whole(stage.internal.into())),
                        ("share", share(instance, stage.internal, lang)),
                    ],
                ));
            }
            if let Some(best) = best {
                found.push(lang.say(
                    "study_best",
                    &[
                        ("k", division.regions.len().to_string()),
                        ("commuters", lang.whole(best.into())),
                        ("share", share(instance, best, lang)),
                    ],
                ));
            }
        }
        found
    }

    /// Where each derivation begins and ends.
    fn derivations_in_words(&self, lang: Lang) -> Vec<String> {
        let instance = &self.instance;
        let mut found = Vec::new();
        for derived in &self.derived {
            let [first, .., last] = derived.derived.stages.as_slice() else { continue };
            let is_told = self.divisions.iter().any(|division| division.name == derived.from)
                && last.regions == first.regions
                && last.max_moved.is_none();
            if is_told {
                continue;
            }
            found.push(lang.say(
                "study_derived",
                &[
                    ("name", division_name(&derived.name, lang)),
                    ("from", division_name(&derived.from, lang)),
                    ("k_first", first.regions.to_string()),
                    ("first", lang.whole(first.internal.into())),
                    ("share_first", share(instance, first.internal, lang)),
                    ("k_last", last.regions.to_string()),
                    ("last", lang.whole(last.internal.into())),
                    ("share_last", share(instance, last.internal, lang)),
                ],
            ));
            let moves = derived
                .derived
                .solved
                .iter()
                .filter_map(|solved| Some((solved.moved?, solved.answer.objective()?)));
            let moves: Vec<(usize, u64)> = moves.collect();
            let fewest = moves.iter().min_by_key(|(moved, _)| *moved);
            let best =
                moves.iter().max_by_key(|(moved, inside)| (*inside, std::cmp::Reverse(*moved)));
            if let (Some(fewest), Some(best)) = (fewest, best)
                && fewest.0 < best.0
            {
                found.push(lang.say(
                    "study_moves",
                    &[
                        ("fewest", fewest.0.to_string()),
                        ("with_fewest", lang.whole(fewest.1.into())),
                        ("moved", best.0.to_string()),
                        ("best", lang.whole(best.1.into())),
                    ],
                ));
            }
        }
        found
    }

    /// The plans that have a map each: of several scenarios those of the middle number of regions, of
    /// one scenario those of every number, and the divisions derived for the study. Only plans of the
    /// same areas are drawn.
    pub(super) fn wishes(&self) -> Vec<Wish<'_>> {
        let Some(first) = self.scenarios.first() else { return Vec::new() };
        let areas = first.problem.instance.num_areas();
        let mut found = Vec::new();
        if self.scenarios.len() == 1 {
            let solved = first.answers.iter().filter_map(|answer| {
                let plan = answer.plan.as_ref()?.plan().clone();
                Some(Wish { called: Called::Regions, k: answer.k, plan })
            });
            let derived = self.derived.iter().filter_map(|derived| {
                let name = &derived.name;
                let division = self.divisions.iter().find(|division| division.name == *name)?;
                let regions = division.regions.iter().map(|region| region.areas.as_slice());
                let plan = Plan::from_regions(self.instance.num_areas(), regions)?;
                Some(Wish { called: Called::Division(name), k: plan.num_regions(), plan })
            });
            if areas == self.instance.num_areas() {
                found.extend(derived);
            }
            // From what there is, and what is most like it, to the fewest regions.
            let mut solved: Vec<Wish> = solved.collect();
            solved.sort_by_key(|wish| std::cmp::Reverse(wish.k));
            found.extend(solved);
            return found;
        }
        let middle = first.answers.len().saturating_sub(1) / 2;
        for scenario in &self.scenarios {
            if scenario.problem.instance.num_areas() == areas
                && let Some(answer) = scenario.answers.get(middle)
                && let Some(plan) = &answer.plan
            {
                let plan = plan.plan().clone();
                found.push(Wish { called: Called::Scenario(scenario), k: answer.k, plan });
            }
        }
        found
    }
}

/// A plan with a map in the report of a study.
pub(super) struct Wish<'a> {
    called: Called<'a>,
    /// Number of regions.
    pub(super) k: usize,
    /// The plan.
    pub(super) plan: Plan,
}

/// What a map is called after.
enum Called<'a> {
    /// The number of regions.
    Regions,
    /// A scenario.
    Scenario(&'a SolvedScenario),
    /// A derived division.
    Division(&'a str),
}

impl Wish<'_> {
    /// What its map is called.
    pub(super) fn title(&self, lang: Lang) -> String {
        let regions = || {
            let key = if self.k == 1 { "plan_name_one" } else { "plan_name" };
            lang.say(key, &[("k", self.k.to_string())])
        };
        match self.called {
            Called::Regions => regions(),
            Called::Scenario(scenario) => scenario.label(lang),
            Called::Division(name) => format!("{} ({})", division_name(name, lang), regions()),
        }
    }
}

impl SolvedScenario {
    /// What it is called.
    pub fn label(&self, lang: Lang) -> String {
        if let Some(year) = self.year {
            return year.to_string();
        }
        let Some(swept) = self.swept else {
            let translated = self.problem.rules.texts.nb.name.clone().filter(|_| lang == Lang::Nb);
            return translated.unwrap_or_else(|| self.problem.scenario.clone());
        };
        let side = match swept.side {
            Side::Min => "min",
            Side::Max => "max",
        };
        let unit = ("unit", unit(swept.measure, lang));
        match swept.value {
            None => lang.word(&format!("sweep_{side}_none")).to_owned(),
            Some(value) => {
                lang.say(&format!("sweep_{side}"), &[("value", lang.whole(value.into())), unit])
            }
        }
    }
}

/// What several scenarios of a sweep are called together.
fn range_label(first: &SolvedScenario, last: &SolvedScenario, lang: Lang) -> String {
    let (Some(from), Some(to)) = (first.swept, last.swept) else { return first.label(lang) };
    let side = match from.side {
        Side::Min => "min",
        Side::Max => "max",
    };
    match (from.value, to.value) {
        (Some(low), Some(high)) if low != high => lang.say(
            &format!("sweep_{side}_range"),
            &[
                ("low", lang.whole(low.into())),
                ("high", lang.whole(high.into())),
                ("unit", unit(from.measure, lang)),
            ],
        ),
        (None, Some(high)) => format!(
            "{}; {}",
            first.label(lang),
            lang.say(
                &format!("sweep_{side}_to"),
                &[("high", lang.whole(high.into())), ("unit", unit(from.measure, lang))]
            )
        ),
        _ => first.label(lang),
    }
}

/// Company in words: alone, with these, or in so many regions.
fn company_in_words(instance: &Instance, company: &[Vec<usize>], lang: Lang) -> String {
    match company {
        [areas] if areas.is_empty() => lang.word("company_alone").to_owned(),
        [areas] => {
            let mut areas = areas.clone();
            areas.sort_by_key(|&area| std::cmp::Reverse(instance.areas[area].population));
            let names: Vec<String> = areas
                .iter()
                .take(if areas.len() > MOST_NAMES { 2 } else { MOST_NAMES })
                .map(|&area| instance.areas[area].name.clone())
                .collect();
            let key = if areas.len() > MOST_NAMES { "company_many" } else { "company_with" };
            lang.say(key, &[("names", lang.list(&names)), ("count", areas.len().to_string())])
        }
        parts => lang.say("company_split", &[("count", parts.len().to_string())]),
    }
}

/// Over all numbers of regions: in how many of the plans near the optimum the group is alone, has
/// company, is split.
fn near_in_words(
    near: &NearOptimal,
    watched: &Watched,
    results: &StudyResults,
    lang: Lang,
) -> String {
    let group = near.group(&results.instance, watched);
    let (mut alone, mut whole, mut split) = (0_i64, 0, 0);
    for (_, point) in near.plans() {
        for (plan, _) in &point.near {
            match near::company(plan, &group).as_slice() {
                [areas] if areas.is_empty() => alone += 1,
                [_] => whole += 1,
                _ => split += 1,
            }
        }
    }
    lang.say(
        "study_near",
        &[
            ("group", watched.name.clone()),
            ("all", lang.whole((alone + whole + split).into())),
            ("alone", lang.whole(alone.into())),
            ("whole", lang.whole(whole.into())),
            ("split", lang.whole(split.into())),
        ],
    )
}

fn ks_in_words(ks: &[usize], lang: Lang) -> String {
    let texts: Vec<String> = match ks {
        [first, _, .., last] if last - first + 1 == ks.len() => {
            return lang
                .say("ks_range", &[("first", first.to_string()), ("last", last.to_string())]);
        }
        ks => ks.iter().map(ToString::to_string).collect(),
    };
    lang.list(&texts)
}

fn share(instance: &Instance, inside: u64, lang: Lang) -> String {
    lang.percent(internal_share(instance, inside).value().unwrap_or(0.0))
}

fn is_proven(answer: &Answer) -> bool {
    answer.plan.is_none() || super::status(answer) == "proven_optimal"
}
