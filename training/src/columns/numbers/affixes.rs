//! Currencies, percent signs and units around a number.

/// Signs and codes of currencies, which may stand on either side of a number.
const CURRENCIES: [&str; 31] = [
    "$", "€", "£", "¥", "₹", "₩", "₽", "₺", "₫", "₪", "R$", "US$", "C$", "A$", "kr", "zł", "Kč",
    "Fr", "USD", "EUR", "GBP", "JPY", "CNY", "INR", "CHF", "AUD", "CAD", "BRL", "SEK", "NOK",
    "DKK",
];

/// Splits a text into what stands in front of its digits and behind them, without signs; `None` where the
/// text is no number with a currency, a percent sign or a unit.
pub fn affixes(text: &str) -> Option<(&str, &str)> {
    if text.len() > 40 {
        return None;
    }
    let is_digit = |c: char| c.is_ascii_digit();
    let is_mark = |c: char| c.is_whitespace() || "-+\u{2212}.,()".contains(c);
    let (first, last) = (text.find(is_digit)?, text.rfind(is_digit)?);
    let is_of_number =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,'\u{2019}eE+-".contains(c);
    if !text[first..=last].chars().all(is_of_number) {
        return None;
    }
    let prefix = text[..first].trim_matches(is_mark);
    let suffix = text[last + 1..].trim_matches(is_mark);
    let is_prefix = prefix.is_empty() || CURRENCIES.contains(&prefix);
    let is_suffix = suffix.is_empty() || suffix == "%" || is_unit(suffix);
    (is_prefix && is_suffix).then_some((prefix, suffix))
}

/// True if a number has no unit, or one that nobody takes for a part of a code.
pub fn is_sure_unit(suffix: &str) -> bool {
    suffix.is_empty() || suffix == "%" || CURRENCIES.contains(&suffix)
}

/// True if text may be a unit: `kg`, `km/h`, `m²`, `°C`.
fn is_unit(text: &str) -> bool {
    let is_of_unit = |c: char| c.is_alphabetic() || "/²³°‰".contains(c);
    CURRENCIES.contains(&text) || text.chars().count() <= 6 && text.chars().all(is_of_unit)
}
