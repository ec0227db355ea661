//! `report.html` and `report.md`, from templates that users may replace.
//!
//! Templates are Jinja as minijinja reads it. They see `report` (the
//! [`ReportDocument`]) and pictures ready to stand on the page, the
//! functions `t(key)` and `say(key, name=value)` for words, and filters for numbers in the report's
//! language: `whole`, `signed`, `percent` (of a share), `decimal`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use crate::defect::Defect;

use super::model::{Objective, PlanView, ReportDocument};
use super::words::{Lang, fill};

/// The templates, by file name.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("report.html.j2", include_str!("templates/report.html.j2")),
    ("report.md.j2", include_str!("templates/report.md.j2")),
    ("style.css", include_str!("templates/style.css")),
];

/// What templates see beside the document: pictures by plan, and file names.
#[derive(Debug, Default, Serialize)]
pub(super) struct Pictures {
    /// Map of every plan.
    pub(super) maps: BTreeMap<String, String>,
    /// Small map of every main plan.
    pub(super) minis: BTreeMap<String, String>,
    /// Map of the ties cut by every plan.
    pub(super) flows: BTreeMap<String, String>,
    /// How many ties that map shows.
    pub(super) flow_counts: BTreeMap<String, usize>,
    /// Commuters of its strongest tie.
    pub(super) flow_most: BTreeMap<String, u64>,
    /// Chart of the front; empty where there is none.
    pub(super) chart: String,
    /// Map of cores and swings; empty where there is none.
    pub(super) stability_map: String,
    /// Shapes the maps refer to.
    pub(super) shapes: String,
    /// File of the map of every plan, for pages that refer to files.
    pub(super) map_files: BTreeMap<String, String>,
    /// File of the chart.
    pub(super) chart_file: String,
}

/// The templates of a report, ready to be filled.
#[derive(Debug)]
pub(super) struct Pages {
    sources: BTreeMap<String, String>,
}

impl Pages {
    /// Our templates, replaced by those of the same name in a folder.
    pub(super) fn new(folder: Option<&Path>) -> Result<Self, Defect> {
        let mut sources: BTreeMap<String, String> =
            TEMPLATES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let Some(folder) = folder else { return Ok(Self { sources }) };
        let mut found = 0;
        for (name, source) in &mut sources {
            let path = folder.join(name);
            match fs::read_to_string(&path) {
                Ok(text) => {
                    *source = text;
                    found += 1;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Defect::new(
                        "E409",
                        path.display().to_string(),
                        format!("the template cannot be read: {error}"),
                        "make it a readable UTF-8 file",
                    ));
                }
            }
        }
        if found == 0 {
            let names: Vec<&str> = TEMPLATES.iter().map(|(name, _)| *name).collect();
            return Err(Defect::new(
                "E409",
                folder.display().to_string(),
                "the folder holds no template",
                format!("put {} there, or some of them", names.join(", ")),
            ));
        }
        Ok(Self { sources })
    }

    /// A page: `report.html.j2` or `report.md.j2` filled.
    pub(super) fn render(
        &self,
        name: &str,
        document: &ReportDocument,
        pictures: &Pictures,
    ) -> Result<String, Defect> {
        let environment = environment(document);
        let context = context(document, pictures, &self.sources["style.css"]);
        environment.render_named_str(name, &self.sources[name], context).map_err(|error| {
            let place = match error.line() {
                Some(line) => format!("{name}:{line}"),
                None => name.to_owned(),
            };
            let mut what = format!("the template fails: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(inner) = source {
                what = format!("{what}: {inner}");
                source = inner.source();
            }
            Defect::new("E409", place, what, "mend the template")
        })
    }
}

fn context(document: &ReportDocument, pictures: &Pictures, style: &str) -> Value {
    let safe = |pictures: &BTreeMap<String, String>| -> BTreeMap<String, Value> {
        pictures
            .iter()
            .map(|(id, svg)| (id.clone(), Value::from_safe_string(svg.clone())))
            .collect()
    };
    let main: Vec<&PlanView> = document.main_plans().collect();
    minijinja::context! {
        report => Serde(document),
        main_plans => Serde(main),
        k_range => k_range(document),
        has_population_objective =>
            document.objectives.iter().any(|objective| objective.key == "min-population"),
        maps => Serde(safe(&pictures.maps)),
        minis => Serde(safe(&pictures.minis)),
        flows => Serde(safe(&pictures.flows)),
        flow_counts => Serde(&pictures.flow_counts),
        flow_most => Serde(&pictures.flow_most),
        chart => Value::from_safe_string(pictures.chart.clone()),
        has_chart => !pictures.chart_file.is_empty(),
        stability_map => Value::from_safe_string(pictures.stability_map.clone()),
        shapes => Value::from_safe_string(pictures.shapes.clone()),
        map_files => Serde(&pictures.map_files),
        chart_file => pictures.chart_file.as_str(),
        style => style,
    }
}

/// `6–13` where the numbers of regions run on, else `6, 8 and 9`.
fn k_range(document: &ReportDocument) -> String {
    let ks = &document.question.ks;
    match ks.as_slice() {
        [first, .., last] if ks.len() > 2 && last - first + 1 == ks.len() => {
            format!("{first}–{last}")
        }
        ks => {
            let ks: Vec<String> = ks.iter().map(ToString::to_string).collect();
            document.lang.list(&ks)
        }
    }
}

/// What a plan is called.
pub(super) fn plan_name(lang: Lang, plan: &PlanView, is_alone: bool) -> String {
    let k = ("k", plan.k.to_string());
    if is_alone {
        lang.say(if plan.k == 1 { "plan_name_one" } else { "plan_name" }, &[k])
    } else {
        lang.say("plan_name_point", &[k, ("point", plan.point.number.to_string())])
    }
}

fn environment(document: &ReportDocument) -> Environment<'static> {
    let lang = document.lang;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.set_auto_escape_callback(|name| {
        if name.contains(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    environment.add_function("t", move |key: String| {
        lang.text(&key).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("there is no text `{key}`"))
        })
    });
    environment.add_function("say", move |key: String, values: Kwargs| {
        let text = lang.text(&key).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("there is no text `{key}`"))
        })?;
        let mut filled = Vec::new();
        for name in values.args() {
            let value: Value = values.get(name)?;
            filled.push((name, value.to_string()));
        }
        Ok::<String, Error>(fill(text, &filled))
    });
    let alone: BTreeMap<usize, usize> =
        document.plans.iter().fold(BTreeMap::new(), |mut counts, plan| {
            *counts.entry(plan.k).or_default() += 1;
            counts
        });
    let names: BTreeMap<String, String> = document
        .plans
        .iter()
        .map(|plan| (plan.id.clone(), plan_name(lang, plan, alone[&plan.k] == 1)))
        .collect();
    environment.add_function("plan_name", move |plan: Value| {
        let id = plan.get_attr("id")?.to_string();
        names.get(&id).cloned().ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("there is no plan `{id}`"))
        })
    });
    environment.add_function("objective_value", move |key: String, values: Value| {
        let value = values.get_attr(&key)?;
        Ok::<String, Error>(match f64::try_from(value) {
            Ok(value) => Objective::new(&key).show(lang, value),
            Err(_) => "–".to_owned(),
        })
    });
    environment.add_filter("whole", move |number: i128| lang.whole(number));
    environment.add_filter("signed", move |number: i128| lang.signed(number));
    environment.add_filter("percent", move |share: f64| lang.percent(share));
    environment.add_filter("decimal", move |number: f64, decimals: Option<usize>| {
        lang.decimal(number, decimals.unwrap_or(1))
    });
    // Text in a cell of a Markdown table.
    environment.add_filter("cell", |text: String| text.replace('|', "\\|").replace('\n', " "));
    // Text as a YAML string.
    environment.add_filter("quoted", |text: String| {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    });
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_a_template_asks_for_stands_in_the_table() {
        for (name, text) in TEMPLATES {
            for call in ["t(\"", "t('", "say(\""] {
                for part in text.split(call).skip(1) {
                    let key: String = part.chars().take_while(|c| !"\"'".contains(*c)).collect();
                    if !key.ends_with('_') {
                        assert!(Lang::En.text(&key).is_some(), "{name}: {key}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_folder_without_templates_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let defect = Pages::new(Some(folder.path())).expect_err("nothing there");
        assert_eq!(defect.code, "E409");
    }
}
