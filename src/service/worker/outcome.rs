//! What came of a job: from the exit code and the documents to a status.

use serde_json::Value;

use regionfront_model::instance::codes::ASSUMED_ENCODING;

use crate::problem::Problem;
use crate::question::processes::Process;
use crate::store::{File, Outcome, Status};

/// How the process of a job ended.
pub(super) struct Ended {
    /// Its exit code; none where it was killed.
    pub(super) code: Option<i32>,
    /// What it said on stderr that is no event.
    pub(super) messages: Vec<String>,
    /// Its files, the result among them.
    pub(super) files: Vec<File>,
}

/// Reasons why solving ends, the gravest first.
const GRAVEST: [&str; 9] = [
    "error",
    "interrupted",
    "time_limit",
    "node_limit",
    "memory_limit",
    "precision",
    "gap_limit",
    "infeasible",
    "optimal",
];

/// The lists of answers that documents have.
const LISTS: [&str; 3] = ["results", "fronts", "explanations"];

/// What there may be, the least first.
const LEAST: [&str; 3] = ["none", "feasible", "proven_optimal"];

/// The outcome of a process that ended by itself. Where it stopped at a limit, with a plan for any k,
/// the job was successful; our two words say the rest.
pub(super) fn outcome(process: &Process, ended: Ended) -> Outcome {
    let result = ended.files.iter().find(|file| file.name == process.result);
    let document: Option<Value> = result.and_then(|file| serde_json::from_slice(&file.bytes).ok());
    let mut words = document.as_ref().map(words).unwrap_or_default();
    // A list in which some k are solved and the others proven infeasible was answered in full.
    let is_infeasible = |word: &(String, String)| word.0 == "infeasible";
    if !words.iter().all(is_infeasible) {
        words.retain(|word| !is_infeasible(word));
    }
    let termination = first(&GRAVEST, words.iter().map(|(termination, _)| termination));
    let solution = first(&LEAST, words.iter().map(|(_, solution)| solution));
    let has_any = words.iter().any(|(_, solution)| solution != "none");
    let is_answer = match ended.code {
        Some(0 | 3 | 4 | 6) => document.is_some(),
        // Stopped: some of the list may have a plan. A process that explains has said what it knows.
        Some(5 | 129 | 130 | 143) => document.is_some() && (has_any || words.is_empty()),
        _ => false,
    };
    let told = ended.messages.join("\n");
    if is_answer {
        let message = match (&termination, &solution) {
            (Some(termination), Some(solution)) => format!("{termination}, {solution}"),
            _ => "done".to_owned(),
        };
        let message = with_assumed(message, &ended.messages);
        let (status, problem) = (Status::Successful, None);
        return Outcome { status, message, termination, solution, problem, files: ended.files };
    }
    let problem = match ended.code {
        Some(2) => problem_of(422, &told, "correct the question"),
        Some(5 | 129 | 130 | 143) => Problem::new(
            422,
            "E611",
            "job",
            "it was stopped before there was a plan",
            "give it more time, or loosen the rules",
        ),
        _ => {
            let reason = document.as_ref().and_then(fault).unwrap_or(told);
            problem_of(
                500,
                &reason,
                "see the log of the server; some want of memory is met by more",
            )
        }
    };
    Outcome {
        status: Status::Failed,
        message: problem.detail.clone(),
        termination,
        solution,
        problem: Some(problem.json()),
        files: ended.files,
    }
}

/// A message, with which files were read in an encoding that was assumed: an answer holds their letters.
fn with_assumed(mut message: String, said: &[String]) -> String {
    for line in said.iter().filter(|line| line.starts_with(ASSUMED_ENCODING)) {
        message.extend(["; ", line]);
    }
    message
}

/// The two words of every k in a document.
fn words(document: &Value) -> Vec<(String, String)> {
    let entries = LISTS.iter().find_map(|key| document.get(key).and_then(Value::as_array));
    let word = |entry: &Value, key: &str| Some(entry.get(key)?.as_str()?.to_owned());
    let of = |entry: &Value| {
        let termination = word(entry, "termination")?;
        let points = entry.get("points").and_then(Value::as_array);
        let solution = word(entry, "solution").unwrap_or_else(|| {
            let has_points = points.is_some_and(|points| !points.is_empty());
            match (has_points, termination.as_str()) {
                (false, _) => "none",
                (true, "optimal") => "proven_optimal",
                (true, _) => "feasible",
            }
            .to_owned()
        });
        Some((termination, solution))
    };
    entries.into_iter().flatten().filter_map(of).collect()
}

/// Why a k of a document has no answer, where something went wrong.
fn fault(document: &Value) -> Option<String> {
    let entries = LISTS.iter().find_map(|key| document.get(key).and_then(Value::as_array));
    let failed = |entry: &Value| {
        let is_fault = entry.get("termination").and_then(Value::as_str) == Some("error");
        let reason = entry.get("reason").and_then(Value::as_str).filter(|_| is_fault)?;
        Some(format!("k = {}: {reason}", entry.get("k")?))
    };
    entries?.iter().find_map(failed)
}

fn first<'a>(order: &[&str], found: impl Iterator<Item = &'a String>) -> Option<String> {
    let rank = |word: &str| order.iter().position(|known| *known == word).unwrap_or(0);
    found.min_by_key(|word| rank(word)).cloned()
}

/// The problem that a command told on stderr: a code, a place, what is wrong, and help.
pub(super) fn problem_of(status: u16, told: &str, cure: &str) -> Problem {
    let at = told.lines().position(|line| code(line).is_some());
    let mut lines = told.lines().skip(at.unwrap_or(0));
    let line = lines.next().unwrap_or("it said nothing");
    let help = lines.next().and_then(|line| line.trim().strip_prefix("help: ")).unwrap_or(cure);
    let mut problem = Problem::new(status, "E611", "job", line, help);
    if let Some(code) = code(line) {
        problem.code = code.into();
        if let Some(defect) = problem.defects.first_mut() {
            code.clone_into(&mut defect.code);
        }
    }
    problem
}

/// The code that a line begins with.
fn code(line: &str) -> Option<&str> {
    let word = line.split(' ').next()?;
    let digits = word.strip_prefix(['E', 'V'])?;
    (digits.len() >= 2 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_failed_says_which_k_and_why() {
        let process = Process::of("front").expect("it is one");
        let document = br#"{"fronts":[{"k":8,"termination":"error","reason":"no thread"}]}"#;
        let files = vec![File { name: "front.json".to_owned(), bytes: document.to_vec() }];
        let messages = vec!["scenario: default.toml".to_owned()];
        let ended = outcome(process, Ended { code: Some(1), messages, files });
        assert_eq!(ended.status, Status::Failed);
        assert!(ended.message.contains("k = 8: no thread"), "{}", ended.message);
    }
}
