//! The `kreisel` command: arguments, logging, a call into the library, an exit code.
//!
//! Exit codes: 0 fine, 1 the data has errors or the work failed, 2 wrong usage.

mod usage;

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, mpsc};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use kreisel::message;
use kreisel::release::Release;
use kreisel::reload::{self, Files, Look, ReloadNow, Reloader};
use kreisel::report::{Detail, Language, Manner, Report};
use kreisel::{export, http, import, init, release};
use tempfile::TempDir;
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tile and vector-map server for district atlases.
#[derive(Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Serve an atlas (also what `kreisel` alone does)
    Serve(ServeArgs),
    /// Read everything, serve nothing: what was loaded, joined, repaired, left unmatched, suppressed
    Check(CheckArgs),
    /// Write all tiles of all zooms into one archive, to serve elsewhere or keep
    Export(ExportArgs),
    /// Make a new atlas folder that serves at once
    Init(InitArgs),
    /// Turn a spreadsheet or statistics-office file into a table of the atlas, asking nothing it can find out
    Import(ImportArgs),
}

#[derive(Args)]
struct ServeArgs {
    /// The atlas folder; without it the current folder, and outside any atlas the bundled one
    atlas: Option<PathBuf>,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Args)]
struct ServerArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "KREISEL_LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Read the atlas again when its files change, and serve what came of it
    #[arg(long, env = "KREISEL_WATCH")]
    watch: bool,
    /// Form of the log on standard error
    #[arg(long, env = "KREISEL_LOG_FORMAT", value_enum, default_value_t = Format::Text)]
    log_format: Format,
}

#[derive(Args)]
struct CheckArgs {
    /// The atlas folder; default: the current folder
    #[arg(default_value = ".")]
    atlas: PathBuf,
    /// Form of the report: for people, for programs, or one page to pass on
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    format: ReportFormat,
    /// Language of the report for people; default: German, unless the locale names another language
    #[arg(long, value_enum)]
    lang: Option<Lang>,
    /// List every place of every finding
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReportFormat {
    Text,
    Json,
    Html,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// German
    De,
    /// English
    En,
}

#[derive(Args)]
struct ExportArgs {
    /// The atlas folder; without it the current folder, and outside any atlas the bundled one
    atlas: Option<PathBuf>,
    /// The archive to write: a name that ends in .pmtiles or .mbtiles
    #[arg(long)]
    to: PathBuf,
    /// Layers, separated by commas; default: all
    #[arg(long, value_delimiter = ',')]
    layers: Vec<String>,
    /// Indicators to join to areas, separated by commas; default: none
    #[arg(long, value_delimiter = ',')]
    indicators: Vec<String>,
    /// Years to join besides the newest: 2015..2024, 2015,2016 or all
    #[arg(long, requires = "indicators")]
    years: Option<String>,
    /// First zoom; default: the first of any layer
    #[arg(long)]
    min_zoom: Option<u8>,
    /// Last zoom; default: the last of any layer
    #[arg(long)]
    max_zoom: Option<u8>,
    /// Overwrite the archive if it is there
    #[arg(long)]
    force: bool,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct InitArgs {
    /// The folder to make
    dir: PathBuf,
    /// Official boundary file of the whole country: VG250 or VG5000, as delivered
    #[arg(long, requires = "county")]
    boundaries: Option<PathBuf>,
    /// The county to cut out: its key, such as 03358, or its name
    #[arg(long, requires = "boundaries")]
    county: Option<String>,
}

#[derive(Args)]
struct ImportArgs {
    /// The files as they were delivered: CSV, XLSX, XLS, ODS, also in .gz or .zip
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The atlas folder to write into; without it the files are only looked at
    #[arg(long)]
    into: Option<PathBuf>,
    /// How the file is read: the recipe that an earlier import wrote
    #[arg(long)]
    recipe: Option<PathBuf>,
    /// Id of the indicator, its measure and the table
    #[arg(long = "as", value_name = "INDICATOR")]
    indicator: Option<String>,
    /// The measure that the indicator shows, by its id or words of its title; default: the first. ID=WORDS names a further
    /// measure; may be given several times
    #[arg(long = "measure", value_name = "[ID=]WORDS")]
    measures: Vec<String>,
    /// Sheet of the workbook; default: the one with the most figures
    #[arg(long)]
    sheet: Option<String>,
    /// Year of all figures, where the file does not say it
    #[arg(long)]
    year: Option<i16>,
    /// Show what would change in the atlas, and write nothing
    #[arg(long, requires = "into")]
    dry_run: bool,
    /// Overwrite a table and recipe that are there
    #[arg(long)]
    force: bool,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => match usage::told(&error, locale()) {
            Some(text) => {
                let _ = writeln!(io::stderr(), "{text}");
                return ExitCode::from(2);
            }
            None => error.exit(),
        },
    };
    let done = match cli.command {
        Some(Command::Check(args)) => check(&args),
        Some(Command::Export(args)) => export(args),
        Some(Command::Init(args)) => create(args),
        Some(Command::Import(args)) => bring_in(args),
        Some(Command::Serve(args)) => serve(args.atlas, &args.server),
        None => serve(None, &cli.server),
    };
    done.unwrap_or_else(|error| {
        // whoever reads the report has closed it, as `head` and `less` do
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        let _ = writeln!(io::stderr(), "kreisel: {}", told(&error));
        ExitCode::FAILURE
    })
}

/// What went wrong, in the language of the environment where there is a text for it.
fn told(error: &anyhow::Error) -> String {
    let known = error.downcast_ref::<import::ImportError>().map(import::ImportError::told);
    let known = known.or_else(|| error.downcast_ref::<init::InitError>().map(init::InitError::told));
    known.map_or_else(|| format!("{error:#}"), |message| message.in_language(locale()))
}

fn check(args: &CheckArgs) -> Result<ExitCode> {
    let loaded = release::load(&args.atlas);
    let (report, code) = match &loaded {
        Ok(release) => (&release.report, ExitCode::SUCCESS),
        Err(report) => (report, ExitCode::FAILURE),
    };
    let language = match args.lang {
        Some(Lang::De) => Language::De,
        Some(Lang::En) => Language::En,
        None => locale(),
    };
    let detail = if args.all { Detail::Full } else { Detail::Short };
    let mut out = io::stdout().lock();
    match args.format {
        ReportFormat::Json => writeln!(out, "{:#}", report.to_json())?,
        ReportFormat::Html => {
            let title = loaded.as_ref().ok().map(|release| release.atlas.title.get(language));
            write!(out, "{}", report.to_html(language, title, Timestamp::now()))?;
        }
        ReportFormat::Text => {
            let manner = Manner { language, detail, colours: colours(&out) };
            report.write_text(&mut out, manner)?;
        }
    }
    Ok(code)
}

/// The language that the environment asks for.
fn locale() -> Language {
    Language::of_locale(|name| std::env::var(name).ok())
}

/// Whether to write in colours: on a terminal, unless somebody does not want them (<https://no-color.org>).
fn colours(out: &impl IsTerminal) -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    out.is_terminal() && !unwanted
}

/// What people read on standard error when there is no release.
fn explain(report: &Report) -> io::Result<()> {
    let mut out = io::stderr().lock();
    let colours = colours(&out);
    report.write_text(&mut out, Manner { language: locale(), detail: Detail::Short, colours })
}

fn export(args: ExportArgs) -> Result<ExitCode> {
    let options = export::Options {
        to: args.to,
        layers: args.layers,
        indicators: args.indicators,
        years: args.years,
        min_zoom: args.min_zoom,
        max_zoom: args.max_zoom,
        force: args.force,
    };
    options.check()?;
    let (root, _bundled) = find_atlas(args.atlas)?;
    let release = match release::load(&root) {
        Ok(release) => release,
        Err(report) => {
            explain(&report)?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let plan = export::Plan::new(&release, &options)?;
    let summary = export::run(&release, &plan, &mut export::Progress::to_stderr(locale()))?;
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => writeln!(out, "{:#}", serde_json::to_value(&summary)?)?,
        Format::Text => writeln!(out, "{}", summary.to_text(locale()))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn create(args: InitArgs) -> Result<ExitCode> {
    let boundaries = args.boundaries.zip(args.county).map(|(file, county)| init::Boundaries { file, county });
    let init::Created { report, county } = init::create(&args.dir, boundaries.as_ref())?;
    let mut out = io::stdout().lock();
    let manner = Manner { colours: colours(&out), ..Manner::plain(locale()) };
    report.write_text(&mut out, manner)?;
    let dir = args.dir.display();
    let closing = match county {
        Some(county) => {
            message!("the atlas of {county} stands in {dir}; look at it with: kreisel serve {dir}", county, dir)
        }
        None => message!("the atlas stands in {dir}; look at it with: kreisel serve {dir}", dir),
    };
    writeln!(out, "{}", closing.in_language(locale()))?;
    Ok(ExitCode::SUCCESS)
}

fn bring_in(args: ImportArgs) -> Result<ExitCode> {
    let options = import::Options {
        files: args.files,
        into: args.into,
        recipe: args.recipe,
        indicator: args.indicator,
        measures: args.measures,
        sheet: args.sheet,
        year: args.year,
        dry_run: args.dry_run,
        force: args.force,
    };
    let done = import::run(&options)?;
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => {
            let files: Vec<_> = done.iter().map(|imported| &imported.json).collect();
            writeln!(out, "{:#}", serde_json::json!({ "files": files }))?;
        }
        Format::Text => done.iter().try_for_each(|imported| imported.write_text(&mut out, &options, locale()))?,
    }
    let refused = done.iter().any(|imported| imported.refused);
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn serve(atlas: Option<PathBuf>, args: &ServerArgs) -> Result<ExitCode> {
    start_log(args.log_format);
    let (root, bundled) = find_atlas(atlas)?;
    if bundled.is_some() && args.watch {
        tracing::warn!("the bundled atlas never changes: --watch is for an atlas folder");
    }
    // before the load: what changes during it is seen
    let files = bundled.is_none().then(|| Files::look(&root));
    let release = match reload::first(&root) {
        Ok(release) => release,
        Err(report) => {
            explain(&report)?;
            return Ok(ExitCode::FAILURE);
        }
    };
    // everything is in memory now: the folder goes
    drop(bundled);
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let look = if args.watch { Look::Always } else { Look::WhenAsked };
    runtime.block_on(run(release, args.listen, files.map(|files| (files, look))))?;
    Ok(ExitCode::SUCCESS)
}

/// The atlas to serve: the given one, the current folder, or the bundled one, unpacked for the load.
fn find_atlas(given: Option<PathBuf>) -> Result<(PathBuf, Option<TempDir>)> {
    if let Some(root) = given {
        return Ok((root, None));
    }
    if Path::new("atlas.toml").is_file() {
        return Ok((PathBuf::from("."), None));
    }
    let folder = TempDir::with_prefix("kreisel-").context("cannot make a temporary folder for the bundled atlas")?;
    kreisel::bundled::unpack(folder.path())
        .with_context(|| format!("cannot unpack the bundled atlas to {}", folder.path().display()))?;
    tracing::info!("no atlas in this folder: serving the bundled one");
    Ok((folder.path().to_path_buf(), Some(folder)))
}

async fn run(release: Release, listen: SocketAddr, files: Option<(Files, Look)>) -> Result<()> {
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}: another program may use it; choose another with --listen")
    })?;
    let address = listener.local_addr()?;
    let (id, title) = (release.id.clone(), release.atlas.title.de.clone());
    let summary = release.report.summary();
    let state = Arc::new(http::ServerState::new(release));
    writeln!(io::stdout(), "{title}, release {id} ({summary})\nopen http://{address}")?;
    tracing::info!(%address, release = %id, "serving");
    if let Some((files, look)) = files {
        let reloader = Reloader::new(Arc::clone(&state), files, look);
        let (ask, asked) = mpsc::channel();
        let thread = std::thread::Builder::new().name("reload".to_owned());
        thread.spawn(move || reloader.run(&asked)).context("cannot start the thread that reads changed files")?;
        tokio::spawn(pass_on_hangups(ask));
    }
    http::serve(listener, state, stop_signal()).await.context("the server stopped")?;
    tracing::info!("stopped");
    Ok(())
}

/// Asks for a reload whenever the process is told to hang up. In a terminal that still means what it says: the
/// terminal was closed, and the server ends.
#[cfg(unix)]
async fn pass_on_hangups(ask: mpsc::Sender<ReloadNow>) {
    use tokio::signal::unix::{SignalKind, signal};
    if !io::stdin().is_terminal()
        && let Ok(mut hangup) = signal(SignalKind::hangup())
    {
        while hangup.recv().await.is_some() && ask.send(ReloadNow).is_ok() {}
    }
    // whoever drops the sender ends the reloader
    std::future::pending::<()>().await;
}

/// Nobody asks for a reload where there are no signals.
#[cfg(not(unix))]
async fn pass_on_hangups(ask: mpsc::Sender<ReloadNow>) {
    std::future::pending::<()>().await;
    drop(ask);
}

/// Resolves on interrupt (Ctrl-C) or terminate.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
    tracing::info!("stopping: finishing the requests under way");
}

fn start_log(format: Format) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KREISEL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let colours = io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours);
    match format {
        Format::Text => log.init(),
        Format::Json => log.json().init(),
    }
}
