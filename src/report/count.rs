//! Texts with a number in them, in the form that goes with the number.

/// A text with a count: `{n}` becomes the number, `[one|many]` the form that goes with it, and `[s]` an s behind
/// anything but one. So `"{n} cell[s] [is|are] left out"` becomes `1 cell is left out` or `3 cells are left out`.
#[must_use]
pub fn counted(count: impl TryInto<u64>, text: &str) -> String {
    // no count of this program is negative or beyond 64 bits
    let count = count.try_into().unwrap_or(u64::MAX);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('[') {
        let Some((forms, after)) = behind.split_once(']') else { break };
        let (one, many) = forms.split_once('|').unwrap_or(("", forms));
        out.push_str(before);
        out.push_str(if count == 1 { one } else { many });
        rest = after;
    }
    out.push_str(rest);
    out.replace("{n}", &count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_told_in_the_singular() {
        let text = "{n} cell[s] [is|are] left out, {n} facilit[y|ies]";
        assert_eq!(counted(1_u64, text), "1 cell is left out, 1 facility");
        assert_eq!(counted(0_usize, text), "0 cells are left out, 0 facilities");
        assert_eq!(counted(12_usize, text), "12 cells are left out, 12 facilities");
        assert_eq!(counted(2_u64, "no number, an open [bracket"), "no number, an open [bracket");
    }
}
