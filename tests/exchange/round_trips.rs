//! Random areas and links, written in every format under random local habits, come back equal or are
//! refused, never different.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::defect::Defects;
use regionfront::import::graph::{Ends, GraphOptions};
use regionfront::import::polygons::PolygonOptions;
use regionfront::import::weights::{WeightsFormat, WeightsOptions};
use regionfront::import::{Part, graph, polygons, weights};

use super::office_files::write_parquet;
use super::pairs;

/// How codes are written.
#[derive(Clone, Copy, Debug)]
enum Codes {
    /// `0301`
    Digits,
    /// `301`, as a spreadsheet leaves it
    Short,
    /// `E06000001`
    Letters,
    /// `Nore og Uvdal 3`
    Blanks,
    /// `Ål 3`
    Foreign,
}

impl Codes {
    fn code(self, at: usize) -> String {
        match self {
            Self::Digits => format!("{:04}", 301 + 7 * at),
            Self::Short => format!("{}", 995 + 7 * at),
            Self::Letters => format!("E{:08}", 6_000_001 + at),
            Self::Blanks => format!("Nore og Uvdal {at}"),
            Self::Foreign => format!("Ål {at}"),
        }
    }

    /// The code as the importers give it: numbers have the digits of the longest.
    fn given(self, at: usize, n: usize) -> String {
        let code = self.code(at);
        let width = self.code(n - 1).len();
        if matches!(self, Self::Short) { format!("{code:0>width$}") } else { code }
    }
}

/// A graph in the order in which its file names areas.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
struct Drawn {
    codes: Codes,
    order: Vec<usize>,
    links: BTreeSet<(usize, usize)>,
    is_both_ways: bool,
    is_crlf: bool,
    is_latin1: bool,
    as_numbers: bool,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let codes = prop_oneof![
        Just(Codes::Digits),
        Just(Codes::Short),
        Just(Codes::Letters),
        Just(Codes::Blanks),
        Just(Codes::Foreign)
    ];
    (codes, 2_usize..9, any::<[bool; 4]>()).prop_flat_map(|(codes, n, habits)| {
        let all: Vec<(usize, usize)> =
            (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
        let links = prop::sample::subsequence(all.clone(), 1..=all.len());
        let order = Just((0..n).collect::<Vec<usize>>()).prop_shuffle();
        (links, order).prop_map(move |(links, order)| Drawn {
            codes,
            order,
            links: links.into_iter().collect(),
            is_both_ways: habits[0],
            is_crlf: habits[1],
            is_latin1: habits[2],
            as_numbers: habits[3],
        })
    })
}

impl Drawn {
    fn wanted(&self) -> BTreeSet<(String, String)> {
        let n = self.order.len();
        let code = |at| self.codes.given(at, n);
        self.links
            .iter()
            .map(|&(a, b)| {
                let (a, b) = (code(a), code(b));
                if a < b { (a, b) } else { (b, a) }
            })
            .collect()
    }

    fn neighbours(&self, at: usize) -> Vec<usize> {
        let other = |&(a, b): &(usize, usize)| match at {
            _ if a == at => Some(b),
            _ if b == at && self.is_both_ways => Some(a),
            _ => None,
        };
        self.links.iter().filter_map(other).collect()
    }

    fn bytes(&self, text: &str) -> Vec<u8> {
        let text = if self.is_crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        if self.is_latin1 {
            text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin")).collect()
        } else {
            text.into_bytes()
        }
    }

    fn gal(&self) -> Vec<u8> {
        let mut text = format!("0 {} areas CODE\n", self.order.len());
        for &at in &self.order {
            let neighbours: Vec<String> =
                self.neighbours(at).into_iter().map(|other| self.codes.code(other)).collect();
            let _ = writeln!(
                text,
                "{} {}\n{}",
                self.codes.code(at),
                neighbours.len(),
                neighbours.join(" ")
            );
        }
        self.bytes(&text)
    }

    fn gwt(&self) -> Vec<u8> {
        let mut text = format!("0 {} areas CODE\n", self.order.len());
        for &at in &self.order {
            for other in self.neighbours(at) {
                let _ = writeln!(text, "{} {} 1.5", self.codes.code(at), self.codes.code(other));
            }
        }
        self.bytes(&text)
    }

    fn id(&self, at: usize) -> String {
        let code = self.codes.code(at);
        match self.codes {
            Codes::Short if self.as_numbers => code,
            _ => format!("\"{code}\""),
        }
    }

    fn node_link(&self) -> Vec<u8> {
        let nodes: Vec<String> =
            self.order.iter().map(|&at| format!(r#"{{"id":{}}}"#, self.id(at))).collect();
        let links: Vec<String> = self
            .links
            .iter()
            .map(|&(a, b)| if self.is_both_ways { (a, b) } else { (b, a) })
            .map(|(a, b)| format!(r#"{{"source":{},"target":{}}}"#, self.id(a), self.id(b)))
            .collect();
        let text = format!(r#"{{"nodes":[{}],"links":[{}]}}"#, nodes.join(","), links.join(","));
        self.bytes(&text)
    }

    fn graphml(&self) -> Vec<u8> {
        let mut text = String::from(
            "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n\
             <graph id=\"G\" edgedefault=\"undirected\">\n",
        );
        for &at in &self.order {
            let _ = writeln!(text, "<node id=\"{}\"/>", self.codes.code(at));
        }
        for &(a, b) in &self.links {
            let (a, b) = (self.codes.code(a), self.codes.code(b));
            let _ = writeln!(text, "<edge source=\"{a}\" target=\"{b}\"/>");
        }
        self.bytes(&(text + "</graph>\n</graphml>\n"))
    }

    /// As `adjacency_data` of NetworkX and GerryChain write it.
    fn adjacency(&self) -> Vec<u8> {
        let beside = |at: usize| {
            let ids = self
                .neighbours(at)
                .into_iter()
                .map(|other| format!(r#"{{"id":{}}}"#, self.id(other)));
            format!("[{}]", ids.collect::<Vec<_>>().join(","))
        };
        let nodes: Vec<String> =
            self.order.iter().map(|&at| format!(r#"{{"id":{}}}"#, self.id(at))).collect();
        let beside: Vec<String> = self.order.iter().map(|&at| beside(at)).collect();
        let text = format!(
            r#"{{"directed":false,"multigraph":false,"graph":[],"nodes":[{}],"adjacency":[{}]}}"#,
            nodes.join(","),
            beside.join(",")
        );
        self.bytes(&text)
    }

    /// As `libpysal.graph` writes it: both ways, and areas without neighbours beside themselves.
    fn parquet(&self) -> Vec<u8> {
        let mut rows = Vec::new();
        for &at in &self.order {
            let beside = self.links.iter().filter_map(|&(a, b)| match at {
                _ if a == at => Some(b),
                _ if b == at => Some(a),
                _ => None,
            });
            let beside: Vec<usize> = beside.collect();
            let code = self.codes.code(at);
            if beside.is_empty() {
                rows.push((code.clone(), code.clone(), 0.0));
            }
            rows.extend(
                beside.into_iter().map(|other| (code.clone(), self.codes.code(other), 1.0)),
            );
        }
        write_parquet(&rows)
    }

    /// The same squares as those of `row_of_squares`, with arcs that neighbours share, in whole numbers
    /// of a grid or in degrees.
    fn topology(&self) -> Vec<u8> {
        let n = self.order.len();
        let is_quantised = self.is_both_ways;
        let arc = |from: [usize; 2], to: [usize; 2]| {
            if is_quantised {
                // Each position but the first is told by its distance from the one before.
                let step = [to[0] - from[0], to[1] - from[1]];
                format!("[[{},{}],[{},{}]]", from[0], from[1], step[0], step[1])
            } else {
                let place = |[x, y]: [usize; 2]| format!("[10.{x},60.{y}]");
                format!("[{},{}]", place(from), place(to))
            }
        };
        let uprights = (0..=n).map(|at| arc([at, 0], [at, 1]));
        let floors = (0..n).map(|at| arc([at, 0], [at + 1, 0]));
        let roofs = (0..n).map(|at| arc([at, 1], [at + 1, 1]));
        let arcs: Vec<String> = uprights.chain(floors).chain(roofs).collect();
        let shapes: Vec<String> = self
            .order
            .iter()
            .enumerate()
            .map(|(at, &area)| {
                // Backwards is the complement.
                let ring = format!("{},{},-{},-{}", n + 1 + at, at + 1, 2 * n + 2 + at, at + 1);
                let id = self.id(area);
                format!(r#"{{"type":"Polygon","properties":{{"code":{id}}},"arcs":[[{ring}]]}}"#)
            })
            .collect();
        let transform = if is_quantised {
            r#""transform":{"scale":[0.1,0.1],"translate":[10,60]},"#
        } else {
            ""
        };
        let text = format!(
            r#"{{"type":"Topology",{transform}"objects":{{"kommuner":{{"type":"GeometryCollection","geometries":[{}]}}}},"arcs":[{}]}}"#,
            shapes.join(","),
            arcs.join(",")
        );
        self.bytes(&text)
    }

    /// Squares in a row, as neighbours as they stand.
    fn row_of_squares(&self) -> (Vec<u8>, BTreeSet<(String, String)>) {
        let n = self.order.len();
        let features: Vec<String> = self
            .order
            .iter()
            .enumerate()
            .map(|(at, &area)| {
                let west = 10.0 + 0.1 * f64::from(u32::try_from(at).expect("few areas"));
                let east = west + 0.1;
                let mut ring = [(west, 60.0), (east, 60.0), (east, 60.1), (west, 60.1), (west, 60.0)];
                if self.is_both_ways {
                    ring.reverse();
                }
                let ring: Vec<String> = ring.iter().map(|(x, y)| format!("[{x:.1},{y}]")).collect();
                format!(
                    r#"{{"type":"Feature","properties":{{"code":{}}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
                    self.id(area),
                    ring.join(",")
                )
            })
            .collect();
        let wanted = self
            .order
            .windows(2)
            .map(|pair| {
                let [a, b] = [pair[0], pair[1]].map(|at| self.codes.given(at, n));
                if a < b { (a, b) } else { (b, a) }
            })
            .collect();
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        (self.bytes(&text), wanted)
    }
}

fn same(
    part: Result<Part, Defects>,
    wanted: &BTreeSet<(String, String)>,
) -> Result<(), TestCaseError> {
    if let Ok(part) = part {
        prop_assert_eq!(&pairs(&part), wanted);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(19),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn links_come_back_or_are_refused(drawn in drawn()) {
        let wanted = drawn.wanted();
        for (format, bytes) in [(WeightsFormat::Gal, drawn.gal()), (WeightsFormat::Gwt, drawn.gwt())] {
            let options = WeightsOptions { format: Some(format), ..WeightsOptions::default() };
            same(weights::parse("x", &bytes, &options), &wanted)?;
        }
        for ends in [None, Some(Ends::Ids)] {
            let options = GraphOptions { ends, ..GraphOptions::default() };
            same(graph::parse("x.json", &drawn.node_link(), None, &options), &wanted)?;
        }
        same(graph::parse("x.json", &drawn.adjacency(), None, &GraphOptions::default()), &wanted)?;
        same(graph::parse("x.graphml", &drawn.graphml(), None, &GraphOptions::default()), &wanted)?;
        same(weights::parse("x.parquet", &drawn.parquet(), &WeightsOptions::default()), &wanted)?;
        let (bytes, wanted) = drawn.row_of_squares();
        same(polygons::parse("x.geojson", &bytes, &PolygonOptions::default()), &wanted)?;
        same(polygons::parse("x.topojson", &drawn.topology(), &PolygonOptions::default()), &wanted)?;
    }
}

/// Where nothing is odd, nothing is refused.
#[test]
fn plain_files_of_every_format_are_read() {
    let drawn = Drawn {
        codes: Codes::Digits,
        order: vec![2, 0, 1],
        links: [(0, 1), (1, 2)].into(),
        is_both_ways: true,
        is_crlf: false,
        is_latin1: false,
        as_numbers: false,
    };
    let of = |format| WeightsOptions { format: Some(format), ..WeightsOptions::default() };
    let (squares, row) = drawn.row_of_squares();
    for (part, wanted) in [
        (weights::parse("x", &drawn.gal(), &of(WeightsFormat::Gal)), drawn.wanted()),
        (weights::parse("x", &drawn.gwt(), &of(WeightsFormat::Gwt)), drawn.wanted()),
        (graph::parse("x", &drawn.node_link(), None, &GraphOptions::default()), drawn.wanted()),
        (graph::parse("x", &drawn.graphml(), None, &GraphOptions::default()), drawn.wanted()),
        (graph::parse("x", &drawn.adjacency(), None, &GraphOptions::default()), drawn.wanted()),
        (weights::parse("x", &drawn.parquet(), &WeightsOptions::default()), drawn.wanted()),
        (polygons::parse("x", &squares, &PolygonOptions::default()), row.clone()),
        (polygons::parse("x", &drawn.topology(), &PolygonOptions::default()), row.clone()),
        (
            polygons::parse(
                "x",
                &Drawn { is_both_ways: false, ..drawn.clone() }.topology(),
                &PolygonOptions::default(),
            ),
            row,
        ),
    ] {
        assert_eq!(pairs(&part.unwrap_or_else(|defects| panic!("{defects}"))), wanted);
    }
}
