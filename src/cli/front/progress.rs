//! Progress of fronts on stderr.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use regionfront_model::quantity::{Commuters, grouped};
use regionfront_solver::engine::News;
use regionfront_solver::front::{FrontWatcher, Reply, Swept};
use regionfront_solver::job::{SolutionStatus, Termination};

use super::super::args::ProgressKind;
use super::super::progress::{Event, Lines, TICK, log_news};

/// What progress shows of a task.
pub(super) struct Title {
    pub(super) k: usize,
    pub(super) against: String,
    /// What no plan exceeds in the objective that is swept.
    pub(super) ideal: Option<f64>,
}

/// The watcher for this kind of progress.
pub(super) fn watcher(
    kind: ProgressKind,
    quiet: bool,
    titles: Vec<Title>,
) -> Box<dyn FrontWatcher> {
    let on_terminal = std::io::stderr().is_terminal();
    match kind {
        _ if quiet => Box::new(Plain { titles }),
        ProgressKind::Json => {
            Box::new(JsonLines { lines: Lines { begun: Instant::now() }, titles })
        }
        ProgressKind::Bar => Box::new(Bars::new(titles)),
        ProgressKind::Auto if on_terminal => Box::new(Bars::new(titles)),
        ProgressKind::Auto | ProgressKind::None => Box::new(Plain { titles }),
    }
}

fn log_reply(title: &Title, number: usize, reply: &Reply) {
    let (k, against) = (title.k, title.against.as_str());
    match reply {
        Reply::Point(point) => {
            tracing::debug!(k, against, number, objective = point.plan.objective(), "point");
        }
        Reply::Nothing => tracing::debug!(k, against, number, "nothing beyond"),
        Reply::Stopped { bound, .. } => tracing::debug!(k, against, number, bound, "stopped"),
    }
}

fn log_front(title: &Title, swept: &Swept) {
    tracing::info!(
        k = title.k,
        against = title.against.as_str(),
        points = swept.front.points.len(),
        complete = swept.front.is_complete(),
        seconds = swept.wall.as_secs_f64(),
        "front finished"
    );
}

/// Into the log only.
struct Plain {
    titles: Vec<Title>,
}

impl FrontWatcher for Plain {
    fn started(&self, _: usize) {}

    fn news(&self, task: usize, news: News) {
        log_news(self.titles[task].k, news);
    }

    fn replied(&self, task: usize, number: usize, reply: &Reply) {
        log_reply(&self.titles[task], number, reply);
    }

    fn finished(&self, task: usize, swept: &Swept) {
        log_front(&self.titles[task], swept);
    }
}

/// One JSON object per line: started, point, finished.
struct JsonLines {
    lines: Lines,
    titles: Vec<Title>,
}

impl FrontWatcher for JsonLines {
    fn started(&self, task: usize) {
        Lines::emit(&Event::Started { k: self.titles[task].k, t: self.lines.t() });
    }

    fn news(&self, task: usize, news: News) {
        log_news(self.titles[task].k, news);
    }

    fn replied(&self, task: usize, number: usize, reply: &Reply) {
        let title = &self.titles[task];
        log_reply(title, number, reply);
        if let Reply::Point(point) = reply {
            Lines::emit(&Event::Point {
                k: title.k,
                t: self.lines.t(),
                against: title.against.clone(),
                number,
                objective: point.plan.objective(),
                scores: point.scores.iter().map(|score| score.value()).collect(),
                bound: point.bound,
                solution: match point.stopped_by {
                    None => SolutionStatus::ProvenOptimal,
                    Some(_) => SolutionStatus::Feasible,
                },
                regions: point.plan.plan().labels().to_vec(),
            });
        }
    }

    fn finished(&self, task: usize, swept: &Swept) {
        log_front(&self.titles[task], swept);
        let front = &swept.front;
        let first = front.points.first();
        let (termination, solution) = match (&swept.fault, front.missing.first()) {
            (Some(_), _) => (Termination::Error, SolutionStatus::None),
            (None, Some(missing)) => (missing.stopped_by.into(), SolutionStatus::Feasible),
            (None, None) if first.is_none() => (Termination::Infeasible, SolutionStatus::None),
            (None, None) => (Termination::Optimal, SolutionStatus::ProvenOptimal),
        };
        Lines::emit(&Event::Finished {
            k: self.titles[task].k,
            t: self.lines.t(),
            termination,
            solution: if first.is_some() { solution } else { SolutionStatus::None },
            objective: first.map(|point| point.plan.objective()),
            bound: first.map(|point| point.bound),
        });
    }
}

/// A front under way.
struct Row {
    bar: ProgressBar,
    points: usize,
    last: Option<(Commuters, Vec<f64>)>,
    bound: Option<Commuters>,
    begun: Instant,
    ideal: Option<f64>,
    /// Where the sweep began.
    first: Option<f64>,
}

/// A line per front under way, and a bar over all.
struct Bars {
    titles: Vec<Title>,
    all: MultiProgress,
    overall: ProgressBar,
    rows: Mutex<BTreeMap<usize, Row>>,
}

impl Bars {
    fn new(titles: Vec<Title>) -> Self {
        let all = MultiProgress::new();
        let length = u64::try_from(titles.len()).unwrap_or(u64::MAX);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} fronts · {elapsed}")
            .expect("the template is fixed and valid");
        let overall = all.add(ProgressBar::new(length).with_style(style));
        overall.enable_steady_tick(TICK);
        Self { titles, all, overall, rows: Mutex::default() }
    }

    fn with_row(&self, task: usize, change: impl FnOnce(&mut Row)) {
        // A panic of an engine while it told its news leaves the rows as good as they were.
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = rows.get_mut(&task) {
            change(row);
            row.bar.set_message(row.text());
        }
    }
}

impl Row {
    fn text(&self) -> String {
        let mut text = match self.points {
            1 => "1 point".to_owned(),
            count => format!("{count} points"),
        };
        if let Some((objective, scores)) = &self.last {
            text.push_str(", at ");
            text.push_str(&grouped(*objective));
            for score in scores {
                text.push_str(" / ");
                text.push_str(&score.to_string());
            }
        }
        if let Some(bound) = self.bound {
            text.push_str(", next at most ");
            text.push_str(&grouped(bound));
        }
        if let Some(rest) = self.rest() {
            text.push_str(", about ");
            text.push_str(&rest.as_secs().to_string());
            text.push_str(" s to go");
        }
        text
    }

    /// Expected rest, were the way to what no plan exceeds as quick as the way so far. Fronts end
    /// before that, and their last points are harder than the first.
    fn rest(&self) -> Option<Duration> {
        let (first, ideal) = (self.first?, self.ideal?);
        let now = self.last.as_ref()?.1.last()?;
        let done = (now - first) / (ideal - first);
        let seconds = self.begun.elapsed().as_secs_f64() * (1.0 - done) / done;
        (done > 0.0).then(|| Duration::try_from_secs_f64(seconds).ok()).flatten()
    }
}

impl FrontWatcher for Bars {
    fn started(&self, task: usize) {
        let style = ProgressStyle::with_template("{spinner} {prefix} {msg} · {elapsed}")
            .expect("the template is fixed and valid");
        let Title { k, against, .. } = &self.titles[task];
        let prefix = format!("k = {k:>2}, {against}:");
        let bar = ProgressBar::new_spinner().with_style(style).with_prefix(prefix);
        let bar = self.all.insert_before(&self.overall, bar);
        bar.enable_steady_tick(TICK);
        let row = Row {
            bar,
            points: 0,
            last: None,
            bound: None,
            begun: Instant::now(),
            ideal: self.titles[task].ideal,
            first: None,
        };
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).insert(task, row);
        self.with_row(task, |_| {});
    }

    fn news(&self, task: usize, news: News) {
        log_news(self.titles[task].k, news);
        if let News::Bound(bound) = news {
            self.with_row(task, |row| row.bound = Some(bound));
        }
    }

    fn replied(&self, task: usize, number: usize, reply: &Reply) {
        log_reply(&self.titles[task], number, reply);
        if let Reply::Point(point) = reply {
            self.with_row(task, |row| {
                let scores = point.scores.iter().map(|score| score.value()).collect();
                row.points += 1;
                row.first = row.first.or(point.scores.last().map(|score| score.value()));
                row.last = Some((point.plan.objective(), scores));
                row.bound = None;
            });
        }
    }

    fn finished(&self, task: usize, swept: &Swept) {
        let row = self.rows.lock().unwrap_or_else(PoisonError::into_inner).remove(&task);
        if let Some(row) = row {
            row.bar.finish_and_clear();
        }
        self.overall.inc(1);
        if self.overall.length() == Some(self.overall.position()) {
            self.overall.finish_and_clear();
        }
        log_front(&self.titles[task], swept);
    }
}
