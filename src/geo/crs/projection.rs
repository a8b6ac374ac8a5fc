//! The tree of a well-known text → a definition as PROJ writes it.
//!
//! Angles come in the text's own angular unit and leave in degrees, lengths come in its linear unit and
//! leave in metres. Axis order is not looked at: files store east first whatever the text declares.

use std::fmt::Write as _;

use super::CrsError;
use super::code::{Datum, PULKOVO_83, reduce};
use super::dhdn;
use super::wkt::{Argument, Node};

const PROJECTED: &[&str] = &["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GEOGRAPHIC: &[&str] =
    &["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS", "BASEGEOGCRS", "BASEGEODCRS"];

/// A definition and what is known of its datum.
pub(super) struct Definition {
    pub(super) text: String,
    pub(super) datum: Datum,
}

/// The horizontal part of a compound or bound CRS; the node itself otherwise.
pub(super) fn horizontal(root: &Node) -> &Node {
    match root.keyword.as_str() {
        "COMPD_CS" | "COMPOUNDCRS" => root.children().find(|node| is_horizontal(node)).map_or(root, horizontal),
        "BOUNDCRS" => {
            let source = root.child(&["SOURCECRS"]).and_then(|source| source.children().next());
            source.map_or(root, horizontal)
        }
        _ => root,
    }
}

fn is_horizontal(node: &Node) -> bool {
    let keyword = node.keyword.as_str();
    PROJECTED.contains(&keyword) || GEOGRAPHIC.contains(&keyword) || keyword == "BOUNDCRS"
}

/// The EPSG code of the CRS itself. Ids of its parts, such as the datum's, are not the CRS's.
pub(super) fn epsg_code(root: &Node) -> Option<u16> {
    if !is_horizontal(root) {
        return None;
    }
    let id = root
        .children()
        .find(|node| matches!(node.keyword.as_str(), "AUTHORITY" | "ID") && node.name().eq_ignore_ascii_case("EPSG"))?;
    match id.arguments.get(1)? {
        Argument::Text(text) => text.trim().parse().ok(),
        // the federal agency's files write the number without quotation marks
        Argument::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// The definition that the parameters of a CRS make up.
pub(super) fn to_definition(root: &Node) -> Result<Definition, CrsError> {
    let is_projected = PROJECTED.contains(&root.keyword.as_str());
    if !is_projected && !GEOGRAPHIC.contains(&root.keyword.as_str()) {
        return Err(CrsError::NotWkt { reason: format!("{} is no horizontal CRS", root.keyword) });
    }
    let geographic = if is_projected { root.child(GEOGRAPHIC) } else { Some(root) };
    let Some(geographic) = geographic else {
        return Err(CrsError::NotWkt { reason: format!("\"{}\" names no geographic CRS", root.name()) });
    };
    let (shape, datum) = datum(root, geographic)?;
    if !is_projected {
        let degrees = degrees_per_unit(geographic);
        if (degrees - 1.0).abs() > f64::EPSILON {
            let reason = format!("its unit is {degrees} degrees, and coordinates must be in degrees");
            let (name, definition) = (root.name().to_owned(), "+proj=longlat".to_owned());
            return Err(CrsError::BadParameters { name, definition, reason });
        }
        return Ok(Definition { text: format!("+proj=longlat {shape} +no_defs"), datum });
    }
    if let Some(extension) = root.children().find(|node| node.keyword == "EXTENSION" && node.name() == "PROJ4")
        && let Some(Argument::Text(text)) = extension.arguments.get(1)
    {
        return Ok(Definition { text: from_extension(text), datum });
    }
    let projection = projection(root, geographic)?;
    Ok(Definition { text: format!("{projection} {shape} +no_defs"), datum })
}

/// GDAL writes EPSG:3857 as an ellipsoidal Mercator and tells the truth in an extension only.
fn from_extension(text: &str) -> String {
    let is_web_mercator = text.contains("+proj=merc") && text.contains("+b=6378137") && text.contains("+a=6378137");
    if is_web_mercator { "+proj=webmerc +datum=WGS84 +units=m +no_defs".to_owned() } else { text.to_owned() }
}

/// Ellipsoid, shift and prime meridian.
fn datum(root: &Node, geographic: &Node) -> Result<(String, Datum), CrsError> {
    let node = geographic.child(&["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"]);
    let bad = |reason: &str| CrsError::BadParameters {
        name: root.name().to_owned(),
        definition: geographic.name().to_owned(),
        reason: reason.to_owned(),
    };
    let node = node.ok_or_else(|| bad("it names no datum"))?;
    let ellipsoid = node.child(&["SPHEROID", "ELLIPSOID"]).ok_or_else(|| bad("its datum has no ellipsoid"))?;
    let [axis, flattening, ..] = ellipsoid.numbers()[..] else {
        return Err(bad("its ellipsoid has no size"));
    };
    let is_like_wgs84 = (axis - 6_378_137.0).abs() < 1.0 && (flattening - 298.257).abs() < 0.001;
    let shape = if flattening == 0.0 { format!("+a={axis} +b={axis}") } else { format!("+a={axis} +rf={flattening}") };
    let name = reduce(node.name());
    let name = name.strip_prefix('d').filter(|_| node.name().starts_with("D_")).unwrap_or(&name);
    let given = node.child(&["TOWGS84"]).or(geographic.child(&["TOWGS84"])).map(Node::numbers);
    let known = known_datum(name).or(is_like_wgs84.then_some(Datum::Wgs84));
    let (shape, datum) = match (given, known) {
        (Some(shift), known) if shift.iter().any(|number| *number != 0.0) => {
            let shift: Vec<String> = shift.iter().map(f64::to_string).collect();
            let datum = known.filter(|datum| *datum == Datum::European).unwrap_or(Datum::Other);
            (format!("{shape} +towgs84={}", shift.join(",")), datum)
        }
        (_, Some(Datum::European)) if name.starts_with("pulkovo") => (PULKOVO_83.to_owned(), Datum::European),
        (_, Some(Datum::European)) => (dhdn::WESTERN.to_owned(), Datum::European),
        (_, Some(datum)) => (format!("{shape} +towgs84=0,0,0"), datum),
        (Some(_), None) => (format!("{shape} +towgs84=0,0,0"), Datum::Other),
        (None, None) => {
            let (name, datum) = (root.name().to_owned(), node.name().to_owned());
            return Err(CrsError::UnknownDatum { name, datum });
        }
    };
    let meridian = geographic.child(&["PRIMEM", "PRIMEMERIDIAN"]).and_then(|node| node.numbers().first().copied());
    let meridian = meridian.unwrap_or(0.0) * degrees_per_unit(geographic);
    Ok((if meridian == 0.0 { shape } else { format!("{shape} +pm={meridian}") }, datum))
}

/// Datums of German deliveries under the names of ESRI, OGC and EPSG. The national frames on GRS 80 that are not
/// here (SWEREF99, RGF93, GDA94, NAD83 …) lie within two metres of WGS 84.
fn known_datum(name: &str) -> Option<Datum> {
    match name {
        "wgs1984" | "wgs84" | "worldgeodeticsystem1984" | "worldgeodeticsystem1984ensemble" => Some(Datum::Wgs84),
        "etrs1989"
        | "etrs89"
        | "europeanterrestrialreferencesystem1989"
        | "europeanterrestrialreferencesystem1989ensemble" => Some(Datum::Etrs89),
        "deutscheshauptdreiecksnetz"
        | "dhdn"
        | "potsdam"
        | "potsdamrauenberg1950dhdn"
        | "pulkovo1942adj1983"
        | "pulkovo194283" => Some(Datum::European),
        _ => None,
    }
}

/// Projection methods, reduced as by [`reduce`] → PROJ's name. Spellings of ESRI, OGC and EPSG.
const METHODS: &[(&str, &str)] = &[
    ("transversemercator", "tmerc"),
    ("gausskruger", "tmerc"),
    ("transversemercatorcomplex", "tmerc"),
    ("lambertconformalconic", "lcc"),
    ("lambertconformalconic1sp", "lcc"),
    ("lambertconformalconic2sp", "lcc"),
    ("lambertconicconformal1sp", "lcc"),
    ("lambertconicconformal2sp", "lcc"),
    ("lambertazimuthalequalarea", "laea"),
    ("albersconicequalarea", "aea"),
    ("albers", "aea"),
    ("albersequalarea", "aea"),
    ("mercator", "merc"),
    ("mercator1sp", "merc"),
    ("mercator2sp", "merc"),
    ("mercatorvarianta", "merc"),
    ("mercatorvariantb", "merc"),
    ("mercatorauxiliarysphere", "webmerc"),
    ("popularvisualisationpseudomercator", "webmerc"),
    ("obliquestereographic", "sterea"),
    ("doublestereographic", "sterea"),
    ("cassinisoldner", "cass"),
    ("cassini", "cass"),
    ("equidistantcylindrical", "eqc"),
    ("platecarree", "eqc"),
];

/// What a parameter counts in.
#[derive(Clone, Copy, PartialEq)]
enum Quantity {
    Angle,
    Length,
    Factor,
}

/// Parameters, reduced as by [`reduce`] → PROJ's name. Spellings of ESRI, OGC and EPSG.
const PARAMETERS: &[(&str, &str, Quantity)] = &[
    ("falseeasting", "x_0", Quantity::Length),
    ("falsenorthing", "y_0", Quantity::Length),
    ("eastingatfalseorigin", "x_0", Quantity::Length),
    ("northingatfalseorigin", "y_0", Quantity::Length),
    ("centralmeridian", "lon_0", Quantity::Angle),
    ("longitudeofcenter", "lon_0", Quantity::Angle),
    ("longitudeoforigin", "lon_0", Quantity::Angle),
    ("longitudeofnaturalorigin", "lon_0", Quantity::Angle),
    ("longitudeoffalseorigin", "lon_0", Quantity::Angle),
    ("latitudeoforigin", "lat_0", Quantity::Angle),
    ("latitudeofcenter", "lat_0", Quantity::Angle),
    ("latitudeofnaturalorigin", "lat_0", Quantity::Angle),
    ("latitudeoffalseorigin", "lat_0", Quantity::Angle),
    ("centralparallel", "lat_0", Quantity::Angle),
    ("standardparallel1", "lat_1", Quantity::Angle),
    ("standardparallel2", "lat_2", Quantity::Angle),
    ("latitudeof1ststandardparallel", "lat_1", Quantity::Angle),
    ("latitudeof2ndstandardparallel", "lat_2", Quantity::Angle),
    ("scalefactor", "k_0", Quantity::Factor),
    ("scalefactoratnaturalorigin", "k_0", Quantity::Factor),
];

fn projection(root: &Node, geographic: &Node) -> Result<String, CrsError> {
    // WKT 2 puts method and parameters into a CONVERSION
    let home = root.child(&["CONVERSION"]).unwrap_or(root);
    let method = home.child(&["PROJECTION", "METHOD"]).map_or("", Node::name);
    let reduced = reduce(method);
    let Some((_, name)) = METHODS.iter().find(|(known, _)| *known == reduced) else {
        return Err(CrsError::UnknownMethod { name: root.name().to_owned(), method: method.to_owned() });
    };
    let bad = |reason: String| CrsError::BadParameters {
        name: root.name().to_owned(),
        definition: format!("+proj={name}"),
        reason,
    };
    let metres_per_unit = metres_per_unit(root);
    let mut parameters: Vec<(&str, f64)> = Vec::new();
    for parameter in home.children().filter(|node| node.keyword == "PARAMETER") {
        let value = parameter.numbers().first().copied().unwrap_or(0.0);
        let reduced = reduce(parameter.name());
        match PARAMETERS.iter().find(|(known, ..)| *known == reduced) {
            Some((_, key, quantity)) => {
                let factor = factor(parameter, *quantity, degrees_per_unit(geographic), metres_per_unit);
                parameters.push((key, value * factor));
            }
            // zero is what an unknown offset or angle does not change
            None if value == 0.0 => {}
            None => return Err(bad(format!("its parameter \"{}\" is not known here", parameter.name()))),
        }
    }
    if *name == "webmerc" {
        // EPSG:3857 itself; the sphere has no other standard parallel than the equator
        let is_moved = parameters.iter().any(|(key, value)| matches!(*key, "x_0" | "y_0" | "lon_0") && *value != 0.0);
        let definition = format!("+proj=webmerc +to_meter={metres_per_unit}");
        return if is_moved { Err(bad("it is moved away from 0/0".to_owned())) } else { Ok(definition) };
    }
    if *name == "lcc" && !parameters.iter().any(|(key, _)| *key == "lat_1") {
        // with one standard parallel it is the latitude of origin (EPSG method 9801)
        let origin = parameters.iter().find(|(key, _)| *key == "lat_0").map_or(0.0, |(_, value)| *value);
        parameters.push(("lat_1", origin));
    }
    let mut text = format!("+proj={name}");
    for (key, value) in parameters {
        // Mercator's standard parallel is where the scale is true
        let key = if *name == "merc" && key == "lat_1" { "lat_ts" } else { key };
        let _ = write!(text, " +{key}={value}");
    }
    let _ = write!(text, " +to_meter={metres_per_unit}");
    Ok(text)
}

/// What a parameter's value is multiplied with. WKT 2 may give each its own unit.
fn factor(parameter: &Node, quantity: Quantity, degrees_per_unit: f64, metres_per_unit: f64) -> f64 {
    let own = parameter.child(&["ANGLEUNIT", "LENGTHUNIT", "UNIT"]).and_then(|unit| unit.numbers().first().copied());
    match quantity {
        Quantity::Angle => own.map_or(degrees_per_unit, degrees),
        Quantity::Length => own.unwrap_or(metres_per_unit),
        Quantity::Factor => 1.0,
    }
}

/// Degrees in one angular unit of a geographic CRS.
fn degrees_per_unit(geographic: &Node) -> f64 {
    let unit = geographic.child(&["UNIT", "ANGLEUNIT"]).and_then(|unit| unit.numbers().first().copied());
    unit.map_or(1.0, degrees)
}

/// Radians to degrees. The common spellings of π/180 are cut off after ten to seventeen digits; all mean one degree.
fn degrees(radians: f64) -> f64 {
    let degrees = radians.to_degrees();
    if (degrees - 1.0).abs() < 1e-9 { 1.0 } else { degrees }
}

/// Metres in one linear unit of a projected CRS. WKT 2 gives it after the axes or inside each of them.
fn metres_per_unit(root: &Node) -> f64 {
    let keywords = ["UNIT", "LENGTHUNIT"];
    let axis = || root.child(&["AXIS"]).and_then(|axis| axis.child(&keywords));
    let unit = root.child(&keywords).or_else(axis).and_then(|unit| unit.numbers().first().copied());
    unit.filter(|unit| *unit > 0.0).unwrap_or(1.0)
}
