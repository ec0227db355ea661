//! Long work as Python wants it: its lock is free meanwhile, progress is told, and Ctrl-C stops.
//!
//! The work runs in a thread of its own. The thread that asked waits, and looks now and then whether
//! Python has a signal for it, which it only has in the main thread. The first Ctrl-C raises the
//! interrupt, and the work hands over what it has; the second is not waited for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use regionfront::engine::{Interrupt, News, Observer};
use regionfront::front::{FrontWatcher, Reply, Swept};
use regionfront::job::{Answer, Watcher};

use crate::fault;

/// How often signals are looked for and progress is told.
const TICK: Duration = Duration::from_millis(100);

/// Something that happened: a word for it, the number of regions, a figure.
type Event = (&'static str, usize, u64);

/// Where a work tells its progress.
#[derive(Clone, Debug)]
pub(crate) struct Line(Sender<Event>);

impl Line {
    fn tell(&self, event: Event) {
        // Whoever does not wait any more hears nothing.
        let _ = self.0.send(event);
    }
}

/// What came of a work, and the exception of the signal that interrupted it, if one did.
pub(crate) struct Attended<T> {
    pub(crate) value: T,
    pub(crate) signal: Option<PyErr>,
}

/// Does a work; `progress` is called with every event.
pub(crate) fn attended<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<Py<PyAny>>,
    work: impl FnOnce(&Interrupt, Line) -> T + Send + 'static,
) -> PyResult<Attended<T>> {
    let interrupt = Interrupt::default();
    let (sender, heard) = channel();
    let told = Told { progress, heard };
    let (done, mut ended) = channel();
    let asked = interrupt.clone();
    let worker = thread::Builder::new().name("regionfront".to_owned()).spawn(move || {
        let worked = catch_unwind(AssertUnwindSafe(|| work(&asked, Line(sender))));
        // Nobody may wait any more.
        let _ = done.send(worked.ok());
    });
    worker.map_err(|error| fault::internal(py, format!("no thread can be started: {error}")))?;
    let mut signal = None;
    loop {
        // Moved there and back: an end of a channel is not shared between threads.
        let waited;
        (ended, waited) = py.detach(move || {
            let waited = ended.recv_timeout(TICK);
            (ended, waited)
        });
        let value = match waited {
            Ok(value) => Some(value),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(None),
        };
        let heard = told.tell(py);
        if let Some(value) = value {
            let value = value.ok_or_else(|| fault::internal(py, "solving ended in a panic"))?;
            return Ok(Attended { value, signal });
        }
        if let Err(error) = heard.and_then(|()| py.check_signals()) {
            interrupt.raise();
            if signal.is_some() {
                return Err(error);
            }
            signal = Some(error);
        }
    }
}

/// What was heard, and who wants to know.
struct Told {
    progress: Option<Py<PyAny>>,
    heard: Receiver<Event>,
}

impl Told {
    /// Tells what was heard, not longer than a tick: much can happen in one.
    fn tell(&self, py: Python<'_>) -> PyResult<()> {
        let begun = Instant::now();
        for event in self.heard.try_iter() {
            if let Some(progress) = &self.progress
                && begun.elapsed() < TICK
            {
                progress.call1(py, event)?;
            }
        }
        Ok(())
    }
}

impl Observer for Line {
    fn news(&self, k: usize, news: News) {
        self.tell(match news {
            News::Incumbent(objective) => ("incumbent", k, objective),
            News::Bound(bound) => ("bound", k, bound),
        });
    }
}

impl Watcher for Line {
    fn started(&self, k: usize) {
        self.tell(("started", k, 0));
    }

    fn finished(&self, answer: &Answer) {
        self.tell(("finished", answer.k, answer.objective().unwrap_or_default()));
    }
}

/// Hears how fronts grow.
pub(crate) struct Fronts {
    /// Numbers of regions, by task.
    pub(crate) ks: Vec<usize>,
    pub(crate) line: Line,
}

impl FrontWatcher for Fronts {
    fn started(&self, task: usize) {
        self.line.tell(("started", self.ks[task], 0));
    }

    fn news(&self, task: usize, news: News) {
        self.line.news(self.ks[task], news);
    }

    fn replied(&self, task: usize, _: usize, reply: &Reply) {
        if let Reply::Point(point) = reply {
            self.line.tell(("point", self.ks[task], point.plan.objective()));
        }
    }

    fn finished(&self, task: usize, swept: &Swept) {
        let points = u64::try_from(swept.front.points.len()).unwrap_or(u64::MAX);
        self.line.tell(("finished", self.ks[task], points));
    }
}
