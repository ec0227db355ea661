//! Command lines of questions, read as the terminal's are.

use clap::Parser as _;

use regionfront_model::defect::{Defect, Defects};

use super::super::Cli;

/// A command line, read as the terminal's is.
pub(super) fn parse(arguments: &[String]) -> Result<Cli, Defects> {
    let words = ["regionfront".to_owned()].into_iter().chain(arguments.iter().cloned());
    Cli::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        // What it lists comes on lines of their own, up to an empty one.
        let lines = text.lines().take_while(|line| !line.is_empty());
        let what = lines.map(str::trim).collect::<Vec<_>>().join(" ");
        let what = what.trim_start_matches("error: ");
        Defect::new("E603", "inputs", what, "see the description of the process").into()
    })
}
