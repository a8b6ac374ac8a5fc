use proptest::prelude::*;

use super::*;
use crate::release::gate::tests::released;
use crate::value::{Figure, State};

fn config(breaks: Breaks) -> ClassesConfig {
    ClassesConfig { breaks, ramp: "blues".to_owned() }
}

fn quantiles(classes: u8) -> ClassesConfig {
    config(Breaks::Quantile { classes })
}

fn series(numbers: &[f64]) -> Series {
    let figures: Vec<Figure> = numbers.iter().map(|number| Figure::exact(*number)).collect();
    released(&[2015], &figures, 6)
}

fn members(classes: &Classes, numbers: &[f64]) -> Vec<usize> {
    let mut members = vec![0; classes.limits.len() + 1];
    for number in numbers {
        members[classes.class_of(*number)] += 1;
    }
    members
}

/// Made with numpy 2.4.6:
/// ```python
/// import numpy
/// lists = {
///     "odd": [1, 2, 3, 4, 5, 6, 7],
///     "ties": [0, 0, 0, 0, 1, 1, 2, 5, 5, 9],
///     "negative": [-7.5, -2.25, 0, 1.125, 3, 3, 12, 40],
///     "two": [10, 20],
///     "population": [6404, 6951, 11044, 15091, 5570, 18729, 21414, 23219, 4105, 7034, 4594, 12545, 3564],
/// }
/// for name, numbers in lists.items():
///     for parts in (2, 3, 4, 5, 7):
///         print(name, parts, numpy.quantile(numbers, [part / parts for part in range(1, parts)]).tolist())
/// ```
const NUMPY: &str = include_str!("numpy_quantiles.txt");

#[test]
fn quantiles_agree_with_numpy() {
    let lists: [(&str, &[f64]); 5] = [
        ("odd", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
        ("ties", &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 5.0, 5.0, 9.0]),
        ("negative", &[-7.5, -2.25, 0.0, 1.125, 3.0, 3.0, 12.0, 40.0]),
        ("two", &[10.0, 20.0]),
        (
            "population",
            &[
                3564.0, 4105.0, 4594.0, 5570.0, 6404.0, 6951.0, 7034.0, 11044.0, 12545.0, 15091.0, 18729.0, 21414.0,
                23219.0,
            ],
        ),
    ];
    let mut compared = 0;
    for line in NUMPY.lines() {
        let mut words = line.splitn(3, ' ');
        let (name, parts) = (words.next().expect("a name"), words.next().expect("a number"));
        let parts: usize = parts.parse().expect("a number");
        let expected: Vec<f64> = words
            .next()
            .expect("a list")
            .trim_matches(['[', ']'])
            .split(", ")
            .map(|number| number.parse().expect("a number"))
            .collect();
        let (_, sorted) = lists.iter().find(|(list, _)| *list == name).expect("a known list");
        for (part, expected) in (1..parts).zip(expected) {
            let found = quantile(sorted, part, parts).expect("there are numbers");
            // numpy interpolates with part / parts rounded once; the tolerance is a few steps of an f64
            assert!(
                (found - expected).abs() <= expected.abs() * 1e-14 + 1e-15,
                "{name} {part}/{parts}: {found} {expected}"
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 5 * 16);
}

#[test]
fn limits_are_short_and_leave_the_classes_equally_full() {
    let numbers: Vec<f64> = (0..1000).map(|position| 0.123 + f64::from(position) * 0.0977).collect();
    let classes = Classes::find(&quantiles(5), &series(&numbers));
    assert_eq!(classes.limits, [20.0, 40.0, 60.0, 80.0]);
    for count in members(&classes, &numbers) {
        assert!((180..=220).contains(&count), "{count}");
    }
    let towns = [3564.0, 4105.0, 4594.0, 5570.0, 6404.0, 6951.0, 7034.0, 11044.0, 12545.0, 15091.0, 18729.0, 21414.0];
    let classes = Classes::find(&quantiles(4), &series(&towns));
    assert_eq!(members(&classes, &towns), [3, 3, 3, 3]);
    assert_eq!(classes.limits, [5000.0, 7000.0, 15000.0]);
}

#[test]
fn a_limit_belongs_to_the_class_above_it() {
    let classes = Classes::find(&config(Breaks::Manual { limits: vec![10.0, 20.0] }), &series(&[1.0, 30.0]));
    assert_eq!((classes.class_of(9.999), classes.class_of(10.0), classes.class_of(20.0)), (0, 1, 2));
    assert_eq!((classes.limits.len(), classes.colors.len(), classes.range), (2, 3, Some((1.0, 30.0))));
}

#[test]
fn many_equal_numbers_leave_fewer_classes() {
    let mostly_zero = [vec![0.0; 70], vec![1.0; 10], vec![2.0; 10], vec![3.0; 10]].concat();
    let classes = Classes::find(&quantiles(5), &series(&mostly_zero));
    assert_eq!(members(&classes, &mostly_zero), [80, 20]);
    let classes = Classes::find(&quantiles(5), &series(&[4.0; 9]));
    assert_eq!((classes.limits.len(), classes.colors.len(), classes.range), (0, 1, Some((4.0, 4.0))));
    let classes = Classes::find(&config(Breaks::Equal { classes: 5 }), &series(&[4.0; 9]));
    assert_eq!((classes.limits.len(), classes.colors.len()), (0, 1));
}

#[test]
fn a_series_without_numbers_has_one_class_and_no_range() {
    for breaks in [Breaks::Quantile { classes: 5 }, Breaks::Equal { classes: 5 }] {
        let hidden = released(&[2015], &[Figure::absent(State::Suppressed)], 0);
        let classes = Classes::find(&config(breaks), &hidden);
        assert_eq!((classes.limits.len(), classes.colors.len(), classes.range), (0, 1, None));
    }
}

#[test]
fn equal_classes_are_equally_wide_and_short() {
    let classes = Classes::find(&config(Breaks::Equal { classes: 5 }), &series(&[0.0, 50.0, 97.0]));
    assert_eq!(classes.limits, [20.0, 40.0, 60.0, 80.0]);
    let classes = Classes::find(&config(Breaks::Equal { classes: 4 }), &series(&[3.2, 11.9]));
    assert_eq!(classes.limits, [5.5, 7.75, 10.0]);
    let classes = Classes::find(&config(Breaks::Equal { classes: 4 }), &series(&[-1.0, 1.0]));
    assert_eq!(classes.limits, [-0.5, 0.0, 0.5]);
}

#[test]
fn limits_come_from_all_periods() {
    let figures: Vec<Figure> = (0..20).map(|number| Figure::exact(f64::from(number))).collect();
    let both = Classes::find(&quantiles(2), &released(&[2014, 2015], &figures, 0));
    assert_eq!(both.range, Some((0.0, 19.0)));
    assert_eq!(both.limits, [10.0]);
}

#[test]
fn a_suppressed_number_moves_no_limit() {
    let open: Vec<Figure> = (0..50).map(|number| Figure::exact(f64::from(number))).collect();
    let mut with_secret = open.clone();
    with_secret.push(Figure::new(99_999.0, State::Suppressed));
    for breaks in [Breaks::Quantile { classes: 5 }, Breaks::Equal { classes: 5 }] {
        let classes = |figures: &[Figure]| Classes::find(&config(breaks.clone()), &released(&[2015], figures, 0));
        assert_eq!(classes(&open), classes(&with_secret));
    }
}

proptest! {
    #[test]
    fn limits_ascend_lie_inside_the_range_and_part_the_numbers(
        numbers in prop::collection::vec(prop_oneof![-1e6..1e6_f64, -10.0..10.0_f64, Just(0.0)], 1..200),
        classes in 2_u8..=7,
    ) {
        let series = series(&numbers);
        let released: Vec<f64> = series.values().filter_map(ReleasedValue::number).collect();
        let found = Classes::find(&quantiles(classes), &series);
        let (first, last) = found.range.expect("there are numbers");
        prop_assert!(found.limits.len() < usize::from(classes));
        prop_assert_eq!(found.colors.len(), found.limits.len() + 1);
        prop_assert!(found.limits.is_sorted_by(|one, other| one < other), "{:?}", found.limits);
        prop_assert!(found.limits.iter().all(|limit| first < *limit && *limit <= last));
        prop_assert!(members(&found, &released).iter().all(|count| *count > 0));
    }

    #[test]
    fn distinct_numbers_fill_quantile_classes_almost_equally(start in -1e3..1e3_f64, step in 0.001..100.0_f64) {
        let numbers: Vec<f64> = (0..700).map(|position| start + step * f64::from(position)).collect();
        let found = Classes::find(&quantiles(7), &series(&numbers));
        prop_assert_eq!(found.limits.len(), 6);
        // 100 each, and a limit may move one number in fifty (14) on either side
        for count in members(&found, &numbers) {
            prop_assert!((70..=130).contains(&count), "{} {:?}", count, found.limits);
        }
    }

    #[test]
    fn equal_classes_stay_equal_and_inside(first in -1e6..1e6_f64, width in 1e-3..1e6_f64, classes in 2_u8..=7) {
        let found = equal_limits((first, first + width), classes);
        prop_assert_eq!(found.len(), usize::from(classes) - 1);
        prop_assert!(found.iter().all(|limit| first < *limit && *limit < first + width), "{:?}", found);
        for pair in found.windows(3) {
            prop_assert!((pair[2] - pair[1] - (pair[1] - pair[0])).abs() < 1e-6 * width);
        }
    }
}
