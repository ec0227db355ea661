//! The report of a run: every file of it, written whole or not at all.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use regionfront_exchange::projection::Projection;
use regionfront_model::defect::Defect;
use regionfront_model::instance::{Instance, Shape};
use regionfront_model::plan::Plan;

use crate::charts::Chart;
use crate::documents::write_json;
use crate::docx;
use crate::maps::{self, Map, Rasteriser};
use crate::pages::{Drawn, Pages, Pictures};
use crate::run::{OutputError, OutputFiles, RecordedRun};
use crate::spatial::{Spatial, geojson, geopackage};
use crate::view::{self, ReportDocument, Selection};
use crate::words::Lang;
use crate::workbook;
use regionfront_solver::front::Priced;

/// A part of a report that can be asked for alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Piece {
    /// report.html: one self-contained page.
    Html,
    /// report.md: for pandoc and Quarto.
    Md,
    /// report.docx: for Word, with maps.
    Docx,
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
    /// The word for it in options.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Md => "md",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Geojson => "geojson",
            Self::Gpkg => "gpkg",
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Json => "json",
        }
    }

    /// Every piece.
    pub const ALL: [Self; 9] = [
        Self::Html,
        Self::Md,
        Self::Docx,
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
    /// What may be replaced.
    pub replaces: Replaces,
    /// Number in the EPSG register of the system that the GeoPackage is written in; that of the instance
    /// where none is asked for.
    pub epsg: Option<u16>,
}

/// What a report may replace of what is in the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replaces {
    /// Nothing.
    #[default]
    Nothing,
    /// The maps that the run in the folder drew of itself.
    Maps,
    /// All files of the same names.
    All,
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

/// Writes the report of a run into a folder. It is a function of the run: nothing is solved for it, and
/// nothing is written before all of it is made.
///
/// # Errors
/// When a template fails or a file exists that is not to be replaced (refused), or the disk fails.
pub fn publish(
    run: &RecordedRun,
    folder: &Path,
    options: &ReportOptions,
) -> Result<Published, OutputError> {
    let pages = Pages::new(options.templates.as_deref()).map_err(OutputError::Refused)?;
    let (document, plans) = view::build(run, &options.selection, options.lang);
    let wants = |piece: Piece| options.only.is_empty() || options.only.contains(&piece);
    let mut writer = Writer { folder, files: OutputFiles::default(), notes: Vec::new() };
    for front in &document.fronts {
        if !front.points.is_empty() && front.points.iter().all(|point| !point.is_shown) {
            writer.notes.push(format!(
                "k = {}: no point is as asked for, so that none is shown in full",
                front.k
            ));
        }
    }

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
        writer.files.add("report.html", page.map_err(OutputError::Refused)?.into_bytes());
    }
    let markdown = if wants(Piece::Md) || wants(Piece::Docx) {
        pages.render("report.md.j2", &document, &pictures).map_err(OutputError::Refused)?
    } else {
        String::new()
    };
    if wants(Piece::Md) {
        writer.files.add("report.md", markdown.clone().into_bytes());
    }
    if wants(Piece::Json) {
        let mut json = Vec::new();
        let made = write_json(&document, &mut json).map(|()| json);
        let json = writer.made("report.json", made)?;
        writer.files.add("report.json", json);
    }
    if wants(Piece::Xlsx) {
        let bytes = workbook::bytes(&document, &run.problem.instance, &plans);
        let bytes = writer.made("tables.xlsx", bytes.map_err(io::Error::other))?;
        writer.files.add("tables.xlsx", bytes);
    }
    if wants(Piece::Svg) || wants(Piece::Png) || wants(Piece::Docx) {
        let mut files = drawn.as_ref().map_or_else(Vec::new, Drawn::files);
        files.extend(charts.iter().flatten().map(|chart| (chart.file(), chart.standalone())));
        if wants(Piece::Svg) {
            for (name, svg) in &files {
                writer.files.add(format!("{name}.svg"), svg.clone().into_bytes());
            }
        }
        if wants(Piece::Docx) {
            writer.document(&markdown, &files)?;
        }
        if wants(Piece::Png) {
            for (name, png) in writer.rasterised(&files)? {
                writer.files.add(format!("{name}.png"), png);
            }
        }
    }
    if wants(Piece::Geojson) || wants(Piece::Gpkg) {
        writer.spatial(run, &document, &plans, options)?;
    }
    writer.finish(options.replaces)
}

/// What to do when the disk failed.
const AGAIN: &str = "run the report again";

/// The files of a report until all of them are made.
pub(crate) struct Writer<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) files: OutputFiles,
    pub(crate) notes: Vec<String>,
}

impl Writer<'_> {
    /// Writes the files.
    pub(crate) fn finish(self, replaces: Replaces) -> Result<Published, OutputError> {
        let Writer { folder, files, notes } = self;
        let may_go = |name: &str| match replaces {
            Replaces::Nothing => false,
            Replaces::Maps => name.starts_with("maps/"),
            Replaces::All => true,
        };
        files.spare(folder, &may_go)?;
        let published = Published { files: files.names(), notes };
        files.write(folder, AGAIN)?;
        Ok(published)
    }

    pub(crate) fn made(
        &self,
        name: &str,
        bytes: io::Result<Vec<u8>>,
    ) -> Result<Vec<u8>, OutputError> {
        bytes.map_err(|error| failed(&self.folder.join(name), &error))
    }

    /// The document for Word with these pictures, SVG by their names.
    pub(crate) fn document(
        &mut self,
        markdown: &str,
        files: &[(String, String)],
    ) -> Result<(), OutputError> {
        let (bare, sources): (Vec<_>, Vec<_>) = files
            .iter()
            .map(|(name, svg)| {
                let (svg, sources) = Map::without_sources(svg);
                ((name.clone(), svg), (name.clone(), sources))
            })
            .unzip();
        let pictures = self.rasterised(&bare)?;
        let sources: BTreeMap<String, String> = sources.into_iter().collect();
        let bytes = docx::bytes(markdown, &pictures, &sources);
        let bytes = self.made("report.docx", bytes)?;
        self.files.add("report.docx", bytes);
        Ok(())
    }

    /// Pictures as PNG, by their names; none where letters would be missing.
    pub(crate) fn rasterised(
        &mut self,
        files: &[(String, String)],
    ) -> Result<BTreeMap<String, Vec<u8>>, OutputError> {
        use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
        let Some(rasteriser) = Rasteriser::new() else {
            let note = "no PNG pictures: the system has no fonts (on Debian: fonts-liberation)";
            if self.notes.iter().all(|there| there != note) {
                self.notes.push(note.to_owned());
            }
            return Ok(BTreeMap::new());
        };
        let pictures: Vec<io::Result<Vec<u8>>> =
            files.par_iter().map(|(_, svg)| rasteriser.png(svg)).collect();
        let named = files.iter().zip(pictures);
        named.map(|((name, _), png)| Ok((name.clone(), self.made(name, png)?))).collect()
    }

    /// The coordinate system asked for, else that of the instance; none for longitudes and latitudes. One
    /// of the instance that cannot hold its map is left out with a note, one that was asked for refused.
    fn projection(
        &mut self,
        instance: &Instance,
        shapes: &[Shape],
        asked: Option<u16>,
    ) -> Result<Option<Projection>, OutputError> {
        let Some(code) = asked.or(instance.epsg).filter(|&code| code != 4326) else {
            return Ok(None);
        };
        let found = Projection::to(code).and_then(|projection| {
            let mut points = shapes.iter().flatten().flatten().flatten();
            match points.find(|&&position| projection.of(position).is_none()) {
                None => Ok(projection),
                Some((longitude, latitude)) => {
                    Err(format!("EPSG:{code} has no place for {longitude}, {latitude}"))
                }
            }
        });
        match found {
            Ok(projection) => Ok(Some(projection)),
            Err(what) if asked.is_some() => Err(OutputError::Refused(Defect::new(
                "E520",
                "--crs",
                what,
                "name another system of the EPSG register, such as 25833, or leave the option out",
            ))),
            Err(what) => {
                self.notes.push(format!("the GeoPackage is in EPSG:4326: {what}"));
                Ok(None)
            }
        }
    }

    fn spatial(
        &mut self,
        run: &RecordedRun,
        document: &ReportDocument,
        plans: &[&Plan],
        options: &ReportOptions,
    ) -> Result<(), OutputError> {
        let wants = |piece: Piece| options.only.is_empty() || options.only.contains(&piece);
        let instance = &run.problem.instance;
        if plans.is_empty() {
            return Ok(());
        }
        let Some(shapes) = &instance.shapes else {
            self.notes
                .push("no GeoJSON and GeoPackage: the instance has no areas.geojson".to_owned());
            return Ok(());
        };
        let projection = self.projection(instance, shapes, options.epsg)?;
        let projection = projection.as_ref();
        let spatial = Spatial { document, instance, shapes, plans, projection };
        if wants(Piece::Geojson) {
            let areas = geojson::areas(&spatial).to_string();
            self.files.add("areas.geojson", areas.into_bytes());
            let regions = geojson::regions(&spatial).to_string();
            self.files.add("regions.geojson", regions.into_bytes());
        }
        if wants(Piece::Gpkg) {
            let bytes = geopackage::bytes(&spatial, self.folder);
            let bytes = self.made("regions.gpkg", bytes)?;
            self.files.add("regions.gpkg", bytes);
        }
        Ok(())
    }
}

fn failed(path: &Path, error: &io::Error) -> OutputError {
    OutputError::writing(path, error, AGAIN)
}
