//! The running server: a listener and a stop signal given, connections served until the end.

mod http_support;

use std::sync::Arc;

use http_support::{fixture, load};
use kreisel::http::{ServerState, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

#[tokio::test]
async fn a_stopped_server_finishes_what_is_open_and_takes_nothing_new() {
    let state = Arc::new(ServerState::new(load(fixture())));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("the listener has an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, state, async move { drop(stopped.await) }));

    let mut open = TcpStream::connect(address).await.expect("the server listens");
    // half a request: the server has to wait for the rest
    open.write_all(b"GET /health HTTP/1.1\r\nhost: a.test\r\n").await.expect("can be sent");
    let mut other = TcpStream::connect(address).await.expect("the server listens");
    other.write_all(b"GET /atlas HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n").await.expect("can be sent");
    let mut answer = String::new();
    other.read_to_string(&mut answer).await.expect("the answer can be read");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Probeatlas"), "{answer}");

    stop.send(()).expect("the server waits for it");
    open.write_all(b"connection: close\r\n\r\n").await.expect("can be sent");
    let mut answer = String::new();
    open.read_to_string(&mut answer).await.expect("the answer can be read");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.await.expect("it does not panic").expect("it ends well");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
