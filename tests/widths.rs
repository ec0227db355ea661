//! No page is wider than its window, on a desk or a phone. What is Norwegian, `norwegian.rs` measures too.

use std::path::Path;

use regionfront_testkit::report::{
    is_one_sheet, nothing_is_cut, regionfront, studies, succeed, text, viken,
};

/// Every study that is shipped: no line on the terminal is wider than 80 columns, nothing of its page is
/// cut, and its answer is one sheet of A4.
#[test]
fn every_study_in_english_fits_desk_phone_and_paper() {
    for file in studies() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (study, out) = (text(&file), text(folder.path()));
        let run = ["study", &study, "-o", &out, "--report", "--force", "-q"];
        let told = String::from_utf8(regionfront(&run).stdout).expect("text");
        let wide = told.lines().find(|line| line.trim_end().chars().count() > 80);
        assert_eq!(wide, None, "{study}");
        nothing_is_cut(folder.path(), &study);
        is_one_sheet(folder.path(), &study);
    }
}

/// Pages of single commands, in either language: compared divisions reached beyond a phone.
#[test]
fn pages_of_commands_fit_desk_and_phone() {
    let best = text(&Path::new(&viken()).join("best/default/k09.csv"));
    let councils = "regional_councils_2019";
    for asked in [
        &["compare", councils, "ba_regions_2020", "buskerud_model", &best, "--over-years", "sum"][..],
        &["evaluate", councils, "--against-best", "--over-years"],
        &["front", "--k", "6,9", "--min-population", "60000", "--against", "max-population"],
        &["front", "--k", "9", "--against", "other-year", "--reference", "2022"],
        &["solve", "--k", "6..13"],
        &["solve", "--k", "9", "--over-years", "regret"],
        // With a section on why there is no plan for 13.
        &["solve", "--k", "9,13", "--min-population", "96000"],
    ] {
        for lang in ["en", "nb"] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let (viken, out) = (viken(), text(folder.path()));
            let wanted = ["-o", &out, "--report", "--lang", lang, "-q"];
            let all = [&[asked[0], viken.as_str()], &asked[1..], &wanted].concat();
            succeed(&all);
            nothing_is_cut(folder.path(), &format!("{asked:?}, {lang}"));
        }
    }
}
