//! What other processes tell by NOTIFY.

use std::future::poll_fn;
use std::sync::Weak;
use std::time::Duration;

use tokio::time::sleep;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Config, NoTls, Socket};

use super::{StoreError, tls};
use crate::bell::Bell;

/// The channel.
pub(super) const CHANNEL: &str = "regionfront";

/// Said when a job may be waiting; anything else is the id of a job of which there is news.
pub(super) const WORK: &str = "";

/// How long after a broken connection another one is tried.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens as long as there is anybody to hear the bell.
pub(super) async fn listen(config: Config, bell: Weak<Bell>) {
    while bell.strong_count() > 0 {
        let heard = match tls::wanted(&config) {
            Ok(Some(tls)) => hear(&config, tls, &bell).await,
            Ok(None) => hear(&config, NoTls, &bell).await,
            Err(error) => Err(error),
        };
        if let Err(error) = heard {
            tracing::warn!(%error, "no notifications are heard: whoever waits looks by himself");
        }
        sleep(PAUSE).await;
    }
}

/// Listens until the connection breaks.
async fn hear<T>(config: &Config, tls: T, bell: &Weak<Bell>) -> Result<(), StoreError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, mut connection) = config.connect(tls).await?;
    let to = Weak::clone(bell);
    let heard = tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            let Some(bell) = to.upgrade() else { return Ok(()) };
            match message.map_err(StoreError::from)? {
                AsyncMessage::Notification(told) if told.payload() == WORK => bell.ring(),
                AsyncMessage::Notification(told) => bell.tell(told.payload()),
                _ => {}
            }
        }
        Ok(())
    });
    client.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
    if let Some(bell) = bell.upgrade() {
        // What was said before is not heard any more.
        bell.ring();
        bell.hears_afar(true);
    }
    let ended = heard.await;
    if let Some(bell) = bell.upgrade() {
        bell.hears_afar(false);
    }
    ended.unwrap_or(Ok(()))
}
