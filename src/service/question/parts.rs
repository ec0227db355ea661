//! The parts of a question: each k of a list is a unit of work of its own, which any worker can do, and
//! what they found is joined in the end, to the bytes of one run.

use super::Work;
use super::processes::Process;

/// Folder of the parts, in the folder of the job and among its files.
pub const PARTS: &str = "parts";

/// The option of the time for all k together.
pub const TOTAL: &str = "--total-time-limit=";

/// The option of the k.
const KS: &str = "--k=";

/// Options of what is done once all parts have ended. Only a report has a language.
const AFTERWARDS: [&str; 4] = ["--report", "--lang=", "--certificate", "--no-explain"];

impl Work {
    /// The numbers of regions asked for; none where they are those of the scenario.
    pub fn counts(&self) -> Vec<&str> {
        let list = self.options.iter().find_map(|option| option.strip_prefix(KS));
        list.map_or_else(Vec::new, |list| list.split(',').collect())
    }

    /// The names of its parts; none where it is done as one. Time for all k together is shared out by
    /// the process that solves them.
    pub fn parts(&self, process: &Process) -> Vec<String> {
        let counts = self.counts();
        let is_one = counts.len() < 2 || !process.has_journal;
        if is_one || self.options.iter().any(|option| option.starts_with(TOTAL)) {
            return Vec::new();
        }
        counts.into_iter().map(|k| format!("k{k}")).collect()
    }

    /// The work of a part.
    #[must_use]
    pub fn of_part(&self, part: &str) -> Self {
        let mut work = self.clone();
        work.options.retain(|option| !AFTERWARDS.iter().any(|later| option.starts_with(later)));
        for option in work.options.iter_mut().filter(|option| option.starts_with(KS)) {
            *option = format!("{KS}{}", part.trim_start_matches('k'));
        }
        work.options.push("--no-explain".to_owned());
        work
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Known;
    use super::*;

    fn work(process: &str, inputs: &serde_json::Value) -> (Work, Vec<String>) {
        let process = Process::of(process).expect("there is such a process");
        let known = Known { instance: Some("i".to_owned()), ..Known::default() };
        let inputs = inputs.as_object().expect("an object");
        let work = Work::read(process, inputs, &known).expect("it is sound");
        let parts = work.parts(process);
        (work, parts)
    }

    #[test]
    fn each_k_of_a_list_is_a_part_without_what_comes_after_the_last() {
        let (work, parts) = work(
            "front",
            &json!({"instance": "x", "k": "6..8", "audit": true, "report": true, "lang": "nb",
                    "certificate": true}),
        );
        assert_eq!(parts, ["k6", "k7", "k8"]);
        assert_eq!(work.of_part("k7").options, ["--k=7", "--audit", "--no-explain"]);
    }

    #[test]
    fn one_k_time_for_all_and_what_has_no_journal_are_done_as_one() {
        for (process, inputs) in [
            ("solve", json!({"instance": "x", "k": 6})),
            ("solve", json!({"instance": "x"})),
            ("front", json!({"instance": "x", "k": "6..8", "total_time_limit": 60})),
            ("explain", json!({"instance": "x", "k": "6..8"})),
        ] {
            assert_eq!(work(process, &inputs).1, Vec::<String>::new(), "{inputs}");
        }
    }
}
