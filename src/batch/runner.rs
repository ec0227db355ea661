//! Doing many runs side by side, within so many cores and so much memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::Record;
use regionfront_solver::engine::Interrupt;

/// How often the runner looks at the interrupt.
const TICK: Duration = Duration::from_millis(50);

/// What takes a run to where it is done.
pub trait Launcher: Sync {
    /// Does the run at this place of the batch, and hands back what came of it. Called from a
    /// thread of its own; a panic costs this run alone.
    fn launch(&self, at: usize) -> Record;

    /// Asks all runs under way to stop with what they have. Called once, on an interrupt.
    fn stop(&self);
}

/// What a run takes of the machine while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Its place in the batch.
    pub at: usize,
    /// Cores.
    pub threads: usize,
    /// Memory in MiB, as estimated.
    pub memory_mib: u64,
}

/// What there is to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Cores.
    pub threads: usize,
    /// Memory in MiB; `None` for no limit.
    pub memory_mib: Option<u64>,
}

/// What happens to the runs, in the thread that called.
pub trait Listener {
    /// A run begins.
    fn begun(&mut self, at: usize);

    /// A run has ended: what came of it, or what its panic said.
    fn ended(&mut self, at: usize, record: Result<Record, String>);
}

/// Does all runs. One begins as soon as it fits into what the others leave of the budget, the first
/// in the list that does; one that is larger than the whole budget has the machine to itself. On an
/// interrupt no further run begins.
///
/// Records do not depend on the budget: runs know nothing of each other.
pub fn run_all(
    loads: &[Load],
    budget: Budget,
    launcher: &dyn Launcher,
    interrupt: &Interrupt,
    listener: &mut dyn Listener,
) {
    let mut waiting: Vec<Load> = loads.to_vec();
    let mut running: Vec<Load> = Vec::new();
    let mut is_stopped = false;
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        loop {
            if interrupt.is_raised() && !is_stopped {
                is_stopped = true;
                waiting.clear();
                launcher.stop();
            }
            while let Some(next) = waiting.iter().position(|load| budget.admits(*load, &running)) {
                let load = waiting.remove(next);
                running.push(load);
                listener.begun(load.at);
                let sender = sender.clone();
                scope.spawn(move || {
                    let record = catch_unwind(AssertUnwindSafe(|| launcher.launch(load.at)));
                    let record = record.map_err(|_| "the run panicked".to_owned());
                    // The receiver outlives this scope.
                    let _ = sender.send((load.at, record));
                });
            }
            if running.is_empty() {
                return;
            }
            match receiver.recv_timeout(TICK) {
                Ok((at, record)) => {
                    running.retain(|load| load.at != at);
                    listener.ended(at, record);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    unreachable!("this thread holds a sender of its own")
                }
            }
        }
    });
}

impl Budget {
    /// Whether a run may begin beside those under way.
    fn admits(self, load: Load, running: &[Load]) -> bool {
        let threads: usize = running.iter().map(|other| other.threads.max(1)).sum();
        let memory =
            running.iter().fold(load.memory_mib, |sum, other| sum.saturating_add(other.memory_mib));
        running.is_empty()
            || (threads + load.threads.max(1) <= self.threads
                && self.memory_mib.is_none_or(|budget| memory <= budget))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::Ending;

    /// Runs that take a moment, keep account of what goes on at a time, and panic at one place.
    struct Fake {
        loads: Vec<Load>,
        now: Mutex<Vec<Load>>,
        budget: Budget,
        panics_at: Option<usize>,
        is_stopped: AtomicBool,
    }

    impl Launcher for Fake {
        fn launch(&self, at: usize) -> Record {
            assert_ne!(Some(at), self.panics_at, "as asked");
            let load = self.loads[at];
            {
                let mut now = self.now.lock().expect("no panic holds it");
                now.push(load);
                let threads: usize = now.iter().map(|load| load.threads).sum();
                let memory: u64 = now.iter().map(|load| load.memory_mib).sum();
                let fits = threads <= self.budget.threads
                    && self.budget.memory_mib.is_none_or(|budget| memory <= budget);
                assert!(fits || now.len() == 1, "{now:?}");
            }
            for _ in 0..10 {
                if !self.is_stopped.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(1));
                }
            }
            self.now.lock().expect("no panic holds it").retain(|other| other.at != at);
            Record { run: at.to_string(), ending: Ending::Done, rows: Vec::new() }
        }

        fn stop(&self) {
            self.is_stopped.store(true, Ordering::Relaxed);
        }
    }

    #[derive(Default)]
    struct Heard {
        begun: usize,
        ended: Vec<(usize, bool)>,
        raise_after: Option<(usize, Interrupt)>,
    }

    impl Listener for Heard {
        fn begun(&mut self, _: usize) {
            self.begun += 1;
        }

        fn ended(&mut self, at: usize, record: Result<Record, String>) {
            self.ended.push((at, record.is_ok()));
            if let Some((after, interrupt)) = &self.raise_after
                && self.ended.len() == *after
            {
                interrupt.raise();
            }
        }
    }

    fn fake(memory_mib: &[u64], budget: Budget) -> Fake {
        let load = |(at, &memory_mib)| Load { at, threads: 1 + at % 2, memory_mib };
        Fake {
            loads: memory_mib.iter().enumerate().map(load).collect(),
            now: Mutex::default(),
            budget,
            panics_at: None,
            is_stopped: AtomicBool::new(false),
        }
    }

    #[test]
    fn runs_keep_within_the_budget_and_large_ones_go_alone() {
        let budget = Budget { threads: 3, memory_mib: Some(100) };
        let fake = fake(&[10, 90, 20, 500, 30, 40, 100, 5], budget);
        let mut heard = Heard::default();
        run_all(&fake.loads, budget, &fake, &Interrupt::default(), &mut heard);
        heard.ended.sort_unstable();
        assert_eq!(heard.ended, (0..8).map(|at| (at, true)).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_costs_one_run() {
        let budget = Budget { threads: 2, memory_mib: None };
        let fake = Fake { panics_at: Some(2), ..fake(&[1; 6], budget) };
        let mut heard = Heard::default();
        run_all(&fake.loads, budget, &fake, &Interrupt::default(), &mut heard);
        heard.ended.sort_unstable();
        assert_eq!(heard.ended.len(), 6);
        assert!(heard.ended.iter().all(|(at, is_ok)| *is_ok == (*at != 2)));
    }

    #[test]
    fn nothing_begins_after_an_interrupt() {
        let budget = Budget { threads: 1, memory_mib: None };
        let fake = fake(&[1; 6], budget);
        let interrupt = Interrupt::default();
        let mut heard = Heard { raise_after: Some((2, interrupt.clone())), ..Heard::default() };
        run_all(&fake.loads, budget, &fake, &interrupt, &mut heard);
        assert_eq!((heard.begun, heard.ended.len()), (2, 2));
        assert!(fake.is_stopped.load(Ordering::Relaxed));
    }
}
