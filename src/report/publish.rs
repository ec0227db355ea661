//! The report of a run: every file of it, written whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use regionfront_model::plan::Plan;

use crate::charts::Chart;
use crate::documents::write_json;
use crate::maps::{self, Rasteriser};
use crate::pages::{Drawn, Pages, Pictures};
use crate::run::{OutputError, RecordedRun};
use crate::spatial::{Spatial, geojson, geopackage};
use crate::view::{self, ReportDocument, Selection};
use crate::words::Lang;
use crate::workbook;
use regionfront_model::atomic::write_atomically;
use regionfront_solver::front::Priced;

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

/// What a report is to be like; everything unless said otherwise.
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

impl ReportOptions {
    /// The plans of a run that stand for their fronts, with the names of their points: those whose
    /// rules have a price in the report. Whoever wants prices enters them into the run.
    pub fn standing<'a>(&self, run: &'a RecordedRun) -> Vec<(&'a str, Priced<'a>)> {
        view::standing(run, &self.selection)
    }
}

/// What was written, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files, relative to the folder, in the order written.
    pub files: Vec<String>,
    /// Pieces that could not be made, and why.
    pub notes: Vec<String>,
}

/// Writes the report of a run into a folder. It is a function of the run: nothing is solved for it.
///
/// # Errors
/// When a template fails (refused) or the disk does.
pub fn publish(
    run: &RecordedRun,
    folder: &Path,
    options: &ReportOptions,
) -> Result<Published, OutputError> {
    let pages = Pages::new(options.templates.as_deref()).map_err(OutputError::Refused)?;
    let (document, plans) = view::build(run, &options.selection, options.lang);
    let wants = |piece: Piece| options.only.is_empty() || options.only.contains(&piece);
    let mut writer = Writer { folder, published: Published::default() };
    for front in &document.fronts {
        if !front.points.is_empty() && front.points.iter().all(|point| !point.is_shown) {
            writer.published.notes.push(format!(
                "k = {}: no point is as asked for, so that none is shown in full",
                front.k
            ));
        }
    }
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;

    let ground = maps::ground(&run.problem);
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
        let mut json = Vec::new();
        let made = write_json(&document, &mut json).map(|()| json);
        writer.write("report.json", &writer.made("report.json", made)?)?;
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
        run: &RecordedRun,
        document: &ReportDocument,
        plans: &[&Plan],
        wants_geojson: bool,
        wants_gpkg: bool,
    ) -> Result<(), OutputError> {
        let instance = &run.problem.instance;
        if plans.is_empty() {
            return Ok(());
        }
        let Some(shapes) = &instance.shapes else {
            self.published
                .notes
                .push("no GeoJSON and GeoPackage: the instance has no areas.geojson".to_owned());
            return Ok(());
        };
        let spatial = Spatial { document, instance, shapes, plans };
        if wants_geojson {
            let areas = geojson::areas(&spatial).to_string();
            self.write("areas.geojson", areas.as_bytes())?;
            let regions = geojson::regions(&spatial).to_string();
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

fn failed(path: &Path, error: &io::Error) -> OutputError {
    OutputError::writing(path, error, "run the report again")
}
