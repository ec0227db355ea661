//! One question to the service, asked again where that can help.

use std::error::Error as _;
use std::time::{Duration, Instant};

use regionfront_model::defect::Defect;

use super::Settings;
use super::pace::Pace;

/// Largest answer, in bytes: many times what 800,000 cells need.
const LARGEST_ANSWER: u64 = 256 * 1024 * 1024;

/// Longest pause, whatever the service asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// What came of one try.
enum Tried {
    /// An answer that is as it should be.
    Answered(Vec<u8>),
    /// Something that may pass, and how long the service asks to wait.
    Again(String, Option<Duration>),
    /// Something that will not.
    Refused(String),
}

/// Asks the service, at its pace.
pub(super) struct Client {
    agent: ureq::Agent,
    pace: Pace,
    settings: Settings,
}

impl Client {
    pub(super) fn new(settings: &Settings) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(settings.timeout))
            .timeout_connect(Some(settings.timeout.min(Duration::from_secs(20))))
            .http_status_as_error(false)
            .user_agent(concat!("regionfront/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Self { agent, pace: Pace::new(settings.per_minute), settings: settings.clone() }
    }

    /// The answer to a query, or to a plain request where there is no body. `accept` says what is
    /// wrong with an answer that is not as it should be; such an answer is asked for again.
    pub(super) fn ask(
        &mut self,
        url: &str,
        body: Option<&str>,
        accept: &dyn Fn(&[u8]) -> Result<(), String>,
    ) -> Result<Vec<u8>, Defect> {
        let mut pause = self.settings.pause;
        let mut tries = 0_u32;
        loop {
            std::thread::sleep(self.pace.next(Instant::now()));
            tries += 1;
            let (why, wait) = match self.attempt(url, body, accept) {
                Tried::Answered(bytes) => return Ok(bytes),
                Tried::Refused(what) => {
                    return Err(Defect::new(
                        "E179",
                        url,
                        what,
                        "check the address of the service and the year; fewer --cells where it \
                         says that too much was asked for",
                    ));
                }
                Tried::Again(why, wait) => (why, wait),
            };
            tracing::warn!(url, tries, why, "the service did not answer");
            if tries > self.settings.retries {
                let times = if tries == 1 { "once".to_owned() } else { format!("{tries} times") };
                return Err(Defect::new(
                    "E178",
                    url,
                    format!("asked {times}, and at last {why}"),
                    "try again later; answers that came are kept and not asked for again",
                ));
            }
            std::thread::sleep(wait.unwrap_or(pause).min(LONGEST_PAUSE));
            pause = pause.saturating_mul(2);
        }
    }

    fn attempt(
        &self,
        url: &str,
        body: Option<&str>,
        accept: &dyn Fn(&[u8]) -> Result<(), String>,
    ) -> Tried {
        let sent = match body {
            Some(body) => {
                self.agent.post(url).header("Content-Type", "application/json").send(body)
            }
            None => self.agent.get(url).call(),
        };
        let mut answer = match sent {
            Ok(answer) => answer,
            Err(error) => return failed(&error),
        };
        let status = answer.status();
        let wait = answer
            .headers()
            .get("Retry-After")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let promised = answer.body().content_length();
        let bytes = match answer.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec() {
            Ok(bytes) => bytes,
            Err(error) => return failed(&error),
        };
        if status.is_success() {
            if let Some(promised) = promised.filter(|&promised| promised > bytes.len() as u64) {
                let what =
                    format!("the answer broke off after {} of {promised} bytes", bytes.len());
                return Tried::Again(what, None);
            }
            return match accept(&bytes) {
                Ok(()) => Tried::Answered(bytes),
                Err(what) => {
                    Tried::Again(format!("the answer is not what was asked: {what}"), wait)
                }
            };
        }
        let said = excerpt(&bytes);
        let what = format!("the service answered {status}{said}");
        if matches!(status.as_u16(), 408 | 425 | 429) || status.is_server_error() {
            Tried::Again(what, wait)
        } else {
            Tried::Refused(what)
        }
    }
}

/// Faults of the connection may pass; a bad address or certificate does not.
fn failed(error: &ureq::Error) -> Tried {
    let mut what = error.to_string();
    if let Some(source) = error.source() {
        what = format!("{what}: {source}");
    }
    match error {
        ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::RedirectFailed
        | ureq::Error::TooManyRedirects
        | ureq::Error::BodyExceedsLimit(_) => Tried::Refused(what),
        // A certificate that nobody vouches for.
        ureq::Error::Io(fault) if fault.kind() == std::io::ErrorKind::InvalidData => {
            Tried::Refused(what)
        }
        _ => Tried::Again(what, None),
    }
}

/// The beginning of what the service says, without line ends.
fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() {
        return String::new();
    }
    format!(": {}", text.chars().take(200).collect::<String>())
}
