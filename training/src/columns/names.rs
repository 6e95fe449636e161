//! Hints about a column's values in its name.

/// True if numbers under this name are codes, not quantities: `station_id`, `zip`, `product code`.
pub fn is_named_as_code(name: &str) -> bool {
    let last = words(name).pop().unwrap_or_default();
    let is_camel_case = name.ends_with("Id") || name.ends_with("ID");
    is_camel_case
        || matches!(
            last.as_str(),
            "id" | "code" | "zip" | "zipcode" | "postcode"
        )
}

/// True if numbers under this name may be points in time: `created_at`, `timestamp`, `ts_ms`.
pub fn is_named_as_time(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "at",
        "time",
        "timestamp",
        "datetime",
        "date",
        "ts",
        "epoch",
        "unix",
        "created",
        "updated",
        "modified",
        "posted",
        "when",
        "utc",
    ];
    let is_camel_case = ["Time", "Date", "Timestamp", "At"];
    words(name)
        .iter()
        .any(|word| WORDS.contains(&word.as_str()))
        || is_camel_case.iter().any(|end| name.ends_with(end))
}

fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_codes_and_times() {
        for name in ["station_id", "zip", "product code", "tripId", "ID"] {
            assert!(is_named_as_code(name), "{name}");
        }
        for name in ["paid", "ids left", "kilos", "idle"] {
            assert!(!is_named_as_code(name), "{name}");
        }
        for name in [
            "created_at",
            "ts",
            "event time",
            "createdAt",
            "eventTime",
            "utc_ms",
        ] {
            assert!(is_named_as_time(name), "{name}");
        }
        for name in ["format", "latitude", "sometimes", "heat", "candidate"] {
            assert!(!is_named_as_time(name), "{name}");
        }
    }
}
