//! `front.svg`: the trade-offs, as a chart.
//!
//! With a second objective: internal commuting against it, a line per k, references as diamonds, so
//! that one sees how far they are from the front. Without: internal commuting against the number of
//! regions. Every line and diamond is labelled where it stands; there is no legend to look up.

use std::fmt::Write as _;

use crate::maps::{FONTS, escape, text_width};
use crate::view::{FrontView, PointView, ReportDocument};
use crate::words::{Lang, Objective};

mod axis;
mod live;

pub(crate) use live::{LivePoint, live, live_over_k};

use axis::Axis;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 500.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 40.0;
const TOP: f64 = 46.0;
const BOTTOM: f64 = 62.0;
/// Least distance between the base lines of two labels.
const LABEL_LINE: f64 = 16.0;
/// Least share of the inhabitants a reference covers to be set beside divisions of all of them.
const COVERED: f64 = 0.75;

/// Rules for the classes of a standalone chart; a page brings its own.
const STYLE: &str = "\
text{font-size:13px;fill:#333}.tick{fill:#555}.axis-title{font-size:13px;fill:#333;\
font-weight:bold}.grid{stroke:#e4e4e4;stroke-width:1}.axis{stroke:#888;stroke-width:1}\
.series{fill:none;stroke-width:2;stroke-linejoin:round}.value{font-size:12px;text-anchor:middle}\
.k-label{font-weight:bold}.reference{fill:#fff;stroke:#111;stroke-width:1.8}\
.reference-label{font-size:12.5px;fill:#111}.label-back{fill:#fff;fill-opacity:.86}\
.chosen{stroke:#fff;stroke-width:1.5}";

/// A mark of the chart before it is placed.
struct Mark {
    x: f64,
    y: f64,
    label: String,
}

struct Series {
    /// Position between the first and the last k, for the colour.
    shade: f64,
    label: String,
    points: Vec<Dot>,
    /// Whether points may be found beyond the last.
    is_open: bool,
}

struct Dot {
    x: f64,
    y: f64,
    is_chosen: bool,
    note: String,
    live: Option<Live>,
}

/// What a dot of a growing chart has beside.
struct Live {
    /// What the service's page knows it by.
    key: String,
    /// The ceiling above it; none where it is proven.
    bound: Option<f64>,
}

/// The chart of a document; `None` where there is no plan.
pub(crate) struct Chart {
    /// Tells charts of one page apart.
    id: String,
    lang: Lang,
    title: String,
    description: String,
    x_title: String,
    second: Option<Objective>,
    series: Vec<Series>,
    references: Vec<Mark>,
    x: Axis,
    y: Axis,
    /// Whether it is for the service's page, which draws it again as it grows.
    is_live: bool,
}

impl Chart {
    /// The chart of the fronts against a set of objectives, the first of them on its axis; the set
    /// is empty where commuting alone was maximised.
    pub(crate) fn new(document: &ReportDocument, against: &[String]) -> Option<Self> {
        let lang = document.lang;
        let second = against.first().map(|key| Objective::new(key));
        let fronts: Vec<&FrontView> =
            document.fronts.iter().filter(|front| front.against == against).collect();
        let series = match &second {
            Some(second) => per_k(&fronts, second, lang),
            None => over_k(&fronts),
        };
        if series.iter().all(|series| series.points.is_empty()) {
            return None;
        }
        let references = references(document, second.as_ref());
        let points = || {
            let dots = series.iter().flat_map(|series| &series.points).map(|dot| (dot.x, dot.y));
            dots.chain(references.iter().map(|mark| (mark.x, mark.y)))
        };
        let x = Axis::around(points().map(|point| point.0), second.is_none(), LEFT, WIDTH - RIGHT);
        let y = Axis::around(points().map(|point| point.1), false, HEIGHT - BOTTOM, TOP);
        let x_title = match &second {
            Some(second) => document
                .objectives
                .iter()
                .find(|view| view.key == second.key)
                .map_or_else(|| second.name(lang), |view| view.name.clone()),
            None => lang.word("number_of_regions").to_owned(),
        };
        let title = lang.say("chart_title", &[("second", x_title.clone())]);
        let description = description(&fronts, &references, second.as_ref(), lang);
        let id = if document.sets().len() > 1 { against.join("-") } else { String::new() };
        Some(Self {
            id,
            lang,
            title,
            description,
            x_title,
            second,
            series,
            references,
            x,
            y,
            is_live: false,
        })
    }

    /// Name of its file, without extension: `front`, or `front-distance` where there are several.
    pub(crate) fn file(&self) -> String {
        if self.id.is_empty() { "front".to_owned() } else { format!("front-{}", self.id) }
    }

    /// For a page.
    pub(crate) fn embedded(&self) -> String {
        let mut svg = format!(
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             aria-labelledby=\"chart{id}-t chart{id}-d\"><title id=\"chart{id}-t\">{}</title>\
             <desc id=\"chart{id}-d\">{}</desc>\n",
            escape(&self.title),
            escape(&self.description),
            id = self.id,
        );
        self.body(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    /// As a file of its own.
    pub(crate) fn standalone(&self) -> String {
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" aria-labelledby=\"t d\" \
             font-family=\"{FONTS}\">\n<title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n\
             <style>{STYLE}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            escape(&self.title),
            escape(&self.description)
        );
        self.body(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    fn body(&self, svg: &mut String) {
        self.axes(svg);
        let mut labels: Vec<(String, Mark)> = Vec::new();
        for series in &self.series {
            let colour = shade(series.shade);
            let at: Vec<(f64, f64)> = series
                .points
                .iter()
                .map(|dot| (self.x.place(dot.x), self.y.place(dot.y)))
                .collect();
            let mut path = String::new();
            for (i, (x, y)) in at.iter().enumerate() {
                let _ = write!(path, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
            }
            let _ = writeln!(svg, "<path class=\"series\" stroke=\"{colour}\" d=\"{path}\"/>");
            self.beyond(svg, series, &colour);
            for (dot, (x, y)) in series.points.iter().zip(&at) {
                let (class, radius) = if dot.is_chosen { ("chosen", 5.5) } else { ("point", 2.6) };
                let bound = self.bound(svg, dot, *x, &colour);
                let _ = writeln!(
                    svg,
                    "<circle class=\"{class}\"{bound} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" \
                     fill=\"{colour}\"><title>{}</title></circle>",
                    escape(&dot.note)
                );
                if self.second.is_none() {
                    let _ = writeln!(
                        svg,
                        "<text class=\"value\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                        y - 12.0,
                        self.lang.percent(dot.y)
                    );
                }
            }
            // Below the point with fewest commuters nothing else is drawn.
            if self.second.is_some()
                && let Some((x, y)) = at.last()
            {
                labels.push((colour, Mark { x: *x, y: y + 19.0, label: series.label.clone() }));
            }
        }
        self.k_labels(svg, &labels);
        self.reference_marks(svg);
    }

    /// The number of regions at the end of every line, in words at the one furthest to the right.
    fn k_labels(&self, svg: &mut String, labels: &[(String, Mark)]) {
        let furthest = labels.iter().map(|(_, mark)| mark.x).fold(f64::MIN, f64::max);
        for (colour, mark) in labels {
            let label = if mark.x >= furthest {
                self.lang.say("chart_k", &[("k", mark.label.clone())])
            } else {
                mark.label.clone()
            };
            // A style in place outdoes the class of a page; the service's page has none for the fill.
            let fill = if self.is_live {
                format!("fill=\"{colour}\"")
            } else {
                format!("style=\"fill:{colour}\"")
            };
            let _ = writeln!(
                svg,
                "<text class=\"k-label\" text-anchor=\"middle\" x=\"{:.1}\" y=\"{:.1}\" \
                 {fill}>{label}</text>",
                mark.x, mark.y
            );
        }
    }

    fn reference_marks(&self, svg: &mut String) {
        let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
        let mut placed: Vec<Mark> = Vec::new();
        for mark in &self.references {
            let (x, y) = (self.x.place(mark.x), self.y.place(mark.y));
            let _ = writeln!(
                svg,
                "<path class=\"reference\" d=\"M{x:.1} {:.1}l6.5 6.5l-6.5 6.5l-6.5 -6.5Z\"/>",
                y - 6.5
            );
            placed.push(Mark { x, y: y + 4.5, label: mark.label.clone() });
        }
        spread(&mut placed);
        for mark in &placed {
            let (anchor, x) =
                if mark.x < middle { ("start", mark.x + 11.0) } else { ("end", mark.x - 11.0) };
            let wide = text_width(&mark.label, 12.5) * 0.94;
            let left = if anchor == "start" { x } else { x - wide };
            let _ = writeln!(
                svg,
                "<rect class=\"label-back\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" \
                 height=\"18\" rx=\"2\"/>\
                 <text class=\"reference-label\" text-anchor=\"{anchor}\" x=\"{x:.1}\" \
                 y=\"{:.1}\">{}</text>",
                left - 3.0,
                mark.y - 13.0,
                wide + 6.0,
                mark.y,
                escape(&mark.label)
            );
        }
    }

    fn axes(&self, svg: &mut String) {
        for value in self.y.ticks() {
            let y = self.y.place(value);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\"/>\
                 <text class=\"tick\" text-anchor=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 9.0,
                y + 4.5,
                self.lang.percent_sign(&self.lang.decimal(value * 100.0, self.y.decimals(100.0)))
            );
        }
        let floor = HEIGHT - BOTTOM;
        let _ = writeln!(
            svg,
            "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{floor}\" x2=\"{}\" y2=\"{floor}\"/>",
            WIDTH - RIGHT
        );
        for value in self.x.ticks() {
            let x = self.x.place(value);
            let shown = match &self.second {
                Some(second) => second.show(self.lang, value),
                None => self.lang.decimal(value, 0),
            };
            let _ = writeln!(
                svg,
                "<line class=\"axis\" x1=\"{x:.1}\" y1=\"{floor}\" x2=\"{x:.1}\" y2=\"{}\"/>\
                 <text class=\"tick\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{}\">{shown}</text>",
                floor + 5.0,
                floor + 21.0
            );
        }
        let _ = writeln!(
            svg,
            "<text class=\"axis-title\" x=\"8\" y=\"20\">{}</text>\
             <text class=\"axis-title\" text-anchor=\"end\" x=\"{}\" y=\"{}\">{}</text>",
            escape(self.lang.word("chart_y")),
            WIDTH - RIGHT,
            HEIGHT - 14.0,
            escape(&self.x_title)
        );
    }
}

fn per_k(fronts: &[&FrontView], second: &Objective, lang: Lang) -> Vec<Series> {
    let fronts: Vec<_> = fronts.iter().filter(|front| !front.points.is_empty()).collect();
    let last = fronts.len().saturating_sub(1).max(1);
    fronts
        .iter()
        .enumerate()
        .map(|(at, front)| Series {
            shade: ratio(at, last),
            label: front.k.to_string(),
            is_open: false,
            points: front
                .points
                .iter()
                .filter_map(|point| {
                    let value = value_of(second, point)?;
                    let share = point.share?;
                    Some(Dot {
                        x: value,
                        y: share,
                        is_chosen: point.is_shown,
                        live: None,
                        note: format!(
                            "k = {}: {}; {}",
                            front.k,
                            lang.percent(share),
                            second.show(lang, value)
                        ),
                    })
                })
                .collect(),
        })
        .collect()
}

fn over_k(fronts: &[&FrontView]) -> Vec<Series> {
    let points = fronts
        .iter()
        .filter_map(|front| {
            let point = front.points.first()?;
            Some(Dot {
                x: ratio(front.k, 1),
                y: point.share?,
                is_chosen: true,
                note: format!("k = {}", front.k),
                live: None,
            })
        })
        .collect();
    vec![Series { shade: 0.0, label: String::new(), points, is_open: false }]
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn value_of(second: &Objective, point: &PointView) -> Option<f64> {
    point.against.get(&second.key).copied()
}

/// References that cover most inhabitants and have a value for the second objective or, without
/// one, a number of regions within two of those asked for.
fn references(document: &ReportDocument, second: Option<&Objective>) -> Vec<Mark> {
    let ks: Vec<usize> = document.fronts.iter().map(|front| front.k).collect();
    let near = |k: usize| {
        ks.iter().min().is_some_and(|&least| k + 2 >= least)
            && ks.iter().max().is_some_and(|&most| k <= most + 2)
    };
    document
        .references
        .iter()
        .filter(|reference| reference.population_covered.is_some_and(|share| share >= COVERED))
        .filter(|reference| second.is_some() || near(reference.num_regions))
        .filter_map(|reference| {
            let x = match second {
                None => ratio(reference.num_regions, 1),
                Some(second) => *reference.against.get(&second.key)?,
            };
            let count = reference.num_regions.to_string();
            let label = format!("{} ({count})", reference.name);
            Some(Mark { x, y: reference.share?, label })
        })
        .collect()
}

fn description(
    fronts: &[&FrontView],
    references: &[Mark],
    second: Option<&Objective>,
    lang: Lang,
) -> String {
    let mut sentences: Vec<String> = fronts
        .iter()
        .filter_map(|front| {
            let (first, last) = (front.points.first()?, front.points.last()?);
            let one = |point: &PointView| {
                let share = lang.percent(point.share.unwrap_or(0.0));
                match second.and_then(|second| Some((second, value_of(second, point)?))) {
                    Some((second, value)) => format!("{share}: {}", second.show(lang, value)),
                    None => share,
                }
            };
            let k = front.k;
            Some(if front.points.len() == 1 {
                format!("k = {k}: {}.", one(first))
            } else {
                format!("k = {k}: {} – {}.", one(first), one(last))
            })
        })
        .collect();
    sentences
        .extend(references.iter().map(|mark| format!("{}: {}.", mark.label, lang.percent(mark.y))));
    sentences.join(" ")
}

/// Moves labels apart downwards until no two that are near each other overlap.
fn spread(marks: &mut [Mark]) {
    marks.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    for at in 1..marks.len() {
        for before in 0..at {
            let is_near = (marks[before].x - marks[at].x).abs() < 260.0;
            if is_near && marks[at].y - marks[before].y < LABEL_LINE {
                marks[at].y = marks[before].y + LABEL_LINE;
            }
        }
    }
}

/// Blue over violet to red: all dark enough on white and light enough on black.
fn shade(at: f64) -> String {
    const STOPS: [[f64; 3]; 3] = [[27.0, 110.0, 180.0], [130.0, 84.0, 168.0], [208.0, 74.0, 84.0]];
    let (low, part) = if at < 0.5 { (0, at * 2.0) } else { (1, at * 2.0 - 1.0) };
    let channel = |c: usize| STOPS[low][c] + (STOPS[low + 1][c] - STOPS[low][c]) * part.min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "colour channels lie in 0..=255"
    )]
    let [r, g, b] = [0, 1, 2].map(|c| channel(c).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_move_apart() {
        let mark = |y| Mark { x: 0.0, y, label: String::new() };
        let mut marks = [mark(10.0), mark(12.0), mark(11.0)];
        spread(&mut marks);
        let ys: Vec<f64> = marks.iter().map(|mark| mark.y).collect();
        assert_eq!(ys, [10.0, 26.0, 42.0]);
    }

    #[test]
    fn shades_run_from_blue_to_red() {
        assert_eq!(shade(0.0), "#1b6eb4");
        assert_eq!(shade(1.0), "#d04a54");
    }
}
