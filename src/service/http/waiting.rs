//! Somebody who waits for a job. Whoever goes last from one that ends alone has it dismissed.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::attended::Asker;
use super::state::Service;

/// How long nobody need wait: a client that goes from waiting to listening has no connection meanwhile.
const GRACE: Duration = Duration::from_secs(2);

/// Somebody waits, until this is dropped.
pub(super) struct Waiting {
    service: Arc<Service>,
    job: String,
}

impl Waiting {
    /// Somebody begins to wait for a job.
    pub(super) fn begin(service: &Arc<Service>, job: &str, asker: Asker) -> Self {
        service.attended.enter(job, asker);
        Self { service: Arc::clone(service), job: job.to_owned() }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.service.attended.leave(&self.job) {
            return;
        }
        let (service, job) = (Arc::clone(&self.service), self.job.clone());
        let look = async move {
            sleep(GRACE).await;
            if !service.attended.is_left(&job) {
                return;
            }
            let wanted = job.clone();
            let dismiss = move |store: &dyn crate::store::Store| match store.job(&wanted)? {
                Some(job) if !job.status.is_end() => store.dismiss(&wanted),
                _ => Ok(()),
            };
            if service.ask(dismiss).await.is_err() {
                tracing::warn!(job, "a job that nobody waits for goes on");
            }
            service.bell.tell(&job);
        };
        // Without a runtime the server is ending, and its jobs are of no concern here.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(look);
        }
    }
}
