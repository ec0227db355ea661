//! Servers and workers of several machines on one PostgreSQL database. A machine is a folder of its own.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use regionfront_testkit::ran;
use serde_json::{Value, json};

use crate::database::{Cluster, database};
use crate::lost::{children, long, undisturbed, until_events};
use crate::server::{BINARY, Served};

/// A worker of another machine.
pub(crate) struct Worker {
    _folder: tempfile::TempDir,
    process: Child,
}

impl Worker {
    pub(crate) fn new(store: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = ran::command(BINARY, &["work", "--workers", "1", "--lease", "2"]);
        command.arg("--folder").arg(folder.path()).env("REGIONFRONT_STORE", store);
        let process = command.stderr(Stdio::null()).spawn().expect("a worker starts");
        Self { _folder: folder, process }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn end(&mut self) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill runs").success());
        assert_eq!(self.process.wait().expect("it ends").code(), Some(0));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The result of a solve without the times it took.
fn untimed(body: &[u8]) -> Value {
    let mut document: Value = serde_json::from_slice(body).expect("JSON");
    for result in document["results"].as_array_mut().expect("results") {
        result["wall_s"] = Value::Null;
    }
    document
}

#[test]
fn a_front_goes_on_where_another_machine_left_it() {
    let Some(store) = database() else { return };
    let served = Served::at(Some(&store), &["--workers", "0"]);
    let job = served.submit("front", &long());
    let mut first = Worker::new(&store);
    until_events(&served, &job, "point", 3);
    first.end();
    let second = Worker::new(&store);
    until_events(&served, &job, "point", 6);
    // What it has is with the store every two seconds: what came after that is solved again.
    thread::sleep(Duration::from_secs(3));
    for child in children(second.process.id()) {
        let _ = Command::new("kill").args(["-KILL", &child.to_string()]).status();
    }
    drop(second);
    let _third = Worker::new(&store);
    served.until(&job, "successful");
    let result = served.get(&format!("/jobs/{job}/results")).is(200);
    assert!(result.body == undisturbed("front", &long()), "{}", result.text());
    let manifest = served.get(&format!("/jobs/{job}/files/manifest.json")).is(200).json();
    let resumed = manifest["front"]["runs"][0]["num_resumed"].as_u64();
    assert!(resumed.is_some_and(|resumed| resumed >= 3), "{manifest}");
}

#[test]
fn servers_and_workers_of_many_machines_answer_each_question_once() {
    let Some(store) = database() else { return };
    let servers = [(); 2].map(|()| Served::at(Some(&store), &["--workers", "0"]));
    let _workers = [(); 4].map(|()| Worker::new(&store));
    let mut jobs = BTreeMap::new();
    for k in 1..=7 {
        for (at, served) in servers.iter().enumerate() {
            // The same question, wherever it is asked, is the same job.
            let asked = json!({"instance": "tiny", "k": k, "min_areas": 1 + at / 2});
            jobs.insert(served.submit("solve", &asked), asked);
        }
    }
    assert_eq!(jobs.len(), 7);
    for (job, asked) in &jobs {
        let status = servers[0].until(job, "successful");
        assert_eq!(status["attempts"], 1, "{status}");
        let result = servers[1].get(&format!("/jobs/{job}/results")).is(200);
        assert!(untimed(&result.body) == untimed(&undisturbed("solve", asked)), "{asked}");
    }
}

#[test]
fn listeners_hear_at_once_what_workers_of_other_machines_do() {
    let Some(store) = database() else { return };
    let served = Served::at(Some(&store), &["--workers", "0"]);
    let job = served.submit("solve", &json!({"instance": "tiny", "k": 2}));
    let heard = thread::scope(|scope| {
        let listener = scope.spawn(|| served.get(&format!("/jobs/{job}/events")).is(200).text());
        thread::sleep(Duration::from_millis(300));
        let _worker = Worker::new(&store);
        listener.join().expect("no panic")
    });
    assert!(heard.contains("event: incumbent\n") && heard.contains("successful"), "{heard}");
}

#[test]
fn a_database_restarted_in_the_middle_changes_no_answer() {
    let Some(mut cluster) = Cluster::start() else { return };
    let store = cluster.database();
    let served = Served::at(Some(&store), &["--workers", "0"]);
    let _workers = [(); 2].map(|()| Worker::new(&store));
    let front = served.submit("front", &long());
    until_events(&served, &front, "point", 2);
    let solves: Vec<String> = (1..=6)
        .map(|k| {
            if k % 3 == 0 {
                cluster.tell("restart");
            }
            served.submit("solve", &json!({"instance": "tiny", "k": k}))
        })
        .collect();
    for solve in &solves {
        served.until(solve, "successful");
    }
    served.until(&front, "successful");
    let result = served.get(&format!("/jobs/{front}/results")).is(200);
    assert!(result.body == undisturbed("front", &long()), "{}", result.text());
}

/// Encrypted connections go only to a server whose certificate a trusted authority gave for its name.
#[test]
fn encrypted_connections_know_whom_they_speak_to() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let port = free.expect("a free port").port();
    let Some(mut cluster) = Cluster::encrypted(port) else { return };
    let database = cluster.database();
    let name = database.rsplit('/').next().expect("a name");
    let at = |host: &str| format!("postgres://regionfront@{host}:{port}/{name}?sslmode=require");
    let list = |store: &str, authority: &Path| {
        let mut command = ran::command(BINARY, &["token", "list", "--store", store]);
        ran::Ran::of(command.env("SSL_CERT_FILE", authority))
    };
    let known = cluster.authority();
    list(&at("localhost"), &known).exits(0);
    let began = Instant::now();
    // Another authority of the same name, and another name of the same server.
    let Some(other) = Cluster::encrypted(port + 1) else { return };
    list(&at("localhost"), &other.authority()).exits(2).says("E610").says("certificate");
    list(&at("127.0.0.1"), &known).exits(2).says("E610").says("certificate");
    assert!(began.elapsed() < Duration::from_secs(15), "nobody waits for another certificate");
    // A server hears of a job's end at once, over a connection of its own.
    let served = Served::trusting(&known, &at("localhost"));
    let asked = json!({"instance": "tiny", "k": "2..4"});
    served.post("solve", &asked, &[("Prefer", "wait=60")]).is(200);
}

#[test]
fn a_password_is_not_told() {
    let Some(store) = database() else { return };
    let wrong = store.replace("regionfront@", "regionfront:secret@").replace("rf-pg", "rf-no");
    let asked = ["token", "list", "--store", &wrong];
    let mut command = ran::command(BINARY, &asked);
    let ran = ran::Ran::of(&mut command).exits(2).says("E610 postgres://");
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
}
