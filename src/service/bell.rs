//! Who waits for what: workers for jobs, clients for news.
//!
//! A bell is heard in this process alone; whoever waits looks by himself now and then, for what other
//! processes do.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Wakes workers when there may be something to do, and listeners when there may be news.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<u64>,
    changed: Condvar,
    news: watch::Sender<u64>,
}

impl Bell {
    /// Wakes all who wait.
    pub fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
        self.tell();
    }

    /// Wakes those who wait for news.
    pub fn tell(&self) {
        self.news.send_modify(|news| *news = news.wrapping_add(1));
    }

    /// Hears of news from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Waits for the bell, but not for longer than that.
    pub(crate) fn wait(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *rung;
        let waited = self.changed.wait_timeout_while(rung, at_most, |rung| *rung == before);
        drop(waited);
    }
}
