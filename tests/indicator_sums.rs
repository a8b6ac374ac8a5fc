//! Formulas, sums up the hierarchy, states, references and privacy rules, from files to released values.

mod http_support;

use std::fs;
use std::path::Path;

use http_support::{Server, copy_folder, fixture, load};
use kreisel::config;
use kreisel::release::{Audience, Release, ReleasedValue};
use kreisel::report::{Finding, Report};
use kreisel::value::{Period, State};
use serde_json::json;

const PROVENANCE: &str = "[provenance]\nsource = \"Amt\"\nlicense = \"CC0-1.0\"\nattribution = \"Amt\"\n";

/// The small atlas with one more indicator `probe`, read from these rows (`key;period;measure;value` and a state).
fn with(description: &str, rows: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(fixture(), folder.path());
    let text = format!(
        "title = \"Probe\"\ntheme = \"health\"\nunit = \"x\"\n{description}\n[[tables]]\nfile = \"../data/probe.csv\"\n{PROVENANCE}"
    );
    fs::write(folder.path().join("indicators/probe.toml"), text).expect("writes");
    fs::write(folder.path().join("data/probe.csv"), format!("key;period;indicator;value;state\n{rows}"))
        .expect("writes");
    folder
}

/// What an atlas is refused for.
fn refused(description: &str) -> Vec<String> {
    let folder = with(description, "03998001;2020;a;1;\n");
    let mut report = Report::default();
    assert!(config::load(folder.path(), &mut report).is_none(), "{description} is taken");
    let cases = report.findings.iter().flat_map(|finding| finding.cases.iter().map(move |case| (finding, case)));
    cases.map(|(finding, case)| format!("{}: {}", finding.code, case.detail)).collect()
}

fn value(release: &Release, layer: &str, key: &str, year: i16) -> ReleasedValue {
    let layer = release.layer(layer).expect("a layer");
    let (feature, _) = layer.find(key).expect("an area");
    let series =
        release.indicator("probe").expect("is there").series(&layer.config.id, &Audience::Public).expect("has values");
    series.value(feature, Period::year(year).expect("a year")).expect("has the period")
}

/// Number or state of the areas of both layers in 2020.
fn told(release: &Release, layer: &str, keys: &[&str]) -> Vec<String> {
    let word = |value: ReleasedValue| value.number().map_or(value.state().to_string(), |number| number.to_string());
    keys.iter().map(|key| word(value(release, layer, key, 2020))).collect()
}

fn finding<'a>(release: &'a Release, code: &str) -> &'a Finding {
    let found = release.report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} among {:#?}", release.report.findings))
}

fn has(release: &Release, code: &str) -> bool {
    release.report.findings.iter().any(|finding| finding.code == code)
}

const TOWNS: [&str; 4] = ["03998001", "03998002", "03999001", "03999002"];
const DISTRICTS: [&str; 2] = ["03998", "03999"];
const COUNT: &str =
    "measure = \"count\"\nvalue = \"a\"\nlayers = [\"municipalities\", \"districts\"]\naggregate = true";
const RATE: &str = "measure = \"ratio\"\nnumerator = \"a\"\ndenominator = \"b\"\ndecimals = 2\nlayers = [\"municipalities\", \"districts\"]\naggregate = true";

/// Population of the 24 municipalities of the Heidekreis on 31 December 2015, © Statistische Ämter des Bundes und der
/// Länder, 2017, dl-de/by-2-0. Walsrode and Bomlitz were two towns then.
const HEIDEKREIS: [(&str, u32); 24] = [
    ("03358002", 6404),
    ("03358004", 6951),
    ("03358008", 11_044),
    ("03358016", 15_091),
    ("03358017", 5570),
    ("03358019", 18_729),
    ("03358021", 21_414),
    ("03358022", 23_219),
    ("03358023", 4105),
    ("03358501", 3564),
    ("03358001", 1518),
    ("03358006", 781),
    ("03358011", 646),
    ("03358012", 834),
    ("03358014", 3255),
    ("03358003", 920),
    ("03358009", 522),
    ("03358013", 795),
    ("03358018", 2357),
    ("03358005", 2133),
    ("03358007", 1100),
    ("03358010", 1205),
    ("03358015", 2618),
    ("03358020", 5489),
];

/// The boundaries of the bundled atlas with an indicator `probe` on these layers.
fn heidekreis(layers: &str, rows: &str) -> Release {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    for inner in ["layers", "indicators", "data/values"] {
        fs::create_dir_all(folder.path().join(inner)).expect("writes");
    }
    copy_folder(&root.join("data/boundaries"), &folder.path().join("data/boundaries"));
    for layer in ["municipalities", "municipalities_2019", "associations", "districts", "state"] {
        let name = format!("layers/{layer}.toml");
        fs::copy(root.join(&name), folder.path().join(&name)).expect("copies");
    }
    let atlas = "id = \"x\"\ntitle = \"X\"\npublisher = \"X\"\n[[themes]]\nid = \"people\"\ntitle = \"Menschen\"\n";
    fs::write(folder.path().join("atlas.toml"), atlas).expect("writes");
    let text = format!(
        "title = \"Probe\"\ntheme = \"people\"\nunit = \"x\"\nmeasure = \"count\"\nvalue = \"a\"\nlayers = [{layers}]\naggregate = \
         true\n[[tables]]\nfile = \"../data/values/a.csv\"\n{PROVENANCE}"
    );
    fs::write(folder.path().join("indicators/probe.toml"), text).expect("writes");
    fs::write(folder.path().join("data/values/a.csv"), format!("key;period;indicator;value\n{rows}")).expect("writes");
    load(folder.path())
}

#[test]
fn the_population_of_a_county_is_that_of_its_municipalities_counted_once() {
    let towns = HEIDEKREIS.map(|(key, count)| format!("{key};2015;a;{count}\n")).concat();
    let release = heidekreis("\"municipalities_2019\", \"districts\", \"state\"", &towns);
    assert_eq!(value(&release, "districts", "03358", 2015).number(), Some(140_264.0));
    assert_eq!(value(&release, "districts", "03351", 2015).state(), State::Missing, "a district without parts");
    assert_eq!(value(&release, "state", "03", 2015).state(), State::Missing, "of 45 districts one is known");
    // the county's own row is the same: nothing to tell
    let given = format!("{towns}03358;2015;a;140264\n");
    let release = heidekreis("\"municipalities_2019\", \"districts\"", &given);
    assert!(!has(&release, "sum-differs"), "{:#?}", release.report.findings);
    let other = format!("{towns}03358;2015;a;140265\n");
    let release = heidekreis("\"municipalities_2019\", \"districts\"", &other);
    assert_eq!(value(&release, "districts", "03358", 2015).number(), Some(140_265.0), "the table wins");
    let case = &finding(&release, "sum-differs").cases[0];
    assert_eq!(
        (case.key.as_deref(), &*case.detail),
        (Some("03358"), "2015: 140265 in the table, 140264 over 24 parts")
    );
}

/// The statistics offices' own keys: eight digits of a joint municipality that look like an AGS, eleven of its members.
#[test]
fn the_rows_of_the_statistics_offices_make_the_county_once() {
    let members = [
        ("03358401", 7034, ["001", "006", "011", "012", "014"].as_slice()),
        ("03358402", 4594, &["003", "009", "013", "018"]),
        ("03358403", 12_545, &["005", "007", "010", "015", "020"]),
    ];
    let own = HEIDEKREIS.map(|(key, count)| {
        let joint = members.iter().find(|(_, _, members)| members.iter().any(|member| key == format!("03358{member}")));
        (joint.map_or(key.to_owned(), |(joint, ..)| format!("{joint}{}", &key[5..])), count)
    });
    let joint = members.map(|(key, count, _)| (key.to_owned(), count));
    let all: Vec<(String, u32)> = own.into_iter().chain(joint).collect();
    let naive: u32 = all.iter().map(|(_, count)| count).sum();
    assert_eq!((all.len(), naive), (27, 140_264 + 24_173), "all rows together count the members twice");
    let rows: Vec<String> = all.iter().map(|(key, count)| format!("{key};2015;a;{count}")).collect();
    let release = heidekreis("\"municipalities_2019\", \"districts\"", &rows.join("\n"));
    assert_eq!(value(&release, "districts", "03358", 2015).number(), Some(140_264.0));
}

#[test]
fn a_joint_municipality_and_its_members_are_never_counted_twice() {
    // on the territory of 2020: Bomlitz in Walsrode; the three joint municipalities are there twice, as themselves and
    // as their members
    let mut rows = HEIDEKREIS.map(|(key, count)| format!("{key};2015;a;{count}\n")).to_vec();
    rows.retain(|row| !row.starts_with("03358004") && !row.starts_with("03358022"));
    let mut rows = rows.concat();
    rows.push_str("03358024;2015;a;30170\n033585401;2015;a;7034\n033585402;2015;a;4594\n033585403;2015;a;12545\n");
    let release = heidekreis("\"municipalities\", \"associations\", \"districts\"", &rows);
    assert!(!has(&release, "sum-differs"), "{:#?}", release.report.findings);
    assert_eq!(value(&release, "districts", "03358", 2015).number(), Some(140_264.0));
    // without the rows of the joint municipalities, they are the sums of their members
    let members: Vec<&str> = rows.lines().filter(|row| !row.starts_with("03358540")).collect();
    let members = members.join("\n");
    let release = heidekreis("\"municipalities\", \"associations\", \"districts\"", &members);
    for (key, count) in [("033585401", 7034.0), ("033585402", 4594.0), ("033585403", 12_545.0), ("033589501", 3564.0)] {
        assert_eq!(value(&release, "associations", key, 2015).number(), Some(count), "{key}");
    }
    assert_eq!(value(&release, "districts", "03358", 2015).number(), Some(140_264.0));
}

#[test]
fn a_rate_of_a_larger_area_comes_from_sums_and_not_from_rates() {
    let rows = "03998001;2020;a;10;\n03998001;2020;b;100;\n03998002;2020;a;30;\n03998002;2020;b;1000;\n\
                03999001;2020;a;5;\n03999001;2020;b;50;\n03999002;2020;a;1;\n03999002;2020;b;;missing\n03999;2020;b;70;\n";
    let release = load(with(RATE, rows).path());
    assert_eq!(told(&release, "municipalities", &TOWNS), ["10", "3", "10", "missing"]);
    // 40 / 1100, not the mean of 10 and 3; 6 / 70, as the table gives the denominator
    assert_eq!(told(&release, "districts", &DISTRICTS), ["3.64", "8.57"]);
}

#[test]
fn what_a_part_lacks_or_hides_the_sum_lacks_or_hides() {
    let rule = |rule: &str| format!("{COUNT}\nprivacy = {{ {rule} }}");
    let rows = "03998001;2020;a;4;\n03998002;2020;a;500;\n03999001;2020;a;70;\n03999002;2020;a;;\n";
    let release = load(with(&rule("min_numerator = 5"), rows).path());
    assert_eq!(told(&release, "municipalities", &TOWNS), ["suppressed", "500", "70", "missing"]);
    assert_eq!(told(&release, "districts", &DISTRICTS), ["suppressed", "missing"]);
    assert!(!has(&release, "secret-recoverable"));
    // what cannot exist in a part counts as nothing; a part that the source keeps secret hides the sum
    let rows = "03998001;2020;a;x;\n03998002;2020;a;500;\n03999001;2020;a;70;\n03999002;2020;a;;suppressed\n";
    let release = load(with(COUNT, rows).path());
    assert_eq!(told(&release, "districts", &DISTRICTS), ["500", "suppressed"]);
}

#[test]
fn a_secret_that_the_total_gives_away_is_told_by_name() {
    let rows = "03998001;2020;a;4;\n03998002;2020;a;500;\n03998;2020;a;504;\n03999001;2020;a;3;\n03999002;2020;a;2;\n03999;2020;a;5;\n";
    let release = load(with(&format!("{COUNT}\nprivacy = {{ min_numerator = 5 }}"), rows).path());
    assert_eq!(told(&release, "districts", &DISTRICTS), ["504", "5"]);
    let cases = &finding(&release, "secret-recoverable").cases;
    // of two secrets in one total neither is known exactly
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].key.as_deref(), Some("03998001"));
    assert_eq!(cases[0].detail, "Probeheim, 2020: from Westprobe (districts) and its other parts");
}

#[test]
fn a_difference_is_told_without_numbers_where_numbers_are_protected() {
    let rows = "03998001;2020;a;40;\n03998002;2020;a;500;\n03998;2020;a;777;\n";
    let release = load(with(&format!("{COUNT}\nprivacy = {{ min_numerator = 5 }}"), rows).path());
    assert_eq!(finding(&release, "sum-differs").cases[0].detail, "2020: over 2 parts");
}

#[test]
fn parts_that_do_not_fill_the_area_make_no_sum() {
    let folder = with(COUNT, "03998001;2020;a;40;\n03998002;2020;a;500;\n03999001;2020;a;7;\n03999002;2020;a;8;\n");
    let layer = folder.path().join("layers/municipalities.toml");
    let text = fs::read_to_string(&layer).expect("reads");
    let filtered = text.replace("municipalities.geojson\"", "municipalities.geojson\"\nfilter = \"AGS <> '03998002'\"");
    fs::write(&layer, filtered).expect("writes");
    let release = load(folder.path());
    assert_eq!(told(&release, "districts", &DISTRICTS), ["missing", "15"]);
    let case = &finding(&release, "parts-incomplete").cases[0];
    assert_eq!(case.key.as_deref(), Some("03998"));
    // the northern one of two equal halves in degrees is a little larger in Mercator
    assert_eq!(case.detail, "Westprobe: 50.1 % of its land");
}

#[test]
fn a_finished_ratio_is_neither_summed_nor_protected_by_counts() {
    let imported = "measure = \"ratio\"\nvalue = \"a\"\nlayers = [\"municipalities\", \"districts\"]";
    let found = refused(&format!("{imported}\naggregate = true"));
    assert!(found[0].starts_with("contradiction: the value is a finished ratio"), "{found:?}");
    let found = refused(&format!("{imported}\nprivacy = {{ min_numerator = 5, round_to = 5 }}"));
    assert_eq!(found.len(), 2, "{found:?}");
    // its rows for larger areas are published as they are, and nothing is averaged
    let rows = "03998001;2020;a;10;\n03998002;2020;a;20;\n03999;2020;a;33;\n";
    let release = load(with(imported, rows).path());
    assert_eq!(told(&release, "districts", &DISTRICTS), ["missing", "33"]);
}

#[test]
fn a_formula_of_several_measures_is_computed_and_each_of_them_protected() {
    let formula = "measure = \"ratio\"\nformula = \"1000 * (a - b) / c\"\nlayers = [\"municipalities\"]\nmeasures = { a = \"persons\", b = \
                   \"persons\", c = \"persons\" }\nprivacy = { min_numerator = 3 }";
    let rows = "03998001;2020;a;310;\n03998001;2020;b;290;\n03998001;2020;c;5000;\n\
                03998002;2020;a;2;\n03998002;2020;b;90;\n03998002;2020;c;5000;\n\
                03999001;2020;a;12;\n03999001;2020;b;11;\n03999001;2020;c;5000;\n\
                03999002;2020;a;0;\n03999002;2020;b;90;\n03999002;2020;c;5000;\n";
    let release = load(with(formula, rows).path());
    // 20 of 5000; two arrivals; a balance of one; nobody came and 90 left
    assert_eq!(told(&release, "municipalities", &TOWNS), ["4", "suppressed", "suppressed", "-18"]);
}

#[test]
fn formulas_are_refused_with_place_and_reason() {
    let of = |formula: &str, more: &str| {
        refused(&format!(
            "measure = \"ratio\"\nformula = \"{formula}\"\nlayers = [\"municipalities\", \"districts\"]\n{more}"
        ))
        .join("\n")
    };
    assert_eq!(
        of("100 * a /", ""),
        "formula-syntax: at character 10: a measure, a number or `(` is expected, the end found"
    );
    assert_eq!(
        of("100 * (a + b) / c", ""),
        "unit-mismatch: `a` (a) and `b` (b) cannot be added; if they count the same, say so: [measures] a = \"persons\", b = \"persons\""
    );
    assert_eq!(
        of("100 * (a + b) / c", "measures = { a = \"persons\", b = \"euro\" }"),
        "unit-mismatch: `a` (persons) and `b` (euro) cannot be added"
    );
    assert_eq!(
        of("100 * a / b", "measures = { aa = \"persons\" }"),
        "unknown-reference: no measure in the formula \"aa\"; there are: a, b"
    );
    assert!(of("a / b", "value = \"a\"").starts_with("contradiction: `formula` says all of it; leave `value` out"));
    assert!(of("a * b / c", "aggregate = true").contains("is not one fraction of sums"));
    assert!(
        of("a / b", "aggregate = true\nmeasures = { a = \"euro/persons\" }")
            .contains("a is measured in euro/persons, which cannot be added up")
    );
    assert!(
        of("a / b", "measures = { a = \"places\", b = \"persons\" }\nprivacy = { min_complement = 5 }")
            .contains("places are no part of persons")
    );
    assert!(of("a / b", "privacy = { round_to = 4 }").contains("round_to = 4; write 3, 5 or 10"));
    assert!(
        of("a / b", "privacy = { min_numerator = 4, protected_by_source = true }")
            .contains("the source has protected the figures already")
    );
    assert!(of("a / b", "provisional = [2020]\nestimated = [2020]").contains("2020 also stands in `estimated`"));
    let count = refused("measure = \"count\"\nformula = \"100 * a / b\"\nlayers = [\"municipalities\"]");
    assert!(count[0].contains("a formula that divides or multiplies measures"), "{count:?}");
    let percent = "measure = \"ratio\"\nformula = \"100 * a / b\"\nlayers = [\"municipalities\"]\nmeasures = { a = \"places\", b = \"persons\" }";
    let folder = with(percent, "");
    let file = folder.path().join("indicators/probe.toml");
    let text = fs::read_to_string(&file).expect("reads").replace("unit = \"x\"", "unit = \"%\"");
    fs::write(&file, text).expect("writes");
    let mut report = Report::default();
    assert!(config::load(folder.path(), &mut report).is_none());
    assert_eq!(
        report.findings[0].cases[0].detail,
        "unit = \"%\", but what is computed is places/persons; per cent are of the same kind"
    );
}

#[test]
fn an_unknown_measure_is_told_with_the_nearest() {
    let folder = with(
        "measure = \"ratio\"\nformula = \"100 * recipiens / b\"\nlayers = [\"municipalities\"]",
        "03998001;2020;recipients;1;\n03998001;2020;b;9;\n",
    );
    let mut report = Report::default();
    let config = config::load(folder.path(), &mut report).expect("can be read");
    let (_, report) = kreisel::release::build(config, report).expect_err("a measure is not there");
    let found = report.findings.iter().find(|finding| finding.code == "measure-unknown").expect("is told");
    assert_eq!(found.message, "no table has the measure \"recipiens\"");
    assert_eq!(found.advice, "the tables have: b, recipients; the nearest is recipients");
}

#[test]
fn those_who_are_not_counted_are_protected_too() {
    let rate = |rule: &str| format!("{}\nprivacy = {{ {rule} }}", RATE.replace("aggregate = true", ""));
    let rows = "03998001;2020;a;96;\n03998001;2020;b;100;\n03998002;2020;a;100;\n03998002;2020;b;100;\n\
                03999001;2020;a;95;\n03999001;2020;b;100;\n03999002;2020;a;0;\n03999002;2020;b;100;\n";
    let release = load(with(&rate("min_numerator = 5, min_complement = 5"), rows).path());
    assert_eq!(told(&release, "municipalities", &TOWNS), ["suppressed", "100", "95", "0"]);
    let release = load(with(&rate("min_numerator = 5, min_complement = 5, hide_zero = true"), rows).path());
    assert_eq!(told(&release, "municipalities", &TOWNS), ["suppressed", "suppressed", "95", "suppressed"]);
}

#[test]
fn rounded_counts_make_rounded_rates_and_sums_of_what_is_published() {
    let rows = "03998001;2020;a;12;\n03998002;2020;a;13;\n03999001;2020;a;0;\n03999002;2020;a;2;\n";
    let release = load(with(&format!("{COUNT}\nprivacy = {{ round_to = 5 }}"), rows).path());
    assert_eq!(told(&release, "municipalities", &TOWNS), ["10", "15", "0", "0"]);
    assert_eq!(told(&release, "districts", &DISTRICTS), ["25", "0"]);
    // which zero is a zero is not said
    assert!(TOWNS.iter().all(|key| value(&release, "municipalities", key, 2020).state() == State::Rounded));
    let rows = "03998001;2020;a;12;\n03998001;2020;b;101;\n03998002;2020;a;1;\n03998002;2020;b;2;\n\
                03999001;2020;a;3;\n03999001;2020;b;8;\n03999002;2020;a;0;\n03999002;2020;b;200;\n";
    let release = load(with(&format!("{RATE}\nprivacy = {{ round_to = 5 }}"), rows).path());
    // 10 / 100; a denominator of 0 leaves nothing to say; 5 / 10; 0 / 200; 10 / 100 + 0; 5 / 210
    assert_eq!(told(&release, "municipalities", &TOWNS), ["10", "suppressed", "50", "0"]);
    assert_eq!(told(&release, "districts", &DISTRICTS), ["10", "2.38"]);
}

#[test]
fn a_rounded_total_of_the_table_that_gives_its_parts_away_is_told() {
    let rounded = format!("{COUNT}\nprivacy = {{ round_to = 3 }}");
    // 2 + 2 = 4 is published as 3 + 3 = 3, which nothing else makes; 2 + 4 = 6 as 3 + 3 = 6 could be 2 + 3, 3 + 3, …
    let rows = "03998001;2020;a;2;\n03998002;2020;a;2;\n03998;2020;a;4;\n03999001;2020;a;2;\n03999002;2020;a;4;\n03999;2020;a;6;\n";
    let release = load(with(&rounded, rows).path());
    assert_eq!(told(&release, "districts", &DISTRICTS), ["3", "6"]);
    let cases = &finding(&release, "rounding-recoverable").cases;
    let keys: Vec<&str> = cases.iter().filter_map(|case| case.key.as_deref()).collect();
    assert_eq!(keys, ["03998001", "03998002", "03998"], "and with the parts the total itself");
    assert_eq!(cases[0].detail, "Probeheim, 2020 (municipalities)");
    // the sum of what is published anyway gives nothing away
    let without = rows.replace("03998;2020;a;4;\n", "");
    let release = load(with(&rounded, &without).path());
    assert_eq!(told(&release, "districts", &DISTRICTS), ["6", "6"]);
    assert!(!has(&release, "rounding-recoverable"));
}

#[test]
fn years_that_are_not_final_say_so_in_every_value() {
    let count = format!("{COUNT}\nprovisional = [2020, 2031]\nestimated = [2019]");
    let rows = "03998001;2019;a;40;\n03998001;2020;a;41;\n03998002;2019;a;0;\n03998002;2020;a;0;\n03998001;2018;a;9;\n03998002;2018;a;9;\n";
    let release = load(with(&count, rows).path());
    let state = |layer: &str, key: &str, year| value(&release, layer, key, year).state();
    assert_eq!(state("municipalities", "03998001", 2019), State::Estimated);
    assert_eq!(state("municipalities", "03998002", 2020), State::Provisional);
    assert_eq!(state("municipalities", "03998001", 2018), State::Exact);
    assert_eq!(state("districts", "03998", 2019), State::Estimated);
    assert_eq!(finding(&release, "state-without-period").cases[0].detail, "2031");
}

#[tokio::test]
async fn references_targets_and_breaks_reach_the_answers() {
    let description = format!(
        "{COUNT}\ncaveat = {{ de = \"Achtung\", en = \"mind\" }}\nstatistic = \"12411\"\nbreaks = [{{ period = \"2021/22\", reason = \"Schuljahr\" }}, {{ period = 2020, reason = \"Zensus\" }}]\n\
         references = [{{ title = \"Kreis\", layer = \"districts\", key = \"03998\" }}, {{ title = \"Land\", values = {{ 2020 = 7.5, 2018 = \
         7 }}, source = \"Amt\" }}]\ntargets = [{{ value = 60, period = 2030, source = \"Beschluss\", date = \"2023-06-15\" }}]"
    );
    let rows = "03998001;2019;a;40;\n03998001;2020;a;41;\n03998002;2019;a;1;\n03998002;2020;a;.;\n";
    let server =
        Server::of(std::sync::Arc::new(kreisel::http::ServerState::new(load(with(&description, rows).path()))));
    let about = server.json("/indicators/probe").await;
    assert_eq!(
        about["references"],
        json!([
            { "title": { "de": "Kreis", "en": "Kreis" }, "area": { "layer": "districts", "key": "03998" }, "periods": [2019, 2020],
              "values": [41, null], "states": { "2020": "suppressed" } },
            { "title": { "de": "Land", "en": "Land" }, "source": { "de": "Amt", "en": "Amt" }, "periods": [2018, 2020], "values": [7, 7.5],
              "states": {} },
        ])
    );
    let source = json!({ "de": "Beschluss", "en": "Beschluss" });
    let targets = json!([{ "value": 60, "period": 2030, "title": null, "source": source, "date": "2023-06-15" }]);
    assert_eq!(about["targets"], targets);
    assert_eq!(
        (&about["caveat"]["en"], &about["statistic"], &about["aggregate"]),
        (&json!("mind"), &json!("12411"), &json!(true))
    );
    let breaks = json!([
        { "period": 2020, "reason": { "de": "Zensus", "en": "Zensus" } },
        { "period": "2021/22", "reason": { "de": "Schuljahr", "en": "Schuljahr" } }
    ]);
    assert_eq!(about["breaks"], breaks);
    assert_eq!(server.json("/indicators/probe/values?layer=districts").await["breaks"], breaks);
    let profile = server.json("/areas/municipalities/03998001").await;
    let indicators = profile["indicators"].as_array().expect("a list");
    let probe = indicators.iter().find(|indicator| indicator["id"] == "probe").expect("is there");
    assert_eq!((&probe["breaks"], &probe["targets"]), (&breaks, &targets));
    assert_eq!(probe["references"][1]["values"], json!([null, 7.5]), "in the periods of the profile");
}

#[test]
fn a_reference_to_an_area_that_is_not_there_is_told() {
    let description =
        format!("{COUNT}\nreferences = [{{ title = \"Kreis\", layer = \"districts\", key = \"03997\" }}]");
    let release = load(with(&description, "03998001;2020;a;41;\n").path());
    let case = &finding(&release, "reference-unknown").cases[0];
    assert_eq!(case.detail, "layer \"districts\" has no area \"03997\"; the nearest is 03999 (Ostprobe)");
    let found = refused(&format!("{COUNT}\nreferences = [{{ title = \"Land\", values = {{ 2020 = 7 }} }}]"));
    assert_eq!(found, ["missing-key: figures that are written down here need their `source`"]);
}

#[test]
fn a_break_names_a_year_a_school_year_or_a_day_and_nothing_else() {
    let with_break = |period: &str| format!("{COUNT}\nbreaks = [{{ period = {period}, reason = \"x\" }}]");
    let told = refused(&with_break("\"Sommer 2015\""));
    assert_eq!(told, ["invalid-value: \"Sommer 2015\" is no period; write 2011, \"2015/16\" or \"2015-08-01\""]);
    let twice = format!(
        "{COUNT}\nbreaks = [{{ period = 2015, reason = \"x\" }}, {{ period = \"2015-12-31\", reason = \"y\" }}]"
    );
    assert!(refused(&twice)[0].contains("a break in 2015 stands above"), "{:?}", refused(&twice));
    let folder = with(&with_break("\"2015-08-01\""), "03998001;2020;a;1;\n");
    assert_eq!(
        load(folder.path()).indicator("probe").expect("is there").config.breaks[0].period.to_string(),
        "2015-08-01"
    );
}

/// The small atlas in which 03998001 was made of 03998008 and 03998009 at the beginning of 2020, with rows that may say of
/// which day's areas they speak.
fn reformed(rows: &str, territory: &str) -> tempfile::TempDir {
    let folder = with(COUNT, "");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("writes");
    let reform = "from;to;date;population;area;employees;reason\n03998008;03998001;2020-01-01;1;1;1;x\n\
                  03998009;03998001;2020-01-01;1;1;1;x\n";
    write("data/successions.csv", reform);
    let atlas = fs::read_to_string(folder.path().join("atlas.toml")).expect("is there");
    write("atlas.toml", &format!("successions = \"data/successions.csv\"\n{atlas}"));
    write("data/probe.csv", &format!("key;period;indicator;value;state;{territory}\n{rows}"));
    folder
}

fn is_converted(release: &Release, layer: &str, key: &str, year: i16) -> bool {
    let layer = release.layer(layer).expect("a layer");
    let (feature, _) = layer.find(key).expect("an area");
    let series = release.indicator("probe").expect("is there").series(&layer.config.id, &Audience::Public);
    series.expect("has values").is_converted(feature, Period::year(year).expect("a year"))
}

#[test]
fn a_sum_over_converted_figures_is_marked_as_converted() {
    let rows = "03998008;2019;a;3;;\n03998009;2019;a;4;;\n03998002;2019;a;5;;\n03998001;2020;a;9;;\n03998002;2020;a;5;;\n\
                03999001;2019;a;1;;\n03999002;2019;a;1;;\n";
    let folder = reformed(rows, "territory");
    let release = load(folder.path());
    assert_eq!(value(&release, "municipalities", "03998001", 2019).number(), Some(7.0));
    assert!(is_converted(&release, "municipalities", "03998001", 2019));
    assert_eq!(value(&release, "districts", "03998", 2019).number(), Some(12.0));
    assert!(is_converted(&release, "districts", "03998", 2019), "the sum of converted figures");
    for (key, year) in [("03998", 2020), ("03999", 2019)] {
        assert!(!is_converted(&release, "districts", key, year), "{key} {year}");
    }
}

#[test]
fn a_column_says_of_which_days_areas_a_row_speaks() {
    // the same key, before and after it took another in: 2019 on the areas of 2019, and on those of 2021
    let reform = "03998002;2019;a;5;;2019-12-31\n03998008;2019;a;3;;31.12.2019\n03998009;2019;a;4;;2019\n\
                  03998001;2019;a;8;;2021\n03999001;2019;a;1;;\n03999002;2019;a;x;;bald\n";
    let folder = reformed(reform, "territory");
    let release = load(folder.path());
    assert_eq!(value(&release, "municipalities", "03998001", 2019).number(), Some(8.0), "the table's own figure");
    assert!(has(&release, "conversion-differs"), "3 and 4 are not 8");
    let found = finding(&release, "territory-unreadable");
    assert_eq!((found.cases[0].key.as_deref(), &*found.cases[0].detail), (Some("03999002"), "\"bald\""));
    // under another name it has to be told, and then it has to be there
    let folder = reformed(reform, "Gebietsstand");
    let description = folder.path().join("indicators/probe.toml");
    let text = fs::read_to_string(&description).expect("is there");
    let named = |column: &str| {
        let told = format!("file = \"../data/probe.csv\"\nterritory_column = \"{column}\"");
        fs::write(&description, text.replace("file = \"../data/probe.csv\"", &told)).expect("writes");
        kreisel::release::load(folder.path())
    };
    let release = named("Gebietsstand").expect("loads");
    assert!(has(&release, "territory-unreadable"));
    let report = named("Stand").expect_err("has no such column");
    assert!(report.findings.iter().any(|finding| finding.code == "column-missing"), "{:#?}", report.findings);
}

#[test]
fn an_area_that_does_not_exist_in_a_period_is_not_applicable_there() {
    let folder = with(COUNT, "03998001;2015;a;1;\n03998001;2021;a;2;\n03998002;2021;a;5;\n03999001;2015;a;1;\n");
    let path = folder.path().join("data/municipalities.geojson");
    let text = fs::read_to_string(&path).expect("is there");
    let with_year = |text: &str, key: &str, from: &str, to: &str| {
        let mark = format!("\"AGS\": \"{key}\"");
        assert!(text.contains(&mark));
        text.replace(&mark, &format!("{mark}, \"seit\": \"{from}\", \"bis\": \"{to}\""))
    };
    let text = with_year(&text, "03998001", "", "");
    let text = with_year(&text, "03998002", "2016-11-01", "");
    let text = with_year(&text, "03999001", "", "2018");
    let text = with_year(&text, "03999002", "", "");
    fs::write(&path, text).expect("writes");
    let layer = folder.path().join("layers/municipalities.toml");
    let text = fs::read_to_string(&layer).expect("is there");
    fs::write(&layer, text.replace("valid_from = 2016", "valid_from = \"seit\"\nvalid_to = \"bis\"")).expect("writes");
    let release = load(folder.path());
    let state = |key: &str, year: i16| value(&release, "municipalities", key, year).state();
    assert_eq!(state("03998002", 2015), State::NotApplicable, "it was made in 2016");
    assert_eq!(state("03998002", 2021), State::Exact);
    assert_eq!(state("03999001", 2021), State::NotApplicable, "it is no more since 2019");
    assert_eq!(state("03999002", 2015), State::Missing, "it was there, and nobody delivered a figure");
    // what is not there adds nothing to a sum
    assert_eq!(value(&release, "districts", "03998", 2015).number(), Some(1.0));
}
