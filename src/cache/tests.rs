//! One render per key, limits, clients that hang up.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::*;
use crate::geo::TileCoord;
use crate::release::Audience;
use crate::tile::{Selection, Years};

fn cache(bytes: u64) -> Cache {
    Cache::new(Limits { bytes, render_concurrency: 2, waiting: 100 })
}

fn key(path: &str, encoding: Encoding) -> Key {
    Key::Answer(AnswerKey {
        release: "r1".into(),
        audience: Audience::Public,
        base_url: String::new(),
        path_and_query: path.to_owned(),
        encoding,
    })
}

fn text() -> Vec<u8> {
    "Bispingen, Munster, Soltau. ".repeat(100).into_bytes()
}

fn decode(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::new();
    match entry.encoding {
        Encoding::Identity => out.extend_from_slice(&entry.bytes),
        Encoding::Gzip => drop(flate2::read::GzDecoder::new(&entry.bytes[..]).read_to_end(&mut out).unwrap()),
        Encoding::Zstd => out = zstd::decode_all(&entry.bytes[..]).unwrap(),
        Encoding::Brotli => drop(brotli::Decompressor::new(&entry.bytes[..], 4096).read_to_end(&mut out).unwrap()),
    }
    out
}

#[tokio::test]
async fn every_encoding_decodes_to_the_same_bytes_and_has_a_tag_of_its_own() {
    let cache = cache(1 << 20);
    let mut tags = Vec::new();
    for encoding in Encoding::ALL {
        let entry = cache.get_or_render(key("/a", encoding), text).await.unwrap();
        assert_eq!(entry.encoding, encoding);
        assert_eq!(decode(&entry), text());
        tags.push(entry.etag);
    }
    tags.dedup();
    assert_eq!(tags.len(), 4);
    assert_eq!(cache.counts(Kind::Answer).renders, 4, "once for each encoding");
}

#[tokio::test]
async fn what_gets_no_smaller_stays_as_it_is() {
    let cache = cache(1 << 20);
    let short = cache.get_or_render(key("/short", Encoding::Brotli), || b"short".to_vec()).await.unwrap();
    assert_eq!((short.encoding, &short.bytes[..]), (Encoding::Identity, &b"short"[..]));
    assert!(!short.etag.ends_with(b"-br\""));
    // hashes do not compress
    let noise = (0..512_u64).flat_map(|at| xxhash_rust::xxh3::xxh3_64(&at.to_le_bytes()).to_le_bytes()).collect();
    let entry = cache.get_or_render(key("/noise", Encoding::Gzip), move || noise).await.unwrap();
    assert_eq!(entry.encoding, Encoding::Identity);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_cause_one_render() {
    static RENDERS: AtomicUsize = AtomicUsize::new(0);
    let cache = cache(1 << 20);
    let asked = (0..64).map(|_| {
        let cache = cache.clone();
        tokio::spawn(async move {
            let render = || {
                RENDERS.fetch_add(1, Relaxed);
                text()
            };
            cache.get_or_render(key("/one", Encoding::Gzip), render).await
        })
    });
    for answer in asked.collect::<Vec<_>>() {
        assert_eq!(decode(&answer.await.unwrap().unwrap()), text());
    }
    assert_eq!(RENDERS.load(Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_does_not_abort_the_fill() {
    let cache = cache(1 << 20);
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let first = cache.clone();
    let asking = tokio::spawn(async move {
        let render = move || {
            wait.recv().unwrap();
            text()
        };
        first.get_or_render(key("/slow", Encoding::Identity), render).await
    });
    while cache.counts(Kind::Answer).renders == 0 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    go.send(()).unwrap();
    let entry = cache.get_or_render(key("/slow", Encoding::Identity), || panic!("rendered twice")).await.unwrap();
    assert_eq!(&entry.bytes[..], &text()[..]);
}

#[tokio::test]
async fn a_panic_in_a_render_is_an_error_and_is_not_kept() {
    let cache = cache(1 << 20);
    let failed = cache.get_or_render(key("/p", Encoding::Gzip), || panic!("broken")).await;
    assert!(matches!(failed, Err(CacheError::Failed(_))), "{failed:?}");
    assert!(cache.get_or_render(key("/p", Encoding::Gzip), text).await.is_ok());
}

#[tokio::test]
async fn the_cache_is_bounded_in_bytes() {
    let cache = cache(20_000);
    for at in 0..50 {
        cache.get_or_render(key(&format!("/{at}"), Encoding::Identity), || vec![7; 1000]).await.unwrap();
        cache.settle().await;
        assert!(cache.bytes() <= 20_000);
    }
    assert!(cache.counts(Kind::Answer).evictions > 20);
}

#[tokio::test]
async fn answers_for_made_up_hosts_push_no_tile_out() {
    let cache = cache(80_000);
    let tile = || {
        let selection = Selection { layers: Vec::new(), indicators: Vec::new(), years: Years::Newest };
        Key::Tile(TileKey {
            release: "r1".into(),
            audience: Audience::Public,
            selection: Arc::new(selection),
            coord: TileCoord::new(0, 0, 0).unwrap(),
            format: TileFormat::Mvt,
            encoding: Encoding::Identity,
        })
    };
    cache.get_or_render(tile(), text).await.unwrap();
    for at in 0..200 {
        // asked for twice each: what is asked for once would not get in anyway
        for _ in 0..2 {
            let key = key(&format!("/{at}"), Encoding::Identity);
            cache.get_or_render(key, || vec![7; 1000]).await.unwrap();
            cache.settle().await;
        }
    }
    assert!(cache.bytes() < 80_000 / ANSWER_PARTS + 4000, "answers keep to their part: {}", cache.bytes());
    cache.get_or_render(tile(), || panic!("the tile is still there")).await.unwrap();
    assert_eq!(cache.counts(Kind::Tile).evictions, 0);
}

#[tokio::test]
async fn one_release_never_answers_for_another() {
    let cache = cache(1 << 20);
    let of = |release: &str| match key("/a", Encoding::Identity) {
        Key::Answer(answer) => Key::Answer(AnswerKey { release: release.into(), ..answer }),
        tile @ Key::Tile(_) => tile,
    };
    cache.get_or_render(of("r1"), || b"one".to_vec()).await.unwrap();
    let two = cache.get_or_render(of("r2"), || b"two".to_vec()).await.unwrap();
    assert_eq!(&two.bytes[..], b"two");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_work_than_may_wait_is_refused() {
    let cache = Cache::new(Limits { bytes: 1 << 20, render_concurrency: 1, waiting: 1 });
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let first = cache.clone();
    let asking = tokio::spawn(async move {
        let render = move || {
            wait.recv().unwrap();
            text()
        };
        first.get_or_render(key("/slow", Encoding::Identity), render).await
    });
    while cache.counts(Kind::Answer).renders == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(cache.get_or_render(key("/b", Encoding::Identity), text).await, Err(CacheError::Busy));
    go.send(()).unwrap();
    asking.await.unwrap().unwrap();
}
