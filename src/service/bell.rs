//! Who waits for what: workers for jobs, clients for news of one.
//!
//! A bell is heard in this process. Where the store tells what other processes do, they ring it, too;
//! elsewhere whoever waits looks by himself now and then.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Listeners are told apart so far: news of one job wake those of few others.
const KINDS: usize = 64;

/// How many times longer a listener waits where the store tells what other processes do.
const FARTHER: u32 = 10;

/// Wakes workers when there may be something to do, and listeners when there may be news.
#[derive(Debug)]
pub struct Bell {
    rung: Mutex<u64>,
    changed: Condvar,
    news: [watch::Sender<u64>; KINDS],
    hears_afar: AtomicBool,
}

impl Default for Bell {
    fn default() -> Self {
        Self {
            rung: Mutex::default(),
            changed: Condvar::new(),
            news: std::array::from_fn(|_| watch::Sender::new(0)),
            hears_afar: AtomicBool::new(false),
        }
    }
}

impl Bell {
    /// Wakes all workers.
    pub fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// Wakes those who wait for news of a job.
    pub fn tell(&self, job: &str) {
        self.news[kind(job)].send_modify(|news| *news = news.wrapping_add(1));
    }

    /// Hears news of a job from now on.
    pub fn listen(&self, job: &str) -> watch::Receiver<u64> {
        self.news[kind(job)].subscribe()
    }

    /// Says whether what other processes do rings it, too.
    pub(crate) fn hears_afar(&self, does: bool) {
        self.hears_afar.store(does, Ordering::SeqCst);
        // Whoever waits decides anew for how long.
        for news in &self.news {
            news.send_modify(|news| *news = news.wrapping_add(1));
        }
    }

    /// How long a listener waits before he looks by himself.
    pub(crate) fn look(&self, usual: Duration) -> Duration {
        if self.hears_afar.load(Ordering::SeqCst) { usual * FARTHER } else { usual }
    }

    /// Waits for something to do, but not for longer than that.
    pub(crate) fn wait(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *rung;
        let waited = self.changed.wait_timeout_while(rung, at_most, |rung| *rung == before);
        drop(waited);
    }
}

fn kind(job: &str) -> usize {
    job.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)))
        % KINDS
}
