//! Errors as clients see them: problem documents (RFC 9457) with our codes, places and cures.

use serde::Serialize;

use regionfront_model::defect::{Defect, Defects};

use crate::store::StoreError;

/// A problem document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which kind of problem this is: an address, also in the words of OGC where they have one.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// The kind in a few words.
    pub title: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// What is wrong this time.
    pub detail: String,
    /// The code of the first defect.
    pub code: Box<str>,
    /// All defects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<DefectDocument>,
    /// Seconds after which it is worth trying again; a header of the answer, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// A defect in a problem document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefectDocument {
    /// Stable code.
    pub code: String,
    /// The place.
    pub at: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl From<&Defect> for DefectDocument {
    fn from(defect: &Defect) -> Self {
        Self {
            code: defect.code.to_owned(),
            at: defect.at.clone(),
            what: defect.what.clone(),
            help: defect.cure.clone(),
        }
    }
}

/// Most defects of one code in a document.
const SHOWN: usize = 50;

/// Where the kinds of OGC are described.
const OGC: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0";

impl Problem {
    /// A problem with one defect.
    pub fn new(
        status: u16,
        code: &'static str,
        at: impl Into<String>,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self::of(status, &Defect::new(code, at, what, cure).into())
    }

    /// A problem with these defects.
    pub fn of(status: u16, defects: &Defects) -> Self {
        let defects = defects.capped(SHOWN);
        let first = defects.0.first();
        let code = first.map_or("", |defect| defect.code).into();
        let detail = match first {
            Some(defect) => format!("{}: {}; {}", defect.at, defect.what, defect.cure),
            None => String::new(),
        };
        Self {
            kind: "about:blank".into(),
            title: title(status),
            status,
            detail,
            code,
            defects: defects.0.iter().map(DefectDocument::from).collect(),
            retry_after: None,
        }
    }

    /// The same, of a kind that OGC has a name for.
    #[must_use]
    pub fn ogc(mut self, kind: &str) -> Self {
        self.kind = format!("{OGC}/{kind}").into();
        self
    }

    /// The same, with a time after which to try again.
    #[must_use]
    pub fn retry(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// There is no such page.
    pub fn no_page(path: &str) -> Self {
        let shown: String = path.chars().take(100).collect();
        Self::new(404, "E602", shown, "there is no such page", "see / and /api")
    }

    /// There is no such job.
    pub fn no_job(id: &str) -> Self {
        let shown: String = id.chars().take(60).collect();
        Self::new(404, "E602", format!("jobs/{shown}"), "there is no such job", "see /jobs")
            .ogc("no-such-job")
    }

    /// The document.
    ///
    /// # Panics
    /// Never: it is plain data.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("it is plain data")
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let what = error.to_string();
        tracing::error!(what, "the store");
        match error {
            StoreError::Full => {
                Self::new(507, "E610", "store", what, "try again once there is room").retry(60)
            }
            StoreError::Away(_) => Self::new(503, "E610", "store", what, "try again").retry(5),
            StoreError::Busy => Self::new(503, "E610", "store", what, "try again").retry(2),
            StoreError::Other(_) => {
                Self::new(500, "E610", "store", what, "see the log of the server")
            }
        }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be understood",
        401 => "A token is needed",
        403 => "This is not allowed",
        404 => "There is no such thing",
        405 => "This cannot be done here",
        408 => "The request took too long",
        409 => "This does not fit what is there",
        410 => "It is gone",
        413 => "The request is too large",
        415 => "The body is of the wrong type",
        422 => "The question cannot be asked",
        429 => "Too much at a time",
        431 => "The head of the request is too large",
        503 => "Not now",
        507 => "There is no room",
        _ => "The server failed",
    }
}
