//! Texts into figures, by the habits of the file in which they stand.
//!
//! `1.000` is a thousand in one country and one in another. What the other figures of the file show
//! decides: `12,5` shows that the comma stands before decimals, `1.000.000` that the point stands
//! between thousands. Where nothing shows it the figure is refused, with both meanings.

use super::code::is_date;
use super::decimal::Decimal;
use super::digits::in_ascii;
use super::footnote;
use super::mark::Mark;
use super::shape::{Shape, Sign};

/// Signs that can stand between thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thousands {
    /// None stands there.
    None,
    /// `1.000`.
    Point,
    /// `1,000`.
    Comma,
    /// `1 000`, whatever the width of the space.
    Space,
    /// `1'000`.
    Apostrophe,
}

/// Signs that can stand before decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    /// `1.5`.
    Point,
    /// `1,5`.
    Comma,
}

/// What is known of how the figures of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NumberOptions {
    /// The sign between thousands, where it was said.
    pub thousands: Option<Thousands>,
    /// The sign before decimals, where it was said.
    pub decimal: Option<DecimalSign>,
    /// Whether signs of footnotes behind figures, and brackets around them, are left out.
    pub footnotes: bool,
}

/// What a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A figure.
    Number(Decimal),
    /// A sign for a figure that is missing; nothing at all is one, too.
    Missing(Mark),
    /// Neither.
    Wrong(NumberFault),
}

/// Why a text is no figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It does not have the form of one.
    NotANumber,
    /// It is below 0.
    Negative,
    /// It is above 10¹⁵.
    TooLarge,
    /// It is a share.
    Percent,
    /// It is a figure with the sign of a footnote behind it, or in brackets.
    Footnote(String, String),
    /// It is a date that a spreadsheet made.
    Date,
    /// It is what a spreadsheet shows where it found an error, or no room.
    Error,
    /// Its signs stand where no thousands are.
    Grouping,
    /// Nothing in the file shows which of two numbers it is.
    Ambiguous(String, String),
    /// The figures of the file contradict each other, as this one does another.
    Contradicts(String),
}

impl NumberFault {
    /// What is wrong with the figure, after its text.
    pub fn what(&self) -> String {
        match self {
            Self::NotANumber => "is not a number".to_owned(),
            Self::Negative => "is negative".to_owned(),
            Self::TooLarge => "is more than 10^15".to_owned(),
            Self::Percent => "is a share, and no number of people".to_owned(),
            Self::Footnote(figure, sign) if sign == "()" => format!(
                "is {figure} in brackets, which statistical offices write for what is uncertain, and \
                 accountants for what is negative"
            ),
            Self::Footnote(figure, sign) => format!(
                "is {figure} with `{sign}` behind it, as footnotes and marks of quality stand there"
            ),
            Self::Date => "is a date: a spreadsheet has made it of a figure".to_owned(),
            Self::Error => {
                "is what a spreadsheet shows for an error or for want of room".to_owned()
            }
            Self::Grouping => {
                "is no number: its signs stand neither between thousands nor before decimals"
                    .to_owned()
            }
            Self::Ambiguous(one, other) => {
                format!("can be {one} or {other}, and no other figure shows which")
            }
            Self::Contradicts(other) => {
                format!("is written otherwise than `{other}` in the same file")
            }
        }
    }

    /// What to do about it, where there is an option that helps; else advice on the figure.
    pub fn cure(&self) -> &'static str {
        match self {
            Self::NotANumber => {
                "write the figure in digits; a sign for a missing one is . .. : * or x"
            }
            Self::Negative => "people are counted from 0 up; leave out what is unknown",
            Self::TooLarge => "check the figure",
            Self::Percent => "give the column with numbers of people",
            Self::Footnote(..) => {
                "read such figures without their signs with --footnotes, or remove these"
            }
            Self::Date => "export the table again; what the figure was cannot be told",
            Self::Error => "mend the cell, or make its column wider, and save the table again",
            Self::Grouping => "write whole people, such as 31373",
            Self::Ambiguous(..) | Self::Contradicts(_) => {
                "say which sign stands between thousands (--thousands point, comma, space, \
                 apostrophe or none) or before decimals (--decimal point or comma)"
            }
        }
    }
}

/// What a point or a comma stands for in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Role {
    Unknown,
    Decimal,
    Thousands,
    /// Figures show both; here is one of each.
    Both {
        decimal: String,
        thousands: String,
    },
}

/// The habits of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    point: Role,
    comma: Role,
    /// Whether signs of footnotes are left out.
    footnotes: bool,
    notes: Vec<String>,
}

/// What the figures of a file show of one sign.
#[derive(Default)]
struct Evidence {
    decimal: Option<String>,
    thousands: Option<String>,
    /// Figures in which it can be either, and the first of them.
    open: Option<String>,
}

impl Numbers {
    /// The habits that figures show. What was said goes before what they show.
    pub fn learn<'a>(texts: impl IntoIterator<Item = &'a str>, options: NumberOptions) -> Self {
        let (mut point, mut comma) = (Evidence::default(), Evidence::default());
        let (mut small, mut large, mut other) = (false, false, false);
        let mut signed: Vec<String> = Vec::new();
        for text in texts {
            let text = &*in_ascii(text);
            if Mark::of(text).is_some() {
                continue;
            }
            let mut text = text.trim();
            if options.footnotes
                && let Some((figure, _)) = footnote::split(text)
            {
                signed.push(text.to_owned());
                text = figure;
            }
            let Some(shape) = Shape::of(text) else { continue };
            if shape.signs.is_empty() {
                (small, large) =
                    (small || shape.groups[0].len() <= 3, large || shape.groups[0].len() > 3);
            }
            other |= shape.signs.iter().any(|sign| matches!(sign, Sign::Space | Sign::Apostrophe));
            for (sign, evidence) in [(Sign::Point, &mut point), (Sign::Comma, &mut comma)] {
                let slot = match shown(&shape, sign) {
                    Some(Shown::Decimal) => &mut evidence.decimal,
                    Some(Shown::Thousands) => &mut evidence.thousands,
                    Some(Shown::Open) => &mut evidence.open,
                    None => continue,
                };
                slot.get_or_insert_with(|| text.trim().to_owned());
            }
        }
        let mut numbers = Self {
            point: role(Sign::Point, &point, &comma, options),
            comma: role(Sign::Comma, &comma, &point, options),
            footnotes: options.footnotes,
            notes: Vec::new(),
        };
        if let Some(first) = signed.first() {
            numbers.notes.push(format!(
                "signs of footnotes behind figures were left out, as asked, {} in all, as in `{first}`",
                signed.len()
            ));
        }
        // Whole people below a thousand without a sign, and none above: the sign is the thousands'.
        for (sign, evidence, is_point) in
            [(Sign::Point, &point, true), (Sign::Comma, &comma, false)]
        {
            let role = if is_point { &mut numbers.point } else { &mut numbers.comma };
            let Some(open) = &evidence.open else { continue };
            let is_only = if is_point { comma.open.is_none() } else { point.open.is_none() };
            if *role == Role::Unknown && small && !large && !other && is_only {
                *role = Role::Thousands;
                numbers.notes.push(format!(
                    "{} stands between thousands, as in `{open}`: figures below 1,000 have no sign, \
                     and none above is without one",
                    sign.word()
                ));
            } else if *role == Role::Thousands {
                numbers
                    .notes
                    .push(format!("{} stands between thousands, as in `{open}`", sign.word()));
            } else if *role == Role::Decimal {
                numbers
                    .notes
                    .push(format!("{} stands before decimals, as in `{open}`", sign.word()));
            }
        }
        numbers
    }

    /// Figures as programs write them: a point before decimals, nothing between thousands.
    pub fn plain() -> Self {
        let options = NumberOptions {
            thousands: Some(Thousands::None),
            decimal: Some(DecimalSign::Point),
            footnotes: false,
        };
        Self::learn([], options)
    }

    /// What was assumed of signs that could have meant something else, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Reads a text.
    pub fn read(&self, text: &str) -> Reading {
        let text = &*in_ascii(text);
        let text = text.trim();
        if Mark::is_nil(text) {
            return Reading::Number(Decimal::default());
        }
        if let Some(mark) = Mark::of(text) {
            return Reading::Missing(mark);
        }
        match self.number(text) {
            Ok(number) => Reading::Number(number),
            Err(fault) => Reading::Wrong(fault),
        }
    }

    fn number(&self, text: &str) -> Result<Decimal, NumberFault> {
        if text.ends_with(['%', '‰']) {
            return Err(NumberFault::Percent);
        }
        let Some(shape) = Shape::of(text) else {
            return match footnote::split(text) {
                Some((figure, _)) if self.footnotes => self.number(figure),
                Some((figure, sign)) => {
                    Err(NumberFault::Footnote(figure.to_owned(), sign.to_owned()))
                }
                None => Err(no_number(text)),
            };
        };
        let number = self.magnitude(&shape)?;
        match (shape.is_negative, number.is_zero()) {
            (true, false) => Err(NumberFault::Negative),
            _ => Ok(number),
        }
    }

    fn magnitude(&self, shape: &Shape<'_>) -> Result<Decimal, NumberFault> {
        let (whole, fraction) = shape.groups.split_at(shape.groups.len() - 1);
        let as_decimal =
            || Decimal::of_digits(whole, fraction[0], shape.exponent).ok_or(NumberFault::TooLarge);
        let as_thousands = || {
            if Shape::are_thousands(&shape.groups) {
                Decimal::of_digits(&shape.groups, "", shape.exponent).ok_or(NumberFault::TooLarge)
            } else {
                Err(NumberFault::Grouping)
            }
        };
        let Some(&last) = shape.signs.last() else {
            return Decimal::of_digits(&shape.groups, "", shape.exponent)
                .ok_or(NumberFault::TooLarge);
        };
        let role = match last {
            Sign::Space | Sign::Apostrophe => {
                let is_one = shape.signs.iter().all(|&sign| sign == last);
                return if is_one { as_thousands() } else { Err(NumberFault::Grouping) };
            }
            Sign::Point => &self.point,
            Sign::Comma => &self.comma,
        };
        let own = shown(shape, last).ok_or(NumberFault::Grouping)?;
        let contradicts = |other: &String| Err(NumberFault::Contradicts(other.clone()));
        match (own, role) {
            (Shown::Decimal, Role::Both { thousands, .. }) => contradicts(thousands),
            (Shown::Thousands | Shown::Open, Role::Both { decimal, .. }) => contradicts(decimal),
            (Shown::Decimal, Role::Thousands) | (Shown::Thousands, Role::Decimal) => {
                Err(NumberFault::Grouping)
            }
            (Shown::Decimal, _) | (Shown::Open, Role::Decimal) => as_decimal(),
            (Shown::Thousands, _) | (Shown::Open, Role::Thousands) => as_thousands(),
            (Shown::Open, Role::Unknown) => {
                let say = |number: Result<Decimal, NumberFault>| {
                    number.map_or_else(|_| "none".to_owned(), Decimal::shown)
                };
                Err(NumberFault::Ambiguous(say(as_thousands()), say(as_decimal())))
            }
        }
    }
}

impl Default for Numbers {
    /// Nothing is known of the file.
    fn default() -> Self {
        Self { point: Role::Unknown, comma: Role::Unknown, footnotes: false, notes: Vec::new() }
    }
}

/// What a text is that has not even the form of a figure.
fn no_number(text: &str) -> NumberFault {
    let is_error = text.starts_with('#')
        && (text.ends_with(['!', '?']) || text.bytes().all(|byte| byte == b'#'));
    let before = |text: &str| text.strip_suffix('-').and_then(|text| text.bytes().last());
    if is_date(text) {
        NumberFault::Date
    } else if is_error {
        NumberFault::Error
    } else if before(text).is_some_and(|byte| byte.is_ascii_digit())
        && Shape::of(&text[..text.len() - 1]).is_some()
    {
        // Programs of business write the sign behind.
        NumberFault::Negative
    } else {
        NumberFault::NotANumber
    }
}

/// What one figure shows of a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Decimal,
    Thousands,
    Open,
}

/// What a figure shows of a point or a comma in it; nothing where its signs make no sense.
fn shown(shape: &Shape<'_>, sign: Sign) -> Option<Shown> {
    let times = shape.signs.iter().filter(|&&one| one == sign).count();
    let others: Vec<Sign> = shape.signs.iter().copied().filter(|&one| one != sign).collect();
    let last = *shape.signs.last()?;
    let (groups, fraction) = shape.groups.split_at(shape.groups.len() - 1);
    match (times, others.as_slice()) {
        (0, _) => None,
        (1, []) => {
            let (whole, fraction) = (groups[0], fraction[0]);
            let is_open = fraction.len() == 3
                && Shape::are_thousands(&shape.groups)
                && shape.exponent.is_none();
            if whole.is_empty() && fraction.is_empty() {
                None
            } else {
                Some(if is_open { Shown::Open } else { Shown::Decimal })
            }
        }
        (_, []) => Shape::are_thousands(&shape.groups).then_some(Shown::Thousands),
        (1, [first, rest @ ..]) if last == sign => {
            let is_one = rest.iter().all(|other| other == first);
            (is_one && Shape::are_thousands(groups)).then_some(Shown::Decimal)
        }
        // `1.234,5`: the sign before the last one is the thousands'.
        (_, [other]) if last == *other => Shape::are_thousands(groups).then_some(Shown::Thousands),
        _ => None,
    }
}

fn role(sign: Sign, own: &Evidence, other: &Evidence, options: NumberOptions) -> Role {
    let thousands = match options.thousands {
        Some(Thousands::Point) => Some(Sign::Point),
        Some(Thousands::Comma) => Some(Sign::Comma),
        _ => None,
    };
    let decimal = match options.decimal {
        Some(DecimalSign::Point) => Some(Sign::Point),
        Some(DecimalSign::Comma) => Some(Sign::Comma),
        None => None,
    };
    if decimal == Some(sign) {
        return Role::Decimal;
    }
    if thousands == Some(sign) {
        return Role::Thousands;
    }
    if options.thousands.is_some() {
        // Thousands have another sign or none.
        return Role::Decimal;
    }
    if decimal.is_some() {
        return Role::Thousands;
    }
    match (&own.decimal, &own.thousands) {
        (Some(decimal), Some(thousands)) => {
            Role::Both { decimal: decimal.clone(), thousands: thousands.clone() }
        }
        (Some(_), None) => Role::Decimal,
        (None, Some(_)) => Role::Thousands,
        (None, None) if other.decimal.is_some() && other.thousands.is_none() => Role::Thousands,
        (None, None) if other.thousands.is_some() && other.decimal.is_none() => Role::Decimal,
        (None, None) => Role::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn learnt(texts: &[&str]) -> Numbers {
        Numbers::learn(texts.iter().copied(), NumberOptions::default())
    }

    /// What a text is among others, as text.
    fn read(text: &str, others: &[&str]) -> String {
        let all: Vec<&str> = others.iter().copied().chain([text]).collect();
        match learnt(&all).read(text) {
            Reading::Number(number) => number.shown(),
            Reading::Missing(mark) => mark.words().to_owned(),
            Reading::Wrong(fault) => {
                format!("{fault:?}").split('(').next().unwrap_or("").to_owned()
            }
        }
    }

    #[test]
    fn signs_mean_what_other_figures_show() {
        assert_eq!(read("1.000", &["12,5"]), "1,000");
        assert_eq!(read("1,000", &["12.5"]), "1,000");
        assert_eq!(read("1.000", &["1.000.000"]), "1,000");
        assert_eq!(read("1.250", &["0.125"]), "1.25");
        assert_eq!(read("1.234,5", &[]), "1,234.50");
        assert_eq!(read("1,234.5", &[]), "1,234.50");
        assert_eq!(read("1'234'567.25", &[]), "1,234,567.25");
        assert_eq!(read("1.000", &["812", "45"]), "1,000", "no larger one is without a sign");
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        assert_eq!(read("1.000", &[]), "Ambiguous");
        assert_eq!(read("5,000", &["9000"]), "Ambiguous");
        assert_eq!(read("1.000", &["812", "1'000"]), "Ambiguous");
        assert_eq!(read("1.000", &["1,000", "12"]), "Ambiguous");
        assert_eq!(read("1.000", &["12.5", "1.000.000"]), "Contradicts");
        assert_eq!(read("12 34", &[]), "Grouping");
        assert_eq!(read("1,00,000", &[]), "Grouping");
        assert_eq!(read("1 000'000", &[]), "Grouping");
    }

    #[test]
    fn options_decide_before_figures() {
        let read =
            |text: &str, options: NumberOptions| match Numbers::learn([text], options).read(text) {
                Reading::Number(number) => number.shown(),
                other => format!("{other:?}"),
            };
        let thousands = |sign| NumberOptions { thousands: Some(sign), ..NumberOptions::default() };
        let decimal = |sign| NumberOptions { decimal: Some(sign), ..NumberOptions::default() };
        assert_eq!(read("1.000", thousands(Thousands::Point)), "1,000");
        assert_eq!(read("1.250", thousands(Thousands::None)), "1.25");
        assert_eq!(read("1.000", decimal(DecimalSign::Comma)), "1,000");
        assert_eq!(read("1,250", decimal(DecimalSign::Comma)), "1.25");
        assert_eq!(read("1.250", thousands(Thousands::Apostrophe)), "1.25");
    }

    #[test]
    fn spaces_exponents_marks_and_shares() {
        for space in [" ", "\u{a0}", "\u{202f}", "\u{2009}"] {
            assert_eq!(read(&format!("1{space}234"), &[]), "1,234");
        }
        assert_eq!(read("1.2e5", &[]), "120,000");
        assert_eq!(read("1,2E+05", &[]), "120,000");
        assert_eq!(read("12e-1", &[]), "1.20");
        assert_eq!(read("1e16", &[]), "TooLarge");
        assert_eq!(read("12.0", &[]), "12");
        assert_eq!(read("12,5 %", &[]), "Percent");
        assert_eq!(read("-3", &[]), "Negative");
        assert_eq!(read("\u{2212}0.5", &[]), "Negative");
        assert_eq!(read("-0", &[]), "0");
        assert_eq!(read("\u{2013}", &[]), "0", "a dash is nil");
        assert_eq!(read("<5", &[]), "suppressed (:)");
        for mark in [":", "*", "x", "[c]"] {
            assert_eq!(read(mark, &[]), "suppressed (:)");
        }
        assert_eq!(read("NaN", &[]), "not available (..)");
        assert_eq!(read("12*", &[]), "Footnote");
        assert_eq!(read("(12)", &[]), "Footnote");
        assert_eq!(read("12-", &[]), "Negative");
        assert_eq!(read("12.mai", &[]), "Date");
        assert_eq!(read("#REF!", &[]), "Error");
        assert_eq!(read("########", &[]), "Error");
        assert_eq!(read("12k", &[]), "NotANumber");
        assert_eq!(read("0x10", &[]), "NotANumber");
        assert_eq!(read("1000000000000001", &[]), "TooLarge");
    }

    #[test]
    fn signs_of_footnotes_are_left_out_where_that_was_asked_for() {
        let options = NumberOptions { footnotes: true, ..NumberOptions::default() };
        let texts = ["1.234.567*", "1.234 (p)", "(12)", "*", "12k"];
        let numbers = Numbers::learn(texts, options);
        let read: Vec<String> = texts
            .iter()
            .map(|text| match numbers.read(text) {
                Reading::Number(number) => number.shown(),
                Reading::Missing(mark) => mark.words().to_owned(),
                Reading::Wrong(_) => "wrong".to_owned(),
            })
            .collect();
        assert_eq!(read, ["1,234,567", "1,234", "12", "suppressed (:)", "wrong"]);
        assert!(numbers.notes()[0].contains("3 in all, as in `1.234.567*`"));
    }

    #[test]
    fn digits_of_other_scripts_are_read() {
        assert_eq!(read("１２３", &[]), "123");
        assert_eq!(read("٤٥", &[]), "45");
        assert_eq!(read("١٬٢٣٤", &[]), "1,234");
        assert_eq!(read("１，２３４", &["９８"]), "1,234");
    }

    /// A number under habits: its thousands' sign, its decimal sign.
    fn written(number: u64, thousands: &str, decimal: &str, decimals: &str) -> String {
        let plain = number.to_string();
        let mut text = String::new();
        for (at, digit) in plain.chars().enumerate() {
            if at > 0 && (plain.len() - at).is_multiple_of(3) {
                text.push_str(thousands);
            }
            text.push(digit);
        }
        if decimals.is_empty() { text } else { format!("{text}{decimal}{decimals}") }
    }

    proptest! {
        /// Whole numbers under any habit come back equal or are refused, never different.
        #[test]
        fn a_habit_is_understood_or_refused(
            numbers in prop::collection::vec(0_u64..5_000_000, 1..12),
            thousands in prop::sample::select(vec!["", ".", ",", " ", "\u{202f}", "'", "’"]),
            zeros in prop::sample::select(vec!["", "0", "00"]),
        ) {
            let decimal = if thousands == "." { "," } else { "." };
            let texts: Vec<String> =
                numbers.iter().map(|&n| written(n, thousands, decimal, zeros)).collect();
            let habits = Numbers::learn(texts.iter().map(String::as_str), NumberOptions::default());
            for (&number, text) in numbers.iter().zip(&texts) {
                match habits.read(text) {
                    Reading::Number(read) => prop_assert_eq!(read.as_whole(), Some(number), "{}", text),
                    Reading::Wrong(NumberFault::Ambiguous(..)) => {
                        prop_assert!(thousands == "." || thousands == ",", "{}", text);
                    }
                    other => prop_assert!(false, "{}: {:?}", text, other),
                }
            }
        }
    }
}
