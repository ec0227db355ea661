//! The layered graph of states: every connected region is one path through it.
//!
//! With every state goes the span of weights that regions have on reaching it, over all ways to it.
//! A state is no good where even the lightest way is too heavy, or the heaviest one with all that is
//! ahead too light; so are states that lead nowhere, which are taken out at the end.

use crate::exact::pricing::frontier::Window;
use crate::exact::pricing::frontier::state::{Passing, Progress, State};
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Most states before a diagram is given up.
const MOST_STATES: usize = 1_500_000;

/// No state.
pub(crate) const NONE: u32 = u32::MAX;

/// A state and where its two arcs lead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fork {
    /// The state in the next layer when the node is left out, and when it is taken in.
    pub(crate) next: [u32; 2],
    /// Flows to the region that taking the node in brings, scaled.
    pub(crate) flow: i64,
}

/// The states of all frontiers in an order of the nodes. The first layer holds the start alone; the
/// only state after the last one is that of a whole region.
#[derive(Debug)]
pub(crate) struct Diagram<const W: usize> {
    pub(crate) order: Vec<usize>,
    pub(crate) layers: Vec<Vec<Fork>>,
    /// The nodes passed after each layer, the frontier, and the nodes that have just left it.
    pub(crate) passed: Vec<AreaSet<W>>,
    pub(crate) frontier: Vec<AreaSet<W>>,
    pub(crate) leaving: Vec<AreaSet<W>>,
}

impl<const W: usize> Diagram<W> {
    /// The diagram of an order; `None` when there are too many states or a limit strikes.
    pub(crate) fn new(
        core: &Core<W>,
        order: Vec<usize>,
        window: &Window,
        watch: &Watch<'_>,
    ) -> Option<Self> {
        let mut ahead: i64 = window.weight.iter().sum();
        let mut layers = Vec::with_capacity(core.n);
        let mut states = vec![(State::START, Span { least: 0, most: 0 })];
        let mut count = 0;
        for passing in Passing::all(core, &order) {
            let weight = window.weight[passing.node];
            ahead -= weight;
            let mut next = Layer::with_room_for(2 * states.len());
            let mut forks = Vec::with_capacity(states.len());
            for (state, span) in &states {
                let mut fork = Fork { next: [NONE; 2], flow: passing.flow(state) };
                for taken in [false, true] {
                    let Some(after) = passing.pass(state, taken).ok()? else { continue };
                    let add = if taken { weight } else { 0 };
                    let span = Span { least: span.least + add, most: span.most + add };
                    let more = if after.progress == Progress::Done { 0 } else { ahead };
                    if span.least > window.max || span.most + more < window.min {
                        continue;
                    }
                    let kind = usize::from(taken);
                    fork.next[kind] = next.place(after, span.within(window));
                }
                forks.push(fork);
            }
            count += forks.len();
            if count > MOST_STATES || watch.must_stop() {
                return None;
            }
            layers.push(forks);
            states = next.states;
        }
        let (mut passed, mut frontier, mut leaving) = (Vec::new(), Vec::new(), Vec::new());
        let mut nodes = AreaSet::EMPTY;
        let mut before = AreaSet::EMPTY;
        for &node in &order {
            nodes.insert(node);
            before.insert(node);
            let is_open = |&node: &usize| !core.neighbours[node].is_subset(&nodes);
            let after: AreaSet<W> = before.iter().filter(is_open).collect();
            passed.push(nodes);
            frontier.push(after);
            leaving.push(before.difference(&after));
            before = after;
        }
        // However the end is reached, it is the same.
        for next in
            layers.last_mut().into_iter().flatten().flat_map(|fork: &mut Fork| &mut fork.next)
        {
            let is_end = |at: u32| states[at as usize].0.progress == Progress::Done;
            *next = if *next != NONE && is_end(*next) { 0 } else { NONE };
        }
        let ends = vec![true];
        let mut diagram = Self { order, layers, passed, frontier, leaving };
        diagram.prune(ends);
        Some(diagram)
    }

    /// Takes out the states that lead to no end.
    fn prune(&mut self, mut alive: Vec<bool>) {
        for layer in self.layers.iter_mut().rev() {
            let mut places = Vec::with_capacity(alive.len());
            let mut place = 0;
            for &lives in &alive {
                places.push(if lives { place } else { NONE });
                place += u32::from(lives);
            }
            for fork in layer.iter_mut() {
                for next in &mut fork.next {
                    if *next != NONE {
                        *next = places[*next as usize];
                    }
                }
            }
            alive = layer.iter().map(|fork| fork.next != [NONE; 2]).collect();
            // The places of this layer are settled one step on, by the same flags.
            layer.retain(|fork| fork.next != [NONE; 2]);
        }
    }

    /// Whether there is no region at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.layers[0].is_empty()
    }

    /// A node that no region holds, if there is one.
    pub(crate) fn forsaken(&self) -> Option<usize> {
        let taken = |layer: &Vec<Fork>| layer.iter().any(|fork| fork.next[1] != NONE);
        self.layers.iter().position(|layer| !taken(layer)).map(|at| self.order[at])
    }
}

/// The least and most weight on reaching a state.
#[derive(Clone, Copy, Debug)]
struct Span {
    least: i64,
    most: i64,
}

impl Span {
    /// No region has more than the most allowed.
    fn within(self, window: &Window) -> Self {
        Self { most: self.most.min(window.max), ..self }
    }
}

/// States in order of discovery, found again by open addressing.
struct Layer {
    states: Vec<(State, Span)>,
    table: Vec<u32>,
}

impl Layer {
    fn with_room_for(most: usize) -> Self {
        let size = (2 * most).next_power_of_two();
        Self { states: Vec::new(), table: vec![NONE; size] }
    }

    /// The place of a state, entered if it is new.
    fn place(&mut self, state: State, span: Span) -> u32 {
        let mask = self.table.len() - 1;
        let hash = state.number().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut at = (hash >> 32) as usize & mask;
        loop {
            let place = self.table[at];
            if place == NONE {
                let place = u32::try_from(self.states.len()).expect("states are counted");
                self.states.push((state, span));
                self.table[at] = place;
                return place;
            }
            let (known, reached) = &mut self.states[place as usize];
            if *known == state {
                reached.least = reached.least.min(span.least);
                reached.most = reached.most.max(span.most);
                return place;
            }
            at = (at + 1) & mask;
        }
    }
}
