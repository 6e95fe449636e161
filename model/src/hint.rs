//! "Did you mean": the known name that a wrong one is likely to stand for.
//!
//! One function for columns, labels, parameters, stages and whatever else is named. It is here, and by
//! hand, because the function that serves uses this crate too and links no library for it.

/// `; did you mean "depot"?` where one of `known` is near; else nothing.
pub fn did_you_mean<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest(wrong, known).map_or(String::new(), |name| format!("; did you mean {name:?}?"))
}

/// The nearest of `known`: one that differs in case, blanks, `_` and `-` alone, or else one that at most
/// one letter in three is wrong of. Of equals the first.
pub fn nearest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let mut steps = usize::MAX;
    nearest_within(wrong, known, &mut steps)
}

/// As [`nearest`], for names that a stranger chose: a comparison takes its letters, and the product of
/// both names' letters where they are of similar length, from `steps`. `None` once they do not suffice.
pub fn nearest_within<'n>(
    wrong: &str,
    known: impl IntoIterator<Item = &'n str>,
    steps: &mut usize,
) -> Option<&'n str> {
    if wrong.len() > 4 * LONGEST {
        return None;
    }
    let wanted = plain(wrong);
    let mut best: Option<(usize, &'n str)> = None;
    for name in known {
        *steps = steps.checked_sub(name.len() + 16)?;
        let other = plain(name);
        // Names without a letter have only themselves.
        if wanted.is_empty() || other.is_empty() {
            continue;
        }
        let most = wanted.len().max(other.len()) / 3;
        // More letters need more changes: the quadratic work is for names that can be near.
        if wanted.len().abs_diff(other.len()) > most || other.len() > LONGEST {
            continue;
        }
        *steps = steps.checked_sub(wanted.len() * other.len())?;
        let wrong_letters = distance(&wanted, &other);
        if wrong_letters <= most && best.is_none_or(|(least, _)| wrong_letters < least) {
            best = Some((wrong_letters, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Letters of the longest name that is compared.
const LONGEST: usize = 100;

/// Letters without what people forget: case, blanks, `_` and `-`.
pub fn plain(text: &str) -> Vec<char> {
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-');
    text.chars()
        .filter(is_kept)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Letters to insert, delete, replace or swap with their neighbour: the optimal string alignment
/// distance (Damerau, "A technique for computer detection and correction of spelling errors", 1964).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = [(0..=b.len()).collect::<Vec<usize>>(), vec![], vec![]];
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let changed = rows[0][j] + usize::from(letter != other);
            let mut least = changed.min(rows[0][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                least = least.min(rows[1][j - 1] + 1);
            }
            row.push(least);
        }
        let [last, before, _] = rows;
        rows = [row, last, before];
    }
    rows[0][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 6] = [
        "depot",
        "ordered_at",
        "kilos",
        "random_forest",
        "a",
        "größe",
    ];

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        for (wrong, meant) in [
            ("Depot", Some("depot")),
            ("dpeot", Some("depot")),
            ("kilo", Some("kilos")),
            ("orderedAt", Some("ordered_at")),
            ("ordered at", Some("ordered_at")),
            ("random_forrest", Some("random_forest")),
            ("Grösse", Some("größe")),
            ("b", None),
            ("weight", None),
            ("", None),
            ("__", None),
        ] {
            assert_eq!(nearest(wrong, NAMES), meant, "{wrong}");
        }
        assert_eq!(did_you_mean("Depot", NAMES), "; did you mean \"depot\"?");
        assert_eq!(did_you_mean("weight", NAMES), "");
    }

    #[test]
    fn the_nearest_wins_and_of_equals_the_first() {
        assert_eq!(nearest("model3", ["model1", "model2"]), Some("model1"));
        assert_eq!(nearest("model_2", ["model1", "model2"]), Some("model2"));
    }

    #[test]
    fn looking_ends_with_its_steps() {
        let known: Vec<String> = (0..100).map(|index| format!("column {index}")).collect();
        let of = |mut steps: usize| {
            let names = known.iter().map(String::as_str);
            (nearest_within("Column_99", names, &mut steps), steps)
        };
        assert_eq!(of(20_000).0, Some("column 99"));
        let (found, left) = of(8_000);
        assert!(found.is_none() && left < 100, "{found:?} {left}");
        let long = "x".repeat(10_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }

    proptest! {
        #[test]
        fn a_distance_is_one(a in "[ab]{0,6}", b in "[ab]{0,6}") {
            let [a, b]: [Vec<char>; 2] = [a.chars().collect(), b.chars().collect()];
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
            prop_assert!(distance(&a, &b) <= a.len().max(b.len()));
            prop_assert!(distance(&a, &b) >= a.len().abs_diff(b.len()));
        }

        #[test]
        fn any_name_is_looked_for(wrong in "\\PC{0,40}", known in prop::collection::vec("\\PC{0,40}", 0..5)) {
            let found = nearest(&wrong, known.iter().map(String::as_str));
            prop_assert!(found.is_none_or(|name| known.iter().any(|of| of == name)));
        }
    }
}
