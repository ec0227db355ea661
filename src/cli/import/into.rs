//! Where parts of an instance go, and what is said of them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use crate::output::{json_to_stdout, to_stdout};
use regionfront_exchange::import::{Part, populations};
use regionfront_model::defect::Defects;
use regionfront_model::instance::codes::ASSUMED_ENCODING;
use regionfront_model::instance::{Instance, Year};
use regionfront_report::{AccountDocument, JoinError, Joining, PartPiece, join_part, listed_areas};

/// Where a part of an instance goes.
#[expect(clippy::option_option, reason = "an option of the command line with or without a value")]
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct IntoArgs {
    /// Folder of the instance; what it holds is added to
    #[arg(long, value_name = "DIR")]
    into: PathBuf,

    /// Take only these pieces of what the source holds: areas, adjacency, flows, polygons, division
    #[arg(long, value_name = "PIECES", value_enum, value_delimiter = ',')]
    take: Vec<TakeName>,

    /// Replace what the folder holds where the source says otherwise
    #[arg(long)]
    replace: bool,

    /// Add links to those in the folder's adjacency.csv
    #[arg(long)]
    add: bool,

    /// Leave out areas that the folder does not list; flows to and from them count as those of the
    /// place `elsewhere`
    #[arg(long)]
    only_known: bool,

    /// The flows are of this year, beside those of another in the folder: they become figures of a
    /// further year
    #[arg(long, value_name = "YEAR", conflicts_with_all = ["take", "add"])]
    year: Option<Year>,

    /// The population of that year: a CSV file with the columns code and population [default: that of
    /// areas.csv]
    #[arg(long, value_name = "FILE", requires = "year")]
    population: Option<PathBuf>,

    /// The source numbers areas, from 0 or 1, in the order of the polygons in the folder, or of its
    /// areas.csv, or of FILE (polygons, or a table with a column `code`); held against where the
    /// areas lie
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    by_position: Option<Option<PathBuf>>,

    /// How to say what was done
    #[arg(long, value_enum, default_value_t)]
    format: IntoFormat,
}

/// What can be taken of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TakeName {
    Areas,
    Adjacency,
    Flows,
    Polygons,
    Division,
}

/// Formats of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum IntoFormat {
    /// For reading.
    #[default]
    Table,
    /// One JSON document with a published schema.
    Json,
}

impl IntoArgs {
    /// Codes and names of the areas that the folder lists.
    pub(super) fn listed_areas(&self) -> Result<Vec<(String, String)>, Failure> {
        Ok(listed_areas(&self.into)?)
    }

    /// Whether areas that the folder does not list are left out.
    pub(super) fn is_only_known(&self) -> bool {
        self.only_known
    }

    /// Adds a part to the folder, and says what was done, what is odd, and what is missing.
    pub(super) fn join(
        &self,
        mut part: Part,
        division_name: Option<&str>,
    ) -> Result<Exit, Failure> {
        let pieces = self.take.iter().map(|name| match name {
            TakeName::Areas => PartPiece::Areas,
            TakeName::Adjacency => PartPiece::Adjacency,
            TakeName::Flows => PartPiece::Flows,
            TakeName::Polygons => PartPiece::Polygons,
            TakeName::Division => PartPiece::Division,
        });
        let population = match &self.population {
            Some(file) => {
                let (population, notes) = populations(file, None)?;
                for note in &notes {
                    part.account.note(note);
                }
                Some(population)
            }
            None => None,
        };
        let joining = Joining {
            replace: self.replace,
            add_links: self.add,
            only_known: self.only_known,
            by_position: self.by_position.is_some(),
            positions: self.by_position.clone().flatten(),
            year: self.year,
            population,
            take: pieces.collect::<BTreeSet<_>>(),
            division_name: division_name.map(str::to_owned),
        };
        let mut files =
            join_part(&mut part, &self.into, &joining).map_err(|error| match error {
                JoinError::Misfit(defects) => Failure::from(defects),
                JoinError::Output(error) => Failure::from(error),
            })?;
        let mut account = part.account;
        let mut said = BTreeSet::new();
        for odd in &part.instance.oddities {
            // Many are of one kind: place and cure are said once.
            if said.insert((odd.code, &odd.at, &odd.cure)) {
                account.note(format!("{} {}: {} ({})", odd.code, odd.at, odd.what, odd.cure));
            } else {
                account.note(format!("{}: {}", odd.code, odd.what));
            }
        }
        if files.is_empty() {
            account.note("the folder held all of this already");
            files.push("nothing written".to_owned());
        }
        let named = self.into.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let instance = match Instance::load(&self.into) {
            Ok(loaded) => {
                let odd = loaded.oddities.len();
                account.count_of("oddities that `inspect` lists", odd);
                let assumed = loaded.oddities.iter().filter(|odd| odd.code == ASSUMED_ENCODING);
                assumed.for_each(|odd| {
                    account.note(format!("{} {}: {} ({})", odd.code, odd.at, odd.what, odd.cure));
                });
                loaded
            }
            Err(defects) => {
                account.note(format!("not an instance yet: {}", lacking(&defects)));
                let title = std::mem::take(&mut part.instance.title);
                let title = if title.is_empty() { named.clone() } else { title };
                Instance { name: named, title, ..part.instance }
            }
        };
        let document = AccountDocument::new(&instance, &self.into, files, account);
        match self.format {
            IntoFormat::Table => to_stdout(|out| document.write_text(out))?,
            IntoFormat::Json => json_to_stdout(&document)?,
        }
        Ok(Exit::AsAsked)
    }
}

/// The first defect of every code, and how many more there are.
fn lacking(defects: &Defects) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for defect in &defects.0 {
        // A missing file or column is one thing each, a missing figure one per area.
        let is_figure = !["E102", "E103", "E106"].contains(&defect.code);
        if is_figure && !seen.insert(defect.code) {
            continue;
        }
        let alike = defects.0.iter().filter(|other| other.code == defect.code).count();
        let more = if is_figure && alike > 1 {
            format!(", and {} more", alike - 1)
        } else {
            String::new()
        };
        said.push(format!("{} {}: {}{more}", defect.code, defect.at, defect.what));
    }
    said.join("; ")
}
