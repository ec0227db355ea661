//! No English word reaches a page in Norwegian.
//!
//! English words are those of the English column of the table of words that stand nowhere in the
//! Norwegian one; names that a page may hold are listed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regionfront_model::norwegian;
use regionfront_testkit::report::{
    is_one_sheet, nothing_is_cut, regionfront, studies, succeed, text, viken,
};

const TABLE: &str = include_str!("../src/report/words/table.rs");

/// Sentences about rules and explanations, in English and Norwegian.
const SAID: [&str; 2] = [
    include_str!("../src/model/norwegian/rules.rs"),
    include_str!("../src/model/norwegian/parts.rs"),
];

/// Names of programs and licences, and marks that look like words.
const NAMES: [&str; 20] = [
    "regionfront",
    "creative",
    "commons",
    "attribution",
    "international",
    "norwegian",
    "licence",
    "for",
    "open",
    "government",
    "data",
    "front",
    "oslo",
    "buskerud",
    "rand",
    "status",
    "png",
    "sha",
    "good",
    "plan",
];

/// The last two quoted texts of a line of a table: English, Norwegian.
fn texts(line: &str) -> Option<(String, String)> {
    let line = line.trim().strip_prefix("(\"")?.strip_suffix("\"),")?;
    let (rest, nb) = line.rsplit_once("\", \"")?;
    let en = rest.rsplit_once("\", \"").map_or(rest, |(_, en)| en);
    Some((en.to_owned(), nb.to_owned()))
}

fn words(text: &str) -> BTreeSet<String> {
    let letters = |letter: char| !letter.is_alphabetic();
    text.split(letters).filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

/// Words that a reader of Norwegian should not meet.
fn english() -> BTreeSet<String> {
    let (mut en, mut nb) = (BTreeSet::new(), BTreeSet::new());
    let lines = SAID.iter().chain([&TABLE]).flat_map(|table| table.lines());
    for (english, norwegian) in lines.filter_map(texts) {
        en.extend(words(&without_placeholders(&english)));
        nb.extend(words(&without_placeholders(&norwegian)));
    }
    assert!(en.len() > 300 && nb.len() > 300, "the table was read");
    let common = "the of with from and their which municipalities commuters people least most \
                  proven optimal true false nobody scenario none given year years";
    en.extend(words(common));
    let names: BTreeSet<String> = NAMES.map(str::to_owned).into();
    &(&en - &nb) - &names
}

fn without_placeholders(text: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

/// What a page shows: no tags, styles, commands or hashes.
fn visible(page: &str) -> String {
    let mut page = page.to_owned();
    for (open, close) in [("<style>", "</style>"), ("<code>", "</code>"), ("<head>", "</head>")] {
        while let Some(start) = page.find(open) {
            let end = page[start..].find(close).expect("a closed element") + start + close.len();
            page.replace_range(start..end, " ");
        }
    }
    let mut shown = String::new();
    let mut is_tag = false;
    for letter in page.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                shown.push(' ');
            }
            _ if !is_tag => shown.push(letter),
            _ => {}
        }
    }
    shown
}

fn check(folder: &Path) {
    let english = english();
    let page = fs::read_to_string(folder.join("report.html")).expect("the page");
    let shown = visible(&page);
    let mut found = Vec::new();
    for word in words(&shown).intersection(&english) {
        let at = shown.to_lowercase().find(word.as_str()).unwrap_or(0);
        let around: String = shown.chars().skip(at.saturating_sub(40)).take(100).collect();
        found
            .push(format!("{word}: …{}…", around.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    assert!(found.is_empty(), "English words:\n{}", found.join("\n"));
}

#[test]
fn the_page_of_a_run_is_norwegian() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    succeed(&["solve", &viken(), "--k", "8,9", "-o", &out, "--report", "--lang", "nb", "-q"]);
    check(folder.path());
}

#[test]
fn the_page_of_a_division_is_norwegian() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let councils = "regional_councils_2019";
    succeed(&["evaluate", &viken(), councils, "-o", &out, "--report", "--lang", "nb", "-q"]);
    check(folder.path());
}

#[test]
fn the_page_of_a_front_is_norwegian() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    succeed(&["front", &viken(), "--k", "6", "-o", &out, "--report", "--lang", "nb", "-q"]);
    check(folder.path());
}

/// Every study that is shipped: its page and its answer on the terminal are Norwegian, no line there is
/// wider than 80 columns, nothing is cut on a desk or a phone, and its answer is one sheet of A4.
#[test]
fn every_study_is_norwegian_and_fits_desk_phone_and_paper() {
    for file in studies() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (study, out) = (text(&file), text(folder.path()));
        let run = ["study", &study, "-o", &out, "--report", "--lang", "nb", "--force", "-q"];
        let told = String::from_utf8(regionfront(&run).stdout).expect("text");
        assert!(told.lines().count() > 3, "{study}: {told}");
        let wide = told.lines().find(|line| line.trim_end().chars().count() > 80);
        assert_eq!(wide, None, "{study}");
        let found: Vec<String> = words(&told).intersection(&english()).cloned().collect();
        assert!(found.is_empty(), "{study}: {found:?} in\n{told}");
        check(folder.path());
        nothing_is_cut(folder.path(), &study);
        is_one_sheet(folder.path(), &study);
    }
}

#[test]
fn the_page_says_in_norwegian_why_there_is_no_plan() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    // 12 regions conflict with the map, 13 with the number of people.
    let asked = ["--k", "9,12,13", "--min-population", "95000", "--scenario"];
    let asked = [&asked[..], &["single_municipalities_allowed"]].concat();
    let report = ["-o", out.as_str(), "--report", "--lang", "nb", "-q"];
    regionfront(&[&["solve", viken().as_str()], &asked[..], &report].concat());
    check(folder.path());
    for page in ["report.html", "report.md"] {
        let page = fs::read_to_string(folder.path().join(page)).expect("the page");
        let page = page.replace('\u{a0}', " ");
        for said in [
            "Hvorfor det ikke finnes noen inndeling i 12 regioner",
            "12 regioner, minst 95 000 innbyggere i hver region og sammenheng kan ikke alle gjelde.",
            "Senk det minste innbyggertallet til 94 441, som går; et større går kanskje også: det rakk \
             ikke å bli avgjort: 12 regioner med 94 441 til",
        ] {
            assert!(page.contains(said), "{said}");
        }
    }
}

#[test]
fn explanations_are_norwegian_where_that_is_asked() {
    let asked = ["--scenario", "hallingdal_closed", "--k", "9", "--min-population", "25000"];
    let out =
        regionfront(&[&["explain", viken().as_str()], &asked[..], &["--lang", "nb"]].concat());
    let said = String::from_utf8(out.stdout).expect("text");
    assert!(said.contains("kan ikke gjelde samtidig"), "{said}");
    let found: Vec<String> = words(&said).intersection(&english()).cloned().collect();
    assert!(found.is_empty(), "{found:?} in\n{said}");
}

#[test]
fn the_page_of_a_batch_is_norwegian() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("night.toml");
    let batch = format!(
        "[defaults]\ninstance = \"{}\"\n[[run]]\nname = \"best\"\nk = \"8..9\"\n\
         [[run]]\nname = \"umulig\"\nk = 13\nmin_population = 100_000\nno_scenario = true\n\
         [[run]]\nname = \"borte\"\nk = 9\ninstance = \"nowhere\"\n\
         [[run]]\nname = \"strid\"\nk = 9\nmin_population = 9\nmax_population = 8\n\
         [[run]]\nname = \"fronten\"\nk = 6\nagainst = \"min-population\"\n",
        viken()
    );
    fs::write(&file, batch).expect("writable");
    let out = text(&folder.path().join("out"));
    assert_eq!(regionfront(&["batch", &text(&file), "-o", &out, "-q"]).status.code(), Some(2));
    succeed(&["report", &out, "--lang", "nb", "-q"]);
    check(&folder.path().join("out"));
    for page in ["report.html", "report.md"] {
        let page = fs::read_to_string(folder.path().join("out").join(page)).expect("the page");
        let page = page.replace('\u{a0}', " ");
        for said in [
            "3 av 5 kjøringer ga svar.",
            "2 kjøringer kunne ikke begynne: noe er galt med spørsmålet eller dataene.",
            "Av 4 resultater er 4 bevist",
            "108 696",
            "ingen inndeling finnes: 13 regioner",
            "13 regioner med minst 100 000 innbyggere krever 1 300 000, og det er 1 241 165",
            "det minste innbyggertallet er 9, over det største på 8",
            "det finnes ingen slik mappe",
            "fullstendig front",
        ] {
            assert!(page.contains(said), "{said}");
        }
    }
}

#[test]
fn plans_over_years_are_told_in_norwegian() {
    for (criterion, said) in [
        ("sum", "interne pendlere i alle årene til sammen"),
        ("worst", "holder den beste inndelingen minst 6"),
        ("regret", "er én inndeling aldri mer enn"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = text(folder.path());
        let asked = ["--k", "9", "--years", "2017,2022", "--limits-in", "2017"];
        let asked = [&asked[..], &["--over-years", criterion, "--lang", "nb"]].concat();
        let told = regionfront(&[&["solve", viken().as_str()], &asked[..]].concat());
        let told = String::from_utf8(told.stdout).expect("text");
        let in_one_line = told.split([' ', '\n']).collect::<Vec<_>>().join(" ");
        assert!(in_one_line.contains("grensene gjelder etter tallene for 2017"), "{told}");
        let found: Vec<String> = words(&told).intersection(&english()).cloned().collect();
        assert!(found.is_empty(), "{found:?} in\n{told}");
        let report = ["-o", out.as_str(), "--report", "-q"];
        succeed(&[&["solve", viken().as_str()], &asked[..], &report].concat());
        check(folder.path());
        let page = fs::read_to_string(folder.path().join("report.html")).expect("the page");
        assert!(page.replace('\u{a0}', " ").contains(said), "{said}");
    }
}

/// The tables of the terminal: no English word where Norwegian is asked for, and no line wider than 80
/// columns, in neither language.
#[test]
fn tables_on_the_terminal_are_norwegian_and_narrow() {
    let councils = "regional_councils_2019";
    for asked in [
        &["solve", "--k", "6..9", "-q"][..],
        &["solve", "--k", "9"],
        &["solve", "--k", "6,12", "--min-population", "90000"],
        &["solve", "--k", "9", "--node-limit", "1", "--limit-ok"],
        &["front", "--k", "9"],
        &["front", "--k", "9,12", "--min-population", "100000", "--against", "max-population"],
        &["front", "--k", "12", "--node-limit", "1", "--limit-ok"],
        &["front", "--k", "13", "--min-population", "95000", "--against", "max-population"],
        &["evaluate", councils, "--against-best", "--over-years"],
        &["evaluate", "buskerud_model", "--min-population", "50000"],
        &["compare", councils, "ba_regions_2020", "--over-years", "worst"],
        &["compare", councils, "ba_regions_2020", "buskerud_model"],
    ] {
        for lang in ["en", "nb"] {
            let viken = viken();
            let all = [&[asked[0], viken.as_str()], &asked[1..], &["--lang", lang]].concat();
            let out = regionfront(&all);
            let told = String::from_utf8(out.stdout).expect("text");
            assert!(told.lines().count() > 3, "{asked:?}: {told}");
            let wide = told.lines().find(|line| line.trim_end().chars().count() > 80);
            assert_eq!(wide, None, "{asked:?}");
            // Keys of files are no names, and they have no blank where a line may end.
            let tables = told.split("\n\n").filter(|part| part.contains('─'));
            let keys = tables.flat_map(str::split_whitespace).find(|word| word.contains('_'));
            assert_eq!(keys, None, "{asked:?}: {told}");
            if lang == "nb" {
                let found: Vec<String> = words(&told).intersection(&english()).cloned().collect();
                assert!(found.is_empty(), "{asked:?}: {found:?} in\n{told}");
            }
        }
    }
}

/// The names of divisions that are compared stand whole on the terminal, in either language.
#[test]
fn names_of_compared_divisions_are_not_broken() {
    let best = text(&Path::new(&viken()).join("best/default/k09.csv"));
    let compared = ["regional_councils_2019", "ba_regions_2020", "buskerud_model", best.as_str()];
    for (lang, names) in [
        (
            "en",
            ["Regional councils 2019", "Labour market regions 2020", "Buskerud model", "9 regions"],
        ),
        ("nb", ["Regionråd 2019", "BA-regioner 2020", "Buskerudmodellen", "9 regioner"]),
    ] {
        let viken = viken();
        let asked = [&["compare", viken.as_str()], &compared[..]].concat();
        let asked = [&asked[..], &["--over-years", "sum", "--lang", lang]].concat();
        let told = String::from_utf8(regionfront(&asked).stdout).expect("text");
        assert!(told.lines().all(|line| line.trim_end().chars().count() <= 80), "{told}");
        assert!(!told.contains('_'), "{told}");
        for name in names {
            // Three pairs with each of the four, a row over the years, and what some are like with like.
            let lines = told.lines().filter(|line| line.contains(name)).count();
            assert!(lines >= 4, "{name} in\n{told}");
        }
    }
}

/// A price that is not proven says why it is "at least".
#[test]
fn a_price_that_may_be_higher_says_why() {
    for (lang, why) in [("en", "was cut short before the proof"), ("nb", "ble avbrutt før beviset")]
    {
        let asked = ["--k", "6", "--scenario", "hallingdal_closed", "--lang", lang];
        let told = regionfront(&[&["solve", viken().as_str()], &asked[..]].concat());
        let told = String::from_utf8(told.stdout).expect("text");
        let least = if lang == "en" { "at least 29,188" } else { "minst 29" };
        let in_one_line = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(in_one_line.contains(least), in_one_line.contains(why), "{told}");
        assert!(in_one_line.contains(why), "{told}");
    }
}

#[test]
fn a_language_that_nothing_is_written_in_is_refused() {
    for asked in
        [&["solve", "--k", "9"][..], &["front", "--k", "9"], &["evaluate", "ba_regions_2020"]]
    {
        let json = ["--format", "json", "--lang", "nb"];
        let viken = viken();
        let out = regionfront(&[&[asked[0], viken.as_str()], &asked[1..], &json].concat());
        assert_eq!(out.status.code(), Some(2));
        let said = String::from_utf8(out.stderr).expect("text");
        assert!(said.contains("E520") && said.contains("add --report"), "{said}");
    }
}

/// What may reach people in Norwegian, and of that what none of them reads: oddities, the service's
/// description, the store.
const TOLD: [&str; 6] = [
    "src/model",
    "src/service",
    "src/cli/service/shown.rs",
    "src/cli/service/parse.rs",
    "src/cli/question.rs",
    "src/solver/front",
];
const NOT_TOLD: [&str; 3] = ["oddities.rs", "openapi.rs", "/store/"];

/// Messages whose last part is a sentence's verb: they are said with each of them.
const BY_PARTS: [&str; 11] = [
    "{meant}Use {}",
    "{whose}: `{shown}` {what}",
    "{whose}: `{}` is not a number {bounds}",
    "a ring of {label} {fault}",
    "{name} employs {} of its {} employed residents, the minimum self-containment is {share}",
    "{name} holds {}, the {side} {measure} is {}",
    "{} alone {excess}",
    "{} kept together {excess}",
    "{} {} of {} employed residents; the minimum self-containment is {share}",
    "{} {}; the minimum {measure} is {}",
    "{what} {}",
];

/// Source files under a path.
fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for entry in &entries {
            sources(entry, found);
        }
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        let name = path.to_string_lossy();
        if !NOT_TOLD.iter().any(|part| name.contains(part)) {
            found.push(path.to_owned());
        }
    }
}

/// The arguments of a call, of which the text behind the bracket is given.
fn arguments(text: &str) -> Vec<&str> {
    let (mut found, mut begin, mut depth) = (Vec::new(), 0, 0);
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, sign) in text.char_indices() {
        if is_quoted {
            is_quoted = sign != '"' || is_escaped;
            is_escaped = sign == '\\' && !is_escaped;
            continue;
        }
        match sign {
            '"' => is_quoted = true,
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                found.push(&text[begin..at]);
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|argument| !argument.trim().is_empty());
    found
}

/// The first text in quotes.
fn literal(code: &str) -> String {
    let (mut text, mut is_escaped) = (String::new(), false);
    let Some(start) = code.find('"') else { return text };
    let mut signs = code[start + 1..].chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            // A line that goes on below.
            '\n' if is_escaped => while signs.next_if(|next| next.is_whitespace()).is_some() {},
            '"' if !is_escaped => break,
            '\\' if !is_escaped => {
                is_escaped = true;
                continue;
            }
            _ => text.push(sign),
        }
        is_escaped = false;
    }
    text
}

/// What is wrong and what helps, as the calls that make defects say it, or the variables they take.
fn messages(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in ["Defect::new(", "Problem::new("] {
        for (at, _) in code.match_indices(call) {
            let arguments = arguments(&code[at + call.len()..]);
            found.extend(arguments.iter().rev().take(2).map(|argument| literal(argument)));
        }
    }
    for name in ["what", "cure", "help"] {
        for (at, head) in code.match_indices(&format!("let {name} =")) {
            let value = code[at + head.len()..].trim_start();
            let value = value.strip_prefix("format!(").unwrap_or(value).trim_start();
            if value.starts_with('"') {
                found.insert(literal(value));
            }
        }
    }
    found.retain(|message| message.contains(' '));
    found
}

/// A message with a figure in its gaps, and with nothing in those that follow a letter at once.
fn samples(message: &str) -> [String; 2] {
    let safe = message.replace("{{", "\u{1}").replace("}}", "\u{2}");
    [false, true].map(|is_bare| {
        let mut text = String::new();
        let mut rest = safe.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let follows_letter = text.chars().next_back().is_some_and(char::is_alphanumeric);
            if !(is_bare && follows_letter) {
                text.push('1');
            }
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        (text + rest).replace('\u{1}', "{").replace('\u{2}', "}")
    })
}

#[test]
fn every_message_that_may_reach_people_is_said_in_norwegian() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for path in TOLD {
        sources(&root.join(path), &mut files);
    }
    let (mut count, mut unsaid) = (0, Vec::new());
    for file in files {
        let code = fs::read_to_string(&file).expect("a source");
        for message in messages(code.split("#[cfg(test)]").next().unwrap_or_default()) {
            count += 1;
            let is_said = samples(&message).iter().any(|said| norwegian::sentence(said).is_some());
            if !is_said && !BY_PARTS.contains(&message.as_str()) {
                unsaid.push(format!("{}: {message}", file.display()));
            }
        }
    }
    assert!(count > 200, "{count} messages were found");
    assert!(unsaid.is_empty(), "{}", unsaid.join("\n"));
}
