//! Spatial weights as PySAL and GeoDa write them, GAL, GWT and Parquet, into adjacency.
//!
//! Neither names areas nor says how they touch: names stay unknown, links are of the kind asked for.
//! A pair that one of the two lists is a pair.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regionfront_model::defect::Defects;
use regionfront_model::instance::{Link, LinkKind};

use super::spelling::Spelling;
use super::{Part, exchange_codes, some_of, source};

mod gal;
mod gwt;
mod parquet;

/// Formats of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightsFormat {
    /// Neighbours by area, in two lines each.
    Gal,
    /// A line per pair, with a weight.
    Gwt,
}

/// How weights are to be read.
#[derive(Clone, Debug)]
pub struct WeightsOptions {
    /// Format; by the name of the file, else by its lines, when not given.
    pub format: Option<WeightsFormat>,
    /// Digits of a code.
    pub code_width: Option<usize>,
    /// Kind of the links.
    pub kind: LinkKind,
}

impl Default for WeightsOptions {
    fn default() -> Self {
        Self { format: None, code_width: None, kind: LinkKind::Land }
    }
}

/// What a file of weights lists: areas in the order of the file, and who names whom.
#[derive(Debug, Default)]
struct Listing {
    areas: Vec<String>,
    pairs: Vec<(String, String)>,
    notes: Vec<String>,
}

/// Reads a file of weights.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read(path: &Path, options: &WeightsOptions) -> Result<Part, Defects> {
    let (file, bytes) = source::bytes(path)?;
    parse(&file, &bytes, options)
}

/// Reads weights from the bytes of a file.
///
/// # Errors
/// Everything that is wrong with them.
pub fn parse(file: &str, bytes: &[u8], options: &WeightsOptions) -> Result<Part, Defects> {
    if bytes.starts_with(b"PAR1") {
        return part_of(file, parquet::read(file, bytes)?, options);
    }
    if Path::new(file).extension().is_some_and(|end| end.eq_ignore_ascii_case("swm")) {
        let what = "the file holds weights in the binary format of ArcGIS (.swm)";
        let cure = "convert it to a table there, or write GAL or GWT with PySAL";
        return Err(source::format(file, what, cure).into());
    }
    let (text, assumed) = source::text(file, bytes)?;
    let end = Path::new(file).extension().map(|end| end.to_string_lossy().to_lowercase());
    let format = options.format.unwrap_or(match end.as_deref() {
        Some("gal") => WeightsFormat::Gal,
        Some("gwt" | "kwt") => WeightsFormat::Gwt,
        // Below its header, a line of GWT has three fields and the first of GAL two.
        _ => match text.lines().nth(1).map(|line| line.split_whitespace().count()) {
            Some(3) => WeightsFormat::Gwt,
            _ => WeightsFormat::Gal,
        },
    });
    let mut listing = match format {
        WeightsFormat::Gal => gal::read(file, &text)?,
        WeightsFormat::Gwt => gwt::read(file, &text)?,
    };
    listing.notes.extend(assumed);
    part_of(file, listing, options)
}

fn part_of(file: &str, listing: Listing, options: &WeightsOptions) -> Result<Part, Defects> {
    if listing.areas.is_empty() {
        let cure = "write the file again with PySAL or GeoDa";
        return Err(source::format(file, "the file names no area", cure).into());
    }
    let mut defects = Defects::default();
    let spelling =
        Spelling::of(file, listing.areas.iter().cloned(), options.code_width, &mut defects);
    defects.into_result()?;
    let areas: BTreeSet<String> = listing.areas.iter().map(|code| spelling.full(code)).collect();
    let index: BTreeMap<&String, usize> =
        areas.iter().enumerate().map(|(at, code)| (code, at)).collect();
    let mut part = Part::of_codes(&areas);
    let mut listed: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut own = Vec::new();
    for (from, to) in &listing.pairs {
        let (from, to) = (spelling.full(from), spelling.full(to));
        if from == to {
            own.push(from);
        } else if let (Some(&a), Some(&b)) = (index.get(&from), index.get(&to)) {
            listed.insert((a, b));
        }
    }
    let one_way: Vec<(usize, usize)> =
        listed.iter().copied().filter(|&(a, b)| !listed.contains(&(b, a))).collect();
    let pairs: BTreeSet<(usize, usize)> =
        listed.iter().map(|&(a, b)| (a.min(b), a.max(b))).collect();
    part.account.count_of("areas", areas.len());
    part.account.count_of("pairs of neighbours", pairs.len());
    for note in listing.notes {
        part.account.note(note);
    }
    part.instance.oddities.extend(spelling.oddity);
    if !one_way.is_empty() {
        let codes: Vec<&String> = areas.iter().collect();
        let shown: Vec<String> =
            one_way.iter().map(|&(a, b)| format!("{} lists {}", codes[a], codes[b])).collect();
        part.odd(
            exchange_codes::ONE_WAY,
            file,
            format!("neighbours in one direction only: {}", some_of(&shown)),
            "they were taken as neighbours; weights of nearest neighbours are like that, weights \
             of contiguity are not",
        );
    }
    if !own.is_empty() {
        part.odd(
            exchange_codes::LEFT_OUT,
            file,
            format!("areas listed as their own neighbours: {}", some_of(&own)),
            "these were left out",
        );
    }
    part.instance.links = pairs
        .into_iter()
        .map(|(a, b)| Link { a, b, kind: options.kind, border_km: None, note: String::new() })
        .collect();
    part.holds.links = true;
    Ok(part)
}
