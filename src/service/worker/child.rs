//! The process of a job.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use serde::{Deserialize, Serialize};

/// What a process is told, as a line of JSON on its stdin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// The command line, without the program.
    pub arguments: Vec<String>,
    /// Most memory it may take, in MiB.
    pub memory_mib: Option<u64>,
}

/// What a process says.
pub(super) enum Said {
    /// A line on stderr.
    Line(String),
    /// All of stdout.
    Printed(Vec<u8>),
}

/// Longest line that is read.
const LONGEST: u64 = 1 << 20;

/// Most that is printed.
const MOST: u64 = 1 << 30;

/// A running process.
pub(super) struct Running {
    child: Child,
    lifeline: Option<ChildStdin>,
    /// What it says, until it says no more.
    pub(super) said: Receiver<Said>,
}

impl Running {
    /// Starts this program in a folder, and tells it what to do.
    pub(super) fn start(program: &Path, folder: &Path, told: &Told) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .args(["work", "one"])
            .current_dir(folder)
            .env("NO_COLOR", "1")
            // It may hold a password, and a job needs no store.
            .env_remove("REGIONFRONT_STORE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lifeline = child.stdin.take();
        let mut line = serde_json::to_vec(told)?;
        line.push(b'\n');
        if let Some(lifeline) = &mut lifeline {
            // A process that ends before it has read shows in how it ended.
            let _ = lifeline.write_all(&line);
        }
        let (sender, said) = channel();
        let stderr = child.stderr.take();
        let lines = sender.clone();
        thread::spawn(move || stderr.map(|stderr| read_lines(stderr, &lines)));
        let stdout = child.stdout.take();
        thread::spawn(move || {
            let mut printed = Vec::new();
            // What cannot be read is missed by who looks for it.
            let _ = stdout.map(|stdout| stdout.take(MOST).read_to_end(&mut printed));
            let _ = sender.send(Said::Printed(printed));
        });
        Ok(Self { child, lifeline, said })
    }

    /// Asks it to stop with what it has.
    pub(super) fn stop(&mut self) {
        if let Some(lifeline) = &mut self.lifeline {
            // One that has ended needs no asking.
            let _ = lifeline.write_all(b"s").and_then(|()| lifeline.flush());
        }
    }

    /// Lets go of it: it ends at once, with what its journal holds.
    pub(super) fn let_go(&mut self) {
        self.lifeline = None;
    }

    /// Ends it by force.
    pub(super) fn kill(&mut self) {
        // One that has ended cannot be killed.
        let _ = self.child.kill();
    }

    /// How it ended.
    pub(super) fn wait(mut self) -> std::io::Result<ExitStatus> {
        self.child.wait()
    }
}

fn read_lines(from: impl Read, to: &Sender<Said>) {
    let mut from = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        match from.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                if to.send(Said::Line(line)).is_err() {
                    return;
                }
            }
        }
    }
}
