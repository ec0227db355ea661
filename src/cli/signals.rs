//! Ctrl-C and SIGTERM stop solving and keep what was found; the second one kills.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use regionfront_solver::engine::Interrupt;

/// Remembers which signal came.
#[derive(Clone, Debug, Default)]
pub(super) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// From now on the signals raise this interrupt, and a second one ends the process.
    pub(super) fn raise(interrupt: &Interrupt) -> std::io::Result<Self> {
        let signals = Self::default();
        for (signal, number) in [(SIGINT, 2), (SIGTERM, 15)] {
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
}
