//! UTF-7: ASCII in which other letters stand as `+AMU-`.

/// The letters of the base of 64.
const BASE_64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text in some bytes, where they are UTF-7 beyond doubt: every plus sign begins letters that ASCII has
/// not, or stands for itself as `+-`, and there are such letters. `None` for everything else, plain ASCII
/// among it.
///
/// RFC 2152. Time O(bytes).
pub(super) fn utf7(bytes: &[u8]) -> Option<String> {
    if !bytes.is_ascii() || !bytes.contains(&b'+') {
        return None;
    }
    let mut text = String::with_capacity(bytes.len());
    let mut has_letters = false;
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        if first != b'+' {
            text.push(char::from(first));
            rest = after;
            continue;
        }
        let length = after.iter().take_while(|byte| BASE_64.contains(byte)).count();
        let (coded, end) = after.split_at(length);
        // Writers close what they opened; `A+B;` of a table without a sign behind it is no UTF-7.
        rest = end.strip_prefix(b"-")?;
        if coded.is_empty() {
            text.push('+');
        } else {
            let letters = letters(coded)?;
            has_letters = true;
            text.push_str(&letters);
        }
    }
    has_letters.then_some(text)
}

/// UTF-16 in the base of 64, of which no bit is left over and no letter is one of ASCII.
fn letters(coded: &[u8]) -> Option<String> {
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut units = Vec::new();
    for byte in coded {
        let value = BASE_64.iter().position(|letter| letter == byte)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from(bits >> held).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    let text = String::from_utf16(&units).ok()?;
    (held < 6
        && bits == 0
        && !text.is_empty()
        && !text.contains(|one: char| one.is_ascii_alphanumeric()))
    .then_some(text)
}

#[cfg(test)]
mod tests {
    use super::utf7;

    #[test]
    fn what_is_utf_7_beyond_doubt_is_read() {
        assert_eq!(
            utf7(b"1507;+AMU-lesund\n0301;+ANg-st +- vest"),
            Some("1507;Ålesund\n0301;Øst + vest".into())
        );
        assert_eq!(utf7(b"+ZeVnLIqe-"), Some("日本語".into()));
        for text in [
            "0301;Oslo",
            "a+b",
            "3+-4",
            "Nord+Sor-",
            "1.5e+04-",
            "80+;12",
            "+47-22",
            "A+B-",
            "\u{c5}+AMU-",
        ] {
            assert_eq!(utf7(text.as_bytes()), None, "{text}");
        }
    }
}
