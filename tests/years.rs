//! Figures of several years in one instance.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use regionfront::instance::Instance;
use regionfront_testkit::report::{fail, json_of, regionfront, succeed, text, viken};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020")
}

/// Commuters between municipalities, and to Oslo, 2017 to 2022.
const PUBLISHED: [(u16, u64); 6] = [
    (2017, 159_785),
    (2018, 164_735),
    (2019, 168_643),
    (2020, 167_226),
    (2021, 175_561),
    (2022, 179_955),
];

#[test]
fn every_year_has_its_published_total() {
    let default = Instance::load(&folder()).expect("the instance loads");
    assert_eq!(default.year, Some(2017), "the year of the source");
    assert_eq!(default.years, PUBLISHED.map(|(year, _)| year));
    for (year, between) in PUBLISHED {
        let instance = Instance::load_year(&folder(), Some(year)).expect("the year loads");
        assert_eq!(instance.flows.total_between(), between, "{year}");
        assert_eq!(instance.year, Some(year));
        assert_eq!(instance.areas.len(), default.areas.len());
        assert_eq!(instance.links, default.links, "borders do not change");
        assert_eq!(instance.sha256 == default.sha256, year == 2017, "{year}");
    }
    let last = Instance::load_year(&folder(), Some(2022)).expect("the year loads");
    let to_oslo: u64 =
        last.external.iter().find(|place| place.name == "oslo").expect("Oslo").to.iter().sum();
    assert_eq!(to_oslo, 157_276);
    assert!(
        last.title.contains("2022") && last.nb.title.contains("2022"),
        "figures carry their year"
    );
    assert!(last.sources.iter().any(|source| source.title.contains("4th quarter 2022")));
    assert!(!last.sources.iter().any(|source| source.title.contains("quarter 2017")));
}

/// Oslo is added with its figures of the year, and refused in a year of which the folder has none.
#[test]
fn external_areas_have_figures_of_the_year() {
    for (year, own_flow, between) in
        [(2017, 294_763, 350_040), (2020, 306_708, 365_047), (2022, 327_755, 394_107)]
    {
        let instance = Instance::load_year(&folder(), Some(year)).expect("the year loads");
        let with = instance.with_external_area("Oslo").expect("Oslo has figures");
        assert_eq!(with.flows.total_between(), between, "{year}");
        let oslo = with.areas.iter().position(|area| area.name == "Oslo").expect("Oslo");
        let own = with.flows.row(oslo).iter().find(|&&(to, _)| to == oslo).expect("a diagonal");
        assert_eq!(own.1, own_flow, "{year}");
    }
    let instance = Instance::load_year(&folder(), Some(2018)).expect("the year loads");
    let refused = instance.with_external_area("Oslo").expect_err("no figures").to_string();
    assert!(refused.contains("years/external_areas_2018.csv"), "{refused}");
    let asked = ["--k", "6", "--scenario", "metropolitan_region", "--years", "2017,2022"];
    let viken = viken();
    let asked = [&["solve", viken.as_str()], &asked[..], &["--over-years", "worst", "-q"]];
    succeed(&asked.concat());
}

/// A part of an instance keeps what is known of external areas in further years, and `inspect` names its
/// divisions whole.
#[test]
fn a_part_keeps_external_areas_of_further_years() {
    let folder = TempDir::new().expect("a temporary folder");
    let part = folder.path().join("part");
    let part = part.to_str().expect("UTF-8");
    let viken = viken();
    succeed(&[
        "instance",
        "subset",
        &viken,
        "--areas",
        "Drammen,Lier,Asker,Bærum,Hole",
        "-o",
        part,
    ]);
    for (year, is_known) in [(2017, true), (2018, false), (2020, true), (2022, true)] {
        let instance = Instance::load_year(Path::new(part), Some(year)).expect("the year loads");
        assert_eq!(instance.with_external_area("Oslo").is_ok(), is_known, "{year}");
    }
    let told = String::from_utf8(regionfront(&["inspect", part]).stdout).expect("UTF-8");
    for division in ["ba_regions_2020", "buskerud_model", "regional_councils_2019"] {
        assert!(told.contains(division), "{division} is broken in\n{told}");
    }
    assert!(
        told.lines()
            .skip_while(|line| !line.contains("ba_regions"))
            .take(4)
            .all(|line| line.chars().count() <= 80)
    );
}

#[test]
fn a_year_without_figures_is_refused_and_those_there_are_named() {
    let error = Instance::load_year(&folder(), Some(1999)).expect_err("no such year");
    let text = error.0[0].to_string();
    assert!(text.contains("E172") && text.contains("2017, 2018"), "{text}");
    fail(&["solve", &viken(), "--k", "9", "--year", "1999"], "E172");
    let tiny = viken().replace("viken-2020", "tiny");
    fail(&["evaluate", &tiny, "districts", "--over-years"], "E521");
}

#[test]
fn an_area_without_figures_of_a_year_is_named() {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let tiny = folder().with_file_name("tiny");
    for entry in fs::read_dir(&tiny).expect("the instance").flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("a copy");
        }
    }
    let years = copy.path().join("years");
    fs::create_dir(&years).expect("a folder");
    for (from, to) in
        [("flows.csv", "flows_2030.csv"), ("external_flows.csv", "external_flows_2030.csv")]
    {
        fs::copy(copy.path().join(from), years.join(to)).expect("a copy");
    }
    let header = "code,year,population,employed_residents,jobs\n";
    fs::write(years.join("areas_by_year.csv"), format!("{header}0101,2030,100,50,50\n"))
        .expect("a table");
    let error = Instance::load_year(copy.path(), Some(2030)).expect_err("six areas have none");
    assert!(error.0.iter().any(|defect| defect.to_string().contains("has no figures of 2030")));
}

/// The best nine regions of 20,000 to 310,000 people, Hallingdal kept together, by the figures of each year, as published with
/// the data. The instance's figures of 2017 go with the population of 2020, not of 2018.
#[test]
fn the_best_nine_of_every_year_are_the_known_ones() {
    let known = [109_074_u64, 111_077, 109_062, 113_248, 117_852];
    for (year, best) in (2018..).zip(known) {
        let year: u16 = year;
        let limits = ["--min-population", "20000", "--max-population", "310000"];
        let viken = viken();
        let year = year.to_string();
        let asked = ["solve", &viken, "--k", "9", "--year", &year, "--no-scenario"];
        let together = ["--keep-together", "Flå,Nesbyen,Gol,Hemsedal,Ål,Hol"];
        let format = ["--format", "csv", "-q"];
        let output = regionfront(&[&asked[..], &limits, &together, &format].concat());
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains(&format!("9,optimal,proven_optimal,{best},")), "{year}: {shown}");
    }
}

#[test]
fn a_run_of_another_year_is_reported_by_its_own_figures() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let run = text(out.path());
    succeed(&["solve", &viken(), "--k", "9", "--year", "2022", "-o", &run, "-q"]);
    succeed(&["report", &run, "--only", "json", "-q"]);
    let report = json_of(&out.path().join("report.json"));
    assert_eq!(report["question"]["commuters_between_areas"], 179_955);
}

/// One plan for all years, proven; its figures are those that `evaluate` finds year by year.
#[test]
fn one_plan_for_all_years_is_written_and_measured_the_same_elsewhere() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let run = text(out.path());
    let viken = viken();
    let asked = ["solve", &viken, "--k", "9", "--max-population", "310000", "-q", "--force"];
    let mut found = Vec::new();
    for criterion in ["sum", "worst", "regret"] {
        let over = ["--over-years", criterion, "--years", "2017,2019,2022", "-o", &run];
        succeed(&[&asked[..], &over].concat());
        let document = json_of(&out.path().join("over-years.json"));
        let schema = regionfront(&["schema", "over-years"]).stdout;
        let schema = serde_json::from_slice(&schema).expect("a schema");
        let departures = regionfront_testkit::schema::departures(&schema, &document);
        assert_eq!(departures, Vec::<String>::new());
        let result = document["results"][0].clone();
        assert_eq!(result["solution"], "proven_optimal", "{criterion}");
        assert_eq!(result["value"], result["bound"], "{criterion}");
        let plan = text(&out.path().join("divisions/k09.csv"));
        let evaluated =
            regionfront(&["evaluate", &viken, &plan, "--over-years", "--format", "json"]);
        let evaluated: serde_json::Value =
            serde_json::from_slice(&evaluated.stdout).expect("a document");
        for year in result["years"].as_array().expect("years") {
            let same = evaluated["over_years"].as_array().expect("years");
            let same = same.iter().find(|other| other["year"] == year["year"]).expect("the year");
            assert_eq!(same["internal_commuting"], year["internal_commuting"]);
            if criterion != "sum" {
                assert!(year["best"].as_u64() >= year["internal_commuting"].as_u64());
            }
        }
        found.push(result);
    }
    let sum_of = |result: &serde_json::Value| -> u64 {
        let years = result["years"].as_array().expect("years");
        years.iter().map(|year| year["internal_commuting"].as_u64().expect("a number")).sum()
    };
    assert!(found.iter().all(|result| sum_of(result) <= sum_of(&found[0])), "the best on the sum");
}

#[test]
fn tables_over_years_keep_within_80_columns_and_odd_questions_are_refused() {
    let viken = viken();
    let over =
        ["solve", &viken, "--k", "6", "--over-years", "regret", "--years", "2017,2022", "-q"];
    let output = regionfront(&over);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("optimal"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    let tiny = viken.replace("viken-2020", "tiny");
    fail(&["solve", &tiny, "--k", "2", "--over-years", "sum"], "E521");
    fail(&["solve", &viken, "--k", "6", "--over-years", "sum", "--limits-in", "1999"], "E521");
    fail(&["solve", &viken, "--k", "6", "--over-years", "sum", "--years", "1999,2017"], "E521");
    fail(&["solve", &viken, "--k", "6", "--over-years", "sum", "--engine", "compact"], "E520");
    fail(&["solve", &viken, "--k", "6", "--over-years", "sum", "--no-explain"], "E520");
    let contained = ["solve", &viken, "--k", "6", "--over-years", "worst"];
    fail(&[&contained[..], &["--min-self-containment", "10%"]].concat(), "E257");
    let compared = ["compare", &viken, "regional_councils_2019", "ba_regions_2020"];
    let output = regionfront(&[&compared[..], &["--over-years", "worst"]].concat());
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("2022"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn a_run_is_replaced_by_plans_over_years_and_resume_says_what_it_leaves_out() {
    let viken = viken();
    let room = tempfile::tempdir().expect("a folder");
    let out = room.path().to_str().expect("UTF-8");
    let solve = ["solve", &viken, "-o", out];
    assert!(regionfront(&[&solve[..], &["--k", "8,9", "-q"]].concat()).status.success());
    let output = regionfront(&[&solve[..], &["--k", "10", "--resume"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("left out of the tables: k = 8, 9;"),
        "{said}"
    );
    let over = ["--k", "8", "--over-years", "sum", "--years", "2017,2018", "-q"];
    fail(&[&solve[..], &over].concat(), "E402");
    assert!(room.path().join("journal.ndjson").exists(), "what is refused replaces nothing");
    assert!(regionfront(&[&solve[..], &over, &["--force"]].concat()).status.success());
    for (name, is_there) in
        [("manifest.json", false), ("solve.json", false), ("over-years.json", true)]
    {
        assert_eq!(room.path().join(name).exists(), is_there, "{name}");
    }
    let plans = std::fs::read_dir(room.path().join("divisions")).expect("plans");
    assert_eq!(plans.count(), 1, "none of the run before");
}

/// Files of a run over years, but for its journal.
fn answers_of(folder: &Path) -> Vec<(&'static str, Vec<u8>)> {
    ["over-years.json", "over-years.csv", "divisions/k08.csv", "divisions/k09.csv"]
        .map(|name| (name, fs::read(folder.join(name)).expect(name)))
        .to_vec()
}

/// A run over years that is killed, at any time, goes on from its journal to the same bytes.
#[test]
fn a_killed_run_over_years_goes_on_to_the_same_bytes() {
    let room = tempfile::tempdir().expect("a folder");
    let viken = viken();
    for criterion in ["sum", "worst", "regret"] {
        let whole = room.path().join(criterion);
        let killed = room.path().join(format!("{criterion}-killed"));
        let question = ["solve", &viken, "--k", "8,9", "--over-years", criterion];
        let into = |folder: &Path| text(folder);
        succeed(&[&question[..], &["-q", "-o", &into(&whole)]].concat());
        let folder = into(&killed);
        let resume = [&question[..], &["--resume", "-o", &folder]].concat();
        let journal = killed.join("journal.ndjson");
        let pieces = || fs::read_to_string(&journal).unwrap_or_default().lines().count();
        for more in [1, 2, 3] {
            let before = pieces();
            let mut running = regionfront_testkit::ran::command(BINARY, &resume)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the binary runs");
            while pieces() < before + more && running.try_wait().expect("a child").is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            running.kill().expect("a child");
            running.wait().expect("a child");
        }
        // And the line that was being written is torn.
        let held = fs::read_to_string(&journal).expect("a journal");
        fs::write(&journal, held + "{\"result\":{\"k\":9").expect("writable");
        let output = regionfront(&resume);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("resume: "), "{said}");
        assert_eq!(answers_of(&killed), answers_of(&whole), "{criterion}");
        let lines = fs::read_to_string(&journal).expect("a journal");
        let schema = regionfront(&["schema", "over-years-journal"]).stdout;
        let schema = serde_json::from_slice(&schema).expect("a schema");
        for line in lines.lines() {
            let line = serde_json::from_str(line).expect("whole lines only");
            assert_eq!(
                regionfront_testkit::schema::departures(&schema, &line),
                Vec::<String>::new()
            );
        }
        // Nothing is left to do.
        let output = regionfront(&resume);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("resume: 2 of 2 k already finished"), "{said}");
        assert_eq!(answers_of(&killed), answers_of(&whole), "{criterion}");
        assert_eq!(fs::read_to_string(&journal).expect("a journal"), lines);
    }
}

/// A run that a limit stops, again and again, ends with the answer once it has the time.
#[test]
fn a_run_over_years_that_a_limit_stopped_goes_on_to_the_same_bytes() {
    let room = tempfile::tempdir().expect("a folder");
    let (viken, whole, stopped) = (viken(), room.path().join("whole"), room.path().join("stopped"));
    let question = ["solve", &viken, "--k", "8,9", "--over-years", "regret", "-q"];
    succeed(&[&question[..], &["-o", &text(&whole)]].concat());
    let resume = [&question[..], &["--resume", "-o"]].concat();
    let folder = text(&stopped);
    for limit in ["0", "0.1", "0.2"] {
        let limit = ["--total-time-limit", limit, "--limit-ok"];
        let ran = regionfront(&[&resume[..], &[&folder], &limit].concat());
        assert!(ran.status.code().is_some_and(|code| [0, 5].contains(&code)), "{ran:?}");
    }
    succeed(&[&resume[..], &[&folder]].concat());
    assert_eq!(answers_of(&stopped), answers_of(&whole));
}

/// A journal that belongs to another question is refused, and says in what it differs.
#[test]
fn a_journal_of_other_years_is_refused() {
    let room = tempfile::tempdir().expect("a folder");
    let (viken, out) = (viken(), text(room.path()));
    let over = |more: &[&str]| {
        let asked = ["solve", &viken, "--k", "6", "-q", "-o", &out];
        regionfront_testkit::ran::Ran::of(&mut regionfront_testkit::ran::command(
            BINARY,
            &[&asked[..], more].concat(),
        ))
    };
    let years = ["--over-years", "sum", "--years", "2017,2018"];
    over(&years).exits(0);
    over(&years).exits(2).says("E402").says("--resume");
    let resume = |more: &[&str]| over(&[&["--resume"], more].concat()).exits(2).says("E403");
    resume(&["--over-years", "sum", "--years", "2017,2019"])
        .says("years 2017, 2018 there, 2017, 2019 here")
        .says("figures of 2019");
    resume(&["--over-years", "worst", "--years", "2017,2018"])
        .says("criterion sum there, worst here");
    resume(&[&years[..], &["--limits-in", "2018"]].concat()).says("limits in 2017, 2018 there");
    resume(&[&years[..], &["--seed", "7"]].concat()).says("seed 0 there, 7 here");
    resume(&[&years[..], &["--min-population", "5"]].concat()).says("rules");
    resume(&[]).says("format regionfront/over-years-journal/1 there");
    // A plan that does not fit the figures is found out.
    let journal = room.path().join("journal.ndjson");
    let held = fs::read_to_string(&journal).expect("a journal");
    fs::write(&journal, held.replace("\"3001\":1", "\"3001\":2")).expect("writable");
    over(&[&["--resume"], &years[..]].concat()).exits(2).says("E404").says("k = 6");
}

/// A front between two years reaches from the best plan of the one to the best of the other, and is
/// read again, and reported, by the figures of both.
#[test]
fn a_front_between_two_years_reaches_from_one_best_plan_to_the_other() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let run = text(out.path());
    let asked = ["--k", "9", "--against", "other-year", "--reference", "2022"];
    let limits = ["--no-scenario", "--min-population", "20000", "--max-population", "310000"];
    let together = ["--keep-together", "Flå,Nesbyen,Gol,Hemsedal,Ål,Hol"];
    let viken = viken();
    let front = [&["front", &viken][..], &asked, &limits, &together].concat();
    succeed(&[&front[..], &["-o", &run, "-q"]].concat());
    let document = json_of(&out.path().join("front.json"));
    assert_eq!(document["instance"]["year"], 2017);
    assert_eq!(document["instance"]["other_year"], 2022);
    let points = document["fronts"][0]["points"].as_array().expect("points");
    let first = &points[0];
    let last = &points[points.len() - 1];
    assert_eq!(document["fronts"][0]["complete"], true);
    assert_eq!(first["objective"], 105_876, "the best of 2017");
    assert_eq!(last["against"]["other-year"], 116_729, "the best of 2022, limits by 2017");
    assert_eq!(points.len(), 4);
    succeed(&["report", &run, "--only", "json,html", "-q"]);
    let report = json_of(&out.path().join("report.json"));
    assert_eq!(report["objectives"][0]["reference"], "2022");
    succeed(&[&front[..], &["-o", &run, "--resume", "-q"]].concat());
    assert_eq!(
        json_of(&out.path().join("front.json"))["fronts"][0]["points"],
        document["fronts"][0]["points"]
    );

    fail(&["front", &viken, "--k", "9", "--against", "other-year", "-q"], "E250");
    let unknown = ["--against", "other-year", "--reference", "2017", "-q"];
    fail(&[&["front", &viken, "--k", "9"][..], &unknown].concat(), "E251");
    let two = ["--against", "other-year,kept-together", "--reference", "2022", "-q"];
    fail(&[&["front", &viken, "--k", "9"][..], &two].concat(), "E509");
    let tiny = viken.replace("viken-2020", "tiny");
    let asked = ["--against", "other-year", "--reference", "2022", "-q"];
    fail(&[&["front", &tiny, "--k", "3"][..], &asked].concat(), "E250");
}
