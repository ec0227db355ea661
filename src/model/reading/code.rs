//! What a code cannot be: a number that a spreadsheet rounded.

/// Why a text is no code, where it is none: `4.100195e+14` was a code before a spreadsheet made a
/// number of it, of which the last digits are lost.
pub fn code_fault(text: &str) -> Option<&'static str> {
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
    fn numbers_of_workbooks_are_plain_as_long_as_they_are_exact() {
        assert_eq!(text_of_float(301.0), "301");
        assert_eq!(text_of_float(0.1), "0.1");
        assert_eq!(text_of_float(410_019_500_123_456.0), "410019500123456");
        assert!(code_fault(&text_of_float(4.1e17)).is_some());
    }
}
