//! Digits and signs of other scripts as those of ASCII: `１２３`, `١٢٣` and `१२३` are 123.

use std::borrow::Cow;

/// The nil of every script whose digits stand in the order of their numbers, by the Unicode standard.
const NILS: [u32; 19] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810,
];

/// A figure in the digits and signs of ASCII. Letters of full width, as Japanese tables have them, become
/// plain ones; the Arabic sign before decimals is a point, that between thousands an apostrophe.
pub(super) fn in_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(plain).collect())
}

fn plain(letter: char) -> char {
    let code = u32::from(letter);
    match letter {
        '\u{66b}' => '.',
        '\u{66c}' => '\'',
        '\u{3000}' => ' ',
        // Full width: ASCII moved as a block.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(code - 0xfee0).unwrap_or(letter),
        _ => NILS
            .iter()
            .find(|&&nil| (nil..nil + 10).contains(&code))
            .and_then(|nil| char::from_digit(code - nil, 10))
            .unwrap_or(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_scripts_are_digits() {
        for text in ["１２３", "١٢٣", "۱۲۳", "१२३", "১২৩", "๑๒๓", "123"]
        {
            assert_eq!(in_ascii(text), "123", "{text}");
        }
        assert_eq!(in_ascii("١٬٢٣٤٫٥"), "1'234.5");
        assert_eq!(in_ascii("１，２３４"), "1,234");
        assert_eq!(in_ascii("Åmot"), "Åmot");
    }
}
