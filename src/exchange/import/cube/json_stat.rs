//! JSON-stat 2.0, and the older 1.x where the dataset stands inside an object.
//!
//! Categories are indexed by a map or a list, or not at all where there is one only; values and
//! marks are lists or maps by place. The last dimension runs fastest.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::reading::Mark;

use super::{Axis, Category, Cube, Given, MOST_CELLS};

/// The table in a text.
pub(super) fn parse(file: &str, text: &str) -> Result<Cube, Defects> {
    let reader = Reader { file };
    let root: Json = serde_json::from_str(text).map_err(|error| {
        let cut = if error.is_eof() { "; the file has probably been cut off" } else { "" };
        let at = format!("{file}, row {}, column {}", error.line(), error.column());
        let what = format!("this is not JSON: {error}{cut}");
        Defects::from(Defect::new("E172", at, what, "download the table again, as JSON-stat2"))
    })?;
    if let Some(cube) = super::answer::parse(file, &root) {
        return cube;
    }
    let dataset = reader.dataset(&root)?;
    let (cells, axes) = reader.axes(dataset)?;
    let cells = reader.cells(dataset, cells)?;
    let text = |key: &str| dataset.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    Ok(Cube {
        file: file.to_owned(),
        title: text("label"),
        source: text("source"),
        axes,
        cells,
        units: units(dataset),
        notes: Vec::new(),
    })
}

/// What figures count, in the words of the categories of a quantity: `"unit": {"X": {"base": "persons"}}`.
fn units(dataset: &Map<String, Json>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (_, dimension) in dataset["dimension"].as_object().into_iter().flatten() {
        let units = dimension.get("category").and_then(|category| category.get("unit"));
        for (code, unit) in units.and_then(Json::as_object).into_iter().flatten() {
            for (key, word) in unit.as_object().into_iter().flatten() {
                match word.as_str() {
                    Some(word) => found.push((code.clone(), word.to_owned())),
                    // Thousands as a power of ten.
                    None if key == "multiplier" && word.as_u64() == Some(3) => {
                        found.push((code.clone(), "1000".to_owned()));
                    }
                    None => {}
                }
            }
        }
    }
    found
}

struct Reader<'a> {
    file: &'a str,
}

impl Reader<'_> {
    fn defect(&self, code: &'static str, what: impl Into<String>) -> Defects {
        let cure = "download the table again, as JSON-stat2, and do not edit it";
        Defect::new(code, self.file, what, cure).into()
    }

    fn dataset<'a>(&self, root: &'a Json) -> Result<&'a Map<String, Json>, Defects> {
        let object = root.as_object();
        if let Some(error) = object.and_then(|object| object.get("error")) {
            let said = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
            return Err(Defect::new(
                "E179",
                self.file,
                format!("this is no table but a refusal of the service: {said}"),
                "correct the query",
            )
            .into());
        }
        object
            .map(|object| object.get("dataset").and_then(Json::as_object).unwrap_or(object))
            .filter(|dataset| dataset.contains_key("dimension") && dataset.contains_key("value"))
            .ok_or_else(|| {
                self.defect(
                    "E172",
                    "this is JSON, but not JSON-stat: a dataset has `dimension` and `value`",
                )
            })
    }

    /// How many cells there are, and the dimensions.
    fn axes(&self, dataset: &Map<String, Json>) -> Result<(usize, Vec<Axis>), Defects> {
        let described = dataset["dimension"].as_object();
        let described =
            described.ok_or_else(|| self.defect("E172", "`dimension` is not an object"))?;
        let listed = |key: &str| dataset.get(key).or_else(|| described.get(key));
        let ids: Option<Vec<&str>> = listed("id")
            .and_then(Json::as_array)
            .and_then(|ids| ids.iter().map(Json::as_str).collect());
        let sizes: Option<Vec<usize>> = listed("size").and_then(Json::as_array).and_then(|sizes| {
            sizes.iter().map(|size| usize::try_from(size.as_u64()?).ok()).collect()
        });
        let (Some(ids), Some(sizes)) = (ids, sizes) else {
            return Err(self.defect("E172", "`id` and `size` do not list the dimensions"));
        };
        if ids.len() != sizes.len() {
            return Err(self.defect("E174", "`id` and `size` are not of one length"));
        }
        let cells = sizes
            .iter()
            .try_fold(1_usize, |product, &size| product.checked_mul(size))
            .filter(|&cells| cells <= MOST_CELLS)
            .ok_or_else(|| self.defect("E174", "`size` promises more than 5 million cells"))?;
        let mut defects = Defects::default();
        let mut axes = Vec::new();
        for (id, &size) in ids.iter().zip(&sizes) {
            let described = described.get(*id);
            match self.categories(described, id, size) {
                Ok(categories) => {
                    let label = described.and_then(|one| one.get("label")).and_then(Json::as_str);
                    let label = label.unwrap_or(id).to_owned();
                    axes.push(Axis { id: (*id).to_owned(), label, categories });
                }
                Err(mut found) => defects.0.append(&mut found.0),
            }
        }
        defects.into_result()?;
        Ok((cells, axes))
    }

    /// The categories of a dimension, in the order of their places.
    fn categories(
        &self,
        dimension: Option<&Json>,
        id: &str,
        size: usize,
    ) -> Result<Vec<Category>, Defects> {
        let refuse = |what: &str| self.defect("E174", format!("dimension `{id}`: {what}"));
        let category = dimension
            .and_then(|dimension| dimension.get("category"))
            .and_then(Json::as_object)
            .ok_or_else(|| refuse("it has no `category`"))?;
        let labels = category.get("label").and_then(Json::as_object);
        let codes: Vec<&str> = match (category.get("index"), labels) {
            (Some(Json::Array(list)), _) => {
                let codes: Option<Vec<&str>> = list.iter().map(Json::as_str).collect();
                codes.ok_or_else(|| refuse("`index` lists something else than codes"))?
            }
            (Some(Json::Object(places)), _) => {
                let mut by_place = BTreeMap::new();
                for (code, place) in places {
                    let place = place.as_u64().ok_or_else(|| refuse("a place is no number"))?;
                    if by_place.insert(place, code.as_str()).is_some() {
                        return Err(refuse("two categories have one place"));
                    }
                }
                let is_whole = by_place.keys().copied().eq(0..by_place.len() as u64);
                if !is_whole {
                    return Err(refuse("the places of the categories are not 0, 1, 2, …"));
                }
                by_place.into_values().collect()
            }
            (None, Some(labels)) => labels.keys().map(String::as_str).take(1).collect(),
            _ => return Err(refuse("it lists no categories")),
        };
        if codes.len() != size {
            let what = format!("{} categories where `size` says {size}", codes.len());
            return Err(refuse(&what));
        }
        let label = |code: &str| {
            let label = labels.and_then(|labels| labels.get(code)).and_then(Json::as_str);
            label.unwrap_or(code).to_owned()
        };
        Ok(codes
            .into_iter()
            .map(|code| Category { code: code.trim().to_owned(), label: label(code) })
            .collect())
    }

    fn cells(&self, dataset: &Map<String, Json>, cells: usize) -> Result<Vec<Given>, Defects> {
        let values = self.by_place("value", &dataset["value"], cells)?;
        let empty = Json::Null;
        let status = dataset.get("status").unwrap_or(&empty);
        let marks: Marks = match status {
            Json::String(all) => Marks::All(all),
            Json::Null => Marks::None,
            other => Marks::ByPlace(self.by_place("status", other, cells)?),
        };
        let given = |place| match values.at(place) {
            Some(Json::Number(number)) => Given::Number(number.to_string()),
            Some(Json::String(text)) => Given::Text(text.clone()),
            None | Some(Json::Null) => Given::Missing(marks.at(place)),
            Some(_) => Given::Wrong,
        };
        Ok((0..cells).map(given).collect())
    }

    fn by_place<'a>(
        &self,
        key: &str,
        json: &'a Json,
        cells: usize,
    ) -> Result<ByPlace<'a>, Defects> {
        match json {
            Json::Array(list) if list.len() == cells => Ok(ByPlace::List(list)),
            Json::Array(list) => {
                let found = list.len();
                let what = format!("`{key}` holds {found} cells where the dimensions make {cells}");
                Err(self.defect("E174", what))
            }
            Json::Object(map) => {
                let mut places = BTreeMap::new();
                for (place, value) in map {
                    let place = place.parse().ok().filter(|&place: &usize| place < cells);
                    let place = place.ok_or_else(|| {
                        self.defect("E174", format!("`{key}` names a cell that is not there"))
                    })?;
                    places.insert(place, value);
                }
                Ok(ByPlace::Map(places))
            }
            _ => Err(self.defect("E174", format!("`{key}` is neither a list nor a map"))),
        }
    }
}

/// Something for every cell, or for some of them.
enum ByPlace<'a> {
    List(&'a [Json]),
    Map(BTreeMap<usize, &'a Json>),
}

impl ByPlace<'_> {
    fn at(&self, place: usize) -> Option<&Json> {
        match self {
            Self::List(list) => list.get(place),
            Self::Map(map) => map.get(&place).copied(),
        }
    }
}

/// Why cells hold no figure.
enum Marks<'a> {
    None,
    All(&'a str),
    ByPlace(ByPlace<'a>),
}

impl Marks<'_> {
    /// The mark of an empty cell. Marks nobody knows are as good as none.
    fn at(&self, place: usize) -> Mark {
        let text = match self {
            Self::None => None,
            Self::All(text) => Some(*text),
            Self::ByPlace(marks) => marks.at(place).and_then(Json::as_str),
        };
        text.and_then(Mark::of).unwrap_or(Mark::Unsaid)
    }
}
