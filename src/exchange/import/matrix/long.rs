//! Long matrices: a row per pair, with residence, workplace and commuters.

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, shorten};

use super::super::{exchange_codes, source};
use super::{Grid, Listing, MatrixOptions, cell_label, figure, is_total};

/// Names of the three columns, whatever their capitals.
const NAMES: [&[&str]; 3] = [
    &["residence", "bokommuen", "bokommune", "bosted", "bostedskommune", "origin", "home", "from"],
    &[
        "workplace",
        "arbstedkomm",
        "arbeidskommune",
        "arbeidssted",
        "arbeidsstedskommune",
        "destination",
        "work",
        "to",
    ],
    &["commuters", "count", "flow", "flows", "value", "verdi", "persons", "pendlere", "n"],
];
const MEANINGS: [&str; 3] = ["residence", "workplace", "commuters"];

pub(super) fn read(
    grid: &Grid,
    options: &MatrixOptions,
    defects: &mut Defects,
) -> Result<Listing, Defects> {
    let mut listing = Listing::default();
    let (columns, first_row) = columns(grid, options, &mut listing)?;
    let [from_column, to_column, count_column] = columns;
    for row in first_row..grid.rows.len() {
        let (from, to) = (cell_label(grid, row, from_column), cell_label(grid, row, to_column));
        for (label, word) in [(&from, "residence"), (&to, "workplace")] {
            if label.text.is_empty() {
                defects.push(Defect::new(
                    exchange_codes::PROPERTY,
                    label.at.clone(),
                    format!("the {word} is empty"),
                    "write the code of the area, or remove the row",
                ));
            }
        }
        let whose = format!("from {} to {}", from.text, to.text);
        let at = || grid.at(row, count_column);
        let text = grid.get(row, count_column);
        let Some(count) = figure(at, &whose, text, options, &mut listing, defects) else {
            continue;
        };
        let totals = (is_total(&from.text), is_total(&to.text));
        let entry = (at(), count);
        let earlier = match totals {
            (true, true) => listing.grand_total.replace(entry),
            (true, false) => listing.to_totals.insert(to.text.clone(), entry),
            (false, true) => listing.from_totals.insert(from.text.clone(), entry),
            (false, false) => {
                listing.flows.push((entry.0, from.text.clone(), to.text.clone(), count));
                None
            }
        };
        if let Some((first, _)) = earlier {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                at(),
                format!("the total {whose} already stands at {first}"),
                "keep one of them",
            ));
        }
        for (label, is_total) in [(from, totals.0), (to, totals.1)] {
            if !is_total {
                listing.labels.push(label);
            }
        }
    }
    if listing.flows.is_empty() && defects.0.is_empty() {
        defects.push(source::format(
            grid.file.as_str(),
            "the matrix holds no flow",
            "export it again, or name its columns with --columns",
        ));
    }
    listing.notes.push("the matrix is long".to_owned());
    Ok(listing)
}

/// The columns of residence, workplace and commuters, and the first row below the header.
fn columns(
    grid: &Grid,
    options: &MatrixOptions,
    listing: &mut Listing,
) -> Result<([usize; 3], usize), Defects> {
    let header = &grid.rows[0].1;
    let names = || header.iter().map(|name| format!("`{}`", shorten(name))).collect::<Vec<_>>();
    if let Some(asked) = &options.columns {
        let mut defects = Defects::default();
        let mut found = [0; 3];
        for ((place, name), meaning) in found.iter_mut().zip(asked).zip(MEANINGS) {
            if let Some(column) = header.iter().position(|column| column == name) {
                *place = column;
                continue;
            }
            let near = closest(name, header.iter().map(String::as_str));
            let meant = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            defects.push(Defect::new(
                exchange_codes::PROPERTY,
                grid.at(0, 0),
                format!("there is no column `{}` for {meaning}", shorten(name)),
                format!("{meant}There are {}", names().join(", ")),
            ));
        }
        defects.into_result()?;
        return Ok((found, 1));
    }
    let known: Vec<usize> = NAMES
        .iter()
        .filter_map(|names| {
            names
                .iter()
                .find_map(|name| header.iter().position(|column| column.eq_ignore_ascii_case(name)))
        })
        .collect();
    if let [from, to, count] = known[..] {
        return Ok(([from, to, count], 1));
    }
    if grid.width() == 3 {
        let has_header = source::count(grid.get(0, 2)).is_none();
        let header = if has_header {
            names().join(", ")
        } else {
            "the file, which has no header".to_owned()
        };
        listing.notes.push(format!(
            "residence, workplace and commuters are the three columns of {header}, in this order"
        ));
        return Ok(([0, 1, 2], usize::from(has_header)));
    }
    Err(Defect::new(
        exchange_codes::PROPERTY,
        grid.at(0, 0),
        "it is not clear which columns hold residence, workplace and commuters",
        format!(
            "name them with --columns RESIDENCE,WORKPLACE,COMMUTERS; there are {}",
            names().join(", ")
        ),
    )
    .into())
}
