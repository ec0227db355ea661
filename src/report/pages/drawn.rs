//! The maps of a report: of plans, of what their borders cut, of cores, of other divisions.

use std::collections::BTreeMap;

use regionfront_analysis::division::membership::in_order;
use regionfront_analysis::division::{Comparison, Membership};
use regionfront_model::instance::Division;
use regionfront_model::plan::Plan;
use regionfront_solver::job::SolutionStatus;

use super::page::{Pictures, WishFigures, has_sheet};
use super::shades::{self, Around, Shade};
use crate::maps::{
    self, Embedded, FILLS, Flow, Ground, Key, Map, NO_REGION, SEVERAL_REGIONS, Texts, fills,
};
use crate::run::RecordedRun;
use crate::view::{self, DivisionView, PlanView, RegionView, ReportDocument, TieView};
use crate::words::Lang;

/// How many flows the map of those that borders cut shows: all have a name below it.
const FLOWS: usize = 12;

/// The maps of a report.
pub(crate) struct Drawn<'a> {
    run: &'a RecordedRun,
    document: &'a ReportDocument,
    plans: &'a [&'a Plan],
    ground: &'a Ground<'a>,
    maps: Vec<Map<'a>>,
    flows: Vec<Vec<Flow>>,
    out_commuting: Option<Shade>,
    /// Self-containment of the regions of every main plan.
    supply: BTreeMap<String, Shade>,
}

impl<'a> Drawn<'a> {
    pub(crate) fn new(
        run: &'a RecordedRun,
        document: &'a ReportDocument,
        plans: &'a [&'a Plan],
        ground: &'a Ground<'a>,
    ) -> Self {
        let instance = &run.problem.instance;
        let maps = document.plans.iter().zip(plans).map(|(view, plan)| {
            let fills: Vec<&str> = view.regions.iter().map(|r| r.fill.as_str()).collect();
            let names: Vec<&str> = view.regions.iter().map(|r| r.name.as_str()).collect();
            let centre = |code: &str| instance.index_of_code(code);
            let centres = view.regions.iter().filter_map(|r| centre(&r.centre.code)).collect();
            Map::new(ground, plan, &fills, &names, centres)
        });
        let flows = plans.iter().map(|plan| {
            let mut flows = view::cut_flows(&run.problem, plan);
            flows.truncate(FLOWS);
            flows
        });
        let (maps, flows) = (maps.collect(), flows.collect());
        let (lang, title) = (document.lang, &document.question.title);
        let around = |what: String| Around { title: what, sources: sources(document) };
        let out_commuting = shades::out_commuting(run, ground, lang, around(title.clone()));
        let mains = document.plans.iter().zip(plans).filter(|(view, _)| view.is_main);
        let supply = mains.filter_map(|(view, plan)| {
            let around = around(maps::map_title(lang, title, view.k));
            let shade = shades::self_containment(run, ground, plan, view, lang, around)?;
            Some((view.id.clone(), shade))
        });
        let supply = supply.collect();
        Self { run, document, plans, ground, maps, flows, out_commuting, supply }
    }

    /// The maps for a page.
    pub(crate) fn pictures(&self) -> Pictures {
        let lang = self.document.lang;
        let mut pictures = Pictures {
            shapes: maps::shared_shapes(self.ground),
            stability_map: self.stability_map().unwrap_or_default(),
            ..Pictures::default()
        };
        pictures.out_commuting.clone_from(&self.out_commuting);
        pictures.supply.clone_from(&self.supply);
        for ((view, map), flows) in self.document.plans.iter().zip(&self.maps).zip(&self.flows) {
            let id = view.id.clone();
            let title = lang.say("map_label", &[("k", view.k.to_string())]);
            let members = members(&view.regions);
            let full = Embedded {
                title: &title,
                description: &members,
                id: &format!("map-{id}"),
                has_names: true,
                flows: &[],
            };
            pictures.maps.insert(id.clone(), map.embedded(full));
            if view.is_main {
                // The full map says who belongs where; the small one repeats it for the eye.
                let names: Vec<String> = view.regions.iter().map(|r| r.name.clone()).collect();
                let mini = Embedded {
                    description: &lang.list(&names),
                    id: &format!("mini-{id}"),
                    has_names: false,
                    ..full
                };
                pictures.minis.insert(id.clone(), map.embedded(mini));
            }
            let flow_title = lang.say("map_flows_label", &[("k", view.k.to_string())]);
            let instance = &self.run.problem.instance;
            let listed: Vec<TieView> =
                flows.iter().map(|flow| view::tie_view(instance, flow)).collect();
            let told: Vec<String> = listed.iter().map(|tie| self.told(tie)).collect();
            let flow_map = Embedded {
                title: &flow_title,
                description: &told.join("; "),
                id: &format!("ties-{id}"),
                has_names: true,
                flows,
            };
            pictures.flows.insert(id.clone(), map.embedded(flow_map));
            pictures.flow_lists.insert(id.clone(), listed);
            pictures.flow_most.insert(id.clone(), flows.first().map_or(0, Flow::commuters));
            pictures.map_files.insert(id.clone(), format!("maps/{id}.svg"));
        }
        for (view, division) in self.document.divisions.iter().zip(&self.run.divisions) {
            let (groups, colours, names) = self.division_parts(view, division);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let map = Map::new(self.ground, &groups, &colours, &names, Vec::new());
            let full = Embedded {
                title: &view.whole.name,
                description: &members(&view.regions),
                id: &format!("map-{}", view.id),
                has_names: true,
                flows: &[],
            };
            pictures.maps.insert(view.id.clone(), map.embedded(full));
            if !self.run.comparisons.is_empty() {
                let names: Vec<String> = view.regions.iter().map(|r| r.name.clone()).collect();
                let mini = Embedded {
                    description: &lang.list(&names),
                    id: &format!("mini-{}", view.id),
                    has_names: false,
                    ..full
                };
                pictures.minis.insert(view.id.clone(), map.embedded(mini));
            }
            pictures.map_files.insert(view.id.clone(), format!("maps/{}.svg", view.id));
        }
        for wish in self.wish_maps() {
            pictures.wishes.push(wish.embedded);
            pictures.wish_figures.push(wish.figures);
        }
        for (at, pair) in self.run.comparisons.iter().enumerate() {
            pictures.moved.push(self.moved_map(at, pair));
        }
        pictures
    }

    /// The maps of a study, for a page and as files of their own, in one row of colours.
    fn wish_maps(&self) -> Vec<Wish> {
        let (Some(study), Some(view)) = (&self.run.study, &self.document.study) else {
            return Vec::new();
        };
        let problem = &self.run.problem;
        let lang = self.document.lang;
        let plans: Vec<&Plan> = study.plans.iter().collect();
        let all = fills(&problem.instance, &plans);
        let maps = plans.iter().zip(all).zip(&view.maps);
        maps.map(|((plan, fills), map)| {
            let regions = view::region_views(problem, plan, &fills, lang);
            let colours: Vec<&str> = regions.iter().map(|region| region.fill.as_str()).collect();
            let names: Vec<&str> = regions.iter().map(|region| region.name.as_str()).collect();
            let drawn = Map::new(self.ground, plan, &colours, &names, Vec::new());
            let title = map.title.clone();
            let description = members(&regions);
            let embedded = drawn.embedded(Embedded {
                title: &title,
                description: &description,
                id: &format!("map-{}", map.id),
                // On a sheet the regions are listed below the map.
                has_names: !has_sheet(self.document),
                flows: &[],
            });
            let commuters = regions.iter().map(|region| region.internal_commuting).sum();
            let all = problem.instance.flows.total_between().max(1);
            let mut listed: Vec<(String, String, u64)> = regions
                .iter()
                .map(|region| (region.fill.clone(), region.name.clone(), region.population))
                .collect();
            listed.sort_by_key(|(_, _, population)| std::cmp::Reverse(*population));
            #[expect(
                clippy::cast_precision_loss,
                reason = "shown to people; counts stay below 2^52"
            )]
            let share = commuters as f64 / all as f64;
            let figures = WishFigures { commuters, share, regions: listed };
            let file = drawn.standalone(&Texts {
                title: title.clone(),
                subtitle: view.title.clone(),
                description,
                legend: legend(lang, &regions),
                sources: self.sources(),
            });
            Wish { id: map.id.clone(), small: drawn.small(&title), file, embedded, figures }
        })
        .collect()
    }

    /// What a map of a division colours: the areas of each region that stand in no other, those in
    /// several regions, those in none. Only regions have names.
    fn division_parts<'v>(
        &self,
        view: &'v DivisionView,
        division: &Division,
    ) -> (Plan, Vec<&'v str>, Vec<String>) {
        let instance = &self.run.problem.instance;
        let division = in_order(division.clone());
        let membership = Membership::new(instance.num_areas(), &division);
        let groups = view::division_classes(instance, &division);
        let of_group = |areas: &Vec<usize>| match membership.of(areas[0]) {
            [] => (NO_REGION, String::new()),
            [only] => (view.regions[*only].fill.as_str(), view.regions[*only].name.clone()),
            _ => (SEVERAL_REGIONS, String::new()),
        };
        let (fills, names) = groups.regions().iter().map(of_group).unzip();
        (groups, fills, names)
    }

    fn division_files(&self) -> Vec<(String, String)> {
        let lang = self.document.lang;
        let divisions = self.document.divisions.iter().zip(&self.run.divisions);
        divisions
            .map(|(view, division)| {
                let (groups, colours, names) = self.division_parts(view, division);
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let map = Map::new(self.ground, &groups, &colours, &names, Vec::new());
                let mut legend = legend(lang, &view.regions);
                for (areas, fill, key) in [
                    (&view.whole.double_members, SEVERAL_REGIONS, "col_double"),
                    (&view.whole.left_out, NO_REGION, "col_left_out"),
                ] {
                    if !areas.is_empty() {
                        legend.push(Key {
                            fill: fill.to_owned(),
                            name: lang.word(key).to_owned(),
                            note: maps::count_note(lang, areas.len()),
                        });
                    }
                }
                let share = lang.percent(view.whole.share.unwrap_or(0.0));
                let svg = map.standalone(&Texts {
                    title: format!("{}: {}", self.document.question.title, view.whole.name),
                    subtitle: lang.say("division_subtitle", &[("share", share)]),
                    description: members(&view.regions),
                    legend,
                    sources: self.sources(),
                });
                (format!("maps/{}", view.id), svg)
            })
            .collect()
    }

    /// The areas that move between two divisions, in the colour of the region they come to; lines
    /// are the borders of the second.
    fn moved_map(&self, at: usize, pair: &Comparison) -> String {
        let instance = &self.run.problem.instance;
        let membership = Membership::new(instance.num_areas(), &pair.second);
        let moves = |area: usize| {
            pair.moved.iter().any(|moved| moved.area == area) || pair.joined.contains(&area)
        };
        let labels: Vec<(&[usize], bool)> =
            (0..instance.num_areas()).map(|area| (membership.of(area), moves(area))).collect();
        let groups = Plan::from_labels(&labels);
        // The divisions compared are those shown.
        let shown = self.run.divisions.iter().position(|found| found.name == pair.second.name);
        let shown = shown.map(|at| &self.document.divisions[at].regions);
        let of_group = |areas: &Vec<usize>| match (labels[areas[0]], shown) {
            (([only, ..], true), Some(regions)) => regions[*only].fill.as_str(),
            _ => NO_REGION,
        };
        let colours: Vec<&str> = groups.regions().iter().map(of_group).collect();
        let names = vec![""; colours.len()];
        let map = Map::new(self.ground, &groups, &colours, &names, Vec::new());
        let view = &self.document.comparisons[at];
        let lang = self.document.lang;
        let values = [("first", view.first.clone()), ("second", view.second.clone())];
        let names: Vec<String> = view.moved.iter().map(|moved| moved.name.clone()).collect();
        map.embedded(Embedded {
            title: &lang.say("map_moved_label", &values),
            description: &lang.list(&names),
            id: &format!("map-moved-{at}"),
            has_names: true,
            flows: &[],
        })
    }

    fn told(&self, tie: &TieView) -> String {
        let count = self.document.lang.whole((tie.there + tie.back).into());
        format!("{} → {}: {count}", tie.from.name, tie.to.name)
    }

    /// Standalone files by name without extension.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = self
            .document
            .plans
            .iter()
            .zip(&self.maps)
            .map(|(view, map)| (format!("maps/{}", view.id), map.standalone(&self.texts(view))))
            .collect();
        files.extend(self.division_files());
        for Wish { id, small, file, .. } in self.wish_maps() {
            if has_sheet(self.document) {
                files.push((format!("maps/{id}-small"), small));
            }
            files.push((format!("maps/{id}"), file));
        }
        let shade = |name: String, shade: &Shade| (format!("maps/{name}"), shade.file.clone());
        files.extend(self.out_commuting.iter().map(|it| shade("out-commuting".to_owned(), it)));
        files
            .extend(self.supply.iter().map(|(id, it)| shade(format!("{id}-self-containment"), it)));
        for ((view, map), flows) in self.document.plans.iter().zip(&self.maps).zip(&self.flows) {
            if !flows.is_empty() {
                let svg = map.standalone_with(&self.flow_texts(view, flows), flows);
                files.push((format!("maps/{}-flows", view.id), svg));
            }
        }
        files.extend(self.cores_file().map(|svg| ("maps/cores".to_owned(), svg)));
        files
    }

    fn texts(&self, view: &PlanView) -> Texts {
        let ReportDocument { lang, question, .. } = self.document;
        let lang = *lang;
        let standing = if view.point.solution == SolutionStatus::ProvenOptimal {
            lang.word("proven_optimal").to_owned()
        } else {
            let gap = lang.percent(view.point.gap_rel.unwrap_or(1.0));
            lang.say("best_found", &[("gap", gap)])
        };
        Texts {
            title: maps::map_title(lang, &question.title, view.k),
            subtitle: maps::map_subtitle(lang, view.point.share, &standing, &question.scenario),
            description: members(&view.regions),
            legend: legend(lang, &view.regions),
            sources: self.sources(),
        }
    }

    /// The texts of a map of flows: by number, both ends and the commuters.
    fn flow_texts(&self, view: &PlanView, flows: &[Flow]) -> Texts {
        let lang = self.document.lang;
        let instance = &self.run.problem.instance;
        let keys = flows.iter().zip(1..).map(|(flow, number)| {
            let TieView { from, to, there, back } = view::tie_view(instance, flow);
            let back = format!("{} {}", lang.word("back"), lang.whole(back.into()));
            Key {
                fill: String::new(),
                name: format!("{number}  {} → {}", from.name, to.name),
                note: format!("{}, {back}", lang.whole(there.into())),
            }
        });
        let subtitle = lang.say("map_flows_label", &[("k", view.k.to_string())]);
        Texts { subtitle, legend: keys.collect(), ..self.texts(view) }
    }

    fn sources(&self) -> String {
        sources(self.document)
    }

    /// Classes of areas that never part, with their fills and names; swings are grey and bear none.
    fn cores(&self) -> Option<(Plan, Vec<&'static str>, Vec<String>)> {
        let classes = view::classes(self.run, self.plans)?;
        let instance = &self.run.problem.instance;
        let stability = self.document.stability.as_ref()?;
        let fill_of = fills(instance, &[&classes]).remove(0);
        let (mut colours, mut names) = (Vec::new(), Vec::new());
        for (areas, fill) in classes.regions().iter().zip(fill_of) {
            let first = &instance.areas[areas[0]].code;
            let core = stability
                .cores
                .iter()
                .find(|core| core.areas.iter().any(|area| &area.code == first));
            colours.push(if core.is_some() { FILLS[fill] } else { NO_REGION });
            names.push(core.map(|core| core.name.clone()).unwrap_or_default());
        }
        Some((classes, colours, names))
    }

    fn stability_map(&self) -> Option<String> {
        let lang = self.document.lang;
        let (classes, colours, names) = self.cores()?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let map = Map::new(self.ground, &classes, &colours, &names, Vec::new());
        let description = self.core_members();
        Some(map.embedded(Embedded {
            title: lang.word("map_cores_label"),
            description: &description,
            id: "map-cores",
            has_names: true,
            flows: &[],
        }))
    }

    fn cores_file(&self) -> Option<String> {
        let lang = self.document.lang;
        let stability = self.document.stability.as_ref()?;
        let (classes, colours, names) = self.cores()?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let map = Map::new(self.ground, &classes, &colours, &names, Vec::new());
        let mut legend: Vec<Key> = stability
            .cores
            .iter()
            .map(|core| Key {
                fill: core.fill.clone(),
                name: core.name.clone(),
                note: maps::key_note(lang, core.population, core.areas.len()),
            })
            .collect();
        if !stability.swings.is_empty() {
            legend.push(Key {
                fill: NO_REGION.to_owned(),
                name: lang.word("key_swing").to_owned(),
                note: lang.word("key_swing_note").to_owned(),
            });
        }
        let question = &self.document.question;
        Some(map.standalone(&Texts {
            title: format!("{}: {}", question.title, lang.word("h_stability")),
            subtitle: lang.word("stability_caption").to_owned(),
            description: self.core_members(),
            legend,
            sources: self.sources(),
        }))
    }

    fn core_members(&self) -> String {
        let cores = self.document.stability.iter().flat_map(|stability| &stability.cores);
        let lists: Vec<String> = cores
            .map(|core| {
                let names: Vec<&str> = core.areas.iter().map(|area| area.name.as_str()).collect();
                format!("{}: {}", core.name, names.join(", "))
            })
            .collect();
        lists.join(". ")
    }
}

/// A map of a study.
struct Wish {
    id: String,
    /// Without a word, for a sheet of several.
    small: String,
    /// As a file of its own.
    file: String,
    embedded: String,
    figures: WishFigures,
}

/// Version, sources and licences.
fn sources(document: &ReportDocument) -> String {
    let data = &document.data;
    let titles: Vec<String> = data.sources.iter().map(|source| source.title.clone()).collect();
    maps::source_line(document.lang, &document.version, &titles, &data.licences)
}

/// Who belongs where, for those who cannot see a map.
fn members(regions: &[RegionView]) -> String {
    let lists = regions.iter().map(|region| {
        let names: Vec<&str> = region.areas.iter().map(|area| area.name.as_str()).collect();
        format!("{}: {}", region.name, names.join(", "))
    });
    lists.collect::<Vec<_>>().join(". ")
}

/// A line of the legend for every region.
fn legend(lang: Lang, regions: &[RegionView]) -> Vec<Key> {
    regions
        .iter()
        .map(|region| Key {
            fill: region.fill.clone(),
            name: region.name.clone(),
            note: maps::key_note(lang, region.population, region.areas.len()),
        })
        .collect()
}
