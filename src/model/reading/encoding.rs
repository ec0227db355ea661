//! Bytes into text, whatever encoding they are in.

use super::named::Encoding;
use super::utf7::utf7;

/// The text in some bytes, and what it was taken to be written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// The name of the encoding where it is not UTF-8, as a note says it: `Windows-1252`.
    pub assumed: Option<&'static str>,
}

/// The text in some bytes: UTF-8 where they are, UTF-16 or UTF-32 where a byte order mark or the zeros
/// between Latin letters say so, UTF-7 where every plus sign is one of it, else Windows-1252, of which ISO 8859-1 is a part. `None` where they are no
/// text at all: they hold control characters.
///
/// Bytes that are not UTF-8 do not say which of the old encodings they are in; the caller has to note
/// what was assumed.
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(rest).or_else(|| windows_1252(rest));
    }
    // Before UTF-16, whose mark is the beginning of this one.
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe\0\0") {
        return utf32(rest, u32::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\0\0\xfe\xff") {
        return utf32(rest, u32::from_be_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    if bytes.contains(&0) {
        // Without a mark: no letter needs all four bytes, and most of them are Latin.
        let is_latin = |decoded: &Decoded| {
            2 * decoded.text.chars().filter(char::is_ascii).count() >= decoded.text.chars().count()
        };
        let of_four = [u32::from_le_bytes, u32::from_be_bytes].into_iter();
        let mut of_four = of_four.filter_map(|unit| utf32(bytes, unit)).filter(is_latin);
        if let Some(decoded) = of_four.next() {
            return Some(decoded);
        }
        // Every other byte of mostly Latin text is zero.
        let zeros = |odd: usize| {
            bytes.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count() * 10
                > bytes.len() * 3
        };
        return match (zeros(0), zeros(1)) {
            (false, true) => utf16(bytes, u16::from_le_bytes),
            (true, false) => utf16(bytes, u16::from_be_bytes),
            _ => None,
        };
    }
    // Signs that change to another script, as Japanese mail has them: the letters between are no ASCII.
    if bytes.windows(2).any(|pair| pair == b"\x1b$" || pair == b"\x1b(") {
        return None;
    }
    if let Some(text) = utf7(bytes) {
        return Some(Decoded { text, assumed: Some("UTF-7") });
    }
    utf8(bytes).or_else(|| windows_1252(bytes))
}

/// Bytes of which it is known, or was assumed, what they are written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The bytes: in UTF-8 where an encoding was named and needed, else as they were.
    pub bytes: Vec<u8>,
    /// What [`decode`] takes them to be written in, where they are text, not UTF-8, and nobody named
    /// their encoding.
    pub assumed: Option<&'static str>,
}

/// Some bytes, in UTF-8 if they are not and their encoding was named. `None` where they hold what that
/// encoding does not have.
pub fn told(bytes: Vec<u8>, named: Option<Encoding>) -> Option<Told> {
    let decoded = decode(&bytes);
    // UTF-8, and what is mostly zeros, show what they are.
    let shows =
        |assumed: Option<&str>| assumed.is_none_or(|name| ["UTF-16", "UTF-32"].contains(&name));
    let is_shown = decoded.as_ref().is_some_and(|decoded| shows(decoded.assumed));
    match named {
        Some(encoding) if !is_shown => {
            Some(Told { bytes: encoding.decode(&bytes)?.into_bytes(), assumed: None })
        }
        _ => Some(Told { bytes, assumed: decoded.and_then(|decoded| decoded.assumed) }),
    }
}

fn utf8(bytes: &[u8]) -> Option<Decoded> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(Decoded { text: text.to_owned(), assumed: None })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Decoded> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).ok().filter(|text| !text.contains('\0'))?;
    Some(Decoded { text, assumed: Some("UTF-16") })
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Option<Decoded> {
    let quads = bytes.chunks_exact(4);
    if !quads.remainder().is_empty() {
        return None;
    }
    let letters = quads.map(|quad| char::from_u32(unit([quad[0], quad[1], quad[2], quad[3]])));
    let text = letters.collect::<Option<String>>().filter(|text| !text.contains('\0'))?;
    Some(Decoded { text, assumed: Some("UTF-32") })
}

/// The letters of Windows-1252 from 0x80 to 0x9f; a space where there is none.
const HIGH: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

fn windows_1252(bytes: &[u8]) -> Option<Decoded> {
    let letter = |&byte: &u8| match byte {
        0x80..=0x9f => Some(HIGH[usize::from(byte - 0x80)]).filter(|&letter| letter != ' '),
        b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0.. => Some(char::from(byte)),
        _ => None,
    };
    let text: Option<String> = bytes.iter().map(letter).collect();
    Some(Decoded { text: text?, assumed: Some("Windows-1252") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<(String, Option<&'static str>)> {
        decode(bytes).map(|decoded| (decoded.text, decoded.assumed))
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let plain = "1507;Ålesund\n";
        let utf16 = |mark: &[u8], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.iter().copied().chain(plain.encode_utf16().flat_map(unit)).collect()
        };
        assert_eq!(read(plain.as_bytes()), Some((plain.to_owned(), None)));
        assert_eq!(
            read(&[b"\xef\xbb\xbf", plain.as_bytes()].concat()).map(|x| x.0),
            Some(plain.into())
        );
        for bytes in [
            utf16(b"\xff\xfe", u16::to_le_bytes),
            utf16(b"\xfe\xff", u16::to_be_bytes),
            utf16(b"", u16::to_le_bytes),
            utf16(b"", u16::to_be_bytes),
        ] {
            assert_eq!(read(&bytes), Some((plain.to_owned(), Some("UTF-16"))));
        }
        let utf32 = |mark: &[u8], unit: fn(u32) -> [u8; 4]| -> Vec<u8> {
            mark.iter().copied().chain(plain.chars().flat_map(|one| unit(one.into()))).collect()
        };
        for bytes in [
            utf32(b"\xff\xfe\0\0", u32::to_le_bytes),
            utf32(b"\0\0\xfe\xff", u32::to_be_bytes),
            utf32(b"", u32::to_le_bytes),
            utf32(b"", u32::to_be_bytes),
        ] {
            assert_eq!(read(&bytes), Some((plain.to_owned(), Some("UTF-32"))));
        }
        assert_eq!(read(b"1507;\xc5lesund\n"), Some((plain.to_owned(), Some("Windows-1252"))));
        assert_eq!(read(b"10\x962").map(|x| x.0), Some("10–2".into()));
        assert_eq!(read(b"1507;+AMU-lesund\n"), Some((plain.to_owned(), Some("UTF-7"))));
    }

    #[test]
    fn an_encoding_that_was_named_is_asked_where_the_bytes_do_not_tell() {
        let named = |name: &str| Some(name.parse::<Encoding>().expect("known"));
        let told_as =
            |bytes: &[u8], name| told(bytes.to_vec(), name).map(|told| (told.bytes, told.assumed));
        let latin2 = b"Pozna\xf1;\xa3\xf3d\xbc";
        assert_eq!(told_as(latin2, named("iso-8859-2")), Some(("Poznań;Łódź".into(), None)));
        assert_eq!(told_as(latin2, None), Some((latin2.to_vec(), Some("Windows-1252"))));
        assert_eq!(told_as("Łódź".as_bytes(), named("iso-8859-2")), Some(("Łódź".into(), None)));
        assert_eq!(told_as(b"\xff\xfe\xff", named("shift_jis")), None);
        assert_eq!(told_as(b"\x1b$B8&5f\x1b(B", named("iso-2022-jp")), Some(("研究".into(), None)));
    }

    #[test]
    fn what_is_no_text_is_none() {
        assert_eq!(read(b"\x00\x01\x02\xff"), None);
        assert_eq!(read(b"\xff\xfe1"), None, "half a letter");
        assert_eq!(read(b"a\x81"), None);
        assert_eq!(read(b"\xc5\x07"), None);
        assert_eq!(
            read(b"\x1b$B8&5f\x1b(B"),
            None,
            "another script, after a sign that no table has"
        );
    }
}
