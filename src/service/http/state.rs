//! What all pages share.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::attended::Attended;
use crate::bell::Bell;
use crate::instances::Instances;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::store::Store;
use crate::{Doors, Gallery, store::StoreError};

/// Who may use a service, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether a token is needed. Without, all may be done, and only from this machine.
    pub needs_token: bool,
    /// Whether nothing can be asked, only read.
    pub is_read_only: bool,
}

/// A service.
pub struct Service {
    /// What it keeps.
    pub store: Arc<dyn Store>,
    /// Its instances.
    pub instances: Instances,
    /// Those the page showed lately.
    pub gallery: Gallery,
    /// The program it is a part of.
    pub doors: Arc<dyn Doors>,
    /// What it takes on.
    pub limits: Limits,
    /// Who may use it.
    pub access: Access,
    /// Wakes workers and listeners.
    pub bell: Arc<Bell>,
    /// Version of regionfront.
    pub version: &'static str,
    /// Room for requests that are looked at against their data.
    pub checks: Semaphore,
    /// Room for uploads under way.
    pub uploads: Semaphore,
    /// Who waits for which job.
    pub attended: Attended,
    /// Requests answered so far.
    pub requests: AtomicU64,
    /// Requests that met a failure of the server.
    pub failures: AtomicU64,
}

impl Limits {
    /// Room for requests that are looked at against their data, and for uploads under way.
    pub fn rooms(&self) -> (Semaphore, Semaphore) {
        (Semaphore::new(self.checks), Semaphore::new(self.uploads))
    }
}

impl Service {
    /// Does something that blocks, on a thread that may.
    pub(super) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        what: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let service = Arc::clone(self);
        spawn_blocking(move || what(&service)).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a request panicked");
            Err(Problem::new(500, "E301", "server", "an internal fault", "please report it"))
        })
    }

    /// Asks the store.
    pub(super) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        what: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.blocking(move |service| Ok(what(&*service.store)?)).await
    }
}
