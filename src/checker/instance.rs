//! The raw figures: areas, flows and links of an instance, read from its CSV files.
//!
//! Only what a certificate speaks of is read, and every file read must have the hash that the
//! certificate names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::document::Rules;
use crate::reject::{Rejection, reject};

/// Largest sum of any figure, so that no product of two of them leaves 128 bits and no sum 63.
const LARGEST: u64 = 1 << 52;

/// The areas in question.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Their codes, ascending.
    pub codes: Vec<String>,
    /// Their names.
    pub names: Vec<String>,
    /// Inhabitants.
    pub population: Vec<u64>,
    /// Employed residents.
    pub employed: Vec<u64>,
    /// Jobs.
    pub jobs: Vec<u64>,
    /// Commuters by residence and workplace, those within an area included.
    pub flows: Vec<(usize, usize, u64)>,
    /// Pairs that touch by a link that counts.
    pub links: Vec<(usize, usize)>,
}

impl Instance {
    /// Reads the areas in question from the folder of an instance. `hashes` names the files and their
    /// SHA-256.
    ///
    /// # Errors
    /// When a file is missing, is not the one that was hashed, or cannot be understood.
    pub fn read(
        folder: &Path,
        hashes: &BTreeMap<String, String>,
        rules: &Rules,
    ) -> Result<Self, Rejection> {
        let folder = Folder { path: folder, hashes };
        let wanted = files(rules);
        if !hashes.keys().map(String::as_str).eq(wanted.iter().copied()) {
            return reject(format!("`instance` must name these files: {}", wanted.join(", ")));
        }
        let mut areas = folder.table("areas.csv")?.areas()?;
        let [links, flows] = [folder.table("adjacency.csv")?, folder.table("flows.csv")?];
        let mut links = links.rows(["a", "b", "kind"])?;
        let mut flows = flows.rows(["residence", "workplace", "commuters"])?;
        let outside;
        if !rules.external_areas.is_empty() {
            outside = folder.outside()?;
            outside.add(rules, &mut areas, &mut links, &mut flows)?;
        }
        if let Some(kept) = &rules.areas {
            for code in kept {
                if !areas.contains_key(code) {
                    return reject(format!("there is no area `{code}`"));
                }
            }
            areas.retain(|code, _| kept.contains(code));
        }
        let codes: Vec<String> = areas.keys().cloned().collect();
        let at = |code: &str| codes.binary_search_by(|known| known.as_str().cmp(code)).ok();
        let mut read = Self {
            names: areas.values().map(|area| area.name.clone()).collect(),
            population: areas.values().map(|area| area.population).collect(),
            employed: areas.values().map(|area| area.employed).collect(),
            jobs: areas.values().map(|area| area.jobs).collect(),
            flows: Vec::new(),
            links: Vec::new(),
            codes: codes.clone(),
        };
        let mut pairs: Vec<(&str, &str)> = flows.iter().map(|&[from, to, _]| (from, to)).collect();
        pairs.sort_unstable();
        if let Some((from, to)) = pairs.windows(2).find(|two| two[0] == two[1]).map(|two| two[0]) {
            return reject(format!("flows.csv: the flow from {from} to {to} stands there twice"));
        }
        for [from, to, commuters] in &flows {
            if let (Some(from), Some(to)) = (at(from), at(to)) {
                read.flows.push((from, to, count(commuters)?));
            }
        }
        for [a, b, kind] in &links {
            if let (Some(a), Some(b)) = (at(a), at(b))
                && a != b
                && rules.links.iter().any(|counts| counts == kind)
            {
                read.links.push((a.min(b), a.max(b)));
            }
        }
        read.links.sort_unstable();
        read.links.dedup();
        let flow: u128 = read.flows.iter().map(|flow| u128::from(flow.2)).sum();
        let sum = |figures: &[u64]| figures.iter().map(|&figure| u128::from(figure)).sum::<u128>();
        let sums = [flow, sum(&read.population), sum(&read.employed), sum(&read.jobs)];
        if sums.iter().any(|&sum| sum > u128::from(LARGEST)) {
            return reject("the figures of the instance are too large to be added up exactly");
        }
        Ok(read)
    }

    /// The place of an area, by its code.
    ///
    /// # Errors
    /// When there is no such area among those in question.
    pub fn area(&self, code: &str) -> Result<usize, Rejection> {
        self.codes
            .binary_search_by(|known| known.as_str().cmp(code))
            .or_else(|_| reject(format!("there is no area `{code}` in question")))
    }

    /// Places of areas, ascending.
    ///
    /// # Errors
    /// When one of them is not in question, or named twice.
    pub fn areas(&self, codes: &[String]) -> Result<Vec<usize>, Rejection> {
        let mut areas = codes.iter().map(|code| self.area(code)).collect::<Result<Vec<_>, _>>()?;
        areas.sort_unstable();
        areas.dedup();
        if areas.len() < codes.len() {
            return reject(format!("an area is named twice among {}", codes.join(", ")));
        }
        Ok(areas)
    }
}

/// The codes of the areas that the folder of an instance holds, whatever its hash.
///
/// # Errors
/// When they cannot be read.
pub fn codes(folder: &Path) -> Result<BTreeSet<String>, Rejection> {
    let file = "areas.csv";
    let bytes = std::fs::read(folder.join(file))
        .or_else(|error| reject(format!("{file} cannot be read: {error}")))?;
    Ok(Table::read(file, &bytes)?.areas()?.into_keys().collect())
}

/// The files that are read under these rules, in order.
pub fn files(rules: &Rules) -> Vec<&'static str> {
    let mut files = vec!["adjacency.csv", "areas.csv", "flows.csv"];
    if !rules.external_areas.is_empty() {
        files.extend(["external_adjacency.csv", "external_areas.csv", "external_flows.csv"]);
        files.sort_unstable();
    }
    files
}

/// The SHA-256 of a file's bytes, in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An area as its row says.
struct Area {
    name: String,
    population: u64,
    employed: u64,
    jobs: u64,
}

struct Folder<'a> {
    path: &'a Path,
    hashes: &'a BTreeMap<String, String>,
}

impl Folder<'_> {
    fn table(&self, file: &'static str) -> Result<Table, Rejection> {
        let bytes = std::fs::read(self.path.join(file))
            .or_else(|error| reject(format!("{file} cannot be read: {error}")))?;
        if self.hashes.get(file) != Some(&hash(&bytes)) {
            return reject(format!(
                "{file} is not the file that the certificate speaks of: its SHA-256 is {}",
                hash(&bytes)
            ));
        }
        Table::read(file, &bytes)
    }

    fn outside(&self) -> Result<Outside, Rejection> {
        Ok(Outside {
            areas: self.table("external_areas.csv")?,
            flows: self.table("external_flows.csv")?,
            links: self.table("external_adjacency.csv")?,
        })
    }
}

/// The tables of areas outside.
struct Outside {
    areas: Table,
    flows: Table,
    links: Table,
}

impl Outside {
    /// Adds areas from outside: their own rows and links, and their flows from the columns of
    /// `external_flows.csv` that bear the word of their place.
    fn add<'a>(
        &'a self,
        rules: &'a Rules,
        areas: &mut BTreeMap<String, Area>,
        links: &mut Vec<[&'a str; 3]>,
        flows: &mut Vec<[&'a str; 3]>,
    ) -> Result<(), Rejection> {
        let mut outside = self.areas.areas()?;
        let places = self.areas.rows(["code", "place", "own_flow"])?;
        let mut added: Vec<&str> = Vec::new();
        for code in &rules.external_areas {
            let place = places.iter().find(|row| row[0] == *code);
            let (Some(area), Some([_, place, own])) = (outside.remove(code), place) else {
                return reject(format!("there is no external area `{code}`, or it is named twice"));
            };
            let (to, from) = (format!("to_{place}"), format!("from_{place}"));
            for [inside, to, from] in self.flows.rows(["code", &to, &from])? {
                flows.push([inside, code, to]);
                flows.push([code, inside, from]);
            }
            flows.push([code, code, own]);
            // What two external areas exchange stands in the row of the one added first.
            for before in &added {
                for [row, to, from] in self.areas.rows(["code", &to, &from])? {
                    if row == *before {
                        flows.push([row, code, to]);
                        flows.push([code, row, from]);
                    }
                }
            }
            areas.insert(code.clone(), area);
            added.push(code);
        }
        links.extend(self.links.rows(["a", "b", "kind"])?);
        Ok(())
    }
}

struct Table {
    file: &'static str,
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    fn read(file: &'static str, bytes: &[u8]) -> Result<Self, Rejection> {
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text);
        let header = reader.headers().cloned();
        let rows =
            header.and_then(|header| Ok((header, reader.records().collect::<Result<_, _>>()?)));
        let (header, rows) =
            rows.or_else(|error| reject(format!("{file} cannot be read: {error}")))?;
        // Which of two columns of one name counts, two programs may see differently.
        if header.iter().collect::<BTreeSet<_>>().len() < header.len() {
            return reject(format!("{file}: a column stands there twice"));
        }
        Ok(Self { file, header: header.iter().map(str::to_owned).collect(), rows })
    }

    fn rows<const N: usize>(&self, columns: [&str; N]) -> Result<Vec<[&str; N]>, Rejection> {
        let mut places = [0; N];
        for (place, column) in places.iter_mut().zip(columns) {
            let found = self.header.iter().position(|name| name == column);
            *place =
                found.map_or_else(|| reject(format!("{}: no column {column}", self.file)), Ok)?;
        }
        Ok(self.rows.iter().map(|record| places.map(|at| record[at].trim())).collect())
    }

    fn areas(&self) -> Result<BTreeMap<String, Area>, Rejection> {
        let mut areas = BTreeMap::new();
        let columns = ["code", "name", "population", "employed_residents", "jobs"];
        for [code, name, population, employed, jobs] in self.rows(columns)? {
            let area = Area {
                name: name.to_owned(),
                population: count(population)?,
                employed: count(employed)?,
                jobs: count(jobs)?,
            };
            if areas.insert(code.to_owned(), area).is_some() {
                return reject(format!("{}: `{code}` stands there twice", self.file));
            }
        }
        Ok(areas)
    }
}

fn count(text: &str) -> Result<u64, Rejection> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(count) if is_plain => Ok(count),
        _ => reject(format!("`{text}` is not a whole number")),
    }
}
