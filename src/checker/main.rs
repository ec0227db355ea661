//! `regionfront-check INSTANCE CERTIFICATE…`: says what the certificates prove, or the line that is
//! not proved.
//!
//! Exit codes: 0 proved · 2 usage · 6 not proved.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Checks certificates of regionfront against the raw files of an instance.

Usage: regionfront-check INSTANCE CERTIFICATE…

INSTANCE is a folder with areas.csv, flows.csv and adjacency.csv. Prints what is proved and exits with
0, or names the line that is not proved and exits with 6.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout().lock();
    let mut err = std::io::stderr().lock();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        let _ = out.write_all(USAGE.as_bytes());
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "--version" || argument == "-V") {
        let _ = writeln!(out, "regionfront-check {}", env!("CARGO_PKG_VERSION"));
        return ExitCode::SUCCESS;
    }
    let [instance, certificates @ ..] = arguments.as_slice() else {
        let _ = err.write_all(USAGE.as_bytes());
        return ExitCode::from(2);
    };
    if certificates.is_empty() {
        let _ = err.write_all(USAGE.as_bytes());
        return ExitCode::from(2);
    }
    let mut is_proved = true;
    for certificate in certificates {
        match regionfront_check::check(Path::new(instance), Path::new(certificate)) {
            Ok(checked) => {
                let _ = writeln!(out, "{certificate}: proved");
                for said in &checked.words {
                    let _ = writeln!(out, "  {said}");
                }
            }
            Err(rejection) => {
                is_proved = false;
                let _ = writeln!(out, "{certificate}: not proved");
                let _ = writeln!(out, "  {rejection}");
            }
        }
    }
    if is_proved { ExitCode::SUCCESS } else { ExitCode::from(6) }
}
