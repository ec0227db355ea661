//! The library in Python: what the package `regionfront` calls.
//!
//! Thin on purpose. An `Instance` is a folder, loaded; a question is JSON, its
//! rules the text of a scenario; an answer is one of the published documents, as JSON. So Python says
//! what the command line says, to the last figure. Tables, maps and friendly names are made in Python.
//!
//! Python's lock is not held while something is solved, and Ctrl-C stops a solve with what it has:
//! `watch`.

mod answer;
mod certificate;
mod command;
mod fault;
mod front;
mod instance;
mod judge;
mod question;
mod solve;
mod watch;

/// The extension.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::certificate::certify;
    #[pymodule_export]
    use super::command::command;
    #[pymodule_export]
    use super::front::front;
    #[pymodule_export]
    use super::instance::{Instance, borders, text_of};
    #[pymodule_export]
    use super::judge::{compare, evaluate, explain, regions};
    #[pymodule_export]
    use super::solve::solve;

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
