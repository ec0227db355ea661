//! The service from outside: its interface, what outlives kills, what means harm, and its commands.
#![cfg(unix)]

mod commands;
mod database;
mod far;
mod hostile;
mod interface;
mod lists;
mod lost;
mod page;
mod server;
mod store;
mod units;
