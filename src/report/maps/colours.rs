//! Fills for maps: neighbouring regions differ, and a region keeps its fill from map to map.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::algo::dsatur_coloring;
use petgraph::graph::UnGraph;
use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;

/// Light fills that people with colour-blindness can tell apart: Paul Tol, *Colour Schemes*, SRON
/// technical note 2021, scheme "light" without its grey, which means "no region" on our maps; and
/// four of our own, apart from them in lightness or hue, for plans with more than eight regions.
pub(crate) const FILLS: [&str; 12] = [
    "#77AADD", "#EE8866", "#EEDD88", "#FFAABB", "#99DDFF", "#44BB99", "#BBCC33", "#AAAA00",
    "#C5A3D6", "#B98B68", "#CFE8C0", "#6C86B0",
];

/// A fill (index into [`FILLS`]) for every region of every plan.
///
/// The regions of a plan take the fill of the region they overlap most in the plan before, by
/// population, the largest overlaps first. A region whose fill a neighbour already has takes the
/// one least used in the plan among those its neighbours do not have; on ties the one least like
/// theirs, then the one whose nearest other bearer is most borders away, then the first. Where that leaves a region with neighbours of
/// every fill, the regions are coloured anew, those with the most fills beside them first.
pub(crate) fn fills(instance: &Instance, plans: &[&Plan]) -> Vec<Vec<usize>> {
    let plans: Vec<Regions> = plans.iter().map(|plan| plan.regions()).collect();
    fills_of_regions(instance, &plans)
}

/// As [`fills`], of lists of regions that may leave areas out or share some: who shares an area is a
/// neighbour, and so is who touches it.
pub(crate) fn fills_of_regions(instance: &Instance, lists: &[Regions]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut before: Option<&Regions> = None;
    for regions in lists {
        let inherited = match (before, all.last()) {
            (Some(before), Some(fills)) => inherited(instance, before, fills, regions),
            _ => Vec::new(),
        };
        all.push(fill_regions(instance, regions, &inherited));
        before = Some(regions);
    }
    all
}

/// The fills of a plan that takes them from another, as in a list of the two.
pub(crate) fn fills_after(
    instance: &Instance,
    before: &Plan,
    fills: &[usize],
    plan: &Plan,
) -> Vec<usize> {
    let regions = plan.regions();
    fill_regions(instance, &regions, &inherited(instance, &before.regions(), fills, &regions))
}

/// The areas of every region.
pub(crate) type Regions = Vec<Vec<usize>>;

/// A region's wish for the fill of an earlier one.
struct Wish {
    region: usize,
    earlier: usize,
    fill: usize,
}

/// Which region would like which fill, the strongest claims first.
fn inherited(
    instance: &Instance,
    before: &Regions,
    fills: &[usize],
    regions: &Regions,
) -> Vec<Wish> {
    overlaps(instance, before, regions)
        .into_iter()
        .map(|(earlier, region)| Wish { region, earlier, fill: fills[earlier] })
        .collect()
}

fn fill_regions(instance: &Instance, regions: &Regions, wishes: &[Wish]) -> Vec<usize> {
    let neighbours = neighbours(instance, regions);
    let mut fills: Vec<Option<usize>> = vec![None; regions.len()];
    grant(&mut fills, &neighbours, wishes);
    for region in 0..fills.len() {
        if fills[region].is_none() {
            let fill = best(&fills, &neighbours, region);
            if beside(&fills, &neighbours, region, fill) > 0 {
                return coloured_anew(&neighbours, wishes);
            }
            fills[region] = Some(fill);
        }
    }
    fills.into_iter().map(|fill| fill.expect("every region was given one")).collect()
}

/// Grants wishes that leave neighbours apart; each region hands its fill on once, so that two regions
/// that part do not both keep it.
fn grant(
    fills: &mut [Option<usize>],
    neighbours: &[BTreeSet<usize>],
    wishes: &[Wish],
) -> Vec<bool> {
    let mut granted = vec![false; fills.len()];
    let mut handed_on = BTreeSet::new();
    for &Wish { region, earlier, fill } in wishes {
        let is_free = beside(fills, neighbours, region, fill) == 0;
        if !granted[region] && is_free && handed_on.insert(earlier) {
            fills[region] = Some(fill);
            granted[region] = true;
        }
    }
    granted
}

/// How many neighbours of a region have a fill.
fn beside(
    fills: &[Option<usize>],
    neighbours: &[BTreeSet<usize>],
    region: usize,
    fill: usize,
) -> usize {
    neighbours[region].iter().filter(|&&other| fills[other] == Some(fill)).count()
}

/// The fill that suits a region best beside those that others have.
fn best(fills: &[Option<usize>], neighbours: &[BTreeSet<usize>], region: usize) -> usize {
    let others = |fill: usize| {
        (0..fills.len()).filter(move |&other| other != region && fills[other] == Some(fill))
    };
    let steps = steps(neighbours, region);
    let nearest = |fill| others(fill).filter_map(|other| steps[other]).min().unwrap_or(usize::MAX);
    let alike = |fill: usize| {
        let near = neighbours[region].iter().filter_map(|&other| fills[other]);
        near.filter(|&other| are_alike(fill, other)).count()
    };
    let rank = |&fill: &usize| {
        (
            beside(fills, neighbours, region, fill),
            others(fill).count(),
            alike(fill),
            Reverse(nearest(fill)),
            fill,
        )
    };
    (0..FILLS.len()).min_by_key(rank).expect("there are fills")
}

/// Whether two fills are so near each other that side by side they are mixed up.
fn are_alike(one: usize, other: usize) -> bool {
    const NEAR: i64 = 80;
    let parts = |fill: usize| {
        let rgb = i64::from_str_radix(&FILLS[fill][1..], 16).expect("fills are hexadecimal");
        [rgb >> 16, (rgb >> 8) & 255, rgb & 255]
    };
    let squares = parts(one).into_iter().zip(parts(other)).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<i64>() < NEAR * NEAR
}

/// Fills by the DSATUR method (Brélaz 1979), which needs few of them; then region by region moved to
/// the one wished for or least used, where no neighbour has it, so that neighbours stay apart.
fn coloured_anew(neighbours: &[BTreeSet<usize>], wishes: &[Wish]) -> Vec<usize> {
    let mut graph: UnGraph<(), ()> = UnGraph::default();
    let nodes: Vec<_> = neighbours.iter().map(|_| graph.add_node(())).collect();
    for (region, beside) in neighbours.iter().enumerate() {
        for &other in beside.range(region + 1..) {
            graph.add_edge(nodes[region], nodes[other], ());
        }
    }
    let (classes, _) = dsatur_coloring(&graph);
    // More classes than fills is more than any map of regions in one piece needs: they repeat.
    let mut fills: Vec<Option<usize>> =
        nodes.iter().map(|node| Some(classes[node] % FILLS.len())).collect();
    let granted = grant(&mut fills, neighbours, wishes);
    for region in (0..fills.len()).filter(|&region| !granted[region]) {
        fills[region] = Some(best(&fills, neighbours, region));
    }
    fills.into_iter().flatten().collect()
}

/// Borders to cross from one region to every other; `None` where no way leads.
fn steps(neighbours: &[BTreeSet<usize>], from: usize) -> Vec<Option<usize>> {
    let mut steps = vec![None; neighbours.len()];
    steps[from] = Some(0);
    let mut open = VecDeque::from([(from, 0)]);
    while let Some((region, crossed)) = open.pop_front() {
        for &next in &neighbours[region] {
            if steps[next].is_none() {
                steps[next] = Some(crossed + 1);
                open.push_back((next, crossed + 1));
            }
        }
    }
    steps
}

/// Regions that share an area, or touch by a link of any kind.
fn neighbours(instance: &Instance, regions: &Regions) -> Vec<BTreeSet<usize>> {
    let mut of_area: Vec<Vec<usize>> = vec![Vec::new(); instance.num_areas()];
    for (region, areas) in regions.iter().enumerate() {
        for &area in areas {
            of_area[area].push(region);
        }
    }
    let mut neighbours = vec![BTreeSet::new(); regions.len()];
    let within = (0..instance.num_areas()).map(|area| (area, area));
    for (from, to) in instance.links.iter().map(|link| (link.a, link.b)).chain(within) {
        for &a in &of_area[from] {
            for &b in of_area[to].iter().filter(|&&b| b != a) {
                neighbours[a].insert(b);
                neighbours[b].insert(a);
            }
        }
    }
    neighbours
}

/// Pairs of an old and a new region that share areas, those with most people first.
fn overlaps(instance: &Instance, old: &Regions, new: &Regions) -> Vec<(usize, usize)> {
    let mut olds: Vec<Vec<usize>> = vec![Vec::new(); instance.num_areas()];
    for (region, areas) in old.iter().enumerate() {
        for &area in areas {
            olds[area].push(region);
        }
    }
    let mut shared: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (region, areas) in new.iter().enumerate() {
        for &area in areas {
            for &earlier in &olds[area] {
                *shared.entry((earlier, region)).or_default() += instance.areas[area].population;
            }
        }
    }
    let mut pairs: Vec<((usize, usize), u64)> = shared.into_iter().collect();
    pairs.sort_by_key(|&(pair, people)| (Reverse(people), pair));
    pairs.into_iter().map(|(pair, _)| pair).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use regionfront_model::instance::{Division, read_division};
    use regionfront_testkit::rows::instance_of;

    #[test]
    fn neighbours_differ_and_regions_keep_their_fill() {
        let instance = instance_of(6);
        let two = Plan::from_labels(&[1, 1, 1, 2, 2, 2]);
        let three = Plan::from_labels(&[1, 1, 3, 3, 2, 2]);
        let fills = fills(&instance, &[&two, &three]);
        assert_ne!(fills[0][0], fills[0][1]);
        assert_eq!(fills[1][0], fills[0][0], "0 and 1 stay");
        assert_eq!(fills[1][2], fills[0][1], "4 and 5 stay");
        assert!(!fills[0].contains(&fills[1][1]), "the new region is new");
    }

    /// Where a hub has neighbours of every fill, the others are coloured anew around it.
    #[test]
    fn a_region_with_more_neighbours_than_there_are_fills_differs_from_them_all() {
        let spokes = 3 * FILLS.len();
        let mut neighbours = vec![BTreeSet::from([spokes]); spokes];
        neighbours.push((0..spokes).collect());
        let fills = coloured_anew(&neighbours, &[Wish { region: spokes, earlier: 0, fill: 5 }]);
        assert!(fills[..spokes].iter().all(|&fill| fill != fills[spokes]));
        assert_eq!(fills[..spokes].iter().collect::<BTreeSet<_>>().len(), FILLS.len() - 1);
    }

    /// Every division and every recorded plan of every instance that is shipped: regions that touch
    /// or share a member never share a fill, whether shown alone or beside the others.
    #[test]
    fn neighbours_never_share_a_fill_in_any_shipped_division_or_plan() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../instances");
        let mut seen = 0;
        for name in ["viken-2020", "norway-2020", "norway-2024", "paris", "tiny"] {
            let folder = root.join(name);
            let instance = Instance::load(&folder).expect("the instance loads");
            let mut lists: Vec<(String, Regions)> = instance
                .divisions
                .iter()
                .map(|(key, division)| (key.clone(), of_division(division)))
                .collect();
            for file in tables(&folder) {
                // Other tables of results are no divisions.
                if file.ends_with("plans.csv") {
                    lists.extend(side_by_side(&file, &instance));
                } else if let Ok(division) = read_division(&file, &instance) {
                    lists.push((file.display().to_string(), of_division(&division)));
                }
            }
            let counties: Vec<&str> = instance.areas.iter().map(|area| &*area.county).collect();
            let codes: Vec<&str> = instance.areas.iter().map(|area| &*area.code).collect();
            for labels in [counties, codes] {
                lists.push((name.to_owned(), Plan::from_labels(&labels).regions()));
            }
            let all: Vec<Regions> = lists.iter().map(|(_, regions)| regions.clone()).collect();
            let in_a_row = fills_of_regions(&instance, &all);
            for ((file, regions), in_a_row) in lists.iter().zip(in_a_row) {
                let alone = fill_regions(&instance, regions, &[]);
                for (a, beside) in neighbours(&instance, regions).iter().enumerate() {
                    for &b in beside {
                        assert_ne!(alone[a], alone[b], "{file}: regions {a} and {b}");
                        assert_ne!(in_a_row[a], in_a_row[b], "{file}: regions {a} and {b}");
                    }
                }
                seen += 1;
            }
        }
        assert!(seen > 200, "{seen} divisions and plans were found");
    }

    fn of_division(division: &Division) -> Regions {
        division.regions.iter().map(|region| region.areas.clone()).collect()
    }

    /// The plans of a study: a row per area, a column per plan behind code and name.
    fn side_by_side(file: &Path, instance: &Instance) -> Vec<(String, Regions)> {
        let mut table = csv::Reader::from_path(file).expect("it opens");
        let names = table.headers().expect("it has headings").clone();
        let mut labels = vec![vec![String::new(); instance.num_areas()]; names.len()];
        for row in table.records() {
            let row = row.expect("a row");
            let Some(area) = instance.index_of_code(&row[0]) else { return Vec::new() };
            for (column, label) in labels.iter_mut().zip(&row) {
                label.clone_into(&mut column[area]);
            }
        }
        let plans = names.iter().zip(&labels).skip(2);
        plans
            .map(|(name, labels)| {
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                (format!("{}: {name}", file.display()), Plan::from_labels(&labels).regions())
            })
            .collect()
    }

    /// The tables below the folders of recorded results.
    fn tables(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![folder.join("best"), folder.join("studies")];
        while let Some(folder) = open.pop() {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            for path in entries.map(|entry| entry.path()) {
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|extension| extension == "csv") {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }
}
