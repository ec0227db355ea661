//! Rows of a long matrix that say more than who commutes where: by sex, year or indicator. Some are
//! chosen, or those of one pair are added up; neither is done unasked.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, counted, shorten};
use regionfront_model::reading::{Decimal, is_everybody_word};

use super::super::{Condition, exchange_codes, some_of};
use super::MatrixOptions;
use super::columns::{self, Columns};
use super::grid::Grid;

/// The rows that fulfil all conditions.
pub(super) fn chosen(
    grid: &Grid,
    rows: impl Iterator<Item = usize>,
    conditions: &[Condition],
    notes: &mut Vec<String>,
) -> Result<Vec<usize>, Defects> {
    let mut defects = Defects::default();
    let mut rows: Vec<usize> = rows.collect();
    for condition in conditions {
        let column = match columns::named(grid, &condition.column, "--where") {
            Ok(column) => column,
            Err(defect) => {
                defects.push(defect);
                continue;
            }
        };
        let seen: BTreeSet<&str> = rows.iter().map(|&row| grid.get(row, column)).collect();
        for value in condition.values.iter().filter(|value| !seen.contains(value.as_str())) {
            let near = closest(value, seen.iter().copied());
            let meant = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let all: Vec<String> =
                seen.iter().map(|value| format!("`{}`", shorten(value))).collect();
            defects.push(Defect::new(
                exchange_codes::CHOICE,
                format!("--where {}", condition.column),
                format!("no row holds `{}`", shorten(value)),
                format!("{meant}There are {}", some_of(&all)),
            ));
        }
        let before = rows.len();
        rows.retain(|&row| {
            let is_named = condition.values.iter().any(|value| value == grid.get(row, column));
            is_named != condition.is_without
        });
        notes.push(format!(
            "of {}, {} with {}{}{}",
            counted(before, "row"),
            rows.len(),
            condition.column,
            if condition.is_without { " other than " } else { " = " },
            condition.values.join(" or ")
        ));
    }
    defects.into_result()?;
    Ok(rows)
}

/// A row of a long matrix: its number in the grid, residence, workplace, commuters where there are.
pub(super) type Row = (usize, String, String, Option<Decimal>);

/// Words that head columns of time, and of other things: minutes on the way. In small letters without
/// blanks and signs.
const TIMES: [&str; 8] =
    ["tid", "time", "period", "periode", "timeperiod", "tidsperiode", "dato", "datum"];

/// Words that head columns of nothing but time.
const PERIODS: [&str; 34] = [
    "year",
    "år",
    "aar",
    "jahr",
    "annee",
    "année",
    "anno",
    "ano",
    "año",
    "vuosi",
    "rok",
    "kwartaal",
    "date",
    "quarter",
    "kvartal",
    "quartal",
    "trimestre",
    "trimester",
    "neljännes",
    "vuosineljännes",
    "kwartał",
    "čtvrtletí",
    "month",
    "måned",
    "månad",
    "monat",
    "mois",
    "mes",
    "mese",
    "maand",
    "kuukausi",
    "miesiąc",
    "měsíc",
    "ár",
];

/// Whether a value is a part of a year: `2022K4`, `2022-Q1`, `2022-03`, `2022M11`, `2022-03-01`.
fn is_part_of_year(value: &str) -> bool {
    let Some((year, part)) = value.split_at_checked(4) else { return false };
    let part = part.trim_start_matches(['-', '/', '.', ' ']);
    let digits =
        part.trim_start_matches(['K', 'k', 'Q', 'q', 'M', 'm', 'T', 't', 'S', 'H', 'U', 'V']);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (year.starts_with("19") || year.starts_with("20"))
        && is_number(year)
        && digits.len() < value.len() - 4
        && digits.split(['-', '/', '.']).all(is_number)
}

/// Columns beside residence, workplace and commuters, with their values where there are several.
fn further(grid: &Grid, rows: &[Row], columns: &Columns) -> Vec<(usize, BTreeSet<String>)> {
    let used: BTreeSet<usize> = columns
        .from
        .iter()
        .chain(&columns.to)
        .copied()
        .chain([columns.count])
        .chain(columns.names.into_iter().flatten())
        .collect();
    (0..grid.width())
        .filter(|column| !used.contains(column))
        .map(|column| {
            let values = rows.iter().map(|row| grid.get(row.0, column).to_owned()).collect();
            (column, values)
        })
        .filter(|(_, values): &(usize, BTreeSet<String>)| values.len() > 1)
        .collect()
}

/// A column by its name, for an option.
fn name_of(grid: &Grid, columns: &Columns, column: usize) -> String {
    let name = if columns.first_row > 0 { grid.get(0, column) } else { "" };
    if name.is_empty() { format!("#{}", column + 1) } else { name.to_owned() }
}

/// One row per pair: the rows as they are where no pair stands twice, else added up if that was asked
/// for.
pub(super) fn one_per_pair(
    grid: &Grid,
    rows: Vec<Row>,
    columns: &Columns,
    options: &MatrixOptions,
    notes: &mut Vec<String>,
) -> Result<Vec<Row>, Defects> {
    let further = further(grid, &rows, columns);
    refuse_years(grid, &further, columns)?;
    let mut by_pair: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, (_, from, to, _)) in rows.iter().enumerate() {
        by_pair.entry((from, to)).or_default().push(at);
    }
    let repeated: Vec<(&(&str, &str), &Vec<usize>)> =
        by_pair.iter().filter(|(_, places)| places.len() > 1).collect();
    if repeated.is_empty() {
        return Ok(rows);
    }
    let differing: Vec<(usize, BTreeSet<&str>)> = further
        .iter()
        .map(|(column, _)| {
            let values = repeated.iter().flat_map(|(_, places)| places.iter());
            (*column, values.map(|&at| grid.get(rows[at].0, *column)).collect::<BTreeSet<&str>>())
        })
        .filter(|(column, _)| {
            repeated.iter().any(|(_, places)| {
                let first = grid.get(rows[places[0]].0, *column);
                places.iter().any(|&at| grid.get(rows[at].0, *column) != first)
            })
        })
        .collect();
    if !options.sum {
        return Err(repeated_pairs(grid, &rows, columns, &repeated, &differing));
    }
    refuse_totals(grid, &rows, columns, &repeated, &differing)?;
    let said: Vec<String> = differing
        .iter()
        .map(|(column, values)| {
            let values: Vec<String> = values.iter().map(|value| shorten(value)).collect();
            format!("{} ({})", name_of(grid, columns, *column), some_of(&values))
        })
        .collect();
    let over =
        if said.is_empty() { String::new() } else { format!(", over {}", said.join(" and ")) };
    notes.push(format!(
        "{} with several rows were added up, as asked{over}",
        counted(repeated.len(), "pair")
    ));
    let mut added: Vec<Row> = Vec::with_capacity(by_pair.len());
    let mut firsts: Vec<&Vec<usize>> = by_pair.values().collect();
    firsts.sort();
    for places in firsts {
        let (row, from, to, _) = rows[places[0]].clone();
        let sum = places.iter().filter_map(|&at| rows[at].3).reduce(Decimal::plus);
        added.push((row, from, to, sum));
    }
    Ok(added)
}

/// Several years are never added up, nor are quarters or months: who commutes in one commutes in the next.
fn refuse_years(
    grid: &Grid,
    further: &[(usize, BTreeSet<String>)],
    columns: &Columns,
) -> Result<(), Defects> {
    let is_year = |value: &str| {
        value.len() >= 4
            && (value.starts_with("19") || value.starts_with("20"))
            && value.as_bytes()[..4].iter().all(u8::is_ascii_digit)
    };
    for (column, values) in further {
        let name = name_of(grid, columns, *column);
        let plain = columns::plain(&name);
        let is_time = PERIODS.contains(&plain.as_str())
            || (TIMES.contains(&plain.as_str()) && values.iter().all(|one| is_year(one)))
            || values.iter().all(|one| is_part_of_year(one));
        if is_time {
            let listed: Vec<String> = values.iter().cloned().collect();
            let last = listed.last().cloned().unwrap_or_default();
            return Err(Defect::new(
                exchange_codes::CHOICE,
                grid.file.as_str(),
                format!("the column `{name}` holds several times: {}", some_of(&listed)),
                format!("choose one, as with --where \"{name}={last}\""),
            )
            .into());
        }
    }
    Ok(())
}

fn repeated_pairs(
    grid: &Grid,
    rows: &[Row],
    columns: &Columns,
    repeated: &[(&(&str, &str), &Vec<usize>)],
    differing: &[(usize, BTreeSet<&str>)],
) -> Defects {
    if differing.is_empty() {
        let mut defects = Defects::default();
        for ((from, to), places) in repeated {
            let first = grid.at(rows[places[0]].0, columns.count);
            for &at in &places[1..] {
                defects.push(Defect::new(
                    exchange_codes::TWICE,
                    grid.at(rows[at].0, columns.count),
                    format!("the flow from {from} to {to} already stands at {first}"),
                    "keep one figure per pair, or add them up with --sum if all are meant",
                ));
            }
        }
        return defects;
    }
    let ((from, to), places) = repeated[0];
    let said: Vec<String> = differing
        .iter()
        .map(|(column, values)| {
            let values: Vec<String> =
                values.iter().map(|value| format!("`{}`", shorten(value))).collect();
            format!("`{}` ({})", name_of(grid, columns, *column), some_of(&values))
        })
        .collect();
    let (column, values) = &differing[0];
    let example = values.iter().next().copied().unwrap_or_default();
    let them = if repeated.len() == 1 { "1 pair has" } else { "pairs have" };
    let number = if repeated.len() == 1 { String::new() } else { format!("{} ", repeated.len()) };
    Defect::new(
        exchange_codes::TWICE,
        grid.at(rows[places[1]].0, columns.count),
        format!(
            "{number}{them} several rows, first {from} to {to}; these differ in {}",
            said.join(" and ")
        ),
        format!(
            "choose with --where \"{}={example}\", or add them up with --sum",
            name_of(grid, columns, *column)
        ),
    )
    .into()
}

/// A category that is the sum of the others, or says so, is not added to them. Figures that are rounded or
/// altered for secrecy do not add up, and a total is one all the same.
fn refuse_totals(
    grid: &Grid,
    rows: &[Row],
    columns: &Columns,
    repeated: &[(&(&str, &str), &Vec<usize>)],
    differing: &[(usize, BTreeSet<&str>)],
) -> Result<(), Defects> {
    let mut defects = Defects::default();
    for (column, values) in differing {
        for value in values {
            let is_word = is_everybody_word(value);
            if values.len() < 3 && !is_word {
                continue;
            }
            let mut pairs = 0_usize;
            let is_sum = repeated.iter().all(|(_, places)| {
                let (mut own, mut all) = (Decimal::default(), Decimal::default());
                for &at in *places {
                    let figure = rows[at].3.unwrap_or_default();
                    all = all.plus(figure);
                    if grid.get(rows[at].0, *column) == *value {
                        own = own.plus(figure);
                    }
                }
                pairs += usize::from(!own.is_zero());
                own.plus(own) == all
            });
            if is_word || (is_sum && pairs > 0) {
                let is = if is_sum { "is the sum of the others" } else { "is a total by its word" };
                let name = name_of(grid, columns, *column);
                defects.push(Defect::new(
                    exchange_codes::CHOICE,
                    grid.file.as_str(),
                    format!("`{}` of `{name}` {is}", shorten(value)),
                    format!("choose it with --where \"{name}={value}\" in place of --sum, or leave it out with --where \"{name}!={value}\""),
                ));
            }
        }
    }
    defects.into_result()
}
