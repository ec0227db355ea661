//! The tables of a study: small files, without times, that come out the same every time.

use comfy_table::{ColumnConstraint, Table};
use std::io::{self, Write};
use std::path::Path;

use regionfront_analysis::division::compare;
use regionfront_analysis::division::derive::{Decision, Derived};
use regionfront_analysis::division::evaluate::{Validity, evaluate};
use regionfront_analysis::division::membership::from_plan;
use regionfront_analysis::indicators::Ratio;
use regionfront_model::cell::TableWriter;
use regionfront_model::file_name::bent;
use regionfront_model::instance::{Division, Instance, Year};
use regionfront_model::quantity::grouped;
use regionfront_model::scenario::rule::Side;
use regionfront_model::scenario::{Measure, Problem};
use regionfront_solver::job::Answer;

use crate::documents::{DivisionDocument, InstanceDocument, millionths};
use crate::print::{TABLE_WIDTH, lines_within, percent, plain_table, signed, step_in_words};
use crate::run::{
    OutputError, OutputFiles, PlainTable, RecordedRun, RunStamp, ScenarioLabel, StudyMapView,
    StudyRecord, StudyView,
};
use crate::words::{Lang, markdown};

mod answer;
mod near;

pub use near::NearOptimal;

/// What a study is called and what it asks, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyTexts {
    /// Title.
    pub title: String,
    /// What it asks.
    pub question: String,
}

/// One value of a limit that a study goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// What the limit counts.
    pub measure: Measure,
    /// Which end of it.
    pub side: Side,
    /// Its value; `None` for no limit.
    pub value: Option<u64>,
}

/// One scenario solved for several numbers of regions.
#[derive(Debug)]
pub struct SolvedScenario {
    /// The word for it: the name of its file.
    pub word: String,
    /// The value of the limit that the study goes through, if it does.
    pub swept: Option<Swept>,
    /// The year of its figures, where the study goes through years.
    pub year: Option<Year>,
    /// The question.
    pub problem: Problem,
    /// One answer per number of regions; the same numbers for every scenario of a study.
    pub answers: Vec<Answer>,
}

/// One derivation.
#[derive(Debug)]
pub struct DerivedDivision {
    /// What the study calls it.
    pub name: String,
    /// The division it began from.
    pub from: String,
    /// What came of it.
    pub derived: Derived,
}

/// A group of areas to look for in the plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// What the study calls it.
    pub name: String,
    /// Area indices, ascending.
    pub areas: Vec<usize>,
}

/// Everything a study found.
#[derive(Debug)]
pub struct StudyResults {
    /// Title and question in English.
    pub en: StudyTexts,
    /// Title and question in Norwegian.
    pub nb: StudyTexts,
    /// Scenarios; prices are against the first.
    pub scenarios: Vec<SolvedScenario>,
    /// Divisions to hold against the plans, derived ones included.
    pub divisions: Vec<Division>,
    /// Derivations.
    pub derived: Vec<DerivedDivision>,
    /// A group to look for.
    pub watched: Option<Watched>,
    /// Plans near the optima, where the study asks for them.
    pub near: Vec<NearOptimal>,
    /// The instance as loaded; scenarios may add or leave out areas.
    pub instance: Instance,
}

/// A table as one or several that keep within the terminal, each with the first column, which tells the
/// rows apart and keeps room for its words.
fn tables_within(headings: &[String], rows: &[Vec<String>]) -> Vec<Table> {
    const FIRST: usize = 26;
    const BETWEEN: usize = 3;
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).chain(&headings[column..=column]);
        cells.map(|cell| cell.chars().count() + BETWEEN).max().unwrap_or(0)
    };
    let columns: Vec<usize> = (1..headings.len()).collect();
    let widest = columns.iter().map(|&column| width(column)).max().unwrap_or(1);
    let most = ((usize::from(TABLE_WIDTH) - FIRST) / widest).max(1);
    let num_tables = columns.len().div_ceil(most).max(1);
    columns
        .chunks(columns.len().div_ceil(num_tables).max(1))
        .map(|columns| {
            let shown: Vec<usize> = std::iter::once(0).chain(columns.iter().copied()).collect();
            let named: Vec<(&str, bool)> =
                shown.iter().map(|&at| (headings[at].as_str(), at > 0)).collect();
            let mut table = plain_table(&named);
            // A figure is never broken over two lines.
            for column in table.column_iter_mut().skip(1) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            for row in rows {
                table.add_row(shown.iter().map(|&at| row.get(at).cloned().unwrap_or_default()));
            }
            table
        })
        .collect()
}

type Rows = Vec<Vec<String>>;

/// What to do when the disk failed.
const AGAIN: &str = "run again with --force";

impl StudyResults {
    /// Writes every table that has rows as CSV, and all of them as `study.md`. What exists is
    /// replaced only with `force`.
    ///
    /// # Errors
    /// When a file exists already, or the folder cannot be written.
    pub fn save(&self, folder: &Path, force: bool) -> Result<(), OutputError> {
        let files = self.files().map_err(|error| OutputError::writing(folder, &error, AGAIN))?;
        files.spare(folder, &|_| force)?;
        files.write(folder, AGAIN)
    }

    fn files(&self) -> io::Result<OutputFiles> {
        let mut files = OutputFiles::default();
        let tables = self.tables();
        for (name, rows) in tables.iter().filter(|(_, rows)| rows.len() > 1) {
            files.make(format!("{name}.csv"), |out| {
                let mut table = TableWriter::new(out);
                rows.iter().try_for_each(|row| table.write_record(row))?;
                table.flush()
            })?;
        }
        let stamp = InstanceDocument::new(&self.instance);
        for derived in &self.derived {
            for division in &derived.derived.divisions {
                let suffix = division.name.strip_prefix(&derived.from).unwrap_or_default();
                let document = DivisionDocument::new(&self.instance, division);
                let name = bent(&format!("{}{suffix}", derived.name));
                files
                    .make(format!("divisions/{name}.csv"), |out| document.write_csv(&stamp, out))?;
            }
        }
        files.make("study.md", |out| self.write_markdown(&tables, out))?;
        Ok(files)
    }

    /// What a report shows of the study: the plans of its first scenario in full, its divisions
    /// held against that scenario's rules, and all of its tables.
    ///
    /// # Panics
    /// Never for the results of a study, which has at least one scenario.
    pub fn to_run(&self, stamp: RunStamp) -> RecordedRun {
        let first = self.scenarios.first().expect("a study has at least one scenario");
        let tables = self.tables().into_iter().filter(|(_, rows)| rows.len() > 1);
        RecordedRun {
            study: Some(self.record()),
            divisions: self.divisions.clone(),
            tables: tables
                .map(|(name, mut rows)| PlainTable {
                    name: name.to_owned(),
                    headings: rows.remove(0),
                    rows,
                })
                .collect(),
            ..RecordedRun::new(first.problem.clone(), stamp).with_answers(&first.answers)
        }
    }

    /// Writes what it asks and what it answers for reading.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_text(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        let width = usize::from(TABLE_WIDTH);
        let texts = self.texts(lang);
        for line in
            lines_within(&texts.title, width).iter().chain(&lines_within(&texts.question, width))
        {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
        for sentence in self.answer(lang) {
            for (at, line) in lines_within(&sentence, width - 2).iter().enumerate() {
                writeln!(out, "{}{line}", if at == 0 { "- " } else { "  " })?;
            }
        }
        if let Some(answers) = self.answer_table(lang) {
            writeln!(out)?;
            for line in lines_within(&answers.name, width) {
                writeln!(out, "{line}")?;
            }
            for (at, table) in tables_within(&answers.headings, &answers.rows).iter().enumerate() {
                writeln!(out, "{}{table}", if at == 0 { "" } else { "\n" })?;
            }
        }
        Ok(())
    }

    fn record(&self) -> StudyRecord {
        let wishes = self.wishes();
        let view = |lang: Lang| {
            let texts = self.texts(lang);
            let maps = wishes.iter().zip(1..).map(|(wish, number)| StudyMapView {
                id: format!("wish-{number}"),
                k: wish.k,
                title: wish.title(lang),
            });
            let maps_title = match (self.scenarios.len(), wishes.first()) {
                (0 | 1, _) | (_, None) => lang.word("study_maps_models").to_owned(),
                (_, Some(wish)) => lang.say("study_maps", &[("k", wish.k.to_string())]),
            };
            StudyView {
                title: texts.title.clone(),
                question: texts.question.clone(),
                answer: self.answer(lang),
                table: self.answer_table(lang),
                maps: maps.collect(),
                maps_title,
            }
        };
        let label = |scenario: &SolvedScenario| ScenarioLabel {
            word: scenario.word.clone(),
            en: scenario.label(Lang::En),
            nb: scenario.label(Lang::Nb),
        };
        StudyRecord {
            en: view(Lang::En),
            nb: view(Lang::Nb),
            labels: self.scenarios.iter().map(label).collect(),
            plans: wishes.into_iter().map(|wish| wish.plan).collect(),
        }
    }

    /// What it is called and what it asks.
    pub fn texts(&self, lang: Lang) -> &StudyTexts {
        match lang {
            Lang::En => &self.en,
            Lang::Nb => &self.nb,
        }
    }

    fn tables(&self) -> Vec<(&'static str, Rows)> {
        vec![
            ("prices", self.prices()),
            ("neighbours", self.neighbours()),
            ("near_company", self.near(near::companies)),
            ("near_neighbours", self.near(near::neighbours)),
            ("divisions", self.evaluated()),
            ("distances", self.distances()),
            ("solved", self.solved()),
            ("decisions", self.decisions()),
            ("plans", self.plans()),
        ]
    }

    /// What each scenario holds at every number of regions, and what it costs against the first.
    fn prices(&self) -> Rows {
        let mut rows = header(&[
            "scenario",
            "k",
            "status",
            "objective",
            "bound",
            "share",
            "cost",
            "cost_share",
        ]);
        for scenario in &self.scenarios {
            for (at, answer) in scenario.answers.iter().enumerate() {
                let first = self.scenarios[0].answers[at].objective();
                let all = scenario.problem.instance.flows.total_between();
                let objective = answer.objective();
                let cost = first.zip(objective).map(|(a, b)| a.cast_signed() - b.cast_signed());
                rows.push(vec![
                    scenario.word.clone(),
                    answer.k.to_string(),
                    status(answer),
                    cell(objective),
                    cell(answer.bound),
                    cell(objective.and_then(|part| Ratio { part, whole: all }.value())),
                    cell(cost),
                    cell(cost.zip(first).and_then(|(cost, first)| share_of(cost, first))),
                ]);
            }
        }
        rows
    }

    /// With whom the watched group shares its region or regions.
    fn neighbours(&self) -> Rows {
        let mut rows = header(&["scenario", "k", "group", "regions_of_group", "shares_with"]);
        let Some(watched) = &self.watched else { return rows };
        for scenario in &self.scenarios {
            let instance = &scenario.problem.instance;
            let codes = watched.areas.iter().map(|&area| &self.instance.areas[area].code);
            let areas: Vec<usize> = codes.filter_map(|code| instance.index_of_code(code)).collect();
            for answer in &scenario.answers {
                let Some(plan) = &answer.plan else { continue };
                let company = near::company(plan.plan(), &areas);
                rows.push(vec![
                    scenario.word.clone(),
                    answer.k.to_string(),
                    watched.name.clone(),
                    company.len().to_string(),
                    near::company_words(instance, &company),
                ]);
            }
        }
        rows
    }

    /// A table over the plans near the optima.
    fn near(&self, table: fn(&[NearOptimal], &Instance, &Watched) -> Rows) -> Rows {
        self.watched.as_ref().map_or_else(Vec::new, |it| table(&self.near, &self.instance, it))
    }

    /// The divisions in figures.
    fn evaluated(&self) -> Rows {
        let mut rows = header(&[
            "division",
            "regions",
            "areas_covered",
            "areas",
            "population_covered_share",
            "double_members",
            "outside",
            "not_contiguous",
            "smallest_population",
            "largest_population",
            "internal_commuting",
            "share",
        ]);
        let Some(scenario) = self.scenarios.first() else { return rows };
        let links = &scenario.problem.rules.links;
        for division in &self.divisions {
            let found = evaluate(&self.instance, links, &Validity::default(), division);
            let names = |areas: &[usize]| -> String {
                let names = areas.iter().map(|&area| self.instance.areas[area].name.as_str());
                names.collect::<Vec<_>>().join("; ")
            };
            let extremes = found.extremes();
            rows.push(vec![
                division.name.clone(),
                found.regions.len().to_string(),
                found.covered.len().to_string(),
                found.num_areas.to_string(),
                cell(found.population_covered.value()),
                names(&found.double_members),
                names(&found.outside),
                found.regions.iter().filter(|region| region.parts.len() > 1).count().to_string(),
                cell(extremes.map(|(smallest, _)| smallest.1)),
                cell(extremes.map(|(_, largest)| largest.1)),
                found.internal_commuting.part.to_string(),
                cell(found.internal_commuting.value()),
            ]);
        }
        rows
    }

    /// How far each division is from each plan.
    fn distances(&self) -> Rows {
        let mut rows = header(&[
            "division",
            "scenario",
            "k",
            "commuters_more_in_plan",
            "areas_compared",
            "areas_moved",
            "people_moved",
            "adjusted_rand",
            "variation_of_information",
            "v_measure",
        ]);
        for division in &self.divisions {
            for scenario in &self.scenarios {
                let problem = &scenario.problem;
                if problem.instance.num_areas() != self.instance.num_areas() {
                    continue;
                }
                for answer in &scenario.answers {
                    let Some(plan) = &answer.plan else { continue };
                    let plan = from_plan(&problem.instance, &problem.rules, plan.plan(), "plan");
                    let found = compare(&self.instance, division, &plan);
                    let similarity = &found.similarity;
                    let more = found.internal.1.cast_signed() - found.internal.0.cast_signed();
                    rows.push(vec![
                        division.name.clone(),
                        scenario.word.clone(),
                        answer.k.to_string(),
                        more.to_string(),
                        similarity.areas.to_string(),
                        found.moved.len().to_string(),
                        found.people_moved(&self.instance).to_string(),
                        millionths(similarity.adjusted_rand).to_string(),
                        millionths(similarity.variation_of_information).to_string(),
                        millionths(similarity.v_measure).to_string(),
                    ]);
                }
            }
        }
        rows
    }

    /// What derivations solved.
    fn solved(&self) -> Rows {
        let mut rows = header(&[
            "derivation",
            "step",
            "k",
            "max_moved",
            "moved",
            "status",
            "objective",
            "bound",
        ]);
        for derived in &self.derived {
            for solved in &derived.derived.solved {
                rows.push(vec![
                    derived.name.clone(),
                    solved.step.to_owned(),
                    solved.answer.k.to_string(),
                    cell(solved.max_moved),
                    cell(solved.moved),
                    status(&solved.answer),
                    cell(solved.answer.objective()),
                    cell(solved.answer.bound),
                ]);
            }
        }
        rows
    }

    /// What derivations decided.
    fn decisions(&self) -> Rows {
        let mut rows = header(&["derivation", "step", "code", "name", "from", "to", "why"]);
        for derived in &self.derived {
            for Decision { step, area, from, to, why } in &derived.derived.log {
                let area = area.map(|area| &self.instance.areas[area]);
                rows.push(vec![
                    derived.name.clone(),
                    (*step).to_owned(),
                    area.map(|area| area.code.clone()).unwrap_or_default(),
                    area.map(|area| area.name.clone()).unwrap_or_default(),
                    from.join(" + "),
                    to.clone().unwrap_or_default(),
                    why.clone(),
                ]);
            }
        }
        rows
    }

    /// Region of every area in every plan.
    fn plans(&self) -> Rows {
        let mut columns = vec!["code".to_owned(), "name".to_owned()];
        let mut rows: Rows = self
            .instance
            .areas
            .iter()
            .map(|area| vec![area.code.clone(), area.name.clone()])
            .collect();
        for scenario in &self.scenarios {
            for answer in &scenario.answers {
                let Some(plan) = &answer.plan else { continue };
                columns.push(format!("{} k{}", scenario.word, answer.k));
                for (row, area) in rows.iter_mut().zip(&self.instance.areas) {
                    let at = scenario.problem.instance.index_of_code(&area.code);
                    row.push(cell(at.map(|at| plan.plan().region_of(at))));
                }
            }
        }
        if columns.len() == 2 {
            return vec![columns];
        }
        rows.insert(0, columns);
        rows
    }

    fn write_markdown(&self, tables: &[(&str, Rows)], out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# {}\n\n{}\n", markdown(&self.en.title), markdown(&self.en.question))?;
        for sentence in self.answer(Lang::En) {
            writeln!(out, "- {}", markdown(&sentence))?;
        }
        if let Some(first) = self.scenarios.first()
            && self.scenarios.iter().any(|scenario| !scenario.answers.is_empty())
        {
            writeln!(out, "\n## Commuters between areas inside, by number of regions\n")?;
            let ks: Vec<String> = first.answers.iter().map(|answer| answer.k.to_string()).collect();
            writeln!(out, "| rules | {} |", ks.join(" | "))?;
            writeln!(out, "|---|{}", "---:|".repeat(ks.len()))?;
            for (at, scenario) in self.scenarios.iter().enumerate() {
                let cells: Vec<String> = scenario
                    .answers
                    .iter()
                    .zip(&first.answers)
                    .map(|(answer, first)| price(answer, first, at == 0))
                    .collect();
                let name = markdown(&scenario.label(Lang::En));
                writeln!(out, "| {name} | {} |", cells.join(" | "))?;
            }
            writeln!(
                out,
                "\nEvery figure is a proven optimum unless marked with *. In brackets: the \
                 difference to the first row."
            )?;
        }
        for derived in &self.derived {
            writeln!(out, "\n## {}: from {}\n", markdown(&derived.name), markdown(&derived.from))?;
            writeln!(out, "| step | regions | commuters inside | share |\n|---|---:|---:|---:|")?;
            let whole = self.instance.flows.total_between();
            for stage in &derived.derived.stages {
                let share = Ratio { part: stage.internal, whole }.value();
                writeln!(
                    out,
                    "| {} | {} | {} | {} |",
                    step_in_words(stage.step, stage.max_moved),
                    stage.regions,
                    grouped(stage.internal),
                    percent(share)
                )?;
            }
        }
        for (name, title) in [
            ("neighbours", "With whom the group shares its region"),
            ("near_company", "With whom it shares its region in all plans near the optimum"),
            ("near_neighbours", "In how many plans near the optimum areas share its region"),
            ("divisions", "Divisions in figures"),
            ("distances", "How far divisions are from the best plans"),
            ("solved", "What was solved"),
            ("decisions", "What was decided, and why"),
        ] {
            let rows = tables.iter().find(|(found, _)| *found == name).map(|(_, rows)| rows);
            let Some(rows) = rows.filter(|rows| rows.len() > 1) else { continue };
            writeln!(out, "\n## {title}\n")?;
            for (at, row) in rows.iter().enumerate() {
                let cells: Vec<String> =
                    row.iter().map(|cell| markdown(&cell.replace('|', "/"))).collect();
                writeln!(out, "| {} |", cells.join(" | "))?;
                if at == 0 {
                    writeln!(out, "|{}", "---|".repeat(row.len()))?;
                }
            }
        }
        writeln!(out, "\nSources:\n")?;
        for source in &self.instance.sources {
            writeln!(out, "- {}", markdown(&source.title))?;
        }
        Ok(())
    }
}

/// `101,234 (−567)`, marked where it is not proven.
fn price(answer: &Answer, first: &Answer, is_first: bool) -> String {
    let Some(objective) = answer.objective() else { return answer.termination.to_string() };
    let mark = if status(answer) == "proven_optimal" { "" } else { "*" };
    match first.objective() {
        Some(first) if !is_first => {
            let difference = objective.cast_signed() - first.cast_signed();
            format!("{}{mark} ({})", grouped(objective), signed(difference))
        }
        _ => format!("{}{mark}", grouped(objective)),
    }
}

/// The one word that says most: what there is, or why there is nothing.
fn status(answer: &Answer) -> String {
    match answer.plan {
        Some(_) => answer.solution().to_string(),
        None => answer.termination.to_string(),
    }
}

fn share_of(cost: i64, whole: u64) -> Option<f64> {
    let size = Ratio { part: cost.unsigned_abs(), whole }.value()?;
    Some(if cost < 0 { -size } else { size })
}

fn header(columns: &[&str]) -> Rows {
    vec![columns.iter().map(ToString::to_string).collect()]
}

fn cell<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
