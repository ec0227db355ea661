//! Encodings that were named: a file in bytes that do not say what letters they are.

use std::fmt;
use std::str::FromStr;

/// An encoding by one of its names: those of the web, such as `latin1`, `windows-1250`, `utf-16le`,
/// `macintosh`, `shift_jis`, and the code pages 437 and 850 of older programs, which the web does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Web(&'static encoding_rs::Encoding),
    Page(&'static CodePage),
}

/// A code page: ASCII, and 128 letters above it.
#[derive(Debug, PartialEq, Eq)]
struct CodePage {
    name: &'static str,
    upper: &'static str,
}

/// The letters as the Unicode Consortium's mapping tables have them.
const CODE_PAGES: [CodePage; 2] = [
    CodePage {
        name: "CP437",
        upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
    CodePage {
        name: "CP850",
        upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    },
];

impl CodePage {
    fn decode(&self, bytes: &[u8]) -> String {
        let upper: Vec<char> = self.upper.chars().collect();
        let letter = |&byte: &u8| match byte.checked_sub(128) {
            Some(at) => upper[usize::from(at)],
            None => char::from(byte),
        };
        bytes.iter().map(letter).collect()
    }
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_page = ["cp", "ibm", "dos", "oem", "codepage", ""].contains(
            &text
                .to_lowercase()
                .trim_end_matches(|letter: char| letter.is_ascii_digit())
                .trim_matches(|letter: char| !letter.is_alphanumeric()),
        );
        let page = CODE_PAGES.iter().find(|page| is_page && page.name[2..] == number);
        if let Some(page) = page {
            return Ok(Self(Kind::Page(page)));
        }
        let web = encoding_rs::Encoding::for_label(text.as_bytes());
        web.map(|encoding| Self(Kind::Web(encoding))).ok_or_else(|| {
            format!(
                "`{text}` is no encoding known here; known are utf-8, utf-16le, windows-1252 (latin1), \
                 windows-1250, iso-8859-2, iso-8859-15, cp437, cp850, ibm866, macintosh, koi8-r, \
                 shift_jis, gb18030 and others of the web"
            )
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Web(encoding) => encoding.name(),
            Kind::Page(page) => page.name,
        })
    }
}

impl Encoding {
    /// The text in some bytes; `None` where they hold what the encoding does not have. A byte order mark
    /// goes before what was named.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        match self.0 {
            Kind::Page(page) => Some(page.decode(bytes)),
            Kind::Web(web) => {
                let (text, _, has_errors) = web.decode(bytes);
                (!has_errors).then(|| text.into_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_of_older_programs_are_known_by_their_numbers() {
        let page = |name: &str| match name.parse::<Encoding>().expect(name).0 {
            Kind::Page(page) => page,
            Kind::Web(web) => panic!("{name}: {}", web.name()),
        };
        for name in ["cp850", "CP-850", "ibm850", "850", "dos 850"] {
            assert_eq!(page(name).name, "CP850");
        }
        assert_eq!(page("cp437").decode(b"\x86l;\x8fs;1"), "ål;Ås;1");
        assert_eq!(page("cp850").decode(b"Nes;\x9bya;S\x9br;\x9d"), "Nes;øya;Sør;Ø");
        for page in &CODE_PAGES {
            assert_eq!(page.upper.chars().count(), 128, "{}", page.name);
        }
        assert_eq!("latin1".parse::<Encoding>().expect("known").to_string(), "windows-1252");
        assert!("cp999".parse::<Encoding>().is_err());
        assert!("iso-8859-850".parse::<Encoding>().is_err());
    }
}
