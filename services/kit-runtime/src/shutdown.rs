//! The end: SIGTERM and Ctrl-C ask for it once; a second one means at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first SIGTERM or SIGINT. A second one ends the process at once, with status 130.
///
/// # Errors
/// Where the system does not let signals be caught.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let asked = token.clone();
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        next().await;
        tracing::info!("ending: finishing what is in work");
        asked.cancel();
        next().await;
        std::process::exit(130);
    });
    Ok(token)
}
