//! Asking the service for its tables, over HTTPS.
//!
//! The service says what codes and years a table has; from that come the queries, for one year and
//! for the codes valid in it, split so that none asks for more cells than it gives. Answers are kept
//! as files, and what is kept is not asked for again: a fetch that was cut off goes on where it was.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::import::Account;
use regionfront_model::atomic::write_atomically;
use regionfront_model::defect::{Defect, Defects};

use super::table::Table;
use super::{COMMUTING, POPULATION};

mod client;
mod pace;
mod query;

use client::Client;
use query::{Metadata, Query};

/// Address of Statistics Norway's tables, in English.
pub const SSB: &str = "https://data.ssb.no/api/v0/en/table";

/// How to ask.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address under which the tables stand.
    pub url: String,
    /// Most cells the service gives in one answer.
    pub cells: usize,
    /// Most queries in a minute, tries that failed included.
    pub per_minute: usize,
    /// Longest time for one answer.
    pub timeout: Duration,
    /// How often to try again where the service is busy, silent or broken off.
    pub retries: u32,
    /// Pause before the first try again; it doubles with each. What the service itself asks for
    /// goes before.
    pub pause: Duration,
    /// Folder in which answers are kept.
    pub kept: PathBuf,
}

impl Settings {
    /// Statistics Norway's service and its limits, with answers kept in a folder.
    pub fn ssb(kept: &Path) -> Self {
        Self {
            url: SSB.to_owned(),
            cells: 800_000,
            per_minute: 30,
            timeout: Duration::from_secs(120),
            retries: 4,
            pause: Duration::from_secs(2),
            kept: kept.to_owned(),
        }
    }
}

/// The tables, and what was done to get them.
#[derive(Clone, Debug, Default)]
pub struct Fetched {
    /// Parts of the table of commuting.
    pub commuting: Vec<Table>,
    /// Parts of the table of population; none where it was not asked for.
    pub population: Vec<Table>,
    /// Year of the flows.
    pub year: u16,
    /// Queries, answers kept.
    pub account: Account,
}

/// Fetches the flows of a year, the latest unless one is named, and the population of another, the
/// same unless one is named. `say` hears of every step.
///
/// # Errors
/// When the service cannot be reached, refuses, or does not have the year. Answers that came are
/// kept.
pub fn fetch(
    settings: &Settings,
    year: Option<u16>,
    population: Option<Option<u16>>,
    say: &mut dyn FnMut(&str),
) -> Result<Fetched, Defects> {
    std::fs::create_dir_all(&settings.kept).map_err(|error| unkept(&settings.kept, &error))?;
    let mut session = Session { client: Client::new(settings), settings, say, asked: 0, kept: 0 };
    let metadata = session.metadata(COMMUTING)?;
    let (queries, year) = query::commuting(&metadata, year, settings.cells)?;
    let commuting = session.tables(COMMUTING, &queries)?;
    let population = match population {
        None => Vec::new(),
        Some(wanted) => {
            let metadata = session.metadata(POPULATION)?;
            let queries = query::population(&metadata, wanted, year, settings.cells)?;
            session.tables(POPULATION, &queries)?
        }
    };
    let mut account = Account::default();
    account.count("answers fetched", session.asked);
    if session.kept > 0 {
        account.count("answers kept from before", session.kept);
    }
    account.note(format!(
        "answers of {} are kept in {}; remove them to ask again",
        settings.url,
        settings.kept.display()
    ));
    Ok(Fetched { commuting, population, year, account })
}

struct Session<'a> {
    client: Client,
    settings: &'a Settings,
    say: &'a mut dyn FnMut(&str),
    asked: u64,
    kept: u64,
}

impl Session<'_> {
    fn url(&self, table: &str) -> String {
        format!("{}/{table}", self.settings.url.trim_end_matches('/'))
    }

    fn metadata(&mut self, table: &str) -> Result<Metadata, Defects> {
        let url = self.url(table);
        (self.say)(&format!("{table}: asking what the table holds"));
        let bytes = self.client.ask(&url, None, &|bytes| Metadata::parse(bytes).map(|_| ()))?;
        Metadata::parse(&bytes).map_err(|what| {
            Defect::new("E179", url, what, "check the address of the service").into()
        })
    }

    fn tables(&mut self, table: &str, queries: &[Query]) -> Result<Vec<Table>, Defects> {
        let url = self.url(table);
        let mut tables = Vec::with_capacity(queries.len());
        for (at, query) in queries.iter().enumerate() {
            let body = query.json();
            let path = self.settings.kept.join(file_name(table, &url, &body));
            let file = path.display().to_string();
            let fits = |bytes: &[u8]| query.fits(&file, bytes);
            let kept = std::fs::read(&path).ok().and_then(|bytes| fits(&bytes).ok());
            if let Some(kept) = kept {
                self.kept += 1;
                tables.push(kept);
                continue;
            }
            (self.say)(&format!(
                "{table}: asking for part {} of {}, {} cells",
                at + 1,
                queries.len(),
                query.cells()
            ));
            let bytes = self.client.ask(&url, Some(&body), &|bytes| fits(bytes).map(|_| ()))?;
            self.asked += 1;
            write_atomically(&path, |out| out.write_all(&bytes))
                .map_err(|error| unkept(&path, &error))?;
            tables.push(Table::parse(&file, &bytes)?);
        }
        Ok(tables)
    }
}

/// The name of a kept answer: what was asked, and of whom, leads to it.
fn file_name(table: &str, url: &str, body: &str) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    hash.update(url.as_bytes());
    hash.update([0]);
    hash.update(body.as_bytes());
    let mut name = format!("{table}-");
    for byte in &hash.finalize()[..8] {
        write!(name, "{byte:02x}").expect("writing to a string succeeds");
    }
    name + ".json"
}

fn unkept(path: &Path, error: &std::io::Error) -> Defect {
    Defect::new(
        "E405",
        path.display().to_string(),
        format!("answers cannot be kept: {error}"),
        "make room, or name another folder with --cache",
    )
}
