//! A tile out of somebody else's archive → MapLibre Tile, alone and behind a layer of our own.
//!
//! Promise: a refusal, or a tile that `mlt-core` reads again with the same layers, the same features by id and number of vertices;
//! the same bytes twice; and what is put behind our own layer gives that layer unchanged.

use std::sync::OnceLock;

use fast_mvt::MvtReaderRef;
use geo::CoordsIter;
use kreisel::geo::{Polygon, Ring};
use kreisel::tile::encode::{LayerEncoder, TagValue};
use kreisel::tile::geometry::TileShape;
use kreisel::tile::{Unit, mlt};
use mlt_core::{Decoder, Layer, Parser};

/// Runs one input: the unpacked bytes of a vector tile.
pub(crate) fn run(input: &[u8]) {
    let alone = mlt::from_mvt(input);
    if let Ok(alone) = &alone {
        assert_eq!(read_mlt(alone), read_mvt(input), "both formats say the same");
        assert_eq!(mlt::from_mvt(input).ok().as_ref(), Some(alone), "same input, same bytes");
    }
    // as `http` puts layers and an archive together
    let together = [own(), input].concat();
    if let Ok(together) = mlt::from_mvt(&together) {
        let before = mlt::from_mvt(own()).expect("our own layer can be converted");
        assert!(together.starts_with(&before), "our own layer is as it was");
        assert_eq!(together.get(before.len()..), alone.as_deref().ok(), "and so is theirs");
    }
}

/// Name, extent and of a layer's features the ids and numbers of vertices.
type Gist = (String, u32, Vec<(Option<u64>, usize)>);

fn read_mvt(bytes: &[u8]) -> Vec<Gist> {
    let reader = MvtReaderRef::new(bytes).expect("was read before");
    let layers = reader.layers().map(|layer| {
        let features = layer.features().map(|feature| {
            let geometry = feature.geometry().expect("was read before");
            (feature.id(), geometry.coords_count())
        });
        // MLT cannot say that there is nothing to draw
        let drawn = features.filter(|(_, vertices)| *vertices > 0);
        (layer.name().to_owned(), layer.extent(), drawn.collect())
    });
    // nor has it layers without features, and MVT 2.1 §4.1 wants none
    layers.filter(|(_, _, features): &Gist| !features.is_empty()).collect()
}

fn read_mlt(bytes: &[u8]) -> Vec<Gist> {
    // as much as a browser would take; the default is less than a layer of many attributes needs
    let mut decoder = Decoder::with_max_size(1 << 30);
    let layers = Parser::default().parse_layers(bytes).expect("is a MapLibre Tile").into_iter().map(|layer| {
        let Layer::Tag01(layer) = layer else { panic!("clients know layers of tag 1 only") };
        let rows = layer.into_tile(&mut decoder).expect("its columns can be read");
        let features = rows.features().iter().map(|row| (row.id(), row.geometry().coords_count()));
        (rows.name().to_owned(), rows.extent().get(), features.collect())
    });
    layers.collect()
}

/// A layer of two squares.
fn own() -> &'static [u8] {
    static OWN: OnceLock<Vec<u8>> = OnceLock::new();
    OWN.get_or_init(|| {
        let mut encoder = LayerEncoder::new("own", 4096);
        for (id, side) in [(1, 100), (2, 900)] {
            let corners = [(0, 0), (side, 0), (side, side), (0, side)];
            let exterior: Ring<Unit> = corners.into_iter().map(|(x, y)| Unit { x, y }).collect();
            let shape = TileShape::Polygons(vec![Polygon { exterior, holes: Vec::new() }]);
            encoder.add_shape(id, &shape, [("name", TagValue::Text("Soltau")), ("cases", TagValue::Integer(7))]);
        }
        encoder.finish()
    })
}
