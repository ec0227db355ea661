//! Defects as exceptions of Python: each with its code, its place and what to do.

use std::ffi::CString;

use pyo3::prelude::*;

use regionfront::defect::{Defect, Defects};
use regionfront::instance::Instance;
use regionfront::instance::codes::ASSUMED_ENCODING;

/// The exception for these defects, which the package builds: its types are Python's own.
pub(crate) fn raised(py: Python<'_>, defects: &Defects) -> PyErr {
    let told: Vec<(&str, &str, &str, &str)> = defects
        .0
        .iter()
        .map(|defect| (defect.code, defect.at.as_str(), defect.what.as_str(), defect.cure.as_str()))
        .collect();
    py.import("regionfront.errors")
        .and_then(|errors| errors.call_method1("of_defects", (told,)))
        .map_or_else(|error| error, PyErr::from_value)
}

/// A fault of ours.
pub(crate) fn internal(py: Python<'_>, what: impl Into<String>) -> PyErr {
    raised(py, &Defect::new("E301", "regionfront", what, "please report it").into())
}

/// What was assumed of a file, in words: options are said as the arguments that they are here.
pub(crate) fn remark(odd: &Defect) -> String {
    format!("{}: {}: {}", odd.at, odd.what, odd.cure.replace("--encoding", "encoding="))
}

/// Warns of what was assumed of the files that rules name: those of the instance are told when it is read.
pub(crate) fn warn_of_rules(py: Python<'_>, read: &Instance, resolved: &Instance) -> PyResult<()> {
    let is_new = |odd: &&Defect| odd.code == ASSUMED_ENCODING && !read.oddities.contains(odd);
    let category = py.import("regionfront.errors")?.getattr("Assumed")?;
    for odd in resolved.oddities.iter().filter(is_new) {
        let text = CString::new(remark(odd).replace('\0', " ")).unwrap_or_default();
        PyErr::warn(py, &category, &text, 2)?;
    }
    Ok(())
}
