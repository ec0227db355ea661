//! Names of runs: also names of folders, so that what they may hold is little.

use regionfront_model::file_name;
use toml::de::DeValue;

/// Whether a name can be a run's: one of a file, of few letters.
pub(super) fn check(name: &str) -> Result<(), String> {
    let is_fine =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '+');
    if name.is_empty() {
        Err("a run has a name".to_owned())
    } else if name.starts_with(['.', '-']) || !name.chars().all(is_fine) {
        Err(format!(
            "`{name}` is not a name of letters, digits, `-`, `_`, `.` and `+` that begins with a \
             letter or digit"
        ))
    } else {
        file_name::check(name)
    }
}

/// The value of an axis as text; lists are joined. `None` for what has no short text.
pub(super) fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().replace('_', "")),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Array(list) => {
            let items: Option<Vec<String>> = list.iter().map(|item| text(item.get_ref())).collect();
            items.map(|items| items.join("+"))
        }
        DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

/// What the value of an axis adds to a name: of paths the last part, all else with `-` for what a
/// name cannot hold.
pub(super) fn part(axis: &str, text: &str) -> String {
    let text = match axis {
        "instance" | "scenario" => {
            let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or(text);
            last.strip_suffix(".toml").unwrap_or(last)
        }
        _ => text,
    };
    let is_fine = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '+');
    let words = text.split(|letter| !is_fine(letter)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_parts_of_names() {
        assert_eq!(part("counties", "Troms og Finnmark"), "Troms-og-Finnmark");
        assert_eq!(part("counties", "Møre og Romsdal"), "Møre-og-Romsdal");
        assert_eq!(part("k", "6..13"), "6..13");
        assert_eq!(part("k", "6, 8"), "6-8");
        assert_eq!(part("scenario", "rules/strict.toml"), "strict");
        assert_eq!(part("instance", "../viken-2020/"), "viken-2020");
    }

    #[test]
    fn names_are_names_of_folders() {
        for name in ["a", "Møre-og-Romsdal-6..13", "x_1.5+2"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["", "..", ".hidden", "-o", "a/b", "a b", "a\\b", "a\0"] {
            assert!(check(name).is_err(), "{name}");
        }
        assert!(check(&"x".repeat(201)).is_err());
    }
}
