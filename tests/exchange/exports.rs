//! Exports come back as they went, as far as their format carries.
//!
//! What was exported here was also read with libpysal 4.14.1, NetworkX 3.6.1, GerryChain 1.0.0 and
//! NetworKit 11.3, which found the same nodes, edges and attributes.

use std::collections::BTreeSet;

use regionfront::export::{Export, ExportFormat, write_partition};
use regionfront::import::graph::{self, GraphOptions};
use regionfront::import::{Part, weights};
use regionfront::instance::{Division, DivisionRegion, Instance, Link, LinkKind};

use super::{instance_folder, pairs};

fn load(name: &str) -> Instance {
    Instance::load(&instance_folder(name)).expect("it loads")
}

fn exported(export: &Export<'_>, format: ExportFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    export.write(format, &mut bytes).expect("memory does not fail");
    bytes
}

fn imported(bytes: &[u8]) -> Part {
    graph::parse("x", bytes, None, &GraphOptions::default())
        .unwrap_or_else(|defects| panic!("{defects}"))
}

fn own_pairs(instance: &Instance) -> BTreeSet<(String, String)> {
    let code = |area: usize| instance.areas[area].code.clone();
    instance.links.iter().map(|link| (code(link.a), code(link.b))).collect()
}

/// Links as a simple graph holds them: of a pair that is linked in several ways, one length and one
/// remark.
fn simple(links: &[Link]) -> Vec<(usize, usize, LinkKind)> {
    links.iter().map(|link| (link.a, link.b, link.kind)).collect()
}

/// A plan of every instance: its first division without double members, or two halves.
fn plan(instance: &Instance) -> Division {
    let half = instance.num_areas() / 2;
    let region = |name: &str, areas| DivisionRegion { name: name.to_owned(), areas };
    Division {
        name: "halves".to_owned(),
        regions: vec![
            region("South & West", (0..half).collect()),
            region("Nord-Østlandet", (half..instance.num_areas()).collect()),
        ],
    }
}

#[test]
fn everything_comes_back_through_json() {
    for name in ["tiny", "viken-2020", "norway-2020"] {
        let instance = load(name);
        let plan = plan(&instance);
        let export = Export::new(&instance, &LinkKind::ALL, Some(&plan)).expect("a plan");
        let part = imported(&exported(&export, ExportFormat::Networkx));
        assert_eq!(simple(&part.instance.links), simple(&instance.links), "{name}");
        assert_eq!(part.instance.flows, instance.flows, "{name}");
        assert_eq!(part.instance.divisions["halves"], plan, "{name}");
        assert_eq!(part.instance.title, instance.title);
        for (own, back) in instance.areas.iter().zip(&part.instance.areas) {
            let figures = |area: &regionfront::instance::Area| {
                (
                    area.label(),
                    area.county.clone(),
                    area.population,
                    area.employed_residents,
                    area.jobs,
                )
            };
            assert_eq!(figures(own), figures(back));
        }
        let lengths = |links: &[Link]| -> Vec<Option<f64>> {
            let land = links.iter().filter(|link| link.kind == LinkKind::Land);
            land.map(|link| link.border_km).collect()
        };
        assert_eq!(lengths(&part.instance.links), lengths(&instance.links), "{name}");
    }
}

#[test]
fn all_but_flows_comes_back_through_graphml() {
    for name in ["tiny", "viken-2020", "norway-2020"] {
        let instance = load(name);
        let plan = plan(&instance);
        let export = Export::new(&instance, &LinkKind::ALL, Some(&plan)).expect("a plan");
        let part = imported(&exported(&export, ExportFormat::Graphml));
        assert_eq!(simple(&part.instance.links), simple(&instance.links), "{name}");
        assert_eq!(part.instance.divisions["halves"], plan, "{name}");
        assert!(!part.holds.flows && part.holds.employment);
        let populations =
            |instance: &Instance| instance.areas.iter().map(|a| a.population).collect::<Vec<_>>();
        assert_eq!(populations(&part.instance), populations(&instance));
    }
}

#[test]
fn neighbours_come_back_through_gal() {
    for name in ["tiny", "viken-2020", "norway-2020"] {
        let instance = load(name);
        let export = Export::new(&instance, &LinkKind::ALL, None).expect("no division");
        let bytes = exported(&export, ExportFormat::Gal);
        let part = weights::parse("x.gal", &bytes, &weights::WeightsOptions::default())
            .unwrap_or_else(|defects| panic!("{defects}"));
        assert_eq!(pairs(&part), own_pairs(&instance), "{name}");
        assert_eq!(part.instance.areas.len(), instance.num_areas());
        assert!(part.instance.oddities.is_empty());
        let land = Export::new(&instance, &[LinkKind::Land], None).expect("no division");
        assert!(land.num_edges() < export.num_edges());
    }
}

#[test]
fn neighbours_population_and_plans_come_back_through_metis() {
    for name in ["tiny", "viken-2020", "norway-2020"] {
        let instance = load(name);
        let plan = plan(&instance);
        let export = Export::new(&instance, &LinkKind::ALL, Some(&plan)).expect("a plan");
        let bytes = exported(&export, ExportFormat::Metis);
        let partition = write_partition(&export).expect("it leaves no area out");
        let partition = Some(("p", partition.as_bytes()));
        let part = graph::parse("x", &bytes, partition, &GraphOptions::default())
            .unwrap_or_else(|defects| panic!("{defects}"));
        assert_eq!(pairs(&part), own_pairs(&instance), "{name}");
        assert_eq!(part.instance.divisions["halves"], plan, "{name}");
        for (own, back) in instance.areas.iter().zip(&part.instance.areas) {
            assert_eq!((own.label(), own.population), (back.label(), back.population));
        }
    }
}

#[test]
fn only_plans_are_carried() {
    let instance = load("viken-2020");
    // Jevnaker is in two councils, four municipalities are in none.
    let cover = &instance.divisions["regional_councils_2019"];
    let refused = Export::new(&instance, &[LinkKind::Land], Some(cover)).expect_err("a cover");
    assert_eq!(refused.code, "E199");
    assert!(refused.what.contains("Jevnaker (3053)"), "{}", refused.what);
    let mut partial = plan(&instance);
    partial.regions.pop();
    let export = Export::new(&instance, &[LinkKind::Land], Some(&partial)).expect("no area twice");
    assert!(export.left_out().expect("half of them").contains("26 areas"));
    assert_eq!(write_partition(&export).expect_err("half of them").code, "E199");
    let back = imported(&exported(&export, ExportFormat::Networkx));
    assert_eq!(back.instance.divisions["halves"], partial);
}

#[test]
fn names_that_formats_trip_over_are_carried() {
    let mut instance = load("tiny");
    instance.areas[0].name = "A<b> & \"c\" 'd'\u{1}ø".to_owned();
    instance.links[0].note = "1 < 2 & so on".to_owned();
    let export = Export::new(&instance, &LinkKind::ALL, None).expect("no division");
    let back = imported(&exported(&export, ExportFormat::Graphml));
    assert_eq!(back.instance.areas[0].name, "A<b> & \"c\" 'd' ø");
    assert_eq!(back.instance.links[0].note, "1 < 2 & so on");
    let back = imported(&exported(&export, ExportFormat::Networkx));
    assert_eq!(back.instance.areas[0].name, instance.areas[0].name);
}
