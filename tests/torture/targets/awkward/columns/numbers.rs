//! Numbers, and what is written with digits and is none.

use support::tables::Draw;

use super::super::words::ODD_NUMBERS;
use super::Cell;

/// Numbers as JSON has them, too.
pub fn plain(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let decimals = [0, 0, 1, 2, 6][draw.below(5)];
    let range = [3.0, 30.0, 1_000.0, 1e9][draw.below(4)];
    let shift = [0.0, 0.0, range / 2.0, -1e6][draw.below(4)];
    let number = |_| format!("{:.decimals$}", draw.share() * range - shift);
    (0..rows).map(number).map(typed).collect()
}

/// A number without a sign before zero, which a rounded one may have.
fn typed(text: String) -> Cell {
    let is_zero = text.chars().all(|c| "-0.".contains(c));
    Cell::typed(if is_zero { text.replace('-', "") } else { text })
}

/// Numbers as people write them: marks of decimals and groups, signs and units.
pub fn formatted(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let (decimal, group) = [
        (',', None),
        (',', Some('.')),
        (',', Some(' ')),
        (',', Some('\u{202f}')),
        ('.', Some(',')),
        ('.', Some('\'')),
        ('.', Some('\u{a0}')),
        ('.', None),
    ][draw.below(8)];
    let (prefix, suffix) = [
        ("", ""),
        ("", ""),
        ("", ""),
        ("$", ""),
        ("", " €"),
        ("", "%"),
        ("", " %"),
        ("", " kg"),
        ("US$ ", ""),
        ("£", ""),
    ][draw.below(10)];
    let decimals = [0, 1, 2, 3][draw.below(4)];
    let range = [10.0, 2_000.0, 5e7][draw.below(3)];
    let negative = draw.below(4);
    let number = |_| {
        let plain = format!("{:.decimals$}", draw.share() * range);
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut text = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                text.extend(group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(decimal);
            text += fraction;
        }
        let text = format!("{prefix}{text}{suffix}");
        match (negative, draw.below(6)) {
            (1, 0) => format!("-{text}"),
            (2, 0) => format!("({text})"),
            (3, 0) => format!("\u{2212}{text}"),
            _ => text,
        }
        .into()
    };
    (0..rows).map(number).collect()
}

/// Texts that one parser takes for a number and another does not, alone or among plain numbers.
pub fn odd(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let one_in = [1, 2, 30][draw.below(3)];
    let cells = plain(draw, rows).into_iter();
    let of = |cell: Cell| match draw.below(one_in) {
        0 => draw.of(&ODD_NUMBERS).into(),
        _ => Cell::told_apart(cell),
    };
    cells.map(of).collect()
}

/// Numbers of the rows: in order, backwards, mixed, in even steps, with letters.
pub fn of_rows(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let (step, first) = ([1, 1, 5, 7][draw.below(4)], [0, 1, 1_000][draw.below(3)]);
    let mut numbers: Vec<usize> = (0..rows).map(|row| first + step * row).collect();
    match draw.below(4) {
        0 => numbers.reverse(),
        1 => (1..rows).for_each(|end| numbers.swap(end, draw.below(end + 1))),
        // Some are lost.
        2 => numbers
            .iter_mut()
            .for_each(|number| *number *= 1 + *number % 3),
        _ => {}
    }
    let letter = draw.of(&["", "", "", "T", "o-"]);
    let of = |number: usize| match letter {
        "" => Cell::typed(number.to_string()),
        _ => format!("{letter}{number:05}").into(),
    };
    numbers.into_iter().map(of).collect()
}

/// Whole codes of few values: with zeros in front, with `.0` behind, with letters.
pub fn codes(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let values = [2, 5, 30][draw.below(3)];
    let form = draw.below(6);
    let code = |_| {
        let code = draw.below(values) * 7;
        match form {
            0 => Cell::typed(format!("{}.0", 100 + code)),
            1 => format!("{code:05}").into(),
            2 => format!("{code:03}").into(),
            3 => Cell::typed((100 + code).to_string()),
            4 => format!("{}{}", code, ["", "a", "b"][draw.below(3)]).into(),
            // As a table that was joined of two.
            _ => match draw.below(2) {
                0 => Cell::typed(format!("{}.0", 100 + code)),
                _ => Cell::typed((100 + code).to_string()),
            },
        }
    };
    (0..rows).map(code).collect()
}

/// Whole numbers around 2^53 and beyond 64 bits.
pub fn large(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let base: i128 = [1 << 53, 1 << 53, 1 << 60, -(1 << 60), 1 << 63, 1 << 65][draw.below(6)];
    let values = [3, 8, 1_000][draw.below(3)];
    let number = |_| {
        let number = base + draw.below(values) as i128 - 2;
        match i64::try_from(number) {
            Ok(number) => Cell::typed(number.to_string()),
            // JSON's readers do not keep its digits.
            Err(_) => number.to_string().into(),
        }
    };
    (0..rows).map(number).collect()
}

/// Labels that are numbers.
pub fn of_labels(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let labels: &[&str] = [
        &["0", "1"][..],
        &["0.0", "1.0"],
        &["-1", "1"],
        &["1", "2", "3", "4", "5"],
        &["0", "1.0"],
    ][draw.below(5)];
    let label = |_| Cell::typed(draw.of(labels).to_string());
    (0..rows).map(label).collect()
}
