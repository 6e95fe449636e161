//! What each route takes: parameters and bodies, with examples that work as they stand.

use super::build::{any, content, list, object, of_type, reference, text};
use super::rows;
use crate::docs::card::explains;
use crate::routes::{Docs, Door, Inference, Route};
use crate::rules::Rules;
use crate::served::Served;
use model::example::{Door as Protocol, example};
use model::format::Task;
use model::rows::quoted;
use serde_json::Value;
use utoipa::openapi::Required;
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    AllOf, AnyOf, ComponentsBuilder, Object, ObjectBuilder, OneOf, Schema, Type,
};

/// The parameters of a route, in its path and query.
pub fn parameters(route: &Route, served: &Served, rules: &Rules) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (step, only, what) in [
        ("name", &served.identity.name, "The model's name."),
        ("version", &served.identity.version, "Its version."),
    ] {
        if route.path.contains(&format!("{{{step}}}")) {
            let schema = text("").enum_values(Some([only.as_str()])).build();
            let parameter = parameter(step, ParameterIn::Path, what, schema);
            parameters.push(parameter.required(Required::True).build());
        }
    }
    let count = || of_type(Type::Integer, "").minimum(Some(1)).build();
    match route.door {
        Door::Predict => {
            if served.model.task == Task::Classification {
                let what = "Only the probabilities of the first K labels.";
                parameters.push(query("top", what, count()));
            }
            if explains(served, rules) {
                let what = "Also the K features that weighed most.";
                parameters.push(query("explain", what, count()));
            }
        }
        Door::Docs(Docs::Example) => {
            let names = Protocol::ALL.map(Protocol::name);
            let schema = text("").enum_values(Some(names)).build();
            parameters.push(query("door", "The request of one protocol only.", schema));
        }
        _ => {}
    }
    parameters
}

fn query(name: &str, what: &str, schema: Object) -> Parameter {
    parameter(name, ParameterIn::Query, what, schema)
        .required(Required::False)
        .build()
}

fn parameter(name: &str, place: ParameterIn, what: &str, schema: Object) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .description(Some(what))
        .schema(Some(Schema::from(schema)))
}

/// The body of a route, in every media type that it takes.
pub fn body(door: Door, served: &Served, rules: &Rules) -> Option<RequestBody> {
    let is_open = !rules.hides_schema;
    let example = |protocol| {
        let example = example(&served.model, protocol).filter(|_| is_open)?;
        serde_json::from_str(&example.body).ok()
    };
    let json = |name: &str, protocol| {
        let mut content = content(reference(name));
        content.example = example(protocol);
        ("application/json", content)
    };
    let row = || example(Protocol::Predict);
    let contents = match door {
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
    let mut body = RequestBodyBuilder::new().required(Some(Required::True));
    for (media, content) in contents {
        body = body.content(media, content);
    }
    Some(body.build())
}

/// A table with a header row.
fn table(media: &'static str, delimiter: &str, row: Option<Value>) -> (&'static str, Content) {
    let what = "A header row of the fields' names, then a row a line; or, with the parameter \
                header=absent, rows alone with their values in the model's order.";
    let mut content = content(text(what).build());
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

/// A row a line.
fn lines(media: &'static str, row: Option<Value>) -> (&'static str, Content) {
    let mut content = content(text("A row a line, each a JSON object.").build());
    content.example = row.map(|row| Value::from(format!("{row}\n")));
    (media, content)
}

/// The schemas of bodies.
pub fn add_schemas(
    components: ComponentsBuilder,
    served: &Served,
    rules: &Rules,
) -> ComponentsBuilder {
    let many = object("Many rows.")
        .property("instances", rows::list(served, rules))
        .required("instances");
    let predict = AnyOf::builder()
        .description(Some("A row, or many."))
        .item(reference("Row"))
        .item(reference("Rows"));
    components
        .schema("Rows", many.build())
        .schema("PredictBody", Schema::from(predict.build()))
        .schema("InvocationsBody", invocations(served, rules))
        .schema("InferBody", infer())
        .schema("Tensor", tensor())
}

/// MLflow's body. SageMaker's rows may stand in `features` each.
fn invocations(served: &Served, rules: &Rules) -> Schema {
    let columns = AnyOf::builder()
        .description(Some(
            "The fields' names; without, or numbered, the model's order holds. Another order is taken, \
             too, and other columns are passed over.",
        ))
        .item(rows::names(served, rules))
        .item(list(of_type(Type::Number, "").build()).build());
    let data = list(reference("RowInOrder")).max_items(Some(rules.rows));
    let split = object("A data frame as pandas splits it.")
        .property("columns", Schema::from(columns.build()))
        .property("data", data.build())
        .required("data");
    let lists = AnyOf::builder()
        .item(rows::columns(served, rules))
        .item(rows::list(served, rules));
    let mut methods = vec!["predict"];
    if served.model.task == Task::Classification {
        methods.push("predict_proba");
    }
    // Parameters of other kinds than these are other people's: MLflow's clients send what they like.
    let params = any()
        .description(Some(
            "What is asked for: labels, or a list of probabilities.",
        ))
        .property(
            "predict_method",
            text("").enum_values(Some(methods)).build(),
        );
    let body = object("Rows as MLflow's clients send them: exactly one of the four.")
        .property("dataframe_split", split.build())
        .property("dataframe_records", rows::list(served, rules))
        .property("instances", rows::list(served, rules))
        .property("inputs", Schema::from(lists.build()))
        .property("params", params.build());
    let mut one = OneOf::builder();
    for name in [
        "dataframe_split",
        "dataframe_records",
        "instances",
        "inputs",
    ] {
        let with = ObjectBuilder::new()
            .schema_type(Type::Object)
            .required(name);
        one = one.item(with.build());
    }
    AllOf::builder()
        .item(body.build())
        .item(Schema::from(one.build()))
        .build()
        .into()
}

/// The body of the Open Inference Protocol.
fn infer() -> Object {
    let name = text("`label`, `probability`, `probabilities`; of regression `value`.");
    let output = object("").property("name", name.build()).required("name");
    object("Rows as tensors: one a field, by its name, with the rows along the first dimension.")
        .property("id", text("Comes back with the answer.").build())
        .property("inputs", list(reference("Tensor")).min_items(Some(1)))
        .property(
            "outputs",
            list(output.build()).description(Some("What is asked for; nothing is all.")),
        )
        .required("inputs")
        .build()
}

fn tensor() -> Object {
    let datatypes = [
        "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP32",
        "FP64", "BYTES",
    ];
    let size = of_type(Type::Integer, "").minimum(Some(0)).build();
    let shape = list(size)
        .description(Some("Its dimensions: rows first."))
        .min_items(Some(1));
    let data = list(any().build()).description(Some(
        "As many elements as the shape says; they may be nested.",
    ));
    object("A tensor.")
        .property("name", text("The field's name.").build())
        .property("shape", shape)
        .property(
            "datatype",
            text("Text is BYTES.").enum_values(Some(datatypes)).build(),
        )
        .property("data", data)
        .required("name")
        .required("shape")
        .required("datatype")
        .required("data")
        .build()
}
