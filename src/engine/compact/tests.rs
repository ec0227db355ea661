//! Tests.

use super::*;
use crate::engine::Silent;
use crate::instance::{Area, Flows, Instance, Link, LinkKind};
use crate::scenario::{Bounds, Group, Rules};
use std::time::{Duration, Instant};

fn viken(min: u64, max: Option<u64>) -> Problem {
    let folder = std::path::Path::new(&std::env::var("VIKEN").expect("folder")).to_path_buf();
    let rows = |file: &str| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_path(folder.join(file)).expect("file");
        reader
            .records()
            .map(|r| r.expect("row").iter().map(str::to_owned).collect())
            .collect()
    };
    let areas: Vec<Area> = rows("areas.csv")
        .into_iter()
        .map(|r| Area {
            code: r[0].clone(),
            name: r[1].clone(),
            county: r[2].clone(),
            population: r[3].parse().expect("n"),
            employed_residents: r[4].parse().expect("n"),
            jobs: r[5].parse().expect("n"),
            land_area_km2: 0.0,
            centre: String::new(),
            position: None,
        })
        .collect();
    let at = |code: &str| areas.iter().position(|a| a.code == code).expect("code");
    let flows = Flows::from_triples(
        areas.len(),
        rows("flows.csv").iter().map(|r| (at(&r[0]), at(&r[1]), r[2].parse().expect("n"))),
    );
    let links = rows("adjacency.csv")
        .iter()
        .map(|r| {
            let (a, b) = (at(&r[0]), at(&r[1]));
            Link {
                a: a.min(b),
                b: a.max(b),
                kind: r[2].parse().expect("kind"),
                border_km: None,
                note: String::new(),
            }
        })
        .collect();
    let hallingdal: Vec<usize> = ["Flå", "Nesbyen", "Gol", "Hemsedal", "Ål", "Hol"]
        .iter()
        .map(|n| areas.iter().position(|a| a.name == *n).expect("name"))
        .collect();
    let mut hallingdal = hallingdal;
    hallingdal.sort_unstable();
    let instance = Instance {
        name: String::new(),
        title: String::new(),
        areas,
        flows,
        links,
        external: vec![],
        divisions: Default::default(),
        shapes: None,
        sources: vec![],
        licences: vec![],
        sha256: String::new(),
    };
    let mut rules = Rules {
        links: vec![LinkKind::Land, LinkKind::FixedLink],
        together: vec![Group { name: "Hallingdal".into(), areas: hallingdal }],
        ..Rules::default()
    };
    rules.limits.population = Bounds { min: Some(min), max };
    Problem { instance, scenario: String::new(), rules }
}

struct Say(Instant);
impl Observer for Say {
    fn news(&self, k: usize, news: News) {
        eprintln!("  {:6.1} s k={k} {news:?}", self.0.elapsed().as_secs_f64());
    }
}

#[test]
#[ignore]
fn try_one() {
    let env = |n: &str| std::env::var(n).ok().and_then(|s| s.parse::<u64>().ok());
    let problem = viken(env("L").unwrap_or(0), env("U"));
    let k = env("K").expect("k") as usize;
    if let Reduction::Open(open) = units::reduce(&problem, k) {
        let sets = sets::index_sets(&open);
        eprintln!(
            "units {} roots {} x {} z {} room {:?}",
            open.units.len(),
            sets.len(),
            sets.iter().map(|s| s.members.len()).sum::<usize>(),
            sets.iter().map(|s| s.pairs.len()).sum::<usize>(),
            sets.iter().map(|s| s.room).max()
        );
        let b = model::build(&open, &sets);
        let m = b.problem.into_inner();
        eprintln!("columns {} rows {}", m.num_cols(), m.num_rows());
    }
    let start = Instant::now();
    let limits = Limits {
        deadline: Some(start + Duration::from_secs(env("T").unwrap_or(60))),
        ..Limits::default()
    };
    let solved = Compact.solve(&problem, k, &limits, 1, None, &Say(start));
    match solved.expect("no fault").outcome {
        Outcome::Optimal { objective, .. } => eprintln!("optimal {objective}"),
        Outcome::Feasible { objective, bound, stopped_by, .. } => {
            eprintln!("feasible {objective} bound {bound} {stopped_by:?}")
        }
        other => eprintln!("{other:?}"),
    }
    eprintln!("{:.1} s", start.elapsed().as_secs_f64());
}
