//! The command run from outside: how it ended, and what it said where.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::schema::departures;

/// A command of the binary that does not depend on the terminal, the shell or a cluster around it.
///
/// `binary` is `env!("CARGO_BIN_EXE_regionfront")`, which Cargo tells integration tests alone.
pub fn command(binary: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).env("NO_COLOR", "1").stdin(Stdio::null());
    for variable in ["COLUMNS", "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "REGIONFRONT_SHARDS"]
    {
        command.env_remove(variable);
    }
    command
}

/// How a command ended.
pub struct Ran {
    /// Exit code; none where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ran {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        command.output().expect("the binary runs").into()
    }

    /// It ends with this code, and never by a panic.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// These words are on stderr.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "`{words}` is not in: {}", self.stderr);
        self
    }

    /// These words are on stdout or stderr.
    #[track_caller]
    pub fn shows(self, words: &str) -> Self {
        let Self { stdout, stderr, .. } = &self;
        assert!(
            stdout.contains(words) || stderr.contains(words),
            "`{words}` is not in: {stdout}{stderr}"
        );
        self
    }

    /// The document on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("stdout is one JSON document")
    }

    /// The document on stdout, which keeps the published schema of that name.
    #[track_caller]
    pub fn json_of(&self, binary: &str, schema: &str) -> Value {
        let document = self.json();
        let schema = Self::of(&mut command(binary, &["schema", schema])).exits(0).json();
        assert_eq!(departures(&schema, &document), Vec::<String>::new());
        document
    }
}
