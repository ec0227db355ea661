//! Signs that stand where a figure is missing.

/// Why a cell holds no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// `.`: it cannot occur, or is not to be told.
    NotApplicable,
    /// `..`, `...`, `NA`: it is not available.
    NotAvailable,
    /// `:`, `*`, `x`, `<5`, `1–4`, `(D)`: it is withheld, so that nobody is recognised.
    Suppressed,
    /// Nothing is said of it.
    Unsaid,
}

impl Mark {
    /// The mark that a text stands for. A dash stands for nil, which is a figure: see [`Mark::is_nil`].
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        match text {
            "" => return Some(Self::Unsaid),
            "." => return Some(Self::NotApplicable),
            ".." | "..." | "…" => return Some(Self::NotAvailable),
            ":" | "::" | "*" | "**" | "***" | "x" | "X" | "c" | "C" | "s" | "S" | "(x)" | "(X)"
            | "(*)" | "[c]" | "[x]" | "†" | "(s)" | "(S)" | "(c)" | "(C)" | "(d)" | "(D)" | "D"
            | "/" => {
                return Some(Self::Suppressed);
            }
            _ => {}
        }
        let withheld = [
            "confidential",
            "suppressed",
            "withheld",
            "undertrykt",
            "skjermet",
            "fortrolig",
            "hemlig",
            "sekretess",
            "geheim",
            "salattu",
        ];
        if withheld.contains(&text.to_lowercase().as_str()) {
            return Some(Self::Suppressed);
        }
        let missing = [
            "na", "n/a", "#n/a", "nan", "null", "none", "n.a.", "n.a", "nd", "n.d.", "[z]", "k.a.",
            "k. a.", "u", "<na>",
        ];
        if missing.contains(&text.to_lowercase().as_str()) {
            return Some(Self::NotAvailable);
        }
        // `: c`: withheld, with the letter by which Eurostat says why.
        if let Some(flag) = text.strip_prefix(':') {
            let flag = flag.trim_start();
            let is_flag =
                (1..=2).contains(&flag.len()) && flag.bytes().all(|byte| byte.is_ascii_lowercase());
            return is_flag.then_some(Self::Suppressed);
        }
        // `<5`, `< 10` and `1–4` say how many at most, and so that there are few.
        let count = |text: &str| -> Option<u16> {
            let is_count = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_count.then(|| text.parse().ok()).flatten()
        };
        if let Some(below) = text.strip_prefix(['<', '≤']) {
            return count(below.trim_start()).map(|_| Self::Suppressed);
        }
        let (least, most) = text.split_once(['-', '\u{2013}'])?;
        let (least, most) = (count(least.trim_end())?, count(most.trim_start())?);
        (least < most && most < 100).then_some(Self::Suppressed)
    }

    /// Whether a text is a dash, which statistical offices write for nil.
    pub fn is_nil(text: &str) -> bool {
        matches!(text.trim(), "-" | "\u{2013}" | "\u{2014}" | "\u{2212}")
    }

    /// The mark in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotApplicable => "impossible (.)",
            Self::NotAvailable => "not available (..)",
            Self::Suppressed => "suppressed (:)",
            Self::Unsaid => "empty",
        }
    }
}
