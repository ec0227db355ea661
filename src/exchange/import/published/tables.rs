//! `nodes.csv` and `edges.csv`: counties and the borders between them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::table::Table;
use regionfront_model::defect::Defects;
use regionfront_model::instance::{Area, Flows, Instance, LARGEST, Link, LinkKind};

/// A county with the id that edges know it by.
#[derive(Clone, Debug)]
pub(super) struct Node {
    id: String,
    pub(super) area: Area,
}

/// The counties, by code.
pub(super) fn nodes(folder: &Path, defects: &mut Defects) -> Option<Vec<Node>> {
    let columns = ["id", "name", "population", "geoid"];
    let table = Table::read(folder, "nodes.csv", columns, "E542", defects)?;
    let before = defects.0.len();
    let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
    let mut nodes = Vec::new();
    for (row, [id, name, population, geoid]) in &table.rows {
        for (column, value, seen) in [("id", id, &mut ids), ("geoid", geoid, &mut codes)] {
            if value.is_empty() {
                let what = format!("the {column} of `{name}` is empty");
                defects.push(table.defect(*row, what, "every county has an id and a geoid"));
            } else if !seen.insert(value) {
                let what = format!("the {column} `{value}` of `{name}` stands in an earlier row");
                defects.push(table.defect(*row, what, "keep one row per county"));
            }
        }
        let Some(population) = population.parse().ok().filter(|&persons| persons <= LARGEST) else {
            let what = format!("the population `{population}` of `{name}` is no whole number");
            defects.push(table.defect(*row, what, "write a whole number, 0 or more"));
            continue;
        };
        let (code, name) = (geoid.clone(), name.clone());
        let area = Area { code, name, population, ..Area::default() };
        nodes.push(Node { id: id.clone(), area });
    }
    if table.rows.is_empty() {
        let what = "there are no counties".to_owned();
        defects.push(table.defect(1, what, "write a row per county"));
    }
    nodes.sort_by(|one, other| one.area.code.cmp(&other.area.code));
    (defects.0.len() == before).then_some(nodes)
}

/// The borders as pairs of places among the nodes, `a < b`, sorted.
pub(super) fn edges(
    folder: &Path,
    nodes: &[Node],
    defects: &mut Defects,
) -> Option<BTreeSet<(usize, usize)>> {
    let table = Table::read(folder, "edges.csv", ["u", "v"], "E543", defects)?;
    let before = defects.0.len();
    let places: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let mut edges = BTreeSet::new();
    for (row, [u, v]) in &table.rows {
        let mut find = |id: &str| {
            let found = places.get(id).copied();
            if found.is_none() {
                let what = format!("no county has the id `{id}`");
                defects.push(table.defect(*row, what, "use the ids of nodes.csv"));
            }
            found
        };
        let (Some(a), Some(b)) = (find(u), find(v)) else { continue };
        if a == b {
            let what = format!("{} borders on itself", nodes[a].area.label());
            defects.push(table.defect(*row, what, "drop the row"));
        } else if !edges.insert((a.min(b), a.max(b))) {
            let (a, b) = (nodes[a].area.label(), nodes[b].area.label());
            let what = format!("the border of {a} and {b} stands in an earlier row");
            defects.push(table.defect(*row, what, "keep one row per pair, in either order"));
        }
    }
    (defects.0.len() == before).then_some(edges)
}

/// The instance: one commuter across every border.
pub(super) fn instance(
    name: String,
    title: Option<String>,
    nodes: Vec<Node>,
    edges: &BTreeSet<(usize, usize)>,
) -> Instance {
    let mut areas: Vec<Area> = nodes.into_iter().map(|node| node.area).collect();
    for &(a, b) in edges {
        areas[a].employed_residents += 1;
        areas[b].jobs += 1;
    }
    let link = |&(a, b): &(usize, usize)| Link {
        a,
        b,
        kind: LinkKind::Land,
        border_km: None,
        note: String::new(),
    };
    Instance {
        title: title.unwrap_or_else(|| name.clone()),
        name,
        flows: Flows::from_triples(areas.len(), edges.iter().map(|&(a, b)| (a, b, 1))),
        links: edges.iter().map(link).collect(),
        areas,
        ..Instance::default()
    }
}
