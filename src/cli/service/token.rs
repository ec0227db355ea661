//! `token`: who may do what.

use clap::{Args, Subcommand, ValueEnum};

use regionfront_model::file_name;
use regionfront_service::store::StoreError;
use regionfront_service::tokens::{self, Scope};

use super::super::exit::{Exit, Failure};
use super::super::output::to_stdout;
use super::store::StoreArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct TokenArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Make a token and print it, this once: the store keeps its hash
    Add {
        /// What to call it; an older one of that name ends
        name: String,

        /// What it allows; each allows what those before it do
        #[arg(long, value_enum, default_value_t)]
        scope: ScopeName,

        #[command(flatten)]
        store: StoreArgs,
    },
    /// All tokens, by name
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// End a token
    Remove {
        /// What it is called
        name: String,

        #[command(flatten)]
        store: StoreArgs,
    },
}

/// What a token allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ScopeName {
    /// To read what is there.
    Read,
    /// To ask, to stop and to dismiss, and to upload instances.
    #[default]
    Run,
    /// To take instances away.
    Admin,
}

const EXAMPLES: &str = "\
Examples:
  regionfront token add planning
  regionfront token add dashboard --scope read --store sqlite:///var/lib/regionfront/service.sqlite
  regionfront token remove planning";

pub(in super::super) fn run(args: &TokenArgs) -> Result<Exit, Failure> {
    let failed =
        |error: StoreError| Failure { exit: Exit::Fault, text: format!("E610 the store: {error}") };
    match &args.action {
        Action::Add { name, scope, store } => {
            file_name::check(name).map_err(|what| {
                Failure::usage("E605", "NAME", what, "use letters, digits and dashes")
            })?;
            let scope = match scope {
                ScopeName::Read => Scope::Read,
                ScopeName::Run => Scope::Run,
                ScopeName::Admin => Scope::Admin,
            };
            let token = tokens::add(&*store.open()?.store, name, scope).map_err(failed)?;
            to_stdout(|out| writeln!(out, "{token}"))?;
        }
        Action::List { store } => {
            let tokens = store.open()?.store.tokens().map_err(failed)?;
            to_stdout(|out| {
                tokens
                    .iter()
                    .try_for_each(|token| writeln!(out, "{}\t{}", token.name, token.scopes))
            })?;
        }
        Action::Remove { name, store } => {
            if !store.open()?.store.delete_token(name).map_err(failed)? {
                let what = "there is no token of that name";
                return Err(Failure::usage("E605", name, what, "see `regionfront token list`"));
            }
        }
    }
    Ok(Exit::AsAsked)
}
