//! Nothing is lost: whatever is killed, what was accepted is answered, with the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use regionfront_testkit::ran;
use serde_json::{Value, json};

use crate::server::{BINARY, Served};

/// A front of some seconds, of many points.
pub(crate) fn long() -> Value {
    json!({"instance": "viken-2020", "k": "8", "against": "min-population"})
}

/// The result of a question that nothing disturbed.
pub(crate) fn undisturbed(process: &str, inputs: &Value) -> Vec<u8> {
    Served::new().post(process, inputs, &[("Prefer", "wait=60")]).is(200).body
}

/// Processes of jobs of a server, by their parent.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let pairs: Vec<(u32, u32)> = if let Ok(entries) = fs::read_dir("/proc") {
        entries.flatten().filter_map(|entry| parent_of(&entry.path())).collect()
    } else {
        let listed = Command::new("ps").args(["-e", "-o", "pid=,ppid="]).output();
        let text = String::from_utf8(listed.expect("ps runs").stdout).expect("UTF-8");
        let pair = |line: &str| {
            let mut words = line.split_whitespace().map(str::parse::<u32>);
            Some((words.next()?.ok()?, words.next()?.ok()?))
        };
        text.lines().filter_map(pair).collect()
    };
    pairs.into_iter().filter(|(_, of)| *of == parent).map(|(pid, _)| pid).collect()
}

/// A process and its parent, from its folder in `/proc`; those that have ended are none.
fn parent_of(folder: &Path) -> Option<(u32, u32)> {
    let pid = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    // The name in brackets may hold anything.
    let mut words = stat.rsplit_once(')')?.1.split_whitespace();
    let state = words.next()?;
    let parent = words.next()?.parse().ok()?;
    (state != "Z").then_some((pid, parent))
}

/// Waits until a job has so many events of a kind.
pub(crate) fn until_events(served: &Served, job: &str, kind: &str, wanted: usize) {
    for _ in 0..3000 {
        let status = served.get(&format!("/jobs/{job}")).is(200).json();
        if status["status"] == "running" {
            // A listener of a running job would wait for its end: what is there already is asked of
            // the store.
            let text = events_so_far(served, job);
            if text.matches(&format!("event: {kind}\n")).count() >= wanted {
                return;
            }
        } else {
            assert_eq!(status["status"], "accepted", "it ended too soon to be disturbed");
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("the job does not come so far");
}

/// The events that are there now.
fn events_so_far(served: &Served, job: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(&served.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_millis(150))).expect("a time");
    let request = format!("GET /jobs/{job}/events HTTP/1.1\r\nHost: {}\r\n\r\n", served.address);
    stream.write_all(request.as_bytes()).expect("it reads");
    let (mut text, mut bytes) = (String::new(), vec![0; 65_536]);
    while let Ok(count) = stream.read(&mut bytes) {
        if count == 0 {
            break;
        }
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    text
}

#[test]
fn a_killed_server_goes_on_to_the_same_bytes() {
    let mut served = Served::new();
    let job = served.submit("front", &long());
    let waiting: Vec<String> =
        (2..5).map(|k| served.submit("solve", &json!({"instance": "tiny", "k": k}))).collect();
    for points in [2, 4] {
        until_events(&served, &job, "point", points);
        let orphans = children(served.pid());
        assert!(!orphans.is_empty(), "jobs are processes of their own");
        served.kill();
        served.start();
    }
    let status = served.until(&job, "successful");
    assert!(status["attempts"].as_u64().is_some_and(|attempts| attempts >= 3), "{status}");
    for waiting in waiting {
        served.until(&waiting, "successful");
    }
    let result = served.get(&format!("/jobs/{job}/results")).is(200);
    assert_eq!(result.body, undisturbed("front", &long()));
    // It went on where it was: the points of the journal were not solved again.
    let manifest = served.get(&format!("/jobs/{job}/files/manifest.json")).is(200).json();
    let resumed = manifest["front"]["runs"][0]["num_resumed"].as_u64();
    assert!(resumed.is_some_and(|resumed| resumed >= 2), "{manifest}");
}

#[test]
fn a_killed_process_of_a_job_is_begun_again() {
    let served = Served::with(&["--workers", "1"]);
    let job = served.submit("front", &long());
    until_events(&served, &job, "point", 2);
    for child in children(served.pid()) {
        let killed = Command::new("kill").args(["-KILL", &child.to_string()]).status();
        assert!(killed.expect("kill runs").success());
    }
    let status = served.until(&job, "successful");
    assert_eq!(status["attempts"], 2, "{status}");
    let result = served.get(&format!("/jobs/{job}/results")).is(200);
    assert_eq!(result.body, undisturbed("front", &long()));
}

#[test]
fn a_server_that_is_ended_puts_its_work_back_into_the_queue() {
    let mut served = Served::with(&["--workers", "1"]);
    let job = served.submit("front", &long());
    let behind = served.submit("solve", &json!({"instance": "tiny", "k": 2}));
    until_events(&served, &job, "point", 2);
    let pid = served.pid();
    assert_eq!(served.terminate(), Some(0));
    assert!(children(pid).is_empty());
    // A server that does nothing shows how things stand.
    let idle = Served::at(Some(&served.store()), &["--workers", "0"]);
    for (job, place) in [(&job, 1), (&behind, 2)] {
        let status = idle.get(&format!("/jobs/{job}")).is(200).json();
        assert_eq!((&status["status"], &status["position"]), (&json!("accepted"), &json!(place)));
    }
    drop(idle);
    served.start();
    // What was put back waits a little before it is begun again, and the one behind may overtake it.
    served.until(&behind, "successful");
    served.until(&job, "successful");
    let result = served.get(&format!("/jobs/{job}/results")).is(200);
    assert_eq!(result.body, undisturbed("front", &long()));
}

#[test]
fn a_stopped_job_keeps_what_it_has_and_goes_on_when_asked_again() {
    let served = Served::with(&["--workers", "1"]);
    let job = served.submit("front", &long());
    until_events(&served, &job, "point", 2);
    let stopped = served.ask("POST", &format!("/jobs/{job}/stop"), &[], b"").is(200).json();
    assert_eq!(stopped["stopped"], true);
    let status = served.until(&job, "successful");
    assert_eq!(
        (&status["termination"], &status["solution"]),
        (&json!("interrupted"), &json!("feasible"))
    );
    let half = served.get(&format!("/jobs/{job}/results")).is(200).json();
    let points = |document: &Value| document["fronts"][0]["points"].as_array().map_or(0, Vec::len);
    assert!(points(&half) >= 2, "{half}");
    assert_eq!(served.submit("front", &long()), job);
    served.until(&job, "successful");
    let whole = served.get(&format!("/jobs/{job}/results")).is(200);
    assert!(points(&whole.json()) > points(&half));
    assert_eq!(whole.body, undisturbed("front", &long()));
}

#[test]
fn a_dismissed_job_ends_its_process() {
    let served = Served::with(&["--workers", "1"]);
    let job = served.submit("front", &long());
    until_events(&served, &job, "point", 1);
    served.ask("DELETE", &format!("/jobs/{job}"), &[], b"").is(200);
    for _ in 0..500 {
        if children(served.pid()).is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(children(served.pid()).is_empty(), "its process goes on");
    let files = served.get(&format!("/jobs/{job}/files")).is(200).json();
    assert_eq!(files["files"], json!([]));
    // The worker is free for others.
    let next = served.submit("solve", &json!({"instance": "tiny", "k": 2}));
    served.until(&next, "successful");
}

#[test]
fn workers_in_processes_of_their_own_share_a_store() {
    let served = Served::with(&["--workers", "0"]);
    let jobs: Vec<String> =
        (1..=7).map(|k| served.submit("solve", &json!({"instance": "tiny", "k": k}))).collect();
    let store = served.store();
    let work = || {
        let asked = ["work", "--store", &store, "--workers", "1", "--lease", "2"];
        ran::command(BINARY, &asked).stderr(Stdio::null()).spawn().expect("a worker starts")
    };
    let mut workers = [work(), work()];
    thread::sleep(Duration::from_millis(150));
    // One dies; its lease runs out, and the other goes on.
    workers[0].kill().expect("it is ours");
    let done: BTreeMap<&String, Value> =
        jobs.iter().map(|job| (job, served.until(job, "successful"))).collect();
    assert_eq!(done.len(), 7);
    for worker in &mut workers {
        let _ = worker.kill();
        worker.wait().expect("it ends");
    }
}

#[test]
fn a_worker_that_hangs_loses_its_job_to_another() {
    let served = Served::with(&["--workers", "0"]);
    let store = served.store();
    let work = || {
        let asked = ["work", "--store", &store, "--workers", "1", "--lease", "2"];
        ran::command(BINARY, &asked).stderr(Stdio::null()).spawn().expect("a worker starts")
    };
    let signal = |signal: &str, pid: u32| {
        let sent = Command::new("kill").args([signal, &pid.to_string()]).status();
        assert!(sent.expect("kill runs").success());
    };
    let mut hung = work();
    let job = served.submit("front", &long());
    until_events(&served, &job, "point", 1);
    // Its process goes on for as long as anybody hears it: that one stands still, too.
    let process = children(hung.id());
    signal("-STOP", hung.id());
    for &process in &process {
        signal("-STOP", process);
    }
    let mut other = work();
    served.until(&job, "successful");
    let result = served.get(&format!("/jobs/{job}/results")).is(200);
    // The process first: a worker that stands still cannot end it and take its number away.
    for &process in &process {
        signal("-CONT", process);
    }
    signal("-CONT", hung.id());
    thread::sleep(Duration::from_millis(500));
    assert_eq!(served.get(&format!("/jobs/{job}/results")).is(200).body, result.body);
    assert_eq!(result.body, undisturbed("front", &long()));
    for worker in [&mut hung, &mut other] {
        worker.kill().expect("it is ours");
        worker.wait().expect("it ends");
    }
}
