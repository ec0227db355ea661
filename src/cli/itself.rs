//! How this command was called, and how it is started once more: as the process says, unless it runs
//! within another program.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The program that starts the command, and the words it was called with.
static EMBEDDED: OnceLock<(PathBuf, Vec<String>)> = OnceLock::new();

/// Says so for a command within another program. Only the first time counts: a process runs one.
pub(super) fn set(program: PathBuf, words: &[OsString]) {
    let words = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    // A second command of the same process is called alike.
    let _ = EMBEDDED.set((program, words));
}

/// The program to start for a run in a process of its own.
pub(super) fn program() -> io::Result<PathBuf> {
    EMBEDDED.get().map_or_else(std::env::current_exe, |(program, _)| Ok(program.clone()))
}

/// The command line, argument by argument.
pub(super) fn command_line() -> Vec<String> {
    let own = || std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    EMBEDDED.get().map_or_else(own, |(_, words)| words.clone())
}
