//! The batch file: reading, defaults, inheritance, matrices.
//!
//! A run is what its layers say, the later ones over the earlier: `[defaults]`, the run it
//! `extends` (with what that one extends), its own keys. A key replaces a key, also an axis of a
//! matrix; an axis replaces an axis or a key. A matrix stands for one run per combination of its
//! values, the last axis turning fastest. Values keep their places in the file, so that whatever is
//! wrong with one is reported with its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::de::DeTable;

use super::layers::Reader;
use super::spec::Spec;
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::scenario::{Scenario, SourceText};
use regionfront_report::hexadecimal;

/// A batch: what it is called and its runs, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// What reports call it; the file's name where it is left out.
    pub title: String,
    /// Folder that paths are relative to.
    pub folder: PathBuf,
    /// The runs.
    pub runs: Vec<Run>,
    /// SHA-256 over all that the runs say, in hexadecimal: comments, order of keys and the place
    /// of the file are not in it.
    pub sha256: String,
}

/// One run, fully spelt out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its name, unique in the batch, and the name of its folder.
    pub name: String,
    /// The value of every axis of its matrix, by axis.
    pub values: BTreeMap<String, String>,
    /// What it says beside its rules.
    pub spec: Spec,
    /// Its rules: they come on top of those of its scenario.
    pub rules: Scenario,
    /// Where keys stand in the file, by key.
    #[serde(skip)]
    pub places: BTreeMap<String, String>,
}

impl Run {
    /// Where a key was given, or the run.
    pub fn place(&self, key: &str) -> String {
        self.places.get(key).cloned().unwrap_or_else(|| format!("run {}, {key}", self.name))
    }
}

impl Batch {
    /// Reads a batch file.
    ///
    /// # Errors
    /// Every defect of the file, each with its line.
    pub fn read(path: &Path) -> Result<Self, Defects> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Defect::new(
                "E530",
                path.display().to_string(),
                format!("the batch file cannot be read: {error}"),
                "check the path and that the file is UTF-8 text",
            )
        })?;
        let file = path.file_name().map_or_else(|| "batch".into(), |name| name.to_string_lossy());
        let mut batch = Self::parse(&text, &file)?;
        path.parent().unwrap_or(Path::new("")).clone_into(&mut batch.folder);
        if batch.title.is_empty() {
            batch.title = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        }
        Ok(batch)
    }

    /// Reads the text of a batch; `file` is how messages call it.
    ///
    /// # Errors
    /// As [`Batch::read`].
    ///
    /// # Panics
    /// Never: runs are plain data, which JSON can hold.
    pub fn parse(text: &str, file: &str) -> Result<Self, Defects> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let source = SourceText::new(file, text);
        let mut reader = Reader { source, defects: Defects::default() };
        for error in errors {
            let what = error.message().trim().replace('\n', "; ");
            reader.wrong(
                "E530",
                error.span(),
                "",
                format!("this is not TOML: {what}"),
                "correct the line",
            );
        }
        std::mem::take(&mut reader.defects).into_result()?;
        let (title, defaults, templates) = reader.top(table.into_inner());
        let mut index = BTreeMap::new();
        for (at, template) in templates.iter().enumerate() {
            index.entry(template.name.as_str()).or_insert(at);
        }
        let (mut runs, mut laid) = (Vec::new(), BTreeMap::new());
        for (at, template) in templates.iter().enumerate() {
            if !template.only_extended
                && let Some(merged) = reader.merged(&templates, &index, &defaults, &mut laid, at)
            {
                runs.extend(reader.expand(template, &merged));
            }
        }
        if reader.defects.0.is_empty() && runs.is_empty() {
            let cure = "add a [[run]] with a name, an instance and k";
            reader.wrong("E532", None, "run", "the batch has no run".to_owned(), cure);
        }
        reader.tell_apart(&runs);
        reader.defects.into_result()?;
        let said = serde_json::to_vec(&runs).expect("runs are plain data");
        let sha256 = hexadecimal(&Sha256::digest(said));
        Ok(Self { title, folder: PathBuf::new(), runs, sha256 })
    }
}

/// What a batch file holds, for its schema; it is read key by key.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the file and is never made")]
pub struct BatchSchema {
    /// What reports call the batch; the file's name where it is left out.
    title: Option<String>,
    /// What all runs say, unless they say otherwise.
    defaults: Option<RunSchema>,
    /// The runs.
    run: Vec<RunSchema>,
}

/// A run in the schema.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the file and is never made")]
struct RunSchema {
    /// Its name, and that of its folder: letters, digits, `-`, `_`, `.` and `+`.
    name: Option<String>,
    /// The name of a run that says what this one does not.
    extends: Option<String>,
    /// Only there to be extended.
    template: Option<bool>,
    /// Lists of values by key: a run for every combination.
    matrix: Option<BTreeMap<String, Vec<serde_json::Value>>>,
    #[serde(flatten)]
    spec: Spec,
    #[serde(flatten)]
    rules: Scenario,
}
