//! The end of what goes on until it is told to end.

use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use regionfront_solver::engine::Interrupt;

use super::super::exit::Failure;

/// How often a signal is looked for.
const TICK: Duration = Duration::from_millis(50);

/// Hears when this process is to end.
pub(super) struct Stopped(Interrupt);

impl Stopped {
    /// From now on SIGTERM and Ctrl-C end what waits, and a second one this process.
    pub(super) fn listen(interrupt: &Interrupt) -> Result<Self, Failure> {
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, interrupt.flag())
                .and_then(|_| flag::register(signal, interrupt.flag()))
                .map_err(Failure::signals)?;
        }
        Ok(Self(interrupt.clone()))
    }

    /// Waits until then.
    pub(super) fn wait(&self) {
        while !self.wait_for(Duration::MAX) {}
    }

    /// Waits until then, but not for longer than that; whether it is to end.
    pub(super) fn wait_for(&self, at_most: Duration) -> bool {
        let began = Instant::now();
        while !self.0.is_raised() {
            if began.elapsed() >= at_most {
                return false;
            }
            thread::sleep(TICK);
        }
        true
    }
}
