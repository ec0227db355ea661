//! Spatial weights into adjacency.

use std::collections::BTreeSet;

use regionfront::import::weights::{WeightsFormat, WeightsOptions, parse, read};
use regionfront::instance::LinkKind;

use super::{codes_of, oddities, pair, pairs, recorded};

fn five() -> BTreeSet<(String, String)> {
    BTreeSet::from([
        pair("0301", "3001"),
        pair("0301", "3002"),
        pair("3001", "3002"),
        pair("3002", "3003"),
    ])
}

fn of(format: WeightsFormat) -> WeightsOptions {
    WeightsOptions { format: Some(format), ..WeightsOptions::default() }
}

#[test]
fn files_of_libpysal_are_read() {
    let part = read(&recorded("libpysal.gal"), &WeightsOptions::default()).expect("sound");
    assert_eq!(pairs(&part), five());
    assert_eq!(part.instance.areas.len(), 5, "the island is there");
    assert!(part.instance.oddities.is_empty());
    let part = read(&recorded("libpysal.gwt"), &WeightsOptions::default()).expect("sound");
    assert_eq!(pairs(&part), five());
    assert_eq!(part.instance.areas.len(), 4, "GWT does not name the island");
    let notes = part.account.notes.join("\n");
    assert!(notes.contains("1 area have no neighbour") || notes.contains("no code"), "{notes}");
}

#[test]
fn both_headers_and_odd_lines_are_read() {
    let geoda = "0 3 areas code\n301 1\n3001\n3001 2\n301 3002\n3002 0\n";
    let options = WeightsOptions { kind: LinkKind::Ferry, ..of(WeightsFormat::Gal) };
    let part = parse("x", geoda.as_bytes(), &options).expect("sound");
    assert_eq!(pairs(&part), BTreeSet::from([pair("0301", "3001"), pair("3001", "3002")]));
    assert!(part.instance.links.iter().all(|link| link.kind == LinkKind::Ferry));
    assert_eq!(oddities(&part, "W190").len(), 1);
    assert!(oddities(&part, "W191")[0].contains("3001 lists 3002"));
    // Windows line ends, blank lines, and an area that lists itself.
    let odd = "\r\n2\r\n\r\nA 2\r\nA B\r\n\r\nB 1\r\nA\r\n";
    let part = parse("x.gal", odd.as_bytes(), &WeightsOptions::default()).expect("sound");
    assert_eq!(pairs(&part), BTreeSet::from([pair("A", "B")]));
    assert_eq!(oddities(&part, "W195").len(), 1);
    // Without a name, the lines tell the format.
    let gwt = "0 3 areas code\nA B 1.5\nB A 1.5\nA C 0\n";
    let part = parse("x", gwt.as_bytes(), &WeightsOptions::default()).expect("sound");
    assert_eq!(pairs(&part), BTreeSet::from([pair("A", "B")]));
}

#[test]
fn broken_weights_are_told() {
    let gal = |text: &str| codes_of(parse("x", text.as_bytes(), &of(WeightsFormat::Gal)));
    assert_eq!(gal(""), ["E190"]);
    assert_eq!(gal("areas\nA 0\n"), ["E190"], "header");
    assert_eq!(gal("3\nA 1\nB\nB 1\nA\n"), ["E190"], "cut short");
    assert_eq!(gal("2\nA 2\nB\nB 1\nA\n"), ["E190"], "fewer neighbours than said");
    assert_eq!(gal("2\nA 1\nB\nA 1\nB\n"), ["E192"], "twice");
    assert_eq!(gal("2\nA 1\nC\nB 1\nA\n"), ["E193"], "no entry");
    assert_eq!(gal("2\nA x\nB\n"), ["E190"]);
    assert_eq!(gal("99999999999999999999\n"), ["E190"]);
    let gwt = |text: &str| codes_of(parse("x", text.as_bytes(), &of(WeightsFormat::Gwt)));
    assert_eq!(gwt("0 2 a b c\nA B 1\n"), ["E190"]);
    assert_eq!(gwt("0 2 a b\nA B\nA B x\nB A nan\n"), ["E190"; 3], "all at once");
    assert_eq!(gwt("0 2 a b\nA B 1\nA B 2\n"), ["E192"]);
    assert_eq!(gwt("0 1 a b\nA B 1\n"), ["E190"], "more areas than said");
    assert_eq!(codes_of(parse("x", b"\x00\x01\x02", &of(WeightsFormat::Gal))), ["E104"]);
}
