//! How often what is known so far is saved.

use std::time::{Duration, Instant};

/// Saving may take one of so many parts of the time a solve takes: a journal on a slow disk, or of
/// plans of thousands of areas, must not grow without end nor hold up what it is kept of. Nothing
/// that is found depends on it.
const PARTS: u32 = 20;

/// What has taken less than this is sooner done again than saved.
const BRIEF: Duration = Duration::from_millis(50);

/// Keeps saving at pace with solving.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    begun: Instant,
    spent: Duration,
}

impl Pace {
    /// A pace for what begins now.
    pub(super) fn new(begun: Instant) -> Self {
        Self { begun, spent: Duration::ZERO }
    }

    /// Whether it is time.
    pub(super) fn allows(&self) -> bool {
        (self.spent * PARTS).max(BRIEF) <= self.begun.elapsed()
    }

    /// Remembers how long saving took.
    pub(super) fn spend(&mut self, time: Duration) {
        self.spent += time;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_long_waits_longer() {
        let mut pace = Pace::new(Instant::now());
        pace.spent = Duration::from_secs(3600);
        assert!(!pace.allows());
        pace.begun -= Duration::from_secs(60);
        pace.spent = Duration::from_secs(1);
        pace.spend(Duration::ZERO);
        assert!(pace.allows());
    }
}
