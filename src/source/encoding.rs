//! Encodings of attribute texts: the label in a `.cpg` file or the code page byte of a `.dbf` → decoded text.
//!
//! Labels are read as generously as GIS programs write them (`ANSI 1252`, `88591`, `utf_8`, `cp850` …). The DOS
//! code pages 437 and 850, which old German files use, are not in the web's encoding standard and stand here.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, IBM866, KOI8_R, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
};

/// How bytes become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextEncoding {
    /// An encoding of the web's encoding standard.
    Web(&'static Encoding),
    /// A DOS code page: ASCII below, a table above.
    Dos(&'static DosCodePage),
}

/// A DOS code page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DosCodePage {
    name: &'static str,
    /// The characters of the bytes 0x80 to 0xFF, in order.
    upper: &'static str,
}

/// IBM code page 437 (United States), from unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP437.TXT.
pub(super) static CP437: DosCodePage = DosCodePage {
    name: "cp437",
    upper: "\
     ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
};

/// IBM code page 850 (Western Europe), from unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP850.TXT.
pub(super) static CP850: DosCodePage = DosCodePage {
    name: "cp850",
    upper: "\
     ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
     └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
};

impl TextEncoding {
    /// UTF-8.
    pub(super) const UTF_8: Self = Self::Web(UTF_8);
    /// Windows-1252, what German Windows programs mean by "ANSI".
    pub(super) const WINDOWS_1252: Self = Self::Web(WINDOWS_1252);

    /// The encoding that a label names.
    pub(super) fn for_label(label: &str) -> Option<Self> {
        let label = label.trim().trim_matches(['"', '\0', '\u{feff}']).trim();
        let reduced: String =
            label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let digits = ["ansi", "oem", "cp", "ibm", "windows", "win", "dos", "iso"]
            .iter()
            .find_map(|prefix| reduced.strip_prefix(prefix).filter(|rest| !rest.is_empty()))
            .unwrap_or(&reduced);
        match digits {
            "utf8" | "65001" => return Some(Self::UTF_8),
            "437" => return Some(Self::Dos(&CP437)),
            "850" | "858" => return Some(Self::Dos(&CP850)),
            "866" => return Some(Self::Web(IBM866)),
            "874" => return Some(Self::Web(WINDOWS_874)),
            "koi8r" => return Some(Self::Web(KOI8_R)),
            "932" | "shiftjis" => return Some(Self::Web(SHIFT_JIS)),
            "936" => return Some(Self::Web(GBK)),
            "949" => return Some(Self::Web(EUC_KR)),
            "950" => return Some(Self::Web(BIG5)),
            "latin1" | "ansi" => return Some(Self::WINDOWS_1252),
            _ => {}
        }
        let spelled = match digits.as_bytes() {
            [b'1', b'2', b'5', _] => format!("windows-{digits}"),
            [b'8', b'8', b'5', b'9', part @ ..] => format!("iso-8859-{}", String::from_utf8_lossy(part)),
            _ => label.replace(['_', ' '], "-"),
        };
        Encoding::for_label(spelled.as_bytes()).or_else(|| Encoding::for_label(reduced.as_bytes())).map(Self::Web)
    }

    /// The encoding that byte 29 of a `.dbf`, the language driver, names; `None` where it says nothing.
    ///
    /// Source: Esri, "Code pages in shapefile .dbf files", and the dBase language driver list.
    pub(super) fn for_language_driver(byte: u8) -> Option<Self> {
        Some(match byte {
            0x01 | 0x09 | 0x0B | 0x0D | 0x0F | 0x11 | 0x15 | 0x18 | 0x19 | 0x1B => Self::Dos(&CP437),
            0x02 | 0x0A | 0x0E | 0x10 | 0x12 | 0x14 | 0x16 | 0x1A | 0x1D | 0x25 | 0x37 => Self::Dos(&CP850),
            0x03 | 0x57 | 0x58 | 0x59 => Self::WINDOWS_1252,
            0x04 => Self::Web(MACINTOSH),
            0x13 | 0x7B => Self::Web(SHIFT_JIS),
            0x26 | 0x65 => Self::Web(IBM866),
            0x4D | 0x7A => Self::Web(GBK),
            0x4E | 0x79 => Self::Web(EUC_KR),
            0x4F | 0x78 => Self::Web(BIG5),
            0x50 | 0x7C => Self::Web(WINDOWS_874),
            0x7D => Self::Web(WINDOWS_1255),
            0x7E => Self::Web(WINDOWS_1256),
            0xC8 => Self::Web(WINDOWS_1250),
            0xC9 => Self::Web(WINDOWS_1251),
            0xCA => Self::Web(WINDOWS_1254),
            0xCB => Self::Web(WINDOWS_1253),
            0xCC => Self::Web(WINDOWS_1257),
            _ => return None,
        })
    }

    /// Its usual name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Dos(page) => page.name,
        }
    }

    /// Whether a text of another encoding can be valid here by accident only rarely.
    pub(super) fn is_single_byte(self) -> bool {
        match self {
            Self::Web(encoding) => encoding.is_single_byte(),
            Self::Dos(_) => true,
        }
    }

    /// The text of some bytes; what makes no sense becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        if bytes.is_ascii() && self != Self::Web(encoding_rs::UTF_16LE) && self != Self::Web(encoding_rs::UTF_16BE) {
            return String::from_utf8_lossy(bytes);
        }
        match self {
            Self::Web(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Self::Dos(page) => {
                let upper: Vec<char> = page.upper.chars().collect();
                let letter = |byte: &u8| match byte {
                    0..0x80 => char::from(*byte),
                    _ => upper.get(usize::from(*byte) - 0x80).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
                };
                Cow::Owned(bytes.iter().map(letter).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_understood_as_gis_programs_write_them() {
        let cases = [
            ("UTF-8", "UTF-8"),
            ("utf_8", "UTF-8"),
            ("UTF8\r\n", "UTF-8"),
            ("65001", "UTF-8"),
            ("1252", "windows-1252"),
            ("ANSI 1252", "windows-1252"),
            ("windows-1252", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("ISO 8859-1", "windows-1252"),
            ("88591", "windows-1252"),
            ("LATIN1", "windows-1252"),
            ("ISO-8859-15", "ISO-8859-15"),
            ("885915", "ISO-8859-15"),
            ("cp850", "cp850"),
            ("OEM 850", "cp850"),
            ("437", "cp437"),
            ("1250", "windows-1250"),
            ("Big5", "Big5"),
            ("SHIFT_JIS", "Shift_JIS"),
            ("KOI8-R", "KOI8-R"),
            ("koi8r", "KOI8-R"),
            ("shiftjis", "Shift_JIS"),
            ("EUC-KR", "EUC-KR"),
        ];
        for (label, name) in cases {
            assert_eq!(TextEncoding::for_label(label).map(TextEncoding::name), Some(name), "{label}");
        }
        assert_eq!(TextEncoding::for_label("<!DOCTYPE html>"), None);
        assert_eq!(TextEncoding::for_label(""), None);
    }

    #[test]
    fn umlauts_survive_the_dos_code_pages() {
        for page in [&CP437, &CP850] {
            assert_eq!(page.upper.chars().count(), 128);
            assert_eq!(TextEncoding::Dos(page).decode(b"M\x81nster, H\x84u\xe1ling\x94"), "Münster, Häußlingö");
        }
    }

    #[test]
    fn language_drivers_of_arcgis_and_old_dbase_are_known() {
        let name = |byte| TextEncoding::for_language_driver(byte).map(TextEncoding::name);
        assert_eq!(name(0x57), Some("windows-1252"));
        assert_eq!(name(0x03), Some("windows-1252"));
        assert_eq!(name(0x1B), Some("cp437"));
        assert_eq!(name(0x02), Some("cp850"));
        assert_eq!(name(0x00), None);
    }
}
