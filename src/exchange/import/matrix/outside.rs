//! Which places of a matrix are areas, and which are outside.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, shorten};
use regionfront_model::reading::is_elsewhere_word;

use super::super::spelling::Spelling;
use super::super::{exchange_codes, some_of};
use super::{Label, Listing, MatrixOptions};

/// A place outside, with the labels that count as it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Its word in the columns of external flows.
    pub name: String,
    /// Labels or codes; none for all places that are no areas and have no place of their own.
    pub labels: Vec<String>,
}

impl std::str::FromStr for Outside {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, labels) = text.split_once('=').unwrap_or((text, ""));
        let labels = labels.split(',').map(|label| label.trim().to_owned());
        let labels: Vec<String> = labels.filter(|label| !label.is_empty()).collect();
        let letter = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
        let name: String = name.trim().to_lowercase().chars().map(letter).collect();
        if name.is_empty() || (text.contains('=') && labels.is_empty()) {
            return Err(format!("`{text}` is neither NAME nor NAME=CODE,CODE"));
        }
        Ok(Self { name, labels })
    }
}

/// Where a label belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Home {
    Total,
    /// The code of an area.
    Area(String),
    /// A place outside, by index.
    Outside(usize),
}

/// The place that takes everything outside where none was named.
const ELSEWHERE: &str = "elsewhere";

/// The places outside that count: those that were named, else one for everything where areas are
/// known and others are to be left out.
pub(super) fn places(options: &MatrixOptions) -> Vec<Outside> {
    if options.outside.is_empty() && options.only_known && !options.known.is_empty() {
        return vec![Outside { name: ELSEWHERE.to_owned(), labels: Vec::new() }];
    }
    options.outside.clone()
}

/// A home for every label, by codes in full spelling.
pub(super) fn homes(
    listing: &mut Listing,
    totals: &BTreeSet<usize>,
    codes: &[String],
    spelling: &Spelling,
    places: &[Outside],
    options: &MatrixOptions,
) -> Result<Vec<Home>, Defects> {
    let known: BTreeSet<&str> = options.known.iter().map(|(code, _)| code.as_str()).collect();
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (code, name) in &options.known {
        by_name.entry(name.to_lowercase()).or_default().push(code);
    }
    let rest = places.iter().position(|place| place.labels.is_empty());
    let mut nowhere = Vec::new();
    let mut defects = Defects::default();
    let mut used = BTreeSet::new();
    let mut homes = Vec::with_capacity(listing.labels.len());
    let mut by_names = 0_usize;
    for (at, label) in listing.labels.iter().enumerate() {
        if totals.contains(&at) {
            homes.push(Home::Total);
            continue;
        }
        let code = spelling.full(&codes[at]);
        let named = places.iter().position(|place| {
            place.labels.iter().any(|one| *one == label.text || *one == codes[at] || *one == code)
        });
        if let Some(place) = named {
            used.extend(
                places[place]
                    .labels
                    .iter()
                    .filter(|one| **one == label.text || **one == codes[at] || **one == code),
            );
            homes.push(Home::Outside(place));
            continue;
        }
        // Its word says that it is no area. In a square matrix so does a row or column alone, below.
        let is_alone = listing.is_square && !listing.seen.iter().all(|side| side.contains(&at));
        if known.is_empty() && !is_alone && is_nowhere(label, &codes[at]) {
            nowhere.push(at);
            homes.push(rest.map_or_else(|| Home::Area(code), Home::Outside));
            continue;
        }
        if known.is_empty() {
            // A long table need not have every area on both sides, but one unlike all others, `Z` beside
            // numbers, is seldom an area.
            let is_one_sided = !listing.seen.iter().all(|side| side.contains(&at))
                && (listing.is_square || is_unlike(at, codes, totals));
            homes.push(match rest {
                Some(place) if is_one_sided => Home::Outside(place),
                _ => {
                    if is_one_sided {
                        defects.push(one_sided(listing, at));
                    }
                    Home::Area(code)
                }
            });
            continue;
        }
        let name = by_name.get(&label.text.to_lowercase());
        homes.push(if known.contains(code.as_str()) {
            Home::Area(code)
        } else if let Some([only]) = name.map(Vec::as_slice) {
            by_names += 1;
            Home::Area((*only).to_owned())
        } else if let Some(place) = rest {
            Home::Outside(place)
        } else {
            Home::Area(code)
        });
    }
    for label in places.iter().flat_map(|place| &place.labels) {
        if !used.contains(label) {
            let near = closest(label, listing.labels.iter().map(|label| label.text.as_str()));
            defects.push(Defect::new(
                exchange_codes::PLACE,
                "--outside",
                format!("the matrix has no `{}`", shorten(label)),
                near.map_or_else(
                    || "write it as the file does".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ),
            ));
        }
    }
    if rest.is_none() && !nowhere.is_empty() {
        defects.push(no_areas(listing, codes, &nowhere));
    }
    let has_outside = homes.iter().any(|home| matches!(home, Home::Outside(_)));
    if let (true, Some(place), false) = (known.is_empty(), rest, has_outside) {
        defects.push(Defect::new(
            exchange_codes::PLACE,
            "--outside",
            format!("nothing tells places of `{}` from areas", places[place].name),
            "import the areas into the folder first, or name the places: --outside NAME=CODE,CODE",
        ));
    }
    if by_names > 0 {
        listing.notes.push(format!("areas are known by their names: {by_names}"));
    }
    defects.into_result()?;
    Ok(homes)
}

/// Whether a label, its name or its code says that it is no area.
fn is_nowhere(label: &Label, code: &str) -> bool {
    let name = label.text.strip_prefix(code).unwrap_or_default();
    [label.text.as_str(), label.name.as_str(), name].into_iter().any(is_elsewhere_word)
}

fn no_areas(listing: &Listing, codes: &[String], nowhere: &[usize]) -> Defect {
    let said: Vec<String> = nowhere
        .iter()
        .map(|&at| match &listing.labels[at] {
            Label { text, name, .. } if name.is_empty() => format!("`{}`", shorten(text)),
            Label { text, name, .. } => format!("`{}` ({})", shorten(text), shorten(name)),
        })
        .collect();
    let listed: Vec<&str> = nowhere.iter().map(|&at| codes[at].as_str()).collect();
    Defect::new(
        exchange_codes::PLACE,
        listing.labels[nowhere[0]].at.clone(),
        format!("by its word this is no area: {}", some_of(&said)),
        format!(
            "--outside \"elsewhere={}\" counts it as outside, --where \"COLUMN!={}\" leaves such rows out; \
             where it is an area, import the areas into the folder first",
            listed.join(","),
            listed.join("|")
        ),
    )
}

/// Whether a code holds no digit and all others, of which there are two at least, are numbers of one
/// length.
fn is_unlike(at: usize, codes: &[String], totals: &BTreeSet<usize>) -> bool {
    let others: Vec<&String> = (0..codes.len())
        .filter(|other| *other != at && !totals.contains(other))
        .map(|other| &codes[other])
        .collect();
    let is_number = |other: &&String| {
        other.len() == others[0].len() && other.bytes().all(|byte| byte.is_ascii_digit())
    };
    let has_digit = codes[at].bytes().any(|byte| byte.is_ascii_digit());
    others.len() > 1 && !has_digit && others.iter().all(is_number)
}

fn one_sided(listing: &Listing, at: usize) -> Defect {
    let label = &listing.labels[at];
    let side = usize::from(!listing.seen[0].contains(&at));
    let (own, other) = (&listing.seen[side], &listing.seen[1 - side]);
    let lacking = ["workplace", "residence"][side];
    let others = other.iter().filter(|one| !own.contains(one));
    let near = closest(&label.text, others.map(|&one| listing.labels[one].text.as_str()));
    let meant = near.map_or_else(String::new, |near| {
        format!("the {lacking} `{}` is alike: correct one of them; otherwise ", shorten(near))
    });
    Defect::new(
        exchange_codes::UNLISTED,
        label.at.clone(),
        match label.name.as_str() {
            "" => format!("`{}` is no {lacking}", shorten(&label.text)),
            name => format!("`{}` ({}) is no {lacking}", shorten(&label.text), shorten(name)),
        },
        if listing.is_square {
            format!(
                "{meant}give every area a row and a column; --outside NAME counts what has only one of \
                 them as outside"
            )
        } else {
            format!(
                "its code is unlike the others: {meant}--outside elsewhere={} counts it as outside",
                shorten(&label.text)
            )
        },
    )
}
