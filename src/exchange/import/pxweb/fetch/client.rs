//! One question to the service, asked again where that can help.

use std::borrow::Cow;
use std::error::Error as _;
use std::time::{Duration, Instant};

use regionfront_model::defect::Defect;
use regionfront_model::visible::visible;

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
            // Followed here, within the host alone.
            .max_redirects(0)
            .max_redirects_will_error(false)
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
            if let Some(wait) = wait.filter(|&wait| wait > self.settings.timeout) {
                return Err(Defect::new(
                    "E178",
                    url,
                    format!(
                        "{why}; it asks to wait {} seconds, longer than the {} of --timeout",
                        wait.as_secs(),
                        self.settings.timeout.as_secs()
                    ),
                    "try again later; answers that came are kept and not asked for again",
                ));
            }
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
        let until = Instant::now() + self.settings.timeout;
        let mut url = Cow::Borrowed(url);
        let mut redirects = 0;
        let mut answer = loop {
            // One limit for the answer, however often it is said to be elsewhere.
            let left = until.saturating_duration_since(Instant::now());
            let sent = match body {
                Some(body) => self
                    .agent
                    .post(&*url)
                    .config()
                    .timeout_global(Some(left))
                    .build()
                    .header("Content-Type", "application/json")
                    .send(body),
                None => self.agent.get(&*url).config().timeout_global(Some(left)).build().call(),
            };
            let answer = match sent {
                Ok(answer) => answer,
                Err(error) => return failed(&error),
            };
            if !matches!(answer.status().as_u16(), 301 | 302 | 307 | 308) {
                break answer;
            }
            let location = answer.headers().get("Location").and_then(|value| value.to_str().ok());
            redirects += 1;
            if redirects > MOST_REDIRECTS {
                return Tried::Refused("the service redirects without end".to_owned());
            }
            match location.map(|location| elsewhere(&url, location)) {
                Some(Ok(next)) => url = Cow::Owned(next),
                Some(Err(what)) => return Tried::Refused(what),
                None => return Tried::Refused("the service redirects to nowhere".to_owned()),
            }
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

/// How often an answer may be said to be elsewhere.
const MOST_REDIRECTS: usize = 5;

/// Where a redirection leads, if that is the host that was asked: another one was not named by
/// anybody, and may be one that only this machine reaches.
fn elsewhere(from: &str, location: &str) -> Result<String, String> {
    let shown: String = visible(location).chars().take(200).collect();
    let Some((scheme, host)) = origin(from) else {
        return Err(format!("the address `{from}` cannot be redirected"));
    };
    let next = if location.contains("://") {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{host}{location}")
    } else {
        let folder = from.rsplit_once('/').map_or(from, |(folder, _)| folder);
        format!("{folder}/{location}")
    };
    match origin(&next) {
        Some((next_scheme, next_host))
            if next_host.eq_ignore_ascii_case(host)
                && (next_scheme == scheme || next_scheme == "https") =>
        {
            Ok(next)
        }
        _ => Err(format!("the service redirects to another host: `{shown}`")),
    }
}

/// Scheme and host, with the port where one is named, of a web address.
fn origin(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_plain = !host.is_empty() && !host.contains('@') && matches!(scheme, "http" | "https");
    is_plain.then_some((scheme, host))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirections_stay_within_the_host() {
        let from = "https://data.ssb.no/api/v0/en/table/03321";
        for (location, next) in [
            ("/api/v1/03321", "https://data.ssb.no/api/v1/03321"),
            ("03321/", "https://data.ssb.no/api/v0/en/table/03321/"),
            ("https://DATA.ssb.no/x", "https://DATA.ssb.no/x"),
            ("//data.ssb.no/x", "https://data.ssb.no/x"),
        ] {
            assert_eq!(elsewhere(from, location).as_deref(), Ok(next));
        }
        for location in [
            "https://evil.example/x",
            "//evil.example/x",
            "http://data.ssb.no/x",
            "https://data.ssb.no:8443/x",
            "https://data.ssb.no@evil.example/x",
            "https://data.ssb.no\\@evil.example/x",
            "https://data.ssb.no.evil.example/x",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
        ] {
            assert!(elsewhere(from, location).is_err(), "{location}");
        }
        assert!(elsewhere("http://a.b/x", "https://a.b/x").is_ok(), "more safe than before");
    }
}
