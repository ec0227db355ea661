//! Engines that lie, panic, fail or stall: each costs its own k, and nothing it says gets through.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use regionfront::engine::{
    Effort, Engine, EngineFault, Limits, News, Observer, Outcome, Silent, Solved, StopReason,
};
use regionfront::job::{
    Answer, Known, Saved, Settings, SharedEngine, SharedWatcher, SolutionStatus, Termination,
    Watcher, run,
};
use regionfront::plan::Plan;
use regionfront::scenario::Problem;
use regionfront::verify::{Verified, verify};
use regionfront_testkit::Sketch;

/// What the liar says when asked for two regions. Otherwise it tells the truth.
type Lie = fn(&Problem, &Limits) -> Result<Outcome, EngineFault>;

struct Liar(Lie);

impl Engine for Liar {
    fn name(&self) -> &'static str {
        "liar"
    }

    fn solve(
        &self,
        problem: &Problem,
        k: usize,
        limits: &Limits,
        _seed: u64,
        _warm_start: Option<&Plan>,
        observer: &dyn Observer,
    ) -> Result<Solved, EngineFault> {
        observer.news(k, News::Bound(problem.instance.flows.total_between()));
        let outcome = if k == 2 { (self.0)(problem, limits)? } else { truth(k) };
        Ok(Solved { outcome, effort: Effort { nodes: 7, columns: 9 } })
    }
}

/// A – B – C – D with 10, 1 and 5 commuters between neighbours and 3 between A and D.
fn problem() -> Problem {
    Sketch::chain(4).flow(0, 1, 10).flow(1, 2, 1).flow(2, 3, 5).flow(0, 3, 3).problem()
}

/// The best plan with k regions of [`problem`].
fn truth(k: usize) -> Outcome {
    let (labels, objective): ([u32; 4], u64) = match k {
        1 => ([1, 1, 1, 1], 19),
        2 => ([1, 1, 2, 2], 15),
        3 => ([1, 1, 2, 3], 10),
        _ => ([1, 2, 3, 4], 0),
    };
    Outcome::Optimal { plan: Plan::from_labels(&labels), objective }
}

fn best_pair() -> Verified {
    let Outcome::Optimal { plan, objective } = truth(2) else { unreachable!("it is optimal") };
    verify(&problem(), 2, plan, objective).expect("a sound plan")
}

fn ask(lie: Lie, known: &[Known], settings: &Settings) -> Vec<Answer> {
    let engine: SharedEngine = Arc::new(Liar(lie));
    let watcher: SharedWatcher = Arc::new(Silent);
    run(&Arc::new(problem()), &[1, 2, 3], &engine, settings, known, &watcher, &mut |_| {})
}

/// The k the lie is about ends as an error that says this; the other k are solved.
#[track_caller]
fn found_out(lie: Lie, known: &[Known], says: &str) {
    let answers = ask(lie, known, &Settings::default());
    let [one, two, three] = answers.as_slice() else { panic!("three k were asked for") };
    assert_eq!(two.termination, Termination::Error);
    assert_eq!((two.solution(), two.objective(), two.bound), (SolutionStatus::None, None, None));
    let reason = two.reason.as_deref().expect("an error has a reason");
    assert!(reason.starts_with("liar engine: ") && reason.contains(says), "{reason}");
    assert_eq!((one.k, one.objective(), one.solution()), (1, Some(19), PROVEN));
    assert_eq!((three.k, three.objective(), three.solution()), (3, Some(10), PROVEN));
}

const PROVEN: SolutionStatus = SolutionStatus::ProvenOptimal;

#[expect(clippy::unnecessary_wraps, reason = "what a lie returns")]
fn plan(labels: [u32; 4], objective: u64) -> Result<Outcome, EngineFault> {
    Ok(Outcome::Optimal { plan: Plan::from_labels(&labels), objective })
}

#[test]
fn the_truth_gets_through() {
    let answers = ask(|_, _| Ok(truth(2)), &[], &Settings::default());
    let two = &answers[1];
    assert_eq!((two.objective(), two.bound, two.solution()), (Some(15), Some(15), PROVEN));
    assert_eq!(two.effort, Effort { nodes: 7, columns: 9 });
}

#[test]
fn a_split_region() {
    found_out(|_, _| plan([1, 2, 2, 1], 4), &[], "falls into 2 parts");
}

#[test]
fn another_number_of_regions() {
    found_out(|_, _| plan([1, 1, 2, 3], 10), &[], "3 regions where 2 are asked for");
}

#[test]
fn a_plan_for_other_areas() {
    let lie: Lie = |_, _| Ok(Outcome::Optimal { plan: Plan::from_labels(&[1, 2]), objective: 0 });
    found_out(lie, &[], "assigns 2 areas");
}

#[test]
fn an_inflated_objective() {
    found_out(|_, _| plan([1, 1, 2, 2], 16), &[], "16 commuters claimed, 15 counted");
}

#[test]
fn a_broken_rule() {
    let problem = Sketch::chain(4)
        .flow(0, 1, 10)
        .rules(|rules| rules.together = vec![regionfront_testkit::group("pair", &[1, 2])])
        .problem();
    let engine: SharedEngine = Arc::new(Liar(|_, _| plan([1, 1, 2, 2], 10)));
    let watcher: SharedWatcher = Arc::new(Silent);
    let settings = Settings::default();
    let answers = run(&Arc::new(problem), &[2], &engine, &settings, &[], &watcher, &mut |_| {});
    assert_eq!(answers[0].termination, Termination::Error);
    let reason = answers[0].reason.as_deref().expect("an error has a reason");
    assert!(reason.contains("pair, to be kept together, is parted"), "{reason}");
}

#[test]
fn a_bound_below_the_plan() {
    let lie: Lie = |_, _| {
        Ok(Outcome::Feasible {
            plan: Plan::from_labels(&[1, 1, 2, 2]),
            objective: 15,
            bound: 14,
            stopped_by: StopReason::NodeLimit,
        })
    };
    found_out(lie, &[], "bound of 14 lies below a plan with 15");
}

#[test]
fn a_gap_wider_than_allowed() {
    let lie: Lie = |_, _| {
        Ok(Outcome::Feasible {
            plan: Plan::from_labels(&[1, 1, 2, 2]),
            objective: 15,
            bound: 19,
            stopped_by: StopReason::GapLimit,
        })
    };
    found_out(lie, &[], "a wider gap than allowed");
}

#[test]
fn infeasible_although_a_plan_is_known() {
    let known = [Known { plan: best_pair(), is_start: true }];
    let lie: Lie = |_, _| Ok(Outcome::Infeasible { reason: Some("no way".into()) });
    found_out(lie, &known, "one with 15 commuters is known");
    let answers = ask(lie, &[], &Settings::default());
    assert_eq!(answers[1].termination, Termination::Infeasible, "nothing is known against it");
}

#[test]
fn optimal_although_a_better_plan_is_known() {
    let known = [Known { plan: best_pair(), is_start: false }];
    found_out(|_, _| plan([1, 2, 2, 2], 6), &known, "a plan with 15 is known");
}

#[test]
fn an_unknown_bound_below_a_known_plan() {
    let known = [Known { plan: best_pair(), is_start: true }];
    let lie: Lie = |_, _| Ok(Outcome::Unknown { bound: 3, stopped_by: StopReason::TimeLimit });
    found_out(lie, &known, "bound of 3 lies below");
}

#[test]
fn a_panic() {
    found_out(|_, _| panic!("index out of bounds"), &[], "panicked: index out of bounds");
}

#[test]
fn a_fault() {
    let lie: Lie =
        |_, _| Err(EngineFault { engine: "liar", what: "the library returned NaN".into() });
    found_out(lie, &[], "the library returned NaN");
}

#[test]
fn a_stall_is_abandoned_after_its_grace() {
    let settings = Settings {
        time_limit: Some(Duration::from_millis(100)),
        grace: Duration::from_millis(200),
        ..Settings::default()
    };
    let begun = Instant::now();
    let stall: Lie = |_, _| {
        thread::sleep(Duration::from_secs(20));
        Ok(truth(2))
    };
    let answers = ask(stall, &[], &settings);
    assert!(begun.elapsed() < Duration::from_secs(10), "the job waited for the stalled engine");
    assert_eq!(answers[1].termination, Termination::TimeLimit, "it told nothing");
    assert_eq!((answers[1].objective(), answers[1].bound), (None, Some(19)));
    assert_eq!(answers[2].solution(), PROVEN);
}

#[test]
fn what_a_stalled_engine_told_stands() {
    /// Tells a plan and a bound, and never answers.
    struct Teller(u64, u64);
    impl Engine for Teller {
        fn name(&self) -> &'static str {
            "teller"
        }
        fn solve(
            &self,
            _: &Problem,
            k: usize,
            _: &Limits,
            _: u64,
            _: Option<&Plan>,
            observer: &dyn Observer,
        ) -> Result<Solved, EngineFault> {
            observer.found(k, &|| best_pair().plan().clone(), self.0);
            observer.news(k, News::Incumbent(self.0));
            observer.news(k, News::Bound(self.1));
            thread::sleep(Duration::from_secs(20));
            Err(EngineFault { engine: "teller", what: "too late".into() })
        }
    }
    let settings = Settings {
        time_limit: Some(Duration::from_millis(200)),
        grace: Duration::from_millis(100),
        ..Settings::default()
    };
    let watcher: SharedWatcher = Arc::new(Silent);
    let ask = |engine: Teller| {
        let engine: SharedEngine = Arc::new(engine);
        let mut so_far = Vec::new();
        let mut save = |saved: Saved<'_>| {
            if let Saved::SoFar(answer) = saved {
                so_far.push((answer.termination, answer.objective(), answer.bound));
            }
        };
        let problem = Arc::new(problem());
        let answer = run(&problem, &[2], &engine, &settings, &[], &watcher, &mut save).remove(0);
        (answer, so_far)
    };
    let (answer, so_far) = ask(Teller(15, 17));
    assert_eq!(answer.termination, Termination::TimeLimit);
    assert_eq!((answer.objective(), answer.bound), (Some(15), Some(17)));
    assert_eq!(so_far.last(), Some(&(Termination::Interrupted, Some(15), Some(17))));
    // It is judged as any plan is.
    let (answer, so_far) = ask(Teller(16, 17));
    assert_eq!((answer.termination, answer.objective()), (Termination::Error, None));
    assert_eq!(so_far, []);
    let (answer, _) = ask(Teller(15, 14));
    assert_eq!(answer.termination, Termination::Error, "a bound below a plan");
}

#[test]
fn a_stall_is_abandoned_after_an_interrupt() {
    let settings = Settings { grace: Duration::from_millis(200), ..Settings::default() };
    let interrupt = settings.interrupt.clone();
    let raiser = thread::spawn(move || {
        thread::sleep(Duration::from_millis(150));
        interrupt.raise();
    });
    let stall: Lie = |_, _| {
        thread::sleep(Duration::from_secs(20));
        Ok(truth(2))
    };
    let answers = ask(stall, &[], &settings);
    raiser.join().expect("it only sleeps");
    assert_eq!(answers[0].solution(), PROVEN, "finished before");
    assert_eq!(answers[1].termination, Termination::Interrupted);
    assert_eq!(answers[2].termination, Termination::Interrupted, "never begun");
    assert_eq!(answers[2].bound, Some(19), "all commuters between areas");
}

#[test]
fn a_known_plan_stands_in_where_the_engine_has_none() {
    let known = [Known { plan: best_pair(), is_start: false }];
    let out_of_time: Lie =
        |_, _| Ok(Outcome::Unknown { bound: 10_000, stopped_by: StopReason::TimeLimit });
    let two = &ask(out_of_time, &known, &Settings::default())[1];
    assert_eq!((two.objective(), two.bound), (Some(15), Some(19)), "the bound is cut to the total");
    assert_eq!(two.termination, Termination::TimeLimit);
    let met: Lie = |_, _| Ok(Outcome::Unknown { bound: 15, stopped_by: StopReason::TimeLimit });
    assert_eq!(ask(met, &known, &Settings::default())[1].solution(), PROVEN);
}

#[test]
fn a_plan_that_only_counts_is_not_begun_from() {
    /// Says "infeasible" when handed a plan, the truth when not.
    struct Starter;
    impl Engine for Starter {
        fn name(&self) -> &'static str {
            "starter"
        }
        fn solve(
            &self,
            _: &Problem,
            k: usize,
            _: &Limits,
            _: u64,
            warm_start: Option<&Plan>,
            _: &dyn Observer,
        ) -> Result<Solved, EngineFault> {
            let outcome = match warm_start {
                Some(_) => Outcome::Infeasible { reason: None },
                None => truth(k),
            };
            Ok(Solved { outcome, effort: Effort::default() })
        }
    }
    let (problem, engine): (_, SharedEngine) = (Arc::new(problem()), Arc::new(Starter));
    let watcher: SharedWatcher = Arc::new(Silent);
    let settings = Settings::default();
    for (is_start, termination) in [(false, Termination::Optimal), (true, Termination::Error)] {
        let known = [Known { plan: best_pair(), is_start }];
        let answers = run(&problem, &[2], &engine, &settings, &known, &watcher, &mut |_| {});
        assert_eq!(answers[0].termination, termination);
    }
}

#[test]
fn arithmetic_answers_without_an_engine() {
    let engine: SharedEngine = Arc::new(Liar(|_, _| panic!("must not be asked")));
    let watcher: SharedWatcher = Arc::new(Silent);
    let problem = Sketch::chain(4).rules(|rules| rules.limits.population.min = Some(30)).problem();
    let settings = Settings::default();
    let answers = run(&Arc::new(problem), &[2, 5], &engine, &settings, &[], &watcher, &mut |_| {});
    for answer in &answers {
        assert_eq!(answer.termination, Termination::Infeasible, "k = {}", answer.k);
        assert!(answer.reason.is_some());
    }
}

#[test]
fn answers_keep_the_order_of_the_list_and_are_saved_as_they_come() {
    struct Count(std::sync::Mutex<Vec<String>>);
    impl Observer for Count {
        fn news(&self, _: usize, _: News) {}
    }
    impl Watcher for Count {
        fn started(&self, k: usize) {
            self.0.lock().expect("nobody panics").push(format!("started {k}"));
        }
        fn finished(&self, answer: &Answer) {
            self.0.lock().expect("nobody panics").push(format!("finished {}", answer.k));
        }
    }
    let slow_pair: Lie = |_, _| {
        thread::sleep(Duration::from_millis(300));
        Ok(truth(2))
    };
    let engine: SharedEngine = Arc::new(Liar(slow_pair));
    let count = Arc::new(Count(std::sync::Mutex::default()));
    let watcher: SharedWatcher = Arc::clone(&count) as SharedWatcher;
    let settings = Settings { threads: 2, ..Settings::default() };
    let mut saved = Vec::new();
    let answers =
        run(&Arc::new(problem()), &[2, 3, 1], &engine, &settings, &[], &watcher, &mut |saving| {
            if let Saved::Answer(answer) = saving {
                saved.push(answer.k);
            }
        });
    assert_eq!(answers.iter().map(|answer| answer.k).collect::<Vec<_>>(), [2, 3, 1]);
    assert_eq!(saved, [3, 1, 2]);
    let heard = count.0.lock().expect("nobody panics");
    assert_eq!(heard.len(), 6);
    assert_eq!(heard[..2], ["started 2", "started 3"]);
}

#[test]
fn a_total_time_limit_is_shared_out() {
    /// Runs until its deadline.
    struct Patient;
    impl Engine for Patient {
        fn name(&self) -> &'static str {
            "patient"
        }
        fn solve(
            &self,
            _: &Problem,
            _: usize,
            limits: &Limits,
            _: u64,
            _: Option<&Plan>,
            _: &dyn Observer,
        ) -> Result<Solved, EngineFault> {
            thread::sleep(limits.remaining().expect("there is a deadline"));
            let stopped_by = limits.struck(0).expect("the deadline has passed");
            Ok(Solved {
                outcome: Outcome::Unknown { bound: 19, stopped_by },
                effort: Effort::default(),
            })
        }
    }
    let (problem, engine): (_, SharedEngine) = (Arc::new(problem()), Arc::new(Patient));
    let watcher: SharedWatcher = Arc::new(Silent);
    let settings =
        Settings { total_time_limit: Some(Duration::from_millis(900)), ..Settings::default() };
    let answers = run(&problem, &[1, 2, 3], &engine, &settings, &[], &watcher, &mut |_| {});
    for answer in &answers {
        assert_eq!(answer.termination, Termination::TimeLimit);
        assert!(answer.wall >= Duration::from_millis(100), "k = {} got no share", answer.k);
    }
}
