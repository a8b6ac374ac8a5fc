//! The running server: a listener and a stop signal, both given → connections served until the end.
//!
//! HTTP/1.1 and HTTP/2, told apart by their first bytes. A client that connects and does not ask, or
//! stops in the middle of a request's head, is cut off, and there are only so many connections at once.
//! Not bounded: how slowly an answer is read, and how many connections one client has.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::router;
use super::state::ServerState;

/// Beyond the request timeout, a stopping server waits this long for open connections.
const DRAIN_MARGIN: Duration = Duration::from_secs(1);

/// What a connection may take before it is cut off.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// From the connection to the first request's whole head.
    first_head: Duration,
    /// From an answer to the next request's whole head (HTTP/1.1), or between signs of life (HTTP/2).
    next_head: Duration,
    /// Connections at the same time; more wait in the system's queue.
    connections: usize,
}

/// A head fits into one or two packets: ten seconds are ample for a bad mobile network. Proxies keep idle
/// connections for 60 s, and a server that closes first makes them fail requests. A process may
/// usually open 1024 files: the rest is for the atlas's files while it is loaded anew.
const PATIENCE: Patience =
    Patience { first_head: Duration::from_secs(10), next_head: Duration::from_secs(75), connections: 900 };

/// Serves until `stop` resolves, then finishes the requests under way: new connections are refused at
/// once, and whoever still reads after the request timeout is cut off.
///
/// # Errors
/// None at present: what a listener fails at passes, and it is asked again.
pub async fn serve(
    listener: TcpListener,
    state: Arc<ServerState>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_with(PATIENCE, listener, state, stop).await;
    Ok(())
}

async fn serve_with(
    patience: Patience,
    mut listener: TcpListener,
    state: Arc<ServerState>,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let drain_limit = Duration::from_secs(state.limits.request_timeout_s) + DRAIN_MARGIN;
    let router = router(state);
    let builder = builder(patience);
    let places = Arc::new(Semaphore::new(patience.connections));
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            // axum's listener: logs what fails and waits a moment, as when no file can be opened
            (place, Listener::accept(&mut listener).await.0)
        };
        let (place, stream) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let (builder, router, watcher) = (builder.clone(), router.clone(), open.watcher());
        tokio::spawn(async move {
            attend(stream, router, &builder, watcher, patience.first_head).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(drain_limit, open.shutdown()).await.is_err() {
        tracing::warn!(drain_limit_s = drain_limit.as_secs(), "connections were still open and are cut off");
    }
}

fn builder(patience: Patience) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience.next_head);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(patience.next_head);
    builder
}

/// Serves one connection to its end.
async fn attend(
    stream: TcpStream,
    router: Router,
    builder: &Builder<TokioExecutor>,
    watcher: Watcher,
    first_head: Duration,
) {
    // small answers go out at once instead of waiting for the client's acknowledgement
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let asked = AtomicBool::new(false);
    let router = TowerToHyperService::new(router);
    let service = service_fn(|request| {
        asked.store(true, Relaxed);
        router.call(request)
    });
    let mut connection = pin!(watcher.watch(builder.serve_connection(TokioIo::new(stream), service)));
    // The builder's own limit begins when it knows the protocol, for which it would wait for ever.
    let ended = match tokio::time::timeout(first_head, connection.as_mut()).await {
        Ok(ended) => ended,
        Err(_) if asked.load(Relaxed) => connection.await,
        Err(_) => return tracing::debug!("a client connected and did not ask; it is cut off"),
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;
    use crate::config::ServerConfig;

    /// A server without a release: it answers 503, which is enough here. It stops with the sender.
    async fn start(patience: Patience) -> (std::net::SocketAddr, oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(ServerState::starting(ServerConfig::default()));
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(serve_with(patience, listener, state, async move { drop(stopped.await) }));
        (address, stop)
    }

    async fn say(address: std::net::SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// What comes until the server closes; it has a minute, far more than any limit in these tests.
    async fn rest(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let _reset_counts_as_closed = tokio::time::timeout(Duration::from_mins(1), read).await.expect("it is closed");
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn whoever_does_not_finish_a_head_is_cut_off() {
        let short = Duration::from_millis(50);
        let (address, _stop) = start(Patience { first_head: short, next_head: short, ..PATIENCE }).await;
        for begun in
            ["", "G", "GET /health HTTP/1.1\r\nhost: a.test\r\n", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
        {
            let answer = rest(say(address, begun).await).await;
            assert!(!answer.contains("HTTP/1.1 2"), "{begun:?}: {answer}");
        }
        let whole = "GET /health HTTP/1.1\r\nhost: a.test\r\n\r\n";
        for next in ["", "GET /health HTTP/1.1\r\nho"] {
            let answer = rest(say(address, &format!("{whole}{next}")).await).await;
            assert!(answer.starts_with("HTTP/1.1 503"), "the first is answered before {next:?}: {answer}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_asked_in_time_stays_open_for_more() {
        let (address, _stop) = start(Patience { first_head: Duration::from_millis(50), ..PATIENCE }).await;
        let mut stream = say(address, "GET /health HTTP/1.1\r\nhost: a.test\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n").await.unwrap();
        assert_eq!(rest(stream).await.matches("HTTP/1.1 503").count(), 2);
    }

    #[tokio::test]
    async fn connections_beyond_the_limit_wait_for_a_place() {
        let (address, _stop) = start(Patience { connections: 1, ..PATIENCE }).await;
        let ask = "GET /health HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n";
        let first = say(address, "GET /health HTTP/1.1\r\n").await;
        // it is first in the system's queue, but accepting it must have happened before the next one
        let mut second = say(address, ask).await;
        let early = tokio::time::timeout(Duration::from_millis(100), second.read_u8()).await;
        assert!(early.is_err(), "no place yet");
        drop(first);
        assert!(rest(second).await.starts_with("HTTP/1.1 503"));
    }
}
