//! Edges of weight 0 are no links, in every format that knows weights; and what weights cannot be.

use std::sync::Arc;

use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use regionfront::import::graph::{self, GraphOptions};
use regionfront::import::weights::{self, WeightsFormat, WeightsOptions};

use super::{codes_of, oddities, pair, pairs};

#[test]
fn edges_of_weight_0_are_no_links_in_any_format() {
    let wanted = [pair("A", "B")].into();
    let of_graph = |name: &str, text: &str| {
        let part = graph::parse(name, text.as_bytes(), None, &GraphOptions::default());
        part.unwrap_or_else(|defects| panic!("{name}: {defects}"))
    };
    for (name, text) in [
        (
            "adjacency.json",
            r#"{"nodes":[{"id":"A"},{"id":"B"},{"id":"C"}],"adjacency":[[{"id":"B","weight":1},
                {"id":"C","weight":0}],[{"id":"A","weight":1},{"id":"C","weight":0.0}],[{"id":"A","weight":0}]]}"#,
        ),
        (
            "links.json",
            r#"{"nodes":[{"id":"A"},{"id":"B"},{"id":"C"}],"links":[{"source":"A","target":"B","weight":0.5},
                {"source":"B","target":"C","weight":"0"},{"source":"A","target":"C","weight":-0.0}]}"#,
        ),
        (
            "g.graphml",
            r#"<graphml><key id="w" for="edge" attr.name="Weight" attr.type="double"><default>0</default></key>
                <graph edgedefault="undirected"><node id="A"/><node id="B"/><node id="C"/>
                <edge source="A" target="B"><data key="w">2</data></edge>
                <edge source="B" target="C"><data key="w">0.0</data></edge>
                <edge source="A" target="C"/></graph></graphml>"#,
        ),
        ("m.graph", "% area 1 A\n% area 2 B\n% area 3 C\n3 3 001\n2 5 3 0\n1 5 3 0\n1 0 2 0\n"),
    ] {
        let part = of_graph(name, text);
        assert_eq!(pairs(&part), wanted, "{name}");
        assert_eq!(part.instance.areas.len(), 3, "{name}");
        let notes = part.account.notes.join("; ");
        assert!(
            notes.contains("edges of weight 0, which are no links: A–C; B–C"),
            "{name}: {notes}"
        );
    }
    let gwt = "0 3 x y\nA B 1\nB A 1\nB C 0\nA C 0.0\n";
    let options = WeightsOptions { format: Some(WeightsFormat::Gwt), ..WeightsOptions::default() };
    let part = weights::parse("w.gwt", gwt.as_bytes(), &options).expect("sound");
    assert_eq!(pairs(&part), wanted);
    let rows = [("A", "B", 1.0), ("B", "A", 1.0), ("C", "C", 0.0), ("A", "C", 0.0)];
    let part =
        weights::parse("w.parquet", &texts(&rows), &WeightsOptions::default()).expect("sound");
    assert_eq!(pairs(&part), wanted);
}

/// A pair with an edge of weight 0 beside another is linked by that one.
#[test]
fn an_edge_of_weight_0_takes_no_other_away() {
    let text = r#"{"multigraph":true,"nodes":[{"id":"A"},{"id":"B"}],"links":[
        {"source":"A","target":"B","key":0,"weight":0},{"source":"A","target":"B","key":1,"weight":3}]}"#;
    let part = graph::parse("x", text.as_bytes(), None, &GraphOptions::default()).expect("sound");
    assert_eq!(pairs(&part), [pair("A", "B")].into());
    assert!(!part.account.notes.iter().any(|note| note.contains("weight 0")));
}

/// A graph of `libpysal.graph` with ids as texts.
fn texts(rows: &[(&str, &str, f64)]) -> Vec<u8> {
    let rows: Vec<_> =
        rows.iter().map(|&(a, b, weight)| (Some(a), Some(b), Some(weight))).collect();
    written(&rows)
}

type End<'a> = Option<&'a str>;

/// The same, where anything may be missing.
fn written(rows: &[(End<'_>, End<'_>, Option<f64>)]) -> Vec<u8> {
    let schema = "message schema { OPTIONAL BINARY focal (UTF8); OPTIONAL BINARY neighbor (UTF8);
        OPTIONAL DOUBLE weight; }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    for column in 0..2 {
        let end = |row: &(End<'_>, End<'_>, Option<f64>)| {
            if column == 0 { row.0.map(str::to_owned) } else { row.1.map(str::to_owned) }
        };
        let ends: Vec<Option<String>> = rows.iter().map(end).collect();
        let levels: Vec<i16> = ends.iter().map(|end| i16::from(end.is_some())).collect();
        let values: Vec<ByteArray> =
            ends.iter().flatten().map(|text| ByteArray::from(text.as_str())).collect();
        let mut writer = group.next_column().expect("a column").expect("a column");
        writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).expect("texts");
        writer.close().expect("a column");
    }
    let levels: Vec<i16> = rows.iter().map(|row| i16::from(row.2.is_some())).collect();
    let values: Vec<f64> = rows.iter().filter_map(|row| row.2).collect();
    let mut column = group.next_column().expect("a column").expect("a column");
    column.typed::<DoubleType>().write_batch(&values, Some(&levels), None).expect("numbers");
    column.close().expect("a column");
    group.close().expect("a group");
    writer.close().expect("a file");
    bytes
}

/// The same, with ids as numbers of one kind each.
fn numbered(rows: &[(i64, f64)]) -> Vec<u8> {
    let schema = "message schema { REQUIRED INT64 focal; REQUIRED DOUBLE neighbor; }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let whole: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let mut column = group.next_column().expect("a column").expect("a column");
    column.typed::<Int64Type>().write_batch(&whole, None, None).expect("numbers");
    column.close().expect("a column");
    let float: Vec<f64> = rows.iter().map(|row| row.1).collect();
    let mut column = group.next_column().expect("a column").expect("a column");
    column.typed::<DoubleType>().write_batch(&float, None, None).expect("numbers");
    column.close().expect("a column");
    group.close().expect("a group");
    writer.close().expect("a file");
    bytes
}

#[test]
fn graphs_in_parquet_hold_what_such_a_graph_can() {
    let read = |bytes: &[u8]| weights::parse("w.parquet", bytes, &WeightsOptions::default());
    let part = read(&numbered(&[(301, 1507.0), (1507, 301.0)])).expect("numbers are ids");
    assert_eq!(pairs(&part), [pair("0301", "1507")].into());
    let part = read(&texts(&[("A", "A", 1.0), ("A", "B", 1.0), ("B", "A", 1.0)])).expect("sound");
    assert_eq!(oddities(&part, "W195").len(), 1, "a link of an area with itself is told");
    let one_way = read(&texts(&[("A", "B", 1.0), ("B", "B", 0.0)])).expect("sound");
    assert_eq!(oddities(&one_way, "W191").len(), 1);
    let twice = texts(&[("A", "B", 1.0), ("A", "B", 2.0), ("B", "A", 1.0)]);
    assert_eq!(codes_of(read(&twice)), ["E192"]);
    let stranger = texts(&[("A", "B", 1.0), ("B", "A", 1.0), ("A", "C", 1.0)]);
    assert_eq!(codes_of(read(&stranger)), ["E193"], "C has no row of its own");
    let nan = texts(&[("A", "B", f64::NAN), ("B", "A", 1.0), ("C", "A", f64::INFINITY)]);
    assert_eq!(codes_of(read(&nan)), ["E190", "E190"]);
    let nameless = written(&[(None, Some("A"), Some(1.0)), (Some("A"), None, Some(1.0))]);
    assert_eq!(codes_of(read(&nameless)), ["E190", "E190"]);
    let weightless = written(&[(Some("A"), Some("B"), None), (Some("B"), Some("A"), Some(1.0))]);
    assert_eq!(codes_of(read(&weightless)), ["E190"], "an empty weight is no weight");
}

/// GML and others were told that they are no METIS graph.
#[test]
fn graphs_in_formats_that_are_not_read_are_called_by_their_names() {
    for (text, what) in [
        ("graph [\n  node [ id 0 label \"A\" ]\n]\n", "GML"),
        ("Creator \"igraph\"\nVersion 1\ngraph\n[\n]\n", "GML"),
        ("*Vertices 2\n1 \"A\"\n2 \"B\"\n*Edges\n1 2\n", "Pajek"),
        ("graph { A -- B }\n", "Graphviz"),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 1\n", "Matrix Market"),
        ("source,target\nA,B\n", "a table"),
        ("/* Created by igraph */\ngraph {\n  A -- B;\n}\n", "Graphviz"),
        (">>graph6<<Cr\n", "graph6"),
        ("<?xml version='1.0'?>\n<gexf version=\"1.2\"><graph/></gexf>\n", "GEXF"),
        ("#networkx\n0301 1103 {}\n", "a list of edges"),
    ] {
        let told = graph::parse("x", text.as_bytes(), None, &GraphOptions::default());
        let told = told.expect_err("it is not read");
        assert_eq!(told.0[0].code, "E190");
        assert!(told.0[0].what.contains(what), "{told}");
        assert!(told.0[0].cure.contains("GraphML"), "{told}");
    }
}
