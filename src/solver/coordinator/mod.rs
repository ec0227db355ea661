//! Questions side by side, each in a thread of its own: begun in the order of a list, heard while
//! they are answered, saved at pace, and left behind where they overstay.
//!
//! Solves and fronts differ in what they tell and what is saved of it; that is their [`Duty`]. All
//! else is here, once.
//!
//! **Stopping.** What a question tells is saved as it comes, so that a process killed outright loses
//! nothing but time. One that has not answered within a grace after its time or an interrupt is not
//! waited for: what it told stands, its thread is left behind (a thread cannot be killed) and ends
//! with the process. That is why threads share what they need rather than borrow it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::engine::{Interrupt, StopReason};

mod pace;

use pace::Pace;

/// How often the clock and the interrupt are looked at.
const TICK: Duration = Duration::from_millis(20);

/// Stack of a solving thread: engines recurse once per area and more.
pub(crate) const STACK_BYTES: usize = 64 << 20;

/// How long after its deadline or an interrupt an engine may still answer, so that there is time
/// left within a second to write what it told.
pub(crate) const GRACE: Duration = Duration::from_millis(300);

/// Name of every solving thread begins with this; a panic hook can tell them by it.
pub const THREAD_PREFIX: &str = "solve k=";

/// Whether some engine was not waited for, so that a thread of it may still run.
static LEFT_BEHIND: AtomicBool = AtomicBool::new(false);

/// Whether threads were left behind that may still run: then a process had better end without the
/// clean-up of the libraries that they use.
pub fn has_left_threads_behind() -> bool {
    LEFT_BEHIND.load(Ordering::Relaxed)
}

/// What is done with what comes home.
pub(crate) trait Duty {
    /// What is kept of a question under way.
    type State;
    /// What a question tells on its way.
    type News: Send + 'static;
    /// What it ends in.
    type Done: Send + 'static;

    /// Begins the question at this place of the list, or deals with it at once.
    fn begin(&mut self, task: usize, crew: &mut Crew<Self>);

    /// Hears news.
    fn hear(&mut self, running: &mut Running<Self::State>, news: Self::News);

    /// A question has ended, or panicked with these words.
    fn done(&mut self, running: Running<Self::State>, done: Result<Self::Done, String>);

    /// A question is not waited for any longer.
    fn abandon(&mut self, running: Running<Self::State>, by: StopReason);

    /// Whether there is something new to save.
    fn is_news(state: &Self::State) -> bool;

    /// Saves what is known so far.
    fn save_so_far(&mut self, running: &mut Running<Self::State>);
}

/// A question under way.
pub(crate) struct Running<S> {
    /// Its place in the list.
    pub(crate) task: usize,
    /// When it began.
    pub(crate) begun: Instant,
    /// When it has to end.
    pub(crate) end: Option<Instant>,
    /// What is kept of it.
    pub(crate) state: S,
    pace: Pace,
}

impl<S> Running<S> {
    /// Begins a new part now, which has its own pace of saving.
    pub(crate) fn begin_part(&mut self) {
        self.pace = Pace::new(Instant::now());
    }
}

enum Word<N, R> {
    News(N),
    Done(Result<R, String>),
}

/// What comes home of a duty's questions, by their place in the list.
type Told<D> = (usize, Word<<D as Duty>::News, <D as Duty>::Done>);

/// The way home for what a question tells. Nobody listens any more to one that was abandoned.
pub(crate) struct Line<N, R> {
    task: usize,
    sender: Sender<(usize, Word<N, R>)>,
}

impl<N, R> Line<N, R> {
    /// Tells news.
    pub(crate) fn tell(&self, news: N) {
        let _ = self.sender.send((self.task, Word::News(news)));
    }
}

/// The questions under way.
pub(crate) struct Crew<D: Duty + ?Sized> {
    running: Vec<Running<D::State>>,
    interrupt: Interrupt,
    interrupted_at: Option<Instant>,
    grace: Duration,
    sender: Sender<Told<D>>,
    receiver: Receiver<Told<D>>,
}

impl<D: Duty> Crew<D> {
    /// Nothing under way; `interrupt` ends what will be.
    pub(crate) fn new(interrupt: Interrupt, grace: Duration) -> Self {
        let (sender, receiver) = channel();
        Self { running: Vec::new(), interrupt, interrupted_at: None, grace, sender, receiver }
    }

    /// Does a duty for a list of so many questions, at most `threads` at a time.
    pub(crate) fn run(mut self, tasks: usize, threads: usize, duty: &mut D) {
        let mut next = 0;
        while next < tasks || !self.running.is_empty() {
            while next < tasks && self.running.len() < threads.max(1) {
                duty.begin(next, &mut self);
                next += 1;
            }
            match self.receiver.recv_timeout(TICK) {
                Ok(word) => {
                    self.hear(word, duty);
                    // Of all that was told meanwhile only the latest is worth saving.
                    while let Ok(word) = self.receiver.try_recv() {
                        self.hear(word, duty);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    unreachable!("the crew holds a sender of its own")
                }
            }
            self.abandon_overdue(duty);
            for running in self.running.iter_mut().filter(|running| D::is_news(&running.state)) {
                if running.pace.allows() {
                    let start = Instant::now();
                    duty.save_so_far(running);
                    running.pace.spend(start.elapsed());
                }
            }
        }
    }

    /// Starts a question about `k` regions in a thread of its own.
    ///
    /// # Errors
    /// When no thread can be had.
    pub(crate) fn start(
        &mut self,
        task: usize,
        k: usize,
        end: Option<Instant>,
        state: D::State,
        work: impl FnOnce(&Line<D::News, D::Done>) -> D::Done + Send + 'static,
    ) -> std::io::Result<()> {
        let begun = Instant::now();
        let line = Line { task, sender: self.sender.clone() };
        let name = format!("{THREAD_PREFIX}{k}");
        thread::Builder::new().name(name).stack_size(STACK_BYTES).spawn(move || {
            // A panic leaves nothing behind that is used again: the answer never arrives.
            let done = catch_unwind(AssertUnwindSafe(|| work(&line)));
            let done = done.map_err(|payload| said(&*payload));
            let _ = line.sender.send((task, Word::Done(done)));
        })?;
        self.running.push(Running { task, begun, end, state, pace: Pace::new(begun) });
        Ok(())
    }

    fn hear(&mut self, (task, word): Told<D>, duty: &mut D) {
        let Some(at) = self.running.iter().position(|running| running.task == task) else {
            return; // abandoned earlier
        };
        match word {
            Word::News(news) => duty.hear(&mut self.running[at], news),
            Word::Done(done) => duty.done(self.running.swap_remove(at), done),
        }
    }

    fn abandon_overdue(&mut self, duty: &mut D) {
        let now = Instant::now();
        if self.interrupted_at.is_none() && self.interrupt.is_raised() {
            self.interrupted_at = Some(now);
        }
        let (interrupted_at, grace) = (self.interrupted_at, self.grace);
        let is_overdue = |running: &mut Running<D::State>| {
            let mut stops = [running.end, interrupted_at].into_iter().flatten();
            stops.any(|stop| now.saturating_duration_since(stop) > grace)
        };
        let by = match interrupted_at {
            Some(_) => StopReason::Interrupted,
            None => StopReason::TimeLimit,
        };
        let overdue: Vec<_> = self.running.extract_if(.., is_overdue).collect();
        for running in overdue {
            LEFT_BEHIND.store(true, Ordering::Relaxed);
            duty.abandon(running, by);
        }
    }
}

/// The share of the time left that a question gets which begins now, when so many are waiting, it
/// included, and `threads` are answered at a time: equal, so that an early one cannot starve the
/// later ones.
pub(crate) fn share_until(end: Instant, waiting: usize, threads: usize) -> Instant {
    let now = Instant::now();
    let rounds = u32::try_from(waiting.div_ceil(threads.max(1)).max(1)).unwrap_or(u32::MAX);
    now + end.saturating_duration_since(now) / rounds
}

/// What a panic said.
fn said(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned());
    format!("panicked: {}", text.unwrap_or_else(|| "without a message".to_owned()))
}
