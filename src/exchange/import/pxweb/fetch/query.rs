//! Queries: what a table has, what is wanted of it, and in how many parts it comes.

use serde::Deserialize;
use serde_json::json;

use crate::import::pxweb::codes::{Kind, bare, kind, name_and_validity, year_in};
use crate::import::pxweb::table::{Category, Role, Table};
use regionfront_model::defect::{Defect, Defects};

/// What the service says of a table.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    #[serde(default)]
    title: String,
    variables: Vec<Variable>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Variable {
    code: String,
    values: Vec<String>,
    #[serde(default)]
    value_texts: Vec<String>,
    #[serde(default)]
    elimination: bool,
}

impl Variable {
    fn categories(&self) -> impl Iterator<Item = Category> + '_ {
        let texts = self.value_texts.iter().map(String::as_str).chain(std::iter::repeat(""));
        self.values.iter().zip(texts).map(|(code, text)| Category {
            code: code.clone(),
            label: if text.is_empty() { code.clone() } else { text.to_owned() },
        })
    }
}

/// One query: for every variable the values asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    selections: Vec<(String, Vec<String>)>,
}

impl Metadata {
    /// Reads what the service says of a table.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes)
            .map_err(|error| format!("it does not describe a table: {error}"))
    }

    fn variable(&self, role: Role) -> Result<&Variable, Defects> {
        let found = self.variables.iter().find(|variable| Role::of(&variable.code) == Some(role));
        found.ok_or_else(|| {
            self.defect("E173", format!("the table has no variable `{}`", role.word()))
        })
    }

    fn defect(&self, code: &'static str, what: String) -> Defects {
        let title = if self.title.is_empty() { "the service" } else { self.title.as_str() };
        Defect::new(code, title, what, "check the address of the service").into()
    }

    /// The code of a year, and the year; the latest where none is named.
    fn time(&self, wanted: Option<u16>, option: &str) -> Result<(String, u16), Defects> {
        let years: Vec<(String, u16)> = self
            .variable(Role::Time)?
            .categories()
            .filter_map(|category| {
                let year = year_in(&category.code).or_else(|| year_in(&category.label))?;
                Some((category.code, year.parse().ok()?))
            })
            .collect();
        let of_year = |year: u16| years.iter().filter(move |(_, found)| *found == year);
        let year = wanted.or_else(|| years.iter().map(|(_, year)| *year).max());
        match year.map(|year| of_year(year).cloned().collect::<Vec<_>>()).as_deref() {
            Some([one]) => Ok(one.clone()),
            Some([]) | None => {
                let first = years.iter().map(|(_, year)| *year).min();
                let last = years.iter().map(|(_, year)| *year).max();
                let range = first.zip(last).map_or_else(
                    || "no year at all".to_owned(),
                    |(first, last)| format!("the years {first} to {last}"),
                );
                let what = format!("the table holds {range}");
                Err(Defect::new("E176", option, what, "name a year that it holds").into())
            }
            Some(_) => {
                let what = "the table holds several periods of that year".to_owned();
                Err(self.defect("E176", what))
            }
        }
    }

    /// What every variable is asked for that is neither a place nor the time: one quantity, and
    /// nothing of what the service can sum by itself.
    fn others(
        &self,
        asked: &[Role],
        names: &[&str],
    ) -> Result<Vec<(String, Vec<String>)>, Defects> {
        let mut chosen = Vec::new();
        for variable in &self.variables {
            let role = Role::of(&variable.code);
            if role.is_some_and(|role| asked.contains(&role)) || variable.elimination {
                continue;
            }
            let wanted = variable.values.iter().find(|value| names.contains(&value.as_str()));
            let values = match (wanted, variable.values.as_slice()) {
                (Some(value), _) | (None, [value]) => vec![value.clone()],
                // Parts of the population, which can be added up.
                (None, all) if matches!(role, Some(Role::Sex | Role::Age)) => all.to_vec(),
                (None, all) => {
                    return Err(self.defect(
                        "E176",
                        format!(
                            "nobody knows which of {} is meant: {}",
                            variable.code,
                            all.join(", ")
                        ),
                    ));
                }
            };
            chosen.push((variable.code.clone(), values));
        }
        Ok(chosen)
    }

    /// The places of a variable that are valid in a year; counties, too, where they are wanted.
    fn places(
        &self,
        role: Role,
        year: u16,
        counties: bool,
    ) -> Result<(String, Vec<String>), Defects> {
        let variable = self.variable(role)?;
        let is_wanted = |category: &Category| {
            let code = bare(&category.code);
            let is_plain = code.len() == category.code.len();
            let is_county = counties && code.len() == 2 && kind(code) == Kind::Sum;
            let (_, validity) = name_and_validity(&category.code, &category.label);
            is_plain && (kind(code) == Kind::Place || is_county) && validity.holds(year)
        };
        let values: Vec<String> =
            variable.categories().filter(is_wanted).map(|category| category.code).collect();
        if values.is_empty() {
            let what = format!("{} has no municipality that is valid in {year}", variable.code);
            return Err(self.defect("E177", what));
        }
        Ok((variable.code.clone(), values))
    }
}

/// The queries for all flows of a year, and the year.
pub(super) fn commuting(
    metadata: &Metadata,
    year: Option<u16>,
    cells: usize,
) -> Result<(Vec<Query>, u16), Defects> {
    let (time, year) = metadata.time(year, "--year")?;
    let mut selections = vec![
        metadata.places(Role::Workplace, year, false)?,
        metadata.places(Role::Residence, year, false)?,
    ];
    let asked = [Role::Workplace, Role::Residence, Role::Time];
    selections.extend(metadata.others(&asked, &["Sysselsatte"])?);
    selections.push((metadata.variable(Role::Time)?.code.clone(), vec![time]));
    Ok((split(&selections, cells), year))
}

/// The queries for the population of a year: the one named, else that of the flows.
pub(super) fn population(
    metadata: &Metadata,
    year: Option<u16>,
    year_of_flows: u16,
    cells: usize,
) -> Result<Vec<Query>, Defects> {
    let (time, year) = metadata.time(year.or(Some(year_of_flows)), "--population-year")?;
    let mut selections = vec![metadata.places(Role::Region, year, true)?];
    let asked = [Role::Region, Role::Time];
    selections.extend(metadata.others(&asked, &["Personer1", "Personer"])?);
    selections.push((metadata.variable(Role::Time)?.code.clone(), vec![time]));
    Ok(split(&selections, cells))
}

/// A query in parts of at most so many cells: the longest list is halved until that is so.
fn split(selections: &[(String, Vec<String>)], cells: usize) -> Vec<Query> {
    let mut lengths: Vec<usize> = selections.iter().map(|(_, values)| values.len()).collect();
    let product = |lengths: &[usize]| {
        lengths.iter().try_fold(1_usize, |product, &length| product.checked_mul(length))
    };
    while product(&lengths).is_none_or(|product| product > cells.max(1)) {
        let Some(longest) = lengths.iter_mut().max() else { break };
        *longest = longest.div_ceil(2);
    }
    let mut parts: Vec<Vec<(String, Vec<String>)>> = vec![Vec::new()];
    for ((code, values), length) in selections.iter().zip(lengths) {
        parts = parts
            .into_iter()
            .flat_map(|part| {
                values.chunks(length.max(1)).map(move |chunk| {
                    let mut part = part.clone();
                    part.push((code.clone(), chunk.to_vec()));
                    part
                })
            })
            .collect();
    }
    parts.into_iter().map(|selections| Query { selections }).collect()
}

impl Query {
    /// How many cells it asks for.
    pub(super) fn cells(&self) -> usize {
        self.selections.iter().map(|(_, values)| values.len()).product()
    }

    /// The query as the service reads it.
    pub(super) fn json(&self) -> String {
        let query: Vec<_> = self
            .selections
            .iter()
            .map(|(code, values)| {
                json!({ "code": code, "selection": { "filter": "item", "values": values } })
            })
            .collect();
        json!({ "query": query, "response": { "format": "json-stat2" } }).to_string()
    }

    /// The table in an answer, if it is the one asked for.
    pub(super) fn fits(&self, file: &str, bytes: &[u8]) -> Result<Table, String> {
        let table = Table::parse(file, bytes).map_err(|defects| {
            defects.0.first().map_or_else(String::new, |defect| defect.what.clone())
        })?;
        for (code, values) in &self.selections {
            let Some(role) = Role::of(code) else { continue };
            let given = table.categories(role);
            // A dimension with one value may be left out.
            if given.is_empty() && values.len() == 1 {
                continue;
            }
            if let Some(lacking) =
                values.iter().find(|value| given.iter().all(|category| category.code != **value))
            {
                return Err(format!("it lacks {code} {lacking}"));
            }
        }
        if table.cells.len() != self.cells() {
            let (given, asked) = (table.cells.len(), self.cells());
            return Err(format!("it holds {given} cells of {asked}"));
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_below_the_limit_and_make_the_whole() {
        let list = |letter: &str, length: usize| {
            (letter.to_owned(), (0..length).map(|at| format!("{letter}{at}")).collect::<Vec<_>>())
        };
        let selections = vec![list("a", 853), list("b", 853), list("c", 1)];
        for limit in [1_000_000, 800_000, 100_000, 7] {
            let small = vec![list("a", 9), list("b", 5)];
            let (selections, limit) =
                if limit == 7 { (&small, limit) } else { (&selections, limit) };
            let parts = split(selections, limit);
            assert!(parts.iter().all(|part| (1..=limit).contains(&part.cells())));
            let whole: usize = selections.iter().map(|(_, values)| values.len()).product();
            assert_eq!(parts.iter().map(Query::cells).sum::<usize>(), whole);
        }
        assert_eq!(split(&selections, 800_000).len(), 1);
        assert_eq!(split(&selections, 400_000).len(), 2);
        assert_eq!(split(&[list("a", 3)], 0).len(), 3, "a part holds at least one cell");
    }
}
