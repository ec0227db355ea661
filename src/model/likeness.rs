//! How alike two words are: what stands behind every "did you mean".

/// How alike two words are, from 0 to 1, apart from capitals and from marks on letters, which many
/// keyboards lack: `Fla` is as good as `Flå`.
///
/// The measure is Jaro and Winkler's, which forgives slips at the end of a word more than at its
/// front.
///
/// Texts too long to be words are like nothing but themselves: the measure takes time in proportion to
/// the product of their lengths.
pub fn likeness(one: &str, other: &str) -> f64 {
    const LONGEST: usize = 200;
    if one.len().max(other.len()) > LONGEST {
        return if one == other { 1.0 } else { 0.0 };
    }
    strsim::jaro_winkler(&plain(one), &plain(other))
}

/// A word in small letters without the marks of western European languages.
fn plain(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' => text.push('a'),
            'æ' => text.push_str("ae"),
            'ç' | 'ć' | 'č' => text.push('c'),
            'ð' | 'đ' => text.push('d'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => text.push('e'),
            'ì'..='ï' | 'ī' => text.push('i'),
            'ł' => text.push('l'),
            'ñ' | 'ń' | 'ŋ' => text.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => text.push('o'),
            'ř' => text.push('r'),
            'š' | 'ś' => text.push('s'),
            'ß' => text.push_str("ss"),
            'ŧ' => text.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => text.push('u'),
            'ý' | 'ÿ' => text.push('y'),
            'ž' | 'ź' | 'ż' => text.push('z'),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_capitals_do_not_matter() {
        for (written, meant) in [("Fla", "Flå"), ("BAERUM", "Bærum"), ("lorenskog", "Lørenskog")]
        {
            assert!(likeness(written, meant) > 0.999, "{written} is {meant}");
        }
        assert!(likeness("Fla", "Hol") < likeness("Fla", "Flesberg"));
    }

    #[test]
    fn texts_of_megabytes_are_no_words() {
        let long = "a".repeat(3_000_000);
        assert!(likeness(&long, "aaa") < 0.001 && likeness(&long[1..], &long) < 0.001);
    }
}
