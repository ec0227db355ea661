//! Defects as exceptions of Python: each with its code, its place and what to do.

use pyo3::prelude::*;

use regionfront::defect::{Defect, Defects};

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
