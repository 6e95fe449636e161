//! The one table of the metrics that Hearth writes.
//!
//! A metric is named here and nowhere else: the function writes the constants, and dashboards,
//! alarms and documentation are made from [`TABLE`].

use crate::Unit;

/// One metric: what it is called, what it is measured in, what it tells.
///
/// Two metrics with the same name are one metric to CloudWatch, whatever their units say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Name in the line and in CloudWatch, 1 to 1024 characters. A dot in it is an ordinary letter.
    pub name: &'static str,
    /// Unit of the values.
    pub unit: Unit,
    /// One sentence for a person who reads the dashboard.
    pub help: &'static str,
}

/// Length of the text of a request, in characters (Unicode code points).
pub const INPUT_NUM_CHARS: Metric = Metric {
    name: "input.num_chars",
    unit: Unit::Count,
    help: "Characters of text in the request.",
};

/// Length of the text of a request, in tokens as the model cuts them.
pub const INPUT_NUM_TOKENS: Metric = Metric {
    name: "input.num_tokens",
    unit: Unit::Count,
    help: "Tokens of text in the request, as the model cuts them.",
};

/// Share of the tokens that are not in the vocabulary of the model, 0 to 1. Rising values mean that
/// the texts have moved away from what the model was trained on.
pub const INPUT_OOV_RATIO: Metric = Metric {
    name: "input.oov_ratio",
    unit: Unit::None,
    help: "Share of the tokens that the model does not know, 0 to 1.",
};

/// Probability of the label that was answered, 0 to 1.
pub const PREDICTION_CONFIDENCE: Metric = Metric {
    name: "prediction.confidence",
    unit: Unit::None,
    help: "Probability of the label answered, 0 to 1.",
};

/// Time of the handler, in milliseconds: without start-up, network and the runtime's own work.
pub const LATENCY_HANDLER: Metric = Metric {
    name: "latency.handler",
    unit: Unit::Milliseconds,
    help: "Time from the request in hand to the answer ready.",
};

/// 1 on the first request of an environment, else 0; its average is the share of cold starts.
pub const COLD_START: Metric = Metric {
    name: "cold_start",
    unit: Unit::Count,
    help: "1 on the first request of an environment, else 0.",
};

/// 1 when the request was refused or failed. Not written otherwise: an alarm treats missing data as
/// not breaching, and each byte logged costs money.
pub const ERROR: Metric = Metric {
    name: "error",
    unit: Unit::Count,
    help: "1 when the request was refused or failed; not written otherwise.",
};

/// Rows of a table that batch has answered.
pub const BATCH_ROWS: Metric = Metric {
    name: "batch.rows",
    unit: Unit::Count,
    help: "Rows of a table that were answered.",
};

/// Bytes of the rows of a table, decompressed.
pub const BATCH_BYTES: Metric = Metric {
    name: "batch.bytes",
    unit: Unit::Bytes,
    help: "Bytes of the rows of a table, decompressed.",
};

/// Rows answered a second, over the whole of a table.
pub const BATCH_ROWS_PER_SECOND: Metric = Metric {
    name: "batch.rows_per_second",
    unit: Unit::CountPerSecond,
    help: "Rows of a table answered a second.",
};

/// Rows that got no answer; they lie beside the answers, each with its reason.
pub const BATCH_BAD_ROWS: Metric = Metric {
    name: "batch.bad_rows",
    unit: Unit::Count,
    help: "Rows of a table that got no answer; they lie beside the answers.",
};

/// Every metric, in the order in which documentation and dashboards show them.
pub const TABLE: &[Metric] = &[
    INPUT_NUM_CHARS,
    INPUT_NUM_TOKENS,
    INPUT_OOV_RATIO,
    PREDICTION_CONFIDENCE,
    LATENCY_HANDLER,
    COLD_START,
    ERROR,
    BATCH_ROWS,
    BATCH_BYTES,
    BATCH_ROWS_PER_SECOND,
    BATCH_BAD_ROWS,
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::TABLE;
    use crate::limits;

    #[test]
    fn names_are_unique_short_and_spelled_in_one_way() {
        let mut seen = HashSet::new();
        for metric in TABLE {
            assert!(seen.insert(metric.name), "{} stands twice", metric.name);
            // EMF allows 1024 characters, but every other CloudWatch interface allows 255.
            assert!(limits::fits(metric.name, 255), "{}", metric.name);
            let legal = |c: char| c.is_ascii_lowercase() || c == '.' || c == '_';
            assert!(metric.name.chars().all(legal), "{}", metric.name);
        }
    }

    #[test]
    fn every_help_is_a_sentence() {
        for metric in TABLE {
            assert!(metric.help.ends_with('.'), "{}", metric.name);
        }
    }
}
