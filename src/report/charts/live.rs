//! A chart that grows: the points of a run as they are found, each with its bound, and how far
//! points still to come can reach.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::axis::Axis;
use super::{
    BOTTOM, COVERED, Chart, Dot, HEIGHT, LEFT, Live, Mark, RIGHT, Series, TOP, WIDTH, ratio,
};
use crate::view::ReferenceView;
use crate::words::{Lang, Objective, Sense};
use regionfront_model::quantity::Commuters;

/// A point of a run that may not have ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LivePoint {
    /// Number of regions.
    pub(crate) k: usize,
    /// Internal commuting.
    pub(crate) objective: Commuters,
    /// Its value of the second objective, where there is one.
    pub(crate) score: Option<f64>,
    /// No plan that demands as much holds more.
    pub(crate) bound: Commuters,
}

impl LivePoint {
    /// What the page knows it by.
    pub(crate) fn key(&self) -> String {
        let score = self.score.map(|score| format!("-{score}")).unwrap_or_default();
        format!("{}-{}{score}", self.k, self.objective)
    }
}

/// The fronts so far against a second objective, a line per k; `open` are the k for which more may
/// come. `None` where there is no point yet.
pub(crate) fn live(
    points: &[LivePoint],
    open: &BTreeSet<usize>,
    total: Commuters,
    second: &Objective,
    references: &[ReferenceView],
    lang: Lang,
) -> Option<Chart> {
    let mut by_k: BTreeMap<usize, Vec<&LivePoint>> = BTreeMap::new();
    for point in points {
        by_k.entry(point.k).or_default().push(point);
    }
    let last = by_k.len().saturating_sub(1).max(1);
    let series: Vec<Series> = by_k
        .into_iter()
        .enumerate()
        .map(|(at, (k, mut points))| {
            points.sort_by_key(|point| std::cmp::Reverse(point.objective));
            let dots = points.into_iter().filter_map(|point| {
                let score = point.score?;
                let shown = second.show(lang, score);
                Some(dot(point, score, total, lang, &shown))
            });
            Series {
                shade: ratio(at, last),
                label: k.to_string(),
                points: dots.collect(),
                is_open: open.contains(&k),
            }
        })
        .collect();
    let marks = references
        .iter()
        .filter(|reference| reference.population_covered.is_some_and(|share| share >= COVERED))
        .filter_map(|reference| {
            let x = *reference.against.get(&second.key)?;
            let label = format!("{} ({})", reference.name, reference.num_regions);
            Some(Mark { x, y: reference.share?, label })
        })
        .collect();
    chart(series, marks, Some(second.clone()), lang)
}

/// The best plans so far by number of regions; `None` where there is none yet.
pub(crate) fn live_over_k(
    points: &[LivePoint],
    total: Commuters,
    references: &[ReferenceView],
    lang: Lang,
) -> Option<Chart> {
    let mut best: BTreeMap<usize, &LivePoint> = BTreeMap::new();
    for point in points {
        let known = best.entry(point.k).or_insert(point);
        if point.objective >= known.objective {
            *known = point;
        }
    }
    let near = |k: usize| best.keys().any(|asked| asked.abs_diff(k) <= 2);
    let marks = references
        .iter()
        .filter(|reference| reference.population_covered.is_some_and(|share| share >= COVERED))
        .filter(|reference| near(reference.num_regions))
        .filter_map(|reference| {
            let label = format!("{} ({})", reference.name, reference.num_regions);
            Some(Mark { x: ratio(reference.num_regions, 1), y: reference.share?, label })
        })
        .collect();
    let dots = best.into_values().map(|point| {
        let mut dot = dot(point, ratio(point.k, 1), total, lang, "");
        dot.is_chosen = true;
        dot
    });
    let series =
        Series { shade: 0.0, label: String::new(), points: dots.collect(), is_open: false };
    chart(vec![series], marks, None, lang)
}

fn dot(point: &LivePoint, x: f64, total: Commuters, lang: Lang, second: &str) -> Dot {
    let share = |commuters| share_of(commuters, total);
    let bound = (point.bound > point.objective).then(|| share(point.bound));
    let mut note = format!("k = {}: {}", point.k, lang.percent(share(point.objective)));
    if !second.is_empty() {
        let _ = write!(note, "; {second}");
    }
    if let Some(bound) = bound {
        let _ = write!(note, " (≤ {})", lang.percent(bound));
    }
    let live = Some(Live { key: point.key(), bound });
    Dot { x, y: share(point.objective), is_chosen: false, note, live }
}

#[expect(clippy::cast_precision_loss, reason = "a share to draw")]
fn share_of(part: Commuters, whole: Commuters) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn chart(
    series: Vec<Series>,
    references: Vec<Mark>,
    second: Option<Objective>,
    lang: Lang,
) -> Option<Chart> {
    if series.iter().all(|series| series.points.is_empty()) {
        return None;
    }
    let dots = || series.iter().flat_map(|series| &series.points);
    let xs = dots().map(|dot| dot.x).chain(references.iter().map(|mark| mark.x));
    let x = Axis::around(xs, second.is_none(), LEFT, WIDTH - RIGHT);
    let bounds = dots().filter_map(|dot| dot.live.as_ref()?.bound);
    let ys = dots().map(|dot| dot.y).chain(references.iter().map(|mark| mark.y)).chain(bounds);
    let y = Axis::around(ys, false, HEIGHT - BOTTOM, TOP);
    let x_title = match &second {
        Some(second) => second.name(lang),
        None => lang.word("number_of_regions").to_owned(),
    };
    let title = lang.say("chart_title", &[("second", x_title.clone())]);
    let told = dots().count();
    Some(Chart {
        id: "-live".to_owned(),
        lang,
        title,
        description: lang.say("chart_live", &[("points", told.to_string())]),
        x_title,
        second,
        series,
        references,
        x,
        y,
        is_live: true,
    })
}

impl Chart {
    /// How far points beyond the last of an open series can reach: no higher than its bound.
    pub(super) fn beyond(&self, svg: &mut String, series: &Series, colour: &str) {
        let (Some(last), Some(second)) = (series.points.last(), &self.second) else { return };
        if !series.is_open {
            return;
        }
        let ceiling = last.live.as_ref().and_then(|live| live.bound).unwrap_or(last.y);
        let (x, y) = (self.x.place(last.x), self.y.place(ceiling));
        let end = if second.sense() == Sense::Max { WIDTH - RIGHT } else { LEFT };
        let _ = writeln!(
            svg,
            "<path class=\"ceiling\" stroke=\"{colour}\" d=\"M{x:.1} {y:.1}H{end:.1}\"/>"
        );
    }

    /// The line from a dot up to its bound, and the attributes by which the page knows the dot.
    pub(super) fn bound(&self, svg: &mut String, dot: &Dot, x: f64, colour: &str) -> String {
        let Some(live) = &dot.live else { return String::new() };
        if let Some(bound) = live.bound {
            let (from, to) = (self.y.place(dot.y), self.y.place(bound));
            let _ = writeln!(
                svg,
                "<path class=\"whisker\" stroke=\"{colour}\" \
                 d=\"M{x:.1} {from:.1}V{to:.1}m-4 0h8\"/>"
            );
        }
        let is_open = if live.bound.is_some() { " data-open=\"\"" } else { "" };
        format!(" data-point=\"{}\"{is_open}", live.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(k: usize, objective: u64, score: f64, bound: u64) -> LivePoint {
        LivePoint { k, objective, score: Some(score), bound }
    }

    #[test]
    fn open_points_have_a_line_to_their_bound_and_open_fronts_a_ceiling() {
        let points = [point(2, 60, 10.0, 60), point(2, 50, 20.0, 55)];
        let second = Objective::new("min-population");
        let drawn = |open: &[usize]| {
            let open = open.iter().copied().collect();
            live(&points, &open, 100, &second, &[], Lang::En).expect("points").embedded()
        };
        let svg = drawn(&[2]);
        assert_eq!(svg.matches("class=\"whisker\"").count(), 1);
        assert_eq!(svg.matches("class=\"ceiling\"").count(), 1);
        assert!(svg.contains("data-point=\"2-50-20\" data-open=\"\""));
        assert!(svg.contains("data-point=\"2-60-10\" cx"));
        assert!(!svg.contains("style="), "the page's policy forbids styles in place");
        assert_eq!(drawn(&[]).matches("class=\"ceiling\"").count(), 0);
    }

    #[test]
    fn of_incumbents_the_best_of_every_k_is_drawn() {
        let points = [
            LivePoint { k: 3, objective: 40, score: None, bound: 70 },
            LivePoint { k: 3, objective: 50, score: None, bound: 50 },
            LivePoint { k: 4, objective: 30, score: None, bound: 35 },
        ];
        let svg = live_over_k(&points, 100, &[], Lang::Nb).expect("points").embedded();
        assert_eq!(svg.matches("data-point=").count(), 2);
        assert!(svg.contains("data-point=\"3-50\"") && svg.contains("data-point=\"4-30\""));
    }
}
