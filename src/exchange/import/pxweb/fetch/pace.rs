//! No more queries in a minute than the service allows.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The time over which queries are counted. The service counts a minute; a second is for clocks
/// that differ and for queries under way.
const WINDOW: Duration = Duration::from_secs(61);

/// Remembers when queries began.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    most: usize,
    begun: VecDeque<Instant>,
}

impl Pace {
    /// At most so many queries in a minute; at least one.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), begun: VecDeque::new() }
    }

    /// Notes a query that is to begin as soon as may be, and says how long it has to wait.
    pub(super) fn next(&mut self, now: Instant) -> Duration {
        while self.begun.front().is_some_and(|&first| first + WINDOW <= now) {
            self.begun.pop_front();
        }
        let free = match self.begun.len().checked_sub(self.most) {
            Some(surplus) => self.begun[surplus] + WINDOW,
            None => now,
        };
        let begin = free.max(now);
        self.begun.push_back(begin);
        begin - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thirty_first_query_waits_for_the_first_to_be_a_minute_old() {
        let mut pace = Pace::new(30);
        let start = Instant::now();
        for query in 0..30 {
            assert_eq!(pace.next(start + Duration::from_millis(query)), Duration::ZERO);
        }
        let now = start + Duration::from_secs(10);
        assert_eq!(pace.next(now), Duration::from_secs(51));
        assert_eq!(pace.next(now), Duration::from_millis(51_001));
        assert_eq!(pace.next(start + 3 * WINDOW), Duration::ZERO, "all is forgotten by then");
    }

    #[test]
    fn no_window_ever_holds_more_than_allowed() {
        let mut pace = Pace::new(3);
        let start = Instant::now();
        let begun: Vec<Instant> = (0..20).map(|_| start + pace.next(start)).collect();
        for (at, &first) in begun.iter().enumerate() {
            let within = begun[at..].iter().filter(|&&other| other < first + WINDOW).count();
            assert!(within <= 3);
        }
    }
}
