//! An axis of a chart: round numbers around some values.

/// About how many grid lines an axis has.
const TICKS: f64 = 6.0;

/// Most decimals of a tick; steps have no more.
const MOST_DECIMALS: usize = 6;

/// An axis from values to places.
pub(super) struct Axis {
    from: f64,
    to: f64,
    step: f64,
    /// Places of `from` and `to`.
    start: f64,
    end: f64,
}

impl Axis {
    /// An axis of round numbers around some values; `is_whole` for counts, which get a tick each.
    pub(super) fn around(
        values: impl Iterator<Item = f64>,
        is_whole: bool,
        start: f64,
        end: f64,
    ) -> Self {
        let (mut least, mut most) = (f64::MAX, f64::MIN);
        for value in values {
            least = least.min(value);
            most = most.max(value);
        }
        if most - least < 1e-9 {
            (least, most) = (least - least.abs().max(0.1) * 0.1, most + most.abs().max(0.1) * 0.1);
        }
        if is_whole {
            let step = ((most - least) / 20.0).ceil().max(1.0);
            return Self { from: least - 0.5, to: most + 0.5, step, start, end };
        }
        let rough = (most - least) / TICKS;
        let power = 10.0_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| *step >= rough)
            .unwrap_or(10.0 * power);
        let from = ((least / step).floor() * step).max(if least >= 0.0 { 0.0 } else { f64::MIN });
        Self { from, to: (most / step).ceil() * step, step, start, end }
    }

    /// Where a value lies.
    pub(super) fn place(&self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }

    /// The values of the grid lines.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut at = (self.from / self.step).ceil();
        while at * self.step <= self.to + self.step * 1e-6 {
            ticks.push(at * self.step);
            at += 1.0;
        }
        ticks
    }

    /// Decimals its ticks need when shown times `factor`.
    pub(super) fn decimals(&self, factor: f64) -> usize {
        let mut shown = self.step * factor;
        let mut decimals = 0;
        while decimals < MOST_DECIMALS && (shown - shown.round()).abs() > 1e-6 * shown {
            shown *= 10.0;
            decimals += 1;
        }
        decimals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_ticks_around_their_values() {
        let axis = Axis::around([0.583, 0.71].into_iter(), false, 0.0, 100.0);
        let ticks = axis.ticks();
        assert!(axis.from <= 0.583 && axis.to >= 0.71);
        assert!((4..=9).contains(&ticks.len()), "{ticks:?}");
        let whole = Axis::around([6.0, 13.0].into_iter(), true, 0.0, 1.0);
        assert_eq!(whole.ticks().len(), 8);
    }

    #[test]
    fn ticks_of_a_quarter_show_as_they_are() {
        let decimals = |least: f64, most: f64| {
            Axis::around([least, most].into_iter(), false, 0.0, 1.0).decimals(100.0)
        };
        // Steps of 0.25, 0.5, 1 and 2.5 per cent.
        assert_eq!(decimals(0.60, 0.613), 2);
        assert_eq!(decimals(0.60, 0.628), 1);
        assert_eq!(decimals(0.60, 0.655), 0);
        assert_eq!(decimals(0.60, 0.74), 1);
    }
}
