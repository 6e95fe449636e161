//! Responses of each route.

use super::build::{
    Any, any_of, array, content, list, object, of_type, own, put, reference, text, word,
};
use crate::routes::{Docs, Door, Inference, Route};
use crate::served::ServedModel;
use model::head::Head;
use model::threshold::Threshold;
use utoipa::openapi::Required::{False, True};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{AdditionalProperties, Components, Object, Schema, Type};

const JSON: &str = "application/json";

/// The answer of a route when all is well: one type a media type, but for requests of many forms.
pub fn of(route: &Route) -> Response {
    let text = |what: &str| own(text(what));
    let both = |names: &[&str]| {
        let items = names.iter().map(|name| reference(name));
        any_of(items.collect(), "")
    };
    let contents: Vec<(&str, Any)> = match route.door {
        Door::Index => vec![(JSON, reference("RouteList"))],
        Door::Health => vec![(JSON, reference("Health"))],
        Door::Ping => vec![("text/plain", text("A line end."))],
        Door::Version => vec![("text/plain", text("The version."))],
        Door::Predict if !route.takes_any_form() => vec![(JSON, reference("Answer"))],
        Door::PredictMany => vec![(JSON, reference("Answers"))],
        Door::Predict => vec![
            (JSON, both(&["Answer", "Answers"])),
            (
                "text/csv",
                text(
                    "Of many rows, where the request accepts it: label and probability, or value.",
                ),
            ),
            (
                "application/x-ndjson",
                text("For JSON Lines: one answer per line."),
            ),
        ],
        Door::Invocations => vec![
            (
                JSON,
                both(&["MlflowPredictions", "SageMakerPredictions", "Answer"]),
            ),
            (
                "text/csv",
                text("For CSV without a header row: label and probability, or value."),
            ),
            (
                "application/jsonlines",
                text("For JSON Lines: one SageMaker prediction per line."),
            ),
        ],
        Door::Inference(Inference::Infer) => vec![(JSON, reference("Inferred"))],
        Door::Inference(_) => vec![(JSON, own(object("Metadata, as the protocol defines it.")))],
        Door::Docs(Docs::Page) => vec![("text/html", text("The page."))],
        Door::Docs(Docs::OpenApi) => vec![(JSON, own(object("This document.")))],
        Door::Docs(Docs::Model) => vec![(JSON, reference("ModelCard"))],
        Door::Docs(Docs::Example) => vec![(JSON, both(&["Samples", "Sample"]))],
    };
    let mut response = Response::new("OK");
    for (media, schema) in contents {
        response.content.insert(media.to_owned(), content(schema));
    }
    response
}

/// The schemas of answers that the model decides.
pub fn add_schemas(components: &mut Components, served: &ServedModel) {
    let prediction = match served.model().head {
        Head::Value(_) => own(of_type(Type::Number, "The value.")),
        Head::Classes(_) => {
            let probabilities = list(own(of_type(Type::Number, "")), "");
            any_of(vec![reference("Label"), array(probabilities)], "")
        }
    };
    let sagemakers = reference("SageMakerPrediction");
    for (name, schema) in [
        ("Answer", answer(served)),
        ("Answers", predictions(reference("Answer"))),
        ("MlflowPredictions", predictions(prediction)),
        ("SageMakerPredictions", predictions(sagemakers)),
    ] {
        components.schemas.insert(name.to_owned(), own(schema));
    }
    if served.model().head.classes().is_some() {
        let mut label = label(served);
        label.extensions = variable_names(served.model().head.labels())
            .map(|names| Extensions::from_iter([("x-enum-varnames", names)]));
        components.schemas.insert("Label".to_owned(), own(label));
    }
}

fn label(served: &ServedModel) -> Object {
    word(served.model().head.labels(), "A label.")
}

/// Names for the labels in programs, where those that generators make of them would be the same, as
/// of `C` and `C#`.
fn variable_names(labels: &[&str]) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(labels.len());
    let mut differ = true;
    for label in labels {
        let words = label.split(|letter: char| !letter.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let mut name = words.join("_").to_uppercase();
        if !name.starts_with(char::is_alphabetic) {
            name = format!("LABEL_{name}");
        }
        let first = name.clone();
        let mut count = 1;
        while names.contains(&name) {
            differ = false;
            count += 1;
            name = format!("{first}_{count}");
        }
        names.push(name);
    }
    (!differ).then_some(names)
}

/// As [`model::answer::ReportWriter`] writes it, with what [`crate::report`] adds.
fn answer(served: &ServedModel) -> Object {
    let mut answer = object("The answer to a row.");
    match served.model().head {
        Head::Value(_) => {
            let value = of_type(Type::Number, "The value.");
            put(&mut answer, "value", True, own(value));
        }
        Head::Classes(_) => {
            put(&mut answer, "label", True, reference("Label"));
            let mut probability = of_type(Type::Number, "");
            probability.minimum = Some(0.into());
            probability.maximum = Some(1.into());
            let mut all = object(
                "The probability of each label, in descending order; of the first K with ?top=K.",
            );
            all.property_names = Some(Box::new(Schema::Object(label(served))));
            let each = AdditionalProperties::RefOr(own(probability));
            all.additional_properties = Some(Box::new(each));
            put(&mut answer, "probabilities", True, own(all));
            if Threshold::of(served.model()).is_some() {
                put(&mut answer, "decision", True, reference("Decision"));
            }
        }
    }
    put(&mut answer, "model", True, reference("Identity"));
    if served.variant().is_some() {
        let variant = text("The variant of the model that answered.");
        put(&mut answer, "variant", False, own(variant));
    }
    let warnings = array(list(reference("Warning"), ""));
    put(&mut answer, "warnings", False, warnings);
    put(&mut answer, "explanation", False, reference("Explanation"));
    answer
}

fn predictions(item: Any) -> Object {
    let mut predictions = object("One item per row.");
    put(&mut predictions, "predictions", True, array(list(item, "")));
    predictions
}

#[cfg(test)]
mod tests {
    use super::variable_names;

    #[test]
    fn labels_whose_names_would_be_the_same_in_a_program_get_names() {
        assert_eq!(variable_names(&["late", "in time", "1"]), None);
        let names = variable_names(&["C", "C++", "C#", "1", "", "größe"]).unwrap();
        assert_eq!(names, ["C", "C_2", "C_3", "LABEL_1", "LABEL_", "GRÖSSE"]);
    }
}
