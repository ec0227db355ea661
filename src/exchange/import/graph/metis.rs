//! METIS graphs: a header, then a line per node with its neighbours, which are numbered from 1.
//!
//! The header is `nodes edges [format [weights]]`; the three digits of the format say whether lines
//! hold sizes, weights of the node, and weights of the edges. Lines that begin with `%` are comments.
//! METIS knows no codes. Our own files give them in comments, `% area 1 3001 Halden`; without those
//! the areas are called 1, 2, 3, …
//!
//! A partition is a file with the number of a part per line, in the order of the nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{counted, shorten};

use super::super::{exchange_codes, some_of, source};
use super::{Edge, Graph, Node};

/// What stands in each line of a node.
struct Header {
    nodes: usize,
    edges: usize,
    has_size: bool,
    num_weights: usize,
    has_edge_weights: bool,
}

/// What our own comments say.
#[derive(Default)]
struct Remarks {
    areas: BTreeMap<usize, (String, String)>,
    regions: BTreeMap<usize, String>,
    division: Option<String>,
    weights_are_population: bool,
}

/// Reads a graph. The first weight of a node is its population when `weigh`, or when a comment says
/// so.
pub(super) fn read(file: &str, text: &str, weigh: bool) -> Result<Graph, Defects> {
    let mut remarks = Remarks::default();
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        match line.trim().strip_prefix('%') {
            Some(remark) => remarks.note(remark.trim()),
            // Before the header, empty lines mean nothing; after it, a node without neighbours.
            None if lines.is_empty() && line.trim().is_empty() => {}
            None => lines.push((at + 1, line.trim())),
        }
    }
    let &(row, first) = lines.first().unwrap_or(&(1, ""));
    let Some(header) = header(first) else {
        return Err(source::format(
            format!("{file}, row {row}"),
            format!("`{}` is no header of a METIS graph", shorten(first)),
            "it holds the numbers of nodes and edges, then perhaps a format such as 011",
        )
        .into());
    };
    let body = &lines[1..];
    let filled = body.iter().rposition(|(_, line)| !line.is_empty()).map_or(0, |last| last + 1);
    // Node lines are cut off where they are empty at the end of a file; more are a fault.
    if filled > header.nodes || body.len() < header.nodes {
        return Err(source::format(
            format!("{file}, row {row}"),
            format!("the header says {} nodes, and {} lines follow", header.nodes, body.len()),
            "give every node a line, an empty one where it has no neighbours",
        )
        .into());
    }
    let mut graph = Graph { division: remarks.division.clone(), ..Graph::default() };
    let mut defects = Defects::default();
    let weigh = (weigh || remarks.weights_are_population) && header.num_weights > 0;
    let mut listed: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut weights: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (at, &(row, line)) in body[..header.nodes].iter().enumerate() {
        let place = format!("{file}, row {row}");
        let mut attributes = BTreeMap::new();
        match node(line, &header) {
            Ok((weight, neighbours)) => {
                if weigh {
                    attributes.insert("population".to_owned(), Value::from(weight));
                }
                for (neighbour, weight) in neighbours {
                    let to = neighbour - 1;
                    listed.insert((at, to));
                    let most = weights.entry((at.min(to), at.max(to))).or_default();
                    *most = weight.max(*most);
                }
            }
            Err(what) => defects.push(source::format(
                place.clone(),
                what,
                format!("write numbers of nodes, from 1 to {}, as the header says", header.nodes),
            )),
        }
        let known = remarks.areas.get(&(at + 1)).filter(|_| remarks.areas.len() == header.nodes);
        let id = known.map_or_else(|| (at + 1).to_string(), |(code, _)| code.clone());
        if let Some((_, name)) = known {
            attributes.insert("name".to_owned(), Value::from(name.as_str()));
        }
        graph.nodes.push(Node { at: place, id, attributes });
    }
    defects.into_result()?;
    describe(file, row, &header, &listed, &weights, &mut graph)?;
    if remarks.areas.len() != header.nodes {
        graph.notes.push(
            "the file holds no codes: areas are called 1, 2, 3, … unless --by-position gives them \
             those of the folder"
                .to_owned(),
        );
    }
    if header.num_weights > 0 && !weigh {
        graph.notes.push(
            "weights of nodes were not used; --population population takes the first".to_owned(),
        );
    }
    graph.part_names = remarks.regions;
    Ok(graph)
}

/// Edges of the pairs that are listed, those of weight 0 with it, and what is odd about them.
fn describe(
    file: &str,
    row: usize,
    header: &Header,
    listed: &BTreeSet<(usize, usize)>,
    weights: &BTreeMap<(usize, usize), u64>,
    graph: &mut Graph,
) -> Result<(), Defects> {
    let one_way: Vec<String> = listed
        .iter()
        .filter(|&&(a, b)| a != b && !listed.contains(&(b, a)))
        .map(|&(a, b)| format!("{} lists {}", a + 1, b + 1))
        .collect();
    if !one_way.is_empty() {
        let what =
            format!("pairs in one direction only, taken as neighbours: {}", some_of(&one_way));
        graph.notes.push(what);
    }
    let pairs: BTreeSet<(usize, usize)> =
        listed.iter().filter(|(a, b)| a != b).map(|&(a, b)| (a.min(b), a.max(b))).collect();
    if pairs.len() != header.edges && one_way.is_empty() {
        return Err(source::format(
            format!("{file}, row {row}"),
            format!(
                "the header says {}, and {} are listed",
                counted(header.edges, "edge"),
                pairs.len()
            ),
            "the file may be cut short; write it again",
        )
        .into());
    }
    graph.edges.extend(listed.iter().filter(|(a, b)| a == b).map(|&(from, to)| Edge {
        from,
        to,
        ..Edge::default()
    }));
    graph.edges.extend(pairs.into_iter().map(|(from, to)| {
        let is_nil = weights.get(&(from, to)) == Some(&0);
        let weight = is_nil.then(|| ("weight".to_owned(), Value::from(0)));
        Edge { from, to, attributes: weight.into_iter().collect() }
    }));
    Ok(())
}

fn header(line: &str) -> Option<Header> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (&[nodes, edges], rest) = fields.split_first_chunk::<2>()?;
    let format = rest.first().copied().unwrap_or("0");
    let is_format = format.len() <= 3 && format.bytes().all(|byte| matches!(byte, b'0' | b'1'));
    if !is_format || rest.len() > 2 {
        return None;
    }
    let digit =
        |place: usize| format.len() >= place && format.as_bytes()[format.len() - place] == b'1';
    let weights = rest.get(1).map_or(Some(1), |number| number.parse().ok())?;
    Some(Header {
        nodes: nodes.parse().ok()?,
        edges: edges.parse().ok()?,
        has_size: digit(3),
        num_weights: if digit(2) { weights } else { 0 },
        has_edge_weights: digit(1),
    })
}

/// The first weight and the neighbours, from 1 and with the weights of the edges to them, in the line of a
/// node.
fn node(line: &str, header: &Header) -> Result<(u64, Vec<(usize, u64)>), String> {
    let mut fields = line.split_whitespace();
    let mut next = |what: &str| -> Result<Option<u64>, String> {
        let Some(field) = fields.next() else { return Ok(None) };
        let number = field.parse().map(Some);
        number.map_err(|_| format!("`{}` is no {what}", shorten(field)))
    };
    if header.has_size {
        next("size")?.ok_or("the size of the node is missing")?;
    }
    let mut weight = None;
    for _ in 0..header.num_weights {
        let one = next("weight")?.ok_or("a weight of the node is missing")?;
        weight.get_or_insert(one);
    }
    let mut neighbours = Vec::new();
    while let Some(number) = next("node")? {
        let neighbour = usize::try_from(number).unwrap_or(usize::MAX);
        if neighbour == 0 || neighbour > header.nodes {
            return Err(format!("there is no node {number}"));
        }
        let weight = if header.has_edge_weights {
            next("weight")?.ok_or("the weight of an edge is missing")?
        } else {
            1
        };
        neighbours.push((neighbour, weight));
    }
    Ok((weight.unwrap_or(0), neighbours))
}

impl Remarks {
    fn note(&mut self, remark: &str) {
        let mut words = remark.splitn(3, ' ');
        let (Some(first), Some(second), rest) = (words.next(), words.next(), words.next()) else {
            return;
        };
        let rest = rest.unwrap_or_default();
        match (first, second.parse::<usize>()) {
            ("area", Ok(number)) => {
                let (code, name) = rest.split_once(' ').unwrap_or((rest, ""));
                if !code.is_empty() {
                    self.areas.insert(number, (code.to_owned(), name.trim().to_owned()));
                }
            }
            ("region", Ok(number)) => {
                self.regions.insert(number, rest.to_owned());
            }
            ("division", _) => {
                self.division = Some([second, rest].join(" ").trim().to_owned());
            }
            _ => self.weights_are_population |= remark == "weights of nodes: population",
        }
    }
}

/// Gives the nodes of a graph the parts in a file as their regions.
pub(super) fn read_partition(file: &str, text: &str, graph: &mut Graph) -> Result<(), Defects> {
    let mut defects = Defects::default();
    let mut parts = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match line.trim().parse::<usize>() {
            Ok(part) => parts.push(part),
            Err(_) => defects.push(source::format(
                format!("{file}, row {}", at + 1),
                format!("`{}` is no number of a part", shorten(line.trim())),
                "write one number per line",
            )),
        }
    }
    if defects.0.is_empty() && parts.len() != graph.nodes.len() {
        defects.push(Defect::new(
            exchange_codes::MISFIT,
            file,
            format!(
                "{} where the graph has {}",
                counted(parts.len(), "part"),
                counted(graph.nodes.len(), "node")
            ),
            "give the partition that was made of this graph",
        ));
    }
    defects.into_result()?;
    for (node, part) in graph.nodes.iter_mut().zip(parts) {
        let named = graph.part_names.get(&part).filter(|name| !name.is_empty());
        let name = named.cloned().unwrap_or_else(|| part.to_string());
        node.attributes.insert("region".to_owned(), Value::from(name));
    }
    Ok(())
}
