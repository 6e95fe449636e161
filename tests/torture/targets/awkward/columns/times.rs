//! Dates and times in every notation.

use support::tables::Draw;

use super::Cell;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Number of notations.
const NOTATIONS: usize = 30;

/// A time by its parts.
struct Moment {
    year: usize,
    month: usize,
    day: usize,
    hour: usize,
    minute: usize,
}

/// Times of one notation, or of two; now and then all of them ambiguous in day and month.
pub fn column(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let (one, other) = (draw.below(NOTATIONS), draw.below(NOTATIONS));
    let days = [12, 28][draw.below(2)];
    let is_mixed = draw.below(8) == 0;
    let cell = |_| {
        let moment = Moment {
            year: [1999, 2024, 2025, 2026][draw.below(4)],
            month: 1 + draw.below(12),
            day: 1 + draw.below(days),
            hour: draw.below(24),
            minute: draw.below(60),
        };
        match is_mixed && draw.below(3) == 0 {
            true => moment.written(other),
            false => moment.written(one),
        }
    };
    (0..rows).map(cell).collect()
}

impl Moment {
    fn written(&self, notation: usize) -> Cell {
        let Moment {
            year,
            month,
            day,
            hour,
            minute,
        } = *self;
        let (short, name) = (year % 100, MONTHS[month - 1]);
        let (half, noon) = match hour {
            0 => (12, "AM"),
            1..=11 => (hour, "AM"),
            12 => (12, "PM"),
            _ => (hour - 12, "PM"),
        };
        // Days since 1970, near enough for a number that looks like a time.
        let epoch = ((year - 1970) * 365 + month * 30 + day) * 86_400 + hour * 3_600 + minute * 60;
        let text = match notation {
            0 => format!("{year}-{month:02}-{day:02}"),
            1 => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"),
            2 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            3 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00 UTC"),
            4 => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:30.250+01:00"),
            5 => format!("{month}/{day}/{year}"),
            6 => format!("{day}/{month}/{year}"),
            7 => format!("{day:02}.{month:02}.{year}"),
            8 => format!("{month:02}-{day:02}-{short:02}"),
            9 => format!("{month}/{day}/{short:02} {half}:{minute:02} {noon}"),
            10 => format!("{year}/{month:02}/{day:02}"),
            11 => format!("{day:02}-{}-{short:02}", name.to_uppercase()),
            12 => format!("{name} {day}, {year}"),
            13 => format!("{year}-{month}-{day}"),
            14 => format!("{day} {name} {year} {hour:02}:{minute:02}:00 GMT"),
            15 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00,5"),
            16 => format!("{year}-{month:02}-{day:02} {hour:02}"),
            17 => format!("{year}-{month:02}"),
            18 => format!("{year}-{:03}", (month - 1) * 30 + day),
            19 => format!("{year}-W{:02}-{}", month * 4, 1 + day % 7),
            20 => return Cell::typed(format!("{year}{month:02}{day:02}")),
            21 => return Cell::typed(epoch.to_string()),
            22 => return Cell::typed(format!("{epoch}000")),
            23 => return Cell::typed(format!("{epoch}.5")),
            24 => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}[Europe/Berlin]"),
            25 => format!("{hour:02}:{minute:02}"),
            26 => format!("{half}:{minute:02} {noon}"),
            27 => format!("{day}. Mai {year}"),
            28 => format!("{year}年{month}月{day}日"),
            _ => format!(" {year}-{month:02}-{day:02} "),
        };
        text.into()
    }
}
