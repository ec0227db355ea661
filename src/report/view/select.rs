//! Which points of a front a report shows in full.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::run::RecordedPoint;
use crate::words::{Objective, Sense};

/// Why a point is shown.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// It is the only one of its k.
    Only,
    /// It keeps most commuters, at the least value of the second objective that is worth it.
    At,
    /// Where the front bends most.
    Knee,
    /// It keeps most commuters.
    Best,
    /// It is the best by the second objective.
    End,
    /// It was asked for by number.
    Number,
}

impl Pick {
    /// The word used in files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Only => "only",
            Self::At => "at",
            Self::Knee => "knee",
            Self::Best => "best",
            Self::End => "end",
            Self::Number => "number",
        }
    }
}

/// A value the second objective must reach: `min-population=30000`.
#[derive(Clone, Debug, PartialEq)]
pub struct At {
    /// The objective.
    pub objective: Objective,
    /// At least (or, for what is minimised, at most) this.
    pub value: f64,
}

impl FromStr for At {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unreadable = || format!("`{text}` is not of the form min-population=30000");
        let (key, value) = text.split_once('=').ok_or_else(unreadable)?;
        let (value, scale) = match value.trim().strip_suffix('%') {
            Some(percent) => (percent, 0.01),
            None => (value.trim(), 1.0),
        };
        let value: f64 = value.replace(['_', ' '], "").parse().map_err(|_| unreadable())?;
        if !value.is_finite() || key.trim().is_empty() {
            return Err(unreadable());
        }
        Ok(Self { objective: Objective::new(key.trim()), value: value * scale })
    }
}

/// Which points of every front to show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Show the knee.
    pub knee: bool,
    /// Show both ends.
    pub ends: bool,
    /// Show these, by number from 1.
    pub numbers: Vec<usize>,
    /// Show the best that reaches these values.
    pub at: Vec<At>,
}

impl Selection {
    /// Adds what one word asks for: `knee`, `ends` or a number.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn add(&mut self, word: &str) -> Result<(), String> {
        match word.trim() {
            "knee" => self.knee = true,
            "ends" => self.ends = true,
            number => match number.parse() {
                Ok(number) if number > 0 => self.numbers.push(number),
                _ => {
                    return Err(format!("`{number}` is not knee, ends or the number of a point"));
                }
            },
        }
        Ok(())
    }

    /// The points of one front to show, by index, each with the reasons; the first one stands for
    /// the front. `points` stand by falling commuting.
    ///
    /// Without any wish it is the knee. What stands for the front is the point at a value before
    /// the knee before one asked for by number before the ends.
    pub(super) fn of(&self, points: &[RecordedPoint], second: Option<&Objective>) -> Picked {
        let mut picked = Picked::default();
        let last = match points.len() {
            0 => return picked,
            1 if self.at.is_empty() => {
                picked.add(0, Pick::Only);
                return picked;
            }
            count => count - 1,
        };
        for at in &self.at {
            let reaches = |point: &RecordedPoint| {
                point.value(&at.objective).is_some_and(|v| at.objective.reaches(v, at.value))
            };
            if let Some(index) = points.iter().position(reaches) {
                picked.add(index, Pick::At);
            }
        }
        let wishes_nothing =
            !self.knee && !self.ends && self.numbers.is_empty() && self.at.is_empty();
        if self.knee || wishes_nothing {
            picked.add(knee(points, second), Pick::Knee);
        }
        for &number in self.numbers.iter().filter(|&&number| number <= points.len()) {
            picked.add(number - 1, Pick::Number);
        }
        if self.ends {
            picked.add(0, Pick::Best);
            picked.add(last, Pick::End);
        }
        picked
    }
}

/// Points chosen, in the order of choice.
#[derive(Debug, Default)]
pub(super) struct Picked(pub(super) Vec<(usize, Vec<Pick>)>);

impl Picked {
    fn add(&mut self, index: usize, pick: Pick) {
        match self.0.iter_mut().find(|(other, _)| *other == index) {
            Some((_, picks)) => picks.push(pick),
            None => self.0.push((index, vec![pick])),
        }
    }
}

/// The point furthest from the straight line between the ends of the front, both axes scaled to
/// the front's own range; the first on ties, and the first of two points.
fn knee(points: &[RecordedPoint], second: Option<&Objective>) -> usize {
    let Some(second) = second else { return 0 };
    let values: Option<Vec<(f64, f64)>> = points
        .iter()
        .map(|point| {
            let value = point.value(second)?;
            #[expect(clippy::cast_precision_loss, reason = "only compared")]
            let commuters = point.plan.objective() as f64;
            Some((commuters, if second.sense() == Sense::Max { value } else { -value }))
        })
        .collect();
    let Some(values) = values else { return 0 };
    let (first, last) = (values[0], values[values.len() - 1]);
    let (wide, high) = (first.0 - last.0, last.1 - first.1);
    if wide <= 0.0 || high <= 0.0 {
        return 0;
    }
    // On the line between the ends this is 1; the knee lies furthest above it.
    let height =
        |&(commuters, value): &(f64, f64)| (commuters - last.0) / wide + (value - first.1) / high;
    let mut best = 0;
    for at in 1..values.len() {
        if height(&values[at]) > height(&values[best]) + 1e-12 {
            best = at;
        }
    }
    best
}
