//! Words for places that are no area: nowhere known, abroad, at sea.

/// Words that name no area, in small letters, in the languages of those who publish flows.
const WORDS: &[&str] = &[
    "does not apply",
    "not applicable",
    "not stated",
    "not known",
    "unknown",
    "no fixed place",
    "no fixed place of work",
    "offshore installation",
    "outside uk",
    "outside the uk",
    "outside great britain",
    "overseas",
    "abroad",
    "other countries",
    "elsewhere",
    "uoppgitt",
    "ukjent",
    "ukjent arbeidssted",
    "utlandet",
    "sokkelen",
    "kontinentalsokkelen",
    "udland",
    "udlandet",
    "uoplyst",
    "uden for danmark",
    "okänd",
    "okänt",
    "utomlands",
    "uppgift saknas",
    "utland",
    "tuntematon",
    "ulkomaat",
    "ulkomailla",
    "ausland",
    "unbekannt",
    "übriges ausland",
    "ohne angabe",
    "étranger",
    "etranger",
    "pays étrangers",
    "inconnu",
    "non précisé",
    "extranjero",
    "desconocido",
    "no consta",
    "estero",
    "ignoto",
    "buitenland",
    "onbekend",
    "zagranica",
    "nieznane",
    "不詳",
    "外国",
    "国外",
    "他県",
    "従業地不詳",
    "従業地「不詳」",
];

/// Words for the area itself, in small letters, where a workplace is that of the residence.
const OWN: &[&str] = &[
    "same municipality",
    "same area",
    "same county",
    "own municipality",
    "in own municipality",
    "municipality of residence",
    "area of residence",
    "place of residence",
    "samme kommune",
    "egen kommune",
    "i egen kommune",
    "bostedskommunen",
    "bopælskommunen",
    "samma kommun",
    "egna kommunen",
    "boendekommunen",
    "bostadskommunen",
    "asuinkunta",
    "oma kunta",
    "wohngemeinde",
    "gleiche gemeinde",
    "eigene gemeinde",
    "même commune",
    "commune de résidence",
    "stesso comune",
    "mismo municipio",
    "eigen gemeente",
    "自市町村",
];

/// Whether a label says that it is the area at the other end of the flow.
pub fn is_own_word(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')', ':']).trim().to_lowercase();
    OWN.contains(&text.as_str())
}

/// Whether a label says that it is no area: a word for nowhere or abroad, or a number below 0, which the
/// United Kingdom's tables write for what does not apply.
pub fn is_elsewhere_word(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')', ':']).trim().to_lowercase();
    let is_below_nil = text.strip_prefix(['-', '\u{2212}']).is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    is_below_nil || WORDS.contains(&text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_itself_is_told_by_its_words() {
        assert!(
            ["Same municipality", "(i egen kommune)", "Oma kunta"].into_iter().all(is_own_word)
        );
        assert!(!["Egersund", "same", ""].into_iter().any(is_own_word));
    }

    #[test]
    fn places_that_are_no_area_are_told_by_their_words() {
        for text in ["-8", "Does not apply", "Uoplyst", "(unknown)", "Étranger", "不詳"] {
            assert!(is_elsewhere_word(text), "{text}");
        }
        for text in ["Utlandsvik", "0301", "-", "A-1", "Unna", ""] {
            assert!(!is_elsewhere_word(text), "{text}");
        }
    }
}
