//! Words that say that a figure counts something else than one person: thousands of people, or so many in
//! every thousand.

/// Words for thousands, in small letters, in the languages of those who publish flows.
const WORDS: [&str; 22] = [
    "tusen",
    "tusinde",
    "tusinder",
    "tsd",
    "tuhat",
    "tys",
    "tisíc",
    "tisíce",
    "tis",
    "ezer",
    "mille",
    "mii",
    "þúsund",
    "þúsundum",
    "тыс",
    "тысяч",
    "χιλιάδες",
    "千人",
    "tuh",
    "tūkst",
    "tūkstančiai",
    "tūkstoši",
];

/// How such words begin.
const STEMS: [&str; 10] = [
    "thousand", "tusental", "tausend", "milliers", "migliaia", "milhares", "tuhans", "duizend",
    "million", "miljoner",
];

/// Words that stand before a thousand in digits: `i 1000`, `x 1000`, `per 1000`.
const BEFORE: [&str; 15] =
    ["in", "i", "x", "en", "à", "im", "w", "v", "per", "pr", "je", "på", "por", "pour", "units"];

/// People, as they stand behind a thousand in digits: `1 000 personer`.
const PEOPLE: [&str; 32] = [
    "persons",
    "people",
    "personer",
    "personen",
    "personnes",
    "personas",
    "persone",
    "pessoas",
    "inhabitants",
    "innbyggere",
    "invånare",
    "indbyggere",
    "einwohner",
    "habitants",
    "commuters",
    "pendlere",
    "pendlare",
    "pendler",
    "workers",
    "employed",
    "employees",
    "sysselsatte",
    "sysselsatta",
    "ansatte",
    "beschäftigte",
    "henkilöä",
    "hlö",
    "osób",
    "osob",
    "fő",
    "tal",
    "tals",
];

/// Words before a number that is a limit: `more than 1 000 inhabitants`.
const LIMITS: [&str; 16] = [
    "than", "over", "under", "above", "below", "least", "most", "enn", "än", "end", "over", "über",
    "unter", "ab", "minst", "mindst",
];

/// Whether a text says that the figures below it do not count single people: that they are in thousands, as
/// in `Pendlere (1 000 personer)` and `Commuters, thousands`, or rates.
pub fn says_unit(text: &str) -> bool {
    let text: String = text
        .to_lowercase()
        .replace('×', " x ")
        .replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ")
        .replace(['\'', '’'], "'");
    // A thousand in digits, whatever stands between them.
    let plain = ["1 000", "1.000", "1,000", "1'000"].iter().fold(text, |text, written| {
        text.match_indices(written)
            .filter(|(at, _)| {
                let is_digit =
                    |letter: Option<char>| letter.is_some_and(|one| one.is_ascii_digit());
                !is_digit(text[..*at].chars().next_back())
                    && !is_digit(text[at + written.len()..].chars().next())
            })
            .map(|(at, _)| at)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .fold(text.clone(), |mut text, at| {
                text.replace_range(at..at + written.len(), "1000");
                text
            })
    });
    // `'000`, and no end of `1'234'000`.
    let is_short = plain.match_indices("'000").any(|(at, _)| {
        !plain[..at].chars().next_back().is_some_and(|letter| letter.is_ascii_digit())
    });
    if plain.trim() == "1000" || plain.contains("(1000)") || is_short {
        return true;
    }
    let words: Vec<&str> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    words.iter().enumerate().any(|(at, one)| {
        let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
        let is_limit = LIMITS.contains(&before) || LIMITS.contains(&word(at.checked_sub(2)));
        if is_limit {
            return false;
        }
        match *one {
            "1000s" | "000s" => true,
            "1000" => BEFORE.contains(&before) || PEOPLE.contains(&after),
            // In English they are a distance.
            "miles" | "mil" => before == "en" || after == "de" || PEOPLE.contains(&after),
            one => {
                let is_counted =
                    before.bytes().all(|byte| byte.is_ascii_digit()) && !before.is_empty();
                !is_counted
                    && (WORDS.contains(&one) || STEMS.iter().any(|stem| one.starts_with(stem)))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_known_in_the_words_of_offices() {
        for text in [
            "Pendlere (1 000 personer)",
            "Pendlere (1\u{a0}000 personer)",
            "Sysselsatte (i 1000)",
            "Commuters, thousands",
            "Thousand persons",
            "commuters (thousands)",
            "1000",
            "Employed ('000)",
            "Workers, 1,000s",
            "Pendler in Tsd.",
            "Angaben in 1.000",
            "Actifs occupés, en milliers",
            "Ocupados (miles de personas)",
            "Occupati, migliaia",
            "Työlliset, tuhansia",
            "1 000 personer",
            "Pendlare, tusental",
            "Pendlare (1 000-tal)",
            "Pracujący w tys.",
            "Commuters × 1000",
            "Commuters per 1,000 inhabitants",
            "就業者 千人",
        ] {
            assert!(says_unit(text), "{text}");
        }
    }

    #[test]
    fn other_thousands_are_let_pass() {
        for text in [
            "03321: Sysselsatte, etter arbeidssted og bosted",
            "Municipalities with more than 1 000 inhabitants",
            "Kommuner med over 10 tusen innbyggere",
            "Kommuner med minst 1000 innbyggere",
            "Table 1000: commuting",
            "Commuting of 10 miles or more",
            "11 000 personer",
            "Persons",
            "antal",
            "Utpendling 2022",
        ] {
            assert!(!says_unit(text), "{text}");
        }
    }
}
