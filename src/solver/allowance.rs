//! How much explanations and prices may take.
//!
//! A clock decides only where somebody asked for one: how far an explanation comes in five seconds
//! differs from machine to machine, and from one thread to two. Everywhere else work is counted.

use std::time::{Duration, Instant};

use crate::engine::Work;

/// How much may be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// As much as it takes.
    Unlimited,
    /// So much time.
    Time(Duration),
    /// So many units of [`Work`].
    Work(u64),
}

impl Allowance {
    /// One of so many equal parts.
    #[must_use]
    pub fn part(self, parts: u64) -> Self {
        let parts = parts.max(1);
        match self {
            Self::Unlimited => Self::Unlimited,
            Self::Time(time) => Self::Time(time / u32::try_from(parts).unwrap_or(u32::MAX)),
            Self::Work(units) => Self::Work(units / parts),
        }
    }

    /// What is left of it after another one.
    #[must_use]
    pub fn less(self, spent: Spent) -> Self {
        match self {
            Self::Unlimited => Self::Unlimited,
            Self::Time(time) => Self::Time(time.saturating_sub(spent.time)),
            Self::Work(units) => Self::Work(units.saturating_sub(spent.work)),
        }
    }
}

impl From<Option<Duration>> for Allowance {
    fn from(limit: Option<Duration>) -> Self {
        limit.map_or(Self::Unlimited, Self::Time)
    }
}

/// What has been spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Time.
    pub time: Duration,
    /// Units of work.
    pub work: u64,
}

/// Measures what is spent, in ticks: nanoseconds or units of work.
#[derive(Debug)]
pub struct Meter {
    begun: Instant,
    work: u64,
    by_work: bool,
}

impl Default for Meter {
    fn default() -> Self {
        Self::new()
    }
}

impl Meter {
    /// Nothing spent yet.
    pub fn new() -> Self {
        Self { begun: Instant::now(), work: 0, by_work: false }
    }

    /// What has been spent since the beginning.
    pub fn spent(&self) -> Spent {
        Spent { time: self.begun.elapsed(), work: self.work }
    }

    /// Measures what this allowance is given in, from here on. Its ticks; `None` for no end of them.
    pub fn measure(&mut self, allowance: Allowance) -> Option<u64> {
        self.by_work = matches!(allowance, Allowance::Work(_));
        match allowance {
            Allowance::Unlimited => None,
            Allowance::Time(time) => u64::try_from(time.as_nanos()).ok(),
            Allowance::Work(units) => Some(units),
        }
    }

    /// The present tick.
    pub fn now(&self) -> u64 {
        if self.by_work {
            self.work
        } else {
            u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
        }
    }

    /// So many ticks as limits of a question: a time, or work.
    pub fn limits(&self, ticks: Option<u64>) -> (Option<Duration>, Option<Work>) {
        match ticks {
            None => (None, None),
            Some(ticks) if self.by_work => (None, Some(Work::new(ticks))),
            Some(ticks) => (Some(Duration::from_nanos(ticks)), None),
        }
    }

    /// Counts work done beside questions.
    pub fn pay(&mut self, units: u64) {
        self.work = self.work.saturating_add(units);
    }

    /// Counts the work of a question that was given so many ticks. Whatever is asked takes a little.
    pub fn charge(&mut self, ticks: Option<u64>, work: Option<&Work>) {
        if let (Some(ticks), Some(work)) = (ticks, work) {
            self.work = self.work.saturating_add((ticks - work.left().min(ticks)).max(1));
        }
    }
}
