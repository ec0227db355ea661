//! Codes as sources spell them.

use std::collections::BTreeMap;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::code_fault;

use super::exchange_codes;

/// Codes in the full spelling, and what was said about them.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    /// Full spelling by the source's; each full code belongs to one spelling.
    full: BTreeMap<String, String>,
    /// What to say, where zeros came back.
    pub(super) oddity: Option<Defect>,
}

impl Spelling {
    /// Gives codes that lost their leading zeros, as numbers do, their zeros back.
    ///
    /// With a `width`, codes of digits are filled up to it. Without one they are filled up to the
    /// longest when all codes are digits and the shorter ones lack one digit and still have three:
    /// `301` beside `3001`, or `1001` beside `48001`. Areas numbered 1, 2, 3, … are left alone.
    /// Two spellings that become the same code, such as `301` and `0301`, are a defect.
    pub(super) fn of(
        file: &str,
        spelled: impl IntoIterator<Item = String>,
        width: Option<usize>,
        defects: &mut Defects,
    ) -> Self {
        let mut full: BTreeMap<String, String> =
            spelled.into_iter().map(|code| (code.clone(), code)).collect();
        for (code, fault) in full.keys().filter_map(|code| Some((code, code_fault(code)?))) {
            defects.push(Defect::new(
                exchange_codes::CODE,
                file,
                format!("the code `{}` {fault}", shorten(code)),
                "export the table again with its codes as text; what is lost cannot be had back",
            ));
        }
        if let Some(code) = with_decimals(full.keys()) {
            defects.push(Defect::new(
                exchange_codes::CODE,
                file,
                format!(
                    "the code `{}` has decimals, as all others: a program has made numbers of the codes, \
                     and zeros at their beginning may be lost",
                    shorten(code)
                ),
                "export the table again with its codes as text",
            ));
        }
        let is_digits = |code: &str| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit());
        let longest = full.keys().map(String::len).max().unwrap_or(0);
        let shortest = full.keys().map(String::len).min().unwrap_or(0);
        let guess =
            (full.keys().all(|code| is_digits(code)) && shortest >= 3 && shortest + 1 == longest)
                .then_some(longest);
        let Some(width) = width.or(guess) else { return Self { full, oddity: None } };
        let mut lost = Vec::new();
        for (spelled, code) in &mut full {
            if is_digits(spelled) && spelled.len() < width {
                *code = format!("{spelled:0>width$}");
                lost.push(format!("{spelled} → {code}"));
            }
        }
        let mut seen: BTreeMap<&String, &String> = BTreeMap::new();
        for (spelled, code) in &full {
            if let Some(other) = seen.insert(code, spelled) {
                defects.push(Defect::new(
                    exchange_codes::TWICE,
                    file,
                    format!("`{other}` and `{spelled}` are both `{code}` with leading zeros"),
                    "correct one of the codes, or pass --code-width 1 to leave them as they are",
                ));
            }
        }
        let oddity = (!lost.is_empty()).then(|| {
            Defect::new(
                exchange_codes::ZEROS,
                file,
                format!(
                    "{} got leading zeros back: {}",
                    regionfront_model::instance::counted(lost.len(), "code"),
                    super::some_of(&lost)
                ),
                "check them; pass --code-width N for another width, 1 to leave codes as they are",
            )
        });
        Self { full, oddity }
    }

    /// The full code of a spelling that [`Spelling::of`] was given.
    pub(super) fn full(&self, spelled: &str) -> String {
        self.full.get(spelled).map_or_else(|| spelled.to_owned(), Clone::clone)
    }
}

/// The first code where all of them are whole numbers with a nil behind the point, `301.0`.
fn with_decimals<'a>(codes: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let mut first = None;
    for code in codes {
        let whole = code.strip_suffix(".0").or_else(|| code.strip_suffix(",0"))?;
        if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        first = first.or(Some(code));
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(codes: &[&str], width: Option<usize>) -> (Vec<String>, usize) {
        let mut defects = Defects::default();
        let spelling = Spelling::of("x", codes.iter().map(|&c| c.to_owned()), width, &mut defects);
        (codes.iter().map(|code| spelling.full(code)).collect(), defects.0.len())
    }

    #[test]
    fn numbers_become_codes_again() {
        assert_eq!(spelled(&["301", "3001"], None).0, ["0301", "3001"]);
        assert_eq!(spelled(&["1001", "48001"], None).0, ["01001", "48001"]);
        assert_eq!(spelled(&["101", "102"], Some(4)).0, ["0101", "0102"]);
        assert_eq!(spelled(&["301", "0301"], None).1, 1, "both would be 0301");
    }

    #[test]
    fn codes_with_decimals_were_numbers() {
        assert_eq!(spelled(&["301.0", "3001.0"], None).1, 1);
        assert_eq!(spelled(&["1.0", "1.1"], None).1, 0, "parts of an outline");
        assert_eq!(spelled(&[], None).1, 0);
    }

    #[test]
    fn numbering_and_words_are_left_alone() {
        assert_eq!(spelled(&["1", "2", "10", "100"], None).0, ["1", "2", "10", "100"]);
        assert_eq!(spelled(&["A12", "A123"], None).0, ["A12", "A123"]);
        assert_eq!(spelled(&["301", "3001"], Some(1)).0, ["301", "3001"]);
    }
}
