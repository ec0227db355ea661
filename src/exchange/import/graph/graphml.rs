//! GraphML, as NetworkX, yEd, Gephi and igraph write it: one graph, its nodes and edges with data.

use std::collections::BTreeMap;

use roxmltree::{Document, Node as Element};
use serde_json::Value;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;

use super::super::{exchange_codes, source};
use super::{Edge, Graph, Node};

const CURE: &str = "write the graph again as GraphML";

#[expect(clippy::too_many_lines, reason = "one graph, from its root to its edges")]
pub(super) fn read(file: &str, text: &str) -> Result<Graph, Defects> {
    let document = Document::parse(text).map_err(|error| {
        let at = format!("{file}, row {}, column {}", error.pos().row, error.pos().col);
        source::format(at, format!("the file is not XML: {error}"), CURE)
    })?;
    let is = |element: &Element<'_, '_>, name: &str| element.tag_name().name() == name;
    let root = document.root_element();
    if !is(&root, "graphml") {
        let what = format!("its element is `{}`, not `graphml`", shorten(root.tag_name().name()));
        return Err(source::format(file, what, CURE).into());
    }
    let mut graphs = root.children().filter(|child| is(child, "graph"));
    let Some(element) = graphs.next() else {
        return Err(source::format(file, "it holds no graph", CURE).into());
    };
    let mut graph = Graph::default();
    if graphs.next().is_some() {
        graph.notes.push("the file holds several graphs; the first was read".to_owned());
    }
    let names: BTreeMap<&str, &str> = root
        .children()
        .filter(|child| is(child, "key"))
        .filter_map(|key| Some((key.attribute("id")?, key.attribute("attr.name")?)))
        .collect();
    let data = |element: Element<'_, '_>| -> BTreeMap<String, Value> {
        element
            .children()
            .filter(|child| is(child, "data"))
            .filter_map(|data| {
                let key = data.attribute("key")?;
                // yEd draws nodes; what stands in them is their label.
                let label = data.descendants().find(|inner| is(inner, "NodeLabel"));
                if let Some(label) = label {
                    let text = label.text().unwrap_or_default().trim().to_owned();
                    return Some(("label".to_owned(), Value::String(text)));
                }
                let text = Value::String(data.text().unwrap_or_default().to_owned());
                Some(((*names.get(key).unwrap_or(&key)).to_owned(), text))
            })
            .collect()
    };
    let [defaults, edge_defaults] = ["node", "edge"].map(|of| defaults(root, of));
    check_defaults(file, element, [("node", defaults.len()), ("edge", edge_defaults.len())])?;
    let mut inner = 0_usize;
    let mut defects = Defects::default();
    // The document's own count of rows begins at the top for every element.
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let place = |element: Element<'_, '_>| {
        let start = element.range().start;
        format!("{file}, row {}", ends.partition_point(|&end| end < start) + 1)
    };
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for node in element.children().filter(|child| is(child, "node")) {
        let at = place(node);
        let Some(id) = node.attribute("id").filter(|id| !id.is_empty()) else {
            defects.push(source::format(at, "the node has no `id`", CURE));
            continue;
        };
        if index.insert(id, graph.nodes.len()).is_some() {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                at.clone(),
                format!("the id `{}` stands twice", shorten(id)),
                "give every node an id of its own",
            ));
        }
        graph.nodes.push(Node {
            at,
            id: id.to_owned(),
            attributes: with_defaults(data(node), &defaults),
        });
        inner += node.descendants().filter(|child| is(child, "node")).count() - 1;
    }
    if inner > 0 {
        graph.notes.push(format!("nodes inside of others were left out: {inner}"));
    }
    for edge in element.children().filter(|child| is(child, "edge")) {
        let mut end = |key: &str| {
            let id = edge.attribute(key).unwrap_or_default();
            let found = index.get(id).copied();
            if found.is_none() {
                defects.push(Defect::new(
                    exchange_codes::UNLISTED,
                    place(edge),
                    format!("the {key} `{}` of an edge is no node", shorten(id)),
                    "add the node, or drop the edge",
                ));
            }
            found
        };
        let (from, to) = (end("source"), end("target"));
        if let (Some(from), Some(to)) = (from, to) {
            graph.edges.push(Edge {
                from,
                to,
                attributes: with_defaults(data(edge), &edge_defaults),
            });
        }
    }
    graph.own_names = own_names(&graph);
    if let Some(key) = &graph.own_names {
        graph.notes.push(format!("the ids of nodes only number them; they go by their `{key}`"));
    }
    let about = data(element);
    graph.title = about.get("title").and_then(super::word);
    graph.division = about.get("division").and_then(super::word);
    defects.into_result()?;
    Ok(graph)
}

/// Most values that nodes, or edges, have by default.
const MOST_DEFAULTS: usize = 2_000_000;

/// What nodes, or edges, without data of a key have, by the names of the keys.
fn defaults<'a>(root: Element<'a, 'a>, of: &str) -> BTreeMap<&'a str, &'a str> {
    let keys = root.children().filter(|child| child.tag_name().name() == "key");
    keys.filter(|key| key.attribute("for").is_none_or(|whose| whose == of || whose == "all"))
        .filter_map(|key| {
            let default = key.children().find(|child| child.tag_name().name() == "default")?;
            Some((key.attribute("attr.name")?, default.text()?))
        })
        .collect()
}

/// Refuses so many keys with defaults that what nodes, or edges, have by default fills the memory.
fn check_defaults(
    file: &str,
    graph: Element<'_, '_>,
    keys: [(&str, usize); 2],
) -> Result<(), Defects> {
    for (name, defaults) in keys {
        let children = graph.children().filter(|child| child.tag_name().name() == name).count();
        if defaults.saturating_mul(children) > MOST_DEFAULTS {
            return Err(source::format(
                file,
                format!("there are {defaults} keys with a default for every {name}"),
                "write the file again with the attributes that are needed",
            )
            .into());
        }
    }
    Ok(())
}

/// Data of a node or an edge, and what it has by default.
fn with_defaults(
    mut data: BTreeMap<String, Value>,
    defaults: &BTreeMap<&str, &str>,
) -> BTreeMap<String, Value> {
    for (name, default) in defaults {
        data.entry((*name).to_owned()).or_insert_with(|| Value::String((*default).to_owned()));
    }
    data
}

/// The attribute that names the nodes where ids are n0, n1, …, which igraph and yEd give them.
fn own_names(graph: &Graph) -> Option<String> {
    let is_number = |node: &Node| {
        node.id.strip_prefix('n').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if graph.nodes.is_empty() || !graph.nodes.iter().all(is_number) {
        return None;
    }
    ["name", "label", "id"].into_iter().map(str::to_owned).find(|key| {
        let values: Option<std::collections::BTreeSet<String>> = graph
            .nodes
            .iter()
            .map(|node| node.attributes.get(key).and_then(super::word))
            .map(|value| value.filter(|text| !text.is_empty()))
            .collect();
        values.is_some_and(|values| values.len() == graph.nodes.len())
    })
}
