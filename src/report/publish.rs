//! The report of a run: every file of it, written whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::defect::Defect;
use crate::job::SolutionStatus;
use crate::plan::Plan;
use crate::quantity::Commuters;

use super::atomic::write_atomically;
use super::chart::Chart;
use super::colours::{FILLS, fills};
use super::finished::FinishedRun;
use super::ground::Ground;
use super::map::{self, Embedded, Key, Map, NO_REGION, Texts};
use super::model::{self, PlanView, ReportDocument, Selection};
use super::page::{Pages, Pictures};
use super::raster::Rasteriser;
use super::run_dir::OutputError;
use super::spatial::{self, Spatial};
use super::words::Lang;
use super::{geopackage, workbook};

/// How many ties the map of cut ties shows.
const TIES: usize = 20;

/// A part of a report that can be asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Piece {
    /// report.html: one self-contained page.
    Html,
    /// report.md: for pandoc and Quarto.
    Md,
    /// tables.xlsx: every table, typed.
    Xlsx,
    /// regions.geojson and areas.geojson.
    Geojson,
    /// regions.gpkg: layers areas, regions, `cut_borders`.
    Gpkg,
    /// maps/*.svg and front.svg.
    Svg,
    /// maps/*.png and front.png.
    Png,
    /// report.json: what the templates are fed with.
    Json,
}

impl Piece {
    /// Every piece.
    pub const ALL: [Self; 8] = [
        Self::Html,
        Self::Md,
        Self::Xlsx,
        Self::Geojson,
        Self::Gpkg,
        Self::Svg,
        Self::Png,
        Self::Json,
    ];
}

/// Files a report may leave beside a run, maps apart.
pub(super) const FILES: [&str; 9] = [
    "report.html",
    "report.md",
    "report.json",
    "tables.xlsx",
    "areas.geojson",
    "regions.geojson",
    "regions.gpkg",
    "front.svg",
    "front.png",
];

/// What a report is to be like.
#[derive(Clone, Debug, Default)]
pub struct ReportOptions {
    /// Its language.
    pub lang: Lang,
    /// Which points it shows in full.
    pub selection: Selection,
    /// Its pieces; all where empty.
    pub only: Vec<Piece>,
    /// Folder of templates that replace ours.
    pub templates: Option<PathBuf>,
}

/// What was written, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files, relative to the folder, in the order written.
    pub files: Vec<String>,
    /// Pieces that could not be made, and why.
    pub notes: Vec<String>,
}

/// Writes the report of a run into a folder.
///
/// # Errors
/// When a template fails (refused) or the disk does.
pub fn publish(
    run: &FinishedRun,
    folder: &Path,
    options: &ReportOptions,
) -> Result<Published, OutputError> {
    let pages = Pages::new(options.templates.as_deref()).map_err(OutputError::Refused)?;
    let (document, plans) = model::build(run, &options.selection, options.lang);
    let wants = |piece: Piece| options.only.is_empty() || options.only.contains(&piece);
    let mut writer = Writer { folder, published: Published::default() };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;

    let ground = map::ground(&run.problem);
    let drawn = ground.as_ref().map(|ground| Drawn::new(run, &document, &plans, ground));
    let charts: Vec<Option<Chart>> =
        document.sets().iter().map(|against| Chart::new(&document, against)).collect();
    let mut pictures = drawn.as_ref().map_or_else(Pictures::default, Drawn::pictures);
    pictures.charts = charts
        .iter()
        .map(|chart| Some((chart.as_ref()?.embedded(), format!("{}.svg", chart.as_ref()?.file()))))
        .collect();

    if wants(Piece::Html) {
        let page = pages.render("report.html.j2", &document, &pictures);
        writer.write("report.html", page.map_err(OutputError::Refused)?.as_bytes())?;
    }
    if wants(Piece::Md) {
        let page = pages.render("report.md.j2", &document, &pictures);
        writer.write("report.md", page.map_err(OutputError::Refused)?.as_bytes())?;
    }
    if wants(Piece::Json) {
        let json = serde_json::to_vec_pretty(&document).map_err(io::Error::from);
        writer.write("report.json", &writer.made("report.json", json)?)?;
    }
    if wants(Piece::Xlsx) {
        let bytes = workbook::bytes(&document, &run.problem.instance, &plans);
        let bytes = writer.made("tables.xlsx", bytes.map_err(io::Error::other))?;
        writer.write("tables.xlsx", &bytes)?;
    }
    if wants(Piece::Svg) || wants(Piece::Png) {
        let mut files = drawn.as_ref().map_or_else(Vec::new, Drawn::files);
        files.extend(charts.iter().flatten().map(|chart| (chart.file(), chart.standalone())));
        if wants(Piece::Svg) {
            for (name, svg) in &files {
                writer.write(&format!("{name}.svg"), svg.as_bytes())?;
            }
        }
        if wants(Piece::Png) {
            writer.rasterise(&files)?;
        }
    }
    if wants(Piece::Geojson) || wants(Piece::Gpkg) {
        writer.spatial(run, &document, &plans, wants(Piece::Geojson), wants(Piece::Gpkg))?;
    }
    Ok(writer.published)
}

struct Writer<'a> {
    folder: &'a Path,
    published: Published,
}

impl Writer<'_> {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let path = self.folder.join(name);
        let parent = path.parent().unwrap_or(self.folder);
        fs::create_dir_all(parent)
            .and_then(|()| write_atomically(&path, |out| out.write_all(bytes)))
            .map_err(|error| failed(&path, &error))?;
        self.published.files.push(name.to_owned());
        Ok(())
    }

    fn made(&self, name: &str, bytes: io::Result<Vec<u8>>) -> Result<Vec<u8>, OutputError> {
        bytes.map_err(|error| failed(&self.folder.join(name), &error))
    }

    fn rasterise(&mut self, files: &[(String, String)]) -> Result<(), OutputError> {
        use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
        let Some(rasteriser) = Rasteriser::new() else {
            self.published.notes.push(
                "no PNG pictures: the system has no fonts (on Debian: fonts-liberation)".to_owned(),
            );
            return Ok(());
        };
        let pictures: Vec<io::Result<Vec<u8>>> =
            files.par_iter().map(|(_, svg)| rasteriser.png(svg)).collect();
        for ((name, _), picture) in files.iter().zip(pictures) {
            let name = format!("{name}.png");
            let picture = self.made(&name, picture)?;
            self.write(&name, &picture)?;
        }
        Ok(())
    }

    fn spatial(
        &mut self,
        run: &FinishedRun,
        document: &ReportDocument,
        plans: &[&Plan],
        wants_geojson: bool,
        wants_gpkg: bool,
    ) -> Result<(), OutputError> {
        let instance = &run.problem.instance;
        let Some(shapes) = &instance.shapes else {
            self.published
                .notes
                .push("no GeoJSON and GeoPackage: the instance has no areas.geojson".to_owned());
            return Ok(());
        };
        let spatial = Spatial { document, instance, shapes, plans };
        if wants_geojson {
            let areas = spatial::areas(&spatial).to_string();
            self.write("areas.geojson", areas.as_bytes())?;
            let regions = spatial::regions(&spatial).to_string();
            self.write("regions.geojson", regions.as_bytes())?;
        }
        if wants_gpkg {
            let bytes = geopackage::bytes(&spatial, self.folder);
            let bytes = self.made("regions.gpkg", bytes)?;
            self.write("regions.gpkg", &bytes)?;
        }
        Ok(())
    }
}

/// The maps of a report.
struct Drawn<'a> {
    run: &'a FinishedRun,
    document: &'a ReportDocument,
    ground: &'a Ground<'a>,
    maps: Vec<Map<'a>>,
    ties: Vec<Vec<(usize, usize, Commuters)>>,
}

impl<'a> Drawn<'a> {
    fn new(
        run: &'a FinishedRun,
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
        let ties = plans.iter().map(|plan| {
            let mut ties = model::cut_ties(&run.problem, plan);
            ties.truncate(TIES);
            ties
        });
        Self { run, document, ground, maps: maps.collect(), ties: ties.collect() }
    }

    fn pictures(&self) -> Pictures {
        let lang = self.document.lang;
        let mut pictures = Pictures {
            shapes: map::shared_shapes(self.ground),
            stability_map: self.stability_map().unwrap_or_default(),
            ..Pictures::default()
        };
        for ((view, map), ties) in self.document.plans.iter().zip(&self.maps).zip(&self.ties) {
            let id = view.id.clone();
            let title = lang.say("map_label", &[("k", view.k.to_string())]);
            let members = members(view);
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
            let listed: Vec<String> = ties.iter().take(10).map(|tie| self.tie(tie)).collect();
            let flows = Embedded {
                title: &flow_title,
                description: &listed.join("; "),
                id: &format!("ties-{id}"),
                has_names: true,
                flows: ties,
            };
            pictures.flows.insert(id.clone(), map.embedded(flows));
            pictures.flow_counts.insert(id.clone(), ties.len());
            pictures.flow_most.insert(id.clone(), ties.first().map_or(0, |tie| tie.2));
            pictures.map_files.insert(id.clone(), format!("maps/{id}.svg"));
        }
        pictures
    }

    fn tie(&self, &(a, b, commuters): &(usize, usize, Commuters)) -> String {
        let name = |area: usize| &self.run.problem.instance.areas[area].name;
        format!("{} – {}: {}", name(a), name(b), self.document.lang.whole(commuters.into()))
    }

    /// Standalone files by name without extension.
    fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = self
            .document
            .plans
            .iter()
            .zip(&self.maps)
            .map(|(view, map)| (format!("maps/{}", view.id), map.standalone(&self.texts(view))))
            .collect();
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
            title: map::map_title(lang, &question.title, view.k),
            subtitle: map::map_subtitle(lang, view.point.share, &standing, &question.scenario),
            description: members(view),
            legend: view
                .regions
                .iter()
                .map(|region| Key {
                    fill: region.fill.clone(),
                    name: region.name.clone(),
                    note: map::key_note(lang, region.population, region.areas.len()),
                })
                .collect(),
            sources: self.sources(),
        }
    }

    fn sources(&self) -> String {
        let data = &self.document.data;
        let titles: Vec<String> = data.sources.iter().map(|source| source.title.clone()).collect();
        map::source_line(self.document.lang, &self.document.version, &titles, &data.licences)
    }

    /// Classes of areas that never part, with their fills and names; swings are grey and bear none.
    fn cores(&self) -> Option<(Plan, Vec<&'static str>, Vec<String>)> {
        let (classes, _) = model::classes(self.run)?;
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
                note: map::key_note(lang, core.population, core.areas.len()),
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

/// Who belongs where, for those who cannot see a map.
fn members(view: &PlanView) -> String {
    let lists: Vec<String> = view
        .regions
        .iter()
        .map(|region| {
            let names: Vec<&str> = region.areas.iter().map(|area| area.name.as_str()).collect();
            format!("{}: {}", region.name, names.join(", "))
        })
        .collect();
    lists.join(". ")
}

fn failed(path: &Path, error: &io::Error) -> OutputError {
    OutputError::Failed(Defect::new(
        "E405",
        path.display().to_string(),
        format!("writing failed: {error}"),
        "make room or mend the disk, then run the report again",
    ))
}
