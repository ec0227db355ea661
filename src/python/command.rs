//! The command `regionfront`, within the extension: one solver serves both.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;

use regionfront::cli::embed;

/// Runs a command line and gives its exit code. `program` starts the command once more.
#[pyfunction]
pub(crate) fn command(py: Python<'_>, program: PathBuf, arguments: Vec<OsString>) -> u8 {
    py.detach(|| embed::run(program, arguments))
}
