//! The real program, as its users start it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small");

fn kreisel() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kreisel"));
    for variable in ["KREISEL_LISTEN", "KREISEL_LOG", "KREISEL_LOG_FORMAT", "KREISEL_WATCH", "NO_COLOR"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "en_GB.UTF-8");
    command
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    kreisel().args(arguments).current_dir(folder).output().expect("the binary can be started")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server that was started by a test, and is stopped with it.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts on a free port of the loopback interface and waits for the address on standard output.
    fn start(arguments: &[&str], folder: &Path) -> Self {
        let mut child = kreisel()
            .args(arguments)
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        let opened = lines.map_while(Result::ok).find_map(|line| line.split("http://").nth(1).map(str::to_owned));
        let Some(address) = opened else {
            let mut log = String::new();
            child.stderr.take().expect("is piped").read_to_string(&mut log).expect("the log can be read");
            panic!("the server did not say its address: {log}");
        };
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)
            .expect("the request can be sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the answer can be read");
        text(&answer)
    }

    /// Asks the server to stop, as an operator does, and returns its exit code and log.
    fn stop(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().expect("kill can be run");
        let mut log = String::new();
        self.child.stderr.take().expect("is piped").read_to_string(&mut log).expect("the log can be read");
        (self.child.wait().expect("the server ends").code(), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_says_its_address_answers_and_stops_cleanly() {
    let server = Server::start(&["serve", FIXTURE], Path::new("."));
    let health = server.get("/health");
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    assert!(health.contains("\"release\""), "{health}");
    let (code, log) = Server::stop(server);
    assert_eq!(code, Some(0), "{log}");
    for word in ["WARN", "ERROR", "panicked"] {
        assert!(!log.contains(word), "the log of a healthy run has {word}: {log}");
    }
}

#[test]
fn outside_any_atlas_the_bundled_one_is_served() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    let server = Server::start(&[], elsewhere.path());
    let atlas = server.get("/atlas");
    assert!(atlas.contains("Heidekreis"), "{atlas}");
}

#[test]
fn check_of_a_sound_atlas_ends_with_0_and_says_what_was_read() {
    let output = run(&["check", FIXTURE], Path::new("."));
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("0 errors"), "{}", text(&output.stdout));
}

#[test]
fn check_as_json_can_be_read_by_a_program() {
    let output = run(&["check", FIXTURE, "--format", "json"], Path::new("."));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    assert_eq!(report["summary"]["errors"], 0);
}

#[test]
fn check_speaks_german_unless_the_locale_or_the_reader_wants_another_language() {
    let said = |locale: &str, arguments: &[&str]| {
        let arguments = [&["check", FIXTURE], arguments].concat();
        let output = kreisel().env("LC_ALL", locale).args(arguments).output().expect("the binary can be started");
        text(&output.stdout)
    };
    for german in [said("C.UTF-8", &[]), said("de_DE.UTF-8", &[]), said("en_GB.UTF-8", &["--lang", "de"])] {
        assert!(german.contains("0 Fehler"), "{german}");
        assert!(!german.contains('\u{1b}'), "no colours where nobody looks: {german}");
    }
    for english in [said("en_GB.UTF-8", &[]), said("de_DE.UTF-8", &["--lang", "en"])] {
        assert!(english.contains("0 errors"), "{english}");
    }
}

#[test]
fn check_as_html_is_one_page_that_says_what_is_wrong() {
    let atlas = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::write(atlas.path().join("atlas.toml"), "titel = \"<Landkreis>\"\n").expect("can be written");
    let root = atlas.path().to_str().expect("is UTF-8");
    let output = run(&["check", root, "--format", "html", "--lang", "de"], Path::new("."));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let page = text(&output.stdout);
    assert!(page.starts_with("<!doctype html>") && page.contains("<html lang=\"de\">"), "{page}");
    assert!(page.contains("atlas.toml") && page.contains("titel") && !page.contains("<Landkreis>"), "{page}");
    assert!(!page.contains("<script") && !page.contains("src="), "{page}");
}

#[test]
fn check_of_a_folder_without_atlas_ends_with_1_and_says_what_would_be_right() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    let output = run(&["check"], elsewhere.path());
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.contains("atlas.toml") && said.contains("kreisel init"), "{said}");
}

#[test]
fn wrong_usage_ends_with_2() {
    assert_eq!(run(&["serve", "--listen", "nowhere"], Path::new(".")).status.code(), Some(2));
    assert_eq!(run(&["fly"], Path::new(".")).status.code(), Some(2));
}

#[test]
fn wrong_usage_is_told_in_german_with_what_would_be_right() {
    let said = |arguments: &[&str]| {
        let output =
            kreisel().env("LC_ALL", "de_DE.UTF-8").args(arguments).output().expect("the binary can be started");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        text(&output.stderr)
    };
    for (arguments, parts) in [
        (&["fly"][..], &["Den Befehl „fly“ gibt es nicht"][..]),
        (&["check", "--formt", "json"], &["Die Option „--formt“ gibt es hier nicht", "--format"]),
        (&["check", "--format", "xml"], &["„xml“", "Möglich sind: text, json, html"]),
        (&["import"], &["Es fehlt noch: <FILES>", "Aufruf: kreisel import"]),
        (&["import", "a.csv", "--year", "heuer"], &["kann nicht „heuer“ sein"]),
        (&["import", "a.csv", "--dry-run"], &["Es fehlt noch: --into"]),
        (&["init", "x", "--county", "1", "--county", "2"], &["darf nur einmal angegeben werden"]),
    ] {
        let said = said(arguments);
        assert!(parts.iter().all(|part| said.contains(part)), "{arguments:?}: {said}");
        assert!(!said.contains("error") && !said.contains("Usage"), "{said}");
    }
}

#[test]
fn a_new_atlas_and_what_is_in_its_way_are_told_in_german() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let place = folder.path().join("neu").to_string_lossy().into_owned();
    let said = || {
        let output = kreisel().env("LC_ALL", "de_DE.UTF-8").args(["init", &place]).output().expect("starts");
        text(&output.stdout) + &text(&output.stderr)
    };
    let first = said();
    assert!(first.contains(&format!("Der Atlas liegt in {place}; ansehen mit: kreisel serve {place}")), "{first}");
    let second = said();
    assert!(second.contains("ist nicht leer, darin liegt: "), "{second}");
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let server = Server::start(&["serve", FIXTURE], Path::new("."));
    let output = run(&["serve", FIXTURE, "--listen", &server.address], Path::new("."));
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(&server.address) && said.contains("--listen"), "{said}");
}
