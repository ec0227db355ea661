//! Every reader of a file, as a function of bytes: what the drivers of `tests/fuzz` and the targets
//! of `fuzz/` call. Whatever the bytes, a reader ends with a value or with defects that name a code,
//! a place, what is wrong and the cure.

use std::fs;
use std::path::{Path, PathBuf};

use regionfront_exchange::import::graph::{self, GraphFormat, GraphOptions};
use regionfront_exchange::import::matrix::{self, MatrixOptions, Shape};
use regionfront_exchange::import::polygons::{self, PolygonOptions};
use regionfront_exchange::import::weights::{self, WeightsFormat, WeightsOptions};
use regionfront_exchange::import::{Part, published, pxweb};
use regionfront_model::defect::Defects;
use regionfront_model::instance::{Crosswalk, Instance, read_division};
use regionfront_model::quantity::{Share, duration};
use regionfront_model::scenario::{KList, Problem, Scenario};
use tempfile::TempDir;

/// A reader, and sound files for it, by their paths in the project.
pub(crate) struct Reader {
    /// What the trials are counted under.
    pub(crate) name: &'static str,
    /// Reads bytes.
    pub(crate) read: fn(&[u8]),
    /// Files to begin from.
    pub(crate) seeds: &'static [&'static str],
}

/// Readers of instances, scenarios and the formats of others.
pub(crate) const READERS: &[Reader] = &[
    Reader {
        name: "areas",
        read: |it| instance("areas.csv", it),
        seeds: &["instances/tiny/areas.csv"],
    },
    Reader {
        name: "flows",
        read: |it| instance("flows.csv", it),
        seeds: &["instances/tiny/flows.csv"],
    },
    Reader {
        name: "adjacency",
        read: |it| instance("adjacency.csv", it),
        seeds: &["instances/tiny/adjacency.csv"],
    },
    Reader {
        name: "external_flows",
        read: |it| instance("external_flows.csv", it),
        seeds: &["instances/tiny/external_flows.csv"],
    },
    Reader {
        name: "external_areas",
        read: |it| instance("external_areas.csv", it),
        seeds: &["instances/tiny/external_areas.csv"],
    },
    Reader {
        name: "external_adjacency",
        read: |it| instance("external_adjacency.csv", it),
        seeds: &["instances/tiny/external_adjacency.csv"],
    },
    Reader {
        name: "distances",
        read: |it| instance("distances.csv", it),
        seeds: &["instances/tiny/distances.csv"],
    },
    Reader {
        name: "shapes",
        read: |it| instance("areas.geojson", it),
        seeds: &["instances/tiny/areas.geojson"],
    },
    Reader {
        name: "descriptor",
        read: |it| instance("datapackage.json", it),
        seeds: &["instances/tiny/datapackage.json"],
    },
    Reader { name: "division", read: division, seeds: &["instances/tiny/divisions/districts.csv"] },
    Reader {
        name: "crosswalk",
        read: crosswalk,
        seeds: &["instances/tiny/divisions/districts.csv"],
    },
    Reader {
        name: "scenario",
        read: scenario,
        seeds: &[
            "instances/viken-2020/scenarios/default.toml",
            "instances/viken-2020/scenarios/hallingdal_closed.toml",
        ],
    },
    Reader { name: "words", read: words, seeds: &["instances/viken-2020/scenarios/default.toml"] },
    Reader { name: "polygons", read: polygons, seeds: &["instances/tiny/areas.geojson"] },
    Reader {
        name: "graphs",
        read: graphs,
        seeds: &[
            "tests/exchange/files/gerrychain.json",
            "tests/exchange/files/networkx-adjacency.json",
            "tests/exchange/files/networkx-node-link.json",
            "tests/exchange/files/networkx.graphml",
        ],
    },
    Reader { name: "metis", read: metis, seeds: &["tests/fuzz/files/metis.graph"] },
    Reader {
        name: "weights",
        read: weights,
        seeds: &["tests/exchange/files/libpysal.gal", "tests/exchange/files/libpysal.gwt"],
    },
    Reader {
        name: "matrix",
        read: matrix,
        seeds: &["instances/tiny/flows.csv", "tests/fuzz/files/square.csv"],
    },
    Reader { name: "workbook", read: matrix, seeds: &["tests/exchange/files/openpyxl.xlsx"] },
    Reader {
        name: "pxweb",
        read: pxweb,
        seeds: &[
            "tests/pxweb/commuting.csv",
            "tests/pxweb/commuting.json",
            "tests/pxweb/commuting_sparse.json",
            "tests/pxweb/commuting_v1.json",
            "tests/pxweb/population.csv",
            "tests/pxweb/population.json",
        ],
    },
    Reader { name: "published", read: published, seeds: &["instances/tiny/areas.csv"] },
];

/// Reads bytes by the reader of this name.
///
/// # Panics
/// Where there is none, and where a reader is wrong.
#[allow(dead_code, reason = "the targets of fuzz/ call it")]
pub(crate) fn named(name: &str, bytes: &[u8]) {
    let reader = READERS.iter().find(|reader| reader.name == name);
    (reader.expect("a reader of that name").read)(bytes);
}

/// The folder of the project, also from a crate inside of it.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let above = own.ancestors().find(|folder| folder.join("instances/tiny").is_dir());
    above.expect("the project holds an instance").to_owned()
}

/// What is told of defects.
pub(crate) fn told(defects: &Defects) {
    assert!(!defects.0.is_empty(), "a refusal says why");
    for defect in &defects.0 {
        assert!(defect.code.starts_with('E'), "{defect}");
        for text in [&defect.at, &defect.what, &defect.cure] {
            assert!(!text.is_empty(), "{defect}");
        }
    }
    assert!(defects.to_string().len() < 2_000_000, "messages are short");
}

fn ended<T>(result: Result<T, Defects>) {
    if let Err(defects) = result {
        told(&defects);
    }
}

fn part(result: Result<Part, Defects>) {
    match result {
        Err(defects) => told(&defects),
        Ok(part) => {
            let num_areas = part.instance.areas.len();
            assert!(part.instance.links.iter().all(|link| link.a < link.b && link.b < num_areas));
        }
    }
}

/// A folder of this thread with the instance `tiny`.
fn with_folder(work: impl FnOnce(&Path)) {
    thread_local! {
        static FOLDER: TempDir = {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let tiny = root().join("instances/tiny");
            for entry in fs::read_dir(tiny).expect("an instance").flatten() {
                if entry.path().is_file() {
                    fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("room");
                }
            }
            folder
        };
    }
    FOLDER.with(|folder| work(folder.path()));
}

fn instance(file: &str, bytes: &[u8]) {
    with_folder(|folder| {
        fs::write(folder.join(file), bytes).expect("room");
        ended(Instance::load(folder));
        fs::copy(root().join("instances/tiny").join(file), folder.join(file)).expect("room");
    });
}

fn tiny() -> Instance {
    Instance::load(&root().join("instances/tiny")).expect("it loads")
}

fn division(bytes: &[u8]) {
    with_folder(|folder| {
        let path = folder.join("mine.csv");
        fs::write(&path, bytes).expect("room");
        ended(read_division(&path, &tiny()));
    });
}

fn crosswalk(bytes: &[u8]) {
    with_folder(|folder| {
        let path = folder.join("crosswalk");
        fs::write(&path, bytes).expect("room");
        match Crosswalk::read(&path) {
            Err(defects) => told(&defects),
            Ok(crosswalk) => {
                ended(crosswalk.side(&tiny()));
                ended(crosswalk.read_old_division(&path));
            }
        }
    });
}

fn scenario(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Scenario::parse(&text, "s.toml") {
        Err(defects) => told(&defects),
        Ok(scenario) => match Problem::resolve(tiny(), &scenario) {
            Err(defects) => told(&defects),
            Ok(problem) => {
                for k in 0..9 {
                    problem.contradictions(k);
                }
            }
        },
    }
}

/// What stands on command lines.
fn words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for line in text.lines() {
        let _ = line.parse::<KList>();
        let _ = line.parse::<Share>();
        let _ = duration(line);
        let bent = regionfront_model::file_name::bent(line);
        assert_eq!(regionfront_model::file_name::check(&bent), Ok(()), "{line:?}");
        let guarded = regionfront_model::cell::guarded(line);
        assert_eq!(regionfront_model::cell::unguarded(&guarded), line);
    }
}

fn polygons(bytes: &[u8]) {
    part(polygons::parse("x", bytes, &PolygonOptions::default()));
    let snapped = PolygonOptions { snap_m: 5.0, join: true, ..PolygonOptions::default() };
    part(polygons::parse("x", bytes, &snapped));
}

fn graphs(bytes: &[u8]) {
    part(graph::parse("x", bytes, None, &GraphOptions::default()));
}

fn metis(bytes: &[u8]) {
    let options = GraphOptions { format: Some(GraphFormat::Metis), ..GraphOptions::default() };
    part(graph::parse("x", bytes, None, &options));
    part(graph::parse("x", bytes, Some(("p", b"0\n1\n0\n1\n")), &options));
    part(graph::parse("x", b"2 1\n2\n1\n", Some(("p", bytes)), &options));
}

fn weights(bytes: &[u8]) {
    for format in [None, Some(WeightsFormat::Gal), Some(WeightsFormat::Gwt)] {
        part(weights::parse("x", bytes, &WeightsOptions { format, ..WeightsOptions::default() }));
    }
}

fn matrix(bytes: &[u8]) {
    for shape in [None, Some(Shape::Square), Some(Shape::Long)] {
        part(matrix::parse("x", bytes, &MatrixOptions { shape, ..MatrixOptions::default() }));
    }
}

fn pxweb(bytes: &[u8]) {
    match pxweb::Table::parse("x", bytes) {
        Err(defects) => told(&defects),
        Ok(table) => {
            let request = pxweb::Request { commuting: vec![table], ..pxweb::Request::default() };
            ended(pxweb::build(&request));
        }
    }
}

/// A published instance is a folder of tables: the bytes are all of them.
fn published(bytes: &[u8]) {
    with_folder(|folder| {
        let below = folder.join("published/one");
        fs::create_dir_all(&below).expect("room");
        for file in ["nodes.csv", "edges.csv", "meta.json"] {
            fs::write(below.join(file), bytes).expect("room");
        }
        ended(published::read(&folder.join("published")));
    });
}
