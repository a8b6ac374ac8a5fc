//! An archive as a layer of an atlas: described, served as it is stored, put together with other layers.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

#[allow(dead_code, reason = "shared with other tests")]
mod decoded;
mod http_support;

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use decoded::decode;
use http_support::{Server, fixture, load, path_of};
use kreisel::archive::{Archive, ArchiveWriter, Format, Imprint};
use kreisel::export::{Options, Plan, Progress, run};
use kreisel::geo::{Bounds, LonLat, TileCoord};
use kreisel::http::ServerState;
use kreisel::report::Report;
use tempfile::TempDir;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A layer file over an archive in `data/`.
fn layer(file: &str) -> String {
    format!(
        "kind = \"archive\"\ntitle = {{ de = \"Fertig\", en = \"Finished\" }}\norder = 9\n\n[source]\n\
         file = \"../data/{file}\"\n\n[provenance]\nsource = \"Probe\"\nlicense = \"CC0-1.0\"\n\
         attribution = \"Ein anderes Amt\"\n"
    )
}

/// The small atlas with its own districts as archives of both kinds, services, and a picture.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    copy(fixture(), folder.path());
    let release = load(folder.path());
    for (file, layers) in
        [("older.pmtiles", "districts"), ("older.mbtiles", "districts"), ("places.pmtiles", "services")]
    {
        let options = Options {
            to: folder.path().join("data").join(file),
            layers: vec![layers.to_owned()],
            ..Options::default()
        };
        run(&release, &Plan::new(&release, &options).unwrap(), &mut Progress::silent()).unwrap();
    }
    let picture = folder.path().join("data/picture.pmtiles");
    let at = |lon_deg, lat_deg| LonLat { lon_deg, lat_deg };
    let imprint = Imprint {
        min_zoom: 0,
        max_zoom: 1,
        bounds: Bounds::between(at(-180.0, -85.0), at(180.0, 85.0)),
        center: (at(0.0, 0.0), 0),
        metadata: serde_json::Map::new(),
    };
    let mut writer = ArchiveWriter::create(&picture, Format::PmTiles, &imprint).unwrap();
    writer.add(TileCoord::new(0, 0, 0).unwrap(), 0, b"\x89PNG and so on").unwrap();
    writer.finish().unwrap();
    let mut bytes = fs::read(&picture).unwrap();
    (bytes[98], bytes[99]) = (1, 2);
    fs::write(&picture, bytes).unwrap();
    for (id, file) in [
        ("older", "older.pmtiles"),
        ("older_mb", "older.mbtiles"),
        ("places", "places.pmtiles"),
        ("picture", "picture.pmtiles"),
    ] {
        fs::write(folder.path().join(format!("layers/{id}.toml")), layer(file)).unwrap();
    }
    folder
}

fn server() -> (&'static TempDir, Server) {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(folder);
    (folder, Server::of(Arc::new(ServerState::new(load(folder.path())))))
}

/// The address of the tile in the middle of the small atlas.
fn middle(zoom: u8) -> String {
    let coord = TileCoord::containing(LonLat { lon_deg: 9.05, lat_deg: 52.1 }, zoom);
    format!("{zoom}/{}/{}", coord.x(), coord.y())
}

#[tokio::test]
async fn the_tiles_of_an_exported_layer_are_those_of_the_layer() {
    let (_, server) = server();
    for zoom in [0, 5, 8, 10] {
        let direct = server.get(&format!("/tiles/districts/{}", middle(zoom))).await;
        assert!(!decode(&direct.body).is_empty());
        for id in ["older", "older_mb"] {
            let archived = server.get(&format!("/tiles/{id}/{}", middle(zoom))).await;
            assert_eq!(archived.status, 200, "{}", archived.text());
            assert_eq!(archived.body, direct.body, "{id} {zoom}");
            assert_eq!(archived.header("content-type"), "application/vnd.mapbox-vector-tile");
            assert_eq!(archived.header("x-release"), server.release());
        }
    }
}

#[tokio::test]
async fn a_tile_leaves_as_it_is_stored_where_the_client_takes_it_so() {
    let (folder, server) = server();
    let coord = TileCoord::containing(LonLat { lon_deg: 9.05, lat_deg: 52.1 }, 8);
    let stored = Archive::open(&folder.path().join("data/older.pmtiles")).unwrap().tile(coord).unwrap().unwrap();
    let path = format!("/tiles/older/{}", middle(8));
    let ask = async |accept| server.ask("GET".parse().unwrap(), &path, &[("accept-encoding", accept)]).await;
    let browser = ask("gzip, deflate, br, zstd").await;
    assert_eq!(browser.header("content-encoding"), "gzip");
    assert_eq!(browser.body, stored.bytes, "not packed anew");
    let identity = ask("identity").await;
    assert_eq!(identity.header("content-encoding"), "");
    let brotli = ask("br").await;
    let refuses = ask("gzip;q=0, zstd").await;
    for answer in [&browser, &brotli, &refuses] {
        assert_eq!(answer.decoded(), identity.body);
        assert_ne!(answer.header("etag"), identity.header("etag"));
        assert_eq!(answer.header("vary"), "accept, accept-encoding");
    }
    let tag = browser.header("etag").to_owned();
    let again = [("accept-encoding", "gzip"), ("if-none-match", tag.as_str())];
    assert_eq!(server.ask("GET".parse().unwrap(), &path, &again).await.status, 304);
    let named = server.get(&format!("{path}?release={}", server.release())).await;
    assert!(named.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn a_vector_tile_of_an_archive_can_be_had_as_a_maplibre_tile_and_a_picture_cannot() {
    let (_, server) = server();
    for layers in ["older", "municipalities,places"] {
        let archived = server.get(&format!("/tiles/{layers}/{}.mlt", middle(8))).await;
        assert_eq!(archived.header("content-type"), "application/vnd.maplibre-tile");
        assert_eq!(archived.header("vary"), "accept-encoding");
        let direct = layers.replace("older", "districts").replace("places", "services");
        let direct = server.get(&format!("/tiles/{direct}/{}.mlt", middle(8))).await;
        assert_eq!(archived.body, direct.body, "{layers}");
    }
    let problem = server.problem("/tiles/picture/0/0/0?f=mvt", 400).await;
    assert!(problem["detail"].as_str().unwrap().contains("image/png"), "{problem}");
}

#[tokio::test]
async fn addresses_without_a_tile_answer_as_those_of_other_layers() {
    let (_, server) = server();
    let empty = server.get("/tiles/older/8/0/0").await;
    assert_eq!((empty.status.as_u16(), empty.body.len()), (204, 0));
    let problem = server.problem("/tiles/older/11/0/0", 404).await;
    assert!(problem["detail"].as_str().unwrap().contains("0 to 10"), "{problem}");
    server.problem("/tiles/older/3/8/0", 400).await;
    let problem = server.problem("/tiles/oldest/3/0/0", 404).await;
    assert_eq!(problem["nearest"][0], "older");
    server.problem("/tiles/older/3/0/0?indicators=residents", 400).await;
    server.problem("/areas/older", 404).await;
}

#[tokio::test]
async fn an_archive_is_described_like_any_layer() {
    let (_, server) = server();
    let tilejson = server.json("/tiles/older").await;
    assert_eq!((&tilejson["minzoom"], &tilejson["maxzoom"]), (&0.into(), &10.into()));
    assert_eq!(tilejson["attribution"], "Ein anderes Amt");
    assert_eq!(tilejson["vector_layers"][0]["id"], "districts");
    assert_eq!(tilejson["bounds"], server.json("/tiles/districts").await["bounds"]);
    let address = tilejson["tiles"][0].as_str().unwrap().replace("{z}/{x}/{y}", &middle(8));
    assert_eq!(server.get(&path_of(&address)).await.status, 200);
    let listed = server.json("/layers").await;
    let layers = listed["layers"].as_array().unwrap();
    let older = layers.iter().find(|layer| layer["id"] == "older").unwrap();
    assert_eq!(older["kind"], "archive");
    assert_eq!(older["tile_layers"], serde_json::json!(["districts", "districts_label"]));
    assert_eq!(server.get(&path_of(older["links"]["tilejson"].as_str().unwrap())).await.status, 200);
    assert!(!server.get("/areas").await.text().contains("\"older\""));
    assert!(server.get("/tiles").await.text().contains("/tiles/older_mb"));
    assert!(server.get("/atlas").await.text().contains("Ein anderes Amt"));
}

#[tokio::test]
async fn a_picture_is_passed_through_alone_and_without_packing() {
    let (_, server) = server();
    let answer = server.ask("GET".parse().unwrap(), "/tiles/picture/0/0/0", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(answer.body, b"\x89PNG and so on");
    assert_eq!((answer.header("content-type"), answer.header("content-encoding")), ("image/png", ""));
    assert!(server.json("/tiles/picture").await.get("vector_layers").is_none());
    let problem = server.problem("/tiles/municipalities,picture/0/0/0", 400).await;
    assert!(problem["detail"].as_str().unwrap().contains("image/png"), "{problem}");
}

#[tokio::test]
async fn layers_and_an_archive_are_put_together_unless_one_would_hide_the_other() {
    let (_, server) = server();
    let path = format!("/tiles/places,municipalities/{}", middle(8));
    let answer = server.ask("GET".parse().unwrap(), &path, &[("accept-encoding", "br")]).await;
    let names: Vec<String> = decode(&answer.decoded()).into_iter().map(|layer| layer.name).collect();
    assert_eq!(names, ["municipalities", "municipalities_label", "services"]);
    let deeper = server.get(&format!("/tiles/municipalities,places/{}", middle(14))).await;
    let names: Vec<String> = decode(&deeper.body).into_iter().map(|layer| layer.name).collect();
    assert!(names.contains(&"municipalities".to_owned()), "beyond the layer's own last zoom: {names:?}");
    let tilejson = server.json("/tiles/municipalities,places").await;
    assert_eq!(tilejson["vector_layers"].as_array().unwrap().len(), 3);
    assert_eq!(tilejson["maxzoom"], 14);
    assert!(tilejson["attribution"].as_str().unwrap().contains("Erfundene Grenzen | "), "{tilejson}");
    for (layers, said) in [
        ("services,places", "has a layer \"services\""),
        ("municipalities,older", "ends at zoom 10"),
        ("older,older_mb", "has a layer \"districts\""),
    ] {
        let problem = server.problem(&format!("/tiles/{layers}/8/0/0"), 400).await;
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(said) && detail.contains("ask for it alone"), "{detail}");
    }
}

#[test]
fn the_release_id_follows_each_byte_of_an_archive() {
    let folder = folder();
    let before = load(folder.path()).id;
    let file = folder.path().join("data/older.pmtiles");
    let mut bytes = fs::read(&file).unwrap();
    // behind header, directory and metadata, and of the same length
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_ne!(load(folder.path()).id, before);
}

#[tokio::test]
async fn an_archive_that_is_overwritten_while_it_is_served_gives_an_error_that_tells_no_paths() {
    let folder = folder();
    let server = Server::of(Arc::new(ServerState::new(load(folder.path()))));
    let path = format!("/tiles/older/{}", middle(9));
    fs::write(folder.path().join("data/older.pmtiles"), "something else").unwrap();
    let problem = server.problem(&path, 500).await;
    assert!(!problem.to_string().contains("older.pmtiles"), "{problem}");
}

#[test]
fn a_layer_file_that_does_not_fit_its_archive_is_told_with_its_line() {
    let folder = folder();
    let problems = |text: &str| {
        fs::write(folder.path().join("layers/older.toml"), text).unwrap();
        let mut report = Report::default();
        let config = kreisel::config::load(folder.path(), &mut report);
        let report = match config {
            Some(config) => kreisel::release::build(config, report)
                .map(drop)
                .map_or_else(|(_, report)| report, |()| Report::default()),
            None => report,
        };
        serde_json::to_string(&report.to_json()["findings"]).unwrap()
    };
    let right = layer("older.pmtiles");
    assert_eq!(problems(&right), "[]");
    fs::write(folder.path().join("data/broken.pmtiles"), "PMTiles\u{3} and no more").unwrap();
    for (text, code, said) in [
        (right.replace("order = 9", "name = \"GEN\""), "key-without-meaning", "finished"),
        (right.replace("[provenance]", "[tiles]\nmax_zoom = 9\n[provenance]"), "key-without-meaning", "tiles.max_zoom"),
        (right.replace("[provenance]", "crs = \"EPSG:25832\"\n[provenance]"), "key-without-meaning", "source.crs"),
        (layer("districts.geojson"), "file-kind", "neither .pmtiles nor .mbtiles"),
        (layer("oldest.pmtiles"), "file-missing", "similar there: older"),
        (layer("broken.pmtiles"), "archive-unreadable", "ends inside its header"),
    ] {
        let found = problems(&text);
        assert!(found.contains(code) && found.contains(said), "{found}");
    }
    fs::write(folder.path().join("layers/older.toml"), &right).unwrap();
    let atlas = folder.path().join("atlas.toml");
    let text = fs::read_to_string(&atlas).unwrap();
    fs::write(&atlas, text.replace("layer = \"municipalities\"", "layer = \"older\"")).unwrap();
    assert!(problems(&right).contains("is an archive layer, an area layer is meant"));
}
