//! Requests that mean harm.

use std::io::{Cursor, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::server::Served;

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let served = Served::new();
    for (path, kind) in
        [("/processes/solve/execution", "application/json"), ("/instances", "application/zip")]
    {
        // Nothing of the terabyte is sent, and the answer is there all the same.
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Content-Length: 1099511627776\r\n\r\n",
            served.address
        );
        served.raw(request.as_bytes()).problem(413, "E606");
    }
    // Without a length it is cut off where it is too large.
    let head = format!(
        "POST /processes/solve/execution HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        served.address
    );
    let mut bytes = head.into_bytes();
    for _ in 0..40 {
        bytes.extend_from_slice(b"10000\r\n");
        bytes.extend_from_slice(&vec![b' '; 0x10000]);
        bytes.extend_from_slice(b"\r\n");
    }
    let answer = served.raw(&bytes);
    // The connection may be reset before the answer is read.
    assert!(matches!(answer.status, 413 | 0), "{}", answer.head);
    served.get("/health/live").is(200);
}

#[test]
fn many_and_long_headers_are_refused() {
    let served = Served::new();
    let mut request = format!("GET / HTTP/1.1\r\nHost: {}\r\n", served.address);
    for at in 0..1_000_000 {
        request.extend(["h", &at.to_string(), ": 1\r\n"]);
    }
    request.push_str("\r\n");
    let status = served.raw(request.as_bytes()).status;
    assert!(matches!(status, 431 | 400 | 0), "{status}");
    let long = "x".repeat(1 << 20);
    let status = served.ask("GET", "/", &[("X-Long", &long)], b"").status;
    assert!(matches!(status, 431 | 400 | 0), "{status}");
    let long = format!("/{}", "x".repeat(1 << 20));
    let status = served.get(&long).status;
    assert!(matches!(status, 414 | 431 | 400 | 0), "{status}");
    served.get("/health/live").is(200);
}

#[test]
fn slow_clients_hold_nobody_up() {
    let served = Served::with(&["--patience", "1"]);
    let slow: Vec<TcpStream> = (0..200)
        .map(|at| {
            let mut stream = TcpStream::connect(&served.address).expect("it listens");
            let begun = if at % 2 == 0 {
                "GET / HTTP/1.1\r\nHost: x".to_owned()
            } else {
                "POST /instances HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\n\
                 Content-Length: 1000\r\n\r\nPK"
                    .to_owned()
            };
            stream.write_all(begun.as_bytes()).expect("it reads");
            stream
        })
        .collect();
    let inputs = json!({"instance": "tiny", "k": 2});
    // Further uploads are told to come again; everything else goes on.
    let zip = [("Content-Type", "application/zip")];
    served.ask("POST", "/instances", &zip, b"PK").problem(429, "E607");
    served.get("/jobs").is(200);
    served.post("solve", &inputs, &[("Prefer", "wait=60")]).is(200);
    drop(slow);
    let mut stream = TcpStream::connect(&served.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time");
    stream.write_all(b"GET / HTTP/1.1\r\n").expect("it reads");
    // The head never comes: the server gives up, and the test would not end otherwise.
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
}

#[test]
fn names_of_files_lead_nowhere() {
    let served = Served::new();
    let job = served.submit("solve", &json!({"instance": "tiny", "k": 2}));
    served.until(&job, "successful");
    for name in [
        "../../s.sqlite",
        "..%2f..%2fs.sqlite",
        "%2e%2e/%2e%2e/s.sqlite",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "solve.json%00",
        "divisions/../solve.json",
        "'%20OR%20'1'='1",
    ] {
        let status = served.get(&format!("/jobs/{job}/files/{name}")).status;
        assert_eq!(status, 404, "{name}");
    }
    for path in ["/instances/..%2f..%2fetc", "/jobs/..%2f", "/processes/%2e%2e/execution"] {
        let status = served.get(path).status;
        assert!(matches!(status, 404 | 405), "{path}: {status}");
    }
    for evil in ["../../instances/tiny", "/etc", "tiny/../tiny", "tiny\u{0}"] {
        let inputs = json!({"instance": evil, "k": 2});
        served.post("solve", &inputs, &[]).problem(400, "E603");
    }
    let options = json!({"instance": "tiny", "k": 2, "output": "/tmp/x", "log_file": "/tmp/x"});
    served.post("solve", &options, &[]).problem(400, "E603");
}

#[test]
fn bombs_do_not_go_off() {
    let served = Served::new();
    let zip = |name: &str, size: usize| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
        let zeros = vec![b'0'; 1 << 20];
        for _ in 0..size {
            archive.write_all(&zeros).expect("room");
        }
        archive.finish().expect("an archive").into_inner()
    };
    let kind = [("Content-Type", "application/zip")];
    served.ask("POST", "/instances", &kind, &zip("areas.csv", 300)).problem(400, "E608");
    served.ask("POST", "/instances", &kind, &zip("../areas.csv", 1)).problem(400, "E608");
    served.ask("POST", "/instances", &kind, b"PK\x03\x04 no archive").problem(400, "E608");
    // Brackets without end, numbers without end.
    let body = [("Content-Type", "application/json")];
    let path = "/processes/solve/execution";
    served.ask("POST", path, &body, "[".repeat(200_000).as_bytes()).problem(400, "E601");
    let digits = "9".repeat(100_000);
    let huge = format!("{{\"inputs\": {{\"instance\": \"tiny\", \"k\": {digits}}}}}");
    let answer = served.ask("POST", path, &body, huge.as_bytes());
    assert_eq!(answer.status, 400, "{}", answer.head);
    let list = json!({"instance": "tiny", "k": "1..1000000000"});
    served.post("solve", &list, &[]).problem(400, "E603");
    let groups: Vec<Vec<&str>> = vec![vec!["a"]; 5000];
    let many = json!({"instance": "tiny", "k": 2, "keep_together": groups});
    served.post("solve", &many, &[]).problem(400, "E603");
    served.get("/health/ready").is(200);
}

#[test]
fn pages_of_others_cannot_use_a_server_without_tokens() {
    let served = Served::new();
    let host = |host: &str| {
        let request = format!("GET /jobs HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        served.raw(request.as_bytes()).status
    };
    assert_eq!(host("evil.example"), 403);
    assert_eq!(host("127.0.0.1.evil.example:80"), 403);
    assert_eq!(host("localhost:1"), 200);
    // A form of another site cannot send JSON.
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    served.ask("POST", "/processes/solve/execution", &form, b"a=b").problem(415, "E606");
    served.ask("POST", "/instances", &form, b"a=b").problem(415, "E606");
}

#[test]
fn bytes_that_are_no_request_are_survived() {
    let served = Served::new();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /instances HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"\0\0\0\0\r\n\r\n",
    ] {
        served.raw(bytes);
        served.get("/health/live").is(200);
    }
}
