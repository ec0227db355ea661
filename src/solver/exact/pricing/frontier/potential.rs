//! Potentials: the best way on from every state, for a multiplier of the weight.
//!
//! As a function of the multiplier, the bound on the reduced value of all regions is convex and
//! piecewise linear. The least of it lies where the best region turns from too heavy to too light;
//! tangents from both sides meet near it (Kelley's cutting planes in one dimension). Multipliers
//! around the best one serve partial regions that are ahead or behind with their weight. Where weights
//! are few, every one of them has a potential of its own.

use crate::exact::pricing::frontier::diagram::{Diagram, NONE};
use crate::exact::pricing::frontier::{Frontier, Window};

/// Most sweeps for the best multiplier.
const SWEEPS: usize = 12;

/// This part of a commuter in the bound is not worth another sweep.
const CLOSE: i64 = 64;

/// Multipliers besides the best one, as per cents of the mean dual per weight off it.
const AROUND: [i64; 16] = [-100, -60, -40, -25, -15, -10, -5, -2, 2, 5, 10, 15, 25, 40, 60, 100];

/// The best way on from every state under a multiplier.
#[derive(Debug)]
pub(crate) struct Potential {
    /// Multiplier of the weight.
    pub(crate) lambda: i64,
    /// For every layer and one more, for every state: the largest sum of `own − π + flows − λ p`
    /// over the nodes still to be taken.
    pub(crate) best: Vec<Vec<i64>>,
    /// What the weight of all regions that keep the limits is worth at most: `λ U` or `λ L`.
    limit: i64,
    /// Where weights are told apart: how many, and their unit. Then `best` holds as many values for
    /// every state, by the weight on reaching it, and no multiplier.
    weights: Option<(usize, i64)>,
}

/// No way on keeps the limits.
const NO_WAY: i64 = i64::MIN / 4;

/// Most values of potentials by weight.
const MOST_VALUES: usize = 60_000_000;

impl Potential {
    /// One sweep backwards; `alone` is `own − π` for every node.
    fn new<const W: usize>(
        diagram: &Diagram<W>,
        alone: &[i64],
        window: &Window,
        lambda: i64,
    ) -> Self {
        let mut best = vec![vec![0]];
        for (at, layer) in diagram.layers.iter().enumerate().rev() {
            let node = diagram.order[at];
            let taken = alone[node] - lambda * window.weight[node];
            let next = &best[best.len() - 1];
            let values = layer
                .iter()
                .map(|fork| {
                    let [out, inside] = fork.next;
                    let join = |at: u32| next[at as usize] + taken + fork.flow;
                    match (out, inside) {
                        (NONE, at) => join(at),
                        (at, NONE) => next[at as usize],
                        (at, other) => next[at as usize].max(join(other)),
                    }
                })
                .collect();
            best.push(values);
        }
        best.reverse();
        let limit = lambda * if lambda < 0 { window.min } else { window.max };
        Self { lambda, best, limit, weights: None }
    }

    /// One sweep backwards for all weights at once. `None` where they are not few.
    fn by_weight<const W: usize>(
        diagram: &Diagram<W>,
        alone: &[i64],
        window: &Window,
    ) -> Option<Self> {
        let (count, unit) = (window.num_weights()?, window.unit?);
        let states: usize = diagram.layers.iter().map(Vec::len).sum();
        if states.saturating_mul(count) > MOST_VALUES {
            return None;
        }
        let is_allowed = |at: usize| {
            let weight = unit.saturating_mul(i64::try_from(at).unwrap_or(i64::MAX));
            (window.min..=window.max).contains(&weight)
        };
        let ends = (0..count).map(|at| if is_allowed(at) { 0 } else { NO_WAY }).collect();
        let mut best: Vec<Vec<i64>> = vec![ends];
        for (at, layer) in diagram.layers.iter().enumerate().rev() {
            let node = diagram.order[at];
            let more = usize::try_from(window.weight[node] / unit).unwrap_or(usize::MAX);
            let next = &best[best.len() - 1];
            let mut values = vec![NO_WAY; layer.len() * count];
            for (fork, values) in layer.iter().zip(values.chunks_exact_mut(count)) {
                let [out, inside] = fork.next;
                if out != NONE {
                    let place = out as usize * count;
                    values.copy_from_slice(&next[place..place + count]);
                }
                if inside != NONE {
                    let place = inside as usize * count;
                    let taken = alone[node] + fork.flow;
                    for weight in 0..count.saturating_sub(more) {
                        let value = next[place + weight + more];
                        if value != NO_WAY {
                            values[weight] = values[weight].max(value + taken);
                        }
                    }
                }
            }
            best.push(values);
        }
        best.reverse();
        Some(Self { lambda: 0, best, limit: 0, weights: Some((count, unit)) })
    }

    /// No region through this state has a larger reduced value, where the nodes passed hold so much
    /// value and weight of it.
    #[inline]
    pub(crate) fn bound(&self, layer: usize, state: u32, value: i64, weight: i64) -> i64 {
        if let Some((count, unit)) = self.weights {
            let at = usize::try_from(weight / unit).unwrap_or(count);
            return if at < count {
                value + self.best[layer][state as usize * count + at]
            } else {
                NO_WAY
            };
        }
        value + self.best[layer][state as usize] + self.limit - self.lambda * weight
    }

    /// The bound over all regions.
    fn whole(&self) -> i64 {
        self.bound(0, 0, 0, 0)
    }

    /// The weight of a best region but for the limits.
    fn weight<const W: usize>(&self, diagram: &Diagram<W>, window: &Window) -> i64 {
        let mut state = 0;
        let mut weight = 0;
        for (at, layer) in diagram.layers.iter().enumerate() {
            let fork = layer[state as usize];
            let [out, inside] = fork.next;
            let is_out =
                out != NONE && self.best[at + 1][out as usize] == self.best[at][state as usize];
            state = if is_out { out } else { inside };
            weight += if is_out { 0 } else { window.weight[diagram.order[at]] };
        }
        weight
    }
}

impl<const W: usize> Frontier<'_, W> {
    /// Potentials for these contributions of nodes, the best one first, and the bound they give on
    /// all regions. There must be a region but for the limits.
    pub(crate) fn potentials(&mut self, alone: &[i64]) -> (Vec<Potential>, i64) {
        let window = &self.window;
        if let Some(potential) = Potential::by_weight(&self.diagram, alone, window) {
            let bound = potential.whole();
            return (vec![potential], bound);
        }
        let sweep = |lambda: i64| Potential::new(&self.diagram, alone, window, lambda);
        let most = window.most_multiplier;
        let total: i64 = window.weight.iter().sum();
        let size = alone.iter().fold(0_i64, |sum, gain| sum.saturating_add(gain.abs()));
        let unit = (size / total.max(1)).clamp(1, most.max(1));
        let mut best = sweep(self.lambda.clamp(-most, most));
        let close = (self.core.scale / CLOSE).max(1);
        let mut tangents = Tangents { step: unit, close, ..Tangents::default() };
        let mut weight = best.weight(&self.diagram, window);
        let (mut lambda, mut bound) = (best.lambda, best.whole());
        for _ in 0..SWEEPS {
            let Some(next) = tangents.next(lambda, bound, weight, window, best.whole()) else {
                break;
            };
            if next.unsigned_abs() > most.unsigned_abs() {
                break;
            }
            let tried = sweep(next);
            (lambda, bound) = (next, tried.whole());
            weight = tried.weight(&self.diagram, window);
            if bound < best.whole() {
                best = tried;
            }
        }
        self.lambda = best.lambda;
        let centre = best.lambda;
        let mut all = vec![best];
        for percent in AROUND {
            let lambda = centre.saturating_add(unit / 100 * percent).clamp(-most, most);
            if all.iter().all(|known| known.lambda != lambda) {
                all.push(sweep(lambda));
            }
        }
        let bound = all.iter().map(Potential::whole).min().expect("there is one");
        (all, bound)
    }
}

/// A multiplier tried, the bound there and its slope.
#[derive(Clone, Copy, Debug)]
struct Tangent {
    lambda: i64,
    bound: i64,
    slope: i64,
}

/// The nearest tangents on both sides of the least bound.
#[derive(Debug, Default)]
struct Tangents {
    left: Option<Tangent>,
    right: Option<Tangent>,
    /// How far to go on where one side is missing.
    step: i64,
    /// Scaled units of the bound that are not worth another sweep.
    close: i64,
}

impl Tangents {
    /// The next multiplier to try after one with this bound and best region's weight. `None` when
    /// there is nothing more to gain.
    fn next(
        &mut self,
        lambda: i64,
        bound: i64,
        weight: i64,
        window: &Window,
        best: i64,
    ) -> Option<i64> {
        // Above zero the bound has the slope U − p, below it L − p.
        let slope = match lambda {
            0 if weight > window.max => window.max - weight,
            0 if weight < window.min => window.min - weight,
            0 => 0,
            _ if lambda > 0 => window.max - weight,
            _ => window.min - weight,
        };
        let tangent = Some(Tangent { lambda, bound, slope });
        match slope {
            0 => return None,
            ..0 => self.left = tangent,
            1.. => self.right = tangent,
        }
        let step = self.step;
        let next = match (self.left, self.right) {
            (Some(left), Some(right)) => {
                // The bound turns at zero, where it may be least.
                if left.lambda < 0 && right.lambda > 0 {
                    return Some(0);
                }
                let slopes = i128::from(left.slope) - i128::from(right.slope);
                let meet = (i128::from(right.bound) - i128::from(left.bound)
                    + i128::from(left.lambda) * i128::from(left.slope)
                    - i128::from(right.lambda) * i128::from(right.slope))
                    / slopes;
                let meet = i64::try_from(meet).ok()?;
                if meet <= left.lambda || meet >= right.lambda {
                    return None;
                }
                let fall = i128::from(meet - left.lambda) * i128::from(left.slope);
                let promised = i128::from(left.bound) + fall;
                if i128::from(best) - promised < i128::from(self.close) {
                    return None;
                }
                meet
            }
            (Some(left), None) => {
                self.step = step.saturating_mul(2);
                let next = left.lambda.saturating_add(step);
                if left.lambda < 0 { next.min(0) } else { next }
            }
            (None, right) => {
                self.step = step.saturating_mul(2);
                let right = right?.lambda;
                let next = right.saturating_sub(step);
                if right > 0 { next.max(0) } else { next }
            }
        };
        Some(next)
    }
}
