//! What is known at a frontier, and how the next node changes it.
//!
//! Every frontier node carries a label: inside the region, the number of its connected piece there;
//! outside, that of its piece of the rest. Labels are numbered by first appearance, so that equal
//! states are equal numbers. A piece of the region that no frontier node belongs to any more is the
//! whole region or can never join it. The rest may have as many pieces as there are other regions.
//! Where these are one or two, that is worth knowing: how many pieces are closed off is part of the
//! state. Where they are more, pieces of the rest are not told apart, which makes fewer states; the
//! search looks at what is closed off in either case.

use crate::exact::pricing::frontier::order::WIDEST;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Labels of pieces: up to this for the region, from here on for the rest.
const REST: u8 = 8;

/// Label of the piece that the node just passed makes, of either kind.
const NEW: [u8; 2] = [17, 16];

/// One more than the largest label.
const LABELS: usize = 18;

/// How far the region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// No node passed is in it.
    Ahead,
    /// It reaches the frontier.
    Open,
    /// It is whole.
    Done,
}

/// The labels of a frontier, four bits each, and what else is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    labels: u64,
    pub(crate) progress: Progress,
    closed: u8,
}

/// More pieces at a frontier than there are labels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooMany;

impl State {
    /// Before the first node.
    pub(crate) const START: Self = Self { labels: 0, progress: Progress::Ahead, closed: 0 };

    fn label(&self, slot: usize) -> u8 {
        (self.labels >> (4 * slot) & 15) as u8
    }

    /// A number that no other state has.
    pub(crate) fn number(&self) -> u64 {
        self.labels | (self.progress as u64) << 60 | u64::from(self.closed) << 56
    }
}

/// The passing of a node: what the frontier before and after it have to do with it.
#[derive(Debug)]
pub(crate) struct Passing {
    /// The node.
    pub(crate) node: usize,
    /// Places in the frontier before of the nodes it touches, with the flows to them, scaled.
    touching: Vec<(usize, i64)>,
    /// Places of those it may not share a region with, and of those it must.
    apart: Vec<usize>,
    companions: Vec<usize>,
    /// Width of the frontier before.
    width: usize,
    /// Places before of the nodes of the frontier after; the width stands for the node itself.
    kept: Vec<usize>,
    /// Most pieces the rest may have, where they are counted.
    most_closed: Option<u8>,
}

impl Passing {
    /// The passing of all nodes in an order.
    pub(crate) fn all<const W: usize>(core: &Core<W>, order: &[usize]) -> Vec<Self> {
        let mut passed = AreaSet::<W>::EMPTY;
        let mut before: Vec<usize> = Vec::new();
        let most_closed = u8::try_from(core.k - 1).ok().filter(|&most| most < 3);
        let mut all = Vec::with_capacity(order.len());
        for &node in order {
            passed.insert(node);
            let places = |set: &AreaSet<W>| -> Vec<usize> {
                (0..before.len()).filter(|&place| set.contains(before[place])).collect()
            };
            let touching = places(&core.neighbours[node])
                .into_iter()
                .map(|place| (place, core.pair[node * core.n + before[place]]))
                .collect();
            let (apart, companions) = (places(&core.apart[node]), places(&core.companions[node]));
            let width = before.len();
            before.push(node);
            let kept: Vec<usize> = (0..=width)
                .filter(|&place| !core.neighbours[before[place]].is_subset(&passed))
                .collect();
            before = kept.iter().map(|&place| before[place]).collect();
            debug_assert!(before.len() <= WIDEST);
            all.push(Self { node, touching, apart, companions, width, kept, most_closed });
        }
        all
    }

    /// What the node brings by its flows to the region if it joins.
    pub(crate) fn flow(&self, state: &State) -> i64 {
        let inside = self.touching.iter().filter(|(place, _)| state.label(*place) < REST);
        inside.map(|(_, flow)| flow).sum()
    }

    /// The state after the node is left out or taken in. `None` when no region begins so.
    pub(crate) fn pass(&self, state: &State, taken: bool) -> Result<Option<State>, TooMany> {
        if taken && state.progress == Progress::Done {
            return Ok(None);
        }
        let mut labels = [0; WIDEST + 1];
        for (place, label) in labels.iter_mut().enumerate().take(self.width) {
            *label = state.label(place);
        }
        let is_inside = |label: u8| label < REST || label == NEW[1];
        let meets = |places: &[usize], inside: bool| {
            places.iter().any(|&place| is_inside(labels[place]) == inside)
        };
        if meets(&self.companions, !taken) || (taken && meets(&self.apart, true)) {
            return Ok(None);
        }
        // The node and the pieces of its kind that it touches become one.
        let new = match self.most_closed {
            None if !taken => REST,
            _ => NEW[usize::from(taken)],
        };
        let mut joined = 0_u32;
        for &(place, _) in &self.touching {
            if is_inside(labels[place]) == taken {
                joined |= 1 << labels[place];
            }
        }
        labels[self.width] = new;
        let mut before = 0_u32;
        for label in &mut labels[..=self.width] {
            if joined >> *label & 1 == 1 {
                *label = new;
            }
            before |= 1 << *label;
        }
        let after = self.kept.iter().fold(0_u32, |after, &place| after | 1 << labels[place]);
        let gone = before & !after;
        let region = ((1 << REST) - 1) | (1 << NEW[1]);
        let mut progress = if taken { Progress::Open } else { state.progress };
        if gone & region != 0 {
            if (before & region).count_ones() > 1 {
                return Ok(None);
            }
            progress = Progress::Done;
        }
        let mut closed = state.closed;
        if let Some(most) = self.most_closed {
            closed += u8::try_from((gone & !region).count_ones()).unwrap_or(u8::MAX);
            if closed > most {
                return Ok(None);
            }
        }
        let mut renamed = [u8::MAX; LABELS];
        let mut next = [0, REST];
        let mut numbered = 0;
        for (slot, &place) in self.kept.iter().enumerate() {
            let label = labels[place];
            let name = &mut renamed[usize::from(label)];
            if *name == u8::MAX {
                let kind = usize::from(!is_inside(label));
                *name = next[kind];
                next[kind] += 1;
                if next[kind] > REST * (u8::from(kind == 1) + 1) {
                    return Err(TooMany);
                }
            }
            numbered |= u64::from(*name) << (4 * slot);
        }
        Ok(Some(State { labels: numbered, progress, closed }))
    }
}
