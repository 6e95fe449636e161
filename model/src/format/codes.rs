//! Meanings of the numbers in records, with their names in `params.yaml` and JSON.

/// Declares an enum that a record stores as a number, with its name in `params.yaml` and JSON.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// The number that stands for it in the file.
            pub fn code(self) -> u32 {
                match self { $($name::$variant => $code,)+ }
            }

            /// Meaning of the number.
            pub fn from_code(code: u32) -> Option<Self> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }

            /// Its name in `params.yaml`, JSON and on the screen.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }
    };
}

coded! {
    /// Kind of a column's values.
    ColumnKind {
        /// Words, weighed by tf-idf.
        Text = 1, "text";
        /// A quantity.
        Number = 2, "number";
        /// One of some values that have no order.
        Category = 3, "category";
        /// Yes or no.
        Boolean = 4, "boolean";
        /// A date, with or without a time of day.
        Timestamp = 5, "timestamp";
    }
}

coded! {
    /// Encoding of a number.
    NumberEncoding {
        /// `(value - mean) / scale`, for linear models. A timestamp: its month, weekday and hour
        /// as a feature each, which is 1, and its day scaled so.
        Standard = 1, "standard";
        /// As it is, NaN where it is missing, for trees. A timestamp: its parts.
        Raw = 2, "raw";
        /// `(value - mean) / scale` without bounds, as scikit-learn scales.
        Affine = 3, "affine";
        /// `value * scale + mean` without bounds, as scikit-learn scales to a range.
        Product = 4, "product";
    }
}

coded! {
    /// Encoding of a category.
    CategoryEncoding {
        /// One feature per category, which is 1; none for an unknown one.
        OneHot = 1, "one_hot";
        /// One feature: the number that the vocabulary holds for it; NaN for an unknown one.
        Ordered = 2, "ordered";
    }
}

coded! {
    /// Forms of a column's timestamps.
    #[derive(Default)]
    TimeFormat {
        /// Those that can be read in one way only, and dates with slashes.
        #[default]
        Usual = 0, "usual";
        /// Besides these, dates of numbers with any mark and years of two digits: `06.07.25`.
        DayAndMonth = 1, "day_and_month";
        /// Seconds since the beginning of 1970.
        EpochSeconds = 2, "epoch_seconds";
        /// Milliseconds since the beginning of 1970.
        EpochMilliseconds = 3, "epoch_milliseconds";
    }
}

coded! {
    /// Task of the model.
    Task {
        /// One of several labels.
        Classification = 1, "classification";
        /// A number.
        Regression = 2, "regression";
    }
}

coded! {
    /// Estimator.
    Estimator {
        /// Multinomial logistic regression with an L2 penalty.
        LogisticRegression = 1, "logistic_regression";
        /// Support vectors with a squared hinge, one label against the rest.
        LinearSvc = 2, "linear_svc";
        /// Multinomial naive Bayes on term weights.
        MultinomialNb = 3, "multinomial_nb";
        /// Complement naive Bayes: from the terms of all other labels.
        ComplementNb = 4, "complement_nb";
        /// Least squares with an L2 penalty.
        Ridge = 5, "ridge";
        /// Least squares with an L1 and an L2 penalty.
        ElasticNet = 6, "elastic_net";
        /// Trees of bootstrapped rows, the best of some features at each split.
        RandomForest = 7, "random_forest";
        /// Extremely randomised trees: random thresholds.
        ExtraTrees = 8, "extra_trees";
        /// Gradient boosting: each tree corrects those before it.
        GradientBoosting = 9, "gradient_boosting";
    }
}

impl Estimator {
    /// True if its scores come from trees, not from weights.
    pub fn is_of_trees(self) -> bool {
        matches!(
            self,
            Estimator::RandomForest | Estimator::ExtraTrees | Estimator::GradientBoosting
        )
    }
}

coded! {
    /// Link from scores to the probabilities of labels.
    Link {
        /// `exp(score)` of each label, scaled to sum 1.
        Softmax = 1, "softmax";
        /// One score; `1 / (1 + exp(-score))` is the second label's probability.
        Sigmoid = 2, "sigmoid";
        /// The score of each label, scaled to sum 1.
        Share = 4, "share";
        /// `1 / (1 + exp(-score))` of each label against the rest; they need not sum to 1.
        OneVsRest = 8, "one_vs_rest";
    }
}

coded! {
    /// Link from the one score of a regression to its answer.
    #[derive(Default)]
    ValueLink {
        /// The score.
        #[default]
        Identity = 3, "identity";
        /// `exp(score)`, of counts and amounts.
        Exp = 5, "exp";
        /// `score * |score|`, of a fit to the square root of the target.
        Square = 6, "square";
        /// `1 / (1 + exp(-score))`, of a share or probability.
        Logistic = 7, "logistic";
        /// `exp(score) - 1`, of a fit to the logarithm of 1 plus the target.
        Expm1 = 9, "expm1";
    }
}

coded! {
    /// Kind of calibration.
    CalibrationKind {
        /// `[scale, shift an output]`: `scale * score + shift`.
        Affine = 1, "affine";
        /// `[scores ascending, then a probability each]`, two labels: linear between them.
        Isotonic = 2, "isotonic";
    }
}

coded! {
    /// Quantity that a distribution of the baseline counts.
    Statistic {
        /// Characters of a text column.
        NumChars = 1, "num_chars";
        /// Its tokens.
        NumTokens = 2, "num_tokens";
        /// The share of them that the model does not know.
        OovRatio = 3, "oov_ratio";
        /// Values of a number or boolean column; of a timestamp, whether there is one.
        Value = 4, "value";
        /// Values of a category column.
        Category = 5, "category";
        /// The answered label's probability.
        Confidence = 6, "confidence";
        /// The answered label.
        Label = 7, "label";
        /// The answered value.
        Prediction = 8, "prediction";
    }
}
