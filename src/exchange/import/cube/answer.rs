//! The JSON in which `PxWeb` answers where nobody asks for another form: columns, and rows of keys with
//! their values. Texts of categories are not in it.

use std::collections::BTreeMap;

use serde::Deserialize;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::reading::Mark;

use super::{Axis, Category, Cube, Given, MOST_CELLS};

/// An answer, as far as it is looked at.
#[derive(Debug, Deserialize)]
struct Answer {
    columns: Vec<Column>,
    data: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Column {
    code: String,
    #[serde(default)]
    text: String,
    /// `d` a dimension, `t` time, `c` a content, `a` a remark on a row.
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Debug, Deserialize)]
struct Row {
    key: Vec<String>,
    values: Vec<String>,
}

/// The table in a document of this form; `None` where it is of another.
pub(super) fn parse(file: &str, document: &serde_json::Value) -> Option<Result<Cube, Defects>> {
    let object = document.as_object()?;
    if !object.contains_key("columns") || !object.contains_key("data") {
        return None;
    }
    let answer = Answer::deserialize(document).ok()?;
    Some(cube(file, &answer))
}

fn cube(file: &str, answer: &Answer) -> Result<Cube, Defects> {
    let fault = |what: String| {
        let cure = "download the table again, as JSON-stat2, and do not edit it";
        Defects::from(Defect::new("E174", file, what, cure))
    };
    let (keys, contents): (Vec<&Column>, Vec<&Column>) = answer
        .columns
        .iter()
        .filter(|column| column.kind != "a")
        .partition(|column| column.kind != "c");
    let mut axes: Vec<Axis> = keys.iter().map(|column| axis(column)).collect();
    let mut places: Vec<Vec<usize>> = Vec::with_capacity(answer.data.len());
    let mut known: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::default(); axes.len()];
    for (at, row) in answer.data.iter().enumerate() {
        if row.key.len() != axes.len() || row.values.len() < contents.len().max(1) {
            return Err(fault(format!("`data[{at}]` does not fit the columns")));
        }
        let place = row.key.iter().zip(&mut axes).zip(&mut known).map(|((code, axis), known)| {
            *known.entry(code).or_insert_with(|| {
                axis.categories.push(Category { code: code.clone(), label: code.clone() });
                axis.categories.len() - 1
            })
        });
        places.push(place.collect());
    }
    if contents.len() > 1 {
        let categories = contents
            .iter()
            .map(|column| Category { code: column.code.clone(), label: column.text.clone() });
        axes.push(Axis {
            id: "ContentsCode".to_owned(),
            label: "contents".to_owned(),
            categories: categories.collect(),
        });
    }
    let sizes: Vec<usize> = axes.iter().map(|axis| axis.categories.len()).collect();
    let cells = sizes
        .iter()
        .try_fold(1_usize, |product, &size| product.checked_mul(size))
        .filter(|&cells| cells <= MOST_CELLS)
        .ok_or_else(|| fault(format!("the dimensions make more than {MOST_CELLS} cells")))?;
    let mut cube = Cube {
        file: file.to_owned(),
        // A content alone makes no dimension.
        units: match contents[..] {
            [content] => vec![(String::new(), content.text.clone())],
            _ => Vec::new(),
        },
        axes,
        // What the answer leaves out it says nothing of.
        cells: vec![Given::Missing(Mark::Unsaid); cells],
        ..Cube::default()
    };
    let mut is_given = vec![false; cells];
    for (at, (row, place)) in answer.data.iter().zip(&places).enumerate() {
        let begin = place.iter().zip(&sizes).fold(0, |sum, (place, size)| sum * size + place);
        for (content, value) in row.values.iter().take(contents.len().max(1)).enumerate() {
            let cell = begin * contents.len().max(1) + content;
            if std::mem::replace(&mut is_given[cell], true) {
                return Err(fault(format!("`data[{at}]` names cells that another row has named")));
            }
            cube.cells[cell] = match Mark::of(value) {
                Some(mark) => Given::Missing(mark),
                None => Given::Text(value.clone()),
            };
        }
    }
    Ok(cube)
}

/// A dimension that has no category yet.
fn axis(column: &Column) -> Axis {
    let label = if column.text.is_empty() { &column.code } else { &column.text };
    Axis { id: column.code.clone(), label: label.clone(), categories: Vec::new() }
}
