//! Checks certificates: that a division of areas into `k` regions is the best there is, that there is
//! none, or that a front lacks nothing.
//!
//! A certificate is a text file of one JSON value per line. The first line names the files of the
//! instance by their hash, and the rules; every other line is a claim:
//!
//! > Under these rules and this k, this plan is allowed and keeps V commuters, and no allowed plan
//! > keeps more. Or: no plan is allowed.
//!
//! **Proof.** Give every area a price `π_i` and every region a price `σ`. A region `S` with `v(S)`
//! commuters inside *loses* `Σ_{i∈S} π_i + σ − v(S)`. Every area is in one region and there are `k` of
//! them, so a plan keeps `Σ π + k σ` less what its regions lose together, whatever the prices are. If no
//! usable region loses less than nothing, a plan that keeps `V + 1` is made of regions that lose no
//! more than the *budget* `Σ π + k σ − (V + 1)` together, so each of them no more than that. The checker
//! lists *all* such regions by itself ([`listing`], or [`sweep`] where commuters work next door) and finds that no `k` of them cover all areas within
//! the budget ([`cover`](mod@cover)). So a certificate holds prices and nothing else; where one set of
//! prices does not do, two areas share a region or do not, and each case has prices of its own.
//!
//! Nobody has to trust the prices: wrong ones prove nothing and are rejected.
//!
//! This crate depends on no other crate of its workspace. It reads the raw CSV files itself.

mod check;
pub mod claim;
pub mod cover;
pub mod document;
pub mod ground;
pub mod instance;
pub mod listing;
mod reject;
pub mod set;
pub mod sweep;
mod words;

/// The JSON Schema of a line of a certificate.
pub const SCHEMA: &str = include_str!("certificate.schema.json");

pub use check::{Checked, check, check_text, check_text_within};
pub use reject::Rejection;
