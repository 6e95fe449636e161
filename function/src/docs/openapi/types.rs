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
    ("Problem", "A refusal, by RFC 9457.", &[
        ("type", Text, True, "`about:blank`: the status and the code say what it is."),
        ("title", Text, True, "The status in words."),
        ("status", Count, True, "The status."),
        ("detail", Text, True, "What is wrong, in one sentence."),
        ("code", One("Code"), True, ""),
        ("field", Text, False, "The place in the body that is wrong, as a JSON Pointer."),
        ("expected", Text, False, "What should have come."),
        ("example", Of::Object, False, "A body that the model can answer."),
        ("errors", Many("Fault"), False, "What is wrong with rows, 20 things at most."),
    ]),
    ("Fault", "One thing that is wrong, and where.", &[
        ("pointer", Text, True, "Where in the body, as a JSON Pointer; of a table, as if it were a list of objects."),
        ("line", Count, False, "Line of a table, from 1."),
        ("detail", Text, True, "What is wrong, in one sentence."),
        ("code", One("Code"), True, ""),
        ("expected", Text, True, "What should have come."),
    ]),
    ("MlflowRefusal", "A refusal in MLflow's words.", &[
        ("error_code", Text, True, "MLflow's name for it."),
        ("message", Text, True, "What is wrong, in one sentence."),
        ("errors", Many("Fault"), False, "What is wrong with rows, 20 things at most."),
    ]),
    ("InferenceRefusal", "A refusal in the words of the Open Inference Protocol.", &[
        ("error", Text, True, "What is wrong."),
    ]),
    ("Inferred", "Answers to rows, as tensors.", &[
        ("model_name", Text, True, "The model's name."),
        ("model_version", Text, True, "Its version."),
        ("id", Text, False, "The request's own."),
        ("outputs", Many("Output"), True, "The tensors; their first dimension is the rows."),
    ]),
    ("Output", "A tensor.", &[
        ("name", Text, True, "`label`, `probability` and `probabilities`; of regression `value`."),
        ("datatype", Text, True, "`BYTES` or `FP64`."),
        ("shape", Counts, True, "Its dimensions."),
        ("data", Values, True, "Its elements, row by row."),
        ("parameters", Of::Object, False, "Of probabilities: the labels, a list in a text."),
    ]),
    ("SageMakerPrediction", "An answer in the words of SageMaker's Linear Learner.", &[
        ("predicted_label", Text, False, "The label, of classification."),
        ("score", Number, True, "Probability of the label, or the value."),
    ]),
    ("Explanation", "What spoke for an answer.", &[
        ("score", Number, True, "What is explained: the intercept, the contributions and the rest sum to it."),
        ("intercept", Number, True, "The score of a row without features."),
        ("features", Many("Contribution"), True, "Those that weighed most, the heaviest first."),
        ("rest", Number, True, "Sum of the contributions that are not listed."),
    ]),
    ("Contribution", "A feature's part of the score.", &[
        ("feature", Text, True, "Its name, e.g. a word."),
        ("column", Text, True, "The field that it comes from."),
        ("contribution", Number, True, "Its part."),
    ]),
    ("Warning", "Why an answer may be worth less than it looks.", &[
        ("code", Text, True, "`unknown_category`, `out_of_range`, `missing_value` or `no_known_words`."),
        ("field", Text, False, "The field, as a JSON Pointer into the row."),
        ("detail", Text, False, "One sentence."),
    ]),
    ("Identity", "Which model answers.", &[
        ("name", Text, True, "Its name."),
        ("version", Text, True, "Its version."),
    ]),
    ("Health", "What runs.", &[
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
    ("Index", "What there is to ask for.", &[
        ("model", One("Identity"), False, ""),
        ("routes", Many("Route"), True, "Every route."),
        ("example", Of::Object, False, "A body for `/predict`."),
    ]),
    ("Route", "Something to ask for.", &[
        ("method", Text, True, "The method to ask with."),
        ("path", Text, True, "The path to ask at; a step in braces stands for any."),
        ("answer", Text, True, "What comes back."),
    ]),
    ("ModelCard", "The model card, with what a program needs to ask the model.", &[
        ("name", Text, True, "The model's name."),
        ("version", Text, True, "Its version."),
        ("digest", Text, True, "SHA-256 of the model file's content."),
        ("git_revision", Text, True, "Revision of the repository that it was trained in; empty where that is not known."),
        ("task", Text, True, "`classification` or `regression`."),
        ("estimator", Text, True, "What was fitted, e.g. `logistic_regression`."),
        ("labels", Texts, False, "The labels, in the model's order; none of regression."),
        ("threshold", Number, False, "The second label's probability from which on it is answered."),
        ("columns", Many("Field"), False, "The fields of a row, in the model's order; not told where the schema is hidden."),
        ("example", Of::Object, False, "A row that the model can answer."),
        ("explain", Flag, True, "Whether answers can be explained, by `?explain=K`."),
        ("limits", One("Limits"), True, ""),
        ("card", Of::Object, False, "The model card as training wrote it: metrics, data, parameters, what made it."),
    ]),
    ("Field", "A field of a row.", &[
        ("name", Text, True, "Its name."),
        ("kind", Text, True, "`text`, `number`, `category`, `boolean` or `timestamp`."),
        ("optional", Flag, True, "Whether a row may leave it out."),
        ("range", Numbers, False, "Of a number: the least and the greatest of the training rows."),
        ("categories", Texts, False, "Of a category: those that the model knows, 50 at most."),
        ("example", Value, False, "Its value in the example."),
    ]),
    ("Limits", "What a request may hold.", &[
        ("rows", Count, True, "Most rows."),
        ("body_bytes", Count, True, "Most bytes, inflated."),
    ]),
    ("Samples", "A request a protocol.", &[
        ("examples", Many("Sample"), True, "The requests."),
    ]),
    ("Sample", "A request that works as it stands.", &[
        ("door", Text, True, "Whose protocol it speaks: `predict`, `mlflow`, `sagemaker` or `v2`."),
        ("method", Text, True, "The method to ask with."),
        ("path", Text, True, "The path to ask at."),
        ("headers", One("Headers"), True, ""),
        ("body", Text, True, "The body to send, as it stands."),
    ]),
    ("Headers", "The headers of a request.", &[
        ("content-type", Text, True, "What the body is."),
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
    let code = own(word(&codes, "The stable name of a refusal."));
    components.schemas.insert("Code".to_owned(), code);
}
