//! What is wrong with an input: where, what, and what to do. All defects are collected, then reported
//! at once.

use std::collections::BTreeMap;
use std::fmt;

use crate::visible::visible;

/// How many defects of one kind are told; of more, their number.
const SHOWN: usize = 50;

/// One defect of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Stable code: `E1xx` instance, `E2xx` scenario and rules. `docs/src/reference/codes.md` lists
    /// them.
    pub code: &'static str,
    /// The place: file, row (1 is the header), column or key; or the command-line option.
    pub at: String,
    /// What is wrong, with the area's name and code where an area is concerned.
    pub what: String,
    /// What to do about it.
    pub cure: String,
}

impl Defect {
    /// A defect with its code, place, description and cure.
    pub fn new(
        code: &'static str,
        at: impl Into<String>,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { code, at: at.into(), what: what.into(), cure: cure.into() }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [at, what, cure] = [&self.at, &self.what, &self.cure].map(|text| visible(text));
        write!(f, "{} {at}: {what}\n     help: {cure}", self.code)
    }
}

/// Everything found wrong with an input, in the order of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects(pub Vec<Defect>);

impl Defects {
    /// `Ok` when nothing was found.
    ///
    /// # Errors
    /// Returns itself when it holds at least one defect.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Adds one defect.
    pub fn push(&mut self, defect: Defect) {
        self.0.push(defect);
    }

    /// The same, with so many defects of each code at most, and for the others how many more there
    /// are.
    #[must_use]
    pub fn capped(&self, most: usize) -> Self {
        let alike = |code: &str| self.0.iter().filter(|defect| defect.code == code).count();
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        let mut capped = Self::default();
        for defect in &self.0 {
            let times = shown.entry(defect.code).or_default();
            *times += 1;
            if *times <= most {
                capped.push(defect.clone());
            } else if *times == most + 1 {
                let file = defect.at.split(", row ").next().unwrap_or(&defect.at);
                capped.push(Defect::new(
                    defect.code,
                    file,
                    format!("{} more of this kind", alike(defect.code) - most),
                    defect.cure.clone(),
                ));
            }
        }
        capped
    }

    /// Whether any defect has this code.
    pub fn has(&self, code: &str) -> bool {
        self.0.iter().any(|defect| defect.code == code)
    }
}

impl From<Defect> for Defects {
    fn from(defect: Defect) -> Self {
        Self(vec![defect])
    }
}

impl fmt::Display for Defects {
    /// The first of every kind, and how many more there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, defect) in self.capped(SHOWN).0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{defect}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Defects {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defects_of_one_kind_are_capped_and_counted() {
        let mut defects = Defects::default();
        for row in 0..9 {
            defects.push(Defect::new("E1", format!("f, row {row}"), "wrong", "mend it"));
        }
        defects.push(Defect::new("E2", "g", "other", "mend it"));
        let capped = defects.capped(3);
        let whats: Vec<&str> = capped.0.iter().map(|defect| defect.what.as_str()).collect();
        assert_eq!(whats, ["wrong", "wrong", "wrong", "6 more of this kind", "other"]);
        assert_eq!(defects.capped(50), defects);
    }

    #[test]
    fn messages_of_thousands_of_defects_are_short() {
        let defect = |row| Defect::new("E1", format!("f, row {row}"), "wrong", "mend it");
        let text = Defects((0..5_000).map(defect).collect()).to_string();
        assert_eq!(text.lines().count(), 2 * 51);
        assert!(text.contains("E1 f: 4950 more of this kind"), "{text}");
    }

    #[test]
    fn a_message_does_not_steer_the_terminal() {
        let text = Defect::new("E1", "a\u{1b}[2J", "b\u{202e}", "c\r").to_string();
        assert_eq!(text, "E1 a�[2J: b�\n     help: c�");
    }
}
