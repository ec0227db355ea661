//! The interface: discovery, questions, jobs, results, events, instances, tokens.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use regionfront_testkit::ran::{Ran, command};
use regionfront_testkit::schema::departures;
use serde_json::{Value, json};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::server::{BINARY, Served, instances};

/// A document without what differs from run to run.
fn untimed(mut document: Value) -> Value {
    for result in document["results"].as_array_mut().into_iter().flatten() {
        result.as_object_mut().expect("an object").remove("wall_s");
    }
    document
}

#[test]
fn what_there_is_can_be_found() {
    let served = Served::new();
    let landing = served.get("/").is(200).json();
    for link in landing["links"].as_array().expect("links") {
        served.get(link["href"].as_str().expect("an address")).is(200);
    }
    let conformance = served.get("/conformance").is(200).json();
    let classes = conformance["conformsTo"].as_array().expect("classes");
    assert!(classes.iter().any(|class| class.as_str().is_some_and(|c| c.ends_with("/conf/core"))));
    let processes = served.get("/processes").is(200).json();
    let ids: Vec<&str> = processes["processes"]
        .as_array()
        .expect("processes")
        .iter()
        .map(|process| process["id"].as_str().expect("an id"))
        .collect();
    let wanted = ["solve", "front", "evaluate", "compare", "derive", "explain", "report"];
    assert_eq!(ids, wanted);
    let api = served.get("/api").is(200).json();
    assert_eq!(api["openapi"], "3.1.0");
    for id in ids {
        let process = served.get(&format!("/processes/{id}")).is(200).json();
        assert!(
            process["inputs"].is_object() && process["outputs"]["result"]["schema"].is_object()
        );
        assert!(api["paths"][format!("/processes/{id}/execution")]["post"].is_object());
    }
    served.get("/processes/guess").problem(404, "E602");
    served.get("/nowhere").problem(404, "E602");
    served.ask("PUT", "/jobs", &[], b"").problem(405, "E602");
    served.get("/health/live").is(200);
    served.get("/health/ready").is(200);
    assert!(
        served.get("/metrics").is(200).text().contains("regionfront_jobs{status=\"accepted\"} 0")
    );
}

#[test]
fn an_answer_is_what_the_command_says() {
    let served = Served::new();
    let inputs = json!({"instance": "tiny", "k": "2..4", "min_population": 10_000});
    let answer = served.post("solve", &inputs, &[("Prefer", "wait=60")]).is(200);
    assert!(answer.head.contains("preference-applied: wait=60"), "{}", answer.head);
    let tiny = format!("{}/tiny", instances());
    let output = served.path("out");
    let output = output.to_str().expect("UTF-8");
    let asked = ["solve", &tiny, "--k", "2..4", "--min-population", "10000", "-o", output, "-q"];
    Ran::of(&mut command(BINARY, &asked)).exits(0);
    let wanted = fs::read(served.path("out/solve.json")).expect("solve.json");
    let wanted: Value = serde_json::from_slice(&wanted).expect("JSON");
    assert_eq!(untimed(answer.json()), untimed(wanted));

    // The same question is the same job, and its files are those of the run directory.
    let job = served
        .submit("solve", &json!({"min_population": "10 000", "k": "4,3,2", "instance": "tiny"}));
    let status = served.get(&format!("/jobs/{job}")).is(200).json();
    assert_eq!(status["status"], "successful");
    assert_eq!(status["termination"], "optimal");
    let schema = Ran::of(&mut command(BINARY, &["schema", "solve"])).exits(0).json();
    let result = served.get(&format!("/jobs/{job}/results")).is(200);
    assert_eq!(departures(&schema, &result.json()), Vec::<String>::new());
    assert_eq!(result.body, served.get(&format!("/jobs/{job}/files/solve.json")).is(200).body);
    let files = served.get(&format!("/jobs/{job}/files")).is(200).json();
    for name in ["assignment.csv", "regions.csv", "manifest.json", "divisions/k02.csv"] {
        let listed =
            files["files"].as_array().expect("files").iter().any(|file| file["name"] == name);
        assert!(listed, "{name}: {files}");
    }
    let csv = served.get(&format!("/jobs/{job}/files/assignment.csv")).is(200);
    assert_eq!(csv.body, fs::read(served.path("out/assignment.csv")).expect("a table"));
}

#[test]
fn fronts_are_the_same_bytes() {
    let served = Served::new();
    let inputs = json!({"instance": "tiny", "k": "2..3", "against": "min-population"});
    let answer = served.post("front", &inputs, &[("Prefer", "wait=60")]).is(200);
    let tiny = format!("{}/tiny", instances());
    let ran = Ran::of(&mut command(BINARY, &["front", &tiny, "--k", "2..3", "--format", "json"]));
    assert_eq!(answer.text(), ran.exits(0).stdout);
}

#[test]
fn every_process_answers() {
    let served = Served::new();
    let wait = [("Prefer", "wait=60")];
    let division = json!({"name": "mine", "regions": {"101": "a", "102": "a"}});
    let tiny: Value = served.get("/instances/tiny").is(200).json();
    let own = tiny["divisions"].as_array().expect("divisions").first().cloned();
    let solved = served.submit("solve", &json!({"instance": "tiny", "k": 2}));
    served.until(&solved, "successful");
    let plan = json!({"job": solved, "plan": "k02"});
    let one = own.unwrap_or_else(|| plan.clone());
    let ask = |process: &str, inputs: &Value| served.post(process, inputs, &wait).is(200).json();
    let found = ask("evaluate", &json!({"instance": "tiny", "division": plan}));
    assert!(found["regions"].is_array(), "{found}");
    let found = ask("compare", &json!({"instance": "tiny", "divisions": [one, plan]}));
    assert!(found["pairs"].is_array(), "{found}");
    let found = ask("derive", &json!({"instance": "tiny", "division": plan, "improve": true}));
    assert!(found.is_object(), "{found}");
    let found = ask("explain", &json!({"instance": "tiny", "k": 5, "min_population": 10_000}));
    assert!(found["explanations"].is_array() || found["results"].is_array(), "{found}");
    let found = ask("report", &json!({"job": solved, "only": "html,json"}));
    assert!(found.is_object(), "{found}");
    let reports = served.get("/jobs?processID=report").is(200).json();
    let report = reports["jobs"][0]["jobID"].as_str().expect("an id").to_owned();
    let page = served.get(&format!("/jobs/{report}/report.html")).is(200);
    assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
    served.get(&format!("/jobs/{solved}/report.html")).problem(404, "E604");
    // A division that names areas the instance does not have is a failed job, with the code.
    let inputs = json!({"instance": "tiny", "division": division});
    let failed = served.post("evaluate", &inputs, &wait);
    assert_eq!(failed.status, 422, "{}", failed.text());
}

#[test]
fn a_certificate_is_asked_for_and_given_out() {
    let served = Served::new();
    let asked = json!({"instance": "tiny", "k": 2, "certificate": true, "report": true});
    let job = served.submit("solve", &asked);
    served.until(&job, "successful");
    let claims = served.get(&format!("/jobs/{job}/files/certificates/k02.ndjson")).is(200);
    assert!(claims.text().lines().count() > 1, "{}", claims.text());
    served.get(&format!("/jobs/{job}/certificate")).is(200);
    served.get(&format!("/jobs/{job}/report.html")).is(200);
}

#[test]
fn wrong_questions_are_told_with_code_place_and_cure() {
    let served = Served::new();
    let refused = |process: &str, inputs: &Value, code: &str| {
        served.post(process, inputs, &[]).problem(400, code)
    };
    refused("solve", &json!({"instance": "tiny"}), "E501");
    refused("solve", &json!({"instance": "nowhere", "k": 2}), "E603");
    refused("solve", &json!({"k": 2}), "E603");
    let told = refused("solve", &json!({"instance": "tiny", "k": 2, "min_populaton": 1}), "E603");
    assert!(told["detail"].as_str().is_some_and(|detail| detail.contains("`min_population`?")));
    let rules = json!({"instance": "tiny", "k": 2, "keep_together": [["Dune Isle", "Grove End"]]});
    let told = served.post("solve", &rules, &[]).is(400).json();
    assert!(told["code"].as_str().is_some_and(|code| code.starts_with("E2")), "{told}");
    refused("front", &json!({"instance": "tiny", "k": 2, "against": "beauty"}), "E603");
    refused("evaluate", &json!({"instance": "tiny", "division": "none"}), "E603");
    let json_body = [("Content-Type", "application/json")];
    let path = "/processes/solve/execution";
    served.ask("POST", path, &json_body, b"{").problem(400, "E601");
    served.ask("POST", path, &json_body, b"[]").problem(400, "E601");
    served.ask("POST", path, &json_body, b"{\"inputs\": 3}").problem(400, "E601");
    served.ask("POST", path, &[("Content-Type", "text/plain")], b"{}").problem(415, "E606");
    served.get("/jobs?status=odd").problem(400, "E603");
    served.get("/jobs?limit=0").problem(400, "E603");
    served.get("/jobs/00000000000000000000000000000000").problem(404, "E602");
    let none = served.get("/jobs").is(200).json();
    assert_eq!(none["numberMatched"], 0, "nothing wrong was kept: {none}");
}

#[test]
fn a_key_belongs_to_one_question() {
    let served = Served::with(&["--workers", "0"]);
    let one = json!({"instance": "tiny", "k": 2});
    let key = [("Idempotency-Key", "a-1")];
    let first = served.post("solve", &one, &key).is(201).json();
    let again = served.post("solve", &one, &key).is(201).json();
    assert_eq!(first["jobID"], again["jobID"]);
    served.post("solve", &json!({"instance": "tiny", "k": 3}), &key).problem(422, "E609");
}

#[test]
fn the_queue_has_places_and_an_end() {
    let served = Served::with(&["--workers", "0", "--queue", "2"]);
    let first = served.submit("solve", &json!({"instance": "tiny", "k": 2}));
    let second = served.submit("solve", &json!({"instance": "tiny", "k": 3}));
    let place = |job: &str| served.get(&format!("/jobs/{job}")).is(200).json()["position"].clone();
    assert_eq!((place(&first), place(&second)), (json!(1), json!(2)));
    let full = served.post("solve", &json!({"instance": "tiny", "k": 4}), &[]);
    assert!(full.head.contains("retry-after: "), "{}", full.head);
    full.problem(429, "E607");
    served.get(&format!("/jobs/{first}/results")).problem(404, "E604");
    let dismissed = served.ask("DELETE", &format!("/jobs/{first}"), &[], b"").is(200).json();
    assert_eq!(dismissed["status"], "dismissed");
    assert_eq!(place(&second), json!(1));
    served.get(&format!("/jobs/{first}/results")).problem(410, "E604");
    // Asked again, it is in the queue again, behind.
    assert_eq!(served.submit("solve", &json!({"instance": "tiny", "k": 2})), first);
    assert_eq!(place(&first), json!(2));
    let list = served.get("/jobs?status=accepted&limit=1").is(200).json();
    assert_eq!(
        (list["numberMatched"].clone(), list["jobs"][0]["jobID"].clone()),
        (json!(2), json!(first))
    );
}

#[test]
fn events_are_numbered_and_go_on_where_a_listener_was() {
    let served = Served::new();
    let job = served.submit("solve", &json!({"instance": "tiny", "k": "2..4"}));
    let all = served.get(&format!("/jobs/{job}/events")).is(200);
    assert!(all.head.contains("text/event-stream"), "{}", all.head);
    let text = all.text();
    for kind in ["status", "started", "incumbent", "bound", "finished"] {
        assert!(text.contains(&format!("event: {kind}\n")), "{kind} is not in {text}");
    }
    let numbers: Vec<usize> =
        text.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
    assert!(text.trim_end().ends_with("data: {\"status\":\"successful\"}"), "{text}");
    let half = numbers.len() / 2;
    let half_way = half.to_string();
    let path = format!("/jobs/{job}/events");
    let rest =
        served.ask("GET", &path, &[("Last-Event-ID", half_way.as_str())], b"").is(200).text();
    assert!(text.ends_with(&rest) && rest.starts_with(&format!("id: {}\n", half + 1)), "{rest}");
    let last = numbers.len().to_string();
    served.ask("GET", &path, &[("Last-Event-ID", last.as_str())], b"").is(204);
}

#[test]
fn long_lists_come_a_page_at_a_time() {
    let served = Served::new();
    for (path, key) in [("/instances", "instances"), ("/jobs", "jobs")] {
        for k in 1..=3 {
            served.submit("solve", &json!({"instance": "tiny", "k": k}));
        }
        let names = |document: &Value| -> Vec<String> {
            let listed = document[key].as_array().expect("a list").iter();
            listed
                .map(|it| it["id"].as_str().or(it["jobID"].as_str()).expect("an id").into())
                .collect()
        };
        let whole = served.get(path).is(200).json();
        let (wanted, mut found) = (names(&whole), Vec::new());
        assert_eq!(whole["numberMatched"], wanted.len());
        let mut next = Some(format!("{path}?limit=2"));
        while let Some(address) = next {
            let page = served.get(&address).is(200).json();
            found.extend(names(&page));
            let links = page["links"].as_array().expect("links").iter();
            let link = links.clone().find(|link| link["rel"] == "next");
            next = link.map(|link| link["href"].as_str().expect("an address").to_owned());
        }
        assert_eq!(found, wanted);
        assert!(found.len() > 2, "more than a page");
        for wrong in ["limit=0", "limit=x", "offset=-1", "page=2"] {
            served.get(&format!("{path}?{wrong}")).problem(400, "E603");
        }
    }
}

#[test]
fn instances_come_and_go() {
    let served = Served::new();
    let tiny = Path::new(&instances()).join("tiny");
    let mut files = json!({});
    for name in ["areas.csv", "flows.csv", "adjacency.csv"] {
        files[name] = json!(fs::read_to_string(tiny.join(name)).expect("a table"));
    }
    let json_body = [("Content-Type", "application/json")];
    let upload = |files: &Value| {
        let body = json!({"name": "mine", "files": files}).to_string();
        served.ask("POST", "/instances", &json_body, body.as_bytes())
    };
    let kept = upload(&files).is(201).json();
    let id = kept["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        upload(&files).is(200).json()["id"],
        kept["id"],
        "the same bytes are the same instance"
    );
    for name in ["mine", id.as_str()] {
        let inputs = json!({"instance": name, "k": 2});
        served.post("solve", &inputs, &[("Prefer", "wait=60")]).is(200);
    }
    let list = served.get("/instances").is(200).json();
    let names: Vec<&str> = list["instances"]
        .as_array()
        .expect("instances")
        .iter()
        .map(|instance| instance["name"].as_str().expect("a name"))
        .collect();
    assert!(names.contains(&"mine") && names.contains(&"viken-2020"), "{names:?}");
    // Broken ones are refused with all their defects, and nothing is kept.
    files["flows.csv"] = json!("from,to,commuters\n1,2,x\n9,9,-1\n");
    let told = upload(&files).is(400).json();
    assert!(told["defects"].as_array().is_some_and(|defects| defects.len() > 1), "{told}");
    served.ask("DELETE", &format!("/instances/{id}"), &[], b"").is(204);
    served.ask("DELETE", &format!("/instances/{id}"), &[], b"").problem(404, "E602");
    served.post("solve", &json!({"instance": id, "k": 3}), &[]).problem(400, "E603");
}

/// Names of regions came out in other letters, and no answer of the service said so.
#[test]
fn letters_of_an_uploaded_division_are_named_or_said_to_be_assumed() {
    let served = Served::new();
    let tiny = Path::new(&instances()).join("tiny");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8]| {
        archive.start_file(name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(bytes).expect("its bytes");
    };
    for name in ["areas.csv", "flows.csv", "adjacency.csv"] {
        put(name, &fs::read(tiny.join(name)).expect("a table"));
    }
    put("divisions/east.csv", b"code,region\n0101,\xd8st\n0102,\xd8st\n");
    put("divisions/lodz.csv", b"code,region\n0101,\xa3\xf3d\xbc\n0102,\xa3\xf3d\xbc\n");
    let body = archive.finish().expect("an archive").into_inner();
    let head = [("Content-Type", "application/zip")];
    served.ask("POST", "/instances?name=letters", &head, &body).is(201);

    let ask = |division: &str, encoding: Option<&str>| {
        let mut inputs = json!({"instance": "letters", "division": division});
        if let Some(encoding) = encoding {
            inputs["encoding"] = json!(encoding);
        }
        let job = served.submit("evaluate", &inputs);
        let status = served.until(&job, "successful");
        let found = served.get(&format!("/jobs/{job}/results")).is(200).json();
        let name = found["regions"][0]["name"].as_str().expect("a name").to_owned();
        (name, status["message"].as_str().expect("a message").to_owned())
    };
    for encoding in ["windows-1252", "latin1"] {
        assert_eq!(ask("east", Some(encoding)), ("Øst".to_owned(), "done".to_owned()));
    }
    assert_eq!(ask("lodz", Some("iso-8859-2")), ("Łódź".to_owned(), "done".to_owned()));
    let (name, message) = ask("east", None);
    assert_eq!(name, "Øst");
    for words in ["done; W111", "divisions/east.csv", "was read as Windows-1252", "lodz.csv"] {
        assert!(message.contains(words), "{words} is not in {message}");
    }
    let unknown = json!({"instance": "letters", "division": "east", "encoding": "latin-17"});
    let told = served.post("evaluate", &unknown, &[]).problem(400, "E603");
    assert!(told["detail"].as_str().is_some_and(|told| told.contains("no encoding known here")));
}

#[test]
fn tokens_say_who_may_do_what() {
    let served = Served::new();
    let store = served.store();
    let token = |name: &str, scope: &str| {
        let asked = ["token", "add", name, "--scope", scope, "--store", &store];
        let ran = Ran::of(&mut command(BINARY, &asked)).exits(0);
        format!("Bearer {}", ran.stdout.trim())
    };
    let (read, run, admin) = (token("r", "read"), token("w", "run"), token("a", "admin"));
    let bytes = fs::read(served.path("s.sqlite")).expect("the store");
    let secret = read.trim_start_matches("Bearer ").as_bytes();
    assert!(!bytes.windows(secret.len()).any(|window| window == secret), "kept as a hash alone");
    let guarded = Served::at(Some(&store), &["--require-token", "--workers", "0"]);
    let ask = |token: &str, method: &str, path: &str| {
        guarded.ask(method, path, &[("Authorization", token)], b"").status
    };
    guarded.get("/jobs").problem(401, "E605");
    guarded.get("/health/live").is(200);
    assert_eq!(ask("Bearer rf_wrong", "GET", "/jobs"), 401);
    assert_eq!(ask("Basic eDp5", "GET", "/jobs"), 401);
    assert_eq!(ask(&read, "GET", "/jobs"), 200);
    let inputs = json!({"instance": "tiny", "k": 2});
    guarded.post("solve", &inputs, &[("Authorization", read.as_str())]).problem(403, "E605");
    guarded.post("solve", &inputs, &[("Authorization", run.as_str())]).is(201);
    assert_eq!(ask(&run, "DELETE", "/instances/0"), 403);
    assert_eq!(ask(&admin, "DELETE", "/instances/0"), 404);
    // Without a token in the store, nothing listens beyond this machine.
    let fresh = served.path("fresh.sqlite");
    let fresh = format!("sqlite://{}", fresh.display());
    let asked = ["serve", "--listen", "0.0.0.0:0", "--store", &fresh];
    Ran::of(&mut command(BINARY, &asked)).exits(2).says("E613");
}

#[test]
fn what_is_read_only_takes_no_questions() {
    let served = Served::with(&["--read-only"]);
    served.post("solve", &json!({"instance": "tiny", "k": 2}), &[]).problem(403, "E612");
    served.get("/jobs").is(200);
}
