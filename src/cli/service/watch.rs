//! `status`, `events`, `stop` and `results`: what becomes of questions to a server.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::Value;

use regionfront_model::atomic::write_atomically;
use regionfront_model::file_name;

use super::super::exit::{Exit, Failure};
use super::super::output::{data_to_stdout, json_to_stdout, say, to_stdout};
use super::client::{Client, ServerArgs, problem_text};

/// How long a server that does not answer is asked again.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a listener waits before he comes again.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Clone, Debug, Args)]
pub(in super::super) struct StatusArgs {
    /// Id of a job [default: all jobs, the latest first]
    job: Option<String>,

    /// What to print: a text, or the document of the server
    #[arg(long, value_enum, default_value_t)]
    format: TextFormat,

    #[command(flatten)]
    server: ServerArgs,
}

/// Formats of a status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum TextFormat {
    /// For reading.
    #[default]
    Text,
    /// As the server says it.
    Json,
}

#[derive(Clone, Debug, Args)]
pub(in super::super) struct EventsArgs {
    /// Id of the job
    job: String,

    /// Go on after the event of this number
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: u64,

    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Debug, Args)]
pub(in super::super) struct StopJobArgs {
    /// Id of the job
    job: String,

    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Debug, Args)]
pub(in super::super) struct ResultsArgs {
    /// Id of the job
    job: String,

    /// Directory for all files of the job; it must be empty, or not there
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Wait for the end of the job
    #[arg(long)]
    wait: bool,

    #[command(flatten)]
    server: ServerArgs,
}

pub(in super::super) fn status(args: &StatusArgs) -> Result<Exit, Failure> {
    let client = args.server.client(PATIENCE)?;
    let path = args.job.as_ref().map_or_else(|| "/jobs".to_owned(), |job| format!("/jobs/{job}"));
    let document = client.get(&path)?.json()?;
    if args.format == TextFormat::Json {
        json_to_stdout(&document)?;
        return Ok(Exit::AsAsked);
    }
    let one = [document.clone()];
    let jobs = document["jobs"].as_array().map_or(&one[..], Vec::as_slice);
    to_stdout(|out| jobs.iter().try_for_each(|job| writeln!(out, "{}", line(job))))?;
    Ok(Exit::AsAsked)
}

/// A job in a line.
fn line(job: &Value) -> String {
    let text = |key: &str| job[key].as_str().unwrap_or_default();
    let place = match job["position"].as_u64() {
        Some(place) => format!(", {place}. in the queue"),
        None => String::new(),
    };
    let message = match text("message") {
        "" => String::new(),
        message => format!(", {}", message.lines().next().unwrap_or_default()),
    };
    let progress = match (text("status"), job["progress"].as_u64()) {
        ("running", Some(progress)) => format!(", {progress} %"),
        _ => String::new(),
    };
    let [id, process, status, created] = ["jobID", "processID", "status", "created"].map(text);
    format!("{id}  {process}  {created}  {status}{place}{progress}{message}")
}

pub(in super::super) fn events(args: &EventsArgs) -> Result<Exit, Failure> {
    let client = args.server.client(PATIENCE)?;
    // Says so where there is no such job, or no server.
    client.get(&format!("/jobs/{}", args.job))?.json()?;
    let mut after = args.after;
    let mut hear = |data: &str| {
        to_stdout(|out| writeln!(out, "{data}"))?;
        Ok(())
    };
    while !client.listen(&args.job, &mut after, &mut hear)? {
        thread::sleep(PAUSE);
    }
    Ok(Exit::AsAsked)
}

pub(in super::super) fn stop(args: &StopJobArgs) -> Result<Exit, Failure> {
    let client = args.server.client(PATIENCE)?;
    let job = client.post(&format!("/jobs/{}/stop", args.job))?.json()?;
    to_stdout(|out| writeln!(out, "{}", line(&job)))?;
    Ok(Exit::AsAsked)
}

pub(in super::super) fn results(args: &ResultsArgs, quiet: bool) -> Result<Exit, Failure> {
    let client = args.server.client(PATIENCE)?;
    let status = if args.wait {
        client.until_end(&args.job, &|| false)?.unwrap_or_default()
    } else {
        client.get(&format!("/jobs/{}", args.job))?.json()?
    };
    let exit = answer_of(&client, &status, args.output.as_deref())?;
    if let (Some(folder), false) = (&args.output, quiet) {
        say(&format!("files: {}", folder.display()));
    }
    Ok(exit)
}

/// Prints the result of a job, or puts its files into a folder, and ends as the command would have.
pub(super) fn answer_of(
    client: &Client,
    job: &Value,
    output: Option<&Path>,
) -> Result<Exit, Failure> {
    let id = job["jobID"].as_str().unwrap_or_default();
    if job["status"] == "failed" {
        let problem = &job["problem"];
        let exit = if problem["status"] == 422 { Exit::Usage } else { Exit::Fault };
        return Err(Failure { exit, text: problem_text(problem, 500) });
    }
    if let Some(folder) = output {
        download(client, id, folder)?;
    } else {
        let result = client.get(&format!("/jobs/{id}/results"))?.found()?;
        data_to_stdout(|out| out.write_all(&result))?;
    }
    Ok(match (job["termination"].as_str(), job["solution"].as_str()) {
        (None | Some("optimal" | "gap_limit"), _) => Exit::AsAsked,
        (Some("infeasible"), _) => Exit::Infeasible,
        (_, Some("none")) => Exit::StoppedWithoutPlan,
        _ => Exit::StoppedWithPlan,
    })
}

/// Puts the files of a job into a folder that holds nothing yet.
pub(in super::super) fn download(client: &Client, id: &str, folder: &Path) -> Result<(), Failure> {
    let shown = folder.display().to_string();
    let failed = |error: std::io::Error| Failure {
        exit: Exit::Fault,
        text: format!("E405 {shown}: writing failed: {error}"),
    };
    let holds_any = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_any {
        let what = "the directory holds something";
        return Err(Failure::usage("E402", &shown, what, "name another directory"));
    }
    let list = client.get(&format!("/jobs/{id}/files"))?.json()?;
    let names = list["files"].as_array().into_iter().flatten();
    for name in names.filter_map(|file| file["name"].as_str()) {
        // A server is not believed about where files go.
        let parts: Vec<&str> = name.split('/').collect();
        if parts.iter().any(|part| file_name::check(part).is_err()) {
            let what = format!("the server names a file `{name}`");
            return Err(Failure::usage("E614", &shown, what, "ask another server"));
        }
        let path = folder.join(parts.iter().collect::<PathBuf>());
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        let bytes = client.get(&format!("/jobs/{id}/files/{}", encoded(name)))?.found()?;
        write_atomically(&path, |out| out.write_all(&bytes)).map_err(failed)?;
    }
    Ok(())
}

/// A path as it stands in an address.
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~+".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
