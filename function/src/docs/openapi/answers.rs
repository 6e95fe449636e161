//! What each route answers.

use super::build::{content, object, of_type, reference, text};
use crate::app::Index;
use crate::docs::card::{Field, Limits, ModelCard};
use crate::docs::example::{Headers, Sample, Samples};
use crate::doors::{inference, sagemaker};
use crate::explain::{Contribution, Explanation};
use crate::routes::{Docs, Door, Inference, Route};
use crate::served::{Health, HealthFunction, HealthModel, Served};
use model::format::Task;
use utoipa::openapi::content::Content;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOf, Array, ComponentsBuilder, Object, Schema, Type,
};

const JSON: &str = "application/json";

/// The answer of a route when all is well.
pub fn of(door: Door) -> Response {
    let one = |media: &str, content: Content| {
        let mut response = Response::new("OK");
        response.content.insert(media.to_owned(), content);
        response
    };
    let component = |name: &str| one(JSON, content(reference(name)));
    let text_of = |description: &str| content(text(description).build());
    match door {
        Door::Index => component("Index"),
        Door::Health => component("Health"),
        Door::Ping => one("text/plain", text_of("A line end.")),
        Door::Version => one("text/plain", text_of("The version.")),
        Door::Predict => {
            let both = AnyOf::builder()
                .item(reference("Answer"))
                .item(reference("Answers"));
            let mut response = one(JSON, content(Schema::from(both.build())));
            for (media, what) in [
                (
                    "text/csv",
                    "Of many rows, where the request accepts it: label and probability, or value.",
                ),
                ("application/x-ndjson", "Of JSON Lines: an answer a line."),
            ] {
                response.content.insert(media.to_owned(), text_of(what));
            }
            response
        }
        Door::Invocations => {
            let mut all = AnyOf::builder();
            for name in ["MlflowPredictions", "SageMakerPredictions", "Answer"] {
                all = all.item(reference(name));
            }
            let mut response = one(JSON, content(Schema::from(all.build())));
            for (media, what) in [
                (
                    "text/csv",
                    "Of CSV without a header row: label and probability, or value.",
                ),
                (
                    "application/jsonlines",
                    "Of JSON Lines: a prediction of SageMaker's a line.",
                ),
            ] {
                response.content.insert(media.to_owned(), text_of(what));
            }
            response
        }
        Door::Inference(Inference::Infer) => component("Inferred"),
        Door::Inference(_) => one(
            JSON,
            content(object("What the protocol says of it.").build()),
        ),
        Door::Docs(Docs::Page) => one("text/html", text_of("The page.")),
        Door::Docs(Docs::OpenApi) => one(JSON, content(object("This document.").build())),
        Door::Docs(Docs::Model) => component("ModelCard"),
        Door::Docs(Docs::Example) => {
            let both = AnyOf::builder()
                .item(reference("Samples"))
                .item(reference("Sample"));
            one(JSON, content(Schema::from(both.build())))
        }
    }
}

/// The schemas of answers.
pub fn add_schemas(components: ComponentsBuilder, served: &Served) -> ComponentsBuilder {
    let labels = label(served);
    let prediction = match served.model.task {
        Task::Regression => Schema::from(of_type(Type::Number, "The value.").build()),
        Task::Classification => {
            let list = Array::new(of_type(Type::Number, "").build());
            Schema::from(AnyOf::builder().item(labels).item(list).build())
        }
    };
    components
        .schema("Identity", identity())
        .schema("Warning", warning())
        .schema("Answer", answer(served))
        .schema("Answers", predictions(reference("Answer")))
        .schema("MlflowPredictions", predictions(prediction))
        .schema(
            "SageMakerPredictions",
            predictions(reference("SageMakerPrediction")),
        )
        .schema_from::<sagemaker::Prediction<'_>>()
        .schema_from::<inference::Inferred<'_>>()
        .schema_from::<inference::Output<'_>>()
        .schema_from::<Explanation>()
        .schema_from::<Contribution>()
        .schema_from::<Health<'_>>()
        .schema_from::<HealthModel<'_>>()
        .schema_from::<HealthFunction>()
        .schema_from::<Index<'_>>()
        .schema_from::<Route>()
        .schema_from::<ModelCard<'_>>()
        .schema_from::<Field<'_>>()
        .schema_from::<Limits>()
        .schema_from::<Samples>()
        .schema_from::<Sample>()
        .schema_from::<Headers>()
}

fn label(served: &Served) -> Object {
    text("A label.")
        .enum_values(Some(served.model.labels.iter().copied()))
        .build()
}

/// As [`model::answer::Report`] writes it, with what [`crate::report`] adds.
fn answer(served: &Served) -> Object {
    let object = match served.model.task {
        Task::Regression => object("What the model says of a row.")
            .property("value", of_type(Type::Number, "The value.").build())
            .required("value"),
        Task::Classification => {
            let probability = of_type(Type::Number, "").minimum(Some(0)).maximum(Some(1));
            let probabilities =
                object("The probability of each label, falling; of the first K with ?top=K.")
                    .property_names(Some(Schema::from(label(served))))
                    .additional_properties(Some(AdditionalProperties::from(Schema::from(
                        probability.build(),
                    ))));
            object("What the model says of a row.")
                .property("label", label(served))
                .property("probabilities", probabilities.build())
                .required("label")
                .required("probabilities")
        }
    };
    object
        .property("model", reference("Identity"))
        .required("model")
        .property("warnings", Array::new(reference("Warning")))
        .property("explanation", reference("Explanation"))
        .build()
}

/// As [`model::answer::Identity`] is written.
fn identity() -> Object {
    object("Which model answers.")
        .property("name", text("Its name.").build())
        .property("version", text("Its version.").build())
        .required("name")
        .required("version")
        .build()
}

/// As [`model::validate::Warning`] is written.
fn warning() -> Object {
    let codes = [
        "unknown_category",
        "out_of_range",
        "missing_value",
        "no_known_words",
    ];
    object("Why an answer may be worth less than it looks.")
        .property(
            "code",
            text("Its stable name.").enum_values(Some(codes)).build(),
        )
        .property(
            "field",
            text("The field, as a JSON Pointer into the row.").build(),
        )
        .property("detail", text("One sentence.").build())
        .required("code")
        .build()
}

fn predictions(item: impl Into<utoipa::openapi::RefOr<Schema>>) -> Object {
    object("An item a row.")
        .property("predictions", Array::new(item))
        .required("predictions")
        .build()
}
