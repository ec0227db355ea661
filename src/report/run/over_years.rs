//! The files of plans over several years.

use std::io;
use std::path::Path;

use super::error::OutputError;
use super::names::OVER_YEARS;
use super::output_files::OutputFiles;
use super::{PlainTable, RecordedRun, RunStamp, StudyRecord, StudyView};
use crate::documents::{OverYearsDocument, write_json};
use crate::words::Lang;
use regionfront_model::instance::Division;
use regionfront_model::scenario::Problem;

/// Writes `over-years.json`, `over-years.csv` and a file per plan, which other commands take as a
/// division.
///
/// # Errors
/// When writing fails.
pub fn save_over_years(document: &OverYearsDocument, folder: &Path) -> Result<(), OutputError> {
    const AGAIN: &str = "make room, then run it again with --resume";
    let files = files(document).map_err(|error| OutputError::writing(folder, &error, AGAIN))?;
    files.write(folder, AGAIN)
}

impl OverYearsDocument {
    /// What a report shows of it: question and answer, a table over the years, and its plans as
    /// `divisions`, measured by the figures of the problem's year.
    pub fn to_run(
        &self,
        problem: Problem,
        divisions: Vec<Division>,
        stamp: RunStamp,
    ) -> RecordedRun {
        let view = |lang: Lang| {
            let (name, headings, rows) = self.answer_table(lang);
            StudyView {
                title: lang.word("years_title").to_owned(),
                question: self.question(lang),
                answer: self.answer(lang),
                table: Some(PlainTable { name, headings, rows }),
                maps: Vec::new(),
                maps_title: String::new(),
            }
        };
        let study = StudyRecord {
            en: view(Lang::En),
            nb: view(Lang::Nb),
            labels: Vec::new(),
            plans: Vec::new(),
        };
        RecordedRun { study: Some(study), divisions, ..RecordedRun::new(problem, stamp) }
    }
}

fn files(document: &OverYearsDocument) -> io::Result<OutputFiles> {
    let mut files = OutputFiles::default();
    let [json, table] = OVER_YEARS;
    files.make(json, |out| write_json(document, out))?;
    files.make(table, |out| document.write_csv(out))?;
    for division in document.results.iter().filter_map(|result| result.division.as_ref()) {
        files.make(format!("divisions/{}.csv", division.name), |out| {
            division.write_csv(&document.instance, out)
        })?;
    }
    Ok(files)
}
