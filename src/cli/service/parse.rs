//! Command lines of questions, read as the terminal's are.

use clap::Parser as _;

use regionfront_model::defect::{Defect, Defects};

use super::super::Cli;

/// A command line, read as the terminal's is.
pub(super) fn parse(arguments: &[String]) -> Result<Cli, Defects> {
    let words = ["regionfront".to_owned()].into_iter().chain(arguments.iter().cloned());
    Cli::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        let what = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Defect::new("E603", "inputs", what, "see the description of the process").into()
    })
}
