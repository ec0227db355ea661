//! Duals in a box on trial, wherever it begins: the relaxation must come out as it does without a box,
//! and what is looked for near its duals must be the best plan there is.

use std::cell::RefCell;

use crate::engine::{Limits, Silent};
use crate::exact::caps::Caps;
use crate::exact::colgen::boxstep;
use crate::exact::colgen::relaxation::{Relaxation, Warm};
use crate::exact::colgen::roots::Roots;
use crate::exact::colgen::smoothing;
use crate::exact::colgen::turns::{self, Way};
use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::pricing::root_search::Pricer;
use crate::exact::proof::tree::Tree;
use crate::exact::trials::prices::{Priced, random_duals};
use crate::exact::watch::Watch;
use regionfront_model::scenario::Problem;
use regionfront_testkit::shapes::{Dice, dense_problem, problem};
use regionfront_testkit::subsets::Subsets;

/// Scaled values beyond this leave duals no room to converge in, whether in a box or not: bounds hold
/// there, and may be loose.
const FAR: i64 = 1 << 48;

/// Puts every case of some shapes on trial.
fn on_trial(seeds: std::ops::Range<u64>, trial: &mut dyn FnMut(&Priced, &mut Dice, &str)) {
    for seed in seeds {
        let num_areas = usize::try_from(2 + seed % 9).expect("small");
        let problem: Problem = if seed % 2 == 0 { problem } else { dense_problem }(seed, num_areas);
        let oracle = Subsets::of(&problem);
        let mut dice = Dice::new(seed);
        for k in 1..=num_areas {
            let Some(case) = Priced::new(&problem, &oracle, k) else { continue };
            trial(&case, &mut dice, &format!("{}, k = {k}", problem.scenario));
        }
    }
}

/// The relaxation with duals in a box around these, or around the cut.
fn in_a_box(case: &Priced, watch: &Watch<'_>, warm: &Warm<1>) -> Relaxation<1> {
    let mut pricers = [Pricer::new(&case.core, watch)];
    let roots = RefCell::new(Roots::new(&mut pricers, 1, 3));
    let mut pool = Pool::default();
    boxstep::relax(&case.core, &mut &roots, &mut pool, warm, &mut |_| 0, watch)
        .expect("the master is sound")
}

#[test]
fn a_box_changes_nothing_about_the_relaxation() {
    let mut compared = 0;
    on_trial(60_000..60_600, &mut |case, dice, name| {
        let core = &case.core;
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, core.k, 0, core.scale, core.most_value());
        let mut pricers = [Pricer::new(core, &watch)];
        let (warm, caps) = (Warm::default(), Caps::default());
        let roots = RefCell::new(Roots::new(&mut pricers, 1, 3));
        let mut pool = Pool::default();
        let free = smoothing::relax(&roots, &mut pool, &warm, 0, &caps, &watch)
            .expect("the master is sound");
        for duals in [None, Some(random_duals(dice, core))] {
            compared += usize::from(core.most_value() <= FAR);
            // The best there is, less than that, and nothing, as the bound known beforehand.
            for ceiling in [Some(case.best), Some(case.best / 2), None] {
                let warm = Warm { duals: duals.clone(), ceiling, ..Warm::default() };
                let boxed = in_a_box(case, &watch, &warm);
                assert!(boxed.bound >= case.best, "{name}: the best plan lies above the bound");
                // Columns hardly worth adding are left out of either.
                let close = 2 * i64::try_from(core.k).expect("small") * core.worth();
                let apart = boxed.bound.abs_diff(free.bound);
                let is_close = apart <= close.unsigned_abs();
                assert!(core.most_value() > FAR || is_close, "{name}: {apart} apart, {ceiling:?}");
                let duals = boxed.duals.expect("nothing was cut short");
                assert!(case.top(&duals) <= Some(duals.count), "{name}: a region has a gain left");
            }
        }
    });
    assert!(compared > 1_000, "{compared}");
}

#[test]
fn turns_change_nothing_about_the_relaxation() {
    let mut compared = 0;
    on_trial(62_000..62_600, &mut |case, dice, name| {
        let core = &case.core;
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, core.k, 0, core.scale, core.most_value());
        let relaxed = |first, turn, duals: Option<Duals>| {
            let mut pricers = [Pricer::new(core, &watch)];
            let roots = RefCell::new(Roots::new(&mut pricers, 1, 3));
            let (warm, caps) =
                (Warm { duals, ..Warm::default() }, Caps { turn, ..Caps::default() });
            let mut pool = Pool::default();
            turns::relax(&roots, first, &mut pool, &warm, &mut |_| 0, &caps, &watch)
                .expect("the master is sound")
        };
        // One turn is enough: there are no others.
        let alone = relaxed(Way::Smoothed, u64::MAX, None).bound;
        let close = 2 * i64::try_from(core.k).expect("small") * core.worth();
        for (first, turn) in [(Way::Smoothed, 1), (Way::Boxed, 1), (Way::Boxed, 7)] {
            let in_turns = relaxed(first, turn, (turn == 7).then(|| random_duals(dice, core)));
            assert!(in_turns.bound >= case.best, "{name}: the best plan lies above the bound");
            let duals = in_turns.duals.expect("nothing was cut short");
            assert!(case.top(&duals) <= Some(duals.count), "{name}: a region has a gain left");
            if core.most_value() <= FAR {
                compared += 1;
                let apart = in_turns.bound.abs_diff(alone);
                assert!(apart <= close.unsigned_abs(), "{name}: {apart} apart");
            }
        }
    });
    assert!(compared > 1_000, "{compared}");
}

#[test]
fn a_plan_among_the_regions_met_is_the_best() {
    let (mut found, mut missed) = (0, 0);
    on_trial(61_000..61_600, &mut |case, dice, name| {
        let core = &case.core;
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, core.k, 0, core.scale, core.most_value());
        let mut pool = Pool::default();
        for &areas in case.regions.keys() {
            pool.insert(core.column(case.nodes(areas)));
        }
        let relaxed = in_a_box(case, &watch, &Warm::default());
        let mut duals: Duals = relaxed.duals.expect("nothing was cut short");
        // Duals that are not the best prove less, and lead to the same plan.
        duals.count += i64::try_from(dice.below(3)).expect("small") * core.scale;
        let mut tree = Tree::new(core, &watch, Caps::default(), pool, Warm::default(), None);
        tree.cover_met(core, &duals, core.most_value());
        match tree.incumbent {
            Some(plan) => {
                assert_eq!(plan.value, case.best, "{name}");
                found += 1;
            }
            None => missed += 1,
        }
    });
    assert!(found > 500 && found > missed, "{found} found, {missed} missed");
}
