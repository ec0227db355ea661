//! What the page asks of the service; the page itself is looked at in a browser (`tests/page`).

use std::fmt::Write as _;

use regionfront_testkit::ran;
use serde_json::{Value, json};

use crate::server::{BINARY, Served};

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}

#[test]
fn a_browser_gets_the_page_and_a_program_the_landing_document() {
    let served = Served::with(&["--read-only"]);
    let page = served.ask("GET", "/", &[("Accept", "text/html,*/*;q=0.8")], b"").is(200);
    assert!(page.head.to_ascii_lowercase().contains("content-security-policy: default-src 'none'"));
    assert!(page.text().starts_with("<!doctype html>"));
    assert_eq!(served.get("/").is(200).json()["readOnly"], true);
    served.get("/page/main.js").is(200);
    for name in ["none.js", "..%2Flib.rs", ""] {
        served.get(&format!("/page/{name}")).problem(404, "E602");
    }
}

#[test]
fn the_page_needs_no_token_but_what_it_asks_for_does() {
    let served = Served::new();
    let made = ["token", "add", "reader", "--scope", "read", "--store", &served.store()];
    assert!(ran::command(BINARY, &made).output().expect("it runs").status.success());
    let locked = Served::at(Some(&served.store()), &["--require-token"]);
    locked.ask("GET", "/", &[("Accept", "text/html")], b"").is(200);
    locked.get("/page/style.css").is(200);
    locked.get("/").problem(401, "E605");
    locked.get("/instances/tiny/atlas").problem(401, "E605");
}

#[test]
fn an_instance_is_drawn_with_what_the_page_counts_by() {
    let served = Served::with(&["--read-only"]);
    served.get("/instances/viken-2020/atlas?lang=se").problem(400, "E603");
    let atlas = served.get("/instances/viken-2020/atlas?lang=nb").is(200).json();
    assert_eq!(atlas["areas"].as_array().map(Vec::len), Some(51));
    let map = atlas["map"].as_str().expect("a map");
    assert!(map.contains("data-area=\"3001\"") && !map.contains("style="));
    let flows = atlas["flows"].as_array().expect("flows");
    let between: u64 = flows
        .chunks(3)
        .filter(|flow| flow[0] != flow[1])
        .map(|flow| flow[2].as_u64().expect("commuters"))
        .sum();
    assert_eq!(Some(between), atlas["commuters_between_areas"].as_u64());
    let with_oslo = encoded(r#"{"external_areas":["Oslo"]}"#);
    let atlas =
        served.get(&format!("/instances/viken-2020/atlas?rules={with_oslo}")).is(200).json();
    assert_eq!(atlas["areas"].as_array().map(Vec::len), Some(52));
}

#[test]
fn a_plan_is_drawn_as_it_is_evaluated() {
    let served = Served::new();
    let solved =
        served.post("solve", &json!({"instance": "tiny", "k": 2}), &[("Prefer", "wait=60")]);
    let result = solved.is(200).json()["results"][0].clone();
    let labels: Vec<String> = result["assignment"]
        .as_object()
        .expect("an assignment")
        .values()
        .map(Value::to_string)
        .collect();
    let sheet =
        served.get(&format!("/instances/tiny/plan?labels={}", labels.join(","))).is(200).json();
    assert_eq!(sheet["objective"], result["objective"]);
    assert_eq!(sheet["regions"].as_array().map(Vec::len), Some(2));
    assert_eq!(sheet["broken"], json!([]));
    served.get("/instances/tiny/plan?labels=1,2").problem(400, "E603");
    served.get("/instances/tiny/plan?labels=1,x").problem(400, "E603");
}

#[test]
fn rules_go_from_file_to_inputs_and_back_and_name_no_file_of_the_server() {
    let served = Served::with(&["--read-only"]);
    let rules = |query: &str| served.get(&format!("/instances/viken-2020/rules?{query}"));
    let told = rules("scenario=default").is(200).json();
    assert!(told["toml"].as_str().is_some_and(|text| text.contains("[reasons]")));
    assert_eq!(told["together"][0]["areas"].as_array().map(Vec::len), Some(6));
    let mut inputs = told["inputs"].clone();
    inputs["no_scenario"] = json!(true);
    let inputs = encoded(&inputs.to_string());
    let again = rules(&format!("rules={inputs}")).is(200).json();
    assert_eq!(again["inputs"], told["inputs"]);
    let text = encoded(again["toml"].as_str().expect("a text"));
    assert_eq!(rules(&format!("toml={text}")).is(200).json()["inputs"], told["inputs"]);
    for division in ["../../etc/passwd", "divisions/ba_regions_2020.csv", "none"] {
        let text = encoded(&format!("[[keep_whole]]\ndivision = \"{division}\"\n"));
        rules(&format!("toml={text}")).problem(400, "E603");
        let text = encoded(&format!("[[fixed]]\ndivision = \"{division}\"\n"));
        rules(&format!("toml={text}")).problem(400, "E603");
    }
    let apart = encoded(r#"{"keep_together":[["Gol","Hol"]],"keep_apart":[["Gol","Hol"]]}"#);
    let told = rules(&format!("rules={apart}")).is(200).json();
    assert_ne!(told["contradictions"], json!([]));
}

#[test]
fn the_chart_of_a_front_has_every_point_of_it() {
    let served = Served::new();
    let inputs = json!({"instance": "tiny", "k": 2, "against": "min-population"});
    let answer = served.post("front", &inputs, &[("Prefer", "wait=60")]).is(200);
    let job = answer.head.lines().find_map(|line| line.strip_prefix("location: /jobs/"));
    let job = job.expect("a job").trim().to_owned();
    let points = answer.json()["fronts"][0]["points"].as_array().expect("points").len();
    let chart = served.get(&format!("/jobs/{job}/chart?lang=nb")).is(200).json();
    assert_eq!(chart["points"].as_array().map(Vec::len), Some(points));
    let svg = chart["svg"].as_str().expect("a chart");
    assert_eq!(svg.matches("data-point=").count(), points);
    let events = served.get(&format!("/jobs/{job}/events")).is(200).text();
    assert!(events.contains("\"regions\":["), "the plan of a point comes with it");
    served.get("/jobs/none/chart").problem(404, "E602");
}
