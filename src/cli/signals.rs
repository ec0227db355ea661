//! Ctrl-C, SIGTERM and SIGHUP stop a command within a second and keep what was found; the second one
//! ends it at once.
//!
//! The first signal raises the interrupt. Engines that look at it answer, those that do not are not
//! waited for, and the command writes what there is as at any end. A thread of its own sees to it that
//! nothing takes longer: it ends the process when its time is up, wherever the command is then. The
//! journal of the run holds the best plan and bound already, and files are there whole or not at all.
//! Nothing waits for the disk meanwhile: a process that does cannot even be ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use regionfront_model::atomic::{make_haste, unless_writing};
use regionfront_solver::engine::Interrupt;

use super::output::say;

/// How often the thread looks for a signal.
const TICK: Duration = Duration::from_millis(20);

/// How long after a signal a command may still take.
const LAST_CALL: Duration = Duration::from_millis(750);

/// Remembers which signal came.
#[derive(Clone, Debug, Default)]
pub(super) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// From now on the signals raise this interrupt, and a second one ends the process.
    pub(super) fn raise(interrupt: &Interrupt) -> std::io::Result<Self> {
        let signals = Self::register(interrupt)?;
        let watched = signals.clone();
        thread::Builder::new().name("signals".to_owned()).spawn(move || watched.end_in_time())?;
        Ok(signals)
    }

    /// From now on the first signal ends the process where it is, for a command that has found nothing
    /// until it writes it. Files that belong together are written first, as far as the time goes.
    pub(super) fn end_at_once() -> std::io::Result<()> {
        let signals = Self::register(&Interrupt::default())?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let signal = signals.wait();
            unless_writing(|| low_level::exit(128 + i32::from(signal)));
            signals.end_in_time();
        })?;
        Ok(())
    }

    /// Remembers the first signal, which raises this interrupt; the second ends the process.
    fn register(interrupt: &Interrupt) -> std::io::Result<Self> {
        let signals = Self::default();
        for (signal, number) in caught() {
            // In this order: the first signal finds the flag down, the second finds it up.
            flag::register_conditional_shutdown(signal, 128 + number, interrupt.flag())?;
            flag::register(signal, interrupt.flag())?;
            let number = usize::try_from(number).expect("a small positive number");
            flag::register_usize(signal, Arc::clone(&signals.0), number)?;
        }
        Ok(signals)
    }

    /// The signal that came, if one did.
    pub(super) fn received(&self) -> Option<u8> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            number => u8::try_from(number).ok(),
        }
    }

    /// Waits for a signal.
    fn wait(&self) -> u8 {
        loop {
            if let Some(signal) = self.received() {
                return signal;
            }
            thread::sleep(TICK);
        }
    }

    /// Waits for a signal, and ends the process if the command has not by then.
    fn end_in_time(&self) {
        let signal = self.wait();
        make_haste();
        thread::sleep(LAST_CALL);
        say(
            "ended before every file was written: the journal of the run, where there is one, holds \
             the best plan and its bound; go on with --resume",
        );
        low_level::exit(128 + i32::from(signal));
    }
}

/// The signals that are caught, with their numbers.
fn caught() -> Vec<(i32, i32)> {
    let mut caught = vec![(SIGINT, 2), (SIGTERM, 15)];
    #[cfg(unix)]
    if !is_hangup_ignored() {
        caught.push((signal_hook::consts::SIGHUP, 1));
    }
    caught
}

/// Whether this process was told to outlive its terminal, as `nohup` does, where the system tells
/// (Linux).
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}
