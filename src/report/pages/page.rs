//! `report.html` and `report.md`, from templates that users may replace.
//!
//! Templates are Jinja as minijinja reads it. They see `report` (the
//! [`ReportDocument`]) and pictures ready to stand on the page, the
//! functions `t(key)` and `say(key, name=value)` for words, and filters for numbers in the report's
//! language: `whole`, `signed`, `percent` (of a share), `decimal`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, escape_formatter,
};
use serde::Serialize;

use regionfront_model::defect::Defect;
use regionfront_model::visible::visible;

use super::shades::Shade;
use crate::run::Gap;
use crate::view::{FrontView, ObjectiveView, Pick, PlanView, PriceView, ReportDocument, TieView};
use crate::words::{Lang, Objective, Sense, fill, lower_first, markdown};

/// The templates, by file name.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("batch.html.j2", include_str!("templates/batch.html.j2")),
    ("batch.md.j2", include_str!("templates/batch.md.j2")),
    ("report.html.j2", include_str!("templates/report.html.j2")),
    ("report.md.j2", include_str!("templates/report.md.j2")),
    ("style.css", include_str!("templates/style.css")),
];

/// What templates see beside the document: pictures by plan, and file names.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Pictures {
    /// Map of every plan.
    pub(crate) maps: BTreeMap<String, String>,
    /// Small map of every main plan, and of every division that is compared.
    pub(crate) minis: BTreeMap<String, String>,
    /// Map of the flows cut by every plan.
    pub(crate) flows: BTreeMap<String, String>,
    /// The flows that map shows, by their numbers.
    pub(crate) flow_lists: BTreeMap<String, Vec<TieView>>,
    /// Commuters of its strongest flow.
    pub(crate) flow_most: BTreeMap<String, u64>,
    /// The chart of every set of fronts and its file, in the order of the sets; `None` where there
    /// is nothing to draw.
    pub(crate) charts: Vec<Option<(String, String)>>,
    /// Map of every scenario of a study.
    pub(crate) wishes: Vec<String>,
    /// What these maps show, in figures.
    pub(crate) wish_figures: Vec<WishFigures>,
    /// Self-containment of the regions of every main plan.
    pub(crate) supply: BTreeMap<String, Shade>,
    /// Out-commuting of the areas.
    pub(crate) out_commuting: Option<Shade>,
    /// Map of who moves, by comparison.
    pub(crate) moved: Vec<String>,
    /// Map of cores and swings; empty where there is none.
    pub(crate) stability_map: String,
    /// Shapes the maps refer to.
    pub(crate) shapes: String,
    /// File of the map of every plan, for pages that refer to files.
    pub(crate) map_files: BTreeMap<String, String>,
}

/// What a map of a study shows, in figures.
#[derive(Debug, Serialize)]
pub(crate) struct WishFigures {
    /// Commuters between different areas of the same region.
    pub(crate) commuters: u64,
    /// `commuters` ÷ all commuters between areas.
    pub(crate) share: f64,
    /// Its regions: fill, name and inhabitants, the largest first.
    pub(crate) regions: Vec<(String, String, u64)>,
}

/// Most maps of models that fit one sheet with their regions.
const MOST_ON_A_SHEET: usize = 8;

/// Whether a study compares models under one set of rules, few enough to stand on one sheet.
pub(crate) fn has_sheet(document: &ReportDocument) -> bool {
    document.study.as_ref().is_some_and(|study| {
        let is_one = study.table.as_ref().is_some_and(|table| table.rows.len() == 1);
        is_one && (2..=MOST_ON_A_SHEET).contains(&study.maps.len())
    })
}

/// The templates of a report, ready to be filled.
#[derive(Debug)]
pub(crate) struct Pages {
    sources: BTreeMap<String, String>,
}

impl Pages {
    /// Our templates, replaced by those of the same name in a folder.
    pub(crate) fn new(folder: Option<&Path>) -> Result<Self, Defect> {
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
    pub(crate) fn render(
        &self,
        name: &str,
        document: &ReportDocument,
        pictures: &Pictures,
    ) -> Result<String, Defect> {
        let context = context(document, pictures, &self.sources["style.css"]);
        self.filled(name, &environment(document), context)
    }

    /// The page of a batch: `batch.html.j2` or `batch.md.j2` filled from what it shows.
    pub(crate) fn render_batch(
        &self,
        name: &str,
        lang: Lang,
        batch: &impl Serialize,
    ) -> Result<String, Defect> {
        let style = &self.sources["style.css"];
        let context = minijinja::context! { batch => Serde(batch), style => style };
        self.filled(name, &plain_environment(lang), context)
    }

    fn filled(
        &self,
        name: &str,
        environment: &Environment<'static>,
        context: Value,
    ) -> Result<String, Defect> {
        let source = &self.sources[name];
        if source.len() > LONGEST_TEMPLATE {
            let what = format!("the template is longer than {LONGEST_TEMPLATE} bytes");
            return Err(Defect::new("E409", name, what, "shorten the template"));
        }
        let page = std::thread::scope(|scope| {
            let render = || environment.render_named_str(name, source, context);
            let page = std::thread::Builder::new().stack_size(DEEPEST_STACK);
            page.spawn_scoped(scope, render)
                .map(|page| page.join().expect("templates do not panic"))
        });
        let page = page.map_err(|error| {
            let what = format!("no thread for the template: {error}");
            Defect::new("E409", name, what, "allow the program more memory")
        })?;
        let page = page.map(|page| if name.ends_with(".md.j2") { spaced(&page) } else { page });
        page.map_err(|error| {
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

/// A text in Markdown with an empty line before every heading, list and table, without which pandoc reads
/// none, and after every list and table, which would go on otherwise.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 64);
    let mut before = Line::Blank;
    for line in text.lines() {
        let kind = Line::of(line);
        let parted = kind != before || kind == Line::Heading;
        if parted && kind != Line::Blank && before != Line::Blank {
            spaced.push('\n');
        }
        spaced.push_str(line);
        spaced.push('\n');
        before = kind;
    }
    spaced
}

/// What a line of Markdown belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Blank,
    Heading,
    Item,
    Row,
    Text,
}

impl Line {
    fn of(line: &str) -> Self {
        let marks = line.bytes().take_while(|&byte| byte == b'#').count();
        match line {
            _ if line.trim().is_empty() => Self::Blank,
            _ if (1..=6).contains(&marks) && line[marks..].starts_with(' ') => Self::Heading,
            _ if line.starts_with("- ") => Self::Item,
            _ if line.starts_with('|') => Self::Row,
            _ => Self::Text,
        }
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
        sets => sets(document, pictures),
        price_tables => price_tables(document),
        has_prices => document.plans.iter().any(|plan| !plan.prices.is_empty()),
        maps => Serde(safe(&pictures.maps)),
        minis => Serde(safe(&pictures.minis)),
        flows => Serde(safe(&pictures.flows)),
        flow_lists => Serde(&pictures.flow_lists),
        flow_most => Serde(&pictures.flow_most),
        moved_maps => Serde(pictures.moved.iter().map(|svg| Value::from_safe_string(svg.clone())).collect::<Vec<_>>()),
        wish_maps => Serde(pictures.wishes.iter().map(|svg| Value::from_safe_string(svg.clone())).collect::<Vec<_>>()),
        wish_figures => Serde(&pictures.wish_figures),
        has_sheet => has_sheet(document),
        supply => Serde(&pictures.supply),
        out_commuting => Serde(&pictures.out_commuting),
        stability_map => Value::from_safe_string(pictures.stability_map.clone()),
        shapes => Value::from_safe_string(pictures.shapes.clone()),
        map_files => Serde(&pictures.map_files),
        style => style,
    }
}

/// The sets of fronts: their objectives, fronts and chart, and a name for anchors.
fn sets(document: &ReportDocument, pictures: &Pictures) -> Vec<Value> {
    let sets = document.sets();
    sets.iter()
        .zip(&pictures.charts)
        .map(|(against, chart)| {
            let objectives: Vec<&ObjectiveView> =
                document.objectives.iter().filter(|view| against.contains(&view.key)).collect();
            let fronts: Vec<&FrontView> =
                document.fronts.iter().filter(|front| front.against == **against).collect();
            let (svg, file) = chart.clone().unwrap_or_default();
            minijinja::context! {
                id => if sets.len() > 1 { against.join("-") } else { String::new() },
                has_population => against.iter().any(|key| key == "min-population"),
                num_points => fronts.iter().map(|front| front.points.len()).sum::<usize>(),
                objectives => Serde(objectives),
                fronts => Serde(fronts),
                chart => Value::from_safe_string(svg),
                chart_file => file,
            }
        })
        .collect()
}

/// Most columns of a table of prices: more do not fit on a page.
const PRICE_COLUMNS: usize = 8;

/// Prices with a row per rule and a column per plan: plans with the same rules share a table.
fn price_tables(document: &ReportDocument) -> Vec<Value> {
    let rules = |plan: &PlanView| -> Vec<String> {
        plan.prices.iter().map(|price| price.rule.clone()).collect()
    };
    let standing: Vec<&PlanView> =
        document.main_plans().filter(|plan| !plan.prices.is_empty()).collect();
    standing
        .chunk_by(|a, b| rules(a) == rules(b))
        .flat_map(|alike| alike.chunks(PRICE_COLUMNS))
        .map(|plans| {
            let rows = rules(plans[0]).into_iter().enumerate().map(|(at, rule)| {
                let prices: Vec<&PriceView> = plans.iter().map(|plan| &plan.prices[at]).collect();
                minijinja::context! { rule => rule, prices => Serde(prices) }
            });
            minijinja::context! { plans => Serde(plans), rows => rows.collect::<Vec<Value>>() }
        })
        .collect()
}

/// A price: nothing, a figure, or the two it lies between.
fn price_text(lang: Lang, price: &PriceView) -> String {
    let whole = |commuters: u64| lang.whole(commuters.into());
    let Some(bound) = price.bound else { return lang.word("price_unknown").to_owned() };
    // What the plan itself keeps.
    let own = price.objective - price.price;
    if !price.is_proven {
        let (least, most) = (whole(price.price), whole(bound.saturating_sub(own)));
        lang.say("price_at_least", &[("least", least), ("most", most)])
    } else if price.price == 0 {
        "–".to_owned()
    } else {
        whole(price.price)
    }
}

/// Where points of a front may be missing, in words.
fn gap_text(document: &ReportDocument, front: &FrontView, gap: &Gap) -> String {
    let lang = document.lang;
    let beyond: Vec<String> = gap
        .beyond
        .iter()
        .map(|(key, &value)| {
            let known = Objective::new(key);
            let name = document.objectives.iter().find(|view| view.key == known.key);
            let name = name.map_or_else(|| known.name(lang), |view| view.name.clone());
            let word = if known.sense() == Sense::Max { "gap_more" } else { "gap_less" };
            lang.say(word, &[("second", lower_first(&name)), ("value", known.show(lang, value))])
        })
        .collect();
    let word = if beyond.is_empty() { "gap_any" } else { "gap_beyond" };
    let values = [
        ("k", front.k.to_string()),
        ("bound", lang.whole(gap.bound.into())),
        ("beyond", lang.list(&beyond)),
    ];
    lang.say(word, &values)
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

/// What every plan is called: its number of regions, the point where several of one front are
/// shown, and the objectives where there are several sets of fronts.
fn plan_names(document: &ReportDocument) -> BTreeMap<String, String> {
    let lang = document.lang;
    let has_sets = document.sets().len() > 1;
    let of_front = |plan: &PlanView| (plan.k, plan.against.clone());
    let names = document.plans.iter().map(|plan| {
        let k = ("k", plan.k.to_string());
        let shown = document.plans.iter().filter(|other| of_front(other) == of_front(plan));
        let mut name = if shown.count() > 1 {
            let second =
                plan.against.first().map(|key| lower_first(&Objective::new(key).name(lang)));
            let (point, second) = (plan.point.number.to_string(), second.unwrap_or_default());
            // What a point stands for says more than its number.
            let key = match plan.picked.first() {
                Some(Pick::Knee) => "plan_name_compromise",
                Some(Pick::Best) => "plan_name_best",
                Some(Pick::End) => "plan_name_end",
                _ => "plan_name_point",
            };
            lang.say(key, &[k, ("point", point), ("second", second)])
        } else {
            lang.say(if plan.k == 1 { "plan_name_one" } else { "plan_name" }, &[k])
        };
        if has_sets {
            let objectives = document.objectives.iter();
            let words: Vec<String> = objectives
                .filter(|view| plan.against.contains(&view.key))
                .map(|view| lower_first(&view.name))
                .collect();
            name = format!("{name}, {}", lang.list(&words));
        }
        (plan.id.clone(), name)
    });
    names.collect()
}

/// Marks pages in Markdown.
const MARKDOWN: AutoEscape = AutoEscape::Custom(Cow::Borrowed("markdown"));

/// What a page may cost: instructions, and data by the 64 bytes. Pages of thousands of points take a
/// tenth of it, and a template without end is stopped within seconds and some gigabytes.
const FUEL: u64 = 40_000_000;

/// Longest template in bytes: four times ours.
const LONGEST_TEMPLATE: usize = 200_000;

/// Stack in bytes of the thread that fills a template. Its parser calls itself for every sign and
/// every bracket, with some six hundred bytes a call: what the longest template may nest must fit,
/// and the threads of a pool or a test have two megabytes. Only what is used is ever touched.
const DEEPEST_STACK: usize = 256 << 20;

/// A text of ours, which may hold marks; on other pages than Markdown it is escaped like any text.
fn of_ours(state: &State, text: String) -> Value {
    if *state.auto_escape() == MARKDOWN { Value::from_safe_string(text) } else { Value::from(text) }
}

/// What the templates of a report may use.
fn environment(document: &ReportDocument) -> Environment<'static> {
    let lang = document.lang;
    let mut environment = plain_environment(lang);
    let names = plan_names(document);
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
    let known = document.clone();
    environment.add_function(
        "gap_text",
        move |Serde(front): Serde<FrontView>, Serde(gap): Serde<Gap>| {
            gap_text(&known, &front, &gap)
        },
    );
    environment
        .add_function("price_text", move |Serde(price): Serde<PriceView>| price_text(lang, &price));
    environment
}

/// What every template may use: words, and figures in the language.
fn plain_environment(lang: Lang) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.set_auto_escape_callback(|name| {
        if name.contains(".html") { AutoEscape::Html } else { MARKDOWN }
    });
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() && *state.auto_escape() == MARKDOWN => {
            Ok(out.write_str(&markdown(text))?)
        }
        Some(text) if !value.is_safe() => {
            escape_formatter(out, state, &Value::from(visible(text).into_owned()))
        }
        Some(text) if *state.auto_escape() == MARKDOWN => Ok(out.write_str(text)?),
        None if *state.auto_escape() == MARKDOWN => {
            let text = value.to_string();
            let is_plain = value.is_safe() || value.is_number();
            Ok(out.write_str(&if is_plain { text } else { markdown(&text) })?)
        }
        _ => escape_formatter(out, state, value),
    });
    environment.set_fuel(Some(FUEL));
    environment.add_function("t", move |state: &State, key: String| {
        let text = lang.text(&key).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("there is no text `{key}`"))
        })?;
        Ok::<Value, Error>(of_ours(state, text.to_owned()))
    });
    environment.add_function("say", move |state: &State, key: String, values: Kwargs| {
        let text = lang.text(&key).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("there is no text `{key}`"))
        })?;
        let mut filled = Vec::new();
        for name in values.args() {
            let value: Value = values.get(name)?;
            let text = value.to_string();
            let is_text = !value.is_safe() && *state.auto_escape() == MARKDOWN;
            filled.push((name, if is_text { markdown(&text) } else { text }));
        }
        Ok::<Value, Error>(of_ours(state, fill(text, &filled)))
    });
    environment.add_filter("whole", move |number: i128| lang.whole(number));
    environment.add_filter("signed", move |number: i128| lang.signed(number));
    environment.add_filter("percent", move |share: f64| lang.percent(share));
    environment.add_filter("decimal", move |number: f64, decimals: Option<usize>| {
        lang.decimal(number, decimals.unwrap_or(1))
    });
    // Text in a cell of a Markdown table.
    environment.add_filter("cell", |value: Value| {
        let text = value.to_string();
        Value::from_safe_string(if value.is_safe() { text } else { markdown(&text) })
    });
    // Text as a YAML string.
    environment.add_filter("quoted", |text: String| {
        let text = visible(&text).replace(['\n', '\t'], " ");
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        Value::from_safe_string(format!("\"{text}\""))
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

    /// What a template without end, or one that does not parse, ends in.
    #[test]
    fn templates_that_nest_or_repeat_without_end_are_stopped() {
        let instance = regionfront_testkit::Sketch::new(2).land(0, 1).instance();
        let rules = regionfront_model::scenario::Rules::default();
        let scenario = String::new();
        let problem = regionfront_model::scenario::Problem { instance, scenario, rules };
        let options = crate::StampedOptions { engine: String::new(), seed: None };
        let stamp = crate::RunStamp::now(&problem, options, Vec::new());
        let run = crate::RecordedRun::new(problem, stamp);
        let (document, _) = crate::view::build(&run, &crate::Selection::default(), Lang::En);
        let nested = |open: &str, close: &str, times| open.repeat(times) + &close.repeat(times);
        for source in [
            "{% for a in range(90000) %}{% for b in range(90000) %}x{% endfor %}{% endfor %}"
                .to_owned(),
            "{% set ns = namespace(x='xx') %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}\
             {% endfor %}{{ ns.x }}"
                .to_owned(),
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}".to_owned(),
            "{% include 'report.md.j2' %}".to_owned(),
            nested("{% if true %}", "{% endif %}", 8_000),
            nested("(", ")", LONGEST_TEMPLATE / 2),
            format!("{{{{ {} }}}}", nested("(", ")", LONGEST_TEMPLATE / 2 - 10)),
            format!("{{{{ {}1 }}}}", "-".repeat(LONGEST_TEMPLATE - 10)),
            format!("{{{{ {}1 }}}}", "not ".repeat(LONGEST_TEMPLATE / 4 - 10)),
            format!("{{{{ {}1 }}}}", "1+".repeat(LONGEST_TEMPLATE / 2 - 10)),
            " ".repeat(LONGEST_TEMPLATE + 1),
        ] {
            let sources = BTreeMap::from([
                ("report.md.j2".to_owned(), source.clone()),
                ("style.css".to_owned(), String::new()),
            ]);
            let page = Pages { sources }.render("report.md.j2", &document, &Pictures::default());
            match page {
                Err(defect) => assert_eq!(defect.code, "E409"),
                Ok(page) => assert!(page.len() <= 2 * source.len(), "{}", page.len()),
            }
        }
    }
}
