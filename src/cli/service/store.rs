//! Which store a service has, from the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use regionfront_service::store::{Postgres, Sqlite, Store, StoreError};
use regionfront_service::worker;

use super::super::exit::{Exit, Failure};

/// Where jobs are kept.
#[derive(Clone, Debug, Args)]
pub(super) struct StoreArgs {
    #[arg(long, value_name = "URL", help = STORE_HELP)]
    store: Option<String>,

    /// Folder for the files of jobs under way [default: beside the file of the store, or in the user's
    /// folder for data of programs]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Not a doc comment, where the address would need marks that the terminal would show.
const STORE_HELP: &str = "Where jobs, results and tokens are kept: sqlite://FILE or \
    postgres://USER@HOST/DATABASE [default: what REGIONFRONT_STORE says, or service.sqlite in the \
    user's folder for data of programs]";

/// The variable that says it, so that a password need not stand in a command line.
const VARIABLE: &str = "REGIONFRONT_STORE";

/// An open store, and the folder for the files of jobs under way.
pub(super) struct Opened {
    pub(super) store: Arc<dyn Store>,
    pub(super) folder: PathBuf,
    /// The name of that folder among those of other machines.
    pub(super) place: String,
}

impl StoreArgs {
    /// Opens the store, and makes it where there is none.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let said = std::env::var(VARIABLE).ok().filter(|said| !said.is_empty());
        let url = self.store.clone().or(said);
        let scheme = url.as_deref().and_then(|url| url.split_once("://"));
        let (store, usual): (Arc<dyn Store>, PathBuf) = match (&url, scheme) {
            (Some(url), Some(("postgres" | "postgresql", rest))) => {
                let store = Postgres::open(url).map_err(|error| unreachable(rest, &error))?;
                (Arc::new(store), data()?.join("work"))
            }
            (_, Some(("sqlite", file))) if !file.is_empty() => in_file(Path::new(file))?,
            (_, Some((scheme, _))) => {
                let what = format!("there is no store `{scheme}`");
                let cure = "use sqlite://FILE or postgres://USER@HOST/DATABASE";
                return Err(Failure::usage("E613", "--store", what, cure));
            }
            (Some(file), None) => in_file(Path::new(file))?,
            (None, None) => in_file(&data()?.join("service.sqlite"))?,
        };
        let folder = self.folder.clone().unwrap_or(usual);
        let made = std::path::absolute(&folder)
            .and_then(|folder| std::fs::create_dir_all(&folder).map(|()| folder))
            .and_then(|folder| Ok((worker::place(&folder)?, folder)));
        let (place, folder) = made.map_err(|error| unusable(&folder, &error))?;
        Ok(Opened { store, folder, place })
    }
}

/// The store in a file, and the folder beside it.
fn in_file(file: &Path) -> Result<(Arc<dyn Store>, PathBuf), Failure> {
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).map_err(|error| unusable(file, &error))?;
    }
    // The processes of jobs have folders of their own.
    let file = std::path::absolute(file).map_err(|error| unusable(file, &error))?;
    let store = Sqlite::open(&file).map_err(|error| unusable(&file, &error))?;
    let mut folder = file.into_os_string();
    folder.push(".work");
    Ok((Arc::new(store), PathBuf::from(folder)))
}

fn unusable(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure {
        exit: Exit::Usage,
        text: format!(
            "E610 {}: {error}\n     help: name a file you may write to with --store, and a folder \
             with --folder",
            file.display()
        ),
    }
}

/// The address without its password, and without the settings behind it.
fn unreachable(rest: &str, error: &StoreError) -> Failure {
    let place = rest.split('?').next().unwrap_or_default();
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    Failure {
        exit: Exit::Usage,
        text: format!(
            "E610 postgres://{place}: {error}\n     help: see that the database is there, and that \
             the address in --store or {VARIABLE} is its own"
        ),
    }
}

/// The folder where the user's programs keep their data.
fn data() -> Result<PathBuf, Failure> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let data = folder("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| folder("LOCALAPPDATA").map(PathBuf::from))
        .or_else(|| folder("HOME").map(|home| Path::new(&home).join(".local/share")));
    data.map(|data| data.join("regionfront")).ok_or_else(|| {
        let what = "the environment does not tell where the user's data are";
        let cure = "say it: --store sqlite://FILE, or --folder DIR";
        Failure::usage("E613", "--store", what, cure)
    })
}
