//! The report of a batch: one page and one document about all of its runs.

use std::path::Path;

use regionfront_model::defect::Defect;

use crate::pages::Pages;
use crate::publish::{Piece, Published, ReportOptions, Writer};
use crate::run::{OutputError, OutputFiles, RecordedRun};

mod view;

use view::BatchView;

/// A batch, read back from its folder.
#[derive(Debug)]
pub struct BatchRecord {
    /// What the batch calls itself; empty where it has no title.
    pub title: String,
    /// Its runs, in the order of the batch.
    pub runs: Vec<BatchRun>,
}

/// One run of a batch.
#[derive(Debug)]
pub struct BatchRun {
    /// Its name.
    pub name: String,
    /// Its values on the axes of its matrix, by axis.
    pub values: Vec<(String, String)>,
    /// What came of it.
    pub outcome: BatchOutcome,
    /// A report of the run alone, relative to the folder of the batch, where there is one.
    pub report: Option<String>,
}

/// What came of a run.
#[derive(Debug)]
pub enum BatchOutcome {
    /// An answer, verified again.
    Done(Box<RecordedRun>),
    /// Nothing: what it asks, or its data, is wrong.
    Input(String),
    /// Nothing: it failed, or was ended from outside.
    Failed(String),
    /// Something that cannot be read back, as where its instance has changed since.
    Unreadable(String),
    /// Nothing yet: it was not begun, is under way or was interrupted.
    Waiting,
}

/// The pieces a report of a batch has.
const PIECES: [Piece; 3] = [Piece::Html, Piece::Md, Piece::Docx];

impl BatchRecord {
    /// Writes the report of the batch into a folder: a page, Markdown and a document for Word.
    ///
    /// # Errors
    /// When a piece is asked for that a batch has none of, or as [`publish`](crate::publish()).
    pub fn publish(
        &self,
        folder: &Path,
        options: &ReportOptions,
    ) -> Result<Published, OutputError> {
        if let Some(piece) = options.only.iter().find(|piece| !PIECES.contains(piece)) {
            return Err(OutputError::Refused(Defect::new(
                "E520",
                "--only",
                format!("the report of a batch has no {}", piece.word()),
                "ask for html, md or docx; `report` on a run of the batch has all pieces",
            )));
        }
        let wants = |piece: Piece| options.only.is_empty() || options.only.contains(&piece);
        let pages = Pages::new(options.templates.as_deref()).map_err(OutputError::Refused)?;
        let (view, maps) = BatchView::new(self, options.lang);
        let mut writer = Writer { folder, files: OutputFiles::default(), notes: Vec::new() };
        if wants(Piece::Html) {
            let page = pages.render_batch("batch.html.j2", view.lang, &view);
            writer.files.add("report.html", page.map_err(OutputError::Refused)?.into_bytes());
        }
        let markdown =
            pages.render_batch("batch.md.j2", view.lang, &view).map_err(OutputError::Refused)?;
        if wants(Piece::Md) {
            writer.files.add("report.md", markdown.clone().into_bytes());
            for (name, svg) in &maps {
                writer.files.add(format!("{name}.svg"), svg.clone().into_bytes());
            }
        }
        if wants(Piece::Docx) {
            writer.document(&markdown, &maps)?;
        }
        writer.finish(options.replaces)
    }
}
