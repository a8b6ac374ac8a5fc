//! The bundled atlas, carried inside the binary: what `kreisel serve` shows outside any atlas.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use rust_embed::RustEmbed;

const ATLAS: &str = include_str!("../atlas.toml");

#[derive(RustEmbed)]
#[folder = "layers/"]
struct Layers;

#[derive(RustEmbed)]
#[folder = "indicators/"]
struct Indicators;

#[derive(RustEmbed)]
#[folder = "styles/"]
struct Styles;

#[derive(RustEmbed)]
#[folder = "data/"]
struct Data;

/// Writes the bundled atlas into a folder, which may exist.
///
/// # Errors
/// If a file cannot be written.
pub fn unpack(into: &Path) -> io::Result<()> {
    std::fs::create_dir_all(into)?;
    std::fs::write(into.join("atlas.toml"), ATLAS)?;
    unpack_folder::<Layers>(&into.join("layers"))?;
    unpack_folder::<Indicators>(&into.join("indicators"))?;
    unpack_folder::<Styles>(&into.join("styles"))?;
    unpack_folder::<Data>(&into.join("data"))
}

fn unpack_folder<Folder: RustEmbed>(into: &Path) -> io::Result<()> {
    std::fs::create_dir_all(into)?;
    for name in Folder::iter() {
        let Some(file) = Folder::get(&name) else { continue };
        let path = into.join(name.as_ref());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let bytes: Cow<'static, [u8]> = file.data;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
