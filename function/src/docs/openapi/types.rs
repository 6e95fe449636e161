//! The schemas of what is the same for every model, as tables: a test holds them to what is served.

use super::build::{Any, any, array, list, object, of_type, own, put, reference, text, word};
use crate::problem::Code;
use Of::{Count, Counts, Flag, Many, Number, Numbers, One, Text, Texts, Value, Values};
use utoipa::openapi::Required;
use utoipa::openapi::Required::{False, True};
use utoipa::openapi::schema::{Components, Type};

/// Type of a member.
#[derive(Clone, Copy)]
enum Of {
    Text,
    Texts,
    Number,
    Numbers,
    Count,
    Counts,
    Flag,
    Object,
    /// Any value.
    Value,
    /// Any values.
    Values,
    /// The type of this name.
    One(&'static str),
    /// A list of them.
    Many(&'static str),
}

/// A member: its name, what it is, whether it is always there, and what it says.
type Member = (&'static str, Of, Required, &'static str);

/// A type: its name, what it is, and its members.
type Described = (&'static str, &'static str, &'static [Member]);

/// Every type.
#[rustfmt::skip] // a table
const TYPES: &[Described] = &[
    ("Problem", "An error, by RFC 9457.", &[
        ("type", Text, True, "`about:blank`: status and code identify the error."),
        ("title", Text, True, "The status in words."),
        ("status", Count, True, "The status."),
        ("detail", Text, True, "The error, in one sentence."),
        ("code", One("Code"), True, ""),
        ("request_id", Text, False, "The id of the request, as in the header `x-request-id`."),
        ("field", Text, False, "Position of the error in the body, as a JSON Pointer."),
        ("expected", Text, False, "The expected value."),
        ("example", Of::Object, False, "A body that the model can answer."),
        ("errors", Many("Fault"), False, "Faults of the rows, at most 20."),
    ]),
    ("Fault", "A fault and its position.", &[
        ("pointer", Text, True, "Position in the body, as a JSON Pointer; for a table, as if it were a list of objects."),
        ("line", Count, False, "Line of a table, from 1."),
        ("detail", Text, True, "The error, in one sentence."),
        ("code", One("Code"), True, ""),
        ("expected", Text, True, "The expected value."),
    ]),
    ("MlflowRefusal", "An error in MLflow's format.", &[
        ("error_code", Text, True, "MLflow's name for it."),
        ("message", Text, True, "The error, in one sentence."),
        ("errors", Many("Fault"), False, "Faults of the rows, at most 20."),
    ]),
    ("InferenceRefusal", "An error in the format of the Open Inference Protocol.", &[
        ("error", Text, True, "The error."),
    ]),
    ("Inferred", "Answers to rows, as tensors.", &[
        ("model_name", Text, True, "The model's name."),
        ("model_version", Text, True, "Its version."),
        ("id", Text, False, "The id of the request."),
        ("parameters", Of::Object, False, "The counts of warnings, as JSON in a string."),
        ("outputs", Many("Output"), True, "The tensors; their first dimension is the rows."),
    ]),
    ("Output", "A tensor.", &[
        ("name", Text, True, "`label`, `probability` and `probabilities`; for regression `value`."),
        ("datatype", Text, True, "`BYTES` or `FP64`."),
        ("shape", Counts, True, "Its dimensions."),
        ("data", Values, True, "Its elements, row by row."),
        ("parameters", Of::Object, False, "For probabilities: the labels, as JSON in a string."),
    ]),
    ("SageMakerPrediction", "An answer in the format of SageMaker's Linear Learner.", &[
        ("predicted_label", Text, False, "The label, for classification."),
        ("score", Number, True, "Probability of the label, or the value."),
    ]),
    ("Explanation", "Explanation of an answer.", &[
        ("score", Number, True, "The explained score: the sum of the intercept, the contributions and the rest."),
        ("intercept", Number, True, "The score of a row without features."),
        ("features", Many("Contribution"), True, "The features with the greatest contributions, greatest first."),
        ("rest", Number, True, "Sum of the contributions that are not listed."),
    ]),
    ("Contribution", "A feature's contribution to the score.", &[
        ("feature", Text, True, "Its name, e.g. a word."),
        ("column", Text, True, "The field that it comes from."),
        ("contribution", Number, True, "Its contribution."),
    ]),
    ("Warning", "A reason why an answer may be less reliable.", &[
        ("code", Text, True, "`unknown_category`, `out_of_range`, `missing_value` or `no_known_words`."),
        ("field", Text, False, "The field, as a JSON Pointer into the row."),
        ("detail", Text, False, "One sentence."),
    ]),
    ("Decision", "How the threshold decided: the label is answered if its probability reaches the threshold.", &[
        ("label", Text, True, "The label that the threshold is about, answered or not."),
        ("threshold", Number, True, "The threshold."),
        ("probability", Number, True, "The label's probability."),
    ]),
    ("Identity", "The model that answers.", &[
        ("name", Text, True, "Its name."),
        ("version", Text, True, "Its version."),
    ]),
    ("Health", "Model and function.", &[
        ("status", Text, True, "`ok`."),
        ("model", One("HealthModel"), True, ""),
        ("function", One("HealthFunction"), True, ""),
    ]),
    ("HealthModel", "The model that is served.", &[
        ("name", Text, True, "Its name."),
        ("version", Text, True, "Its version."),
        ("digest", Text, True, "SHA-256 of the model file's content."),
        ("git_revision", Text, True, "Revision of the repository that it was trained in."),
    ]),
    ("HealthFunction", "The function that serves it.", &[
        ("version", Text, True, "Its version."),
    ]),
    ("RouteList", "The routes.", &[
        ("model", One("Identity"), False, ""),
        ("routes", Many("Route"), True, "Every route."),
        ("example", Of::Object, False, "A body for `/predict`."),
    ]),
    ("Route", "A route.", &[
        ("method", Text, True, "HTTP method."),
        ("path", Text, True, "Path; a segment in braces is a parameter."),
        ("answer", Text, True, "The response."),
    ]),
    ("ModelCard", "The model card, with everything that a program needs to call the model.", &[
        ("name", Text, True, "The model's name."),
        ("version", Text, True, "Its version."),
        ("digest", Text, True, "SHA-256 of the model file's content."),
        ("git_revision", Text, True, "Revision of the repository that it was trained in; empty if unknown."),
        ("task", Text, True, "`classification` or `regression`."),
        ("estimator", Text, True, "Estimator, e.g. `logistic_regression`."),
        ("labels", Texts, False, "The labels, in the model's order; absent for regression."),
        ("positive", Text, False, "The label that `threshold` is about."),
        ("threshold", Number, False, "Probability of the positive label from which on it is the answer."),
        ("label_weights", Numbers, False, "A weight per label, in the model's order: the answer is the label whose probability times its weight is the greatest."),
        ("columns", Many("Field"), False, "The fields of a row, in the model's order; absent if the schema is hidden."),
        ("example", Of::Object, False, "A row that the model can answer."),
        ("explain", Flag, True, "True if answers can be explained, by `?explain=K`."),
        ("limits", One("Limits"), True, ""),
        ("card", Of::Object, False, "The model card as training wrote it: metrics, data, parameters, provenance."),
    ]),
    ("Field", "A field of a row.", &[
        ("name", Text, True, "Its name."),
        ("kind", Text, True, "`text`, `number`, `category`, `boolean` or `timestamp`."),
        ("optional", Flag, True, "True if a row may omit it."),
        ("range", Numbers, False, "For numbers: minimum and maximum of the training rows."),
        ("categories", Texts, False, "For categories: the known ones, at most 50."),
        ("example", Value, False, "Its value in the example."),
    ]),
    ("Limits", "Limits of a request.", &[
        ("rows", Count, True, "Maximum number of rows."),
        ("body_bytes", Count, True, "Maximum number of bytes, decompressed."),
    ]),
    ("Samples", "One request per protocol.", &[
        ("examples", Many("Sample"), True, "The requests."),
    ]),
    ("Sample", "A request that works unchanged.", &[
        ("door", Text, True, "Its protocol: `predict`, `mlflow`, `sagemaker` or `v2`."),
        ("method", Text, True, "HTTP method."),
        ("path", Text, True, "Path."),
        ("headers", One("Headers"), True, ""),
        ("body", Text, True, "The body to send, unchanged."),
    ]),
    ("Headers", "The headers of a request.", &[
        ("content-type", Text, True, "Media type of the body."),
    ]),
];

fn schema(of: Of, description: &str) -> Any {
    let many = |item| array(list(item, description));
    match of {
        Of::Text => own(text(description)),
        Of::Texts => many(own(text(""))),
        Of::Number => own(of_type(Type::Number, description)),
        Of::Numbers => many(own(of_type(Type::Number, ""))),
        Of::Count => own(of_type(Type::Integer, description)),
        Of::Counts => many(own(of_type(Type::Integer, ""))),
        Of::Flag => own(of_type(Type::Boolean, description)),
        Of::Object => own(object(description)),
        Of::Value => own(any(description)),
        Of::Values => many(own(any(""))),
        Of::One(name) => reference(name),
        Of::Many(name) => many(reference(name)),
    }
}

/// Adds every type to the components.
pub fn add(components: &mut Components) {
    for (name, description, members) in TYPES {
        let mut one = object(description);
        for (member, of, required, description) in *members {
            put(&mut one, member, required.clone(), schema(*of, description));
        }
        components.schemas.insert((*name).to_owned(), own(one));
    }
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let code = own(word(&codes, "The stable name of an error."));
    components.schemas.insert("Code".to_owned(), code);
}
