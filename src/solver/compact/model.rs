//! Variables and rows of the compact model, in `good_lp`.

use std::collections::BTreeMap;

use good_lp::solvers::highs::{HighsProblem, highs};
use good_lp::{
    Expression, ProblemVariables, SolverModel, Variable, constraint, variable, variables,
};

use super::row;
use super::sets::{self, RootSets};
use super::units::{NUM_FIGURES, Open};
use regionfront_model::quantity::Share;

/// Figures are whole people far below 2^52, so nothing is lost.
#[expect(clippy::cast_precision_loss, reason = "whole people, far below 2^52")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// One column: what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// x: unit belongs to root.
    Member { root: usize, unit: usize },
    /// z: both units belong to root.
    Pair { root: usize, units: (usize, usize) },
    /// f: flow along an edge, in the network of root.
    Flow { root: usize, from: usize, to: usize },
}

/// Variables of one root.
struct RootVariables {
    /// x, by position among the members.
    member: Vec<Variable>,
    /// z, by position among the pairs.
    pair: Vec<Variable>,
    /// f, by `(from, to)` as positions among the members; empty when dominators suffice.
    flow: BTreeMap<(usize, usize), Variable>,
}

/// The columns of the model in their order, and the problem itself.
pub(super) struct Model {
    /// What each column stands for; all x come first.
    pub(super) columns: Vec<Column>,
    /// The problem, ready for the solver.
    pub(super) problem: HighsProblem,
}

/// Builds the model.
///
/// `forbidden` are regions, as units with the root first, that may not stand in a plan.
pub(super) fn build(open: &Open, sets: &[RootSets], forbidden: &[Vec<usize>]) -> Model {
    let mut variables = variables!();
    let mut columns = Vec::new();
    let mut all = add_members(&mut variables, &mut columns, sets);
    add_pairs(&mut variables, &mut columns, sets, &mut all);
    add_flows(&mut variables, &mut columns, open, sets, &mut all);

    let size = open.flow_size();
    let mut objective = Expression::with_capacity(columns.len());
    for (set, vars) in sets.iter().zip(&all) {
        for (at, &unit) in set.members.iter().enumerate().skip(1) {
            if let Some(&count) = open.flows.get(&(set.root, unit)) {
                objective.add_mul(real(count) / size, vars.member[at]);
            }
        }
        for (&(_, _, count), &pair) in set.pairs.iter().zip(&vars.pair) {
            objective.add_mul(real(count) / size, pair);
        }
    }
    let mut problem = variables.maximise(objective).using(highs);
    add_partition_rows(&mut problem, open, sets, &all);
    for (set, vars) in sets.iter().zip(&all) {
        add_limit_rows(&mut problem, open, set, vars);
        add_pair_rows(&mut problem, set, vars);
        add_rule_rows(&mut problem, open, set, vars);
        add_contiguity_rows(&mut problem, open, set, vars);
        let partners = partners(set, vars);
        add_lifted_ceilings(&mut problem, open, set, vars, &partners);
        add_cover_rows(&mut problem, open, set, vars, &partners);
    }
    add_forbidden(&mut problem, sets, &all, forbidden);
    Model { columns, problem }
}

fn add_members(
    variables: &mut ProblemVariables,
    columns: &mut Vec<Column>,
    sets: &[RootSets],
) -> Vec<RootVariables> {
    sets.iter()
        .map(|set| {
            let root = set.root;
            columns.extend(set.members.iter().map(|&unit| Column::Member { root, unit }));
            let member = variables.add_vector(variable().binary(), set.members.len());
            RootVariables { member, pair: Vec::new(), flow: BTreeMap::new() }
        })
        .collect()
}

fn add_pairs(
    variables: &mut ProblemVariables,
    columns: &mut Vec<Column>,
    sets: &[RootSets],
    all: &mut [RootVariables],
) {
    for (set, vars) in sets.iter().zip(all) {
        let root = set.root;
        columns.extend(set.pairs.iter().map(|&(i, j, _)| Column::Pair { root, units: (i, j) }));
        vars.pair = variables.add_vector(variable().clamp(0, 1), set.pairs.len());
    }
}

fn add_flows(
    variables: &mut ProblemVariables,
    columns: &mut Vec<Column>,
    open: &Open,
    sets: &[RootSets],
    all: &mut [RootVariables],
) {
    for (set, vars) in sets.iter().zip(all) {
        let members = 1..set.members.len();
        if members.clone().all(|at| set.is_held_by_dominator(open, at)) {
            continue;
        }
        let root = set.root;
        for at in 0..set.members.len() {
            let from = set.members[at];
            for &to in &open.neighbours[from] {
                if to != root
                    && let Some(to_at) = set.position(to)
                {
                    columns.push(Column::Flow { root, from, to });
                    let capacity = real(set.room as u64);
                    let flow = variables.add(variable().clamp(0, capacity));
                    vars.flow.insert((at, to_at), flow);
                }
            }
        }
    }
}

/// Each unit has one root; the roots are as many as the regions.
fn add_partition_rows(
    problem: &mut HighsProblem,
    open: &Open,
    sets: &[RootSets],
    all: &[RootVariables],
) {
    let mut homes: Vec<Expression> = vec![Expression::default(); open.units.len()];
    let mut roots = Expression::default();
    for (set, vars) in sets.iter().zip(all) {
        roots += vars.member[0];
        for (&unit, &member) in set.members.iter().zip(&vars.member) {
            homes[unit] += member;
        }
    }
    for home in homes {
        problem.add_constraint(constraint!(home == 1));
    }
    problem.add_constraint(constraint!(roots == real(open.num_regions as u64)));
}

/// Limits on the figures of the region, and on its self-containment.
fn add_limit_rows(problem: &mut HighsProblem, open: &Open, set: &RootSets, vars: &RootVariables) {
    for figure in 0..NUM_FIGURES {
        let sum: u64 = set.members.iter().map(|&unit| open.units[unit].figures[figure]).sum();
        // Signed: +1 for a lower limit, −1 for an upper one.
        let row = |sign: i128, limit: u64| -> Vec<(i128, Variable)> {
            let members = set.members.iter().zip(&vars.member).enumerate();
            members
                .map(|(at, (&unit, &member))| {
                    let weight = i128::from(open.units[unit].figures[figure]);
                    let asked = if at == 0 { i128::from(limit) } else { 0 };
                    (sign * (weight - asked), member)
                })
                .collect()
        };
        if let Some(min) = open.bounds(set.root)[figure].min {
            add(problem, row(1, min));
        }
        if let Some(max) = open.bounds(set.root)[figure].max.filter(|&max| max < sum) {
            add(problem, row(-1, max));
        }
    }
    if let Some((part, whole)) = open.share(set.root).map(Share::fraction) {
        let (part, whole) = (i128::from(part), i128::from(whole));
        let mut surplus = Vec::with_capacity(set.members.len() + set.pairs.len());
        for (at, (&unit, &member)) in set.members.iter().zip(&vars.member).enumerate() {
            let figures = &open.units[unit];
            let with_root = open.flows.get(&(set.root, unit)).filter(|_| at > 0).unwrap_or(&0);
            let inside = i128::from(figures.inside + with_root);
            surplus.push((whole * inside - part * i128::from(figures.figures[3]), member));
        }
        for (&(_, _, count), &pair) in set.pairs.iter().zip(&vars.pair) {
            surplus.push((whole * i128::from(count), pair));
        }
        add(problem, surplus);
    }
}

fn add(problem: &mut HighsProblem, terms: Vec<(i128, Variable)>) {
    if let Some(row) = row::not_negative(terms) {
        problem.add_constraint(row);
    }
}

/// Regions met that break a limit after all, which the rows are too coarse to see.
fn add_forbidden(
    problem: &mut HighsProblem,
    sets: &[RootSets],
    all: &[RootVariables],
    forbidden: &[Vec<usize>],
) {
    for region in forbidden {
        let Some((set, vars)) = sets.iter().zip(all).find(|(set, _)| set.root == region[0]) else {
            continue;
        };
        let mut held = Expression::with_capacity(set.members.len());
        for (unit, &member) in set.members.iter().zip(&vars.member) {
            held.add_mul(if region.contains(unit) { 1.0 } else { -1.0 }, member);
        }
        problem.add_constraint(constraint!(held <= real(region.len() as u64 - 1)));
    }
}

/// A pair is inside only if both its units are.
fn add_pair_rows(problem: &mut HighsProblem, set: &RootSets, vars: &RootVariables) {
    for (&(i, j, _), &pair) in set.pairs.iter().zip(&vars.pair) {
        for unit in [i, j] {
            let at = set.position(unit).expect("pairs join members");
            problem.add_constraint(constraint!(pair <= vars.member[at]));
        }
    }
}

/// Together and apart.
fn add_rule_rows(problem: &mut HighsProblem, open: &Open, set: &RootSets, vars: &RootVariables) {
    for (at, &unit) in set.members.iter().enumerate() {
        let next = open.mates[unit].iter().find(|&&mate| mate > unit);
        if let Some(mate_at) = next.and_then(|&mate| set.position(mate)) {
            problem.add_constraint(constraint!(vars.member[at] == vars.member[mate_at]));
        }
        for other in open.apart[unit].iter().filter(|&&other| other > unit) {
            if let Some(other_at) = set.position(*other) {
                let both = vars.member[at] + vars.member[other_at];
                problem.add_constraint(constraint!(both <= vars.member[0]));
            }
        }
    }
}

/// Dominators, and where they do not suffice a single-commodity flow from the root.
fn add_contiguity_rows(
    problem: &mut HighsProblem,
    open: &Open,
    set: &RootSets,
    vars: &RootVariables,
) {
    for at in 1..set.members.len() {
        let dominator = set.position(set.dominator[at]).expect("dominators are members");
        problem.add_constraint(constraint!(vars.member[at] <= vars.member[dominator]));
    }
    if vars.flow.is_empty() {
        return;
    }
    for at in 1..set.members.len() {
        let mut inflow = Expression::default();
        let mut net = Expression::default();
        for other in open.neighbours[set.members[at]].iter().filter_map(|&o| set.position(o)) {
            inflow += vars.flow[&(other, at)];
            net += vars.flow[&(other, at)];
            if let Some(&out) = vars.flow.get(&(at, other)) {
                net -= out;
            }
        }
        let member = vars.member[at];
        if set.is_held_by_dominator(open, at) {
            problem.add_constraint(constraint!(net == 0));
        } else {
            problem.add_constraint(constraint!(net == member));
        }
        let capacity = real((set.room + 1 - set.depth[at].min(set.room)) as u64);
        problem.add_constraint(constraint!(inflow <= capacity * member));
    }
}

/// For each member, its partners in pairs with the z of the pair, by position.
fn partners(set: &RootSets, vars: &RootVariables) -> Vec<BTreeMap<usize, Variable>> {
    let mut partners = vec![BTreeMap::new(); set.members.len()];
    for (&(i, j, _), &pair) in set.pairs.iter().zip(&vars.pair) {
        let i = set.position(i).expect("pairs join members");
        let j = set.position(j).expect("pairs join members");
        partners[i].insert(j, pair);
        partners[j].insert(i, pair);
    }
    partners
}

/// Each upper limit multiplied by x of one member (reformulation-linearisation): with it in the
/// region, its partners take no more than what it leaves.
fn add_lifted_ceilings(
    problem: &mut HighsProblem,
    open: &Open,
    set: &RootSets,
    vars: &RootVariables,
    partners: &[BTreeMap<usize, Variable>],
) {
    for figure in 0..NUM_FIGURES {
        let Some(max) = open.bounds(set.root)[figure].max else { continue };
        let weight = |at: usize| open.units[set.members[at]].figures[figure];
        for (at, partners) in partners.iter().enumerate().skip(1) {
            let sum: u64 = partners.keys().map(|&other| weight(other)).sum();
            let left = max.saturating_sub(weight(at) + weight(0));
            if sum > left {
                let mut terms: Vec<(i128, Variable)> = partners
                    .iter()
                    .map(|(&other, &pair)| (-i128::from(weight(other)), pair))
                    .collect();
                terms.push((i128::from(left), vars.member[at]));
                add(problem, terms);
            }
        }
    }
}

/// Rows for connected sets around the root that miss a lower limit: the region goes on beyond
/// each of them, and what lies beyond makes up what is missing.
///
/// A member on the border of such a set may be all there is beyond it, but only when it is in the
/// region: the rows with z say that without it, another border member is.
fn add_cover_rows(
    problem: &mut HighsProblem,
    open: &Open,
    set: &RootSets,
    vars: &RootVariables,
    partners: &[BTreeMap<usize, Variable>],
) {
    let root = vars.member[0];
    for short in sets::short_sets(open, set) {
        let border = sets::border(open, set, &short.members);
        let beyond: Expression = border.iter().map(|&at| vars.member[at]).sum();
        problem.add_constraint(constraint!(beyond >= root));
        let weight =
            |at: usize| open.units[set.members[at]].figures[short.figure].min(short.missing);
        let mut made_up: Vec<(i128, Variable)> = (0..set.members.len())
            .filter(|at| short.members.binary_search(at).is_err())
            .map(|at| (i128::from(weight(at)), vars.member[at]))
            .collect();
        made_up.push((-i128::from(short.missing), root));
        add(problem, made_up);
        for &at in &border {
            let mut others = Expression::default();
            for &other in border.iter().filter(|&&other| other != at) {
                others += vars.member[other];
                if let Some(&both) = partners[at].get(&other) {
                    others -= both;
                }
            }
            problem.add_constraint(constraint!(others >= root - vars.member[at]));
        }
    }
}

/// The values of all columns for a plan, given by the root of each unit.
pub(super) fn values(
    open: &Open,
    sets: &[RootSets],
    columns: &[Column],
    roots: &[usize],
) -> Vec<f64> {
    let mut flows: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for set in sets {
        tree_flows(open, set, roots, &mut flows);
    }
    columns
        .iter()
        .map(|column| match *column {
            Column::Member { root, unit } => f64::from(u8::from(roots[unit] == root)),
            Column::Pair { root, units: (i, j) } => {
                f64::from(u8::from(roots[i] == root && roots[j] == root))
            }
            Column::Flow { root, from, to } => {
                let inside = roots[from] == root && roots[to] == root;
                real(flows.get(&(from, to)).copied().filter(|_| inside).unwrap_or(0))
            }
        })
        .collect()
}

/// Sends one unit of flow from the root to each member of its region that needs it, along a
/// breadth-first tree.
fn tree_flows(
    open: &Open,
    set: &RootSets,
    roots: &[usize],
    flows: &mut BTreeMap<(usize, usize), u64>,
) {
    if roots[set.root] != set.root {
        return;
    }
    let mut parent: BTreeMap<usize, usize> = BTreeMap::from([(set.root, set.root)]);
    let mut queue = vec![set.root];
    let mut next = 0;
    while let Some(&unit) = queue.get(next) {
        next += 1;
        for &other in &open.neighbours[unit] {
            if roots[other] == set.root && !parent.contains_key(&other) {
                parent.insert(other, unit);
                queue.push(other);
            }
        }
    }
    for &unit in &queue {
        let needs = set.position(unit).is_some_and(|at| !set.is_held_by_dominator(open, at));
        let mut to = unit;
        while needs && to != set.root {
            let from = parent[&to];
            *flows.entry((from, to)).or_default() += 1;
            to = from;
        }
    }
}
