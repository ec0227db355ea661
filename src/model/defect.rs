//! What is wrong with an input: where, what, and what to do. All defects are collected, then reported
//! at once.

use std::fmt;

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
        write!(f, "{} {}: {}\n     help: {}", self.code, self.at, self.what, self.cure)
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
        let mut shown: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, defect) in self.0.iter().enumerate() {
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
}
