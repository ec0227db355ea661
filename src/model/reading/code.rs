//! What a code cannot be: a number that a spreadsheet rounded, or a date that it made.

/// Why a text is no code, where it is none: `4.100195e+14` was a code before a spreadsheet made a
/// number of it, of which the last digits are lost; `03-Jan` was `3-1`.
pub fn code_fault(text: &str) -> Option<&'static str> {
    if is_date(text.trim()) {
        return Some("is a date: a spreadsheet has made it of a code");
    }
    let (mantissa, power) = text.trim().split_once(['e', 'E'])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_sign = power.starts_with(['+', '-']);
    let power = power.trim_start_matches(['+', '-']);
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let is_rounded = digits(power)
        && whole.len() == 1
        && digits(whole)
        && digits(fraction)
        && (has_sign || mantissa.len() > 1);
    is_rounded.then_some(
        "is a number with an exponent: a spreadsheet has made it of a code, and its last digits are \
         lost",
    )
}

/// What a code looks like: in small letters, without blanks, letters of other scripts that are drawn like
/// Latin ones as these. Two codes of one look are seldom two areas.
pub fn skeleton(code: &str) -> String {
    const CYRILLIC: &str = "авекмнорстухіјѕ";
    const GREEK: &str = "αβεζηικμνορτυχ";
    let latin = |letter: char| {
        let of = |from: &str, to: &str| {
            from.chars().position(|one| one == letter).and_then(|at| to.chars().nth(at))
        };
        of(CYRILLIC, "abekmhopctyxijs").or_else(|| of(GREEK, "abezhikmnoptyx")).unwrap_or(letter)
    };
    code.chars()
        .filter(|one| !one.is_whitespace())
        .flat_map(char::to_lowercase)
        .map(latin)
        .collect()
}

/// Names of months in English, German, the Nordic languages, French and Spanish. Spreadsheets write them
/// whole or cut.
const MONTHS: [&str; 46] = [
    "january",
    "januar",
    "januari",
    "janvier",
    "enero",
    "february",
    "februar",
    "februari",
    "février",
    "febrero",
    "march",
    "mars",
    "märz",
    "mrz",
    "marts",
    "marzo",
    "april",
    "avril",
    "abril",
    "may",
    "mai",
    "maj",
    "mayo",
    "june",
    "juni",
    "juin",
    "junio",
    "july",
    "juli",
    "juillet",
    "julio",
    "august",
    "augusti",
    "août",
    "agosto",
    "september",
    "septembre",
    "septiembre",
    "oktober",
    "october",
    "octobre",
    "octubre",
    "november",
    "desember",
    "december",
    "dezember",
];

/// Whether a text is a date as spreadsheets write it: `2024-03-01`, `01.03.2024`, `3/1/2024`, `01-Mar`,
/// `mar.24`. Names of months stand alone or with a point; `May Hill 1` is no date.
pub(super) fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let is_number = |part: &str| (1..=4).contains(&part.len()) && count_of(part).is_some();
    for sign in ['-', '.', '/'] {
        let parts: Vec<&str> = day.split(sign).collect();
        let is_month = |part: &str| {
            let part = part.to_lowercase();
            part.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(part.as_str()))
        };
        let fits = match parts[..] {
            [a, b] => (is_number(a) && is_month(b)) || (is_month(a) && is_number(b)),
            [a, b, c] if a.len() == 4 => is_ymd([a, b, c]),
            [a, b, c] if c.len() == 4 => is_ymd([c, b, a]) || is_ymd([c, a, b]),
            [a, b, c] => is_number(a) && is_month(b) && is_number(c),
            _ => false,
        };
        if fits {
            return true;
        }
    }
    false
}

fn count_of(part: &str) -> Option<u32> {
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

/// Whether three texts are a year of our time, a month and a day.
fn is_ymd([year, month, day]: [&str; 3]) -> bool {
    let within = |part: &str, least: u32, most: u32| {
        count_of(part).is_some_and(|number| (least..=most).contains(&number))
    };
    within(year, 1900, 2100) && within(month, 1, 12) && within(day, 1, 31)
}

/// A number from a workbook as text, without exponent. Whole numbers of more than 15 digits, which
/// workbooks do not hold, become numbers with an exponent, so that no code is made of them.
pub fn text_of_float(number: f64) -> String {
    if number.abs() >= 1e15 && number.fract() == 0.0 {
        format!("{number:e}").replacen('e', "e+", 1)
    } else {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_codes_are_told_from_codes_with_an_e() {
        for text in ["4.100195e+14", "4,1E+14", "1E+05", "6.0014001001007E13"] {
            assert!(code_fault(text).is_some(), "{text}");
        }
        for text in ["E06000001", "2A004", "5E10", "0301", "K-3001", "1.2", "e+5", ""] {
            assert!(code_fault(text).is_none(), "{text}");
        }
    }

    #[test]
    fn codes_of_one_look_have_one_skeleton() {
        for code in ["E06", "е06", "Ε06", "e06", "E 06"] {
            assert_eq!(skeleton(code), "e06", "{code}");
        }
        assert_ne!(skeleton("E06"), skeleton("E60"));
    }

    #[test]
    fn dates_of_spreadsheets_are_told_from_codes() {
        for text in [
            "01-Mar",
            "mar.24",
            "1-jan",
            "3-des",
            "2024-03-01",
            "01.03.2024",
            "3/1/2024",
            "2024-03-01T00:00:00",
            "2024-03-01 00:00:00",
            "12-Dec-24",
            "Mai-01",
            "1-September",
        ] {
            assert!(code_fault(text).is_some(), "{text}");
        }
        for text in [
            "May Hill 1",
            "Mar-del-Plata",
            "1-101",
            "3-1",
            "2024",
            "12.3",
            "01.02.03",
            "NO-03",
            "Marstrand-1",
            "Julita-2",
            "2024-13-01",
            "DE-BW",
            "1.2.1899",
            "Janzé",
            "2024-1",
        ] {
            assert!(code_fault(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_of_workbooks_are_plain_as_long_as_they_are_exact() {
        assert_eq!(text_of_float(301.0), "301");
        assert_eq!(text_of_float(0.1), "0.1");
        assert_eq!(text_of_float(410_019_500_123_456.0), "410019500123456");
        assert!(code_fault(&text_of_float(4.1e17)).is_some());
    }
}
