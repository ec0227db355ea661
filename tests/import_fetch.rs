//! Fetching tables, against a server of our own that answers, refuses, dawdles and breaks off. No
//! test asks the real service.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use regionfront::defect::Defects;
use regionfront::import::pxweb::fetch::{Fetched, Settings, fetch};
use regionfront::import::pxweb::{Request, build};
use regionfront::instance::Instance;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

// ---- a service ----------------------------------------------------------------------------------

/// Municipalities with their texts; Trondheim changed its code, Orkdal became part of Orkland.
const PLACES: [(&str, &str); 7] = [
    ("0301", "Oslo kommune"),
    ("1601", "Trondheim (-2017)"),
    ("1638", "Orkdal (-2017)"),
    ("5001", "Trondheim - Tråante (2018-)"),
    ("5059", "Orkland (2020-)"),
    ("2111", "Spitsbergen"),
    ("9999", "Unknown"),
];

/// Commuters by residence and workplace in 2017.
const FLOWS: [(&str, &str, u64); 7] = [
    ("0301", "0301", 5000),
    ("0301", "1601", 40),
    ("0301", "9999", 7),
    ("1601", "0301", 60),
    ("1601", "1601", 2000),
    ("1638", "1601", 90),
    ("1638", "1638", 300),
];

const PEOPLE: [(&str, u64); 3] = [("0301", 8000), ("1601", 3000), ("1638", 500)];

/// What somebody asked for.
#[derive(Clone, Debug)]
struct Asked {
    table: String,
    /// Values by variable; `None` for a question about the table itself.
    query: Option<BTreeMap<String, Vec<String>>>,
}

/// What a server does with a question.
#[derive(Clone, Debug)]
enum Reply {
    /// What the service would say.
    Right,
    /// A status, headers and a text.
    Say(u16, &'static str, String),
    /// What the service would say, cut off: with the length it should have, or without any.
    CutOff { is_length_told: bool },
    /// What the service would say, in chunks; all of them, or not the last.
    Chunked { is_whole: bool },
    /// What the service would say, compressed; all of it, or half.
    Compressed { is_whole: bool },
    /// Half of what the service would say, and then nothing for so long.
    Dawdle(Duration),
    /// Nothing for so long, and then nothing at all.
    Silence(Duration),
    /// The connection is closed at once.
    Close,
}

/// A service that does what a list says, question by question, and then as it should.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/en/table", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let server = Self { url, asked: Arc::clone(&asked) };
        let replies = Arc::new(Mutex::new(replies.into_iter()));
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, replies) = (Arc::clone(&asked), Arc::clone(&replies));
                std::thread::spawn(move || {
                    let Some(question) = heard(&stream) else { return };
                    asked.lock().expect("no panic").push(question.clone());
                    let reply = replies.lock().expect("no panic").next().unwrap_or(Reply::Right);
                    // Whoever asked may be gone.
                    let _ = answer(stream, &question, &reply);
                });
            }
        });
        server
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// How many questions were for cells.
    fn queries(&self) -> usize {
        self.asked().iter().filter(|asked| asked.query.is_some()).count()
    }

    fn settings(&self, kept: &Path) -> Settings {
        Settings {
            url: self.url.clone(),
            per_minute: 1000,
            pause: Duration::from_millis(1),
            timeout: Duration::from_secs(20),
            ..Settings::ssb(kept)
        }
    }
}

fn heard(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let query: Option<Json> = serde_json::from_slice(&body).ok();
    let query = query.map(|query| {
        assert_eq!(query["response"]["format"], "json-stat2");
        let selections = query["query"].as_array().expect("a list").iter();
        selections
            .map(|selection| {
                assert_eq!(selection["selection"]["filter"], "item");
                let values = selection["selection"]["values"].as_array().expect("a list");
                let values = values.iter().map(|value| value.as_str().expect("a code").to_owned());
                (selection["code"].as_str().expect("a code").to_owned(), values.collect())
            })
            .collect()
    });
    Some(Asked { table: path.rsplit('/').next()?.to_owned(), query })
}

fn answer(mut stream: TcpStream, asked: &Asked, reply: &Reply) -> std::io::Result<()> {
    let right = || match &asked.query {
        None => metadata(&asked.table).to_string(),
        Some(query) => dataset(&asked.table, query).to_string(),
    };
    let half = |whole: &[u8]| whole[..whole.len() / 2].to_vec();
    let (status, headers, body, length) = match reply {
        Reply::Right => {
            let body = right();
            let length = Some(body.len());
            (200, "", body.into_bytes(), length)
        }
        Reply::Say(status, headers, body) => {
            (*status, *headers, body.clone().into_bytes(), Some(body.len()))
        }
        Reply::CutOff { is_length_told } => {
            let whole = right();
            let length = is_length_told.then_some(whole.len());
            (200, "", half(whole.as_bytes()), length)
        }
        Reply::Chunked { is_whole } => {
            let mut body = Vec::new();
            for chunk in right().as_bytes().chunks(50) {
                write!(body, "{:x}\r\n", chunk.len())?;
                body.extend_from_slice(chunk);
                body.extend_from_slice(b"\r\n");
            }
            if *is_whole {
                body.extend_from_slice(b"0\r\n\r\n");
            }
            (200, "Transfer-Encoding: chunked\r\n", body, None)
        }
        Reply::Compressed { is_whole } => {
            let body = compressed(right().as_bytes());
            let body = if *is_whole { body } else { half(&body) };
            let length = Some(body.len());
            (200, "Content-Encoding: gzip\r\n", body, length)
        }
        Reply::Dawdle(time) => {
            let whole = right();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len())?;
            stream.write_all(&half(whole.as_bytes()))?;
            stream.flush()?;
            std::thread::sleep(*time);
            return Ok(());
        }
        Reply::Silence(time) => {
            std::thread::sleep(*time);
            return Ok(());
        }
        Reply::Close => return Ok(()),
    };
    write!(stream, "HTTP/1.1 {status} Status\r\nConnection: close\r\n{headers}")?;
    if let Some(length) = length {
        write!(stream, "Content-Length: {length}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&body)?;
    stream.flush()
}

/// Bytes in the form of gzip, in blocks that are not made smaller.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let last = bytes.len().div_ceil(60_000).saturating_sub(1);
    for (at, block) in bytes.chunks(60_000).enumerate() {
        let length = u16::try_from(block.len()).expect("blocks are small");
        packed.push(u8::from(at == last));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
    let crc = !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    });
    packed.extend(crc.to_le_bytes());
    packed.extend(u32::try_from(bytes.len()).expect("answers are small").to_le_bytes());
    packed
}

fn variable(code: &str, values: &[(&str, &str)], is_eliminated: bool) -> Json {
    let codes: Vec<&str> = values.iter().map(|value| value.0).collect();
    let texts: Vec<&str> = values.iter().map(|value| value.1).collect();
    json!({ "code": code, "text": code, "values": codes, "valueTexts": texts,
            "elimination": is_eliminated })
}

fn metadata(table: &str) -> Json {
    let years = variable("Tid", &[("2016", "2016"), ("2017", "2017"), ("2018", "2018")], false);
    let all: Vec<(&str, &str)> = [("0", "The whole country")].into_iter().chain(PLACES).collect();
    let variables = if table == "03321" {
        json!([
            variable("ArbstedKomm", &all, false),
            variable("Bokommuen", &all, false),
            variable("ContentsCode", &[("Sysselsatte", "Employed persons")], false),
            years
        ])
    } else {
        let counties = [("16", "Sør-Trøndelag (-2017)"), ("50", "Trøndelag (2018-)")];
        let regions: Vec<(&str, &str)> = all.into_iter().chain(counties).collect();
        json!([
            variable("Region", &regions, true),
            variable("Kjonn", &[("1", "Males"), ("2", "Females")], true),
            variable("Alder", &[("000", "0 years"), ("001", "1 year")], true),
            variable("ContentsCode", &[("Personer1", "Persons")], false),
            years
        ])
    };
    json!({ "title": format!("{table}: a table"), "variables": variables })
}

/// What the service says to a query: the last variable runs fastest.
fn dataset(table: &str, query: &BTreeMap<String, Vec<String>>) -> Json {
    let ids: &[&str] = if table == "03321" {
        &["ArbstedKomm", "Bokommuen", "ContentsCode", "Tid"]
    } else {
        &["Region", "ContentsCode", "Tid"]
    };
    let texts: BTreeMap<&str, &str> = PLACES.into_iter().chain([("16", "Sør-Trøndelag")]).collect();
    let mut dimensions = serde_json::Map::new();
    for &id in ids {
        let index: serde_json::Map<String, Json> =
            query[id].iter().enumerate().map(|(at, code)| (code.clone(), at.into())).collect();
        let label: serde_json::Map<String, Json> = query[id]
            .iter()
            .map(|code| (code.clone(), (*texts.get(code.as_str()).unwrap_or(&"")).into()))
            .filter(|(_, text)| text != "")
            .collect();
        dimensions.insert(id.to_owned(), json!({ "category": { "index": index, "label": label } }));
    }
    let values: Vec<u64> = if table == "03321" {
        let pairs = query["ArbstedKomm"]
            .iter()
            .flat_map(|work| query["Bokommuen"].iter().map(move |live| (live, work)));
        let figure = |(live, work): (&String, &String)| {
            FLOWS.iter().find(|flow| flow.0 == live && flow.1 == work).map_or(0, |flow| flow.2)
        };
        pairs.map(figure).collect()
    } else {
        let figure = |code: &String| PEOPLE.iter().find(|of| of.0 == code).map_or(0, |of| of.1);
        query["Region"].iter().map(figure).collect()
    };
    let size: Vec<usize> = ids.iter().map(|&id| query[id].len()).collect();
    json!({ "class": "dataset", "version": "2.0", "label": format!("{table}: a table"), "id": ids,
            "size": size, "dimension": dimensions, "value": values })
}

// ---- asking it ----------------------------------------------------------------------------------

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

/// Flows and population of 2017.
fn ask(settings: &Settings) -> Result<Fetched, Defects> {
    fetch(settings, Some(2017), Some(None), &mut |_| {})
}

fn built(fetched: Fetched) -> Instance {
    let request = Request {
        commuting: fetched.commuting,
        population: fetched.population,
        year: Some(fetched.year),
        ..Request::default()
    };
    build(&request).expect("the service tells the truth").instance
}

#[track_caller]
fn is_right(instance: &Instance) {
    let people: Vec<(&str, u64)> =
        instance.areas.iter().map(|area| (area.code.as_str(), area.population)).collect();
    assert_eq!(people, PEOPLE);
    let names: Vec<&str> = instance.areas.iter().map(|area| area.name.as_str()).collect();
    assert_eq!(names, ["Oslo", "Trondheim", "Orkdal"]);
    assert_eq!(instance.areas[2].county, "Sør-Trøndelag");
    assert_eq!(instance.flows.total_between(), 190);
    assert_eq!(instance.flows.total_own(), 7300);
    assert_eq!(instance.external[0].to, [7, 0, 0]);
}

#[test]
fn a_year_is_fetched_with_the_codes_valid_in_it() {
    let (server, kept) = (Server::start(Vec::new()), folder());
    let fetched = ask(&server.settings(kept.path())).expect("the service answers");
    is_right(&built(fetched));
    let asked = server.asked();
    assert_eq!(asked.len(), 4, "what the table holds, and the cells, of two tables");
    let flows = asked[1].query.as_ref().expect("a query");
    let valid = ["0301", "1601", "1638", "2111", "9999"].map(str::to_owned);
    assert_eq!((&flows["ArbstedKomm"], &flows["Bokommuen"]), (&valid.to_vec(), &valid.to_vec()));
    assert_eq!(
        (flows["ContentsCode"][0].as_str(), flows["Tid"][0].as_str()),
        ("Sysselsatte", "2017")
    );
    let people = asked[3].query.as_ref().expect("a query");
    assert!(people["Region"].contains(&"16".to_owned()), "counties, for their names");
    assert!(
        !people.contains_key("Kjonn") && !people.contains_key("Alder"),
        "summed by the service"
    );
}

#[test]
fn parts_make_the_whole_and_stay_below_the_limit() {
    let (server, kept) = (Server::start(Vec::new()), folder());
    let settings = Settings { cells: 6, ..server.settings(kept.path()) };
    let fetched = ask(&settings).expect("the service answers");
    assert!(fetched.commuting.len() > 4);
    is_right(&built(fetched));
    for asked in server.asked() {
        let cells: usize = asked.query.iter().flat_map(BTreeMap::values).map(Vec::len).product();
        assert!(cells <= 6, "{asked:?}");
    }
}

#[test]
fn what_is_kept_is_not_asked_for_again() {
    let (server, kept) = (Server::start(Vec::new()), folder());
    let settings = Settings { cells: 6, ..server.settings(kept.path()) };
    let first = ask(&settings).expect("the service answers");
    let before = server.queries();
    let again = ask(&settings).expect("the service answers");
    assert_eq!(server.queries(), before);
    assert_eq!((again.commuting, again.population), (first.commuting, first.population));
    // A kept answer that is damaged is asked for again.
    let damaged = std::fs::read_dir(kept.path()).expect("a folder").flatten().next();
    std::fs::write(damaged.expect("an answer").path(), "{").expect("it can be damaged");
    is_right(&built(ask(&settings).expect("the service answers")));
    assert_eq!(server.queries(), before + 1);
}

#[test]
fn a_fetch_that_was_cut_off_goes_on_where_it_was() {
    let broken = Reply::Say(503, "", "later".into());
    let replies = [vec![Reply::Right; 3], vec![broken; 3]].concat();
    let (server, kept) = (Server::start(replies), folder());
    let settings = Settings { cells: 6, retries: 2, ..server.settings(kept.path()) };
    let defects = ask(&settings).map(|_| ()).expect_err("the third part does not come");
    assert!(defects.has("E178"), "{defects}");
    let text = defects.to_string();
    assert!(
        text.contains("asked 3 times") && text.contains("503") && text.contains("later"),
        "{text}"
    );
    assert_eq!(std::fs::read_dir(kept.path()).expect("a folder").count(), 2);
    let before = server.queries();
    let fetched = ask(&settings).expect("the service is well again");
    let parts = fetched.commuting.len() + fetched.population.len();
    assert_eq!(server.queries() - before, parts - 2);
    is_right(&built(fetched));
}

#[test]
fn faults_that_pass_are_waited_out() {
    let faults = [
        Reply::Say(429, "Retry-After: 0\r\n", "slow down".into()),
        Reply::Say(500, "", "<html>oops</html>".into()),
        Reply::Say(502, "", String::new()),
        Reply::CutOff { is_length_told: true },
        Reply::CutOff { is_length_told: false },
        Reply::Chunked { is_whole: false },
        Reply::Compressed { is_whole: false },
        Reply::Say(200, "", "<html>maintenance</html>".into()),
        Reply::Say(200, "", "{\"class\": \"dataset\"}".into()),
        Reply::Close,
    ];
    for fault in faults {
        // Once for what the table holds, once for its cells.
        let replies = vec![fault.clone(), Reply::Right, fault.clone()];
        let (server, kept) = (Server::start(replies), folder());
        let fetched = ask(&server.settings(kept.path()));
        is_right(&built(fetched.unwrap_or_else(|defects| panic!("{fault:?}: {defects}"))));
        assert_eq!(server.asked().len(), 6, "{fault:?}");
    }
}

#[test]
fn answers_may_come_in_chunks_and_compressed() {
    for form in [Reply::Chunked { is_whole: true }, Reply::Compressed { is_whole: true }] {
        let (server, kept) = (Server::start(vec![form.clone(); 4]), folder());
        let fetched = ask(&server.settings(kept.path()));
        is_right(&built(fetched.unwrap_or_else(|defects| panic!("{form:?}: {defects}"))));
        assert_eq!(server.asked().len(), 4, "{form:?}");
    }
}

#[test]
fn the_service_says_how_long_to_wait() {
    let replies = vec![Reply::Say(429, "Retry-After: 1\r\n", String::new())];
    let (server, kept) = (Server::start(replies), folder());
    let begin = Instant::now();
    ask(&server.settings(kept.path())).expect("it answers after a second");
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

#[test]
fn silence_ends_with_the_time_limit() {
    let silence = Reply::Silence(Duration::from_secs(30));
    for slow in [silence.clone(), Reply::Dawdle(Duration::from_secs(30))] {
        let (server, kept) = (Server::start(vec![slow]), folder());
        let timeout = Duration::from_millis(800);
        let settings = Settings { timeout, ..server.settings(kept.path()) };
        let begin = Instant::now();
        is_right(&built(ask(&settings).expect("the second try is answered")));
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
    let (server, kept) = (Server::start(vec![silence; 3]), folder());
    let settings = Settings {
        timeout: Duration::from_millis(200),
        retries: 1,
        ..server.settings(kept.path())
    };
    let defects = ask(&settings).map(|_| ()).expect_err("nobody answers");
    assert!(defects.has("E178") && defects.to_string().contains("asked 2 times"), "{defects}");
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    for (status, text) in [
        (404, "{\"error\": \"The table does not exist\"}"),
        (400, "The request is malformed"),
        (403, "Too many values selected"),
    ] {
        let (server, kept) = (Server::start(vec![Reply::Say(status, "", text.into())]), folder());
        let defects = ask(&server.settings(kept.path())).map(|_| ()).expect_err("it is refused");
        assert!(defects.has("E179"), "{defects}");
        let said = defects.to_string();
        assert!(said.contains(&status.to_string()) && said.contains(text), "{said}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[test]
fn an_answer_with_other_cells_than_asked_for_is_not_taken() {
    let mut query = BTreeMap::new();
    for (code, values) in [
        ("ArbstedKomm", vec!["0301", "1601"]),
        ("Bokommuen", vec!["0301", "1601"]),
        ("ContentsCode", vec!["Sysselsatte"]),
        ("Tid", vec!["2017"]),
    ] {
        query.insert(code.to_owned(), values.into_iter().map(str::to_owned).collect());
    }
    let less = Reply::Say(200, "", dataset("03321", &query).to_string());
    let (server, kept) = (Server::start(vec![Reply::Right, less.clone(), less]), folder());
    let settings = Settings { retries: 1, ..server.settings(kept.path()) };
    let defects = ask(&settings).map(|_| ()).expect_err("it is a part only");
    assert!(defects.to_string().contains("it lacks ArbstedKomm 1638"), "{defects}");
    assert_eq!(std::fs::read_dir(kept.path()).expect("a folder").count(), 0, "nothing is kept");
}

#[test]
fn nobody_there_and_years_that_are_not_there_are_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let (server, kept) = (Server::start(Vec::new()), folder());
    let settings = Settings { url, retries: 1, ..server.settings(kept.path()) };
    assert!(ask(&settings).map(|_| ()).expect_err("nobody is there").has("E178"));
    let settings = Settings { url: "no address".into(), ..server.settings(kept.path()) };
    assert!(ask(&settings).map(|_| ()).expect_err("it is no address").has("E179"));
    let settings = server.settings(kept.path());
    let defects = fetch(&settings, Some(1999), None, &mut |_| {}).map(|_| ());
    let defects = defects.expect_err("the table begins in 2016");
    assert!(defects.has("E176") && defects.to_string().contains("2016 to 2018"), "{defects}");
}

#[test]
fn the_latest_year_is_taken_unless_one_is_named() {
    let (server, kept) = (Server::start(Vec::new()), folder());
    let settings = server.settings(kept.path());
    let fetched = fetch(&settings, None, None, &mut |_| {}).expect("the service answers");
    assert_eq!((fetched.year, fetched.population.len()), (2018, 0));
}

// ---- the command --------------------------------------------------------------------------------

#[test]
fn the_command_fetches_and_writes_an_instance() {
    let (server, folder) = (Server::start(Vec::new()), folder());
    let links = folder.path().join("links.csv");
    std::fs::write(&links, "a,b,kind\n0301,1601,land\n1601,1638,land\n").expect("room");
    let output = folder.path().join("made");
    let run = |more: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_regionfront"))
            .args(["import", "pxweb", "--fetch", "--year", "2017", "--url", &server.url])
            .arg("--adjacency")
            .arg(&links)
            .arg("-o")
            .arg(&output)
            .args(more)
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (ran.status.code(), text(ran.stdout), text(ran.stderr))
    };
    let (code, stdout, stderr) = run(&[]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("commuters between the areas") && stdout.contains("190"), "{stdout}");
    assert!(stderr.contains("03321: asking for part 1 of 1, 25 cells"), "{stderr}");
    let instance = Instance::load(&output).expect("inspect is content with it");
    is_right(&instance);
    assert!(instance.oddities.is_empty(), "{:?}", instance.oddities);
    assert_eq!(instance.sources.len(), 2);
    let (code, _, stderr) = run(&[]);
    assert!(code == Some(2) && stderr.contains("E402"), "{stderr}");
    let before = server.queries();
    let (code, stdout, _) = run(&["--force", "--format", "json", "--quiet"]);
    assert_eq!(code, Some(0));
    assert_eq!(server.queries(), before, "what is kept is not asked for again");
    let document: Json = serde_json::from_str(&stdout).expect("one JSON document");
    assert_eq!(document["schema"], "regionfront/account/1");
}
