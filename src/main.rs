//! The `regionfront` command.

fn main() -> std::process::ExitCode {
    regionfront::cli::main()
}
