//! Asking a server.
//!
//! Every call may be made again: a question is its job, so that asking twice asks once. What may pass,
//! a server that starts again or a queue that is full, is waited for.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};

use regionfront_service::instances::pack;

use super::super::exit::{Exit, Failure};

/// Which server, and how to get in.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub(in super::super) struct ServerArgs {
    #[arg(long, value_name = "URL", help = SERVER_HELP)]
    server: Option<String>,
}

/// Not a doc comment, where the variables would need marks that the terminal would show.
const SERVER_HELP: &str = "Address of the server, such as http://127.0.0.1:8370 [default: \
    REGIONFRONT_SERVER of the environment]; a token is taken from REGIONFRONT_TOKEN";

/// The variables that tell the server and the token.
const SERVER: &str = "REGIONFRONT_SERVER";
const TOKEN: &str = "REGIONFRONT_TOKEN";

/// Longest time for one answer.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Pause before the second try; it doubles up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(100);

/// Longest pause between tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Largest answer, in bytes.
const LARGEST: u64 = 2 << 30;

/// How long a job's end is waited for at a time, in seconds: the server holds the answer back.
const HOLD: u64 = 20;

/// A server, asked again where that can help.
#[derive(Clone)]
pub(in super::super) struct Client {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
    /// How long a server that does not answer is asked again.
    patience: Duration,
}

/// An answer.
pub(in super::super) struct Answer {
    pub(in super::super) status: u16,
    pub(in super::super) bytes: Vec<u8>,
    retry_after: Option<Duration>,
}

impl ServerArgs {
    /// The server that the command line names, if it names one.
    pub(in super::super) fn client_if_named(
        &self,
        patience: Duration,
    ) -> Result<Option<Client>, Failure> {
        self.server.as_ref().map(|_| self.client(patience)).transpose()
    }

    /// The server that is meant.
    pub(in super::super) fn client(&self, patience: Duration) -> Result<Client, Failure> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(server) = self.server.clone().or_else(|| variable(SERVER)) else {
            let what = "no server is named";
            let cure = format!("add --server http://127.0.0.1:8370, or set {SERVER}");
            return Err(Failure::usage("E614", "--server", what, cure));
        };
        let base = server.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") && !base.starts_with("https://") {
            let what = format!("`{base}` is no address of a server");
            let cure = "write http:// or https:// before it";
            return Err(Failure::usage("E614", "--server", what, cure));
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .timeout_connect(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("regionfront/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Client { agent, base, token: variable(TOKEN), patience })
    }
}

impl Client {
    /// Something that is read.
    pub(in super::super) fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.again(|| {
            let request = self.agent.get(self.url(path));
            self.with_token(request).call()
        })
    }

    /// Something that is done without a body.
    pub(in super::super) fn post(&self, path: &str) -> Result<Answer, Failure> {
        self.again(|| self.with_token(self.agent.post(self.url(path))).send_empty())
    }

    /// Puts a question, and hands back the status of its job.
    pub(in super::super) fn submit(&self, process: &str, inputs: &Value) -> Result<Value, Failure> {
        let body = json!({"inputs": inputs}).to_string();
        let path = format!("/processes/{process}/execution");
        let answer = self.again(|| {
            let request = self.agent.post(self.url(&path));
            self.with_token(request).header("Content-Type", "application/json").send(&body)
        })?;
        answer.json()
    }

    /// Uploads the folder of an instance, and hands back its id.
    pub(in super::super) fn upload(&self, folder: &Path) -> Result<String, Failure> {
        let bytes = pack(folder).map_err(|error| {
            let what = format!("the instance cannot be read: {error}");
            Failure::usage("E101", folder.display().to_string(), what, "check the path")
        })?;
        let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let answer = self.again(|| {
            let request = self.agent.post(self.url("/instances")).query("name", &name);
            self.with_token(request).header("Content-Type", "application/zip").send(&bytes)
        })?;
        let document = answer.json()?;
        Ok(document["id"].as_str().unwrap_or_default().to_owned())
    }

    /// The status of a job once it has ended.
    pub(in super::super) fn until_end(
        &self,
        job: &str,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Option<Value>, Failure> {
        let mut pause = PAUSE;
        loop {
            let status = self.get(&format!("/jobs/{job}"))?.json()?;
            if matches!(status["status"].as_str(), Some("successful" | "failed" | "dismissed")) {
                return Ok(Some(status));
            }
            if is_over() {
                return Ok(None);
            }
            thread::sleep(pause);
            pause = (pause * 3 / 2).min(Duration::from_secs(HOLD) / 10);
        }
    }

    /// Hears the events after a number until there are no more, a number and its data at a time.
    /// Whether the server said that it was the end; else the listener comes again.
    pub(in super::super) fn listen(
        &self,
        job: &str,
        after: &mut u64,
        hear: &mut dyn FnMut(&str) -> Result<(), Failure>,
    ) -> Result<bool, Failure> {
        let request = self.agent.get(self.url(&format!("/jobs/{job}/events")));
        let request = self.with_token(request).header("Last-Event-ID", after.to_string());
        let sent = request.config().timeout_global(None).build().call();
        let Ok(mut response) = sent else { return Ok(false) };
        match response.status().as_u16() {
            200 => {}
            204 => return Ok(true),
            status => {
                let mut bytes = Vec::new();
                let _ = response.body_mut().as_reader().take(LARGEST).read_to_end(&mut bytes);
                return Answer { status, bytes, retry_after: None }.json().map(|_| true);
            }
        }
        let (mut number, mut is_end) = (*after, false);
        for line in BufReader::new(response.body_mut().as_reader()).lines() {
            let Ok(line) = line else { return Ok(false) };
            if let Some(id) = line.strip_prefix("id: ") {
                number = id.parse().unwrap_or(number);
            } else if let Some(data) = line.strip_prefix("data: ") {
                hear(data)?;
                *after = number;
                let ends = ["successful", "failed", "dismissed"];
                is_end = ends.iter().any(|end| data == format!("{{\"status\":\"{end}\"}}"));
            }
        }
        Ok(is_end)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn with_token<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// Asks until there is an answer that is not about another time.
    fn again(
        &self,
        ask: impl Fn() -> Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let (began, mut pause) = (Instant::now(), PAUSE);
        loop {
            let (what, wait) = match ask() {
                Ok(response) => {
                    let answer = Answer::read(response)?;
                    match answer.retry_after {
                        Some(wait) if matches!(answer.status, 429 | 503) => {
                            if began.elapsed() > self.patience {
                                return Ok(answer);
                            }
                            (format!("it answers {}", answer.status), wait)
                        }
                        _ => return Ok(answer),
                    }
                }
                Err(error) => (error.to_string(), pause),
            };
            if began.elapsed() > self.patience {
                return Err(Failure {
                    exit: Exit::Fault,
                    text: format!(
                        "E614 {}: the server cannot be reached: {what}\n     help: check the \
                         address, and that `regionfront serve` runs there",
                        self.base
                    ),
                });
            }
            tracing::warn!(what, "the server is asked again");
            thread::sleep(wait.min(LONGEST_PAUSE));
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl Answer {
    fn read(mut response: ureq::http::Response<ureq::Body>) -> Result<Self, Failure> {
        let status = response.status().as_u16();
        let retry_after = response.headers().get("retry-after");
        let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        let mut bytes = Vec::new();
        let read = response.body_mut().as_reader().take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|error| Failure {
            exit: Exit::Fault,
            text: format!("E614 the answer of the server broke off: {error}"),
        })?;
        Ok(Self { status, bytes, retry_after: retry_after.map(Duration::from_secs) })
    }

    /// What was asked for, or the problem as a failure.
    pub(in super::super) fn found(self) -> Result<Vec<u8>, Failure> {
        if (200..300).contains(&self.status) { Ok(self.bytes) } else { Err(self.problem()) }
    }

    /// The document, or the problem as a failure.
    pub(in super::super) fn json(self) -> Result<Value, Failure> {
        let bytes = self.found()?;
        serde_json::from_slice(&bytes).map_err(|error| Failure {
            exit: Exit::Fault,
            text: format!("E614 the server does not answer as a service does: {error}"),
        })
    }

    fn problem(&self) -> Failure {
        let exit = if self.status < 500 { Exit::Usage } else { Exit::Fault };
        let document: Value = serde_json::from_slice(&self.bytes).unwrap_or(Value::Null);
        Failure { exit, text: problem_text(&document, self.status) }
    }
}

/// A problem document as this program tells its own defects.
pub(in super::super) fn problem_text(document: &Value, status: u16) -> String {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let defects = document["defects"].as_array();
    let lines: Vec<String> = defects
        .into_iter()
        .flatten()
        .map(|defect| {
            let [code, at, what, help] =
                ["code", "at", "what", "help"].map(|key| text(defect, key));
            format!("{code} {at}: {what}\n     help: {help}")
        })
        .collect();
    if lines.is_empty() {
        format!("E614 the server answers {status}, and does not say why")
    } else {
        lines.join("\n")
    }
}
