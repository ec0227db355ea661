//! The engines by name: one line each.

use std::sync::Arc;

use regionfront_solver::compact::Compact;
use regionfront_solver::exact::Exact;
use regionfront_solver::job::SharedEngine;

use super::args::EngineName;

/// The engine of this name.
pub(super) fn engine(name: EngineName) -> SharedEngine {
    match name {
        EngineName::Exact => Arc::new(Exact),
        EngineName::Compact => Arc::new(Compact),
    }
}

/// Gives helpers of engines as many threads as asked for; `None` stands for every core.
pub fn share_threads(threads: Option<usize>) -> usize {
    let threads = threads
        .or_else(|| std::thread::available_parallelism().ok().map(std::num::NonZero::get))
        .unwrap_or(1);
    // Fails only where the pool is already there.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    threads
}
