//! What the service takes on, and no more.

use std::time::Duration;

/// Limits of a server. Each is told to whoever meets it, with its code.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes of the body of a question.
    pub question: usize,
    /// Most bytes of an uploaded instance, packed.
    pub upload: usize,
    /// Most bytes of an uploaded instance, unpacked.
    pub unpacked: u64,
    /// Most files of an uploaded instance.
    pub files: usize,
    /// Most areas of an instance.
    pub areas: usize,
    /// Most numbers of regions in one question.
    pub counts: usize,
    /// Longest time of a job, or of each part of one: it is stopped then, with what it has.
    pub seconds: Option<u64>,
    /// Most memory of the processes of a job that one slot of a worker runs together, in MiB.
    pub memory_mib: Option<u64>,
    /// Most jobs that have not ended.
    pub queue: u64,
    /// Most such jobs of one token.
    pub per_token: u64,
    /// Most connections at a time.
    pub connections: usize,
    /// Longest time for the head of a request, and for its body.
    pub patience: Duration,
    /// Longest time that a client may wait for a result.
    pub wait: Duration,
    /// Most requests that are looked at against their data at a time; further ones are told to come
    /// again.
    pub checks: usize,
    /// Most uploads at a time.
    pub uploads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            question: 256 << 10,
            upload: 64 << 20,
            unpacked: 256 << 20,
            files: 1000,
            areas: 10_000,
            counts: 100,
            seconds: None,
            memory_mib: None,
            queue: 10_000,
            per_token: 10_000,
            connections: 1024,
            patience: Duration::from_secs(20),
            wait: Duration::from_secs(60),
            checks: 64,
            uploads: 8,
        }
    }
}
