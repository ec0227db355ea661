//! What the program says in English — defects, contradictions, explanations — in Norwegian.
//!
//! Messages are made where what they tell is known, far from any language. Here stands each once more, as
//! a pattern with gaps beside its Norwegian: a sentence that fits a pattern is said by it, what stood in its
//! gaps in its place. A sentence that fits none stays as it is; a test finds messages of the sources that do.
//!
//! Gaps are `{name}`: a name or code, as it stands; `{#name}`: a figure; `{&name}`: names in a row, or kinds
//! of links; `{*name}`: a part that is said by a pattern of its own. The Norwegian has `{name}` for each, or
//! leaves it out where it repeats what is told elsewhere.

use std::sync::LazyLock;

use serde_json::Value;

mod data;
mod parts;
mod rules;
mod service;

/// A pattern in English, and what it is in Norwegian.
type Said = (&'static str, &'static str);

/// Keys of documents whose texts are such sentences.
const TEXTS: [&str; 6] = ["what", "help", "title", "message", "reasons", "broken"];

/// With what changes of several begin.
const HEADS: [&str; 5] = ["do not ", "let ", "drop the ", "count ", "ask for "];

/// What several changes end with where fewer may do.
const FEWER: &str = "; fewer changes may do";

/// A sentence in Norwegian: what is wrong, what helps, a rule or a change; `None` where it is not known.
pub fn sentence(english: &str) -> Option<String> {
    SENTENCES.say(english).or_else(|| changes(english)).or_else(|| EXPLAINED.say(english))
}

/// Sentences in a row, with semicolons between them; `None` where one of them is not known.
pub fn sentences(english: &str) -> Option<String> {
    // Taken apart before it is taken as one: a gap for a name may hold a whole sentence.
    let apart = english.match_indices("; ").find_map(|(at, between)| {
        let first = sentence(&english[..at])?;
        Some(format!("{first}; {}", sentences(&english[at + between.len()..])?))
    });
    apart.or_else(|| sentence(english))
}

/// Defects as they are printed, each with its code, its place, what is wrong and what helps; `None` where
/// one of them is not known.
pub fn defects(english: &str) -> Option<String> {
    let mut said = Vec::new();
    let mut lines = english.lines().peekable();
    while let Some(line) = lines.next() {
        let (place, what) = line.split_once(": ")?;
        let (code, at) = place.split_once(' ')?;
        let what = sentence(what)?;
        let at = PLACES.say(at).unwrap_or_else(|| at.to_owned());
        let help = lines.next_if(|next| next.trim_start().starts_with(HELP));
        let help = match help {
            Some(help) => format!("; {}", sentence(help.trim_start().strip_prefix(HELP)?)?),
            None => String::new(),
        };
        said.push(format!("{code} {at}: {what}{help}"));
    }
    (!said.is_empty()).then(|| said.join(" "))
}

/// What stands before that which helps, where defects are printed.
const HELP: &str = "help: ";

/// A rule of a conflict, or a change that would help, as explanations say it; `None` where it is not known.
pub fn explained(english: &str) -> Option<String> {
    changes(english).or_else(|| EXPLAINED.say(english))
}

/// The sentence that names a conflict, without a full stop, from its rules as they are said in Norwegian,
/// each with its key in scenarios.
pub fn conflict(rules: &[(String, String)]) -> String {
    let texts: Vec<&str> = rules.iter().map(|(_, text)| text.as_str()).collect();
    let all = list(&texts);
    let said = match rules.len() {
        0 => "det finnes ingen inndeling".to_owned(),
        1 => format!("{all} er umulig"),
        2 => format!("{all} kan ikke gjelde samtidig"),
        _ => format!("{all} kan ikke alle gjelde"),
    };
    // Names keep their own first letter.
    let is_name = |(key, _): &(String, String)| {
        matches!(key.as_str(), "closed" | "fixed" | "keep_together" | "keep_apart")
    };
    if rules.first().is_some_and(is_name) { said } else { capitalised(&said) }
}

/// A document with its sentences in Norwegian: what is wrong, what helps, and why. Figures, names and all
/// else stay as they are.
pub fn document(document: &mut Value) {
    translate(document, "");
}

/// Says a value in Norwegian that stands under a key.
fn translate(value: &mut Value, key: &str) {
    match value {
        Value::String(text) => {
            let said = match key {
                "at" => PLACES.say(text),
                "text" => explained(text),
                _ if TEXTS.contains(&key) => SENTENCES.say(text),
                _ => None,
            };
            if let Some(said) = said {
                *text = said;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| translate(item, key)),
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                translate(value, key);
            }
            let text = |value: &Value, key: &str| {
                value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let summary = fields.get("summary").and_then(Value::as_str).unwrap_or_default();
            let is_told = !summary.is_empty();
            if let Some(Value::Array(rules)) = fields.get("rules").filter(|_| is_told) {
                let rules: Vec<(String, String)> =
                    rules.iter().map(|rule| (text(rule, "key"), text(rule, "text"))).collect();
                fields.insert("summary".to_owned(), conflict(&rules).into());
            }
            // The detail of a problem is its first defect in one line.
            if let Some(first) = fields.get("defects").and_then(|defects| defects.get(0)) {
                let [at, what, help] = ["at", "what", "help"].map(|key| text(first, key));
                fields.insert("detail".to_owned(), format!("{at}: {what}; {help}").into());
            }
        }
        _ => {}
    }
}

/// Patterns of which the best fit says a sentence.
struct Table(Vec<Pattern>);

static SENTENCES: LazyLock<Table> =
    LazyLock::new(|| Table::of(&[rules::RULES, data::DATA, service::SERVICE]));
static EXPLAINED: LazyLock<Table> = LazyLock::new(|| Table::of(&[rules::EXPLAINED]));
static PARTS: LazyLock<Table> = LazyLock::new(|| Table::of(&[parts::PARTS, rules::NEAREST]));
static PLACES: LazyLock<Table> = LazyLock::new(|| Table::of(&[parts::PLACES]));

impl Table {
    fn of(lists: &[&'static [Said]]) -> Self {
        Self(lists.iter().flat_map(|list| list.iter()).map(Pattern::new).collect())
    }

    /// What a text is by these patterns: of those that fit, by the first of those with most letters of
    /// their own.
    fn say(&self, text: &str) -> Option<String> {
        let mut best: Option<(&Pattern, Vec<&str>)> = None;
        for pattern in &self.0 {
            if best.as_ref().is_some_and(|(best, _)| best.own >= pattern.own) {
                continue;
            }
            if let Some(found) = pattern.gaps_in(text) {
                best = Some((pattern, found));
            }
        }
        best.map(|(pattern, found)| pattern.fill(&found))
    }
}

/// A pattern, taken apart.
struct Pattern {
    /// Its own texts, one more than there are gaps.
    texts: Vec<&'static str>,
    /// Sign and name of every gap.
    gaps: Vec<(Gap, &'static str)>,
    /// Bytes of its own texts.
    own: usize,
    norwegian: &'static str,
}

/// What stands in a gap.
#[derive(Clone, Copy)]
enum Gap {
    Name,
    Figure,
    Row,
    Part,
}

impl Pattern {
    fn new(&(english, norwegian): &Said) -> Self {
        let (mut texts, mut gaps) = (Vec::new(), Vec::new());
        let mut begin = 0;
        for (at, _) in english.match_indices('{') {
            // A bracket that opens no gap is a letter like any other.
            let Some((name, _)) = english[at + 1..].split_once('}') else { continue };
            let (gap, plain) = match name.split_at_checked(1) {
                Some(("#", plain)) => (Gap::Figure, plain),
                Some(("&", plain)) => (Gap::Row, plain),
                Some(("*", plain)) => (Gap::Part, plain),
                _ => (Gap::Name, name),
            };
            if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                continue;
            }
            texts.push(&english[begin..at]);
            gaps.push((gap, plain));
            begin = at + name.len() + 2;
        }
        texts.push(&english[begin..]);
        let own = texts.iter().map(|text| text.len()).sum();
        Self { texts, gaps, own, norwegian }
    }

    /// What stands in its gaps, each as short as can be, if the text fits.
    fn gaps_in<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let [first, others @ ..] = self.texts.as_slice() else { return None };
        let mut rest = text.strip_prefix(first)?;
        let Some((last, between)) = others.split_last() else {
            return rest.is_empty().then(Vec::new);
        };
        let mut found = Vec::with_capacity(self.gaps.len());
        for own in between {
            let (gap, after) = rest.split_once(own)?;
            found.push(gap);
            rest = after;
        }
        found.push(rest.strip_suffix(last)?);
        let fits = |(gap, text): (&(Gap, &str), &&str)| {
            let is_of_figure = |byte: u8| byte.is_ascii_digit() || b",.%".contains(&byte);
            !matches!(gap.0, Gap::Figure) || text.bytes().all(is_of_figure)
        };
        self.gaps.iter().zip(&found).all(fits).then_some(found)
    }

    /// The Norwegian, with what stood in the gaps.
    fn fill(&self, found: &[&str]) -> String {
        let mut said = String::with_capacity(2 * self.norwegian.len());
        let mut rest = self.norwegian;
        while let Some(at) = rest.find('{') {
            said.push_str(&rest[..at]);
            rest = &rest[at..];
            let filled = self.gaps.iter().zip(found).find_map(|((gap, name), text)| {
                let after = rest.strip_prefix('{')?.strip_prefix(name)?.strip_prefix('}')?;
                Some((gap.say(text), after))
            });
            if let Some((text, after)) = filled {
                said.push_str(&text);
                rest = after;
            } else {
                said.push('{');
                rest = &rest[1..];
            }
        }
        said + rest
    }
}

impl Gap {
    fn say(self, text: &str) -> String {
        match self {
            Self::Name => text.to_owned(),
            Self::Figure => figure(text),
            Self::Row => row(text),
            Self::Part => part(text),
        }
    }
}

/// A figure: `20,532`, `0.65`, `65%`.
fn figure(text: &str) -> String {
    let digits = text.replace(',', "");
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let mut said = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                said.push('\u{a0}');
            }
            said.push(digit);
        }
        return said;
    }
    let is_share = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'%'));
    if is_share { text.replacen('.', ",", 1) } else { text.to_owned() }
}

/// Names in a row, with "and" before the last, or parts that each are such a row.
fn row(text: &str) -> String {
    let kind = |name: &str| {
        let known = parts::KINDS.iter().find(|(english, _)| *english == name);
        known.map_or(name, |(_, norwegian)| *norwegian).to_owned()
    };
    let kinds = |names: &str| {
        let names = names.split(", ").flat_map(|names| names.split(" and "));
        names.map(kind).collect::<Vec<_>>().join(", ")
    };
    // `5 more`, `5 more areas`.
    let more = |last: &str| {
        let counted = last.strip_suffix(" areas").unwrap_or(last).strip_suffix(" more")?;
        Some(format!("{counted} til"))
    };
    let one = |names: &str| match names.rsplit_once(" and ") {
        None => more(names).unwrap_or_else(|| kinds(names)),
        Some((first, last)) => {
            format!("{} og {}", kinds(first), more(last).unwrap_or_else(|| kind(last)))
        }
    };
    text.split(" | ").map(one).collect::<Vec<_>>().join(" | ")
}

/// A part that is said by a pattern of its own, or several of them in a row.
fn part(text: &str) -> String {
    if let Some(said) = PARTS.say(text) {
        return said;
    }
    for between in ["; ", ", "] {
        let several: Option<Vec<String>> =
            text.split(between).map(|piece| PARTS.say(piece)).collect();
        if let Some(several) = several {
            return several.join(between);
        }
    }
    text.to_owned()
}

/// Changes in one sentence, each said by itself; `None` where it is none.
fn changes(text: &str) -> Option<String> {
    let told = text.strip_suffix(FEWER).unwrap_or(text);
    let begins = |at: usize| HEADS.iter().any(|head| told[at..].starts_with(head));
    if !begins(0) {
        return None;
    }
    // A name may hold what stands between two changes: a change begins with its verb.
    let mut starts = vec![(0, 0)];
    let mut between: Vec<(usize, &str)> =
        told.match_indices(", ").chain(told.match_indices(" and ")).collect();
    between.sort_unstable();
    starts.extend(
        between
            .into_iter()
            .map(|(at, between)| (at, at + between.len()))
            .filter(|&(_, next)| begins(next)),
    );
    let ends = starts.iter().skip(1).map(|&(at, _)| at).chain([told.len()]);
    let each: Option<Vec<String>> =
        starts.iter().zip(ends).map(|(&(_, next), end)| EXPLAINED.say(&told[next..end])).collect();
    let fewer = if told.len() < text.len() { "; færre endringer holder kanskje" } else { "" };
    let each = each?;
    Some(list(&each.iter().map(String::as_str).collect::<Vec<_>>()) + fewer)
}

fn list(texts: &[&str]) -> String {
    match texts {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} og {last}", first.join(", ")),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With plain spaces.
    fn plain(text: Option<String>) -> String {
        text.unwrap_or_default().replace('\u{a0}', " ")
    }

    #[test]
    fn sentences_are_said() {
        for (english, norwegian) in [
            (
                "the minimum population is 300,000, above the maximum of 20,000",
                "det minste innbyggertallet er 300 000, over det største på 20 000",
            ),
            (
                "Flå (3039), Gol (3041) and Hol (3044) are to be kept together and apart",
                "Flå (3039), Gol (3041) og Hol (3044) skal holdes både samlet og fra hverandre",
            ),
            (
                "13 regions of at least 100,000 people need 1,300,000, there are 1,241,165",
                "13 regioner med minst 100 000 innbyggere krever 1 300 000, og det er 1 241 165",
            ),
            (
                "Hallingdal closed holds 20,532 people, the minimum population is 25,000",
                "Hallingdal som egen region har 20 532 innbyggere, og det minste innbyggertallet er \
                 25 000",
            ),
            (
                "from Flå (3039) to Gol (3041): `-2` is negative",
                "fra Flå (3039) til Gol (3041): `-2` er negativ",
            ),
            (
                "count ferry and sea_link as contiguous too: that would tie them",
                "regn ferjer og forbindelser over sjø som sammenhengende også: da henger de sammen",
            ),
            (
                "lower the minimum population to 20,532, the largest that works",
                "senk det minste innbyggertallet til 20 532, det største som går",
            ),
            (
                "do not close Hol and Ål, drop the minimum number of jobs and let regions fall into \
                 parts that do not touch; fewer changes may do",
                "la ikke Hol og Ål være en egen region, dropp grensen nedad for antallet \
                 arbeidsplasser og la regioner bestå av deler som ikke henger sammen; færre \
                 endringer holder kanskje",
            ),
        ] {
            assert_eq!(plain(sentence(english)), norwegian, "{english}");
        }
        assert_eq!(sentence("quite another thing"), None);
    }

    #[test]
    fn several_reasons_in_a_row_are_said_one_by_one() {
        let one = "13 regions of at least 100,000 people need 1,300,000, there are 1,241,165";
        let other = "Hallingdal closed holds 20,532 people, the minimum population is 25,000";
        let said = plain(sentences(&format!("{one}; {other}")));
        assert!(
            said.ends_with(
                "det er 1 241 165; Hallingdal som egen region har 20 532 innbyggere, \
                                og det minste innbyggertallet er 25 000"
            ),
            "{said}"
        );
        assert_eq!(sentences(&format!("{one}; quite another thing")), None);
    }

    #[test]
    fn defects_are_said_as_they_are_printed() {
        let printed = "E101 areas.csv, row 1: the file is empty\n     help: add the rows";
        let said = "E101 areas.csv, rad 1: filen er tom; legg til radene";
        assert_eq!(defects(printed).as_deref(), Some(said));
        assert_eq!(defects("quite: another thing"), None);
        assert_eq!(defects(""), None);
    }

    #[test]
    fn figures_names_and_all_else_of_a_document_stay() {
        let mut said = serde_json::json!({
            "status": 400,
            "title": "The request cannot be understood",
            "detail": "x",
            "defects": [{ "code": "E105", "at": "areas.csv, row 1", "what": "the file is empty",
                          "help": "add the rows" }],
            "explanations": [{
                "k": 9,
                "summary": "English",
                "rules": [
                    { "key": "closed", "text": "Hallingdal closed (20,532 people)" },
                    { "key": "min_population", "text": "a minimum population of 25,000" },
                ],
            }],
            "regions": [{ "name": "the file is empty" }],
            "nothing": null,
        });
        document(&mut said);
        assert_eq!(said["title"], "Forespørselen kan ikke forstås");
        assert_eq!(said["detail"], "areas.csv, rad 1: filen er tom; legg til radene");
        assert_eq!(
            plain(said["explanations"][0]["summary"].as_str().map(str::to_owned)),
            "Hallingdal som egen region (20 532 innbyggere) og minst 25 000 innbyggere i hver region \
             kan ikke gjelde samtidig"
        );
        assert_eq!(said["regions"][0]["name"], "the file is empty");
        assert_eq!((&said["status"], &said["nothing"]), (&400.into(), &Value::Null));
    }

    #[test]
    fn norwegian_has_no_gap_that_english_lacks_and_no_sentence_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for (table, is_unique) in
            [(&SENTENCES, true), (&EXPLAINED, false), (&PARTS, false), (&PLACES, false)]
        {
            for pattern in &table.0 {
                let gaps = &pattern.gaps;
                let filled = pattern.fill(&vec!["1"; gaps.len()]);
                let is_known = |name: &str| gaps.iter().any(|(_, gap)| *gap == name);
                for part in pattern.norwegian.split('{').skip(1) {
                    let name = part.split('}').next().unwrap_or_default();
                    let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase());
                    assert!(!is_name || is_known(name), "{filled}: {name}");
                }
                if is_unique {
                    assert!(seen.insert(pattern.texts.join("{}")), "{}", pattern.texts.join("{}"));
                }
            }
        }
    }
}
