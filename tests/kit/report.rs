//! The program run from outside, and its files read back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;

pub fn viken() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../instances/viken-2020").to_owned()
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("a UTF-8 path").to_owned()
}

pub fn regionfront(arguments: &[&str]) -> Output {
    Command::new(cargo_bin("regionfront")).args(arguments).output().expect("the binary runs")
}

pub fn succeed(arguments: &[&str]) {
    let output = regionfront(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
}

pub fn fail(arguments: &[&str], code: &str) {
    let output = regionfront(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(stderr.contains(code), "{stderr}");
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn json_of(path: &Path) -> Value {
    serde_json::from_str(&read(path)).expect("valid JSON")
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// 1234567 as `1,234,567`, or with another mark between groups.
pub fn grouped(number: u64, mark: &str) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits"))
        .collect();
    groups.join(mark)
}

/// Chromium with a fresh profile, or `None` where there is none; an error on the build machine.
pub fn browse(arguments: &[&str]) -> Option<Output> {
    let profile = tempfile::tempdir().expect("a temporary folder");
    for browser in ["chromium", "chromium-browser", "google-chrome"] {
        let output = Command::new(browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(arguments)
            .output();
        if let Ok(output) = output {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{browser}: {stderr}");
            return Some(output);
        }
    }
    assert!(std::env::var_os("CI").is_none(), "Chromium is missing: run .ci/setup-tests");
    None
}

/// What sticks out of a page, told in its title.
const MEASURE: &str = "<script>addEventListener('load',()=>{const w=document.documentElement,cut=\
    [...document.querySelectorAll('.scroll')].filter(e=>e.scrollWidth>e.clientWidth+1);\
    document.title=(w.scrollWidth>w.clientWidth?'wide ':'')+'cut '+cut.length})</script></body>";

/// What stands on the first sheet of a study: its models, or its answer with its table.
const FIRST_SHEET: &str = "<style>nav, .page-foot, #study .wishes, #wishes-h { display: none } \
    main > :not(#sheet) { display: none } #sheet { break-after: auto !important } \
    main:not(:has(#sheet)) > :is(#answer, #study) { display: block }</style></head>";

/// Nothing of the page in a folder is cut at 1,280 and at 390 pixels.
pub fn nothing_is_cut(folder: &Path, what: &str) {
    let page = read(&folder.join("report.html"));
    fs::write(folder.join("measured.html"), page.replace("</body>", MEASURE)).expect("room");
    for width in [1280, 390] {
        // A window is never as narrow as a phone; a frame is.
        let frame = format!(
            "<iframe src=\"measured.html\" style=\"border:0;width:{width}px;height:900px\">\
             </iframe><script>addEventListener('load',()=>{{document.title=\
             document.querySelector('iframe').contentDocument.title}})</script>"
        );
        let path = folder.join("frame.html");
        fs::write(&path, frame).expect("room");
        let address = format!("file://{}", path.display());
        let dump = ["--virtual-time-budget=3000", "--allow-file-access-from-files", "--dump-dom"];
        let Some(shown) = browse(&[&dump[..], &["--window-size=1400,1000", &address]].concat())
        else {
            return;
        };
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains("<title>cut 0</title>"), "{what} at {width}: {shown}");
    }
}

/// The first sheet of a study's page is one of paper.
pub fn is_one_sheet(folder: &Path, what: &str) {
    let page = read(&folder.join("report.html"));
    let sheet = folder.join("sheet.html");
    fs::write(&sheet, page.replacen("</head>", FIRST_SHEET, 1)).expect("room");
    let pdf = folder.join("sheet.pdf");
    let print = format!("--print-to-pdf={}", pdf.display());
    let address = format!("file://{}", sheet.display());
    if browse(&["--no-pdf-header-footer", &print, &address]).is_some() {
        let bytes = fs::read(&pdf).expect("the printed page");
        let mark = b"/Type /Page\n";
        let pages = bytes.windows(mark.len()).filter(|window| window == mark).count();
        assert_eq!(pages, 1, "{what}");
    }
}

/// The studies that are shipped with instances in Norway.
pub fn studies() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for instance in ["viken-2020", "norway-2024"] {
        let folder = Path::new(&viken()).with_file_name(instance).join("studies");
        for entry in fs::read_dir(folder).expect("the studies").flatten() {
            files.extend(
                Some(entry.path()).filter(|path| path.extension() == Some("toml".as_ref())),
            );
        }
    }
    files.sort();
    assert!(files.len() > 10, "{files:?}");
    files
}
