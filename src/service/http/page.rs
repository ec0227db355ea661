//! The page: files that are part of the program. They hold nothing of anybody, so that no token is
//! needed for them; what they ask for needs what it always needs.

use axum::extract::Path;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue, VARY,
};
use axum::response::Response;

use super::answer;
use crate::problem::Problem;

/// What the page may do: load and ask its own server, and nothing else. A report is a page in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// A list of files of the page, by name.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../page/", $name)))),*]
    };
}

/// The files of the page.
const FILES: &[(&str, &[u8])] = files![
    "index.html",
    "style.css",
    "icon.svg",
    "actions.js",
    "api.js",
    "bar.js",
    "chart.js",
    "compare-panel.js",
    "csv.js",
    "dom.js",
    "en.js",
    "files-panel.js",
    "geography.js",
    "link.js",
    "main.js",
    "map.js",
    "nb.js",
    "parts.js",
    "plan-panel.js",
    "plan.js",
    "prices.js",
    "rules-panel.js",
    "rules.js",
    "run-panel.js",
    "runs.js",
    "scenarios.js",
    "store.js",
    "telling.js",
    "underway.js",
    "words.js",
];

/// Whether an address is one of the page's own files.
pub(super) fn is_of_page(path: &str) -> bool {
    path.starts_with("/page/")
}

/// Whether a client would rather see the page than the landing document: a browser that was sent
/// here says so, programs do not.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|kind| kind.trim().starts_with("text/html"))
}

/// The page itself.
pub(super) fn index() -> Response {
    let mut response = held("index.html").unwrap_or_default();
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}

pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Problem> {
    held(&name).ok_or_else(|| Problem::no_page(&format!("/page/{name}")))
}

fn held(name: &str) -> Option<Response> {
    let (name, bytes) = FILES.iter().find(|(known, _)| *known == name)?;
    let kind = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => answer::kind_of(name),
    };
    let mut response = answer::bytes(kind, bytes.to_vec());
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // Another version of the program has another page under the same address.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_is_served_and_every_import_is_one() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        let is_held = |name: &str| FILES.iter().any(|(known, _)| *known == name);
        for entry in std::fs::read_dir(folder).expect("the page's folder") {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            assert!(is_held(&name), "{name} is not served");
        }
        for (name, bytes) in FILES {
            let text = std::str::from_utf8(bytes).expect("the page is text");
            for line in text.lines().filter(|line| line.contains(" from \"./")) {
                let from = line.split(" from \"./").nth(1).and_then(|rest| rest.split('"').next());
                let from = from.expect("a name");
                assert!(is_held(from), "{name} imports {from}");
            }
        }
    }

    #[test]
    fn the_policy_allows_nothing_unsafe() {
        assert!(!POLICY.contains("unsafe") && POLICY.contains("default-src 'none'"));
    }

    #[test]
    fn browsers_get_the_page_and_programs_the_document() {
        let headers = |accept: &'static str| {
            HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))])
        };
        assert!(wants_page(&headers("text/html,application/xhtml+xml,*/*;q=0.8")));
        assert!(!wants_page(&headers("*/*")) && !wants_page(&headers("application/json")));
        assert!(!wants_page(&HeaderMap::new()));
    }

    /// A module that the page learns of only by reading another costs one more way to the server and back.
    #[test]
    fn the_page_asks_for_all_its_modules_at_once() {
        let index = FILES.iter().find(|(name, _)| *name == "index.html").expect("the page").1;
        let index = std::str::from_utf8(index).expect("UTF-8");
        let names = FILES.iter().map(|(name, _)| *name).filter(|&name| name != "main.js");
        for module in names.filter(|name| name.rsplit_once('.').is_some_and(|end| end.1 == "js")) {
            let link = format!("<link rel=\"modulepreload\" href=\"/page/{module}\">");
            assert!(index.contains(&link), "{module}");
        }
    }
}
