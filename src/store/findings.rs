//! What repairing a layer's areas found, as findings of the report.

use crate::geo::Polygon;
use crate::message;
use crate::report::{Case, Finding, Message, Report};
use crate::store::centimetre::Centimetre;
use crate::store::coverage::Found;
use crate::store::noding::REACH_CM;
use crate::store::repair::Remarks;

/// Reports every repair, one finding per cause with a case per area.
pub(super) fn report(
    keys: &[String],
    repaired: &[(Vec<Polygon<Centimetre>>, Remarks)],
    subject: &str,
    report: &mut Report,
) {
    let mut say = |finding: Finding, case: &dyn Fn(&Remarks) -> Option<Message>| {
        let cases = keys
            .iter()
            .zip(repaired)
            .filter_map(|(key, (_, remarks))| case(remarks).map(|detail| Case::key(key).saying(detail)));
        let finding = finding.at_all(cases);
        if !finding.cases.is_empty() {
            report.add(finding);
        }
    };
    say(
        Finding::warning(
            "ring-self-crossing",
            message!("layer \"{subject}\": rings that cross themselves or each other were repaired", subject),
        )
        .advise("look at the place in the source; the repair keeps every part that a ring encloses"),
        &|remarks| {
            let crossing = remarks.crossing?;
            let (lon_deg, lat_deg) = (crossing.at.lon_deg, crossing.at.lat_deg);
            Some(message!(
                "near {lon_deg}, {lat_deg}; the area changed by {change_m2} m² on the map",
                lon_deg = format!("{lon_deg:.5}"),
                lat_deg = format!("{lat_deg:.5}"),
                change_m2 = format!("{:+.0}", crossing.change_m2)
            ))
        },
    );
    say(
        Finding::warning(
            "ring-misplaced",
            message!(
                "layer \"{subject}\": holes outside their polygon or parts inside one another were put right",
                subject
            ),
        )
        .advise("look at the order and the direction of the rings in the source"),
        &|remarks| remarks.misplaced.then(Message::default),
    );
    say(
        Finding::warning(
            "ring-collapsed",
            message!("layer \"{subject}\": rings with fewer than three distinct corners were left out", subject),
        )
        .advise("delete the rings in the source, or draw them again; corners within 1 cm count as one"),
        &|remarks| (remarks.collapsed > 0).then(|| message!("{n} ring[s]", n = remarks.collapsed)),
    );
    say(
        Finding::notice(
            "ring-spike",
            message!(
                "layer \"{subject}\": spikes, where a ring goes somewhere and back the same way, were cut off",
                subject
            ),
        ),
        &|remarks| (remarks.spikes > 0).then(|| message!("{n} spike[s]", n = remarks.spikes)),
    );
    say(
        Finding::warning(
            "position-not-a-number",
            message!("layer \"{subject}\": positions that are not numbers were left out", subject),
        )
        .advise("the file may be damaged; export it again"),
        &|remarks| (remarks.not_finite > 0).then(|| message!("{n} position[s]", n = remarks.not_finite)),
    );
    say(
        Finding::warning(
            "position-off-the-map",
            message!("layer \"{subject}\": positions outside the Web Mercator map were moved to its edge", subject),
        )
        .advise("the map ends at ±180 degrees of longitude and ±85.05 of latitude; a wrong crs can also be the cause"),
        &|remarks| (remarks.off_the_map > 0).then(|| message!("{n} position[s]", n = remarks.off_the_map)),
    );
    say(
        Finding::notice(
            "antimeridian-crossed",
            message!(
                "layer \"{subject}\": areas whose longitudes leap from 180 to −180 degrees were cut at the antimeridian",
                subject
            ),
        )
        .advise("an area that does go around the earth the other way needs vertices in between: no edge longer than 180 degrees"),
        &|remarks| remarks.over_antimeridian.then(Message::default),
    );
    let empty = keys.iter().zip(repaired).filter(|(_, (polygons, _))| polygons.is_empty());
    let empty: Vec<_> = empty.map(|(key, _)| Case::key(key)).collect();
    if !empty.is_empty() {
        report.add(
            Finding::error(
                "area-without-polygons",
                message!("layer \"{subject}\": areas have no polygon left", subject),
            )
            .advise("draw the area again, or leave it out with the layer's filter")
            .at_all(empty),
        );
    }
}

/// Reports borders that were put together; `changed` counts vertices by feature.
pub(super) fn report_noded(subject: &str, keys: &[String], changed: &[usize], report: &mut Report) {
    let changed = keys.iter().zip(changed).filter(|(_, count)| **count > 0);
    let cases: Vec<_> =
        changed.map(|(key, count)| Case::key(key).saying(message!("{n} vert[ex|ices]", n = *count))).collect();
    if !cases.is_empty() {
        let message = message!(
            "layer \"{subject}\": borders that neighbours drew up to {reach_cm} cm apart on the map were put together",
            subject,
            reach_cm = REACH_CM
        );
        report.add(Finding::notice("border-joined", message).at_all(cases));
    }
}

/// Reports areas that overlap or gape.
pub(super) fn report_coverage(subject: &str, keys: &[String], found: &Found, report: &mut Report) {
    let overlaps: Vec<_> = found
        .overlaps
        .iter()
        .map(|(a, b)| Case::key(&keys[*a]).saying(message!("overlaps \"{b}\"", b = keys[*b])))
        .collect();
    if !overlaps.is_empty() {
        report.add(
            Finding::notice(
                "areas-overlap",
                message!("layer \"{subject}\": areas overlap, and are drawn as they are", subject),
            )
            .advise("if they are meant to lie side by side, draw the common border once in the source")
            .at_all(overlaps),
        );
    }
    let gaps: Vec<_> = found
        .gaps
        .iter()
        .map(|(feature, areas_m2)| {
            let sum_m2: f64 = areas_m2.iter().sum();
            Case::key(&keys[*feature]).saying(message!(
                "{areas_m2}, {sum_m2} m² on the map",
                areas_m2 = message!("{n} gap[s]", n = areas_m2.len()),
                sum_m2 = format!("{sum_m2:.0}")
            ))
        })
        .collect();
    if !gaps.is_empty() {
        report.add(
            Finding::notice(
                "areas-gape",
                message!("layer \"{subject}\": narrow gaps lie between areas, and stay", subject),
            )
            .advise("if they are meant to lie side by side, draw the common border once in the source")
            .at_all(gaps),
        );
    }
}
