//! What repairing a layer's areas found, as findings of the report.

use crate::geo::Polygon;
use crate::report::{Case, Finding, Report, counted};
use crate::store::AreaInput;
use crate::store::centimetre::Centimetre;
use crate::store::coverage::Found;
use crate::store::noding::REACH_CM;
use crate::store::repair::Remarks;

/// Reports every repair, one finding per cause with a case per area.
pub(super) fn report(
    areas: &[AreaInput],
    repaired: &[(Vec<Polygon<Centimetre>>, Remarks)],
    subject: &str,
    report: &mut Report,
) {
    let mut say = |finding: Finding, case: &dyn Fn(&Remarks) -> Option<String>| {
        let cases = areas
            .iter()
            .zip(repaired)
            .filter_map(|(area, (_, remarks))| case(remarks).map(|detail| Case::key(&area.key).saying(detail)));
        let finding = finding.at_all(cases);
        if !finding.cases.is_empty() {
            report.add(finding);
        }
    };
    let some = |count: usize, text: &str| (count > 0).then(|| counted(count, text));
    say(
        Finding::warning(
            "ring-self-crossing",
            format!("layer \"{subject}\": rings that cross themselves or each other were repaired"),
        )
        .advise("look at the place in the source; the repair keeps every part that a ring encloses"),
        &|remarks| {
            let crossing = remarks.crossing?;
            let (lon_deg, lat_deg) = (crossing.at.lon_deg, crossing.at.lat_deg);
            Some(format!(
                "near {lon_deg:.5}, {lat_deg:.5}; the area changed by {:+.0} m² on the map",
                crossing.change_m2
            ))
        },
    );
    say(
        Finding::warning(
            "ring-misplaced",
            format!("layer \"{subject}\": holes outside their polygon or parts inside one another were put right"),
        )
        .advise("look at the order and the direction of the rings in the source"),
        &|remarks| remarks.misplaced.then(String::new),
    );
    say(
        Finding::warning(
            "ring-collapsed",
            format!("layer \"{subject}\": rings with fewer than three distinct corners were left out"),
        )
        .advise("delete the rings in the source, or draw them again; corners within 1 cm count as one"),
        &|remarks| some(remarks.collapsed, "{n} ring[s]"),
    );
    say(
        Finding::notice(
            "ring-spike",
            format!("layer \"{subject}\": spikes, where a ring goes somewhere and back the same way, were cut off"),
        ),
        &|remarks| some(remarks.spikes, "{n} spike[s]"),
    );
    say(
        Finding::warning(
            "position-not-a-number",
            format!("layer \"{subject}\": positions that are not numbers were left out"),
        )
        .advise("the file may be damaged; export it again"),
        &|remarks| some(remarks.not_finite, "{n} position[s]"),
    );
    say(
        Finding::warning(
            "position-off-the-map",
            format!("layer \"{subject}\": positions outside the Web Mercator map were moved to its edge"),
        )
        .advise("the map ends at ±180 degrees of longitude and ±85.05 of latitude; a wrong crs can also be the cause"),
        &|remarks| some(remarks.off_the_map, "{n} position[s]"),
    );
    let empty = areas.iter().zip(repaired).filter(|(_, (polygons, _))| polygons.is_empty());
    let empty: Vec<_> = empty.map(|(area, _)| Case::key(&area.key)).collect();
    if !empty.is_empty() {
        report.add(
            Finding::error("area-without-polygons", format!("layer \"{subject}\": areas have no polygon left"))
                .advise("draw the area again, or leave it out with the layer's filter")
                .at_all(empty),
        );
    }
}

/// Reports borders that were put together; `changed` counts vertices by feature.
pub(super) fn report_noded(subject: &str, keys: &[String], changed: &[usize], report: &mut Report) {
    let changed = keys.iter().zip(changed).filter(|(_, count)| **count > 0);
    let cases: Vec<_> =
        changed.map(|(key, count)| Case::key(key).saying(counted(*count, "{n} vert[ex|ices]"))).collect();
    if !cases.is_empty() {
        let message = format!(
            "layer \"{subject}\": borders that neighbours drew up to {REACH_CM} cm apart on the map were put together"
        );
        report.add(Finding::notice("border-joined", message).at_all(cases));
    }
}

/// Reports areas that overlap or gape.
pub(super) fn report_coverage(subject: &str, keys: &[String], found: &Found, report: &mut Report) {
    let overlaps: Vec<_> =
        found.overlaps.iter().map(|(a, b)| Case::key(&keys[*a]).saying(format!("overlaps \"{}\"", keys[*b]))).collect();
    if !overlaps.is_empty() {
        report.add(
            Finding::notice("areas-overlap", format!("layer \"{subject}\": areas overlap, and are drawn as they are"))
                .advise("if they are meant to lie side by side, draw the common border once in the source")
                .at_all(overlaps),
        );
    }
    let gaps: Vec<_> = found
        .gaps
        .iter()
        .map(|(feature, areas_m2)| {
            let sum_m2: f64 = areas_m2.iter().sum();
            Case::key(&keys[*feature])
                .saying(format!("{}, {sum_m2:.0} m² on the map", counted(areas_m2.len(), "{n} gap[s]")))
        })
        .collect();
    if !gaps.is_empty() {
        report.add(
            Finding::notice("areas-gape", format!("layer \"{subject}\": narrow gaps lie between areas, and stay"))
                .advise("if they are meant to lie side by side, draw the common border once in the source")
                .at_all(gaps),
        );
    }
}
