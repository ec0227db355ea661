//! The instances of the repository, and what the loader says about broken ones.

use std::path::{Path, PathBuf};

use regionfront::instance::{Instance, LEFT_OUT, LinkKind};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances").join(name)
}

fn load(name: &str) -> Instance {
    Instance::load(&folder(name)).unwrap_or_else(|defects| panic!("{name} loads: {defects}"))
}

#[test]
fn viken_has_the_published_totals() {
    let viken = load("viken-2020");
    assert_eq!(viken.num_areas(), 51);
    assert_eq!(viken.population(), 1_241_165);
    assert_eq!(viken.flows.total_own(), 279_819);
    assert_eq!(viken.flows.total_between(), 159_785);
    assert_eq!(viken.areas.iter().map(|area| area.employed_residents).sum::<u64>(), 594_629);
    let oslo = viken.external.iter().find(|place| place.name == "oslo").expect("flows to Oslo");
    assert_eq!(oslo.to.iter().sum::<u64>(), 137_574);
    let count = |kind| viken.links.iter().filter(|link| link.kind == kind).count();
    assert_eq!(LinkKind::ALL.map(count), [104, 2, 1, 0]);
    assert_eq!(viken.shapes.as_ref().map(Vec::len), Some(51));
}

#[test]
fn only_fixed_links_tie_hvaler() {
    let viken = load("viken-2020");
    let hvaler = viken.find_area("Hvaler").expect("an area of Viken");
    let land = viken.components(&[LinkKind::Land]);
    assert_eq!(land.len(), 2);
    assert!(land.contains(&vec![hvaler]));
    assert_eq!(viken.components(&[LinkKind::Land, LinkKind::FixedLink]).len(), 1);
}

#[test]
fn norway_hangs_together_over_all_links() {
    let norway = load("norway-2020");
    assert_eq!(norway.num_areas(), 356);
    assert_eq!(norway.components(&LinkKind::ALL).len(), 1);
    assert_eq!(norway.divisions["ba_regions_2020"].regions.len(), 159);
}

#[test]
fn oslo_can_be_added_with_its_flows() {
    let viken = load("viken-2020");
    let with = viken.with_external_area("Oslo").expect("Oslo is an external area");
    let oslo = with.find_area("0301").expect("Oslo is an area now");
    assert_eq!(with.num_areas(), 52);
    assert_eq!(with.flows.get(oslo, oslo), 294_763);
    assert!(with.external.iter().all(|place| place.name == "elsewhere"));
    assert_eq!(with.neighbours(oslo, &[LinkKind::Land]).len(), 8);
    let odd = |code| with.oddities.iter().filter(move |odd| odd.code == code);
    assert_eq!(odd("W106").count(), 0, "employed residents still add up");
    // The national figures are rounded: one person who works in Oslo is missing from the flows.
    let jobs: Vec<&str> = odd("W105").map(|odd| odd.what.as_str()).collect();
    assert_eq!(jobs, ["Oslo (0301) has 468375 jobs, and the flows to it add up to 468374"]);
    assert!(viken.with_external_area("Bergen").is_err());
}

#[test]
fn a_subset_and_an_external_area_may_be_taken_in_either_order() {
    let viken = load("viken-2020");
    let kept: Vec<usize> = (0..20).collect();
    let subset = viken.subset(&kept);
    assert!(subset.external.iter().any(|place| place.name == LEFT_OUT));
    let one = subset.with_external_area("Oslo").expect("an external area");
    let with = viken.with_external_area("Oslo").expect("an external area");
    // Oslo comes first by code.
    let other = with.subset(&(0..21).collect::<Vec<_>>());
    assert_eq!(one.flows, other.flows);
    assert_eq!(one.external, other.external);
    assert_eq!(one.links, other.links);
    assert_eq!(one.areas, other.areas);
    assert_eq!(one.divisions, other.divisions);
}
