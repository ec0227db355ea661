//! Numbers as a language writes them, and columns that still sum.

use super::Lang;

/// Keeps a number and its unit, and the groups of a number, on one line.
const NO_BREAK: char = '\u{a0}';
/// The sign of a negative number, as wide as a plus.
const MINUS: char = '\u{2212}';

impl Lang {
    /// A whole number, in groups of three: `1,241,165` or `1 241 165`.
    pub fn whole(self, number: i128) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut text = String::new();
        if number < 0 {
            text.push(MINUS);
        }
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(match self {
                    Self::En => ',',
                    Self::Nb => NO_BREAK,
                });
            }
            text.push(digit);
        }
        text
    }

    /// A small number as a word, as it stands in a sentence: `four`, `fire`; above twelve in digits.
    pub fn count_word(self, number: usize) -> String {
        const EN: [&str; 13] = [
            "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve",
        ];
        const NB: [&str; 13] = [
            "ingen", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve",
            "tolv",
        ];
        let words = match self {
            Self::En => EN,
            Self::Nb => NB,
        };
        words.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
    }

    /// A whole number with its sign: `+12`, `−1,893`, `0`.
    pub fn signed(self, number: i128) -> String {
        if number > 0 { format!("+{}", self.whole(number)) } else { self.whole(number) }
    }

    /// A number with this many decimals, rounded half away from zero.
    pub fn decimal(self, number: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", number.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut shown = String::new();
        if number < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
            shown.push(MINUS);
        }
        shown.push_str(&self.whole(whole.parse().unwrap_or(0)));
        if !fraction.is_empty() {
            shown.push(match self {
                Self::En => '.',
                Self::Nb => ',',
            });
            shown.push_str(fraction);
        }
        shown
    }

    /// A share between 0 and 1 in per cent, with one decimal: `66.1%` or `66,1 %`.
    pub fn percent(self, share: f64) -> String {
        self.percent_sign(&self.decimal(share * 100.0, 1))
    }

    /// A number already in per cent, with its sign.
    pub fn percent_sign(self, number: &str) -> String {
        match self {
            Self::En => format!("{number}%"),
            Self::Nb => format!("{number}{NO_BREAK}%"),
        }
    }
}

/// Parts of a whole in units of `1 / scale` that sum to the rounded whole: the largest remainder
/// method (Hamilton). The parts are rounded down, then the largest remainders get one unit more;
/// the first wins a tie.
///
/// Parts out of a whole of zero are all zero. `sum(parts)` may be less than the whole: the result
/// then sums to that sum's rounded share.
pub fn rounded_to_sum(parts: &[u64], whole: u64, scale: u64) -> Vec<u64> {
    if whole == 0 {
        return vec![0; parts.len()];
    }
    let (whole, scale) = (u128::from(whole), u128::from(scale));
    let scaled: Vec<u128> = parts.iter().map(|&part| u128::from(part) * scale).collect();
    let target = (scaled.iter().sum::<u128>() * 2 + whole) / (whole * 2);
    let mut rounded: Vec<u128> = scaled.iter().map(|part| part / whole).collect();
    let mut left = target.saturating_sub(rounded.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(scaled[at] % whole), at));
    for at in order {
        if left == 0 {
            break;
        }
        rounded[at] += 1;
        left -= 1;
    }
    rounded.into_iter().map(|part| u64::try_from(part).unwrap_or(u64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(Lang::En.whole(1_241_165), "1,241,165");
        assert_eq!(Lang::Nb.whole(1_241_165), "1\u{a0}241\u{a0}165");
        assert_eq!(Lang::En.signed(-1893), "\u{2212}1,893");
        assert_eq!(Lang::En.signed(12), "+12");
        assert_eq!(Lang::En.percent(0.661), "66.1%");
        assert_eq!(Lang::Nb.percent(0.661), "66,1\u{a0}%");
        assert_eq!(Lang::Nb.decimal(-1234.55, 1), "\u{2212}1\u{a0}234,5");
        assert_eq!(Lang::En.decimal(-0.01, 1), "0.0", "no minus before nothing");
    }

    #[test]
    fn thirds_still_sum() {
        assert_eq!(rounded_to_sum(&[1, 1, 1], 3, 1000), [334, 333, 333]);
        assert_eq!(rounded_to_sum(&[], 3, 1000), [0_u64; 0]);
        assert_eq!(rounded_to_sum(&[0, 0], 0, 1000), [0, 0]);
    }

    proptest! {
        #[test]
        fn rounded_parts_sum_to_the_rounded_sum(parts in prop::collection::vec(0_u64..1_000_000, 1..20)) {
            let whole: u64 = parts.iter().sum::<u64>().max(1);
            let rounded = rounded_to_sum(&parts, whole, 1000);
            let expected = if parts.iter().all(|&part| part == 0) { 0 } else { 1000 };
            prop_assert_eq!(rounded.iter().sum::<u64>(), expected);
            for (&part, &tenths) in parts.iter().zip(&rounded) {
                let exact = u128::from(part) * 1000;
                let shown = u128::from(tenths) * u128::from(whole);
                prop_assert!(exact.abs_diff(shown) < u128::from(whole));
            }
        }
    }
}
