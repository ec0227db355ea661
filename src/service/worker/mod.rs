//! Workers: they take jobs on lease and do each in a process of its own.
//!
//! A worker has as many slots as jobs it does at a time, a thread each. The process of a job is this
//! program again, told a command line on its stdin, which stays open as a lifeline: a byte on it asks to
//! stop with what there is, its end means that the worker is gone, and the process ends at once. Its
//! journal holds what it had, so that the next one goes on from there. While it works, a thread of its
//! own renews the lease and hears whether the job is to stop or is lost.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::bell::Bell;
use crate::store::{Claim, Store};

mod child;
mod files;
mod job;
mod outcome;
mod place;

pub use child::Told;
pub use place::place;

/// How a worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the store calls it; no two workers share a name.
    pub name: String,
    /// This program.
    pub program: PathBuf,
    /// Folder for the files of jobs and instances; kept between starts.
    pub folder: PathBuf,
    /// Jobs done at a time.
    pub slots: usize,
    /// Cores for each slot.
    pub threads: usize,
    /// How long a job is the worker's without a word from it.
    pub lease: Duration,
    /// Longest time of a job, or of each part of one: it is stopped then, with what it has.
    pub seconds: Option<u64>,
    /// Most memory of the processes of a slot together, in MiB.
    pub memory_mib: Option<u64>,
}

impl Settings {
    /// Folder of the files of instances.
    pub fn instances(&self) -> PathBuf {
        self.folder.join("instances")
    }

    /// Folder of the folders of jobs.
    pub fn jobs(&self) -> PathBuf {
        self.folder.join("jobs")
    }
}

/// How long a worker sleeps where nothing waits: a lease that runs out rings no bell.
const NAP: Duration = Duration::from_millis(500);

/// A worker at work.
pub struct Worker {
    shared: Arc<Shared>,
    slots: Vec<thread::JoinHandle<()>>,
}

/// What the process of a unit may take of its slot.
#[derive(Clone, Copy, Debug)]
struct Share {
    /// Cores.
    threads: usize,
    /// Memory in MiB.
    memory_mib: Option<u64>,
}

/// What the slots of a worker share.
struct Shared {
    store: Arc<dyn Store>,
    settings: Settings,
    bell: Arc<Bell>,
    is_closing: AtomicBool,
}

impl Worker {
    /// Begins to work.
    ///
    /// # Errors
    /// When there are no threads to be had.
    pub fn start(
        store: Arc<dyn Store>,
        settings: Settings,
        bell: Arc<Bell>,
    ) -> std::io::Result<Self> {
        let slots = settings.slots;
        let is_closing = AtomicBool::new(false);
        store.attend(&bell);
        place::tidy(&*store, &settings.jobs());
        let shared = Arc::new(Shared { store, settings, bell, is_closing });
        let start = |at: usize| {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("slot-{at}"))
                .spawn(move || shared.work(&format!("{}/{at}", shared.settings.name)))
        };
        let slots = (0..slots).map(start).collect::<Result<_, _>>()?;
        Ok(Self { shared, slots })
    }

    /// Takes no more jobs, and puts those under way back into the queue.
    pub fn close(self) {
        self.shared.is_closing.store(true, Ordering::SeqCst);
        self.shared.bell.ring();
        for slot in self.slots {
            // One that panicked has said so.
            let _ = slot.join();
        }
    }
}

impl Shared {
    fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::SeqCst)
    }

    /// The life of a slot.
    fn work(&self, name: &str) {
        while !self.is_closing() {
            match self.store.claim(name, self.settings.lease, None) {
                Ok(Some(claim)) => self.do_with_siblings(name, claim),
                Ok(None) => self.bell.wait(NAP),
                Err(error) => {
                    tracing::warn!(%error, "no job can be claimed");
                    self.bell.wait(NAP * 4);
                }
            }
        }
    }

    /// Does a unit. Where it is a part, and the slot has cores for more of them, further parts of the
    /// same job are done beside it and after it, until there are none: a part seldom has use for
    /// several cores.
    fn do_with_siblings(&self, name: &str, claim: Claim) {
        let Settings { threads, memory_mib, lease, .. } = self.settings;
        let job = claim.id.clone();
        // One that cannot be claimed now is claimed by and by.
        let sibling = || self.store.claim(name, lease, Some(&job)).ok().flatten();
        let mut lanes = vec![claim];
        while lanes[0].part.is_some() && lanes.len() < threads {
            match sibling() {
                Some(claim) => lanes.push(claim),
                None => break,
            }
        }
        let count = lanes.len();
        let share = Share {
            threads: (threads / count).max(1),
            memory_mib: memory_mib.map(|most| most / u64::try_from(count).unwrap_or(1)),
        };
        thread::scope(|scope| {
            for claim in lanes {
                scope.spawn(|| {
                    let mut next = Some(claim);
                    while let Some(claim) = next {
                        self.do_job(&claim, share);
                        let goes_on = count > 1 && !self.is_closing();
                        next = goes_on.then(sibling).flatten();
                    }
                });
            }
        });
    }
}
