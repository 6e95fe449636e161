//! The one table of the metrics that Hearth writes.
//!
//! A metric is named here and nowhere else: the function writes the constants, and dashboards,
//! alarms and documentation are made from [`TABLE`].

use crate::{Metric, Unit};

/// Defines one constant per metric and the list of all from one table, so that none is missing.
macro_rules! table {
    ($($(#[$more:meta])* $constant:ident $name:literal $unit:ident $help:literal
        $($method:ident($($argument:expr)?))*;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $help)]
            $(#[$more])*
            pub const $constant: Metric =
                Metric::new($name, Unit::$unit, $help)$(.$method($($argument)?))*;
        )*

        /// Every metric, in the order in which documentation and dashboards show them.
        pub const TABLE: &[Metric] = &[$($constant,)*];
    };
}

table! {
    INPUT_NUM_CHARS "input.num_chars" Count
        "Characters of the request's texts.";
    INPUT_NUM_TOKENS "input.num_tokens" Count
        "Tokens of the request's texts.";
    /// Rising values mean that the texts have moved away from what the model was trained on.
    INPUT_OOV_RATIO "input.oov_ratio" None
        "Share of unknown tokens, 0 to 1.";
    INPUT_ROWS "input.rows" Count
        "Rows per request; written unless it is exactly one." shown_as(&["Sum", "Maximum"]);
    INPUT_MISSING_VALUES "input.missing_values" Count
        "Missing values in the rows of the request." sparse() shown_as(SUM);
    INPUT_OUT_OF_RANGE_VALUES "input.out_of_range_values" Count
        "Numbers outside the range of the training rows." sparse() shown_as(SUM);
    INPUT_UNKNOWN_CATEGORIES "input.unknown_categories" Count
        "Categories that do not occur in the training rows." sparse() shown_as(SUM);

    PREDICTION_CONFIDENCE "prediction.confidence" None
        "Probability of the predicted label, 0 to 1.";
    PREDICTION_ENTROPY "prediction.entropy" None
        "Entropy of the probabilities, from 0 (one label is certain) to 1 (all are equal).";
    PREDICTION_MARGIN "prediction.margin" None
        "Difference between the two highest probabilities, 0 to 1.";
    PREDICTION_NEAR_THRESHOLD "prediction.near_threshold" Count
        "Rows with a probability within 0.05 of the threshold."
        sparse() shown_as(SUM);
    PREDICTION_VALUE "prediction.value" None
        "Predicted value of a regression.";

    /// Without start-up, network and the runtime's own work.
    LATENCY_HANDLER "latency.handler" Milliseconds
        "Time from receiving the request to the finished response.";
    LATENCY_PARSE "latency.parse" Milliseconds
        "Time to parse the rows of the request.";
    LATENCY_FEATURES "latency.features" Milliseconds
        "Time to compute the features of the rows.";
    LATENCY_SCORE "latency.score" Milliseconds
        "Time to score the rows.";
    LATENCY_WRITE "latency.write" Milliseconds
        "Time to write the response.";
    /// Its average is the share of cold starts.
    COLD_START "cold_start" Count
        "1 for the first request of an environment, else 0." shown_as(SUM);
    MODEL_OPEN_TIME "model.open_time" Milliseconds
        "Time to open the model file; written with the first request of an environment." sparse();
    ERROR "error" Count
        "1 if the request was rejected or failed; not written otherwise." sparse() shown_as(SUM);

    EMF_DROPPED_VALUES "emf.dropped_values" Count
        "Values that CloudWatch cannot store, most often because they are not finite."
        sparse() shown_as(SUM);
    CAPTURE_DROPPED "capture.dropped" Count
        "Rows not captured because standard output was full."
        sparse() shown_as(SUM);

    WATCH_ROWS "watch.rows" Count
        "Rows counted for one report of drift." shown_as(SUM);
    /// Population stability index against training's shares, corrected for the number of rows.
    DRIFT_PSI "drift.psi" None
        "PSI of a column against training: above 0.1 moderate drift, above 0.25 major drift."
        by("column") shown_as(&["Average", "Maximum"]);
    DRIFT_PSI_MAX "drift.psi_max" None
        "PSI of the column with the greatest drift." shown_as(&["Average", "Maximum"]);
    COLUMN_MEAN "column.mean" None
        "Mean of a column's numbers." by("column") shown_as(AVERAGE);
    COLUMN_MISSING_RATIO "column.missing_ratio" None
        "Share of rows in which a column is missing, 0 to 1." by("column") shown_as(AVERAGE);
    COLUMN_OUT_OF_RANGE_RATIO "column.out_of_range_ratio" None
        "Share of a column's numbers outside the range of the training rows, 0 to 1."
        by("column") shown_as(AVERAGE);
    COLUMN_UNKNOWN_RATIO "column.unknown_ratio" None
        "Share of a column's categories that do not occur in the training rows, 0 to 1."
        by("column") shown_as(AVERAGE);
    PREDICTION_COUNT "prediction.count" Count
        "Rows predicted with a label." by("label") shown_as(SUM);
    REFUSAL_COUNT "refusal.count" Count
        "Requests rejected with a code." by("code") shown_as(SUM);

    SHADOW_AGREEMENT "shadow.agreement" None
        "Share of rows for which the shadow predicts the same label, 0 to 1."
        by("variant") shown_as(AVERAGE);
    /// Mean total variation distance: half the sum of the differences of the probabilities.
    SHADOW_DISTANCE "shadow.distance" None
        "Distance between the probabilities of the shadow and those of the response, 0 to 1."
        by("variant") shown_as(AVERAGE);
    SHADOW_ROWS "shadow.rows" Count
        "Rows that the shadow scored." by("variant") shown_as(SUM);

    BATCH_ROWS "batch.rows" Count
        "Predicted rows of a table." shown_as(SUM);
    BATCH_BYTES "batch.bytes" Bytes
        "Decompressed bytes of the rows of a table." shown_as(SUM);
    BATCH_ROWS_PER_SECOND "batch.rows_per_second" CountPerSecond
        "Predicted rows of a table per second.";
    /// They lie beside the answers, each with its reason.
    BATCH_BAD_ROWS "batch.bad_rows" Count
        "Rows of a table that could not be predicted; they are listed beside the predictions." shown_as(SUM);
    BATCH_NO_INPUT "batch.no_input" Count
        "1 for each look of a batch run that found no input; not written otherwise." sparse() shown_as(SUM);
}

const SUM: &[&str] = &["Sum"];
const AVERAGE: &[&str] = &["Average"];

/// The metric of this name.
pub fn find(name: &str) -> Option<&'static Metric> {
    TABLE.iter().find(|metric| metric.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::TABLE;
    use crate::{legal, limits};

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
    fn a_dimension_is_no_metric_and_needs_no_repair() {
        for dimension in TABLE.iter().filter_map(|metric| metric.dimension) {
            assert_eq!(super::find(dimension), None);
            assert_eq!(legal::dimension_name(dimension), dimension);
        }
    }

    #[test]
    fn every_help_is_a_sentence() {
        for metric in TABLE {
            assert!(metric.help.ends_with('.'), "{}", metric.name);
            assert!(!metric.help.contains('|'), "it stands in a table");
        }
    }

    #[test]
    fn what_is_shown_is_a_statistic_of_cloudwatch() {
        for metric in TABLE {
            assert!(!metric.statistics.is_empty(), "{}", metric.name);
            for statistic in metric.statistics {
                let percentile = statistic.strip_prefix('p').map(str::parse::<f64>);
                let known = ["Sum", "Average", "Minimum", "Maximum", "SampleCount"];
                assert!(
                    known.contains(statistic) || matches!(percentile, Some(Ok(_))),
                    "{}: {statistic}",
                    metric.name
                );
            }
        }
    }
}
