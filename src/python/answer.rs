//! Answers as JSON.

use pyo3::prelude::*;
use serde::Serialize;

use crate::fault;

/// A published document as JSON.
pub(crate) fn json(py: Python<'_>, document: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(document).map_err(|error| fault::internal(py, error.to_string()))
}
