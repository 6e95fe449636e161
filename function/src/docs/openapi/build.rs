//! Shorthands for what the document is made of.
//!
//! utoipa's own builders are half a kilobyte each and move with every call: inlined where the
//! document is made, they and the code of its macros were a quarter of a megabyte. So values are
//! changed in place here, and nothing is inlined.

use utoipa::openapi::content::Content;
use utoipa::openapi::schema::{
    AllOf, AnyOf, Array, ArrayItems, Object, OneOf, Ref, Schema, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Required};

/// A schema, or the name of one.
pub type Any = RefOr<Schema>;

/// A value of this type; without a description where that is empty.
#[inline(never)]
pub fn of_type(r#type: Type, description: &str) -> Object {
    let mut object = any(description);
    object.schema_type = SchemaType::Type(r#type);
    object
}

/// A value of any type.
#[inline(never)]
pub fn any(description: &str) -> Object {
    let mut object = Object::new();
    object.schema_type = SchemaType::AnyValue;
    if !description.is_empty() {
        object.description = Some(description.to_owned());
    }
    object
}

/// An object.
pub fn object(description: &str) -> Object {
    of_type(Type::Object, description)
}

/// A string.
pub fn text(description: &str) -> Object {
    of_type(Type::String, description)
}

/// One of these strings.
#[inline(never)]
pub fn word(words: &[&str], description: &str) -> Object {
    let mut object = text(description);
    object.enum_values = Some(words.iter().map(|word| (*word).into()).collect());
    object
}

/// Adds a member to an object, required or optional.
#[inline(never)]
pub fn put(object: &mut Object, name: &str, required: Required, schema: Any) {
    if matches!(required, Required::True) {
        object.required.push(name.to_owned());
    }
    object.properties.insert(name.to_owned(), schema);
}

/// An object that has this member.
#[inline(never)]
pub fn having(name: &str) -> Any {
    let mut one = object("");
    one.required.push(name.to_owned());
    own(one)
}

/// The schema itself.
#[inline(never)]
pub fn own(object: Object) -> Any {
    RefOr::T(Schema::Object(object))
}

/// The component of this name.
#[inline(never)]
pub fn reference(name: &str) -> Any {
    RefOr::Ref(Ref::from_schema_name(name))
}

/// A list of such items.
#[inline(never)]
pub fn list(item: Any, description: &str) -> Array {
    let mut list = Array::default();
    list.items = ArrayItems::RefOrSchema(Box::new(item));
    if !description.is_empty() {
        list.description = Some(description.to_owned());
    }
    list
}

/// A list of exactly these items in this order.
#[inline(never)]
pub fn tuple(items: Vec<Schema>, description: &str) -> Array {
    // After these there are none, by `maxItems`: generators of clients take no `items: false`.
    let mut tuple = list(own(any("")), description);
    (tuple.min_items, tuple.max_items) = (Some(items.len()), Some(items.len()));
    tuple.prefix_items = items;
    tuple
}

/// The list itself.
#[inline(never)]
pub fn array(array: Array) -> Any {
    RefOr::T(Schema::Array(array))
}

/// Fits one of these at least.
#[inline(never)]
pub fn any_of(items: Vec<Any>, description: &str) -> Any {
    let mut any = AnyOf::new();
    any.items = items;
    if !description.is_empty() {
        any.description = Some(description.to_owned());
    }
    RefOr::T(Schema::AnyOf(any))
}

/// Fits exactly one of these.
#[inline(never)]
pub fn one_of(items: Vec<Any>) -> Any {
    let mut one = OneOf::new();
    one.items = items;
    RefOr::T(Schema::OneOf(one))
}

/// Fits all of these.
#[inline(never)]
pub fn all_of(items: Vec<Any>) -> Any {
    let mut all = AllOf::new();
    all.items = items;
    RefOr::T(Schema::AllOf(all))
}

/// Content of a media type.
#[inline(never)]
pub fn content(schema: Any) -> Content {
    let mut content = Content::default();
    content.schema = Some(schema);
    content
}
