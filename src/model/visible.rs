//! Text of others where people read it: no letter in it steers the terminal, the map or the page.
//!
//! A name may hold an escape sequence that clears the screen, or a mark that turns the direction of
//! reading, so that what is shown is not what is there. Every such letter is shown as `�`.

use std::borrow::Cow;
use std::io::{self, Write};

/// What stands for a letter that is not shown.
const SHOWN: char = '\u{fffd}';

/// Whether a letter steers instead of being shown: a control character other than the end of a line
/// and the tab, or a mark of direction.
pub fn is_hidden(letter: char) -> bool {
    let is_direction = matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    is_direction || (letter.is_control() && !matches!(letter, '\n' | '\t'))
}

/// A text with every letter that steers shown as `�`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_hidden) {
        let shown = text.chars().map(|letter| if is_hidden(letter) { SHOWN } else { letter });
        Cow::Owned(shown.collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// How a writer deals with letters that steer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instead {
    /// As [`visible`] shows them.
    Shown,
    /// As JSON writes them: `\u202e`, from which a program reads the letter itself.
    Json,
}

/// A writer whose text arrives without letters that steer, however it is cut into writes.
#[derive(Debug)]
pub struct VisibleWriter<W: Write> {
    to: W,
    instead: Instead,
    /// The beginning of a letter whose end was not written yet: three bytes at most.
    begun: Vec<u8>,
}

impl<W: Write> VisibleWriter<W> {
    /// A text for people, as [`visible`] shows it.
    pub fn new(to: W) -> Self {
        Self { to, instead: Instead::Shown, begun: Vec::new() }
    }

    /// A JSON document, with letters that steer as JSON escapes them: nothing is lost.
    pub fn json(to: W) -> Self {
        Self { to, instead: Instead::Json, begun: Vec::new() }
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        if !text.chars().any(is_hidden) {
            return self.to.write_all(text.as_bytes());
        }
        match self.instead {
            Instead::Shown => self.to.write_all(visible(text).as_bytes()),
            Instead::Json => text.chars().try_for_each(|letter| {
                if is_hidden(letter) {
                    write!(self.to, "\\u{:04x}", u32::from(letter))
                } else {
                    write!(self.to, "{letter}")
                }
            }),
        }
    }
}

impl<W: Write> Write for VisibleWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        let all = std::mem::take(&mut self.begun);
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.put(text)?;
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.put(&String::from_utf8_lossy(good))?;
                    let Some(length) = error.error_len() else {
                        bad.clone_into(&mut self.begun);
                        break;
                    };
                    self.to.write_all(SHOWN.encode_utf8(&mut [0; 4]).as_bytes())?;
                    rest = &bad[length..];
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_shown_and_what_is_read_stays() {
        assert_eq!(visible("Ål\n\tÆØÅ ﺎﻠﻋ"), "Ål\n\tÆØÅ ﺎﻠﻋ");
        assert_eq!(visible("a\u{1b}[2Jb\r\u{7}\u{9b}\u{7f}"), "a�[2Jb����");
        assert_eq!(visible("a\u{202e}b\u{2066}c\u{200f}d\u{2028}"), "a�b�c�d�");
    }

    #[test]
    fn letters_cut_by_writes_arrive_whole() {
        let text = "Å\u{202e}\u{1b}b🜨";
        for size in 1..5 {
            let mut out = Vec::new();
            let mut writer = VisibleWriter::new(&mut out);
            for part in text.as_bytes().chunks(size) {
                writer.write_all(part).expect("memory does not fail");
            }
            assert_eq!(String::from_utf8(out).expect("text"), "Å��b🜨");
        }
        let mut out = Vec::new();
        VisibleWriter::new(&mut out).write_all(b"a\xffb\xc3").expect("memory does not fail");
        assert_eq!(out, "a�b".as_bytes());
    }

    #[test]
    fn programs_read_from_json_what_people_are_not_shown() {
        let name = "a\u{202e}b\u{7f}\n";
        let mut out = Vec::new();
        serde_json::to_writer(VisibleWriter::json(&mut out), name).expect("memory does not fail");
        assert_eq!(String::from_utf8_lossy(&out), "\"a\\u202eb\\u007f\\n\"");
        assert_eq!(serde_json::from_slice::<String>(&out).expect("JSON"), name);
    }
}
