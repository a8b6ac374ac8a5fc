//! Coordinate reference systems: an EPSG code or a `.prj` text → a way to [`LonLat`].
//!
//! In: a code (`EPSG:25832`, a URN, an OGC URI) or well-known text (ESRI, OGC/GDAL WKT 1, WKT 2), parsed
//! and never searched for substrings. Out: longitude and latitude in degrees. Coordinates always come
//! east first, as every file format here stores them, whatever axis order the authority declares.
//!
//! Order of trust for a WKT: the EPSG code of its root, then a name we know (if its parameters do not
//! contradict), then its parameters; anything else is refused by name. A text without a datum shift is
//! never taken as "no shift": DHDN without one is 170 m off.
//!
//! **Accuracy.** Systems on ETRS89 and WGS 84 agree with PROJ to far below a centimetre. ETRS89 is taken
//! as WGS 84, as EPSG:1149 and PROJ do. DHDN (EPSG:31466–31469, 4314) takes the same seven-parameter shift
//! as PROJ does without grid files, position by position (module `dhdn`), and agrees with it to a
//! centimetre. The shifts themselves are rated by their publisher at 3 m in the west and 2 m in the east.
//! Towards ETRS89 instead of WGS 84 PROJ has regional operations of 0.1 to 1 m (EPSG:1778–1782), and with
//! the grid `BeTA2007` of centimetres. Data that need this come in EPSG:25832.

mod code;
mod dhdn;
mod projection;
mod wkt;

use crate::message;
use crate::report::Message;
use std::fmt;
use std::sync::{Arc, LazyLock};

use proj4rs::Proj;

use super::{Bounds, LonLat, Mercator, Position};
use code::Datum;
use dhdn::East;

/// Geographic WGS 84, where every way ends.
static WGS84: LazyLock<Arc<Proj>> = LazyLock::new(|| {
    let wgs84 = Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs");
    Arc::new(wgs84.expect("the definition of WGS 84 is valid"))
});

/// A coordinate reference system. Two are equal if their definitions are.
#[derive(Clone)]
pub struct Crs {
    name: String,
    code: Option<u16>,
    definition: String,
    datum: Datum,
    way: Way,
    /// On DHDN: where and how positions take the other shift.
    east: Option<Arc<East>>,
}

/// How coordinates become degrees.
#[derive(Clone)]
enum Way {
    /// They are degrees already.
    Degrees,
    /// EPSG:3857, whose formula the program has anyway.
    WebMercator,
    /// Degrees on another datum: only the shift is left.
    Shifted(Arc<Proj>),
    /// A map projection, and the geographic system it ends in.
    Projected(Arc<Proj>, Arc<Proj>),
}

/// Why a CRS cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrsError {
    /// The text is no code.
    NotACode {
        /// What was given.
        text: String,
    },
    /// The code is not in the table.
    UnknownCode {
        /// What was given.
        code: String,
    },
    /// The text is no well-known text.
    NotWkt {
        /// What was met.
        reason: String,
    },
    /// The projection method has no implementation here.
    UnknownMethod {
        /// The CRS's name.
        name: String,
        /// The method's name.
        method: String,
    },
    /// It is not known how the datum lies towards WGS 84.
    UnknownDatum {
        /// The CRS's name.
        name: String,
        /// The datum's name.
        datum: String,
    },
    /// The parameters make no sense together.
    BadParameters {
        /// The CRS's name.
        name: String,
        /// The parameters as PROJ writes them.
        definition: String,
        /// What is wrong with them.
        reason: String,
    },
    /// A position lies where the CRS does not reach.
    Outside {
        /// The CRS's name.
        crs: String,
        /// The position as it was given.
        position: String,
    },
}

impl CrsError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        match self {
            Self::NotACode { text } => message!("\"{text}\" is no code of a CRS; write it as \"EPSG:25832\"", text),
            Self::UnknownCode { code } => {
                message!("EPSG:{code} is not a CRS with two horizontal axes that this program knows", code)
            }
            Self::NotWkt { reason } => message!("not a well-known text: {reason}", reason),
            Self::UnknownMethod { name, method } => message!(
                "CRS \"{name}\" uses the unknown projection method \"{method}\"; if it has an EPSG code, set `crs = \"EPSG:…\"` in the layer file",
                name,
                method
            ),
            Self::UnknownDatum { name, datum } => message!(
                "CRS \"{name}\" is on the datum \"{datum}\" and does not say how to get from there to WGS 84; if it has an EPSG code, set `crs = \"EPSG:…\"` in the layer file",
                name,
                datum
            ),
            Self::BadParameters { name, definition, reason } => message!(
                "CRS \"{name}\" cannot be set up from \"{definition}\": {reason}; if it has an EPSG code, set `crs = \"EPSG:…\"` in the layer file",
                name,
                definition,
                reason
            ),
            Self::Outside { crs, position } => message!("{position} lies outside of {crs}", position, crs),
        }
    }
}

impl fmt::Display for CrsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for CrsError {}

impl Crs {
    /// Longitude and latitude on WGS 84: what GeoJSON means when it says nothing.
    #[must_use]
    pub fn wgs84() -> Self {
        Self {
            name: "EPSG:4326".to_owned(),
            code: Some(4326),
            definition: "+proj=longlat +datum=WGS84 +no_defs".to_owned(),
            datum: Datum::Wgs84,
            way: Way::Degrees,
            east: None,
        }
    }

    /// Reads `EPSG:25832`, `25832`, `urn:ogc:def:crs:EPSG::25832`, `http://www.opengis.net/def/crs/EPSG/0/25832`
    /// and the OGC spellings of CRS84.
    ///
    /// # Errors
    /// If the text is no code or the code is not known.
    pub fn from_code(text: &str) -> Result<Self, CrsError> {
        Self::from_epsg(code::parse(text)?)
    }

    /// Looks up an EPSG code.
    fn from_epsg(code: u16) -> Result<Self, CrsError> {
        let known = code::lookup(code)?;
        Self::from_definition(format!("EPSG:{code}"), Some(code), known.definition, known.datum)
    }

    /// Reads the text of a `.prj` file.
    ///
    /// # Errors
    /// If the text is no WKT, or describes what this program has no way from.
    pub fn from_wkt(text: &str) -> Result<Self, CrsError> {
        let root = wkt::parse(text).map_err(|reason| CrsError::NotWkt { reason })?;
        let root = projection::horizontal(&root);
        if let Some(code) = projection::epsg_code(root) {
            // a code we do not know is not the end: the parameters may still say it
            if let Ok(crs) = Self::from_epsg(code) {
                return Ok(crs);
            }
        }
        let by_name = code::by_name(root.name()).and_then(|code| Self::from_epsg(code).ok());
        let by_parameters = projection::to_definition(root).and_then(|definition| {
            Self::from_definition(root.name().to_owned(), None, definition.text, definition.datum)
        });
        match (by_name, by_parameters) {
            (Some(named), Ok(described)) if described.agrees_with(&named) => Ok(named),
            // a name is a habit (WGS_1984_UTM_Zone_32N with a zone-prefixed easting), the parameters are the fact
            (_, Ok(described)) => Ok(described.recognised().unwrap_or(described)),
            (Some(named), Err(_)) => Ok(named),
            (None, Err(error)) => Err(error),
        }
    }

    fn from_definition(name: String, code: Option<u16>, definition: String, datum: Datum) -> Result<Self, CrsError> {
        let set_up = |text: &str| {
            Proj::from_proj_string(text).map(Arc::new).map_err(|error| CrsError::BadParameters {
                name: name.clone(),
                definition: definition.clone(),
                reason: error.to_string(),
            })
        };
        let way = match (definition.as_str(), datum) {
            _ if definition.contains("+proj=webmerc") => Way::WebMercator,
            (text, Datum::Wgs84 | Datum::Etrs89) if text.starts_with("+proj=longlat") && !text.contains("+pm=") => {
                Way::Degrees
            }
            (text, _) if text.starts_with("+proj=longlat") => Way::Shifted(set_up(text)?),
            // without a shift to compute the way ends on the CRS's own ellipsoid: ETRS89 is taken as WGS 84
            (text, Datum::Etrs89) => {
                Way::Projected(set_up(text)?, set_up("+proj=longlat +ellps=GRS80 +towgs84=0,0,0 +no_defs")?)
            }
            (text, _) => Way::Projected(set_up(text)?, WGS84.clone()),
        };
        if let Way::Projected(projection, _) = &way
            && !projection.has_inverse()
        {
            let reason = "the projection has no inverse".to_owned();
            return Err(CrsError::BadParameters { name, definition, reason });
        }
        let east = East::of(code, &definition).map(Arc::new);
        Ok(Self { name, code, definition, datum, way, east })
    }

    /// `EPSG:25832`, or the name in the WKT where it has no code.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The EPSG code, if it was given or recognised.
    #[must_use]
    pub fn epsg(&self) -> Option<u16> {
        self.code
    }

    /// Whether coordinates are degrees.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        matches!(self.way, Way::Degrees | Way::Shifted(_))
    }

    /// Where the CRS is meant to be used, if it is a regional one. Generous: it tells a mix-up, not a border.
    ///
    /// Source: EPSG area of use 1298 ("Europe – ETRF by country"), with Iceland and the Azores added.
    #[must_use]
    pub fn area(&self) -> Option<Bounds<LonLat>> {
        self.datum.is_european().then(|| Bounds::between(LonLat::from_xy(-35.6, 24.6), LonLat::from_xy(44.9, 84.8)))
    }

    /// The same UTM grid with the zone number in front of the easting, as in EPSG:4647, if `easting_m` has one
    /// and this CRS does not expect it.
    #[must_use]
    pub fn with_zone_prefix(&self, easting_m: f64) -> Option<Self> {
        let zone = code::utm_zone(self.code?)?;
        let prefix = (easting_m / 1e6).floor();
        if !(f64::from(zone) - 1.0..=f64::from(zone) + 1.0).contains(&prefix) {
            return None;
        }
        let ellipsoid = if self.datum == Datum::Wgs84 { "WGS84" } else { "GRS80" };
        let (meridian, easting) = (prefix * 6.0 - 183.0, prefix * 1e6 + 5e5);
        let definition = format!(
            "+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9996 +x_0={easting} +y_0=0 +ellps={ellipsoid} +towgs84=0,0,0 +units=m +no_defs"
        );
        let name = format!("UTM zone {prefix}N with zone-prefixed easting");
        Self::from_definition(name, None, definition, self.datum).ok()
    }

    /// Longitude and latitude of a position, east first.
    ///
    /// # Errors
    /// If a coordinate is not a number, or lies where the projection has no inverse or beyond the poles.
    pub fn to_lon_lat(&self, x: f64, y: f64) -> Result<LonLat, CrsError> {
        let position = match &self.way {
            Way::Degrees => Some(LonLat::from_xy(x, y)),
            Way::WebMercator => Some(Mercator { x, y }.to_lon_lat()),
            Way::Shifted(from) => transform(self.system_at(from, x, y), &WGS84, x.to_radians(), y.to_radians()),
            Way::Projected(from, to) => transform(self.system_at(from, x, y), to, x, y),
        };
        position
            .filter(|position| is_on_earth(*position))
            .ok_or_else(|| CrsError::Outside { crs: self.name.clone(), position: format!("{x} / {y}") })
    }

    /// The system of German deliveries that has the same parameters under another name.
    fn recognised(&self) -> Option<Self> {
        let candidates = code::usual_on(self.datum).iter().filter_map(|code| Self::from_epsg(*code).ok());
        candidates.into_iter().find(|candidate| self.agrees_with(candidate))
    }

    /// Whether both put the same coordinates in the same place, to a decimetre, around the middle of Germany.
    fn agrees_with(&self, other: &Self) -> bool {
        const DECIMETRE_DEG: f64 = 1e-6;
        let samples = [(10.5, 51.0), (7.0, 48.0), (13.0, 54.0)];
        // which parts of DHDN take the other shift depends on the code, and a text may be here to find it
        let usual = Self { east: None, ..self.clone() };
        samples.iter().all(|(lon, lat)| {
            let Some((x, y)) = other.project(LonLat::from_xy(*lon, *lat)) else { return false };
            usual.to_lon_lat(x, y).is_ok_and(|back| {
                (back.lon_deg - lon).abs() < 2.0 * DECIMETRE_DEG && (back.lat_deg - lat).abs() < DECIMETRE_DEG
            })
        })
    }

    /// The system with the shift that a position takes: `usual` everywhere but in the east on DHDN.
    fn system_at<'a>(&'a self, usual: &'a Proj, x: f64, y: f64) -> &'a Proj {
        self.east.as_ref().filter(|east| east.takes(x, y)).map_or(usual, |east| &east.system)
    }

    /// The inverse of [`Crs::to_lon_lat`], with the usual shift.
    fn project(&self, position: LonLat) -> Option<(f64, f64)> {
        let (lon, lat) = (position.lon_deg.to_radians(), position.lat_deg.to_radians());
        match &self.way {
            Way::Degrees => Some((position.lon_deg, position.lat_deg)),
            Way::WebMercator => Some((position.to_mercator().x, position.to_mercator().y)),
            Way::Shifted(proj) => transform(&WGS84, proj, lon, lat).map(|to| (to.lon_deg, to.lat_deg)),
            Way::Projected(proj, geographic) => {
                let mut point = (lon, lat, 0.0);
                proj4rs::transform::transform(geographic, proj, &mut point).ok()?;
                Some((point.0, point.1))
            }
        }
    }
}

/// To a geographic system; proj4rs counts angles in radians on both sides.
fn transform(from: &Proj, to: &Proj, x: f64, y: f64) -> Option<LonLat> {
    let mut point = (x, y, 0.0);
    proj4rs::transform::transform(from, to, &mut point).ok()?;
    Some(LonLat::from_xy(point.0.to_degrees(), point.1.to_degrees()))
}

fn is_on_earth(position: LonLat) -> bool {
    // a hair beyond ±180 comes out of rounding, and the date line itself is a legal border
    position.lon_deg.abs() <= 180.000_001 && position.lat_deg.abs() <= 90.000_001
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crs({}: {})", self.name, self.definition)
    }
}

impl PartialEq for Crs {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code && self.definition == other.definition
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_shareable<T: Send + Sync + Clone + 'static>() {}

    #[test]
    fn a_crs_can_be_shared_between_threads() {
        assert_shareable::<Crs>();
    }

    #[test]
    fn all_spellings_of_a_code_mean_the_same() {
        let spellings = [
            "EPSG:25832",
            "epsg:25832",
            " 25832 ",
            "urn:ogc:def:crs:EPSG::25832",
            "urn:ogc:def:crs:EPSG:9.9.1:25832",
            "urn:x-ogc:def:crs:EPSG:25832",
            "http://www.opengis.net/def/crs/EPSG/0/25832",
            "https://www.opengis.net/def/crs/EPSG/0/25832",
        ];
        for text in spellings {
            assert_eq!(Crs::from_code(text).map(|crs| crs.name().to_owned()), Ok("EPSG:25832".to_owned()), "{text}");
        }
        assert_eq!(Crs::from_code("urn:ogc:def:crs:OGC:1.3:CRS84"), Ok(Crs::wgs84()));
        assert_eq!(Crs::from_code("EPSG:4326"), Ok(Crs::wgs84()));
    }

    #[test]
    fn what_is_no_code_is_refused_with_an_example() {
        for text in ["", "UTM32", "EPSG:", "EPSG:abc", "urn:ogc:def:crs:ESRI::102100"] {
            assert_eq!(Crs::from_code(text), Err(CrsError::NotACode { text: text.to_owned() }));
        }
        assert_eq!(Crs::from_code("EPSG:99999999"), Err(CrsError::UnknownCode { code: "99999999".to_owned() }));
        assert_eq!(Crs::from_code("1"), Err(CrsError::UnknownCode { code: "1".to_owned() }));
    }

    #[test]
    fn no_code_of_the_table_panics_or_lacks_a_datum() {
        let usable = (0..=u16::MAX).filter_map(|code| Crs::from_epsg(code).ok());
        let with_position = usable.filter(|crs| crs.to_lon_lat(500_000.0, 5_800_000.0).is_ok()).count();
        assert!(with_position > 1000, "only {with_position} codes give a position");
    }

    #[test]
    fn a_datum_without_a_known_shift_is_refused_by_name() {
        let text = r#"PROJCS["Beijing_1954_3_Degree_GK_CM_114E",GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",
            SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],
            PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["Central_Meridian",114.0],UNIT["Meter",1.0]]"#;
        let error = Crs::from_wkt(text).expect_err("the shift is not known");
        assert_eq!(
            error.to_string(),
            "CRS \"Beijing_1954_3_Degree_GK_CM_114E\" is on the datum \"D_Beijing_1954\" and does not say how to get \
             from there to WGS 84; if it has an EPSG code, set `crs = \"EPSG:…\"` in the layer file"
        );
    }

    /// ETRS89 / UTM zone 32N as old GDAL writes it, with what stands for the datum shift and a name of choice.
    fn utm32(name: &str, shift: &str) -> String {
        format!(
            r#"PROJCS["{name}",GEOGCS["ETRS89",DATUM["European_Terrestrial_Reference_System_1989",SPHEROID["GRS 1980",6378137,298.257222101]{shift}],
            PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],
            PARAMETER["central_meridian",9],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]"#
        )
    }

    #[test]
    fn a_system_under_another_name_is_recognised_by_its_parameters() {
        for shift in ["", ",TOWGS84[0,0,0,0,0,0,0]"] {
            let crs = Crs::from_wkt(&utm32("Landkreis UTM", shift)).expect("is read");
            assert_eq!(crs, Crs::from_code("EPSG:25832").expect("known"), "{shift}");
        }
        let shifted = Crs::from_wkt(&utm32("Landkreis UTM", ",TOWGS84[100,0,0]")).expect("is read");
        assert_eq!(shifted.epsg(), None, "a shift of its own makes it another system");
    }

    #[test]
    fn a_name_that_the_parameters_contradict_is_not_believed() {
        let text = utm32("ETRS_1989_UTM_Zone_32N", "").replace("500000", "32500000");
        assert_eq!(Crs::from_wkt(&text), Crs::from_code("EPSG:4647"));
    }

    #[test]
    fn an_unknown_method_is_refused_by_name() {
        let text = r#"PROJCS["Unknown",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],
            PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Unknown Projection"],UNIT["Meter",1]]"#;
        let method = "Unknown Projection".to_owned();
        assert_eq!(Crs::from_wkt(text), Err(CrsError::UnknownMethod { name: "Unknown".to_owned(), method }));
    }

    #[test]
    fn a_zone_in_front_of_the_easting_is_recognised_and_stripped() {
        let crs = Crs::from_code("25832").expect("known");
        let plain = crs.to_lon_lat(540_000.0, 5_857_000.0).expect("inside");
        let prefixed = crs.with_zone_prefix(32_540_000.0).expect("has a prefix");
        let stripped = prefixed.to_lon_lat(32_540_000.0, 5_857_000.0).expect("inside");
        assert!((plain.lon_deg - stripped.lon_deg).abs() < 1e-9 && (plain.lat_deg - stripped.lat_deg).abs() < 1e-9);
        assert_eq!(crs.with_zone_prefix(540_000.0), None);
        assert!(crs.with_zone_prefix(33_400_000.0).is_some(), "the neighbouring zone is a prefix too");
    }

    #[test]
    fn positions_that_are_none_are_refused() {
        for code in ["4326", "3857", "25832", "31467", "3035"] {
            let crs = Crs::from_code(code).expect("known");
            for (x, y) in [(f64::NAN, 1.0), (f64::INFINITY, 0.0), (1e300, -1e300), (-1.797e308, 5.0)] {
                assert!(crs.to_lon_lat(x, y).is_err(), "{x} / {y} in {code}");
            }
        }
    }
}
