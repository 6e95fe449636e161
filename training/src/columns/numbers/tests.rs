use super::*;

fn numbers(values: &[&str]) -> Numbers {
    let mut numbers = Numbers::default();
    for (line, text) in (2..).zip(values) {
        match text.parse() {
            Ok(number) => numbers.add_plain(line, text, number),
            Err(_) => {
                numbers.add_formatted(line, text);
            }
        }
    }
    numbers
}

/// Format of the values, and the number of values that it reads.
#[track_caller]
fn read(values: &[&str], decimal_comma: Option<bool>) -> (Vec<Option<f64>>, usize) {
    let reading = numbers(values).reading(decimal_comma, false);
    let read = values.iter().map(|text| reading.format.parse(text));
    (read.collect(), reading.count)
}

#[test]
fn one_format_reads_a_whole_column() {
    for (values, expected) in [
        (["7,5", "1,83", "12"], [7.5, 1.83, 12.0]),
        (["1.234,5", "2.000", "0,1"], [1234.5, 2000.0, 0.1]),
        (["1,234.5", "2,000", "0.1"], [1234.5, 2000.0, 0.1]),
        (["1,234,567", "2,000", "12"], [1_234_567.0, 2000.0, 12.0]),
        (["$12.50", "$1,000.00", "0"], [12.5, 1000.0, 0.0]),
        (["23%", "7 %", "100%"], [23.0, 7.0, 100.0]),
        (["12,5 €", "1 €", "3,25 €"], [12.5, 1.0, 3.25]),
        (["1 234,5", "2 000", "7"], [1234.5, 2000.0, 7.0]),
        (["7.5 kg", "80kg", "3.25 kg"], [7.5, 80.0, 3.25]),
        (["-1,5", "+2,5", "\u{2212}3,5"], [-1.5, 2.5, -3.5]),
        (["1.5", "2", "-3e2"], [1.5, 2.0, -300.0]),
    ] {
        let (read, count) = read(&values, None);
        assert_eq!(read, expected.map(Some), "{values:?}");
        assert_eq!(count, 3, "{values:?}");
    }
}

#[test]
fn what_two_formats_read_is_ambiguous_unless_the_table_tells() {
    let both = numbers(&["37,316", "8,035", "56,556"]);
    let reading = both.reading(None, false);
    assert_eq!(reading.format.parse("37,316"), Some(37_316.0));
    assert_eq!(reading.ambiguous.map(|example| example.line), Some(2));
    assert_eq!(both.decimal_comma(), None);
    let reading = both.reading(Some(true), false);
    assert_eq!(reading.format.parse("37,316"), Some(37.316));
    assert_eq!(reading.ambiguous, None);
    let reading = both.reading(None, true);
    assert_eq!(reading.format.parse("37,316"), Some(37.316));
    // Points before three digits are decimal, unless another column says otherwise.
    let plain = numbers(&["1.234", "2.345"]);
    for has_semicolons in [false, true] {
        let reading = plain.reading(None, has_semicolons);
        assert!(reading.format.is_plain() && reading.ambiguous.is_none());
    }
    assert_eq!(
        plain.reading(Some(true), false).format.parse("1.234"),
        Some(1234.0)
    );
    assert_eq!(numbers(&["1.25"]).decimal_comma(), Some(false));
    assert_eq!(numbers(&["1,25"]).decimal_comma(), Some(true));
    assert_eq!(numbers(&["1", "2"]).decimal_comma(), None);
    assert_eq!(numbers(&["1 234", "$3"]).decimal_comma(), None);
}

#[test]
fn a_letter_behind_a_few_numbers_is_no_unit() {
    let house = ["1", "2", "3", "12a", "5"];
    assert_eq!(read(&house, None).1, 4);
    assert!(numbers(&house).reading(None, false).format.is_plain());
    assert!(!Numbers::default().add_formatted(2, "A7"));
    assert!(!Numbers::default().add_formatted(2, "2026-01-01"));
    assert!(!Numbers::default().add_formatted(2, "10.0.0.1"));
    assert!(!Numbers::default().add_formatted(2, "12:30"));
}

#[test]
fn whole_numbers_are_told_from_codes() {
    let numbers = numbers(&["00501", "501", "7.0", "9007199254740993", "-3"]);
    assert_eq!((numbers.plain, numbers.whole), (5, 5));
    assert_eq!(
        (numbers.padded, numbers.with_zero, numbers.beyond),
        (1, 1, 1)
    );
    assert_eq!(numbers.digits, Some(DigitCounts { least: 1, most: 16 }));
}
