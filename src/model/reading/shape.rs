//! How a figure is put together: digits in groups, the signs between them, an exponent.

/// A sign inside of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    Point,
    Comma,
    Space,
    Apostrophe,
}

impl Sign {
    pub(super) fn of(letter: char) -> Option<Self> {
        match letter {
            '.' | '·' => Some(Self::Point),
            ',' => Some(Self::Comma),
            // Plain, not to be broken, narrow, thin, as wide as a digit.
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' | '\u{2008}' => Some(Self::Space),
            '\'' | '\u{2019}' | '\u{2018}' | '\u{2b9}' | '`' => Some(Self::Apostrophe),
            _ => None,
        }
    }

    /// The sign in words.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Point => "a point",
            Self::Comma => "a comma",
            Self::Space => "a space",
            Self::Apostrophe => "an apostrophe",
        }
    }
}

/// A figure in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape<'a> {
    pub(super) is_negative: bool,
    /// Runs of digits; one more than signs. The first and the last may be empty.
    pub(super) groups: Vec<&'a str>,
    pub(super) signs: Vec<Sign>,
    pub(super) exponent: Option<i32>,
}

impl<'a> Shape<'a> {
    /// The pieces of a text, if it has the form of a figure at all.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, text) = match text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, Some(power.parse().ok()?)),
            None => (text, None),
        };
        let mut shape = Self { is_negative, groups: Vec::new(), signs: Vec::new(), exponent };
        let mut begin = 0;
        for (at, letter) in mantissa.char_indices().filter(|(_, letter)| !letter.is_ascii_digit()) {
            shape.signs.push(Sign::of(letter)?);
            shape.groups.push(&mantissa[begin..at]);
            begin = at + letter.len_utf8();
        }
        shape.groups.push(&mantissa[begin..]);
        shape.groups.iter().any(|group| !group.is_empty()).then_some(shape)
    }

    /// Whether the first groups, as many as are given, are thousands: up to three digits, then
    /// threes.
    pub(super) fn are_thousands(groups: &[&str]) -> bool {
        let [first, rest @ ..] = groups else { return false };
        (1..=3).contains(&first.len())
            && (rest.is_empty() || !first.starts_with('0'))
            && rest.iter().all(|group| group.len() == 3)
    }
}
