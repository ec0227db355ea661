//! A server of the test's own, and questions to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use regionfront_testkit::ran;
use serde_json::{Value, json};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder with a store, and the server that serves from it.
pub(crate) struct Served {
    pub(crate) folder: tempfile::TempDir,
    store: String,
    options: Vec<String>,
    /// A certificate to trust, in the place of those of the system.
    authority: Option<PathBuf>,
    server: Option<Child>,
    pub(crate) address: String,
}

/// An answer: status, head and body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn instances() -> String {
    format!("{}/instances", env!("CARGO_MANIFEST_DIR"))
}

impl Served {
    /// A fresh server with these options.
    pub(crate) fn with(options: &[&str]) -> Self {
        Self::at(None, options)
    }

    /// A server that serves from a store of others.
    pub(crate) fn at(store: Option<&str>, options: &[&str]) -> Self {
        let mut served = Self::unstarted(store, options);
        served.start();
        served
    }

    fn unstarted(store: Option<&str>, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let own = format!("sqlite://{}", folder.path().join("s.sqlite").display());
        let store = store.map_or(own, str::to_owned);
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let (server, authority) = (None, None);
        Self { folder, store, options, authority, server, address: String::new() }
    }

    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// A server that trusts this authority.
    pub(crate) fn trusting(authority: &Path, store: &str) -> Self {
        let authority = Some(authority.to_owned());
        let mut served = Self::unstarted(Some(store), &[]);
        served.authority = authority;
        served.start();
        served
    }

    pub(crate) fn store(&self) -> String {
        self.store.clone()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts the server, which listens wherever there is room.
    pub(crate) fn start(&mut self) {
        let (store, instances) = (self.store(), instances());
        let mut command = ran::command(BINARY, &["serve", "--listen", "127.0.0.1:0"]);
        command.args(["--store", &store, "--instances", &instances, "--lease", "2"]);
        if !store.starts_with("sqlite:") {
            command.arg("--folder").arg(self.path("work"));
        }
        command.args(&self.options);
        if let Some(authority) = &self.authority {
            command.env("SSL_CERT_FILE", authority);
        }
        let mut server = command.stderr(Stdio::piped()).spawn().expect("the server starts");
        let mut lines = BufReader::new(server.stderr.take().expect("stderr"));
        let mut said = String::new();
        self.address = loop {
            let mut line = String::new();
            let read = lines.read_line(&mut line).expect("UTF-8");
            assert!(read > 0, "the server ended: {said}");
            if let Some((_, address)) = line.trim_end().split_once("listening on http://") {
                break address.to_owned();
            }
            said.push_str(&line);
        };
        // Nobody reads on, and the server is not to wait for a reader.
        thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        self.server = Some(server);
    }

    /// Ends the server by force, at once.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().expect("it is ours");
            server.wait().expect("it ends");
        }
    }

    /// Ends the server as a system does; its exit code.
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let mut server = self.server.take().expect("it runs");
        let id = server.id().to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill runs").success());
        server.wait().expect("it ends").code()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.as_ref().expect("it runs").id()
    }

    /// Sends bytes as they are, and reads the answer until the server closes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        // A server that has heard enough closes while it is still being told.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Answer::read(&answer)
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        head: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in head {
            request.extend([*name, ": ", *value, "\r\n"]);
        }
        request.push_str("\r\n");
        self.raw(&[request.as_bytes(), body].concat())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub(crate) fn post(&self, process: &str, inputs: &Value, more: &[(&str, &str)]) -> Answer {
        let body = json!({"inputs": inputs}).to_string();
        let head = [&[("Content-Type", "application/json")][..], more].concat();
        self.ask("POST", &format!("/processes/{process}/execution"), &head, body.as_bytes())
    }

    /// Puts a question; the id of its job.
    pub(crate) fn submit(&self, process: &str, inputs: &Value) -> String {
        let answer = self.post(process, inputs, &[]).is(201);
        answer.json()["jobID"].as_str().expect("an id").to_owned()
    }

    /// The status of a job once it has this one, or has ended.
    pub(crate) fn until(&self, job: &str, wanted: &str) -> Value {
        let began = Instant::now();
        loop {
            let status = self.get(&format!("/jobs/{job}")).is(200).json();
            let word = status["status"].as_str().expect("a status");
            if word == wanted || ["successful", "failed", "dismissed"].contains(&word) {
                assert_eq!(word, wanted, "{status}");
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "it takes too long: {status}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..at]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let mut body = bytes.get(at + 4..).unwrap_or_default().to_vec();
        if head.contains("transfer-encoding: chunked") {
            body = joined(&body);
        }
        Self { status, head, body }
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.text());
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// It is a problem document with this code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.is(status);
        assert!(answer.head.contains("application/problem+json"), "{}", answer.head);
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["code"], code, "{problem}");
        assert!(problem["defects"][0]["help"].as_str().is_some_and(|help| !help.is_empty()));
        problem
    }
}

/// A body that came in chunks.
fn joined(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(at) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..at]).unwrap_or_default();
        let Ok(size) = usize::from_str_radix(size, 16) else { break };
        let Some(chunk) = bytes.get(at + 2..at + 2 + size) else { break };
        whole.extend_from_slice(chunk);
        bytes = bytes.get(at + 4 + size..).unwrap_or_default();
    }
    whole
}
