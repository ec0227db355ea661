//! PostgreSQL for the tests: a server of this process, which ends when it does.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A server, told by lines what to do: see `.ci/postgres`.
pub(crate) struct Cluster {
    child: Child,
    told: Option<ChildStdin>,
    says: BufReader<ChildStdout>,
    url: String,
    /// Where its authority is, where it is reached by encrypted connections, too.
    folder: PathBuf,
    databases: usize,
}

impl Cluster {
    /// Starts one; none where there is no PostgreSQL, which the checks do not put up with on Linux.
    pub(crate) fn start() -> Option<Self> {
        Self::start_at(None)
    }

    /// Starts one that is reached by encrypted connections at a port of this machine, too.
    pub(crate) fn encrypted(port: u16) -> Option<Self> {
        Self::start_at(Some(port))
    }

    fn start_at(port: Option<u16>) -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/postgres");
        let mut command = Command::new("sh");
        command
            .arg(script)
            .args(port.map(|port| port.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("sh runs");
        let told = child.stdin.take();
        let says = BufReader::new(child.stdout.take().expect("stdout"));
        let mut cluster =
            Self { child, told, says, url: String::new(), folder: PathBuf::new(), databases: 0 };
        let line = cluster.line();
        let Some(url) = line.strip_prefix("ready ") else {
            // Checks do not put up with that; whoever else runs the tests need not have a database.
            let checks = ["CI", "REGIONFRONT_CHECKS"];
            let must = cfg!(target_os = "linux")
                && checks.iter().any(|name| std::env::var_os(name).is_some());
            assert!(!must, "PostgreSQL does not start: run .ci/setup-tests");
            return None;
        };
        let (url, folder) = url.split_once(' ').unwrap_or((url, ""));
        (cluster.url, cluster.folder) = (url.to_owned(), folder.into());
        Some(cluster)
    }

    /// The certificate of the authority that vouches for it.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).expect("UTF-8");
        line.trim_end().to_owned()
    }

    /// Has it do something.
    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.told.as_mut().expect("it runs"), "{line}").expect("it hears");
        assert_eq!(self.line(), "done", "{line}");
    }

    /// The address of a fresh database.
    pub(crate) fn database(&mut self) -> String {
        self.databases += 1;
        let name = format!("test{}", self.databases);
        self.tell(&format!("database {name}"));
        format!("{}{name}", self.url)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It ends with its stdin.
        self.told = None;
        let _ = self.child.wait();
    }
}

/// The server that tests share which leave it alone. Nobody drops it: it ends with this process.
fn shared() -> Option<MutexGuard<'static, Cluster>> {
    static SHARED: OnceLock<Option<Mutex<Cluster>>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Cluster::start().map(Mutex::new)).as_ref()?;
    Some(shared.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The address of a fresh database; none where there is no PostgreSQL.
pub(crate) fn database() -> Option<String> {
    shared().map(|mut shared| shared.database())
}
