//! Codes and texts of municipalities: what is one, from when until when, and its plain name.

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A municipality or the like: four digits. What lies beyond the mainland, and places unknown,
    /// have four digits, too, and no population.
    Place,
    /// What a sum over today's municipalities leaves over: `K-Rest`.
    Rest,
    /// A municipality whose code has lost its leading zero: three digits.
    LostZero,
    /// A sum of others: the country, a county, a part of the country.
    Sum,
}

/// A code without the mark of a series that is summed over mergers: `K-3001` and `K_3001` are 3001.
pub(super) fn bare(code: &str) -> &str {
    let mut letters = code.chars();
    match (letters.next(), letters.next()) {
        (Some('K' | 'k'), Some('-' | '_' | '.')) => letters.as_str(),
        _ => code,
    }
}

/// What a bare code stands for.
pub(super) fn kind(code: &str) -> Kind {
    let is_digits = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    match code.len() {
        4 if is_digits => Kind::Place,
        3 if is_digits => Kind::LostZero,
        _ if code.eq_ignore_ascii_case("rest") => Kind::Rest,
        _ => Kind::Sum,
    }
}

/// Whether a word has the form of a code: `0301`, `K-0301`, `01-99`, `K-Rest`.
pub(super) fn is_code(word: &str) -> bool {
    let bare = bare(word);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(bare)
        || bare.split_once('-').is_some_and(|(from, to)| digits(from) && digits(to))
        || (bare.len() < word.len() && bare.eq_ignore_ascii_case("rest"))
}

/// The last group of four digits in a text that can be a year.
pub(super) fn year_in(text: &str) -> Option<String> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .rfind(|digits| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")))
        .map(str::to_owned)
}

/// First and last year of a municipality; open where the text does not say. Both count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) from: Option<u16>,
    pub(super) to: Option<u16>,
}

impl Validity {
    /// Whether a year lies within.
    pub(super) fn holds(self, year: u16) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }
}

/// Plain name and validity of a text: `1601 Trondheim kommune (-2017)` is Trondheim, until 2017.
pub(super) fn name_and_validity(code: &str, label: &str) -> (String, Validity) {
    let mut name = label.trim();
    let mut validity = Validity::default();
    if let Some((before, years)) = name.strip_suffix(')').and_then(|inside| inside.rsplit_once('('))
        && let Some(found) = years_of(years)
    {
        validity = found;
        name = before.trim_end();
    }
    if let Some((first, rest)) = name.split_once(' ')
        && bare(first) == bare(code)
    {
        name = rest.trim_start();
    }
    for end in [" kommune", " municipality"] {
        name = name.strip_suffix(end).unwrap_or(name);
    }
    let name = if name.is_empty() { bare(code) } else { name };
    (name.to_owned(), validity)
}

/// `-2017`, `2020-`, `2013-2017` or `2018`.
fn years_of(text: &str) -> Option<Validity> {
    let year = |text: &str| -> Option<Option<u16>> {
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        (text.len() == 4).then(|| text.parse().ok()).flatten().map(Some)
    };
    let (from, to) = match text.split_once(['-', '\u{2013}']) {
        Some((from, to)) => (year(from)?, year(to)?),
        None => (year(text)?, year(text)?),
    };
    (from.is_some() || to.is_some()).then_some(Validity { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_by_what_they_stand_for() {
        for (code, expected) in [
            ("0301", Kind::Place),
            ("K-3001", Kind::Place),
            ("K_3001", Kind::Place),
            ("9999", Kind::Place),
            ("301", Kind::LostZero),
            ("30", Kind::Sum),
            ("0", Kind::Sum),
            ("01-99", Kind::Sum),
            ("K-Rest", Kind::Rest),
            ("Landet", Kind::Sum),
            ("", Kind::Sum),
        ] {
            assert_eq!(kind(bare(code)), expected, "{code}");
        }
    }

    #[test]
    fn names_lose_codes_years_and_the_word_municipality() {
        let read = |label| {
            let (name, validity) = name_and_validity("1601", label);
            (name, validity.from, validity.to)
        };
        let trondheim = |from, to| ("Trondheim".to_owned(), from, to);
        assert_eq!(read("Trondheim"), trondheim(None, None));
        assert_eq!(read("1601 Trondheim (-2017)"), trondheim(None, Some(2017)));
        assert_eq!(read("Trondheim kommune (1964-2017)"), trondheim(Some(1964), Some(2017)));
        assert_eq!(read("K-1601 Trondheim (2018-)"), trondheim(Some(2018), None));
        assert_eq!(read("Bø (Telemark)").0, "Bø (Telemark)");
        assert_eq!(read("Bø (Telemark) (-2019)").0, "Bø (Telemark)");
        assert_eq!(read("(-2019)"), ("1601".to_owned(), None, Some(2019)));
    }

    #[test]
    fn a_year_counts_at_both_ends() {
        let (_, validity) = name_and_validity("3001", "Halden (2020-2023)");
        assert!([2020, 2023].into_iter().all(|year| validity.holds(year)));
        assert!([2019, 2024].into_iter().all(|year| !validity.holds(year)));
    }
}
