//! The service from the command line: `serve`, `work`, `token`, and the commands that ask a server.

mod client;
mod doors;
mod one;
mod parse;
mod serve;
mod shown;
mod stopped;
mod store;
mod submit;
mod token;
mod watch;
mod work;

pub(super) use client::{Client, ServerArgs, problem_text};
pub(super) use serve::{ServeArgs, run as serve};
pub(super) use submit::{SubmitArgs, run as submit};
pub(super) use token::{TokenArgs, run as token};
pub(super) use watch::{
    EventsArgs, ResultsArgs, StatusArgs, StopJobArgs, download, events, results, status, stop,
};
pub(super) use work::{WorkArgs, run as work};
