//! Progress on stderr: bars for people, one JSON object per line for programs.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::quantity::{Commuters, grouped};
use regionfront_solver::engine::{News, Observer, relative_gap};
use regionfront_solver::job::{Answer, SharedWatcher, SolutionStatus, Termination, Watcher};

use super::args::ProgressKind;

/// How often a bar moves.
pub(super) const TICK: Duration = Duration::from_millis(120);

/// One line of `--progress json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    /// Solving for `k` regions begins.
    Started {
        /// Number of regions.
        k: usize,
        /// Seconds since the run began.
        t: f64,
    },
    /// A better plan was found.
    Incumbent {
        /// Number of regions.
        k: usize,
        /// Seconds since the run began.
        t: f64,
        /// Its internal commuting.
        objective: Commuters,
    },
    /// The bound fell.
    Bound {
        /// Number of regions.
        k: usize,
        /// Seconds since the run began.
        t: f64,
        /// No plan holds more.
        bound: Commuters,
    },
    /// A point of a front was found, or read from the journal.
    Point {
        /// Number of regions.
        k: usize,
        /// Seconds since the run began.
        t: f64,
        /// The second objectives of the front, separated by commas.
        against: String,
        /// Which demand of the front it answers, from 0.
        number: usize,
        /// Its internal commuting.
        objective: Commuters,
        /// Its scores on the second objectives.
        scores: Vec<f64>,
        /// No plan that demands as much holds more.
        bound: Commuters,
        /// What there is.
        solution: SolutionStatus,
        /// Its plan: the region of every area, in the order of their codes.
        regions: Vec<u32>,
    },
    /// The answer for `k` regions stands; for a front, its first point's.
    Finished {
        /// Number of regions.
        k: usize,
        /// Seconds since the run began.
        t: f64,
        /// Why solving ended.
        termination: Termination,
        /// What there is.
        solution: SolutionStatus,
        /// Internal commuting of the plan.
        objective: Option<Commuters>,
        /// No plan holds more.
        bound: Option<Commuters>,
    },
}

/// The watcher for this kind of progress, for a list of so many k.
pub(super) fn watcher(kind: ProgressKind, quiet: bool, num_k: usize) -> SharedWatcher {
    let on_terminal = std::io::stderr().is_terminal();
    match kind {
        _ if quiet => Arc::new(Plain),
        ProgressKind::Json => Arc::new(Lines { begun: Instant::now() }),
        ProgressKind::Bar => Arc::new(Bars::new(num_k)),
        ProgressKind::Auto if on_terminal => Arc::new(Bars::new(num_k)),
        ProgressKind::Auto | ProgressKind::None => Arc::new(Plain),
    }
}

/// Into the log only.
struct Plain;

impl Observer for Plain {
    fn news(&self, k: usize, news: News) {
        log_news(k, news);
    }
}

impl Watcher for Plain {
    fn finished(&self, answer: &Answer) {
        log_answer(answer);
    }
}

pub(super) fn log_news(k: usize, news: News) {
    match news {
        News::Incumbent(objective) => tracing::debug!(k, objective, "incumbent"),
        News::Bound(bound) => tracing::debug!(k, bound, "bound"),
    }
}

fn log_answer(answer: &Answer) {
    tracing::info!(
        k = answer.k,
        termination = answer.termination.word(),
        objective = answer.objective(),
        bound = answer.bound,
        seconds = answer.wall.as_secs_f64(),
        "finished"
    );
}

/// One JSON object per line.
pub(super) struct Lines {
    pub(super) begun: Instant,
}

impl Lines {
    /// Seconds since the run began.
    pub(super) fn t(&self) -> f64 {
        (self.begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
    }

    /// Writes a line in one piece. A reader that has gone away misses nothing it wants.
    pub(super) fn emit(event: &Event) {
        let mut line = serde_json::to_vec(event).expect("an event is plain data");
        line.push(b'\n');
        let _ = std::io::stderr().lock().write_all(&line);
    }
}

impl Observer for Lines {
    fn news(&self, k: usize, news: News) {
        log_news(k, news);
        let t = self.t();
        Self::emit(&match news {
            News::Incumbent(objective) => Event::Incumbent { k, t, objective },
            News::Bound(bound) => Event::Bound { k, t, bound },
        });
    }
}

impl Watcher for Lines {
    fn started(&self, k: usize) {
        Self::emit(&Event::Started { k, t: self.t() });
    }

    fn finished(&self, answer: &Answer) {
        log_answer(answer);
        Self::emit(&Event::Finished {
            k: answer.k,
            t: self.t(),
            termination: answer.termination,
            solution: answer.solution(),
            objective: answer.objective(),
            bound: answer.bound,
        });
    }
}

/// What is known of one k under way.
struct Row {
    bar: ProgressBar,
    incumbent: Option<Commuters>,
    bound: Option<Commuters>,
}

/// A line per k under way, and a bar over all.
struct Bars {
    all: MultiProgress,
    overall: ProgressBar,
    rows: Mutex<BTreeMap<usize, Row>>,
}

impl Bars {
    fn new(num_k: usize) -> Self {
        let all = MultiProgress::new();
        let length = u64::try_from(num_k).unwrap_or(u64::MAX);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} solved · {elapsed}")
            .expect("the template is fixed and valid");
        let overall = all.add(ProgressBar::new(length).with_style(style));
        overall.enable_steady_tick(TICK);
        Self { all, overall, rows: Mutex::default() }
    }

    fn with_rows(&self, change: impl FnOnce(&mut BTreeMap<usize, Row>)) {
        // A panic of an engine while it told its news leaves the rows as good as they were.
        change(&mut self.rows.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Row {
    fn text(&self) -> String {
        match (self.incumbent, self.bound) {
            (None, None) => "looking for a plan".to_owned(),
            (None, Some(bound)) => format!("no plan yet, bound {}", grouped(bound)),
            (Some(incumbent), None) => format!("incumbent {}", grouped(incumbent)),
            (Some(incumbent), Some(bound)) => format!(
                "incumbent {}, bound {}, gap {:.2} %",
                grouped(incumbent),
                grouped(bound),
                relative_gap(incumbent, bound) * 100.0
            ),
        }
    }
}

impl Observer for Bars {
    fn news(&self, k: usize, news: News) {
        log_news(k, news);
        self.with_rows(|rows| {
            if let Some(row) = rows.get_mut(&k) {
                match news {
                    News::Incumbent(objective) => row.incumbent = Some(objective),
                    News::Bound(bound) => row.bound = Some(bound),
                }
                row.bar.set_message(row.text());
            }
        });
    }
}

impl Watcher for Bars {
    fn started(&self, k: usize) {
        let style = ProgressStyle::with_template("{spinner} {prefix} {msg} · {elapsed}")
            .expect("the template is fixed and valid");
        let bar = ProgressBar::new_spinner().with_style(style).with_prefix(format!("k = {k:>2}:"));
        let bar = self.all.insert_before(&self.overall, bar);
        let row = Row { bar, incumbent: None, bound: None };
        row.bar.set_message(row.text());
        row.bar.enable_steady_tick(TICK);
        self.with_rows(|rows| {
            rows.insert(k, row);
        });
    }

    fn finished(&self, answer: &Answer) {
        self.with_rows(|rows| {
            if let Some(row) = rows.remove(&answer.k) {
                row.bar.finish_and_clear();
            }
        });
        self.overall.inc(1);
        if self.overall.length() == Some(self.overall.position()) {
            self.overall.finish_and_clear();
        }
        log_answer(answer);
    }
}
