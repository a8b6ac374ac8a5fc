//! `kreisel serve --watch`, the real program: files change while clients ask, and no answer fails or is mixed.

mod decoded;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for something that takes three looks at the files, one second apart, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Clients at the same time, and what each asks for at most: load enough to meet every swap, and an end.
const CLIENTS: usize = 4;
const MOST_REQUESTS: usize = 50_000;

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}

/// An atlas whose figures all say its generation, in two tables and the title.
struct Atlas(TempDir);

impl Atlas {
    fn new(server: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/small");
        copy_folder(&fixture, folder.path());
        let atlas = Self(folder);
        let text = atlas.read("atlas.toml");
        atlas.write("atlas.toml", &format!("{text}\n[server]\n{server}\n"));
        for indicator in ["cases", "case_rate"] {
            let text = atlas.read(&format!("indicators/{indicator}.toml"));
            let (before, behind) = text.split_once("[privacy]").expect("the fixture has a privacy rule");
            let (_, after) = behind.split_once("[provenance]").expect("the fixture has a source");
            let text = format!("{before}[provenance]{after}").replace("values.csv", "cases.csv");
            atlas.write(&format!("indicators/{indicator}.toml"), &text);
        }
        let text = atlas.read("indicators/case_rate.toml");
        let tables = "[[tables]]\nfile = \"../data/cases.csv\"\n\n[[tables]]\nfile = \"../data/values.csv\"";
        atlas.write("indicators/case_rate.toml", &text.replace("[[tables]]\nfile = \"../data/cases.csv\"", tables));
        atlas.put(1);
        atlas
    }

    fn root(&self) -> &str {
        self.0.path().to_str().expect("a temporary folder has a name in UTF-8")
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.0.path().join(file)).expect("the file can be read")
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.0.path().join(file), text).expect("the file can be written");
    }

    /// Every figure becomes `1000 × generation`, in two files one after the other.
    fn put(&self, generation: u64) {
        for (file, indicator) in [("data/values.csv", "residents"), ("data/cases.csv", "cases")] {
            let mut text = "key;period;indicator;value;state\n".to_owned();
            for key in ["03998001", "03998002", "03999001", "03999002"] {
                for year in 2020..=2023 {
                    writeln!(text, "{key};{year};{indicator};{};", 1000 * generation).expect("writes to memory");
                }
            }
            self.write(file, &text);
        }
    }
}

/// The program, stopped with the test.
struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kreisel"));
        for variable in ["KREISEL_LISTEN", "KREISEL_LOG", "KREISEL_LOG_FORMAT", "KREISEL_WATCH"] {
            command.env_remove(variable);
        }
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let log = Arc::new(Mutex::new(String::new()));
        let (kept, stderr) = (Arc::clone(&log), child.stderr.take().expect("is piped"));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                kept.lock().expect("is not poisoned").push_str(&(line + "\n"));
            }
        });
        let lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let address = lines.map_while(Result::ok).find_map(|line| line.split("http://").nth(1).map(str::to_owned));
        let address = address.unwrap_or_else(|| panic!("the server did not say its address"));
        Self { child, address, log }
    }

    fn log(&self) -> String {
        self.log.lock().expect("is not poisoned").clone()
    }

    fn get(&self, path: &str) -> Answer {
        Client::new(&self.address).get(path, &[])
    }

    fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}");
        answer.json()
    }

    fn release(&self) -> String {
        self.json("/health")["release"].as_str().expect("a release is served").to_owned()
    }

    /// Waits until `/health` is as wanted.
    fn wait_for(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let health = self.json("/health");
            if wanted(&health) {
                return health;
            }
            assert!(started.elapsed() < PATIENCE, "{what} did not come: {health}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn wait_for_another(&self, release: &str) -> String {
        let health = self.wait_for("another release", |health| health["release"] != release);
        health["release"].as_str().expect("a release is served").to_owned()
    }

    fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics").text();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
        line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a metric is a number")
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill can be run");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// One connection, kept open from request to request as browsers do.
struct Client {
    stream: BufReader<TcpStream>,
    address: String,
}

impl Client {
    fn new(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        stream.set_nodelay(true).expect("can be set");
        Self { stream: BufReader::new(stream), address: address.to_owned() }
    }

    fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").expect("writes to memory");
        }
        request.push_str("\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).expect("the request can be sent");
        let mut line = || {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("the answer can be read");
            line.trim_end().to_owned()
        };
        let status = line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status");
        let mut headers = BTreeMap::new();
        loop {
            let line = line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("is a number"));
        let mut body = vec![0; if status == 304 { 0 } else { length }];
        self.stream.read_exact(&mut body).expect("the body can be read");
        Answer { status, headers, body }
    }
}

/// The generation that an answer's figures tell; every one must tell the same.
fn generation_of(path: &str, answer: &Answer) -> u64 {
    let mut generations = Vec::new();
    if path.starts_with("/tiles/") {
        let layers = decoded::decode(&answer.body);
        let features = layers.iter().filter(|layer| !layer.name.ends_with("_label")).flat_map(|layer| &layer.features);
        for feature in features {
            for indicator in ["residents", "cases"] {
                let figure = feature.tag(indicator).expect("every area has figures");
                generations.push(number_of(figure));
            }
        }
    } else {
        let json = answer.json();
        assert_eq!(json["release"], answer.header("x-release"), "body and header name one release");
        let mut numbers = Vec::new();
        collect(&json, &mut numbers);
        generations.extend(numbers);
    }
    let first = *generations.first().unwrap_or_else(|| panic!("{path} has no figure"));
    assert!(generations.iter().all(|other| *other == first), "{path} is mixed: {generations:?}");
    first
}

/// The generation of a figure as the decoder shows it, with a hint at its type.
fn number_of(figure: &str) -> u64 {
    let (_, number) = figure.split_once('(').expect("the hint stands before the number");
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    let number = digits.parse::<u64>().ok().filter(|number| number % 1000 == 0);
    number.unwrap_or_else(|| panic!("odd figure {figure}")) / 1000
}

/// Every multiple of 1000 in a JSON answer: years and class limits are none here.
fn collect(value: &Value, found: &mut Vec<u64>) {
    match value {
        Value::Number(number) => {
            // figures are written as whole numbers where they are; the class limits of the fixture are none of them
            let number = number.as_u64().filter(|number| *number > 0 && number % 1000 == 0);
            found.extend(number.filter(|number| ![20_000, 50_000].contains(number)).map(|number| number / 1000));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(members) => {
            members.iter().filter(|(name, _)| *name != "id").for_each(|(_, value)| collect(value, found));
        }
        _ => {}
    }
}

#[test]
fn under_load_no_answer_fails_and_none_is_mixed() {
    let atlas = Atlas::new("watch_interval_s = 1");
    let server = Server::start(&["--watch", atlas.root()]);
    let paths = [
        "/tiles/municipalities/8/134/84?indicators=residents,cases",
        "/indicators/residents/values?layer=municipalities&years=all",
        "/indicators/cases/values?layer=municipalities",
        "/areas/municipalities/03998001",
    ];
    let stop = AtomicBool::new(false);
    let asked = AtomicUsize::new(0);
    // generation by release, release by validator of each path: none may ever have two
    let generations: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let validators: Mutex<BTreeMap<(usize, String), u64>> = Mutex::default();
    let client = || {
        let mut client = Client::new(&server.address);
        for round in 0..MOST_REQUESTS / CLIENTS {
            if stop.load(Relaxed) {
                break;
            }
            let path = paths[round % paths.len()];
            let answer = client.get(path, &[]);
            asked.fetch_add(1, Relaxed);
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let (release, etag) = (answer.header("x-release").to_owned(), answer.header("etag").to_owned());
            let generation = generation_of(path, &answer);
            let known = *generations.lock().unwrap().entry(release.clone()).or_insert(generation);
            assert_eq!(known, generation, "release {release} says two things at {path}");
            let known = *validators.lock().unwrap().entry((round % paths.len(), etag)).or_insert(generation);
            assert_eq!(known, generation, "one validator for two answers at {path}");
            if !answer.header("etag").is_empty() {
                let again = client.get(path, &[("if-none-match", answer.header("etag"))]);
                assert!([200, 304].contains(&again.status), "{path}");
                let same = again.header("x-release") == release;
                assert!(!same || again.status == 304, "{path}: the same release and another validator");
            }
        }
    };
    let last = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        let mut release = server.release();
        for generation in 2..=5 {
            atlas.put(generation);
            release = server.wait_for_another(&release);
        }
        stop.store(true, Relaxed);
        for client in clients {
            client.join().expect("a client met no failure");
        }
        release
    });
    let generations = generations.into_inner().unwrap();
    assert_eq!(generations.get(&last).copied().unwrap_or(5), 5);
    assert!(generations.len() >= 4, "{generations:?} after {} requests", asked.load(Relaxed));
    assert!(asked.load(Relaxed) > 500, "{} requests are no load", asked.load(Relaxed));
    let requests = server.get("/metrics").text();
    let failed =
        requests.lines().filter(|line| line.starts_with("kreisel_requests_total") && line.contains("status=\"5"));
    assert_eq!(failed.count(), 0, "{requests}");
    // the borders are the same ones: no swap clipped any of them again
    assert!(server.metric("kreisel_geometry_parts_rendered_total") <= 1);
    assert!(server.metric("kreisel_reloads_total{result=\"replaced\"}") >= 4);
    let log = server.log();
    for word in ["WARN", "ERROR", "panicked"] {
        assert!(!log.contains(word), "{log}");
    }
}

#[test]
fn a_broken_file_keeps_the_release_says_so_and_a_mended_one_is_served() {
    let atlas = Atlas::new("watch_interval_s = 1");
    let server = Server::start(&["--watch", atlas.root()]);
    let release = server.release();
    let sound = atlas.read("indicators/cases.toml");
    atlas.write("indicators/cases.toml", &sound.replace("measure = \"count\"", "measure = \"county\""));
    let health = server.wait_for("the failure", |health| !health["failed_reload"].is_null());
    assert_eq!((&health["status"], &health["release"]), (&"ok".into(), &release.as_str().into()));
    assert_eq!(health["failed_reload"]["findings"]["errors"], 1);
    assert_eq!(server.metric("kreisel_reload_failed "), 1);
    assert_eq!(server.metric("kreisel_reloads_total{result=\"failed\"}"), 1);
    assert_eq!(server.json("/indicators/cases/values?layer=municipalities")["release"], release.as_str());
    let log = server.log();
    assert!(log.contains("ERROR") && log.contains("indicators/cases.toml"), "{log}");
    assert!(log.contains("kreisel check"), "the log says where to read on: {log}");

    atlas.write("indicators/cases.toml", &sound.replace("\"Cases\"", "\"Cases of any kind\""));
    let mended = server.wait_for_another(&release);
    let health = server.json("/health");
    assert!(health["failed_reload"].is_null(), "{health}");
    assert_eq!(server.json("/indicators/cases")["title"]["en"], "Cases of any kind");
    assert_eq!(server.json("/indicators/cases")["release"], mended.as_str());
}

#[test]
fn a_map_that_is_open_goes_on_with_the_release_it_names_until_its_time_is_over() {
    let atlas = Atlas::new("watch_interval_s = 1\nkeep_previous_s = 6");
    let server = Server::start(&["--watch", atlas.root()]);
    let first = server.release();
    atlas.put(2);
    let second = server.wait_for_another(&first);
    let tile = "/tiles/municipalities/8/134/84?indicators=residents,cases";
    for (release, generation) in [(&first, 1), (&second, 2)] {
        for path in [tile, "/indicators/residents/values?layer=municipalities"] {
            let path = format!("{path}&release={release}");
            let answer = server.get(&path);
            assert_eq!((answer.status, answer.header("x-release")), (200, release.as_str()), "{path}");
            assert!(answer.header("cache-control").contains("immutable"), "{path}");
            assert_eq!(generation_of(&path, &answer), generation);
        }
    }
    assert_eq!(generation_of(tile, &server.get(tile)), 2, "who names none gets the current one");
    assert_eq!(server.metric("kreisel_releases_held "), 2);
    let started = Instant::now();
    while server.metric("kreisel_releases_held ") > 1 {
        assert!(started.elapsed() < PATIENCE, "the old release is still in memory");
        std::thread::sleep(Duration::from_millis(200));
    }
    let gone = server.get(&format!("{tile}&release={first}"));
    assert_eq!(gone.status, 410);
    assert_eq!(gone.json()["release"], second.as_str());
}

#[cfg(unix)]
#[test]
fn a_hangup_reads_the_files_again_and_without_one_nothing_is_watched() {
    let atlas = Atlas::new("watch_interval_s = 1");
    let server = Server::start(&[atlas.root()]);
    let release = server.release();
    atlas.put(2);
    // three looks would have seen it
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(server.release(), release);
    server.signal("-HUP");
    server.wait_for_another(&release);
}
