//! Graphs as other programs write them into adjacency, with what their nodes say about areas: JSON of
//! NetworkX, which GerryChain reads and writes, GraphML, and METIS.
//!
//! A node attribute `region` is a division of the areas. Graphs that this program
//! [exports](crate::export) come back as they went, as far as the format carries them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::file_name::bent;
use regionfront_model::instance::{
    Division, DivisionRegion, Flows, LARGEST, Link, LinkKind, closest, counted, shorten,
};

use super::spelling::Spelling;
use super::{Part, exchange_codes, some_of, source};

mod graphml;
mod metis;
mod networkx;

/// Formats of graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// NetworkX's JSON, adjacency or node-link.
    Networkx,
    /// GraphML.
    Graphml,
    /// METIS.
    Metis,
}

/// What the ends of links are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Ids of nodes.
    Ids,
    /// Positions of nodes in their list, from 0.
    Positions,
}

/// How a graph is to be read. Node attributes that are not named are guessed.
#[derive(Clone, Debug)]
pub struct GraphOptions {
    /// Format; by the beginning of the file when not given.
    pub format: Option<GraphFormat>,
    /// Attribute that holds the code; the node's own name when there is none.
    pub code: Option<String>,
    /// Attribute that holds the name of the area.
    pub name: Option<String>,
    /// Attribute that holds the population.
    pub population: Option<String>,
    /// Attribute that holds the region of a division.
    pub division: Option<String>,
    /// Parts of the nodes of a METIS graph, a number per line.
    pub partition: Option<PathBuf>,
    /// Digits of a code.
    pub code_width: Option<usize>,
    /// Kind of the links that do not say theirs.
    pub kind: LinkKind,
    /// What the ends of links in node-link JSON are, where that was said.
    pub ends: Option<Ends>,
}

impl Default for GraphOptions {
    fn default() -> Self {
        Self {
            format: None,
            code: None,
            name: None,
            population: None,
            division: None,
            partition: None,
            code_width: None,
            kind: LinkKind::Land,
            ends: None,
        }
    }
}

/// A graph as it stands in a file.
#[derive(Debug, Default)]
struct Graph {
    /// What the file says about itself.
    title: Option<String>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Flows between nodes, where the file holds them.
    flows: Option<Vec<(String, String, u64)>>,
    /// Name of the division in the nodes.
    division: Option<String>,
    /// The attribute that names the nodes, where their ids only number them.
    own_names: Option<String>,
    /// Names of the parts of a partition.
    part_names: BTreeMap<usize, String>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Node {
    /// Place in the file.
    at: String,
    id: String,
    attributes: BTreeMap<String, Value>,
}

#[derive(Debug, Default)]
struct Edge {
    /// Indices of nodes.
    from: usize,
    to: usize,
    attributes: BTreeMap<String, Value>,
}

// igraph keeps the names of nodes of NetworkX under one of its own.
const CODES: [&str; 6] = ["code", "kommunenummer", "geoid", "geoid20", "geoid10", "_nx_name"];
const NAMES: [&str; 4] = ["name", "namelsad", "name20", "label"];
const POPULATIONS: [&str; 5] = ["population", "totpop", "tot_pop", "pop", "p0010001"];

/// Reads a graph.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read(path: &Path, options: &GraphOptions) -> Result<Part, Defects> {
    let (file, bytes) = source::bytes(path)?;
    let partition = options.partition.as_deref().map(source::bytes).transpose()?;
    let partition = partition.as_ref().map(|(file, bytes)| (file.as_str(), bytes.as_slice()));
    parse(&file, &bytes, partition, options)
}

/// Reads a graph from the bytes of a file, and those of a partition with its name.
///
/// # Errors
/// Everything that is wrong with them.
pub fn parse(
    file: &str,
    bytes: &[u8],
    partition: Option<(&str, &[u8])>,
    options: &GraphOptions,
) -> Result<Part, Defects> {
    let (text, assumed) = source::text(file, bytes)?;
    if let Some(what) = foreign(&text).filter(|_| options.format.is_none()) {
        let cure = "write the graph as GraphML, or as JSON of NetworkX; pairs of neighbours alone are the table \
                    adjacency.csv of a folder, with the columns a,b,kind";
        return Err(
            source::format(file, format!("the file is {what}, which is not read"), cure).into()
        );
    }
    let format = options.format.unwrap_or(match text.trim_start().chars().next() {
        Some('{' | '[') => GraphFormat::Networkx,
        Some('<') => GraphFormat::Graphml,
        _ => GraphFormat::Metis,
    });
    let mut graph = match format {
        GraphFormat::Networkx => networkx::read(file, &text, options.ends)?,
        GraphFormat::Graphml => graphml::read(file, &text)?,
        GraphFormat::Metis => metis::read(
            file,
            &text,
            options.population.as_deref().is_some_and(|key| key != "none"),
        )?,
    };
    graph.notes.extend(assumed);
    if let Some((file, bytes)) = partition {
        metis::read_partition(file, &source::text(file, bytes)?.0, &mut graph)?;
    }
    part_of(file, &graph, options)
}

/// What a text is that none of the formats begins like.
fn foreign(text: &str) -> Option<&'static str> {
    let is_remark =
        |line: &&str| line.is_empty() || line.starts_with(['#', '%']) || line.starts_with("/*");
    if text.trim_start().to_lowercase().starts_with("%%matrixmarket") {
        return Some("a matrix of Matrix Market");
    }
    let first = text.lines().map(str::trim).find(|line| !is_remark(line))?;
    let begins = |word: &str| first.to_lowercase().starts_with(word);
    if begins("graph [") || begins("creator ") || first == "graph" {
        Some("GML")
    } else if begins("*vertices") || begins("*network") {
        Some("a network of Pajek")
    } else if ["graph ", "digraph ", "strict "].iter().any(|word| begins(word)) {
        Some("a graph of Graphviz (DOT)")
    } else if begins(">>graph6<<") || begins(">>sparse6<<") {
        Some("a graph in graph6 or sparse6")
    } else if first.starts_with(['{', '[']) {
        None
    } else if first.starts_with('<') {
        text.lines().take(10).any(|line| line.contains("<gexf")).then_some("GEXF of Gephi")
    } else {
        let has_words = first.chars().any(char::is_alphabetic);
        let is_header = first.split_whitespace().all(|word| word.parse::<u64>().is_ok());
        if first.contains([',', ';', '\t']) && has_words {
            Some("a table of text")
        } else {
            (!is_header).then_some("a list of edges or of neighbours, or of another format")
        }
    }
}

fn part_of(file: &str, graph: &Graph, options: &GraphOptions) -> Result<Part, Defects> {
    if graph.nodes.is_empty() {
        return Err(source::format(file, "the graph has no nodes", "export it again").into());
    }
    let mut defects = Defects::default();
    let code_key = key(file, graph, options.code.as_deref(), &CODES, &mut defects)
        .or_else(|| graph.own_names.clone());
    let name_key = key(file, graph, options.name.as_deref(), &NAMES, &mut defects)
        .filter(|key| options.name.is_some() || code_key.as_ref() != Some(key));
    let population_key = match options.population.as_deref() {
        Some("none") => None,
        asked => key(file, graph, asked, &POPULATIONS, &mut defects),
    };
    let region_key = if let Some(asked) = options.division.as_deref() {
        key(file, graph, Some(asked), &[], &mut defects)
    } else {
        let has = |node: &Node| node.attributes.contains_key("region");
        graph.nodes.iter().any(has).then(|| "region".to_owned())
    };
    let spelled = codes_of(graph, code_key.as_deref(), &mut defects);
    let spelling = Spelling::of(file, spelled.iter().cloned(), options.code_width, &mut defects);
    let full: Vec<String> = spelled.iter().map(|code| spelling.full(code)).collect();
    let index = index_of(graph, &full, &mut defects);
    let mut part = Part::of_codes(index.keys());
    let place: Vec<usize> = full.iter().map(|code| index.get(code).copied().unwrap_or(0)).collect();
    for (node, &at) in graph.nodes.iter().zip(&place) {
        let area = &mut part.instance.areas[at];
        let text = |key: &str| node.attributes.get(key).and_then(word);
        area.name = name_key.as_deref().and_then(text).unwrap_or_default();
        area.county = text("county").unwrap_or_default();
    }
    let figure = |key: &str, defects: &mut Defects| figures(graph, key, defects);
    if let Some(figures) = population_key.as_deref().and_then(|key| figure(key, &mut defects)) {
        for (count, &at) in figures.iter().zip(&place) {
            part.instance.areas[at].population = *count;
        }
        part.holds.population = true;
    } else if options.population.is_none() {
        part.account.notes.extend(some_have(graph, &POPULATIONS));
    }
    let has_employment = ["employed_residents", "jobs"]
        .iter()
        .all(|key| graph.nodes.iter().all(|node| node.attributes.contains_key(*key)));
    if has_employment
        && let Some(employed) = figure("employed_residents", &mut defects)
        && let Some(jobs) = figure("jobs", &mut defects)
    {
        for ((employed, jobs), &at) in employed.iter().zip(&jobs).zip(&place) {
            let area = &mut part.instance.areas[at];
            (area.employed_residents, area.jobs) = (*employed, *jobs);
        }
        part.holds.employment = true;
    }
    part.account.count_of("areas", part.instance.areas.len());
    part.account.note(match &code_key {
        Some(key) => format!("codes are in the attribute `{key}`"),
        None => "codes are the names of the nodes".to_owned(),
    });
    link(file, graph, &place, options.kind, &mut part, &mut defects);
    if let Some(flows) = &graph.flows {
        add_flows(file, graph, flows, &place, &mut part, &mut defects);
    }
    if let Some(key) = &region_key {
        let fallback = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        let name = graph.division.as_deref().unwrap_or(&fallback);
        let division = division(graph, key, &place, name);
        let number = counted(division.regions.len(), "region");
        part.account.note(format!("the attribute `{key}` is a division into {number}"));
        part.instance.divisions.insert(division.name.clone(), division);
    }
    for note in &graph.notes {
        part.account.note(note);
    }
    part.instance.oddities.extend(spelling.oddity);
    part.instance.title = graph.title.clone().unwrap_or_default();
    defects.into_result()?;
    Ok(part)
}

/// The attribute that is meant: the one asked for, else the first guess that every node has.
fn key(
    file: &str,
    graph: &Graph,
    asked: Option<&str>,
    guesses: &[&str],
    defects: &mut Defects,
) -> Option<String> {
    let keys: BTreeSet<&String> =
        graph.nodes.iter().flat_map(|node| node.attributes.keys()).collect();
    let Some(asked) = asked else {
        let is_everywhere =
            |key: &str| graph.nodes.iter().all(|node| node.attributes.contains_key(key));
        return guesses.iter().find_map(|guess| {
            keys.iter()
                .find(|key| key.eq_ignore_ascii_case(guess) && is_everywhere(key))
                .map(|key| (*key).clone())
        });
    };
    if keys.iter().any(|key| *key == asked) {
        return Some(asked.to_owned());
    }
    let meant = closest(asked, keys.iter().map(|key| key.as_str()))
        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let all: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let all = if all.is_empty() { "no attributes at all".to_owned() } else { some_of(&all) };
    defects.push(Defect::new(
        exchange_codes::PROPERTY,
        file,
        format!("no node has an attribute `{}`", shorten(asked)),
        format!("{meant}There are {all}"),
    ));
    None
}

/// The code of every node, as the file spells it.
fn codes_of(graph: &Graph, key: Option<&str>, defects: &mut Defects) -> Vec<String> {
    let mut spelled = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let code = match key {
            None => Some(node.id.clone()),
            Some(key) => node.attributes.get(key).and_then(word),
        };
        let code = code.filter(|code| !code.is_empty()).unwrap_or_else(|| {
            defects.push(Defect::new(
                exchange_codes::PROPERTY,
                node.at.clone(),
                format!("the node `{}` has no code", shorten(&node.id)),
                "give every node a code, or name another attribute with --code",
            ));
            String::new()
        });
        spelled.push(code);
    }
    spelled
}

fn index_of(graph: &Graph, full: &[String], defects: &mut Defects) -> BTreeMap<String, usize> {
    let mut first: BTreeMap<&String, usize> = BTreeMap::new();
    for (at, code) in full.iter().enumerate() {
        if let Some(earlier) = first.insert(code, at).filter(|_| !code.is_empty()) {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                graph.nodes[at].at.clone(),
                format!(
                    "the code `{}` is already that of {}",
                    shorten(code),
                    graph.nodes[earlier].at
                ),
                "keep one node per area, or name another attribute with --code",
            ));
        }
    }
    first.keys().enumerate().map(|(at, code)| ((*code).clone(), at)).collect()
}

/// A whole number per node, or its defects.
fn figures(graph: &Graph, key: &str, defects: &mut Defects) -> Option<Vec<u64>> {
    let before = defects.0.len();
    let texts: Vec<(String, String, String)> = graph
        .nodes
        .iter()
        .map(|node| {
            let text = node.attributes.get(key).and_then(word).unwrap_or_default();
            let at = format!("{}, attribute {key}", node.at);
            (at, format!("`{}`", shorten(&node.id)), text)
        })
        .collect();
    let figures: Vec<u64> =
        source::counts(&texts, defects).into_iter().map(Option::unwrap_or_default).collect();
    let sum = figures.iter().fold(0_u64, |sum, figure| sum.saturating_add(*figure));
    if sum > LARGEST {
        defects.push(source::no_count(key, "the sum", &sum.to_string()));
    }
    (defects.0.len() == before).then_some(figures)
}

/// What to say where an attribute of one of these names is that of some nodes and not of all.
fn some_have(graph: &Graph, names: &[&str]) -> Option<String> {
    let is_named = |key: &&String| names.contains(&key.to_lowercase().as_str());
    let key = graph.nodes.iter().find_map(|node| node.attributes.keys().find(is_named))?;
    let have = graph.nodes.iter().filter(|node| node.attributes.contains_key(key)).count();
    (have < graph.nodes.len()).then(|| {
        format!(
            "`{key}` is an attribute of {have} of {}, and was left alone",
            counted(graph.nodes.len(), "node")
        )
    })
}

/// Edges into links. An edge may stand in both directions, and may name several kinds.
fn link(
    file: &str,
    graph: &Graph,
    place: &[usize],
    default: LinkKind,
    part: &mut Part,
    defects: &mut Defects,
) {
    let mut links: BTreeMap<(usize, usize, LinkKind), Link> = BTreeMap::new();
    let mut own = 0_usize;
    let mut weightless: BTreeSet<(usize, usize)> = BTreeSet::new();
    for edge in &graph.edges {
        let (from, to) = (place[edge.from], place[edge.to]);
        if is_weightless(edge) {
            weightless.insert((from.min(to), from.max(to)));
            continue;
        }
        if from == to {
            own += 1;
            continue;
        }
        let text = |key: &str| edge.attributes.get(key).and_then(word).unwrap_or_default();
        let said = text("kind");
        let kinds: Vec<&str> = said.split('+').filter(|kind| !kind.is_empty()).collect();
        let border = edge.attributes.get("border_km").and_then(number);
        let mut add = |kind: LinkKind, border_km| {
            let (a, b) = (from.min(to), from.max(to));
            let link = Link { a, b, kind, border_km, note: text("note") };
            links.entry((a, b, kind)).or_insert(link);
        };
        if kinds.is_empty() {
            add(default, border);
        }
        for (at, kind) in kinds.iter().enumerate() {
            match kind.parse::<LinkKind>() {
                Ok(kind) => add(kind, border.filter(|_| at == 0)),
                Err(error) => defects.push(source::format(
                    graph.nodes[edge.from].at.clone(),
                    format!("an edge to `{}`: {error}", shorten(&graph.nodes[edge.to].id)),
                    "correct the attribute `kind` of the edge, or drop it",
                )),
            }
        }
    }
    let pairs: BTreeSet<(usize, usize)> = links.keys().map(|&(a, b, _)| (a, b)).collect();
    part.account.count_of("pairs of neighbours", pairs.len());
    part.instance.links = links.into_values().collect();
    part.holds.links = true;
    weightless.retain(|pair| !pairs.contains(pair));
    if !weightless.is_empty() {
        let areas = &part.instance.areas;
        let shown: Vec<String> = weightless
            .iter()
            .map(|&(a, b)| format!("{}–{}", areas[a].code, areas[b].code))
            .collect();
        part.account.note(format!("edges of weight 0, which are no links: {}", some_of(&shown)));
    }
    if own > 0 {
        let what = format!("{} from a node to itself", counted(own, "edge"));
        part.odd(
            exchange_codes::LEFT_OUT,
            file,
            what,
            "left out: an area is not its own neighbour",
        );
    }
}

/// Whether an edge has a weight of 0, which is no neighbour, as in [weights](super::weights).
fn is_weightless(edge: &Edge) -> bool {
    let has_key = |key: &&String| key.eq_ignore_ascii_case("weight");
    let weight = edge.attributes.keys().find(has_key).and_then(|key| word(&edge.attributes[key]));
    weight.and_then(|weight| weight.parse::<f64>().ok()) == Some(0.0)
}

fn add_flows(
    file: &str,
    graph: &Graph,
    flows: &[(String, String, u64)],
    place: &[usize],
    part: &mut Part,
    defects: &mut Defects,
) {
    let index: BTreeMap<&str, usize> =
        graph.nodes.iter().zip(place).map(|(node, &at)| (node.id.as_str(), at)).collect();
    let mut triples = Vec::with_capacity(flows.len());
    let mut sum = 0_u64;
    for (from, to, count) in flows {
        match (index.get(from.as_str()), index.get(to.as_str())) {
            (Some(&from), Some(&to)) => triples.push((from, to, *count)),
            (known, _) => {
                let unknown = if known.is_none() { from } else { to };
                defects.push(Defect::new(
                    exchange_codes::UNLISTED,
                    format!("{file}, graph, flows"),
                    format!("a flow names `{}`, which is no node", shorten(unknown)),
                    "add the node, or drop the flow",
                ));
            }
        }
        sum = sum.saturating_add(*count);
    }
    if sum > LARGEST {
        defects.push(source::no_count(file, "the sum of flows", &sum.to_string()));
        return;
    }
    part.account.count_of("flows", triples.len());
    part.instance.flows = Flows::from_triples(part.instance.areas.len(), triples);
    part.holds.flows = true;
}

/// Areas by the value of an attribute; nodes without one stand in no region.
fn division(graph: &Graph, key: &str, place: &[usize], name: &str) -> Division {
    let mut regions: Vec<DivisionRegion> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (node, &area) in graph.nodes.iter().zip(place) {
        let Some(region) = node.attributes.get(key).and_then(word) else { continue };
        if region.is_empty() {
            continue;
        }
        let at = *known.entry(region.clone()).or_insert(regions.len());
        if at == regions.len() {
            regions.push(DivisionRegion { name: region, areas: Vec::new() });
        }
        regions[at].areas.push(area);
    }
    for region in &mut regions {
        region.areas.sort_unstable();
    }
    Division { name: bent(name), regions }
}

/// A text, a number or a truth value, as text.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(source::number_as_word(number)),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite() && *number >= 0.0)
}
