//! `submit`: a question to a server.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value};

use super::super::exit::{Exit, Failure};
use super::super::output::{say, to_stdout};
use super::client::ServerArgs;
use super::watch::answer_of;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct SubmitArgs {
    /// What is asked: solve, front, evaluate, compare, derive, explain or report
    #[arg(value_name = "PROCESS")]
    process: String,

    /// Inputs: options by their long names, with `_` for `-`; lists and groups as JSON
    #[arg(value_name = "KEY=VALUE")]
    inputs: Vec<String>,

    /// Inputs as a JSON object in a file; - for stdin
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Upload this folder as the instance
    #[arg(long, value_name = "DIR")]
    upload: Option<PathBuf>,

    /// Wait for the answer, and print it
    #[arg(long)]
    wait: bool,

    #[command(flatten)]
    server: ServerArgs,
}

const EXAMPLES: &str = "\
Prints the id of the job. The same question again is the same job.

Examples:
  regionfront submit solve instance=viken-2020 k=6..13 --server http://127.0.0.1:8370
  regionfront submit front instance=viken-2020 k=9 min_population=20000 --wait
  regionfront submit solve k=2 --upload instances/tiny --wait";

pub(in super::super) fn run(args: &SubmitArgs, quiet: bool) -> Result<Exit, Failure> {
    let client = args.server.client(Duration::from_secs(10))?;
    let mut inputs = inputs(args)?;
    if let Some(folder) = &args.upload {
        inputs.insert("instance".to_owned(), Value::String(client.upload(folder)?));
    }
    let job = client.submit(&args.process, &Value::Object(inputs))?;
    let id = job["jobID"].as_str().unwrap_or_default().to_owned();
    if !args.wait {
        to_stdout(|out| writeln!(out, "{id}"))?;
        return Ok(Exit::AsAsked);
    }
    if !quiet {
        say(&format!("job {id}"));
    }
    let Some(ended) = client.until_end(&id, &|| false)? else { return Ok(Exit::Fault) };
    answer_of(&client, &ended, None)
}

fn inputs(args: &SubmitArgs) -> Result<Map<String, Value>, Failure> {
    let wrong = |at: String, what: String| {
        Failure::usage("E601", at, what, "write KEY=VALUE, or an object in a file")
    };
    let mut inputs = Map::new();
    if let Some(file) = &args.json {
        let at = || file.display().to_string();
        let mut text = String::new();
        let read = if file.as_os_str() == "-" {
            std::io::stdin().lock().read_to_string(&mut text).map(|_| ())
        } else {
            std::fs::read_to_string(file).map(|read| text = read)
        };
        read.map_err(|error| wrong(at(), error.to_string()))?;
        let value: Value =
            serde_json::from_str(&text).map_err(|error| wrong(at(), error.to_string()))?;
        match value {
            Value::Object(object) => inputs = object,
            _ => return Err(wrong(at(), "that is no JSON object".to_owned())),
        }
    }
    for input in &args.inputs {
        let (key, value) = input
            .split_once('=')
            .ok_or_else(|| wrong(input.clone(), "there is no `=`".to_owned()))?;
        // What is no JSON is a text.
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        inputs.insert(key.to_owned(), value);
    }
    Ok(inputs)
}
