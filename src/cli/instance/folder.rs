//! Where a new instance goes, and what is said of it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use crate::output::{json_to_stdout, to_stdout};
use regionfront_exchange::import::Account;
use regionfront_model::instance::Instance;
use regionfront_report::{AccountDocument, Links, StagedInstance, open_instance_folder};

/// Where a new instance goes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct FolderArgs {
    /// Folder for the instance
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Replace the instance in the folder; divisions and scenarios of other names stay
    #[arg(long)]
    force: bool,

    /// Name of the instance [default: the folder's]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Title of the instance, as reports show it
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,

    /// How to say what was done
    #[arg(long, value_enum, default_value_t)]
    format: AccountFormat,
}

/// Formats of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum AccountFormat {
    /// For reading.
    #[default]
    Table,
    /// One JSON document with a published schema.
    Json,
}

impl FolderArgs {
    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.output
    }

    /// Refuses a folder that holds something: before any work is done.
    pub(crate) fn open(&self) -> Result<(), Failure> {
        Ok(open_instance_folder(&self.output, self.force)?)
    }

    /// Writes an instance out of sight, loads it, puts it into the folder, and says what was done to
    /// make it. An instance that does not load is not put anywhere. `title` is the one it gets
    /// unless the user gave one; `years` are its figures of further years, `scenarios` files to copy.
    pub(crate) fn keep(
        &self,
        instance: Instance,
        years: &[Instance],
        title: String,
        links: Links,
        scenarios: &[PathBuf],
        mut account: Account,
    ) -> Result<Exit, Failure> {
        let mut instance = instance;
        let own_name = self.output.file_name().map(|name| name.to_string_lossy().into_owned());
        instance.name = self.name.clone().or(own_name).unwrap_or(instance.name);
        instance.title = self.title.clone().unwrap_or(title);
        // A title of its own in English has no translation.
        instance.nb.title.clear();
        let are_to_come = links == Links::ToCome && instance.links.is_empty();
        let staged = StagedInstance::write(&instance, years, links, scenarios, &self.output)?;
        match staged.load() {
            Ok(loaded) => {
                account.count_of("oddities that `inspect` lists", loaded.oddities.len());
                instance.sha256 = loaded.sha256;
            }
            Err(_) if are_to_come => account.note(
                "the instance does not load yet: adjacency.csv must be added, which says what areas \
                 touch",
            ),
            Err(defects) => return Err(defects.into()),
        }
        let files = staged.put()?;
        let document = AccountDocument::new(&instance, &self.output, files, account);
        match self.format {
            AccountFormat::Table => to_stdout(|out| document.write_text(out))?,
            AccountFormat::Json => json_to_stdout(&document)?,
        }
        Ok(Exit::AsAsked)
    }
}
