//! The search around plans on trial on small problems, with so few nodes set free at a time that
//! regions lie in several parts: plans must be plans, none better than the best there is, and both
//! parts and trades must get there more often than not.

use crate::engine::{Limits, Silent};
use crate::exact::colgen::climbing::Ground;
use crate::exact::master::pool::Pool;
use crate::exact::primal::anneal::grow;
use crate::exact::primal::neighbourhood::Neighbourhoods;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::network::Network;
use crate::exact::problem::plan::NodePlan;
use crate::exact::problem::reduced::{Core, SCALE};
use crate::exact::problem::step::Step;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;
use regionfront_testkit::shapes::problem;
use regionfront_testkit::subsets::Subsets;

/// Nodes set free at a time.
const FREE: usize = 4;

#[test]
fn searches_around_plans_find_plans_and_trade() {
    let (mut searched, mut improvable, mut improved, mut reached, mut trades) = (0, 0, 0, 0, 0);
    for seed in 40_000..40_200 {
        let problem = problem(seed, usize::try_from(7 + seed % 5).expect("small"));
        let oracle = Subsets::of(&problem);
        for k in 2..problem.instance.num_areas() {
            let Ok(nodes) = Nodes::contract(&problem) else { continue };
            let step = Step { limits: problem.rules.limits, ..Step::default() };
            let Ok(core) = Core::<1>::new(&problem, &nodes, k, &step) else { continue };
            let Some(best) = oracle.best(k).filter(|_| core.k > 0) else { continue };
            let best = i64::try_from(best - core.settled_flow).expect("few commuters") * SCALE;
            let Some(labels) = grow(&core, seed, &|| false) else { continue };
            let mut regions = vec![AreaSet::EMPTY; core.k];
            for (node, &region) in labels.iter().enumerate() {
                regions[region].insert(node);
            }
            if !regions.iter().all(|set| core.is_region(set)) {
                continue;
            }
            let value: i64 = regions.iter().map(|set| core.value(set)).sum();
            let limits = Limits::default();
            let watch =
                Watch::new(&limits, &Silent, k, core.settled_flow, core.scale, core.most_value());
            let network = Network::new(&core);
            let mut pool = Pool::default();
            let ground = Ground { core: &core, network: &network, pool: &mut pool, watch: &watch };
            let mut last = value;
            let mut search =
                Neighbourhoods::new(&ground, NodePlan { regions, value }, None, FREE, seed);
            search
                .exhaust(&ground, true, &mut |plan| {
                    let value: i64 = plan.regions.iter().map(|set| core.value(set)).sum();
                    let nodes = plan.regions.iter().fold(AreaSet::EMPTY, AreaSet::union);
                    assert!(plan.regions.iter().all(|set| core.is_region(set)), "seed {seed}");
                    assert_eq!((plan.regions.len(), nodes.len()), (core.k, core.n), "seed {seed}");
                    let held: usize = plan.regions.iter().map(AreaSet::len).sum();
                    assert_eq!(held, core.n, "seed {seed}: a node in two regions");
                    assert_eq!(value, plan.value, "seed {seed}");
                    assert!(last < value && value <= best, "seed {seed}, k = {k}");
                    last = value;
                    false
                })
                .expect("the master is sound");
            searched += 1;
            improvable += usize::from(value < best);
            improved += usize::from(value < last);
            reached += usize::from(last == best);
            trades += search.trades;
        }
    }
    assert!(improvable > 250, "only {improvable} of {searched} plans could be better");
    assert!(improved * 10 > improvable * 9, "{improved} of {improvable} plans got better");
    assert!(reached * 10 > searched * 7, "{reached} best plans of {searched} were reached");
    assert!(trades > 20, "{trades} trades");
}
