//! Whether a claim is proved.

use crate::cover::cover;
use crate::document::{Claim, Hint, Limits, Proof, Rules};
use crate::ground::{Ground, Groups, within};
use crate::instance::Instance;
use crate::listing::{LARGEST, Listed, Prices, list};
use crate::reject::{Rejection, reject};
use crate::set::Set;
use crate::sweep::{Rates, Sweep};

/// What a check has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Ends of proofs.
    pub leaves: u64,
    /// Search nodes of listings.
    pub nodes: u64,
    /// Regions listed.
    pub regions: u64,
    /// Most search nodes of listings there may be; none where the checker may search as long as it takes.
    pub most_nodes: Option<u64>,
}

/// The rules of a claim, by the places of areas.
#[derive(Clone, Debug)]
pub struct Question {
    /// The groups.
    pub groups: Groups,
    /// The limits, those of the claim in place of those of the rules.
    pub limits: Limits,
    /// Number of regions.
    pub k: usize,
    /// Prices are counted in this part of a commuter.
    pub scale: i64,
}

impl Question {
    /// The question a claim answers.
    ///
    /// # Errors
    /// When an area is not in question, or a limit is no limit.
    pub fn new(
        instance: &Instance,
        rules: &Rules,
        claim: &Claim,
        scale: i64,
    ) -> Result<Self, Rejection> {
        let limits = overridden(rules.limits, claim.limits);
        if let Some((part, whole)) = limits.min_self_containment
            && (whole == 0 || part > whole || whole > 1 << 52)
        {
            return reject("a self-containment is a fraction between 0 and 1");
        }
        if !(2..=1 << 20).contains(&scale) || scale % 2 != 0 {
            return reject("`scale` must be an even number from 2 to 1048576");
        }
        if claim.k == 0 {
            return reject("`k` must be at least 1");
        }
        Ok(Self { groups: Groups::read(instance, rules)?, limits, k: claim.k, scale })
    }

    /// The same where two areas share a region, or do not.
    #[must_use]
    pub fn decided(&self, pair: [usize; 2], together: bool) -> Self {
        let mut question = self.clone();
        let groups = &mut question.groups;
        let list = if together { &mut groups.together } else { &mut groups.apart };
        list.push(pair.to_vec());
        question
    }
}

fn overridden(rules: Limits, claim: Limits) -> Limits {
    Limits {
        min_population: claim.min_population.or(rules.min_population),
        max_population: claim.max_population.or(rules.max_population),
        min_areas: claim.min_areas.or(rules.min_areas),
        max_areas: claim.max_areas.or(rules.max_areas),
        min_jobs: claim.min_jobs.or(rules.min_jobs),
        max_jobs: claim.max_jobs.or(rules.max_jobs),
        min_employed: claim.min_employed.or(rules.min_employed),
        max_employed: claim.max_employed.or(rules.max_employed),
        min_self_containment: claim.min_self_containment.or(rules.min_self_containment),
    }
}

/// Checks the plan of a claim: every area in one of `k` regions, every rule kept, and the commuters
/// counted anew. Returns its regions.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_plan<const W: usize>(
    instance: &Instance,
    question: &Question,
    plan: &[Vec<String>],
    keeps: u64,
) -> Result<Vec<Set<W>>, Rejection> {
    let Question { groups, limits, k, .. } = question;
    let mut links = vec![Set::<W>::EMPTY; instance.codes.len()];
    for &(a, b) in &instance.links {
        links[a].insert(b);
        links[b].insert(a);
    }
    let mut covered = Set::EMPTY;
    let mut regions: Vec<Set<W>> = Vec::new();
    for codes in plan {
        let region: Set<W> = instance.areas(codes)?.into_iter().collect();
        if region.meets(&covered) {
            return reject(format!("an area of {} is in two regions", codes.join(", ")));
        }
        if !region.is_connected(&links) {
            return reject(format!("the region of {} does not hang together", codes.join(", ")));
        }
        covered = covered.or(&region);
        regions.push(region);
    }
    if regions.len() != *k {
        return reject(format!("the plan has {} regions, not {k}", regions.len()));
    }
    if covered != Set::below(instance.codes.len()) {
        return reject("the plan leaves areas out");
    }
    let as_set = |group: &Vec<usize>| -> Set<W> { group.iter().copied().collect() };
    for group in groups.together.iter().map(as_set) {
        if !regions.iter().any(|region| group.is_within(region)) {
            return reject("the plan parts areas that are kept together");
        }
    }
    for group in groups.apart.iter().map(as_set) {
        if regions.iter().any(|region| region.and(&group).len() > 1) {
            return reject("the plan joins areas that are kept apart");
        }
    }
    for group in groups.closed.iter().chain(&groups.fixed).map(as_set) {
        if !regions.contains(&group) {
            return reject("a decided region is none of the plan's");
        }
    }
    for (region, codes) in regions.iter().zip(plan) {
        if !groups.is_free(region) && !within(instance, limits, region) {
            return reject(format!("the region of {} breaks a limit", codes.join(", ")));
        }
    }
    let inside = |&&(from, to, _): &&(usize, usize, u64)| {
        from != to && regions.iter().any(|region| region.contains(from) && region.contains(to))
    };
    let counted: u64 = instance.flows.iter().filter(inside).map(|flow| flow.2).sum();
    if counted != keeps {
        return reject(format!("the plan keeps {counted} commuters, not {keeps}"));
    }
    Ok(regions)
}

/// Checks that no plan keeps more than `keeps` commuters, or that there is none at all.
///
/// # Errors
/// The place of the proof that does not hold, and why.
pub(crate) fn check_proof<const W: usize>(
    instance: &Instance,
    question: &Question,
    keeps: Option<u64>,
    proof: &Proof,
    effort: &mut Effort,
) -> Result<(), Rejection> {
    match proof {
        Proof::Split { pair: (a, b), together, apart } => {
            let pair = [instance.area(a)?, instance.area(b)?];
            if pair[0] == pair[1] {
                return reject(format!("split: {a} is not two areas"));
            }
            for (child, is_together, step) in
                [(together, true, "split.together"), (apart, false, "split.apart")]
            {
                let question = question.decided(pair, is_together);
                check_proof::<W>(instance, &question, keeps, child, effort)
                    .map_err(|rejection| rejection.under(step))?;
            }
            Ok(())
        }
        Proof::Rules => {
            effort.leaves += 1;
            let Question { groups, limits, k, .. } = question;
            match Ground::<W>::new(instance, groups, limits, *k) {
                None => Ok(()),
                Some(ground) if is_closed(&ground, question.scale, keeps) => Ok(()),
                Some(_) => reject("rules: the rules alone leave room for a plan"),
            }
        }
        Proof::Prices { areas, region, balance, sweep } => {
            effort.leaves += 1;
            let Question { groups, limits, k, scale } = question;
            let Some(ground) = Ground::<W>::new(instance, groups, limits, *k) else {
                return Ok(());
            };
            if is_closed(&ground, *scale, keeps) {
                return Ok(());
            }
            if areas.len() != instance.codes.len() {
                return reject(format!(
                    "prices: {} prices for {} areas",
                    areas.len(),
                    instance.codes.len()
                ));
            }
            let prices = node_prices(&ground, areas, *region, *scale)
                .map(|prices| Prices { balance: *balance, ..prices })
                .filter(|prices| prices.are_in_range(&ground));
            let Some(prices) = prices else {
                return reject("prices: they are too large to be added up exactly");
            };
            let sweep =
                sweep.as_ref().map(|hint| swept(instance, &ground, &prices, hint)).transpose()?;
            check_prices(&ground, &prices, sweep.as_ref(), keeps, effort)
                .map_err(|rejection| rejection.under("prices"))
        }
    }
}

/// Whether nothing is left to be divided and the decided regions keep no more, or what is left cannot
/// be divided by its sums and pieces.
fn is_closed<const W: usize>(ground: &Ground<W>, scale: i64, keeps: Option<u64>) -> bool {
    if ground.k == 0 {
        budget(ground, 0, scale, keeps) < 0
    } else {
        !ground.is_divisible(&Set::below(ground.n), ground.k)
    }
}

/// The losses a plan of the ground that keeps one commuter more may add up to, at this level.
///
/// Beyond `2 ·` [`LARGEST`] it is that: prices in range lose less than half of it in all, so a budget
/// cut there still lets everything through, and one below is below nothing.
pub fn budget<const W: usize>(
    ground: &Ground<W>,
    level: i64,
    scale: i64,
    keeps: Option<u64>,
) -> i64 {
    // Without a plan, a plan of any value would be one more.
    let wanted = keeps.map_or(0, |keeps| i128::from(keeps) + 1);
    let budget = i128::from(level) + i128::from(scale) * (i128::from(ground.settled) - wanted);
    let most = 2 * i128::from(LARGEST);
    i64::try_from(budget.clamp(-most, most)).unwrap_or(2 * LARGEST)
}

/// Prices of areas as prices of nodes.
pub fn node_prices<const W: usize>(
    ground: &Ground<W>,
    areas: &[i64],
    region: i64,
    scale: i64,
) -> Option<Prices> {
    let total = |node: &Set<W>| {
        node.iter().try_fold(0_i64, |total, area| total.checked_add(*areas.get(area)?))
    };
    let node = ground.members.iter().map(total).collect::<Option<Vec<i64>>>()?;
    Some(Prices { node, region, scale, balance: false })
}

/// The sweep of a hint, with its rates.
fn swept<const W: usize>(
    instance: &Instance,
    ground: &Ground<W>,
    prices: &Prices,
    hint: &Hint,
) -> Result<(Sweep, Rates), Rejection> {
    let node_of = |area: usize| ground.members.iter().position(|node| node.contains(area));
    let order = hint.order.iter().map(|code| Ok(node_of(instance.area(code)?).unwrap_or(ground.n)));
    let sweep = Sweep::new(ground, order.collect::<Result<_, Rejection>>()?)?;
    let rates = Rates { rates: hint.rates.clone(), per: hint.per };
    if !sweep.can_hold(ground, prices, &rates) {
        return reject(
            "sweep: there are no rates, too many, or some too large to be reckoned with exactly",
        );
    }
    Ok((sweep, rates))
}

fn check_prices<const W: usize>(
    ground: &Ground<W>,
    prices: &Prices,
    sweep: Option<&(Sweep, Rates)>,
    keeps: Option<u64>,
    effort: &mut Effort,
) -> Result<(), Rejection> {
    let budget = budget(ground, prices.level(ground), prices.scale, keeps);
    let mut regions: Vec<Listed<W>> = Vec::new();
    // Even without a budget there must be no region of negative loss.
    let most = budget.max(-1);
    // A sweep looks at all of its states, whatever its search does.
    effort.nodes += sweep.map_or(0, |(sweep, _)| sweep.num_states() as u64);
    let left = effort.most_nodes.map_or(u64::MAX, |most| most.saturating_sub(effort.nodes));
    let mut found = |region| {
        regions.push(region);
        most
    };
    let listed = match sweep {
        Some((sweep, rates)) => sweep.list(ground, prices, rates, most, left, &mut found),
        None => list(ground, prices, most, left, &mut found),
    };
    let Ok(nodes) = listed else {
        return reject("too many search nodes: the prices are too poor for the effort allowed");
    };
    effort.nodes += nodes;
    effort.regions += regions.len() as u64;
    if let Some(region) = regions.iter().find(|region| region.loss < 0) {
        return reject(format!(
            "a region of {} areas loses {} parts of a commuter, less than nothing: the prices prove \
             nothing",
            ground.areas(&region.set).len(),
            region.loss
        ));
    }
    if budget < 0 {
        return Ok(());
    }
    match cover(ground, regions, budget, left) {
        Ok(None) => Ok(()),
        Ok(Some(plan)) => {
            let value: i64 = plan.iter().map(|region| ground.value(region)).sum();
            reject(format!("a plan that is allowed keeps {} commuters", value + ground.settled))
        }
        Err(_) => reject("too many regions are within the budget for the effort allowed"),
    }
}
