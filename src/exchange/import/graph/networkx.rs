//! JSON of NetworkX: adjacency, as `json_graph.adjacency_data` and GerryChain's `Graph.to_json` write
//! it, and node-link, as `json_graph.node_link_data` does.
//!
//! A graph attribute `flows`, a list of `[from, to, commuters]`, holds flows between nodes: that is
//! our own, other programs carry it along.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;

use super::super::{exchange_codes, source};
use super::{Edge, Ends, Graph, Node};

const CURE: &str = "write the graph with json_graph.adjacency_data or node_link_data of NetworkX, or \
                    with GerryChain's Graph.to_json";

pub(super) fn read(file: &str, text: &str, ends: Option<Ends>) -> Result<Graph, Defects> {
    let (root, mended) = source::json(file, text)?;
    let fault = |what: &str| Err(Defects::from(source::format(file, what, CURE)));
    let Some(Value::Array(nodes)) = root.get("nodes") else {
        return fault("the file holds no list `nodes`");
    };
    let mut defects = Defects::default();
    let mut graph = Graph::default();
    graph.notes.extend(mended);
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let stand_in = stand_in(nodes);
    if let Some(key) = stand_in {
        graph.notes.push(format!("nodes have no `id`; they go by their `{key}`"));
    }
    for (at, node) in nodes.iter().enumerate() {
        let place = format!("{file}, nodes[{at}]");
        let Some((id, attributes)) = node.as_object().and_then(|node| {
            let id = id_of(node.get(stand_in.unwrap_or("id"))?)?;
            Some((id, without(node, &["id"])))
        }) else {
            defects.push(source::format(place, "the node has no `id`", CURE));
            continue;
        };
        if let Some(first) = index.insert(id.clone(), graph.nodes.len()) {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                place.clone(),
                format!("the id `{}` is already that of nodes[{first}]", shorten(&id)),
                "give every node an id of its own",
            ));
        }
        graph.nodes.push(Node { at: place, id, attributes });
    }
    // Places of nodes would be off below.
    defects.into_result()?;
    let mut defects = Defects::default();
    let links = root.get("edges").or_else(|| root.get("links"));
    if let Some(Value::Array(rows)) = root.get("adjacency") {
        if rows.len() != nodes.len() {
            let what = format!(
                "`adjacency` has {} lists where there are {} nodes",
                rows.len(),
                nodes.len()
            );
            return fault(&what);
        }
        for (from, row) in rows.iter().enumerate() {
            let place = format!("{file}, adjacency[{from}]");
            let Value::Array(row) = row else {
                defects.push(source::format(place, "it is no list of neighbours", CURE));
                continue;
            };
            for neighbour in row {
                let Some(fields) = neighbour.as_object() else {
                    let what = "a neighbour is no object with an `id`";
                    defects.push(source::format(place.clone(), what, CURE));
                    continue;
                };
                if let Some(to) = end_of(&place, fields.get("id"), &index, &mut defects) {
                    let attributes = without(fields, &["id", "key"]);
                    graph.edges.push(Edge { from, to, attributes });
                }
            }
        }
    } else if let Some(Value::Array(links)) = links {
        let by_position = are_positions(file, links, &index, nodes.len(), ends)?;
        if by_position {
            let note = "links name nodes by their position, from 0";
            graph.notes.push(note.to_owned());
        }
        for (at, link) in links.iter().enumerate() {
            let place = format!("{file}, edge {at}");
            let mut end = |key: &str| {
                if by_position {
                    return link.get(key).and_then(position);
                }
                end_of(&place, link.get(key), &index, &mut defects)
            };
            let (from, to) = (end("source"), end("target"));
            if let (Some(from), Some(to), Some(fields)) = (from, to, link.as_object()) {
                let attributes = without(fields, &["source", "target", "key"]);
                graph.edges.push(Edge { from, to, attributes });
            }
        }
    } else {
        return fault("the file holds neither a list `adjacency` nor a list `edges` or `links`");
    }
    if root.get("directed") == Some(&Value::Bool(true)) {
        graph.notes.push("the graph is directed: an edge in one direction links a pair".to_owned());
    }
    let about = about(root.get("graph"));
    let text = |key: &str| about.get(key).and_then(super::word);
    graph.title = text("title");
    graph.division = text("division");
    if let Some(flows) = about.get("flows") {
        graph.flows = read_flows(file, flows, &mut defects);
    }
    defects.into_result()?;
    Ok(graph)
}

/// The attribute by which nodes without an `id` go, where there is one that tells them apart.
fn stand_in(nodes: &[Value]) -> Option<&'static str> {
    if nodes.iter().any(|node| node.get("id").is_some()) {
        return None;
    }
    ["code", "name", "label", "key"].into_iter().find(|key| {
        let values: Option<std::collections::BTreeSet<String>> =
            nodes.iter().map(|node| id_of(node.get(*key)?)).collect();
        values.is_some_and(|values| values.len() == nodes.len())
    })
}

fn position(end: &Value) -> Option<usize> {
    usize::try_from(end.as_u64()?).ok()
}

/// Whether links name nodes by their position in the list, as D3 and old versions of NetworkX do:
/// where positions are all that they can be, or where that was said. Where both are possible and
/// differ, that is asked for.
fn are_positions(
    file: &str,
    links: &[Value],
    index: &BTreeMap<String, usize>,
    num_nodes: usize,
    ends: Option<Ends>,
) -> Result<bool, Defects> {
    let all: Vec<Option<&Value>> =
        links.iter().flat_map(|link| [link.get("source"), link.get("target")]).collect();
    let are_places =
        all.iter().all(|end| end.and_then(position).is_some_and(|place| place < num_nodes));
    let are_ids =
        all.iter().all(|end| end.and_then(id_of).is_some_and(|id| index.contains_key(&id)));
    match ends {
        Some(Ends::Ids) => return Ok(false),
        Some(Ends::Positions) if are_places => return Ok(true),
        Some(Ends::Positions) => {
            let what = "an edge names a position that no node has";
            return Err(source::format(file, what, "drop --ends, or name ids with it").into());
        }
        None => {}
    }
    let differ = all.iter().any(|end| {
        let id = end.and_then(id_of);
        id.and_then(|id| index.get(&id).copied()) != end.and_then(position)
    });
    if are_places && are_ids && differ {
        let what = "links can name nodes by their ids or by their positions, which differ";
        let cure =
            "say which with --ends ids, as NetworkX writes since version 2, or --ends positions";
        return Err(Defect::new(exchange_codes::CHOICE, file, what, cure).into());
    }
    Ok(are_places && !are_ids)
}

/// An id as text; the tuple of a grid becomes `[0,1]`.
fn id_of(id: &Value) -> Option<String> {
    match id {
        Value::Array(_) => Some(id.to_string()),
        other => super::word(other).filter(|id| !id.is_empty()),
    }
}

fn end_of(
    place: &str,
    id: Option<&Value>,
    index: &BTreeMap<String, usize>,
    defects: &mut Defects,
) -> Option<usize> {
    let Some(id) = id.and_then(id_of) else {
        defects.push(source::format(place, "an edge does not say which nodes it joins", CURE));
        return None;
    };
    let found = index.get(&id).copied();
    if found.is_none() {
        defects.push(Defect::new(
            exchange_codes::UNLISTED,
            place,
            format!("an edge leads to `{}`, which is no node", shorten(&id)),
            "add the node, or drop the edge",
        ));
    }
    found
}

fn without(fields: &Map<String, Value>, keys: &[&str]) -> BTreeMap<String, Value> {
    let kept = fields.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Attributes of the graph: pairs of key and value, or an object.
fn about(graph: Option<&Value>) -> BTreeMap<String, Value> {
    match graph {
        Some(Value::Object(fields)) => without(fields, &[]),
        Some(Value::Array(pairs)) => pairs
            .iter()
            .filter_map(|pair| match pair.as_array()?.as_slice() {
                [Value::String(key), value] => Some((key.clone(), value.clone())),
                _ => None,
            })
            .collect(),
        _ => BTreeMap::new(),
    }
}

fn read_flows(
    file: &str,
    flows: &Value,
    defects: &mut Defects,
) -> Option<Vec<(String, String, u64)>> {
    let mut read = Vec::new();
    for (at, flow) in flows.as_array()?.iter().enumerate() {
        let triple = flow.as_array().and_then(|flow| match flow.as_slice() {
            [from, to, count] => {
                Some((id_of(from)?, id_of(to)?, source::count(&super::word(count)?)?))
            }
            _ => None,
        });
        match triple {
            Some(triple) => read.push(triple),
            None => defects.push(source::format(
                format!("{file}, graph, flows[{at}]"),
                "it is not [from, to, commuters]",
                "write two ids and whole people, or drop `flows`",
            )),
        }
    }
    Some(read)
}
