//! Tasks side by side, with the same results on any number of threads.
//!
//! How work is cut into tasks depends on the problem alone, every task is done by one thread from
//! beginning to end, and results are gathered in the order of the tasks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Tasks into which the work on a problem is cut where it pays.
pub(crate) const TASKS: usize = 8;

/// Stack of a thread: searches go one level deeper with every node taken.
const STACK_BYTES: usize = 64 << 20;

/// Does every task on so many threads, this one among them where others cannot be had.
pub(crate) fn side_by_side<T: Send, R: Send>(
    threads: usize,
    tasks: Vec<T>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    if threads < 2 || tasks.len() < 2 {
        return tasks.into_iter().map(work).collect();
    }
    let slots: Vec<Mutex<(Option<T>, Option<R>)>> =
        tasks.into_iter().map(|task| Mutex::new((Some(task), None))).collect();
    let next = AtomicUsize::new(0);
    let do_all = || {
        while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.1 = slot.0.take().map(&work);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(slots.len()) {
            // Without another thread this one does it all.
            let _ = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, do_all);
        }
        do_all();
    });
    let results =
        slots.into_iter().map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
    results.filter_map(|slot| slot.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_tasks() {
        for threads in [0, 1, 2, 5, 20] {
            let squares = side_by_side(threads, (0..9).collect(), |task: u64| task * task);
            assert_eq!(squares, [0, 1, 4, 9, 16, 25, 36, 49, 64], "{threads} threads");
        }
    }
}
