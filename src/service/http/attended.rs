//! Jobs that are done only as long as somebody waits for them.
//!
//! Whoever tries one wish after another wants the answer to the last. A client says so by the preference
//! `attended` (`Prefer: wait=5, attended`): a job that was queued for it is dismissed once nobody has
//! waited for it for a moment, be it that the client asked something newer or that it is gone. A job that
//! anybody has asked for without the preference is done to its end, as all jobs are; so is one that was
//! begun by a server which has ended since.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The preference.
pub(super) const ATTENDED: &str = "attended";

/// Who waits for which job of this server.
#[derive(Debug, Default)]
pub struct Attended(Mutex<BTreeMap<String, Watched>>);

/// A job that somebody waits for, or that ends when nobody does.
#[derive(Debug, Default)]
struct Watched {
    waiting: usize,
    ends_alone: bool,
}

/// Somebody who asks for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// It was queued for them, and is of no use to others.
    Alone,
    /// They want its answer, whether they wait or not.
    Wants,
    /// They wait for what is there.
    Listens,
}

impl Attended {
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Watched>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody begins to wait.
    pub(super) fn enter(&self, job: &str, asker: Asker) {
        let mut held = self.held();
        let watched = held.entry(job.to_owned()).or_default();
        watched.waiting += 1;
        match asker {
            Asker::Alone => watched.ends_alone = true,
            Asker::Wants => watched.ends_alone = false,
            Asker::Listens => {}
        }
    }

    /// Somebody leaves; whether the job is to be looked at again, as nobody is left.
    pub(super) fn leave(&self, job: &str) -> bool {
        let mut held = self.held();
        let Some(watched) = held.get_mut(job) else { return false };
        watched.waiting = watched.waiting.saturating_sub(1);
        if watched.waiting > 0 {
            return false;
        }
        let ends_alone = watched.ends_alone;
        if !ends_alone {
            held.remove(job);
        }
        ends_alone
    }

    /// Whether nobody came back to a job that ends alone; it is forgotten then.
    pub(super) fn is_left(&self, job: &str) -> bool {
        let mut held = self.held();
        let is_left = held.get(job).is_some_and(|one| one.waiting == 0 && one.ends_alone);
        if is_left {
            held.remove(job);
        }
        is_left
    }
}
