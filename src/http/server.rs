//! The running server: a listener and a stop signal, both given → connections served until the end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::router;
use super::state::ServerState;

/// Seconds beyond the request timeout that a stopping server waits for open connections.
const DRAIN_MARGIN_S: u64 = 1;

/// Serves until `stop` resolves, then finishes the requests under way: new connections are refused at
/// once, and whoever still reads after the request timeout is cut off.
///
/// # Errors
/// If the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    state: Arc<ServerState>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let drain_limit = Duration::from_secs(state.limits.request_timeout_s + DRAIN_MARGIN_S);
    // small answers go out at once instead of waiting for the client's acknowledgement
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
    });
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        stop.await;
        let _ = stopping.send(());
    };
    let server = axum::serve(listener, router(state)).with_graceful_shutdown(stop);
    let too_long = async {
        // an error means that the server ended without having been stopped; then its own branch is ready
        let _ = stopped.await;
        tokio::time::sleep(drain_limit).await;
    };
    tokio::select! {
        ended = async { server.await } => ended,
        () = too_long => {
            tracing::warn!(drain_limit_s = drain_limit.as_secs(), "connections were still open and are cut off");
            Ok(())
        }
    }
}
