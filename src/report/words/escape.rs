//! Text of others on pages: what Markdown would take for marks is escaped, and links lead to the web
//! and nowhere else.

use std::fmt::Write as _;

use regionfront_model::visible::{is_hidden, visible};

/// A text as Markdown shows it letter by letter, in one line.
pub(crate) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut is_in_word = false;
    let text = visible(text);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let was_in_word = std::mem::replace(&mut is_in_word, letter.is_alphanumeric());
        match letter {
            '\n' | '\t' => escaped.push(' '),
            // Inside of a word it is no mark.
            '_' if was_in_word && letters.peek().is_some_and(|next| next.is_alphanumeric()) => {
                escaped.push('_');
            }
            '#' if !escaped.trim().is_empty() => escaped.push('#'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '{' | '}' | '$' | '~'
            | '^' | '&' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            plain => escaped.push(plain),
        }
    }
    escaped
}

/// An address that a page may link to: of the web, with everything escaped that could end the link or
/// hide where it leads. `None` for addresses of other kinds, such as `javascript:` or `file:`.
pub(crate) fn web_link(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    if !is_web || rest.is_empty() || rest.starts_with('/') {
        return None;
    }
    let mut link = String::with_capacity(address.len());
    for letter in address.chars() {
        let is_mark = matches!(
            letter,
            ' ' | '"'
                | '\''
                | '<'
                | '>'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '\\'
                | '`'
                | '|'
                | '^'
        );
        if is_mark || is_hidden(letter) || letter.is_whitespace() {
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(link, "%{byte:02X}");
            }
        } else {
            link.push(letter);
        }
    }
    Some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_what_stands_there() {
        assert_eq!(markdown("Ål 0301 (a-b), 1.5 %"), "Ål 0301 (a-b), 1.5 %");
        assert_eq!(markdown("# a|b\n# c {#d}"), "\\# a\\|b # c \\{#d\\}");
        assert_eq!(markdown("left_out _x_"), "left_out \\_x\\_");
        assert_eq!(markdown("[x](javascript:y) <b>*_`"), "\\[x\\](javascript:y) \\<b\\>\\*\\_\\`");
        assert_eq!(markdown("a\u{202e}b\u{1b}"), "a�b�");
    }

    #[test]
    fn links_lead_to_the_web_only() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt://x/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//a.b",
            "areas.csv",
            "http://",
            "https:///x",
            "vbscript:x",
            "",
        ] {
            assert_eq!(web_link(address), None, "{address}");
        }
        let plain = "https://data.ssb.no/api/v0/en/table/03321?a=b&c=1#d";
        assert_eq!(web_link(plain).as_deref(), Some(plain));
        assert_eq!(web_link(" HTTP://a.b/ø").as_deref(), Some("HTTP://a.b/ø"));
        assert_eq!(
            web_link("https://a.b/x\"onclick=\"y) \u{202e}z").as_deref(),
            Some("https://a.b/x%22onclick=%22y%29%20%E2%80%AEz")
        );
    }
}
