//! Commands that read, reckon and write, and have no plan to keep until then.
//!
//! The end of their time, or a signal, ends them where they are, and nothing is written. Once they write,
//! to files or to stdout, they go on, as what belongs together is of no use in part.

use std::thread;
use std::time::Duration;

use clap::Args;

use regionfront_model::atomic::unless_writing;
use regionfront_model::defect::Defect;

use super::args::duration;
use super::exit::{Exit, Failure};
use super::output::say;
use super::signals::Signals;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct ReadingArgs {
    /// Longest time until results are written: seconds, or 90s, 5m, 2h; ends with 5, and nothing is
    /// written [default: none]
    #[arg(long, value_name = "TIME", value_parser = duration, global = true)]
    time_limit: Option<Duration>,
}

impl ReadingArgs {
    /// From now on time counts, and signals end the process.
    pub(super) fn begin(self) -> Result<(), Failure> {
        Signals::end_at_once().map_err(Failure::signals)?;
        let Some(limit) = self.time_limit else { return Ok(()) };
        let end = move || {
            thread::sleep(limit);
            unless_writing(|| {
                say(&is_over(limit).to_string());
                signal_hook::low_level::exit(Exit::StoppedWithoutPlan.code().into());
            });
        };
        thread::Builder::new().name("limit".to_owned()).spawn(end).map_err(Failure::signals)?;
        Ok(())
    }
}

fn is_over(limit: Duration) -> Defect {
    Defect::new(
        "E522",
        "--time-limit",
        format!("the time of {} s is over, and nothing was written", limit.as_secs_f64()),
        "give more time, or read less",
    )
}
