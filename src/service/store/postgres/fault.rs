//! What PostgreSQL says went wrong, in the words of the store.

use std::error::Error as _;
use std::io;

use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Some(told) = error.as_db_error() else {
            let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
            let is_broken =
                (error.is_closed() || source.is_some()) && !source.is_some_and(is_of_a_stranger);
            let what = with_source(&error);
            return if is_broken { Self::Away(what) } else { Self::Other(what) };
        };
        let what = told.message().to_owned();
        match told.code() {
            &SqlState::DISK_FULL => Self::Full,
            &SqlState::T_R_SERIALIZATION_FAILURE
            | &SqlState::T_R_DEADLOCK_DETECTED
            | &SqlState::LOCK_NOT_AVAILABLE => Self::Busy,
            &SqlState::ADMIN_SHUTDOWN
            | &SqlState::CRASH_SHUTDOWN
            | &SqlState::CANNOT_CONNECT_NOW
            | &SqlState::TOO_MANY_CONNECTIONS => Self::Away(what),
            code if code.code().starts_with("08") => Self::Away(what),
            _ => Self::Other(what),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => Self::Away("no connection is free".to_owned()),
            other => Self::Other(other.to_string()),
        }
    }
}

impl StoreError {
    /// Whether the same may well be done if it is tried again.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Away(_))
    }
}

/// Whether it was another than the one whose certificate was wanted, who will not be here in a while, either.
fn is_of_a_stranger(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
}

fn with_source(error: &Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
