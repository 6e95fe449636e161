//! Shorthands for what the document is made of.

use utoipa::openapi::RefOr;
use utoipa::openapi::content::Content;
use utoipa::openapi::schema::{
    ArrayBuilder, ArrayItems, ObjectBuilder, Ref, Schema, SchemaType, Type,
};

/// An object.
pub fn object(description: &str) -> ObjectBuilder {
    of_type(Type::Object, description)
}

/// A string.
pub fn text(description: &str) -> ObjectBuilder {
    of_type(Type::String, description)
}

/// A value of this type; without a description where that is empty.
pub fn of_type(r#type: Type, description: &str) -> ObjectBuilder {
    let description = (!description.is_empty()).then_some(description);
    ObjectBuilder::new()
        .schema_type(r#type)
        .description(description)
}

/// A value of any type.
pub fn any() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue)
}

/// The component of this name.
pub fn reference(name: &str) -> Ref {
    Ref::from_schema_name(name)
}

/// What a media type holds.
pub fn content(schema: impl Into<RefOr<Schema>>) -> Content {
    Content::new(Some(schema))
}

/// A list of such items.
pub fn list(item: impl Into<RefOr<Schema>>) -> ArrayBuilder {
    ArrayBuilder::new().items(ArrayItems::RefOrSchema(Box::new(item.into())))
}
