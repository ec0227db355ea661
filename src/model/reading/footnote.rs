//! Figures with the sign of a footnote or of a quality behind them: `12*`, `12¹`, `12 (p)`, `410[1]`.

use super::shape::Sign;

/// Letters by which Eurostat and others mark figures: estimated, provisional, revised, …
const FLAGS: &str = "bcdefnprsuz";

/// A figure and the sign that stands behind it, or the brackets around it.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    // Uncertain to statistical offices, negative to accountants.
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return is_figure(inner).then_some((inner, "()"));
    }
    let is_part = |letter: char| letter.is_ascii_digit() || Sign::of(letter).is_some();
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    // What stands between the last digit and the sign belongs to neither.
    let last = text[..end].rfind(|letter: char| letter.is_ascii_digit())? + 1;
    let (figure, sign) = (&text[..last], text[last..].trim_start());
    if &text[last..] == ")" {
        // `500 1)`: the last number is that of a note.
        let (figure, note) = figure.rsplit_once([' ', '\u{a0}'])?;
        return (note.len() <= 2 && is_figure(figure))
            .then(|| (figure.trim_end(), &text[text.len() - note.len() - 1..]));
    }
    (is_figure(figure) && is_sign(sign)).then_some((figure, sign))
}

fn is_figure(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_digit() || Sign::of(letter).is_some();
    text.starts_with(|letter: char| letter.is_ascii_digit()) && text.chars().all(is_part)
}

fn is_sign(text: &str) -> bool {
    let is_mark = |letter: char| {
        matches!(
            letter,
            '*' | '#' | '†' | '‡' | '§' | '^' | 'ª' | 'º' | '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | 'ⁿ'
        )
    };
    let in_brackets = [('(', ')'), ('[', ']'), ('{', '}')].into_iter().any(|(open, close)| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|inner| {
            (1..=3).contains(&inner.chars().count())
                && inner.chars().all(|letter| letter.is_alphanumeric() || is_mark(letter))
        })
    });
    // Not `k` or `m`, which stand for thousands and millions.
    let is_flag = (1..=2).contains(&text.len()) && text.chars().all(|one| FLAGS.contains(one));
    !text.is_empty() && (text.chars().all(is_mark) || in_brackets || is_flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_behind_figures_are_told_from_figures() {
        for (text, figure, sign) in [
            ("12*", "12", "*"),
            ("1 234**", "1 234", "**"),
            ("12¹", "12", "¹"),
            ("12 (p)", "12", "(p)"),
            ("410[1]", "410", "[1]"),
            ("500 1)", "500", "1)"),
            ("1,234.5 bp", "1,234.5", "bp"),
            ("410r", "410", "r"),
            ("(12)", "12", "()"),
        ] {
            assert_eq!(split(text), Some((figure, sign)), "{text}");
        }
        for text in [
            "12",
            "12k",
            "1.5 M",
            "12.mai",
            "*",
            "",
            "12-",
            "#REF!",
            "12 %",
            "5001)",
            "()",
            "500 1\u{a0})",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
