//! What reading and writing share.

use tokio_postgres::Row;

use super::{Status, StoreError};

/// Now, in milliseconds since 1970, by the database's clock.
pub(super) const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// A text as the database takes it: it knows no NUL, and nothing of ours has one.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// The same of a text that may be missing.
pub(super) fn plain_or_none(text: Option<&String>) -> Option<String> {
    text.map(|text| plain(text))
}

/// A count, which the tables hold as whole numbers with a sign.
pub(super) fn count(row: &Row, column: usize) -> Result<u64, StoreError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|_| StoreError::Other(format!("{number} is no count")))
}

/// The same the other way round.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The status of the word in a column.
pub(super) fn status(row: &Row, column: usize) -> Result<Status, StoreError> {
    let word: String = row.try_get(column)?;
    Status::of(&word).ok_or_else(|| StoreError::Other(format!("`{word}` is no status")))
}
