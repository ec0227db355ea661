//! The report's languages: words, sentences and numbers.
//!
//! Every text of a report stands in one table, [`TABLE`](table::TABLE), in both languages side by
//! side. To add a language, add a column there and a variant here.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod cover;
mod escape;
mod numbers;
mod objective;
mod table;

pub use numbers::rounded_to_sum;

pub(crate) use escape::{markdown, web_link};
pub use objective::{Objective, Sense};

/// A language reports are written in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English: 1,241,165 and 66.1%.
    #[default]
    En,
    /// Norwegian bokmål: 1 241 165 and 66,1 %.
    Nb,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Nb];

    /// The language tag of pages.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nb => "nb",
        }
    }

    /// The text of a key; `None` for a key the table does not hold.
    pub fn text(self, key: &str) -> Option<&'static str> {
        let at = table::TABLE.binary_search_by(|entry| entry.0.cmp(key)).ok()?;
        let (_, en, nb) = table::TABLE[at];
        Some(match self {
            Self::En => en,
            Self::Nb => nb,
        })
    }

    /// The text of a key the program itself uses.
    pub(crate) fn word(self, key: &str) -> &'static str {
        self.text(key).unwrap_or_else(|| panic!("the table of words lacks `{key}`"))
    }

    /// A text with its `{names}` filled in.
    pub(crate) fn say(self, key: &str, values: &[(&str, String)]) -> String {
        fill(self.word(key), values)
    }

    /// `a`, `a and b`, `a, b and c`.
    pub(crate) fn list(self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} {} {last}", rest.join(", "), self.word("and")),
        }
    }
}

/// Fills `{name}` with its value, wherever it stands, and `{name?one|more}` with the first text where
/// the value is 1 and with the second where it is not: `{count} {count?place|places}`.
pub(crate) fn fill(text: &str, values: &[(&str, String)]) -> String {
    // In one pass, so that a value that looks like a placeholder stays as it is.
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = values.iter().find_map(|(name, value)| {
            let after = rest.strip_prefix('{')?.strip_prefix(name)?;
            if let Some(after) = after.strip_prefix('}') {
                return Some((value.as_str(), after));
            }
            let (choice, after) = after.strip_prefix('?')?.split_once('}')?;
            let (one, more) = choice.split_once('|')?;
            Some((if value == "1" { one } else { more }, after))
        });
        if let Some((value, after)) = found {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled + rest
}

/// For the beginning of a sentence.
pub(crate) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// For the middle of a sentence.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What a division is called: by the table of words, a plan by its number of regions, a derived one after
/// the one it is derived from, one of a run after the run as it was typed, else its key with spaces.
pub(crate) fn division_name(key: &str, lang: Lang) -> String {
    if let Some((run, plan)) = key.rsplit_once('#') {
        let is_plan = plan.strip_prefix('k').is_some_and(|k| k.parse::<usize>().is_ok());
        // A point, such as `k09-p003`, is named as in the files of its run.
        let plan = if is_plan { division_name(plan, lang) } else { plan.to_owned() };
        return format!("{run}: {plan}");
    }
    let known = |key: &str| {
        let Some(k) = key.strip_prefix('k').and_then(|k| k.parse::<usize>().ok()) else {
            return lang.text(&format!("division_{key}")).map(str::to_owned);
        };
        let named = if k == 1 { "plan_name_one" } else { "plan_name" };
        Some(lang.say(named, &[("k", k.to_string())]))
    };
    if let Some(name) = known(key) {
        return name;
    }
    // Derived ones are called after what they are derived from, and how far.
    let derived = key.rsplit_once('_').and_then(|(base, suffix)| {
        let (kind, count) = suffix.split_at_checked(1)?;
        let word = match kind {
            "m" => "named_moved",
            "s" => "named_split",
            _ => return None,
        };
        let count: usize = count.parse().ok()?;
        let values = [("name", known(base)?), ("count", count.to_string())];
        Some(lang.say(word, &values))
    });
    derived.unwrap_or_else(|| title_of(key))
}

/// A word of a file as a name: `buskerud_model` as `Buskerud model`.
pub(crate) fn title_of(word: &str) -> String {
    let spaced = word.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl FromStr for Lang {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|lang| lang.tag() == text)
            .ok_or_else(|| format!("`{text}` is not a language; use en or nb"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_placeholders_agree() {
        let names = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split(['}', '?']).next().map(str::to_owned))
                .collect();
            names.sort();
            names.dedup();
            names
        };
        for pair in table::TABLE.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].0, pair[1].0);
        }
        for (key, en, nb) in table::TABLE {
            assert_eq!(names(en), names(nb), "{key}");
            assert!(!en.is_empty() && !nb.is_empty(), "{key}");
        }
    }

    #[test]
    fn every_second_objective_has_a_name() {
        for kind in regionfront_solver::front::ObjectiveKind::ALL {
            let key = format!("objective_{}", kind.word().replace('-', "_"));
            assert!(Lang::Nb.text(&key).is_some(), "{key}");
        }
    }

    #[test]
    fn values_that_look_like_placeholders_stay_as_they_are() {
        let values = [("a", "{b}".to_owned()), ("b", "x".to_owned())];
        assert_eq!(fill("{a}, {b}, {c} {", &values), "{b}, x, {c} {");
    }

    #[test]
    fn one_is_told_as_one() {
        let said = |moved: &str| {
            let values = [
                ("first", "A".to_owned()),
                ("second", "B".to_owned()),
                ("moved", moved.to_owned()),
                ("people", "4 000".to_owned()),
                ("change", "−12".to_owned()),
            ];
            Lang::Nb.say("answer_pair", &values)
        };
        assert_eq!(
            said("1"),
            "Fra A til B bytter 1 kommune med 4 000 innbyggere region, og antall pendlere innenfor \
             endres med −12."
        );
        assert!(said("2").starts_with("Fra A til B bytter 2 kommuner med "));
    }

    #[test]
    fn lists_end_in_and() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(Lang::En.list(&items), "a, b and c");
        assert_eq!(Lang::Nb.list(&items[..2]), "a og b");
        assert_eq!(Lang::Nb.list(&[]), "");
    }
}
