//! GraphML: an undirected graph with typed attributes of nodes and edges.

use std::io::{self, Write};

use super::Export;

/// Attributes: what has them, name, type.
const KEYS: [(&str, &str, &str); 13] = [
    ("graph", "name", "string"),
    ("graph", "title", "string"),
    ("graph", "division", "string"),
    ("node", "name", "string"),
    ("node", "county", "string"),
    ("node", "population", "long"),
    ("node", "employed_residents", "long"),
    ("node", "jobs", "long"),
    ("node", "region", "string"),
    ("edge", "kind", "string"),
    ("edge", "border_km", "double"),
    ("edge", "note", "string"),
    ("edge", "commuters", "long"),
];

pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    let instance = export.instance;
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
    for (of, name, kind) in KEYS {
        writeln!(
            out,
            "  <key id=\"{of}_{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
        )?;
    }
    writeln!(out, "  <graph edgedefault=\"undirected\">")?;
    let about = [
        ("name", Some(instance.name.as_str())),
        ("title", Some(instance.title.as_str())),
        ("division", export.division.map(|division| division.name.as_str())),
    ];
    for (name, text) in about {
        data(out, 4, "graph", name, text.unwrap_or_default())?;
    }
    for (at, area) in instance.areas.iter().enumerate() {
        writeln!(out, "    <node id=\"{}\">", escaped(&area.code))?;
        let figures = [
            ("name", area.name.clone()),
            ("county", area.county.clone()),
            ("population", area.population.to_string()),
            ("employed_residents", area.employed_residents.to_string()),
            ("jobs", area.jobs.to_string()),
            ("region", export.region(at).unwrap_or_default().to_owned()),
        ];
        for (name, text) in figures {
            data(out, 6, "node", name, &text)?;
        }
        writeln!(out, "    </node>")?;
    }
    for (&(a, b), edge) in &export.edges {
        let (a, b) = (escaped(&instance.areas[a].code), escaped(&instance.areas[b].code));
        writeln!(out, "    <edge source=\"{a}\" target=\"{b}\">")?;
        let border = edge.border_km.map_or_else(String::new, |km| km.to_string());
        let figures = [
            ("kind", edge.kind()),
            ("border_km", border),
            ("note", edge.note.clone()),
            ("commuters", edge.commuters.to_string()),
        ];
        for (name, text) in figures {
            data(out, 6, "edge", name, &text)?;
        }
        writeln!(out, "    </edge>")?;
    }
    writeln!(out, "  </graph>")?;
    writeln!(out, "</graphml>")
}

/// An attribute, unless it is empty.
fn data(out: &mut dyn Write, indent: usize, of: &str, name: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(out, "{:indent$}<data key=\"{of}_{name}\">{}</data>", "", escaped(text))
}

/// Text as XML holds it. Control characters, which it cannot hold, become spaces.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            control if control.is_control() => escaped.push(' '),
            plain => escaped.push(plain),
        }
    }
    escaped
}
