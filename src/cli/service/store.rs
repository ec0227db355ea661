//! Which store a service has, from the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use regionfront_service::store::{Sqlite, Store};

use super::super::exit::{Exit, Failure};

/// Where jobs are kept.
#[derive(Clone, Debug, Args)]
pub(super) struct StoreArgs {
    #[arg(long, value_name = "URL", help = STORE_HELP)]
    store: Option<String>,
}

/// Not a doc comment, where the address would need marks that the terminal would show.
const STORE_HELP: &str = "Where jobs, results and tokens are kept: sqlite://FILE [default: \
    service.sqlite in the user's folder for data of programs]";

/// An open store, and the folder for the files of jobs under way.
pub(super) struct Opened {
    pub(super) store: Arc<dyn Store>,
    pub(super) folder: PathBuf,
}

impl StoreArgs {
    /// Opens the store, and makes it where there is none.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let file = self.file()?;
        let unusable = |what: String| Failure {
            exit: Exit::Usage,
            text: format!(
                "E610 {}: {what}\n     help: name a file you may write to with --store",
                file.display()
            ),
        };
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).map_err(|error| unusable(error.to_string()))?;
        }
        // The processes of jobs have folders of their own.
        let file = std::path::absolute(&file).map_err(|error| unusable(error.to_string()))?;
        let store = Sqlite::open(&file).map_err(|error| unusable(error.to_string()))?;
        let mut folder = file.clone().into_os_string();
        folder.push(".work");
        let folder = PathBuf::from(folder);
        std::fs::create_dir_all(&folder).map_err(|error| unusable(error.to_string()))?;
        Ok(Opened { store: Arc::new(store), folder })
    }

    fn file(&self) -> Result<PathBuf, Failure> {
        let Some(url) = &self.store else { return usual() };
        match url.split_once("://") {
            Some(("sqlite", file)) if !file.is_empty() => Ok(PathBuf::from(file)),
            Some((scheme, _)) => {
                let what = format!("there is no store `{scheme}`");
                Err(Failure::usage("E613", "--store", what, "use sqlite://FILE"))
            }
            None => Ok(PathBuf::from(url)),
        }
    }
}

/// The file where the user's programs keep their data.
fn usual() -> Result<PathBuf, Failure> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let data = folder("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| folder("LOCALAPPDATA").map(PathBuf::from))
        .or_else(|| folder("HOME").map(|home| Path::new(&home).join(".local/share")));
    data.map(|data| data.join("regionfront").join("service.sqlite")).ok_or_else(|| {
        let what = "the environment does not tell where the user's data are";
        Failure::usage("E613", "--store", what, "say it: --store sqlite://FILE")
    })
}
