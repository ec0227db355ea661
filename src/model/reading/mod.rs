//! Texts of others into what they mean: the one place that knows encodings, how figures are written,
//! what stands for a figure that is missing, what a code cannot be, and what a total is.
//!
//! The loader of instances and every importer read through here, so that a figure means the same
//! wherever it stands. Nothing is guessed in silence: what was assumed comes back as a note, and what
//! cannot be told is refused with both meanings.

mod code;
mod decimal;
mod digits;
mod elsewhere;
mod encoding;
mod footnote;
mod mark;
mod named;
mod number;
mod rows;
mod shape;
mod totals;
mod unit;
mod utf7;

pub use code::{code_fault, skeleton, text_of_float};
pub use decimal::Decimal;
pub use elsewhere::{is_elsewhere_word, is_own_word};
pub use encoding::{Decoded, Told, decode, told};
pub use mark::Mark;
pub use named::Encoding;
pub use number::{DecimalSign, NumberFault, NumberOptions, Numbers, Reading, Thousands};
pub use rows::{HugeField, Line, clean, delimiter_of, huge_field, huge_field_of, rows_of};
pub use totals::{is_everybody_word, is_total_word};
pub use unit::says_unit;
