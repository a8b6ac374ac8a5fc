//! Colour ramps for classes, with two to seven colours (one for a single class).
//!
//! The colours are computed between chosen ends in `OKLCh` (Ottosson 2020, "A perceptual color space
//! for image processing"), where equal steps look equal. Sequential ramps go from light to dark in
//! one hue, so that they can be told apart without any sense of colour; diverging ramps join two hues
//! that stay apart under the three kinds of colour blindness, both as dark at the ends, light between.
//! "No data" is not among the colours; it is drawn apart from all classes.

pub use crate::config::RAMPS;

/// A colour in `OKLCh`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lch {
    /// 0 black to 1 white.
    lightness: f64,
    /// 0 grey upwards.
    chroma: f64,
    /// Degrees.
    hue: f64,
}

/// How a ramp is made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ramp {
    /// From light to dark; chroma is highest between the ends.
    Sequential { light: Lch, dark: Lch },
    /// From one dark end over a light grey to the other dark end.
    Diverging { low: Lch, high: Lch },
}

/// The light grey between the halves of a diverging ramp.
const MIDDLE_LIGHTNESS: f64 = 0.95;
/// What a part of a colour may lie outside sRGB before chroma is taken away: it vanishes in 8 bits.
const TOLERANCE: f64 = 1e-4;
/// Chroma added half way between the ends of a sequential ramp.
const BULGE: f64 = 0.045;

const fn lch(lightness: f64, chroma: f64, hue: f64) -> Lch {
    Lch { lightness, chroma, hue }
}

fn named(name: &str) -> Ramp {
    match name {
        "greens" => Ramp::Sequential { light: lch(0.95, 0.035, 130.0), dark: lch(0.36, 0.085, 150.0) },
        "oranges" => Ramp::Sequential { light: lch(0.95, 0.035, 80.0), dark: lch(0.38, 0.11, 40.0) },
        "purples" => Ramp::Sequential { light: lch(0.95, 0.02, 305.0), dark: lch(0.34, 0.14, 300.0) },
        "purple_green" => Ramp::Diverging { low: lch(0.42, 0.15, 310.0), high: lch(0.42, 0.10, 145.0) },
        "brown_teal" => Ramp::Diverging { low: lch(0.42, 0.10, 58.0), high: lch(0.42, 0.085, 200.0) },
        // "blues", and whatever the description's check has let through
        _ => Ramp::Sequential { light: lch(0.95, 0.02, 230.0), dark: lch(0.34, 0.10, 260.0) },
    }
}

/// `count` colours of a ramp as `#rrggbb`.
pub(super) fn colors(name: &str, count: usize) -> Vec<String> {
    let ramp = named(name);
    // one class takes the middle of a ramp; two would not need its ends, but legends read best with them
    let at = |position: usize| if count < 2 { 0.5 } else { position as f64 / (count - 1) as f64 };
    (0..count).map(|position| hex(ramp.at(at(position)))).collect()
}

impl Ramp {
    /// The colour at a place from 0 to 1.
    fn at(self, place: f64) -> Lch {
        match self {
            Self::Sequential { light, dark } => {
                let mix = |one: f64, other: f64| one + (other - one) * place;
                Lch {
                    lightness: mix(light.lightness, dark.lightness),
                    chroma: mix(light.chroma, dark.chroma) + BULGE * 4.0 * place * (1.0 - place),
                    hue: mix(light.hue, dark.hue),
                }
            }
            Self::Diverging { low, high } => {
                let out = 2.0 * place - 1.0;
                let end = if out < 0.0 { low } else { high };
                let lightness = MIDDLE_LIGHTNESS + (end.lightness - MIDDLE_LIGHTNESS) * out.abs();
                Lch { lightness, chroma: end.chroma * out.abs().powf(0.4), hue: end.hue }
            }
        }
    }
}

/// A colour as `#rrggbb`. What lies outside sRGB loses chroma until it fits; lightness and hue stay.
fn hex(color: Lch) -> String {
    let mut chroma = color.chroma;
    let mut rgb = to_linear_srgb(color);
    while rgb.iter().any(|part| !(-TOLERANCE..=1.0 + TOLERANCE).contains(part)) && chroma > 1e-4 {
        chroma *= 0.98;
        rgb = to_linear_srgb(Lch { chroma, ..color });
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=255 before")]
    let [red, green, blue] = rgb.map(|part| (gamma(part.clamp(0.0, 1.0)) * 255.0).round() as u8);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// `OKLCh` → linear sRGB; the matrices are Ottosson's.
fn to_linear_srgb(color: Lch) -> [f64; 3] {
    let (sin, cos) = color.hue.to_radians().sin_cos();
    let (light, a, b) = (color.lightness, color.chroma * cos, color.chroma * sin);
    let long = (light + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (light - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (light - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ]
}

/// The transfer function of sRGB (IEC 61966-2-1).
fn gamma(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linear sRGB of `#rrggbb`.
    fn linear(hex: &str) -> [f64; 3] {
        let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits")) / 255.0;
        let linear = |part: f64| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
        [1, 3, 5].map(|at| linear(part(at)))
    }

    /// Linear sRGB → `OKLab`, Ottosson's forward matrices, written apart from the code under test.
    fn oklab(rgb: [f64; 3]) -> [f64; 3] {
        let row =
            |matrix: [f64; 3], of: [f64; 3]| matrix.iter().zip(of).map(|(factor, part)| factor * part).sum::<f64>();
        let lms = [
            row([0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9], rgb),
            row([0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6], rgb),
            row([0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5], rgb),
        ]
        .map(f64::cbrt);
        [
            row([0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8], lms),
            row([1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9], lms),
            row([0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0], lms),
        ]
    }

    fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
        one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
    }

    /// Full protanopia, deuteranopia and tritanopia in linear sRGB (Machado, Oliveira, Fernandes 2009).
    const BLINDNESS: [[[f64; 3]; 3]; 3] = [
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    fn seen(hex: &str, blindness: Option<usize>) -> [f64; 3] {
        let rgb = linear(hex);
        let rgb = blindness.map_or(rgb, |kind| {
            BLINDNESS[kind]
                .map(|row| row.iter().zip(rgb).map(|(factor, part)| factor * part).sum::<f64>().clamp(0.0, 1.0))
        });
        oklab(rgb)
    }

    fn sequential() -> impl Iterator<Item = &'static str> {
        RAMPS.iter().copied().filter(|name| matches!(named(name), Ramp::Sequential { .. }))
    }

    #[test]
    fn oklch_becomes_the_colours_of_its_author() {
        // pure red, green and blue as given in the article's reference implementation
        assert_eq!(hex(lch(0.627_955, 0.257_683, 29.234)), "#ff0000");
        assert_eq!(hex(lch(0.866_440, 0.294_827, 142.495)), "#00ff00");
        assert_eq!(hex(lch(0.452_014, 0.313_214, 264.052)), "#0000ff");
        assert_eq!(hex(lch(1.0, 0.0, 0.0)), "#ffffff");
    }

    #[test]
    fn every_named_ramp_is_its_own() {
        let ramps: Vec<Vec<String>> = RAMPS.iter().map(|name| colors(name, 5)).collect();
        for (position, ramp) in ramps.iter().enumerate() {
            assert_eq!(ramp.len(), 5);
            assert!(!ramps[..position].contains(ramp), "{}", RAMPS[position]);
        }
        assert_eq!(sequential().count(), 4);
    }

    #[test]
    fn sequential_ramps_get_steadily_darker_for_every_eye() {
        for name in sequential() {
            for count in 2..=7 {
                for blindness in [None, Some(0), Some(1), Some(2)] {
                    let seen: Vec<f64> = colors(name, count).iter().map(|hex| seen(hex, blindness)[0]).collect();
                    assert!(
                        seen.is_sorted_by(|one, other| one - other > 0.05),
                        "{name} {count} {blindness:?} {seen:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn diverging_ramps_are_light_in_the_middle_and_even_on_both_sides() {
        for name in ["purple_green", "brown_teal"] {
            for count in 2..=7 {
                let seen: Vec<f64> = colors(name, count).iter().map(|hex| seen(hex, None)[0]).collect();
                for position in 0..count / 2 {
                    let mirrored = seen[count - 1 - position];
                    assert!((seen[position] - mirrored).abs() < 0.02, "{name} {count}: {seen:?}");
                    assert!(position == 0 || seen[position] > seen[position - 1] + 0.05, "{name} {count}: {seen:?}");
                }
            }
        }
    }

    #[test]
    fn neighbouring_classes_differ_for_every_eye() {
        // 0.05 in OKLab is about two and a half times what is just noticeable side by side
        for name in RAMPS {
            for count in 2..=7 {
                let colors = colors(name, count);
                for pair in colors.windows(2) {
                    for blindness in [None, Some(0), Some(1), Some(2)] {
                        let apart = distance(seen(&pair[0], blindness), seen(&pair[1], blindness));
                        assert!(apart > 0.05, "{name} {count} {pair:?} {blindness:?}: {apart}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_two_sides_of_a_diverging_ramp_differ_for_every_eye() {
        for name in ["purple_green", "brown_teal"] {
            let colors = colors(name, 7);
            for (low, high) in [(0, 6), (1, 5)] {
                for blindness in [None, Some(0), Some(1), Some(2)] {
                    let apart = distance(seen(&colors[low], blindness), seen(&colors[high], blindness));
                    assert!(apart > 0.08, "{name} {low} {high} {blindness:?}: {apart}");
                }
            }
        }
    }
}
