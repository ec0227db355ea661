//! From the flat JSON of a question to the work that answers it.
//!
//! What a process takes is a table ([`processes`]); every input is an option of the command of the same
//! name ([`inputs`]), so that a question means what it means there. No input is a path: divisions and
//! scenarios are names that the instance has, jobs are ids, and what a client brings along is written
//! under a checked name into the folder of its own job.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::scenario::nearest;

pub mod inputs;
pub mod parts;
pub mod processes;

use inputs::{Kind, Reading};
use processes::{Files, Process};

/// Folder of a job's run directory, in the folder of the job.
pub const RUN: &str = "run";

/// What a worker needs to know to do a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The process, which is a command.
    pub process: String,
    /// Id of the instance, where the process has one.
    pub instance: Option<String>,
    /// Positional arguments after the instance.
    pub names: Vec<String>,
    /// Options, each with its value in one word.
    pub options: Vec<String>,
    /// Jobs whose files are put into folders of their ids.
    pub needs: Vec<String>,
    /// Files that the client brought along, by name.
    pub brought: BTreeMap<String, String>,
    /// Most seconds it may take, where the client said so.
    pub seconds: Option<u64>,
}

/// What is known of the server's things while a question is read.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Id of the instance asked about.
    pub instance: Option<String>,
    /// Names of its divisions.
    pub divisions: Vec<String>,
    /// Names of its scenarios.
    pub scenarios: Vec<String>,
}

impl Work {
    /// Whether its command writes files beside its result, into a directory that it is told.
    pub fn writes_files(&self, process: &Process) -> bool {
        match process.files {
            Files::Always => true,
            Files::WithReport => self.options.iter().any(|option| option == "--report"),
            Files::Never => false,
        }
    }

    /// Reads the inputs of a process, but for the instance, which is known already.
    ///
    /// # Errors
    /// All defects of the inputs.
    pub fn read(
        process: &Process,
        inputs: &Map<String, Value>,
        known: &Known,
    ) -> Result<Self, Defects> {
        let mut defects = Defects::default();
        let mut work = Self {
            process: process.id.to_owned(),
            instance: known.instance.clone(),
            names: Vec::new(),
            options: Vec::new(),
            needs: Vec::new(),
            brought: BTreeMap::new(),
            seconds: None,
        };
        for name in inputs.keys() {
            if process.input(name).is_none() {
                defects.push(unknown(process, name));
            }
        }
        for input in process.inputs() {
            let value = inputs.get(input.name).filter(|value| !value.is_null());
            match value {
                None if input.is_required => {
                    let what = format!("`{}` needs the input `{}`", process.id, input.name);
                    let cure = format!("add it: {}", input.title);
                    defects.push(Defect::new("E603", place(input.name), what, cure));
                }
                Some(value) if input.kind != Kind::Instance => {
                    let mut reading = Reading { work: &mut work, known };
                    if let Err(defect) = reading.take(input, value) {
                        defects.push(defect);
                    }
                }
                _ => {}
            }
        }
        defects.into_result()?;
        Ok(work)
    }

    /// The command line that does it, for an instance in that folder. Paths are relative to the
    /// folder of the job, but for that one.
    pub fn arguments(&self, instance: &str) -> Vec<String> {
        let mut arguments = vec![self.process.clone()];
        if self.process == "report" {
            arguments.extend(self.needs.iter().cloned());
            arguments.push(format!("--instance={instance}"));
        } else {
            arguments.push(instance.to_owned());
        }
        arguments.extend(self.names.iter().cloned());
        arguments.extend(self.options.iter().cloned());
        arguments
    }

    /// The id of the job: a hash of all that decides the answer.
    ///
    /// # Panics
    /// Never: it is plain data.
    pub fn id(&self, version: &str) -> String {
        let said = serde_json::to_vec(&(version, self)).expect("it is plain data");
        let mut id = hexadecimal(&Sha256::digest(said));
        id.truncate(32);
        id
    }
}

/// Bytes in hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Where an input stands.
pub(crate) fn place(name: &str) -> String {
    format!("inputs.{name}")
}

fn unknown(process: &Process, name: &str) -> Defect {
    let shown: String = name.chars().take(60).collect();
    let what = format!("`{}` has no input `{shown}`", process.id);
    let names = process.inputs().map(|input| input.name);
    let cure = match nearest(&shown.replace('-', "_"), names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("see /processes/{}", process.id),
    };
    Defect::new("E603", place(&shown), what, cure)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(process: &str, inputs: &Value) -> Result<Work, Defects> {
        let known = Known {
            instance: Some("i".to_owned()),
            divisions: vec!["councils".to_owned()],
            scenarios: vec!["default".to_owned()],
        };
        let process = Process::of(process).expect("there is such a process");
        Work::read(process, inputs.as_object().expect("an object"), &known)
    }

    fn refused(process: &str, inputs: &Value) -> String {
        read(process, inputs).expect_err("it is refused").to_string()
    }

    #[test]
    fn a_question_is_the_command_line_that_asks_it() {
        let work = read(
            "front",
            &json!({
                "instance": "viken-2020", "scenario": "default", "k": "6..8", "joint": true,
                "min_population": "20 000", "links": "land,fixed_link", "time_limit": "1m",
                "against": ["min-population", "kept-together"],
                "keep_together": [["Flå", "Hol"], {"name": "North", "areas": ["3039", "3040"]}],
            }),
        );
        let arguments = work.expect("it is sound").arguments("folder");
        assert_eq!(
            arguments,
            [
                "front",
                "folder",
                "--scenario=default",
                "--k=6,7,8",
                "--keep-together=Flå,Hol",
                "--keep-together=North=3039,3040",
                "--links=land,fixed_link",
                "--min-population=20000",
                "--against=min-population,kept-together",
                "--joint",
                "--time-limit=60",
            ]
        );
    }

    #[test]
    fn the_same_question_is_the_same_job_however_it_is_written() {
        let id = |inputs: Value| read("solve", &inputs).expect("sound").id("1");
        let one = id(json!({"instance": "x", "k": "6..7", "time_limit": 60, "no_explain": false}));
        assert_eq!(one, id(json!({"time_limit": "1m", "k": "7,6", "instance": "y"})));
        assert_ne!(one, id(json!({"instance": "x", "k": "6..7", "time_limit": 61})));
    }

    #[test]
    fn no_input_is_a_path() {
        for name in ["../secret", "/etc/passwd", "a/b", "divisions/councils.csv", "x#k2", "-o"] {
            let division = json!({"instance": "x", "division": name});
            assert!(refused("evaluate", &division).contains("E603"), "{name}");
            let scenario = json!({"instance": "x", "k": 2, "scenario": name});
            assert!(refused("solve", &scenario).contains("E603"), "{name}");
            let whole = json!({"instance": "x", "k": 2, "keep_whole": [name]});
            assert!(refused("solve", &whole).contains("E603"), "{name}");
            let brought = json!({"name": name, "regions": {"1": "a"}});
            let brought = json!({"instance": "x", "division": brought});
            assert!(refused("evaluate", &brought).contains("E603"), "{name}");
        }
    }

    #[test]
    fn all_defects_are_told_at_once_with_what_was_meant() {
        let told = refused("solve", &json!({"min_populaton": 3, "k": 0, "gap": []}));
        for words in ["`min_population`?", "inputs.k", "inputs.gap", "inputs.instance"] {
            assert!(told.contains(words), "{words} is not in {told}");
        }
    }
}
