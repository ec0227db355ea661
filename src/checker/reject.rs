//! Why a certificate is not believed.

use std::fmt;

/// What is not proved, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Line of the certificate, from 1; 0 where the fault lies in no line.
    pub line: usize,
    /// Where in that line, such as `proof.split.together`.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

impl Rejection {
    /// The same, one step further out.
    pub(crate) fn under(mut self, step: &str) -> Self {
        self.place =
            if self.place.is_empty() { step.to_owned() } else { format!("{step}.{}", self.place) };
        self
    }

    /// The same, in this line.
    pub(crate) fn in_line(mut self, line: usize) -> Self {
        self.line = line;
        self
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&shown(&self.reason))
    }
}

impl std::error::Error for Rejection {}

/// A rejection for this reason, with the place still to be named.
pub(crate) fn reject<T>(reason: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection { line: 0, place: String::new(), reason: reason.into() })
}

/// A text as it is printed: a letter that would begin a line, steer a terminal or turn the direction of
/// reading is a question mark.
pub(crate) fn shown(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(
                letter,
                '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            )
    };
    text.chars().map(|letter| if steers(letter) { '?' } else { letter }).collect()
}
