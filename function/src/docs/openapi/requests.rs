//! Requests of each route: parameters and bodies, with examples that work unchanged.

use super::build::{
    Any, all_of, any, any_of, array, content, having, list, object, of_type, one_of, own, put,
    reference, text, word,
};
use super::rows;
use crate::docs::card::explains;
use crate::request_id::HEADER;
use crate::routes::{Docs, Door, Inference, Route};
use crate::rules::Rules;
use crate::served::ServedModel;
use model::example::{Door as Protocol, example};
use model::head::Head;
use model::rows::quoted;
use serde_json::Value;
use utoipa::openapi::Required::{self, False, True};
use utoipa::openapi::content::Content;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::{Components, Object, Type};

/// The parameters of a route, in its path, query and headers.
pub fn parameters(route: &Route, served: &ServedModel, rules: &Rules) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (step, only, what) in [
        ("name", &served.identity().name, "The model's name."),
        ("version", &served.identity().version, "Its version."),
    ] {
        if route.path.contains(&format!("{{{step}}}")) {
            let schema = word(&[only], "");
            parameters.push(parameter(step, ParameterIn::Path, True, what, schema));
        }
    }
    let count = || {
        let mut count = of_type(Type::Integer, "");
        count.minimum = Some(1.into());
        count
    };
    match route.door {
        Door::Predict | Door::PredictMany => {
            if served.model().head.classes().is_some() {
                let what = "Only the probabilities of the first K labels.";
                parameters.push(query("top", what, count()));
            }
            if explains(served, rules) {
                let what = "Adds the K features with the greatest contributions.";
                parameters.push(query("explain", what, count()));
            }
        }
        Door::Docs(Docs::Example) => {
            let names = Protocol::ALL.map(Protocol::name);
            let schema = word(&names, "");
            parameters.push(query("door", "The request of one protocol only.", schema));
        }
        _ => {}
    }
    let what =
        "An id for the request, 1 to 128 letters, digits and `-._~:/+=@|`; any other is replaced.";
    parameters.push(parameter(
        HEADER,
        ParameterIn::Header,
        False,
        what,
        text(""),
    ));
    parameters
}

/// The header of a response that states the id of its request.
pub fn id_of_response() -> Header {
    let mut header = Header::new(own(text("")));
    header.description = Some("The id of the request.".to_owned());
    header
}

fn query(name: &str, what: &str, schema: Object) -> Parameter {
    parameter(name, ParameterIn::Query, False, what, schema)
}

#[inline(never)]
fn parameter(
    name: &str,
    place: ParameterIn,
    required: Required,
    what: &str,
    schema: Object,
) -> Parameter {
    let mut parameter = Parameter::new(name);
    parameter.parameter_in = place;
    parameter.required = required;
    parameter.description = Some(what.to_owned());
    parameter.schema = Some(own(schema));
    parameter
}

/// The body of a route, in every media type that it takes; of `/predict` one row, as `POST /` has
/// all that both take.
pub fn body(route: &Route, served: &ServedModel, rules: &Rules) -> Option<RequestBody> {
    let is_open = !rules.hides_schema;
    let example = |protocol| {
        let example = example(served.model(), protocol).filter(|_| is_open)?;
        serde_json::from_str(&example.body).ok()
    };
    let json = |name: &str, protocol| {
        let mut content = content(reference(name));
        content.example = example(protocol);
        ("application/json", content)
    };
    let row = || example(Protocol::Predict);
    let contents = match route.door {
        Door::Predict if !route.takes_any_form() => vec![json("Row", Protocol::Predict)],
        Door::PredictMany => {
            let mut content = content(reference("Rows"));
            content.example = row().map(|row| serde_json::json!({"instances": [row]}));
            vec![("application/json", content)]
        }
        Door::Predict => vec![
            json("PredictBody", Protocol::Predict),
            table("text/csv", ",", row()),
            table("text/tab-separated-values", "\t", row()),
            lines("application/x-ndjson", row()),
        ],
        Door::Invocations => vec![
            json("InvocationsBody", Protocol::Mlflow),
            table("text/csv", ",", row()),
            lines("application/jsonlines", row()),
        ],
        Door::Inference(Inference::Infer) => vec![json("InferBody", Protocol::Inference)],
        _ => return None,
    };
    let mut body = RequestBody::new();
    body.required = Some(True);
    for (media, content) in contents {
        body.content.insert(media.to_owned(), content);
    }
    Some(body)
}

/// A table with a header row.
fn table(media: &'static str, delimiter: &str, row: Option<Value>) -> (&'static str, Content) {
    let what = "A header row of the fields' names, then one row per line; or, with the parameter \
                header=absent, rows alone with their values in the model's order.";
    let mut content = content(own(text(what)));
    if let Some(Value::Object(row)) = row {
        let line = |fields: Vec<String>| fields.join(delimiter) + "\n";
        let header = row.keys().map(|name| quoted(name).into_owned());
        let values = row.values().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) => quoted(text).into_owned(),
            other => other.to_string(),
        });
        content.example = Some(Value::from(
            line(header.collect()) + &line(values.collect()),
        ));
    }
    (media, content)
}

/// One row per line.
fn lines(media: &'static str, row: Option<Value>) -> (&'static str, Content) {
    let mut content = content(own(text("One row per line, each a JSON object.")));
    content.example = row.map(|row| Value::from(format!("{row}\n")));
    (media, content)
}

/// The schemas of bodies.
pub fn add_schemas(components: &mut Components, served: &ServedModel, rules: &Rules) {
    let rows_of = |list| {
        let mut many = object("Many rows.");
        put(&mut many, "instances", True, list);
        own(many)
    };
    if let Some(row) = rows::row_by_either_name(served, rules) {
        components.schemas.insert("RowByEitherName".to_owned(), row);
    }
    let row = rows::any_row(served, rules);
    let mut bare = list(row.clone(), "Many rows, without an object around them.");
    (bare.min_items, bare.max_items) = (Some(1), Some(rules.rows));
    let predict = vec![row, reference("RowsInAnyForm"), array(bare)];
    for (name, schema) in [
        ("Row", rows::row(served, rules)),
        ("RowInOrder", rows::in_order(served, rules)),
        ("Rows", rows_of(rows::objects(rules))),
        ("RowsInAnyForm", rows_of(rows::list(served, rules))),
        ("PredictBody", any_of(predict, "One row, or many.")),
        ("InvocationsBody", invocations(served, rules)),
        ("InferBody", infer(served)),
        ("Tensor", tensor()),
    ] {
        components.schemas.insert(name.to_owned(), schema);
    }
}

/// MLflow's body.
fn invocations(served: &ServedModel, rules: &Rules) -> Any {
    let numbers = array(list(own(of_type(Type::Number, "")), ""));
    let columns = any_of(
        vec![rows::names(served, rules), numbers],
        "The fields' names; without, or numbered, the model's order holds. Another order is taken, \
         too, and other columns are passed over.",
    );
    let mut data = list(reference("RowInOrder"), "");
    data.max_items = Some(rules.rows);
    let mut split = object("A data frame as pandas splits it.");
    put(&mut split, "columns", False, columns);
    put(&mut split, "data", True, array(data));
    let lists = vec![rows::columns(served, rules), rows::list(served, rules)];
    let methods: &[&str] = match served.model().head {
        Head::Classes(_) => &["predict", "predict_proba"],
        Head::Value(_) => &["predict"],
    };
    // Parameters of other kinds than these are other people's: MLflow's clients send what they like.
    let mut params = any("What is asked for: labels, or a list of probabilities.");
    put(&mut params, "predict_method", False, own(word(methods, "")));
    let mut body = object("Rows as MLflow's clients send them: exactly one of the four.");
    let mut one = Vec::new();
    for (name, schema) in [
        ("dataframe_split", own(split)),
        ("dataframe_records", rows::list(served, rules)),
        ("instances", rows::list(served, rules)),
        ("inputs", any_of(lists, "")),
    ] {
        put(&mut body, name, False, schema);
        one.push(having(name));
    }
    put(&mut body, "params", False, own(params));
    all_of(vec![own(body), one_of(one)])
}

/// The body of the Open Inference Protocol.
fn infer(served: &ServedModel) -> Any {
    let mut output = object("");
    let names: &[&str] = match served.model().head {
        Head::Classes(_) => &["label", "probability", "probabilities"],
        Head::Value(_) => &["value"],
    };
    put(&mut output, "name", True, own(word(names, "")));
    let mut tensors = list(reference("Tensor"), "");
    tensors.min_items = Some(1);
    let outputs = array(list(own(output), "What is asked for; nothing is all."));
    let mut body = object(
        "Rows as tensors: one a field, by its name, with the rows along the first dimension.",
    );
    let id = own(text("Returned with the answer."));
    put(&mut body, "id", False, or_null(id));
    put(&mut body, "inputs", True, array(tensors));
    put(&mut body, "outputs", False, or_null(outputs));
    own(body)
}

/// The same, or `null` in its place.
fn or_null(schema: Any) -> Any {
    any_of(vec![schema, own(of_type(Type::Null, ""))], "")
}

fn tensor() -> Any {
    let datatypes = [
        "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP32",
        "FP64", "BYTES",
    ];
    let mut size = of_type(Type::Integer, "");
    size.minimum = Some(0.into());
    let mut shape = list(own(size), "Its dimensions: rows first.");
    (shape.min_items, shape.max_items) = (Some(1), Some(2));
    let data = "As many elements as the shape says; they may be nested.";
    let mut tensor = object("A tensor.");
    for (name, schema) in [
        ("name", own(text("The field's name."))),
        ("shape", array(shape)),
        ("datatype", own(word(&datatypes, "Text is BYTES."))),
        ("data", array(list(own(any("")), data))),
    ] {
        put(&mut tensor, name, True, schema);
    }
    own(tensor)
}
