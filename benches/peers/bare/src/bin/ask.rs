//! The load generator: asks a list of addresses once each (or `repeat` times) over so many keep-alive connections
//! and prints a line `index status bytes microseconds` for every answer. Bytes are those of the body on the wire.
//!
//! `ask 127.0.0.1:PORT LIST CONNECTIONS [REPEAT]`: LIST has one path per line. Plain blocking sockets, one thread
//! per connection, nothing but the standard library: the machine's cores belong to the server.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The slowest peers need minutes for one tile of the first zooms.
const PATIENCE: Duration = Duration::from_mins(10);

struct Answer {
    index: usize,
    status: u16,
    bytes: usize,
    took: Duration,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, list, connections, rest @ ..] = arguments.as_slice() else {
        return Err("usage: ask ADDRESS LIST CONNECTIONS [REPEAT]".into());
    };
    let list = std::fs::read_to_string(list)?;
    let requests: Vec<Vec<u8>> = list
        .lines()
        .map(|path| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\n\r\n").into_bytes())
        .collect();
    let repeat: usize = rest.first().map_or(Ok(1), |text| text.parse())?;
    let connections: usize = connections.parse()?;
    let next = AtomicUsize::new(0);
    let answers: Vec<io::Result<Vec<Answer>>> = std::thread::scope(|scope| {
        let work = || ask(address, &requests, repeat, &next);
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))).collect()
    });
    let mut text = String::new();
    for part in answers {
        for Answer { index, status, bytes, took } in part? {
            writeln!(text, "{index} {status} {bytes} {}", took.as_secs_f64() * 1e6)?;
        }
    }
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// Takes the next request until none is left.
fn ask(address: &str, requests: &[Vec<u8>], repeat: usize, next: &AtomicUsize) -> io::Result<Vec<Answer>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut buffer = vec![0; 1 << 18];
    let mut answers = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= requests.len() * repeat {
            return Ok(answers);
        }
        let index = number % requests.len();
        let start = Instant::now();
        stream.write_all(&requests[index])?;
        let (status, bytes) = answer(&mut stream, &mut buffer)?;
        answers.push(Answer { index, status, bytes, took: start.elapsed() });
    }
}

/// Reads one answer to its end: its status and the length of its body.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<(u16, usize)> {
    let mut filled = 0;
    let head = loop {
        filled += some(stream, &mut buffer[filled..])?;
        if let Some(end) = find(&buffer[..filled], b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    if status == 204 || status == 304 {
        return Ok((status, 0));
    }
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if let Some(length) = field("content-length:").and_then(|length| length.parse::<usize>().ok()) {
        let mut got = filled - head;
        while got < length {
            got += some(stream, buffer)?;
        }
        return Ok((status, length));
    }
    buffer.copy_within(head..filled, 0);
    Ok((status, chunked(stream, buffer, filled - head)?))
}

/// Reads a chunked body of which `filled` bytes are in the buffer: the sum of its chunks.
fn chunked(stream: &mut TcpStream, buffer: &mut [u8], mut filled: usize) -> io::Result<usize> {
    let mut bytes = 0;
    loop {
        let end = loop {
            if let Some(end) = find(&buffer[..filled], b"\r\n") {
                break end;
            }
            filled += some(stream, &mut buffer[filled..])?;
        };
        let size =
            std::str::from_utf8(&buffer[..end]).ok().and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
        let size = size.ok_or(io::ErrorKind::InvalidData)?;
        // the chunk's size line, its bytes and the line end after them
        let mut skip = end + 2 + size + 2;
        while skip > filled {
            skip -= filled;
            filled = some(stream, buffer)?;
        }
        buffer.copy_within(skip..filled, 0);
        filled -= skip;
        bytes += size;
        if size == 0 {
            return Ok(bytes);
        }
    }
}

fn some(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    match stream.read(buffer)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        count => Ok(count),
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
