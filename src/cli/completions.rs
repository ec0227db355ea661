//! `completions`: what a shell needs to complete our command lines.

use clap::{Args, Command};
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::output::data_to_stdout;

#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  regionfront completions bash > ~/.local/share/bash-completion/completions/regionfront
  regionfront completions zsh > ~/.zfunc/_regionfront
  regionfront completions fish > ~/.config/fish/completions/regionfront.fish")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, command: &mut Command) -> Result<Exit, Failure> {
    // Into memory first: the generator panics on a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "regionfront", &mut script);
    data_to_stdout(|out| out.write_all(&script))?;
    Ok(Exit::AsAsked)
}
