//! The container of old Excel workbooks (MS-CFB), checked before anything is read out of it.
//!
//! A container is a file system in small: sectors in chains. A damaged or crafted one has chains that run in circles, and a
//! workbook may claim cells at its two far ends, for which the reader would reserve the whole range between. So the
//! workbook's stream is taken out here with every chain bounded, its records are looked through, and the reader gets the
//! stream in a new, plain container.

use std::path::Path;

use super::{MAX_CELLS, SheetError};

/// End of a chain (MS-CFB 2.1), and everything above that is no sector.
const NO_SECTOR: u32 = 0xffff_fffa;
const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;
const FAT: u32 = 0xffff_fffd;
/// Streams shorter than this lie in the small sectors (MS-CFB 2.2).
const SMALL: usize = 4096;
const HEADER_FATS: usize = 109;
const SECTOR: usize = 512;

/// A container with nothing in it but the checked workbook, and whether cells have notes.
pub(super) fn clean(path: &Path, bytes: &[u8]) -> Result<(Vec<u8>, bool), SheetError> {
    let damaged = |reason: &str| SheetError::Damaged {
        path: path.to_path_buf(),
        what: "an old Excel workbook",
        reason: reason.to_owned(),
    };
    let container = Container::open(bytes).ok_or_else(|| damaged("its container is broken"))?;
    if container.entry("EncryptedPackage").is_some() {
        return Err(SheetError::Password { path: path.to_path_buf() });
    }
    let entry = container.entry("Workbook").or_else(|| container.entry("Book"));
    let entry = entry.ok_or_else(|| SheetError::NoTable {
        path: path.to_path_buf(),
        what: "another file of an office program; open it and save the table as .xlsx",
    })?;
    let stream = container.stream(entry).ok_or_else(|| damaged("its workbook breaks off"))?;
    if claimed_cells(&stream) > MAX_CELLS {
        return Err(SheetError::TooManyCells { path: path.to_path_buf(), sheet: String::new(), claimed: true });
    }
    Ok((wrap(&stream), has_notes(&stream)))
}

struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    directory: Vec<u8>,
    mini_fat: Vec<u32>,
}

/// First sector and size in bytes.
#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    size: usize,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0))
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut container = Self { bytes, sector, fat: Vec::new(), directory: Vec::new(), mini_fat: Vec::new() };
        let sectors = bytes.len() / sector + 1;
        let mut fats: Vec<u32> = numbers(bytes.get(76..76 + 4 * HEADER_FATS)?).collect();
        // the list of the allocation table's sectors goes on in sectors of its own
        let mut next = u32_at(bytes, 68)?;
        let mut steps = 0;
        while next < NO_SECTOR && steps <= sectors {
            let mut more: Vec<u32> = numbers(container.sector_at(next)?).collect();
            next = more.pop()?;
            fats.extend(more);
            steps += 1;
        }
        for fat in fats.into_iter().filter(|fat| *fat < NO_SECTOR).take(sectors) {
            let table: Vec<u32> = numbers(container.sector_at(fat)?).collect();
            container.fat.extend(table);
        }
        container.directory = container.chain(u32_at(bytes, 48)?, usize::MAX)?;
        let mini = u32_at(bytes, 60)?;
        container.mini_fat = if mini < NO_SECTOR {
            let table = container.chain(mini, usize::MAX)?;
            numbers(&table).collect()
        } else {
            Vec::new()
        };
        Some(container)
    }

    /// A sector; a file that was cut off gives what there is of its last one.
    fn sector_at(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = (start + self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// The bytes of a chain; `None` if it runs in a circle or out of the file.
    fn chain(&self, start: u32, size: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let (mut id, mut steps) = (start, 0);
        while id < NO_SECTOR && bytes.len() < size {
            bytes.extend_from_slice(self.sector_at(id)?);
            steps += 1;
            if steps > self.fat.len() {
                return None;
            }
            id = *self.fat.get(id as usize)?;
        }
        bytes.truncate(size);
        Some(bytes)
    }

    /// The stream of this name (MS-CFB 2.6).
    fn entry(&self, name: &str) -> Option<Entry> {
        let wanted: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let found =
            self.directory.chunks_exact(128).find(|entry| entry.starts_with(&wanted) && entry.get(66) == Some(&2))?;
        Some(Entry { start: u32_at(found, 116)?, size: u32_at(found, 120)? as usize })
    }

    fn stream(&self, entry: Entry) -> Option<Vec<u8>> {
        if entry.size >= SMALL {
            return self.chain(entry.start, entry.size);
        }
        // the small sectors lie in the stream of the first entry of the directory
        let root = Entry { start: u32_at(&self.directory, 116)?, size: u32_at(&self.directory, 120)? as usize };
        let small = self.chain(root.start, root.size)?;
        let mut bytes = Vec::new();
        let (mut id, mut steps) = (entry.start, 0);
        while id < NO_SECTOR && bytes.len() < entry.size {
            let start = id as usize * 64;
            bytes.extend_from_slice(small.get(start..(start + 64).min(small.len()))?);
            steps += 1;
            if steps > self.mini_fat.len() {
                return None;
            }
            id = *self.mini_fat.get(id as usize)?;
        }
        bytes.truncate(entry.size);
        Some(bytes)
    }
}

/// Records of a workbook stream from a place on: kind and data (MS-XLS 2.1.4).
fn records(stream: &[u8], from: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = from;
    std::iter::from_fn(move || {
        let kind = u16_at(stream, at)?;
        let size = usize::from(u16_at(stream, at + 2)?);
        let data = stream.get(at + 4..at + 4 + size)?;
        at += 4 + size;
        Some((kind, data))
    })
}

/// Whether a sheet has a record of a note (NOTE, MS-XLS 2.4.179).
fn has_notes(stream: &[u8]) -> bool {
    sheets(stream).into_iter().any(|from| {
        let of_sheet = records(stream, from).skip(1).take_while(|(kind, _)| *kind != 0x000a);
        of_sheet.into_iter().any(|(kind, _)| kind == 0x001c)
    })
}

/// Cells of the ranges that the sheets span or say that they span: what a reader will reserve.
fn claimed_cells(stream: &[u8]) -> usize {
    sheets(stream).into_iter().map(|from| claimed_by_sheet(stream, from)).fold(0, usize::saturating_add)
}

/// Where the sheets begin (`BoundSheet8`, MS-XLS 2.4.28).
fn sheets(stream: &[u8]) -> Vec<usize> {
    records(stream, 0)
        .take_while(|(kind, _)| *kind != 0x000a)
        .filter(|(kind, _)| *kind == 0x0085)
        .filter_map(|(_, data)| Some(u32_at(data, 0)? as usize))
        .collect()
}

fn claimed_by_sheet(stream: &[u8], from: usize) -> usize {
    let (mut rows, mut columns) = ((usize::MAX, 0), (usize::MAX, 0));
    let (mut claimed, mut depth) = (0_usize, 0_usize);
    let span = |(least, most): &mut (usize, usize), place: usize| {
        *least = place.min(*least);
        *most = place.max(*most);
    };
    for (kind, data) in records(stream, from) {
        match kind {
            0x0809 => depth += 1,
            0x000a if depth <= 1 => break,
            0x000a => depth -= 1,
            // DIMENSIONS: first row, row behind the last, first column, column behind the last
            0x0200 => {
                let wide = data.len() >= 14;
                let size = |at: usize| if wide { u32_at(data, at * 4) } else { u16_at(data, at * 2).map(u32::from) };
                let ends = if wide { (u16_at(data, 8), u16_at(data, 10)) } else { (u16_at(data, 4), u16_at(data, 6)) };
                if let (Some(first), Some(end), (Some(left), Some(right))) = (size(0), size(1), ends) {
                    let high = (end.wrapping_sub(first)) as usize;
                    let broad = usize::from(right.wrapping_sub(left));
                    claimed = claimed.saturating_add(high.saturating_add(1).saturating_mul(broad.saturating_add(1)));
                }
            }
            // the records of cells begin with row and column; two of them with the first of several columns
            0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x00bd | 0x0006 => {
                let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                let several = if kind == 0x00bd { data.len() / 6 } else { 0 };
                span(&mut rows, usize::from(row));
                span(&mut columns, usize::from(column));
                span(&mut columns, usize::from(column) + several);
            }
            _ => {}
        }
    }
    let length = |(least, most): (usize, usize)| if least > most { 0 } else { most - least + 1 };
    claimed.max(length(rows).saturating_mul(length(columns)))
}

/// A container of version 3 with one stream, "Workbook".
fn wrap(stream: &[u8]) -> Vec<u8> {
    let sectors = |bytes: usize| bytes.div_ceil(SECTOR);
    let stream_sectors = sectors(stream.len().max(SMALL));
    // one sector of the table stands for 128 sectors, those of the table and of the directory among them
    let mut fats = 1;
    while fats * 128 < stream_sectors + 1 + fats {
        fats += 1;
    }
    let lists = fats.saturating_sub(HEADER_FATS).div_ceil(127);
    while fats * 128 < stream_sectors + 1 + fats + lists {
        fats += 1;
    }
    let lists = fats.saturating_sub(HEADER_FATS).div_ceil(127);
    let id = |number: usize| u32::try_from(number).unwrap_or(FREE);
    // order: stream, directory, table, list of the table
    let (directory, table, list) = (stream_sectors, stream_sectors + 1, stream_sectors + 1 + fats);
    let mut out = vec![0_u8; SECTOR];
    let mut put = |at: usize, bytes: &[u8]| {
        if let Some(place) = out.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    };
    put(0, &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    put(24, &[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    put(44, &id(fats).to_le_bytes());
    put(48, &id(directory).to_le_bytes());
    put(56, &4096_u32.to_le_bytes());
    put(60, &END.to_le_bytes());
    put(68, &if lists > 0 { id(list) } else { END }.to_le_bytes());
    put(72, &id(lists).to_le_bytes());
    for slot in 0..HEADER_FATS {
        let sector = if slot < fats { id(table + slot) } else { FREE };
        put(76 + 4 * slot, &sector.to_le_bytes());
    }
    out.extend_from_slice(stream);
    out.resize(SECTOR * (1 + stream_sectors), 0);
    let mut entry = |name: &str, kind: u8, child: u32, start: u32, size: usize| {
        let mut bytes = [0_u8; 128];
        let units: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes[..units.len()].copy_from_slice(&units);
        bytes[64..66].copy_from_slice(&u16::try_from(units.len()).unwrap_or(0).to_le_bytes());
        (bytes[66], bytes[67]) = (kind, 1);
        bytes[68..72].copy_from_slice(&FREE.to_le_bytes());
        bytes[72..76].copy_from_slice(&FREE.to_le_bytes());
        bytes[76..80].copy_from_slice(&child.to_le_bytes());
        bytes[116..120].copy_from_slice(&start.to_le_bytes());
        bytes[120..124].copy_from_slice(&id(size).to_le_bytes());
        out.extend_from_slice(&bytes);
    };
    entry("Root Entry", 5, 1, END, 0);
    entry("Workbook", 2, FREE, 0, stream.len().max(SMALL));
    out.resize(SECTOR * (2 + stream_sectors), 0);
    for sector in 0..fats * 128 {
        let next = match sector {
            _ if sector + 1 < stream_sectors => id(sector + 1),
            _ if sector + 1 == stream_sectors || sector == directory => END,
            _ if sector < list => FAT,
            _ if sector < list + lists => 0xffff_fffc,
            _ => FREE,
        };
        out.extend_from_slice(&next.to_le_bytes());
    }
    for sector in 0..lists {
        for slot in 0..127 {
            let number = HEADER_FATS + sector * 127 + slot;
            let fat = if number < fats { id(table + number) } else { FREE };
            out.extend_from_slice(&fat.to_le_bytes());
        }
        let next = if sector + 1 < lists { id(list + sector + 1) } else { END };
        out.extend_from_slice(&next.to_le_bytes());
    }
    out
}
