//! Divisions on real data: evaluate, compare, derive.

#![expect(clippy::unreadable_literal, reason = "recorded as another library printed them")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use regionfront::division::derive::{
    AttachBy, assign_missing, attach_singletons, carry_division, resolve_overlaps, split,
};
use regionfront::division::evaluate::{Validity, evaluate};
use regionfront::division::membership::to_plan;
use regionfront::division::{Home, Near, compare, moves_between, similarity};
use regionfront::engine::{Engine, Limits, Outcome, Silent};
use regionfront::instance::{
    Area, Crosswalk, Division, DivisionRegion, Flows, Instance, LinkKind, Side,
};
use regionfront::plan::Plan;
use regionfront::scenario::{Problem, Rules};
use regionfront::verify::verify;

const LINKS: [LinkKind; 2] = [LinkKind::Land, LinkKind::FixedLink];

/// Most commuters inside twelve regions within 0, 1, 2, … moves of today's councils, contiguity the
/// only rule. With 41 moves the best plan there is comes within reach.
const UNLIMITED: [u64; 41] = [
    94_878, 97_608, 100_465, 103_195, 105_352, 106_754, 108_920, 111_650, 113_807, 115_742,
    117_144, 117_980, 119_821, 121_978, 123_913, 125_486, 127_421, 128_469, 129_629, 130_284,
    131_148, 133_168, 136_098, 138_374, 139_907, 142_184, 144_057, 145_393, 146_549, 147_614,
    148_809, 149_649, 150_845, 151_495, 152_580, 153_062, 153_692, 154_017, 154_352, 154_430,
    154_703,
];

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("instances").join(name)
}

fn viken() -> Instance {
    Instance::load(&path("viken-2020")).expect("the instance is sound")
}

/// A division of areas by a number each.
fn numbered(instance: &Instance, number: impl Fn(usize) -> usize) -> Division {
    let mut regions: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for area in 0..instance.num_areas() {
        regions.entry(number(area)).or_default().push(area);
    }
    let regions = regions
        .into_iter()
        .map(|(number, areas)| DivisionRegion { name: number.to_string(), areas })
        .collect();
    Division { name: "numbered".into(), regions }
}

fn codes(instance: &Instance, areas: &[usize]) -> Vec<String> {
    areas.iter().map(|&area| instance.areas[area].code.clone()).collect()
}

fn region_of<'a>(instance: &Instance, division: &'a Division, name: &str) -> &'a str {
    let area = instance.find_area(name).expect("the area exists");
    let region = division.regions.iter().find(|region| region.areas.contains(&area));
    &region.expect("the area has a region").name
}

#[test]
fn todays_councils_hold_two_fifths_of_the_commuting() {
    let instance = viken();
    let councils = &instance.divisions["regional_councils_2019"];
    let found = evaluate(&instance, &LINKS, &Validity::default(), councils);
    assert_eq!(found.internal_commuting.part, 67_901);
    assert_eq!(found.internal_commuting.value(), Some(0.424_952));
    assert_eq!((found.regions.len(), found.covered.len()), (12, 47));
    assert_eq!(codes(&instance, &found.double_members), ["3053"]);
    assert_eq!(codes(&instance, &found.outside), ["3001", "3012", "3024", "3025"]);
    let hallingdal = found.regions.iter().find(|region| region.figures.name == "Hallingdal");
    let figures = &hallingdal.expect("it is one of the twelve").figures;
    assert_eq!(figures.population, 20_532);
    let share = |ratio: regionfront::indicators::Ratio| ratio.value().expect("there are people");
    assert!((share(figures.supply_self_containment()) - 0.8986).abs() < 5e-5);
    assert!((share(figures.demand_self_containment()) - 0.9245).abs() < 5e-5);
}

#[test]
fn counties_are_crossed_where_they_are() {
    let norway = Instance::load(&path("norway-2020")).expect("the instance is sound");
    let regions = &norway.divisions["ba_regions_2020"];
    let found = evaluate(&norway, &LinkKind::ALL, &Validity::default(), regions);
    assert_eq!(found.regions.len(), 159);
    let crossing: Vec<&str> = found
        .regions
        .iter()
        .filter(|region| region.counties.len() > 1)
        .map(|region| region.figures.name.as_str())
        .collect();
    assert!(crossing.iter().any(|name| name.contains("Oslo")), "{crossing:?}");
    for region in &found.regions {
        let counties: std::collections::BTreeSet<&str> =
            region.figures.areas.iter().map(|&area| norway.areas[area].county.as_str()).collect();
        assert_eq!(counties.len(), region.counties.len());
    }
}

/// Recorded with scikit-learn 1.9.1: `adjusted_rand_score`, `mutual_info_score` on contingency
/// tables of populations (entropies as the information of a table on its diagonal),
/// `homogeneity_completeness_v_measure`; over areas that both divisions hold.
#[test]
fn measures_of_similarity_are_those_of_scikit_learn() {
    let instance = viken();
    let (ba, model) =
        (&instance.divisions["ba_regions_2020"], &instance.divisions["buskerud_model"]);
    let fifths = numbered(&instance, |area| area / 5);
    let sevens = numbered(&instance, |area| area % 7);
    let recorded: [(&Division, &Division, usize, [f64; 5]); 4] = [
        (
            ba,
            &fifths,
            49,
            [0.237599931230, 1.457237015567, 0.647380161881, 0.629428159868, 0.638277957759],
        ),
        (
            ba,
            &sevens,
            49,
            [-0.052054794521, 2.377024711471, 0.283501372082, 0.325881672747, 0.303217827093],
        ),
        (
            ba,
            model,
            19,
            [0.380808690404, 0.764534386716, 0.640990029807, 0.791867985743, 0.708485388331],
        ),
        (
            &fifths,
            &sevens,
            51,
            [-0.107128004658, 2.775727175665, 0.155544383994, 0.188342896472, 0.170379548623],
        ),
    ];
    for (first, second, areas, values) in recorded {
        let found = similarity(&instance, first, second);
        assert_eq!(found.areas, areas);
        let measures = [
            found.adjusted_rand,
            found.variation_of_information,
            found.homogeneity,
            found.completeness,
            found.v_measure,
        ];
        for (measure, value) in measures.into_iter().zip(values) {
            assert!((measure - value).abs() < 1e-9, "{measures:?}, recorded {values:?}");
        }
    }
}

#[test]
fn fourteen_labour_market_regions_become_ten() {
    let instance = viken();
    let fourteen = &instance.divisions["ba_regions_2020"];
    assert_eq!(fourteen.regions.len(), 14);
    let golden = [
        (AttachBy::NearestCentre, ["Gol", "Gol", "Ringerike", "Gol"], 86_852),
        (AttachBy::StrongestFlow, ["Gol", "Gol", "Drammen", "Kongsberg"], 87_448),
    ];
    for (by, homes, internal) in golden {
        let (ten, log) = attach_singletons(&instance, &LINKS, by, fourteen);
        assert_eq!(ten.regions.len(), 10);
        let areas = ["Flå", "Hol", "Sigdal", "Nore og Uvdal"];
        assert_eq!(areas.map(|area| region_of(&instance, &ten, area)), homes);
        assert_eq!(log.len(), 4);
        let found = evaluate(&instance, &LINKS, &Validity::default(), &ten);
        assert_eq!(found.internal_commuting.part, internal, "{by:?}");
        assert_eq!(codes(&instance, &found.outside), ["3053", "3054"]);
    }
}

#[test]
fn jevnaker_and_lunner_go_where_they_commute() {
    let instance = viken();
    let (found, log) = assign_missing(&instance, &LINKS, &instance.divisions["ba_regions_2020"]);
    assert_eq!(region_of(&instance, &found, "Jevnaker"), "Ringerike");
    assert_eq!(region_of(&instance, &found, "Lunner"), "Oslo/Bærum");
    assert_eq!(log.len(), 2);
    assert!(regionfront::division::membership::to_plan(51, &found).is_some());
}

#[test]
fn the_double_member_is_settled_by_flow() {
    let instance = viken();
    let councils = &instance.divisions["regional_councils_2019"];
    let (found, log) = resolve_overlaps(&instance, &LINKS, councils);
    assert_eq!(region_of(&instance, &found, "Jevnaker"), "Ringeriksregionen");
    assert_eq!(log.len(), 1);
    let found = evaluate(&instance, &LINKS, &Validity::default(), &found);
    assert!(found.double_members.is_empty());
    assert_eq!(found.internal_commuting.part, 67_901 - 146 - 85);
}

#[test]
fn the_oslo_region_becomes_a_question_of_its_own() {
    let instance = viken();
    let division = instance.divisions["ba_regions_2020"].clone();
    let rules = Rules { links: LINKS.to_vec(), ..Rules::default() };
    let problem = Problem { instance, scenario: String::new(), rules };
    let split = split(&problem, &division, "Oslo/Bærum").expect("it holds no double member");
    assert_eq!(split.problem.instance.num_areas(), 17);
    // A tunnel under the fjord ties the west to the rest, on the other side of Oslo.
    assert!(split.problem.contradictions(1).is_empty());
    let inside = split.problem.instance.flows.total_between();
    let plan = Plan::from_labels(
        &split
            .problem
            .instance
            .areas
            .iter()
            .map(|area| ["3024", "3025", "3038", "3049"].contains(&area.code.as_str()))
            .collect::<Vec<_>>(),
    );
    let (found, log) = split.apply(&division, &plan, "");
    assert_eq!((found.regions.len(), log.len()), (15, 17));
    let names: Vec<&str> = found.regions.iter().map(|region| region.name.as_str()).collect();
    assert!(names.contains(&"Bærum") && names.contains(&"Lillestrøm"), "{names:?}");
    assert!(inside > 0);
}

#[test]
fn the_crosswalk_is_exact_to_the_last_commuter() {
    let instance = viken();
    let folder = path("viken-2020");
    let crosswalk =
        Crosswalk::read(&folder.join("crosswalk_2017_to_2020.csv")).expect("it is sound");
    assert_eq!(crosswalk.old_codes().count(), 64);
    assert_eq!(crosswalk.parts().len(), 51);
    assert_eq!(crosswalk.side(&instance), Ok(Side::New));
    let flows = crosswalk
        .read_old_flows(&folder.join("flows_2017_borders.csv"), &instance)
        .expect("they are sound");
    assert_eq!(flows, instance.flows);
    assert_eq!(flows.total_between() + flows.total_own(), 439_604);
}

/// The 64 municipalities of 2017 as an instance: flows from the file, one inhabitant each.
fn old_instance(crosswalk: &Crosswalk) -> Instance {
    let codes: Vec<String> = crosswalk.old_codes().map(str::to_owned).collect();
    let areas = codes
        .iter()
        .map(|code| Area {
            code: code.clone(),
            name: code.clone(),
            population: 1,
            ..Area::default()
        })
        .collect();
    let text = std::fs::read_to_string(path("viken-2020/flows_2017_borders.csv")).expect("a file");
    let triples = text.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let at = |code: &str| codes.binary_search_by(|known| known.as_str().cmp(code));
        let (from, to) = (at(fields[0]).expect("known"), at(fields[1]).expect("known"));
        (from, to, fields[2].parse().expect("a count"))
    });
    Instance { flows: Flows::from_triples(codes.len(), triples), areas, ..Instance::default() }
}

#[test]
fn an_instance_is_carried_over_with_its_divisions() {
    let new = viken();
    let file = path("viken-2020/crosswalk_2017_to_2020.csv");
    let crosswalk = Crosswalk::read(&file).expect("it is sound");
    let mut old = old_instance(&crosswalk);
    // One region for each first digit pair: 01, 02, 05, 06, 07, … as the counties were.
    let mut counties: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, area) in old.areas.iter().enumerate() {
        counties.entry(area.code[..2].to_owned()).or_default().push(at);
    }
    let regions = counties.into_iter().map(|(name, areas)| DivisionRegion { name, areas });
    let division = Division { name: "counties".into(), regions: regions.collect() };
    old.divisions.insert("counties".into(), division);

    assert_eq!(crosswalk.side(&old), Ok(Side::Old));
    let carried = old.carried(&crosswalk);
    assert_eq!(carried.num_areas(), 51);
    assert_eq!(carried.population(), 64);
    assert_eq!(carried.flows, new.flows);
    // Asker took in Hurum and Røyken from the neighbouring county.
    let cover = &carried.divisions["counties"];
    let asker = carried.index_of_code("3025").expect("it is there");
    let homes: Vec<&str> = cover
        .regions
        .iter()
        .filter(|region| region.areas.contains(&asker))
        .map(|region| region.name.as_str())
        .collect();
    assert_eq!(homes, ["02", "06"]);

    // The same division by codes, straight to the new instance.
    let listed: Vec<(String, Vec<String>)> = old.divisions["counties"]
        .regions
        .iter()
        .map(|region| (region.name.clone(), codes(&old, &region.areas)))
        .collect();
    let (direct, log) = carry_division(&new, &crosswalk, "counties", &listed).expect("it fits");
    let by_code = |instance: &Instance, division: &Division| -> BTreeMap<String, Vec<String>> {
        let region =
            |region: &DivisionRegion| (region.name.clone(), codes(instance, &region.areas));
        division.regions.iter().map(region).collect()
    };
    assert_eq!(by_code(&new, &direct), by_code(&carried, cover));
    assert!(log.iter().any(|decision| decision.area == new.index_of_code("3025")));
}

#[test]
fn comparisons_are_symmetric_and_bounded() {
    let instance = viken();
    let mut divisions: Vec<Division> = instance.divisions.values().cloned().collect();
    divisions.push(numbered(&instance, |area| area / 9));
    divisions.push(numbered(&instance, |area| area * 7 % 5));
    for first in &divisions {
        for second in &divisions {
            let (there, back) =
                (compare(&instance, first, second), compare(&instance, second, first));
            assert_eq!(there.moved.len(), back.moved.len(), "{} {}", first.name, second.name);
            assert_eq!(there.people_moved(&instance), back.people_moved(&instance));
            assert_eq!((&there.gained, &there.lost), (&back.lost, &back.gained));
            let sum = |borders: &[regionfront::division::compare::Border]| -> u64 {
                borders.iter().map(|border| border.commuters).sum()
            };
            assert_eq!(
                there.internal.0 + sum(&there.gained),
                there.internal.1 + sum(&there.lost),
                "what is gained and lost is the difference"
            );
            let (a, b) = (&there.similarity, &back.similarity);
            assert!((a.adjusted_rand - b.adjusted_rand).abs() < 1e-12);
            assert!((a.variation_of_information - b.variation_of_information).abs() < 1e-12);
            assert!((a.v_measure - b.v_measure).abs() < 1e-12);
            assert!((a.homogeneity - b.completeness).abs() < 1e-12);
            assert!(a.adjusted_rand <= 1.0 && (0.0..=1.0).contains(&a.v_measure));
            assert!((0.0..=1.0 + 1e-12).contains(&a.variation_share));
            if first == second {
                assert!(there.moved.is_empty());
                assert!(a.variation_of_information < 1e-12 && a.adjusted_rand > 1.0 - 1e-12);
            }
        }
    }
    // Variation of information is a metric over divisions that hold the same areas.
    let plans = [
        numbered(&instance, |area| area / 9),
        numbered(&instance, |area| area * 7 % 5),
        numbered(&instance, |area| area % 2),
    ];
    let far =
        |a: usize, b: usize| similarity(&instance, &plans[a], &plans[b]).variation_of_information;
    assert!(far(0, 1) <= far(0, 2) + far(2, 1) + 1e-12);
    assert!(far(0, 2) <= far(0, 1) + far(1, 2) + 1e-12);
}

/// With contiguity as the only rule, councils fall apart and grow together.
#[test]
fn the_curve_without_limits_is_proven() {
    let instance = viken();
    let councils = &instance.divisions["regional_councils_2019"];
    let (found, _) = resolve_overlaps(&instance, &LINKS, councils);
    let (found, _) = assign_missing(&instance, &LINKS, &found);
    let home = Arc::new(Home::new(to_plan(51, &found).expect("every area has one region")));
    let rules = Rules { links: LINKS.to_vec(), ..Rules::default() };
    let problem = Problem { instance, scenario: String::new(), rules };
    let mut start = None;
    for (most, value) in (0..).zip(UNLIMITED) {
        let near = Near { home: Arc::clone(&home), max_moved: most, ceiling: Some(154_727) };
        let limits = Limits::default();
        let solved = near.solve(&problem, 12, &limits, 0, start.as_ref(), &Silent);
        let outcome = solved.expect("no fault").outcome;
        let Outcome::Optimal { plan, objective } = outcome else { panic!("{most}: {outcome:?}") };
        assert_eq!(objective, value, "{most}");
        assert_eq!(moves_between(&problem.instance, home.plan(), &plan), most);
        assert!(verify(&problem, 12, plan.clone(), objective).is_ok());
        start = Some(plan);
    }
}

#[test]
fn moves_never_exceed_what_any_pairing_leaves() {
    let instance = viken();
    let home = Plan::from_labels(&(0..51).map(|area| area / 5).collect::<Vec<_>>());
    for shift in 1..6 {
        let plan = Plan::from_labels(&(0..51).map(|area| (area + shift) / 5).collect::<Vec<_>>());
        let naive = (0..51).filter(|area| area / 5 != (area + shift) / 5).count();
        assert!(moves_between(&instance, &home, &plan) <= naive);
    }
}

/// Ålesund was split into Ålesund and Haram, most others got new codes: codes, names and counties are
/// those of 2024 then, and no commuter is lost.
#[test]
fn norway_of_2020_is_carried_to_the_borders_of_2024() {
    let load = |name: &str| Instance::load(&path(name)).expect("it loads");
    let (before, today) = (load("norway-2020"), load("norway-2024"));
    let mut rows = String::from("code_2020,name_2020,code_2024,name_2024,county_2024,weight\n");
    let weighty = |name: &str| {
        let area = today.areas.iter().find(|area| area.name == name).expect("it is there");
        (area.code.clone(), area.population)
    };
    for area in &before.areas {
        let of = |code: &str, weight: &str| {
            let new = &today.areas[today.index_of_code(code).expect("a code of today")];
            format!(
                "{},{},{},{},{},{weight}\n",
                area.code, area.name, new.code, new.name, new.county
            )
        };
        if area.name == "Ålesund" {
            for name in ["Ålesund", "Haram"] {
                let (code, people) = weighty(name);
                rows += &of(&code, &people.to_string());
            }
            continue;
        }
        // A code that stays belongs to the same place; names that stand twice differ by it.
        let namesakes = today.areas.iter().filter(|new| new.name == area.name);
        let found = match today.index_of_code(&area.code) {
            Some(at) => Some(&today.areas[at]),
            None => namesakes.clone().find(|new| before.index_of_code(&new.code).is_none()),
        };
        rows += &of(&found.unwrap_or_else(|| panic!("{} of 2024", area.label())).code, "");
    }
    let file = std::env::temp_dir().join(format!("crosswalk-{}.csv", std::process::id()));
    std::fs::write(&file, rows).expect("room");
    let crosswalk = Crosswalk::read(&file).expect("it is sound");
    std::fs::remove_file(&file).expect("it was there");
    let carried = before.carried(&crosswalk);
    let known = |instance: &Instance| -> Vec<(String, String, String)> {
        let areas = instance.areas.iter();
        areas.map(|area| (area.code.clone(), area.name.clone(), area.county.clone())).collect()
    };
    assert_eq!(known(&carried), known(&today));
    let total = |instance: &Instance| instance.flows.total_between() + instance.flows.total_own();
    assert_eq!(total(&carried), total(&before));
    assert_eq!(carried.population(), before.population());
    let sum = |instance: &Instance, figure: fn(&regionfront::instance::Area) -> u64| -> u64 {
        instance.areas.iter().map(figure).sum()
    };
    assert_eq!(sum(&carried, |area| area.jobs), sum(&before, |area| area.jobs));
    assert_eq!(
        sum(&carried, |area| area.employed_residents),
        sum(&before, |area| area.employed_residents)
    );
    // What the parts of Ålesund have is what it had, and nobody commutes from more than live there.
    for area in ["Ålesund", "Haram"] {
        let at = carried.areas.iter().position(|one| one.name == area).expect("it is there");
        let out: u64 = (0..carried.num_areas()).map(|to| carried.flows.get(at, to)).sum();
        let elsewhere: u64 = carried.external.iter().map(|place| place.to[at]).sum();
        assert!(out + elsewhere <= carried.areas[at].employed_residents, "{area}");
    }
}
