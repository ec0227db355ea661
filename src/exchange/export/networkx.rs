//! JSON of NetworkX, adjacency form, as GerryChain's `Graph.from_json` reads it.
//!
//! Nodes are areas, by code. All flows stand in the graph attribute `flows`, as
//! `[residence, workplace, commuters]`: programs that do not know it carry it along.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Edge, Export};

pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    let instance = export.instance;
    let code = |area: usize| instance.areas[area].code.as_str();
    let mut about = vec![json!(["name", instance.name]), json!(["title", instance.title])];
    if let Some(division) = export.division {
        about.push(json!(["division", division.name]));
    }
    let flows: Vec<Value> = instance
        .flows
        .triples()
        .map(|(from, to, count)| json!([code(from), code(to), count]))
        .collect();
    about.push(json!(["flows", flows]));
    writeln!(out, "{{\"directed\": false, \"multigraph\": false,")?;
    writeln!(out, "\"graph\": {},", Value::from(about))?;
    let nodes = (0..instance.num_areas()).map(|area| node(export, area));
    write_list(out, "nodes", nodes)?;
    writeln!(out, ",")?;
    let rows = export.neighbours().into_iter().map(|row| {
        let neighbours = row.into_iter().map(|(other, edge)| neighbour(code(other), edge));
        neighbours.collect::<Value>()
    });
    write_list(out, "adjacency", rows)?;
    writeln!(out, "}}")
}

/// A list with an entry per line.
fn write_list(
    out: &mut dyn Write,
    key: &str,
    values: impl Iterator<Item = Value>,
) -> io::Result<()> {
    write!(out, "\"{key}\": [")?;
    for (at, value) in values.enumerate() {
        write!(out, "{}\n{value}", if at == 0 { "" } else { "," })?;
    }
    write!(out, "\n]")
}

fn node(export: &Export<'_>, at: usize) -> Value {
    let area = &export.instance.areas[at];
    let mut node = json!({
        "id": area.code,
        "code": area.code,
        "name": area.name,
        "population": area.population,
        "employed_residents": area.employed_residents,
        "jobs": area.jobs,
    });
    if !area.county.is_empty() {
        node["county"] = Value::from(area.county.as_str());
    }
    if let Some(region) = export.region(at) {
        node["region"] = Value::from(region);
    }
    node
}

fn neighbour(code: &str, edge: &Edge) -> Value {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), Value::from(code));
    fields.insert("kind".to_owned(), Value::from(edge.kind()));
    fields.insert("commuters".to_owned(), Value::from(edge.commuters));
    if let Some(km) = edge.border_km {
        fields.insert("border_km".to_owned(), Value::from(km));
    }
    if !edge.note.is_empty() {
        fields.insert("note".to_owned(), Value::from(edge.note.as_str()));
    }
    Value::Object(fields)
}
