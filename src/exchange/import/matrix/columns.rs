//! Which columns of a long matrix hold residence, workplace and commuters.

use std::collections::BTreeSet;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, shorten};
use regionfront_model::reading::{NumberOptions, Numbers, Reading};

use super::super::{exchange_codes, some_of};
use super::MatrixOptions;
use super::grid::Grid;

/// The columns of a long matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// Columns that make the code of the residence, joined in this order.
    pub(super) from: Vec<usize>,
    /// Those of the workplace.
    pub(super) to: Vec<usize>,
    pub(super) count: usize,
    /// Columns of names beside the codes.
    pub(super) names: [Option<usize>; 2],
    /// The first row below the header.
    pub(super) first_row: usize,
    /// Whether nothing but their order said what they are.
    pub(super) is_guess: bool,
}

impl Columns {
    /// One column for each of residence, workplace and commuters.
    fn of(from: usize, to: usize, count: usize, first_row: usize) -> Self {
        Self { from: vec![from], to: vec![to], count, first_row, ..Self::default() }
    }
}

/// Names of the three columns, in small letters without blanks and signs.
const NAMES: [&[&str]; 3] = [
    &[
        "residence",
        "bokommuen",
        "bokommune",
        "bosted",
        "bostedskommune",
        "origin",
        "home",
        "from",
        "homegeo",
        "hgeocode",
        "wohnort",
        "bostadskommun",
        "bopælskommune",
        "asuinkunta",
        "placeofresidence",
        "usualresidence",
        "residencia",
        "residenza",
        "wohnkreis",
        "wohngemeinde",
        "bopæl",
        "bostad",
        "búseta",
        "domicile",
        "fra",
        "från",
        "von",
        "origine",
        "origen",
        "areaofusualresidence",
        "codgeo",
        "常住地",
        "bopkom",
        "bopælsområde",
        "bostadslän",
        "bostadsort",
        "bostadsregion",
        "boendekommun",
        "asuinalue",
        "asuinmaakunta",
        "sveitarfélagbúsetu",
        "areaofresidence",
        "municipalityofresidence",
        "regionofresidence",
        "countyofresidence",
        "residencemunicipality",
        "homemunicipality",
        "woonregio",
        "woonregios",
        "woongemeente",
        "woonplaats",
        "elukoht",
        "miejscezamieszkania",
        "lakóhely",
        "résidence",
        "lieuderésidence",
        "communederésidence",
        "comunediresidenza",
        "municipioderesidencia",
        "wohnortgemeinde",
        "wohnsitzgemeinde",
    ],
    &[
        "workplace",
        "arbstedkomm",
        "arbeidskommune",
        "arbeidssted",
        "arbeidsstedskommune",
        "destination",
        "work",
        "to",
        "wgeocode",
        "arbeitsort",
        "arbetsställekommun",
        "arbetskommun",
        "arbejdsstedskommune",
        "työpaikkakunta",
        "placeofwork",
        "trabajo",
        "lavoro",
        "arbeitskreis",
        "arbeitsgemeinde",
        "arbejdssted",
        "arbetsställe",
        "lieudetravail",
        "til",
        "till",
        "nach",
        "destino",
        "areaofworkplace",
        "dclt",
        "従業地",
        "arbkom",
        "arbejdsstedsområde",
        "arbetslän",
        "arbetsställelän",
        "arbetsort",
        "arbetsregion",
        "työpaikankunta",
        "työpaikanalue",
        "työpaikanmaakunta",
        "sveitarfélagvinnustaðar",
        "vinnustaður",
        "areaofwork",
        "municipalityofwork",
        "municipalityofworkplace",
        "regionofwork",
        "regionofworkplace",
        "countyofwork",
        "countyofworkplace",
        "workplacemunicipality",
        "workmunicipality",
        "werkregio",
        "werkregios",
        "werkgemeente",
        "werkplaats",
        "töökoht",
        "miejscepracy",
        "munkahely",
        "communedetravail",
        "comunedilavoro",
        "municipiodetrabajo",
        "arbeitsortgemeinde",
    ],
    &[
        "commuters",
        "count",
        "flow",
        "flows",
        "value",
        "verdi",
        "persons",
        "pendlere",
        "n",
        "sysselsatte",
        "pendlare",
        "pendler",
        "employed",
        "antal",
        "antall",
        "personer",
        "s000",
        "obsvalue",
        "ipondi",
        "nbflux",
        "insgesamt",
        "anzahl",
        "auspendler",
        "lukumäärä",
        "personen",
        "people",
        "workers",
        "einpendler",
        "utpendlere",
        "innpendlere",
        "人数",
        "就業者数",
        "numberofpersons",
        "erwerbstätige",
        "beschäftigte",
        "actifs",
        "actifsoccupés",
        "occupati",
        "ocupados",
        "pracujący",
        "sysselsatta",
        "förvärvsarbetande",
        "beskæftigede",
        "henkilöä",
        "työlliset",
    ],
];
const MEANINGS: [&str; 3] = ["residence", "workplace", "commuters"];
/// Ends of the names of columns with codes, and with names.
const CODE_ENDS: [&str; 6] = ["code", "kode", "kod", "nr", "id", "codes"];
const NAME_ENDS: [&str; 8] = ["label", "name", "navn", "namn", "text", "tekst", "names", "labels"];

/// A name in small letters, without blanks and signs.
pub(super) fn plain(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

/// The column of a row whose name is a stem, with the end of a code column if there is such a one.
fn known(names: &[String], role: usize) -> Option<usize> {
    let find = |wanted: &dyn Fn(&str) -> bool| names.iter().position(|name| wanted(name));
    NAMES[role].iter().find_map(|stem| {
        let coded = |name: &str| {
            role < 2 && name.strip_prefix(stem).is_some_and(|end| CODE_ENDS.contains(&end))
        };
        find(&coded).or_else(|| find(&|name| name == *stem))
    })
}

/// What a name alone says: 0 residence, 1 workplace.
pub(super) fn role_of(name: &str) -> Option<usize> {
    let names = [plain(name)];
    (0..2).find(|&role| known(&names, role).is_some())
}

fn plain_names(grid: &Grid, row: usize) -> Vec<String> {
    grid.rows[row].1.iter().map(|cell| plain(&cell.text)).collect()
}

/// The column of a role by what the header calls it, else by what people call it.
fn of_role(grid: &Grid, names: &[String], role: usize) -> Option<usize> {
    known(names, role).or_else(|| {
        let aliases: Vec<String> = grid.aliases.iter().map(|name| plain(name)).collect();
        known(&aliases, role)
    })
}

/// Whether a row names all three columns by names that are known, or two of three: commuters may be called
/// `2023`.
pub(super) fn are_known(grid: &Grid, row: usize) -> bool {
    let names = plain_names(grid, row);
    let [from, to, count] = [0, 1, 2].map(|role| known(&names, role));
    let is_filled = names.len() >= 3 && names.iter().all(|name| !name.is_empty());
    from.is_some() && to.is_some() && from != to && (count.is_some() || is_filled)
}

/// Whether a row names all columns that were asked for.
pub(super) fn all_named(grid: &Grid, row: usize, asked: &[String]) -> bool {
    asked.iter().flat_map(|asked| asked.split('+')).all(|name| place(grid, row, name).is_some())
}

/// Whether all columns that were asked for are numbers, which any row has.
pub(super) fn are_numbers(asked: &[String]) -> bool {
    let mut names = asked.iter().flat_map(|asked| asked.split('+'));
    names.all(|name| {
        name.trim().strip_prefix('#').is_some_and(|number| number.parse::<usize>().is_ok())
    })
}

/// The columns of a name.
fn places_of(grid: &Grid, row: usize, name: &str) -> Vec<usize> {
    let cells = grid.rows[row].1.iter().enumerate();
    cells.filter(|(_, cell)| cell.text == name).map(|(at, _)| at).collect()
}

/// The column of a name that stands once, or of a number such as `#3`.
fn place(grid: &Grid, row: usize, name: &str) -> Option<usize> {
    let name = name.trim();
    match &places_of(grid, row, name)[..] {
        [only] => return Some(*only),
        [] => {}
        // Which of them is meant nobody knows.
        _ => return None,
    }
    let number: usize = name.strip_prefix('#')?.parse().ok()?;
    (1..=grid.width()).contains(&number).then(|| number - 1)
}

/// The column a header names, or what is wrong with the name.
pub(super) fn named(grid: &Grid, name: &str, meaning: &str) -> Result<usize, Defect> {
    if let Some(column) = place(grid, 0, name) {
        return Ok(column);
    }
    Err(lacking(grid, &[(name, meaning)]))
}

/// That the header names none of these columns, each with what it was to hold.
fn lacking(grid: &Grid, missing: &[(&str, &str)]) -> Defect {
    let header: Vec<&str> = grid.rows[0].1.iter().map(|cell| cell.text.as_str()).collect();
    let meant: BTreeSet<&str> =
        missing.iter().filter_map(|(name, _)| closest(name, header.iter().copied())).collect();
    let meant: Vec<String> = meant.iter().map(|near| format!("`{near}`")).collect();
    let meant = match meant[..] {
        [] => String::new(),
        _ => format!("did you mean {}? ", meant.join(", ")),
    };
    let told: Vec<String> = missing
        .iter()
        .map(|(name, meaning)| {
            let numbers: Vec<String> = places_of(grid, 0, name.trim())
                .iter()
                .map(|column| format!("#{}", column + 1))
                .collect();
            let shown = shorten(name);
            if numbers.is_empty() {
                format!("`{shown}` for {meaning}")
            } else {
                format!("`{shown}` for {meaning} (it may be {})", numbers.join(" or "))
            }
        })
        .collect();
    Defect::new(
        exchange_codes::PROPERTY,
        grid.at(0, 0),
        format!("there is no column {}", told.join(", ")),
        format!("{meant}There are {}; #1, #2, … are columns, too", listed(grid)),
    )
}

fn listed(grid: &Grid) -> String {
    let names: Vec<String> = grid.rows[0]
        .1
        .iter()
        .enumerate()
        .map(|(at, cell)| {
            if cell.text.is_empty() {
                format!("#{}", at + 1)
            } else {
                format!("`{}`", shorten(&cell.text))
            }
        })
        .collect();
    if names.len() > 20 { some_of(&names) } else { names.join(", ") }
}

/// Finds the columns, and says what was assumed.
pub(super) fn of(
    grid: &Grid,
    options: &MatrixOptions,
    notes: &mut Vec<String>,
) -> Result<Columns, Defects> {
    let mut found = match &options.columns {
        Some(asked) => asked_for(grid, asked)?,
        None => guessed(grid, notes)?,
    };
    for side in 0..2 {
        let codes = if side == 0 { &found.from } else { &found.to };
        if let Some(asked) = options.names.as_ref().map(|names| &names[side]) {
            found.names[side] = Some(named(grid, asked, "names")?);
        } else if let [code] = codes[..] {
            found.names[side] = beside(grid, code).filter(|name| {
                ![&found.from, &found.to].iter().any(|codes| codes.contains(name))
                    && *name != found.count
            });
        }
    }
    if options.columns.is_none() && found.first_row > 0 {
        stands_once(grid, &found)?;
    }
    if found.first_row > 0 {
        let name = |columns: &[usize]| {
            let names: Vec<String> = columns
                .iter()
                .map(|&column| match grid.get(0, column) {
                    "" => format!("#{}", column + 1),
                    name => shorten(name),
                })
                .collect();
            names.join("+")
        };
        notes.push(format!(
            "residence is `{}`, workplace `{}`, commuters `{}`",
            name(&found.from),
            name(&found.to),
            name(&[found.count])
        ));
    }
    Ok(found)
}

/// Refuses columns that were found by a name that another column has, too.
fn stands_once(grid: &Grid, found: &Columns) -> Result<(), Defects> {
    let names = plain_names(grid, 0);
    let used = found.from.iter().chain(&found.to).chain([&found.count]);
    for &column in used.filter(|column| **column < names.len()) {
        let twin = names
            .iter()
            .enumerate()
            .position(|(at, name)| at != column && *name == names[column] && !name.is_empty());
        if let Some(twin) = twin {
            let name = shorten(grid.get(0, column));
            return Err(Defect::new(
                exchange_codes::PROPERTY,
                grid.at(0, twin),
                format!("two columns are called `{name}`: #{} and #{}", column + 1, twin + 1),
                "say which is meant: --columns takes their numbers, #1, #2, …",
            )
            .into());
        }
    }
    Ok(())
}

/// The column of names beside one of codes: the same words with another end, or the next column where
/// that has no name of its own.
fn beside(grid: &Grid, code: usize) -> Option<usize> {
    let names = plain_names(grid, 0);
    let own = names.get(code)?;
    let labelled = names.iter().position(|name| {
        name.strip_prefix(own.as_str()).is_some_and(|end| NAME_ENDS.contains(&end))
    });
    if labelled.is_some() && !own.is_empty() {
        return labelled;
    }
    let stem =
        CODE_ENDS.iter().find_map(|end| own.strip_suffix(end)).filter(|stem| !stem.is_empty());
    if let Some(stem) = stem {
        let is_name = |name: &String| {
            name.strip_prefix(stem).is_some_and(|end| end.is_empty() || NAME_ENDS.contains(&end))
        };
        return names.iter().position(is_name).filter(|&at| at != code);
    }
    let is_text = |column: usize| {
        let numbers = Numbers::learn([], NumberOptions::default());
        (1..grid.rows.len().min(50))
            .any(|row| matches!(numbers.read(grid.get(row, column)), Reading::Wrong(_)))
    };
    let is_free = names.get(code + 1).is_some_and(String::is_empty);
    (is_free && is_text(code + 1)).then_some(code + 1)
}

fn asked_for(grid: &Grid, asked: &[String]) -> Result<Columns, Defects> {
    let mut missing: Vec<(&str, &str)> = Vec::new();
    let mut found: [Vec<usize>; 3] = Default::default();
    for ((places, name), meaning) in found.iter_mut().zip(asked).zip(MEANINGS) {
        // A name may hold a plus itself.
        let parts: Vec<&str> =
            if place(grid, 0, name).is_some() { vec![name] } else { name.split('+').collect() };
        for part in parts {
            match place(grid, 0, part) {
                Some(column) => places.push(column),
                None => missing.push((part, meaning)),
            }
        }
    }
    if !missing.is_empty() {
        return Err(lacking(grid, &missing).into());
    }
    let [from, to, count] = found;
    let [count] = count[..] else {
        return Err(Defect::new(
            exchange_codes::PROPERTY,
            "--columns",
            "commuters stand in one column",
            "join columns with + for codes only",
        )
        .into());
    };
    // Columns that were given by number only may have no header above them.
    let all_by_number = asked.iter().flat_map(|name| name.split('+')).all(|name| {
        let name = name.trim();
        name.starts_with('#') && grid.rows[0].1.iter().all(|cell| cell.text != name)
    });
    let numbers = Numbers::learn([grid.get(0, count)], NumberOptions::default());
    let is_figure = matches!(numbers.read(grid.get(0, count)), Reading::Number(_))
        && !grid.get(0, count).is_empty();
    let first_row = usize::from(grid.has_header || !(all_by_number && is_figure));
    Ok(Columns { from, to, count, names: [None, None], first_row, is_guess: false })
}

fn guessed(grid: &Grid, notes: &mut Vec<String>) -> Result<Columns, Defects> {
    let names = plain_names(grid, 0);
    let found: Vec<usize> = (0..3).filter_map(|role| of_role(grid, &names, role)).collect();
    if let [from, to, count] = found[..] {
        return Ok(Columns::of(from, to, count, 1));
    }
    let is_blank = |column: usize| grid.get(0, column).is_empty();
    // What a name says goes before the order.
    let ends = [0, 1].map(|role| known(&names, role));
    if let (3, [Some(from), Some(to)]) = (grid.width(), ends)
        && from != to
    {
        let count = 3 - from - to;
        notes.push(format!(
            "commuters are taken to be in `{}`, the third column",
            grid.get(0, count)
        ));
        return Ok(Columns::of(from, to, count, 1));
    }
    let is_in_order = ends.iter().enumerate().all(|(role, at)| at.is_none_or(|at| at == role));
    if grid.width() == 3 && !is_blank(0) && !is_blank(1) && is_in_order {
        let numbers = Numbers::learn([grid.get(0, 2)], NumberOptions::default());
        let has_header =
            grid.has_header || !matches!(numbers.read(grid.get(0, 2)), Reading::Number(_));
        let header =
            if has_header { listed(grid) } else { "the file, which has no header".to_owned() };
        notes.push(format!(
            "residence, workplace and commuters are taken to be the three columns of {header}, in \
             this order; --columns says otherwise"
        ));
        return Ok(Columns { is_guess: true, ..Columns::of(0, 1, 2, usize::from(has_header)) });
    }
    Err(Defect::new(
        exchange_codes::PROPERTY,
        grid.at(0, 0),
        "it is not clear which columns hold residence, workplace and commuters",
        format!(
            "name them with --columns RESIDENCE,WORKPLACE,COMMUTERS; there are {}",
            listed(grid)
        ),
    )
    .into())
}
