//! Graphs of other programs into adjacency, figures and divisions.

use std::collections::BTreeSet;

use regionfront::import::Part;
use regionfront::import::graph::{GraphFormat, GraphOptions, parse, read};
use regionfront::instance::LinkKind;

use super::{codes_of, oddities, pair, pairs, recorded};

fn parsed(text: &str, options: &GraphOptions) -> Part {
    parse("x", text.as_bytes(), None, options).unwrap_or_else(|defects| panic!("{defects}"))
}

#[test]
fn graphs_of_networkx_and_gerrychain_are_read() {
    let files = [
        "networkx-adjacency.json",
        "networkx-node-link.json",
        "networkx.graphml",
        "gerrychain.json",
    ];
    for file in files {
        let part = read(&recorded(file), &GraphOptions::default()).expect(file);
        let instance = &part.instance;
        let labels: Vec<String> =
            instance.areas.iter().map(regionfront::instance::Area::label).collect();
        assert_eq!(
            labels,
            ["Harbour (0301)", "Alder (3001)", "Birch & Co (3002)", "Cedar (3003)", "Dune (3004)"],
            "{file}"
        );
        assert!(part.holds.population && part.holds.employment, "{file}");
        assert_eq!(instance.areas[0].population, 90_000);
        assert_eq!(instance.areas[1].jobs, 6_480);
        let kinds: Vec<(usize, usize, LinkKind)> =
            instance.links.iter().map(|link| (link.a, link.b, link.kind)).collect();
        assert_eq!(
            kinds,
            [
                (0, 1, LinkKind::Land),
                (0, 2, LinkKind::Land),
                (1, 2, LinkKind::Land),
                (1, 2, LinkKind::Ferry),
                (2, 3, LinkKind::FixedLink),
                (3, 4, LinkKind::SeaLink),
            ],
            "{file}"
        );
        assert_eq!(instance.links[1].border_km, Some(7.25), "{file}");
        assert_eq!(instance.links[3].note, "ferry in winter", "{file}");
        let division = instance.divisions.values().next().expect("the attribute region");
        assert_eq!(division.regions.len(), 2);
        assert_eq!(division.regions[0].name, "South");
        assert_eq!(division.regions[0].areas, [0, 1]);
    }
}

#[test]
fn ids_of_other_kinds_are_read() {
    let text = r#"{"directed": false, "multigraph": false, "graph": [],
        "nodes": [{"GEOID20": 1001, "TOTPOP": 5.0, "id": 0}, {"GEOID20": 48001, "TOTPOP": 3, "id": 1},
                  {"GEOID20": 48003, "TOTPOP": 2, "id": [0, 1]}],
        "adjacency": [[{"id": 1}], [{"id": 0}], [{"id": 1}, {"id": [0, 1]}]]}"#;
    let part = parsed(text, &GraphOptions::default());
    assert_eq!(pairs(&part), BTreeSet::from([pair("01001", "48001"), pair("48001", "48003")]));
    assert_eq!(part.instance.areas[0].population, 5);
    assert_eq!(oddities(&part, "W190").len(), 1);
    assert_eq!(oddities(&part, "W195").len(), 1, "an edge to itself");
    let options = GraphOptions { code: Some("GEOID".into()), ..GraphOptions::default() };
    let defects = parse("x", text.as_bytes(), None, &options).expect_err("no such attribute");
    assert!(defects.0[0].cure.contains("did you mean `GEOID20`"), "{}", defects.0[0].cure);
}

#[test]
fn metis_graphs_and_partitions_are_read() {
    // The example of METIS's manual, figure 2 (d): weights on nodes and edges.
    let text = "% comment\n7 11 011\n4 5 1 3 2 2 1\n2 1 1 3 2 4 1\n5 5 3 4 2 2 2 1 2\n\
                3 2 1 3 2 6 2 7 5\n1 1 1 3 3 6 2\n6 5 2 4 2 7 6\n2 6 6 4 5\n";
    let options = GraphOptions { population: Some("weight".into()), ..GraphOptions::default() };
    let read = parse("x", text.as_bytes(), Some(("p", b"0\n0\n1\n1\n0\n2\n2\n")), &options);
    // The weight is no attribute of that name.
    assert_eq!(codes_of(read), ["E191"]);
    let options = GraphOptions { population: Some("population".into()), ..options };
    let part = parse("x", text.as_bytes(), Some(("p", b"0\n0\n1\n1\n0\n2\n2\n")), &options)
        .unwrap_or_else(|defects| panic!("{defects}"));
    assert_eq!(pairs(&part).len(), 11);
    let populations: Vec<u64> = part.instance.areas.iter().map(|area| area.population).collect();
    assert_eq!(populations, [4, 2, 5, 3, 1, 6, 2]);
    let division = part.instance.divisions.values().next().expect("the partition");
    let regions: Vec<&[usize]> = division.regions.iter().map(|r| r.areas.as_slice()).collect();
    assert_eq!(regions, [&[0, 1, 4][..], &[2, 3], &[5, 6]]);
    // Nodes without neighbours have empty lines, at the end, too.
    let part = parsed("3 1\n2\n1\n\n", &GraphOptions::default());
    assert_eq!(pairs(&part), BTreeSet::from([pair("1", "2")]));
    assert_eq!(part.instance.areas.len(), 3);
}

#[test]
fn broken_graphs_are_told() {
    let codes = |text: &str| codes_of(parse("x", text.as_bytes(), None, &GraphOptions::default()));
    assert_eq!(codes("{"), ["E190"]);
    assert_eq!(codes("{}"), ["E190"]);
    assert_eq!(codes(r#"{"nodes": []}"#), ["E190"]);
    assert_eq!(codes(r#"{"nodes": [{"id": 1}]}"#), ["E190"], "no edges at all");
    assert_eq!(codes(r#"{"nodes": [], "links": []}"#), ["E190"], "no nodes");
    assert_eq!(codes(r#"{"nodes": [{"id": 1}, {}], "links": []}"#), ["E190"]);
    assert_eq!(codes(r#"{"nodes": [{"id": 1}, {"id": "1"}], "links": []}"#), ["E192"]);
    assert_eq!(codes(r#"{"nodes": [{"id": 1}], "adjacency": []}"#), ["E190"]);
    assert_eq!(codes(r#"{"nodes": [{"id": 1}], "adjacency": [[{"id": 2}]]}"#), ["E193"]);
    assert_eq!(codes(r#"{"nodes": [{"id": 1}], "links": [{"source": 1, "target": 7}]}"#), ["E193"]);
    assert_eq!(codes(r#"{"nodes": [{"id": 1, "pop": -4}], "links": []}"#), ["E196"]);
    assert_eq!(codes("<graphml>"), ["E190"]);
    assert_eq!(codes("<html/>"), ["E190"]);
    assert_eq!(codes("<graphml/>"), ["E190"]);
    let graphml = |body: &str| format!("<graphml><graph>{body}</graph></graphml>");
    assert_eq!(codes(&graphml("<node/>")), ["E190"]);
    assert_eq!(codes(&graphml(r#"<node id="a"/><node id="a"/>"#)), ["E192"]);
    let loose = r#"<node id="a"/><edge source="a" target="b"/><edge target="a"/>"#;
    assert_eq!(codes(&graphml(loose)), ["E193", "E193"]);
    assert_eq!(codes("2 x\n2\n1\n"), ["E190"]);
    assert_eq!(codes("3 1\n2\n1"), ["E190"], "a line too few");
    assert_eq!(codes("2 1\n2\n1\n1\n"), ["E190"], "a line too many");
    assert_eq!(codes("2 1\n3\n0\n"), ["E190", "E190"]);
    assert_eq!(codes("2 2\n2\n1\n"), ["E190"], "an edge too few");
    assert_eq!(codes("2 1 001\n2\n1 5\n"), ["E190"], "no weight");
    let partition = |text: &str| {
        let graph = "2 1\n2\n1\n";
        codes_of(parse(
            "x",
            graph.as_bytes(),
            Some(("p", text.as_bytes())),
            &GraphOptions::default(),
        ))
    };
    assert_eq!(partition("0\n"), ["E198"]);
    assert_eq!(partition("0\nx\n"), ["E190"]);
    let forced = GraphOptions { format: Some(GraphFormat::Graphml), ..GraphOptions::default() };
    assert_eq!(codes_of(parse("x", b"2 1\n2\n1\n", None, &forced)), ["E190"]);
}

/// What GraphML says of nodes without data was not looked at, and figures of some nodes were dropped
/// without a word.
#[test]
fn defaults_of_graphml_hold_and_gaps_are_told() {
    let graph = |default: &str| {
        format!(
            r#"<graphml><key id="p" for="node" attr.name="population" attr.type="int">{default}</key>
            <graph edgedefault="undirected"><node id="A"/><node id="B"><data key="p">9</data></node>
            <edge source="A" target="B"/></graph></graphml>"#
        )
    };
    let part = parsed(&graph("<default>7</default>"), &GraphOptions::default());
    let people: Vec<u64> = part.instance.areas.iter().map(|area| area.population).collect();
    assert!(part.holds.population && people == [7, 9]);
    let part = parsed(&graph(""), &GraphOptions::default());
    assert!(!part.holds.population);
    let notes = part.account.notes.join("\n");
    assert!(notes.contains("`population` is an attribute of 1 of 2 nodes"), "{notes}");
}
