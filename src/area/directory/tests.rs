use super::*;

struct Layer(KeyKind, Vec<AreaKey>, Vec<String>, Vec<Option<String>>);

fn layer(kind: KeyKind, areas: &[(&str, &str, &str)]) -> Layer {
    let keys = areas.iter().map(|(key, ..)| AreaKey::read(key, kind).expect("a key").key).collect();
    let names = areas.iter().map(|(_, name, _)| (*name).to_owned()).collect();
    let parent = |parent: &str| (!parent.is_empty()).then(|| parent.to_owned());
    Layer(kind, keys, names, areas.iter().map(|(.., of)| parent(of)).collect())
}

fn directory(layers: &[Layer]) -> Directory<'_> {
    let listed = layers.iter().map(|Layer(kind, keys, names, parents)| Listed { kind: *kind, keys, names, parents });
    Directory::new(listed.collect())
}

/// Keys of the areas that are found; "?" before choices.
fn found(directory: &Directory<'_>, resolved: &Resolved) -> String {
    let keys = |places: &mut dyn Iterator<Item = Place>| {
        places.map(|place| directory.key(place).to_owned()).collect::<Vec<_>>().join(" ")
    };
    match resolved {
        Resolved::Found(found) => keys(&mut found.places.iter().copied()),
        Resolved::Ambiguous(choices) => format!("? {}", keys(&mut choices.iter().map(|(place, _)| *place))),
        Resolved::Unknown => String::new(),
    }
}

fn heidekreis() -> [Layer; 3] {
    [
        layer(
            KeyKind::Ags,
            &[
                ("03358001", "Ahlden (Aller)", "033585401"),
                ("03358002", "Bispingen", "033580002"),
                ("03358501", "Osterheide", "033589501"),
            ],
        ),
        layer(
            KeyKind::Association,
            &[("033585401", "Ahlden", ""), ("033580002", "Bispingen", ""), ("033589501", "Osterheide", "")],
        ),
        layer(KeyKind::District, &[("03358", "Heidekreis", ""), ("03351", "Celle", "")]),
    ]
}

#[test]
fn mixed_keys_of_the_offices_lead_to_one_level_each() {
    let layers = heidekreis();
    let directory = directory(&layers);
    for (text, keys) in [
        ("03358401", "033585401"),
        ("03358401001", "03358001"),
        ("03358002", "03358002 033580002"),
        ("033580002", "03358002 033580002"),
        ("03358501", "03358501 033589501"),
        ("033585401001", "03358001"),
        ("03358", "03358"),
        ("3358000", "03358"),
        ("DE938", "03358"),
        ("03", ""),
        ("03351006", ""),
    ] {
        assert_eq!(found(&directory, &directory.resolve(text)), keys, "{text}");
    }
}

#[test]
fn one_area_has_keys_of_several_kinds() {
    let layers = [
        layer(KeyKind::Ars, &[("020000000000", "Hamburg", ""), ("031010000000", "Braunschweig", "")]),
        layer(KeyKind::District, &[("02000", "Hamburg", ""), ("03101", "Braunschweig", "")]),
        layer(KeyKind::State, &[("02", "Hamburg", ""), ("03", "Niedersachsen", "")]),
    ];
    let directory = directory(&layers);
    for text in ["02", "02000", "02000000", "020000000", "020000000000"] {
        assert_eq!(found(&directory, &directory.resolve(text)), "020000000000 02000 02", "{text}");
    }
    assert_eq!(found(&directory, &directory.resolve("03101")), "031010000000 03101");
    assert_eq!(found(&directory, &directory.resolve("03")), "03");
}

#[test]
fn what_may_be_two_areas_is_left_to_a_person() {
    let layers = [
        layer(KeyKind::Ags, &[("10041100", "Saarbrücken", "")]),
        layer(KeyKind::Association, &[("010041100", "an older association", "")]),
        layer(KeyKind::Own, &[("A1", "Nord", ""), ("3358", "Süd", "")]),
    ];
    let all = directory(&layers);
    assert_eq!(found(&all, &all.resolve("10041100")), "10041100", "as it stands it is an area");
    assert_eq!(found(&all, &all.resolve("3358")), "3358", "the district's own key is no damaged one");
    let part = directory(&layers[1..]);
    assert_eq!(found(&part, &part.resolve("10041100")), "? 010041100", "it may be an AGS that is not here");
    let shared = [layer(KeyKind::Ars, &[("092739444444", "one forest", ""), ("092739445444", "another forest", "")])];
    let shared = directory(&shared);
    assert_eq!(found(&shared, &shared.resolve("09273444")), "? 092739444444 092739445444");
    assert_eq!(found(&shared, &shared.resolve("092739445444")), "092739445444");
}

#[test]
fn a_name_is_read_where_it_is_the_name_of_one_area() {
    let mut layers = heidekreis().into_iter().collect::<Vec<_>>();
    layers.push(layer(KeyKind::Ags, &[("03351006", "Celle", ""), ("03358002", "Bispingen", "")]));
    let directory = directory(&layers);
    for (name, keys) in [
        ("    Bispingen", "03358002 033580002 03358002"),
        ("Osterheide, gem.fr. Bezirk", "03358501 033589501"),
        ("Samtgemeinde Ahlden", "033585401"),
        ("Ahlden/Aller", "03358001"),
        ("Ahlden", "? 033585401 03358001"),
        ("Celle", "? 03351 03351006"),
        ("Celle, Landkreis", "03351"),
        ("Celle, Stadt", "03351006"),
        ("Landkreis Heidekreis", "03358"),
        ("Soltau", ""),
    ] {
        assert_eq!(found(&directory, &directory.by_name(name)), keys, "{name}");
    }
}

#[test]
fn strangers_are_told_apart_by_level_and_county() {
    let layers = [
        layer(KeyKind::Ags, &[("03358002", "", ""), ("03358008", "", "")]),
        layer(KeyKind::District, &[("03358", "", "")]),
    ];
    let directory = directory(&layers);
    for unknown in ["03358004", "3358004", "03358401001", "Bispingen", "03358 004"] {
        assert_eq!(directory.stranger(unknown, &[0, 1]), Stranger::Unknown, "{unknown}");
    }
    for elsewhere in ["01001000", "1001000", "03352", "03101401001", "16077"] {
        assert_eq!(directory.stranger(elsewhere, &[0, 1]), Stranger::Elsewhere, "{elsewhere}");
    }
    for other in ["DG", "03", "3", "033", "03358401", "33585401000"] {
        assert_eq!(directory.stranger(other, &[0, 1]), Stranger::OtherLevel, "{other}");
    }
}
