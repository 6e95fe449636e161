//! Columns of numbers that number the rows: row numbers, an index, a key with one value a row.
//!
//! They say nothing about a new row, yet a fit can use them: rows often lie in the order of their
//! labels or of time when they get their numbers. What counts as one:
//!
//! 1. Whole numbers, another one in each of at least 20 rows, and
//! 2. a name that says so (`id`, `index`, `Unnamed: 0`), or
//! 3. numbers so close together that as many values of a measure would have repeated (the
//!    birthday problem): 0 to 299 in any order, also with gaps, or
//! 4. numbers that only rise or only fall, in steps of about one size.
//!
//! Clocks and calendars (`year`, `day`, `epoch`) also have one value per row and are kept.

use super::grid::Grid;

/// With fewer rows, different numbers say nothing.
const FEW: usize = 20;

/// The logarithm of the chance below which numbers that all differ were not drawn at random: one in
/// a million.
const LN_CHANCE: f64 = -13.8;

/// Standard deviation of the steps between sorted row numbers, in their mean, at most; rows that
/// were left out at random make it 1, a measure that the table was sorted by mostly more.
const UNEVEN: f64 = 1.5;

/// A numbering of the rows by a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbering {
    /// Least number.
    pub least: f64,
    /// Greatest number.
    pub greatest: f64,
    /// The order in which the rows have them.
    pub order: Order,
    /// The column's name says that it names rows, or the rows are counted without a gap: a measure it
    /// is not.
    pub is_certain: bool,
    /// As many values of a measure would have repeated.
    pub is_dense: bool,
}

/// The order in which rows have their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Each is greater than the one before.
    Up,
    /// Each is less than the one before.
    Down,
    /// Neither.
    Mixed,
}

impl Numbering {
    /// The reason for people, a main clause that begins with `it`.
    pub fn reason(&self, rows: usize) -> String {
        let (least, greatest) = (self.least, self.greatest);
        match self.order {
            Order::Up => format!("it counts the {rows} rows up, from {least} to {greatest}"),
            Order::Down => format!("it counts the {rows} rows down, from {greatest} to {least}"),
            Order::Mixed if !self.is_dense => {
                format!("it has another whole number in each of the {rows} rows, as a key has")
            }
            Order::Mixed => format!(
                "it numbers the {rows} rows from {least} to {greatest} in mixed order: whole numbers \
                 that never repeat, where as many values of a measure would"
            ),
        }
    }
}

/// The numbering of the rows by the column `name` with these `values`, one per row; `None` if it does
/// not.
pub fn numbering(name: &str, values: &[f64]) -> Option<Numbering> {
    let is_whole = |value: &f64| value.fract() == 0.0 && value.abs() < 9e15;
    if values.len() < FEW || !values.iter().all(is_whole) || is_clock(name) {
        return None;
    }
    let rises = values.windows(2).all(|pair| pair[0] < pair[1]);
    let falls = values.windows(2).all(|pair| pair[0] > pair[1]);
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let grid = Grid::of(values)?;
    let is_named = is_named_as_key(name);
    let is_dense = grid.ln_chance_of_no_repeat(values.len()) < LN_CHANCE;
    let has_no_gap = grid.greatest - grid.least == (values.len() - 1) as f64;
    let counts = (rises || falls) && has_even_steps(&sorted);
    (is_named || is_dense || counts).then_some(Numbering {
        least: grid.least,
        greatest: grid.greatest,
        order: match (rises, falls) {
            (true, _) => Order::Up,
            (_, true) => Order::Down,
            _ => Order::Mixed,
        },
        is_certain: is_named || (rises || falls) && has_no_gap,
        is_dense,
    })
}

fn has_even_steps(sorted: &[f64]) -> bool {
    let steps = || sorted.windows(2).map(|pair| pair[1] - pair[0]);
    let count = (sorted.len() - 1) as f64;
    let mean = steps().sum::<f64>() / count;
    let variance = steps()
        .map(|step| (step - mean) * (step - mean))
        .sum::<f64>()
        / count;
    variance.sqrt() <= UNEVEN * mean
}

/// Words of a name, in lowercase: `tripStartTime`, `trip_start_time` and `Trip start time` are alike.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let begins = !c.is_alphanumeric() || c.is_uppercase() && was_lower;
        if begins {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// True if a column of this name names rows, if it has another value in each.
pub fn is_named_as_key(name: &str) -> bool {
    let words = words(name);
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return true;
    };
    // pandas and our reader name a column without a name so.
    first == "unnamed"
        || matches!(
            last.as_str(),
            "id" | "ids"
                | "index"
                | "idx"
                | "row"
                | "rowid"
                | "rownum"
                | "rownumber"
                | "rowno"
                | "record"
                | "recordid"
                | "recno"
                | "entry"
                | "key"
                | "pk"
                | "uuid"
                | "guid"
                | "uid"
                | "serial"
                | "sequence"
                | "seq"
                | "nr"
                | "no"
                | "num"
                | "number"
                | "user"
                | "userid"
                | "customer"
                | "customerid"
                | "client"
                | "account"
                | "member"
                | "person"
                | "patient"
                | "patientid"
                | "passenger"
                | "passengerid"
                | "employee"
                | "student"
                | "subject"
                | "participant"
                | "case"
                | "ticket"
                | "order"
                | "orderid"
                | "invoice"
                | "booking"
                | "transaction"
                | "session"
                | "request"
                | "message"
                | "trip"
                | "ride"
        )
}

/// True if numbers under this name are points in time: they may well have one value per row.
pub fn is_clock(name: &str) -> bool {
    const CLOCKS: [&str; 14] = [
        "year",
        "yr",
        "quarter",
        "month",
        "week",
        "day",
        "date",
        "hour",
        "minute",
        "second",
        "time",
        "timestamp",
        "epoch",
        "period",
    ];
    let words = words(name);
    words.iter().any(|word| CLOCKS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests;
