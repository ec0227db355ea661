//! Matrices of commuters into flows: square, with a row per residence and a column per workplace, or
//! long, with a row per pair; CSV or a workbook (XLSX).
//!
//! Rows and columns of totals are held against the sums and left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Flows, LARGEST, counted, shorten};
use regionfront_model::quantity::grouped;

use super::spelling::Spelling;
use super::{Part, exchange_codes, some_of, source};

mod grid;
mod long;
mod square;

use grid::Grid;

/// Shapes of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A row per residence and a column per workplace.
    Square,
    /// A row per pair.
    Long,
}

/// How a matrix is to be read.
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
#[derive(Clone, Debug, Default)]
pub struct MatrixOptions {
    /// Shape; by the header when not given.
    pub shape: Option<Shape>,
    /// Whether rows are workplaces and columns residences.
    pub transposed: bool,
    /// Columns of residence, workplace and commuters in a long matrix.
    pub columns: Option<[String; 3]>,
    /// Sheet of a workbook; the first when not given.
    pub sheet: Option<String>,
    /// Digits of a code.
    pub code_width: Option<usize>,
    /// Whether figures that are missing (`:`, `.`, `-`) count as 0.
    pub missing_as_zero: bool,
    /// Whether totals that are not the sums are accepted, as they count people from elsewhere.
    pub ignore_totals: bool,
    /// Whether employed residents and jobs are the sums of the flows.
    pub employment: bool,
}

/// A label of a row or column, with the place of its first mention.
#[derive(Clone, Debug)]
struct Label {
    at: String,
    text: String,
}

/// What a matrix lists, as the file spells it.
#[derive(Debug, Default)]
struct Listing {
    /// Areas, each once per axis of a square matrix.
    labels: Vec<Label>,
    /// `(place, residence, workplace, commuters)`.
    flows: Vec<(String, String, String, u64)>,
    /// Totals by residence and by workplace, and of everything.
    from_totals: BTreeMap<String, (String, u64)>,
    to_totals: BTreeMap<String, (String, u64)>,
    grand_total: Option<(String, u64)>,
    notes: Vec<String>,
    empty: usize,
    missing: Vec<String>,
}

/// Reads a matrix.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read(path: &Path, options: &MatrixOptions) -> Result<Part, Defects> {
    let (file, bytes) = source::bytes(path)?;
    parse(&file, &bytes, options)
}

/// Reads a matrix from the bytes of a file.
///
/// # Errors
/// Everything that is wrong with them.
pub fn parse(file: &str, bytes: &[u8], options: &MatrixOptions) -> Result<Part, Defects> {
    let mut grid = grid::read(file, bytes, options.sheet.as_deref())?;
    let notes = std::mem::take(&mut grid.notes);
    let shape = options.shape.unwrap_or_else(|| {
        let is_long = options.columns.is_some() || !square::looks_square(&grid);
        if is_long { Shape::Long } else { Shape::Square }
    });
    let mut defects = Defects::default();
    let mut listing = match shape {
        Shape::Square => square::read(&grid, options, &mut defects),
        Shape::Long => long::read(&grid, options, &mut defects)?,
    };
    // What follows would repeat what is reported already.
    defects.into_result()?;
    listing.notes.splice(0..0, notes);
    part_of(&grid.file, &listing, options)
}

fn part_of(file: &str, listing: &Listing, options: &MatrixOptions) -> Result<Part, Defects> {
    let mut defects = Defects::default();
    let named = Names::of(&listing.labels);
    let spelled = listing.labels.iter().map(|label| named.code(&label.text).to_owned());
    let spelling = Spelling::of(file, spelled, options.code_width, &mut defects);
    defects.into_result()?;
    let full = |text: &str| spelling.full(named.code(text));
    let areas: BTreeSet<String> = listing.labels.iter().map(|label| full(&label.text)).collect();
    let index: BTreeMap<&String, usize> =
        areas.iter().enumerate().map(|(at, code)| (code, at)).collect();
    let mut part = Part::of_codes(&areas);
    for label in &listing.labels {
        let area = &mut part.instance.areas[index[&full(&label.text)]];
        named.name(&label.text).clone_into(&mut area.name);
    }
    let mut triples = Vec::with_capacity(listing.flows.len());
    let mut defects = Defects::default();
    let mut first: BTreeMap<(usize, usize), &String> = BTreeMap::new();
    let mut sum = 0_u64;
    for (at, from, to, count) in &listing.flows {
        let (from, to) = (index[&full(from)], index[&full(to)]);
        sum = sum.saturating_add(*count);
        if let Some(earlier) = first.insert((from, to), at) {
            let codes: Vec<&String> = areas.iter().collect();
            defects.push(Defect::new(
                exchange_codes::TWICE,
                at.clone(),
                format!(
                    "the flow from {} to {} already stands at {earlier}",
                    codes[from], codes[to]
                ),
                "keep one figure per pair; add them up if both are meant",
            ));
        }
        triples.push((from, to, *count));
    }
    if sum > LARGEST {
        defects.push(source::no_count(file, "the sum of all flows", &sum.to_string()));
    }
    defects.into_result()?;
    part.instance.flows = Flows::from_triples(areas.len(), triples);
    part.holds.flows = true;
    let (out_of, into) = sums(&part.instance.flows, areas.len());
    if options.employment {
        for (at, area) in part.instance.areas.iter_mut().enumerate() {
            (area.employed_residents, area.jobs) = (out_of[at], into[at]);
        }
        part.holds.employment = true;
        part.account.note(
            "employed residents and jobs are the sums of the flows, so nobody commutes to or from \
             elsewhere",
        );
    }
    part.account.count_of("areas", areas.len());
    part.account.count_of("flows above 0", part.instance.flows.triples().count());
    part.account.count("commuters between areas", part.instance.flows.total_between());
    part.account.count("commuters within their own area", part.instance.flows.total_own());
    for note in &listing.notes {
        part.account.note(note);
    }
    if listing.empty > 0 {
        part.account.note(format!("empty cells, taken as 0: {}", listing.empty));
    }
    if !listing.missing.is_empty() {
        let what = format!("figures that are missing, taken as 0: {}", some_of(&listing.missing));
        part.odd(
            exchange_codes::LEFT_OUT,
            file,
            what,
            "these flows are at least as large as written here",
        );
    }
    part.instance.oddities.extend(spelling.oddity.clone());
    let by_code = |totals: &BTreeMap<String, (String, u64)>| -> Vec<(usize, String, u64)> {
        let known = totals
            .iter()
            .filter_map(|(text, (at, total))| Some((*index.get(&full(text))?, at.clone(), *total)));
        known.collect()
    };
    check_totals(
        &mut part,
        &[
            (by_code(&listing.from_totals), &out_of, "from"),
            (by_code(&listing.to_totals), &into, "to"),
        ],
        listing.grand_total.as_ref(),
        options.ignore_totals,
    )?;
    Ok(part)
}

/// Commuters from and to every area, own-area flow included.
fn sums(flows: &Flows, num_areas: usize) -> (Vec<u64>, Vec<u64>) {
    let (mut out_of, mut into) = (vec![0; num_areas], vec![0; num_areas]);
    for (from, to, count) in flows.triples() {
        out_of[from] += count;
        into[to] += count;
    }
    (out_of, into)
}

/// Totals of areas with their places, the sums they should be, and the word for their direction.
type Axis<'a> = (Vec<(usize, String, u64)>, &'a [u64], &'static str);

/// Holds totals against sums.
fn check_totals(
    part: &mut Part,
    axes: &[Axis<'_>],
    grand: Option<&(String, u64)>,
    ignore: bool,
) -> Result<(), Defects> {
    let mut defects = Defects::default();
    let mut checked = 0_usize;
    let mut check = |at: &str, whose: &str, total: u64, sum: u64| {
        checked += 1;
        if total != sum {
            defects.push(Defect::new(
                exchange_codes::TOTAL,
                at,
                format!(
                    "the total {whose} is {}, the figures add up to {}",
                    grouped(total),
                    grouped(sum)
                ),
                "correct the figures; if totals count people from elsewhere, pass --ignore-totals",
            ));
        }
    };
    for (totals, sums, word) in axes {
        for (area, at, total) in totals {
            let code = &part.instance.areas[*area].code;
            check(at, &format!("{word} {code}"), *total, sums[*area]);
        }
    }
    if let Some((at, total)) = grand {
        let flows = &part.instance.flows;
        check(at, "of everything", *total, flows.total_between() + flows.total_own());
    }
    let wrong = defects.0.len();
    if ignore {
        if checked > 0 {
            part.account.note(format!("totals left out: {checked}, {wrong} of them not the sums"));
        }
        return Ok(());
    }
    defects.into_result()?;
    if checked > 0 {
        let what = counted(checked, "total");
        part.account.note(format!("{what} agree with the sums and were left out"));
    }
    Ok(())
}

/// Labels that hold a code and a name, as in `0301 Oslo`, if all of them do.
struct Names {
    are_split: bool,
}

impl Names {
    fn of(labels: &[Label]) -> Self {
        let is_both = |text: &str| {
            text.split_once(' ').is_some_and(|(code, name)| {
                code.len() >= 2
                    && code.bytes().all(|byte| byte.is_ascii_digit())
                    && name.chars().any(char::is_alphabetic)
            })
        };
        let all = labels.iter().all(|label| is_both(&label.text));
        Self { are_split: all && !labels.is_empty() }
    }

    fn code<'a>(&self, text: &'a str) -> &'a str {
        if self.are_split { text.split_once(' ').map_or(text, |(code, _)| code) } else { text }
    }

    fn name<'a>(&self, text: &'a str) -> &'a str {
        if self.are_split { text.split_once(' ').map_or("", |(_, name)| name.trim()) } else { "" }
    }
}

/// Whether a label is that of a total.
fn is_total(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "total",
        "totals",
        "totalt",
        "sum",
        "sums",
        "i alt",
        "alle",
        "all",
        "in all",
        "grand total",
    ];
    WORDS.contains(&text.to_lowercase().as_str())
}

/// A figure, or what is said of it: empty is 0, a sign for what is missing is 0 if that was asked
/// for.
fn figure(
    at: impl Fn() -> String,
    whose: &str,
    text: &str,
    options: &MatrixOptions,
    listing: &mut Listing,
    defects: &mut Defects,
) -> Option<u64> {
    // Thousands are grouped by spaces, plain or not to be broken, in many exports.
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if plain.is_empty() {
        listing.empty += 1;
        return Some(0);
    }
    if [":", ".", "..", "...", "-", "–", "NA", "n/a"].contains(&plain.as_str()) {
        if options.missing_as_zero {
            listing.missing.push(whose.to_owned());
            return Some(0);
        }
        defects.push(Defect::new(
            exchange_codes::FIGURE,
            at(),
            format!("{whose}: `{}` stands for a figure that is missing", shorten(text)),
            "write the figure, or take what is missing as 0 with --missing-as-zero",
        ));
        return None;
    }
    let count = source::count(&plain);
    if count.is_none() {
        defects.push(source::no_count(at(), whose, text));
    }
    count
}

/// Where a grid's rows begin below its header.
fn cell_label(grid: &Grid, row: usize, column: usize) -> Label {
    Label { at: grid.at(row, column), text: grid.get(row, column).to_owned() }
}
