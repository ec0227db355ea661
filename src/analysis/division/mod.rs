//! Divisions as objects of their own: measure, compare, derive.
//!
//! A [`Division`](regionfront_model::instance::Division) may be a *plan* (every area in exactly one region), a
//! *cover* (some areas in several regions) or *partial* (some areas in none), or both of the last
//! two. Nothing here asks for a plan unless it says so, and every measure says what it means for
//! the other kinds:
//!
//! | measure | covers | partial divisions |
//! |---|---|---|
//! | internal commuting | a pair of areas counts once, however many regions it shares | areas in no region hold nothing |
//! | figures of a region | a double member counts in each of its regions | – |
//! | areas moved | an area stays if any of its regions is matched to any of its new ones | areas in no region of one division are listed apart, they do not move |
//! | adjusted Rand | over pairs: together means sharing at least one region | only areas that both divisions hold |
//! | variation of information, V-measure | areas with the same regions form one class | only areas that both divisions hold |
//!
//! | file | holds |
//! |---|---|
//! | [`membership`] | which areas stand in which regions |
//! | [`mod@evaluate`] | indicators of any division |
//! | [`matching`] | which region of one division is which of another |
//! | [`mod@similarity`] | adjusted Rand, variation of information, V-measure |
//! | [`mod@compare`] | who moves, and which borders gain or lose commuters |
//! | [`mod@derive`] | divisions from divisions, with a log of every decision |
//! | [`near`] | the best plan within a number of moved areas, proven |

pub mod compare;
pub mod derive;
pub mod evaluate;
pub mod matching;
pub mod membership;
pub mod near;
pub mod similarity;

pub use compare::{Comparison, compare};
pub use evaluate::{Evaluation, Validity, evaluate};
pub use matching::{Matching, best_matching};
pub use membership::Membership;
pub use near::{Home, Near, moves_between};
pub use similarity::{Similarity, similarity};
