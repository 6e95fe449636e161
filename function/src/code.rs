//! The stable names of all error responses, each with its HTTP status and its meaning.

use http::StatusCode;
use serde::Serialize;

/// Writes the enum, its names and its statuses from one table.
macro_rules! codes {
    ($($variant:ident $name:literal $status:ident $help:literal,)*) => {
        /// The stable names of all refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        pub enum Code {
            $(
                #[doc = $help]
                #[serde(rename = $name)]
                $variant,
            )*
        }

        impl Code {
            /// Every code once.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The name, as it stands in `code`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $name,)*
                }
            }

            /// Meaning for every request that gets it.
            pub const fn help(self) -> &'static str {
                match self {
                    $(Code::$variant => $help,)*
                }
            }

            /// The HTTP status that it comes with.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Code::$variant => StatusCode::$status,)*
                }
            }
        }
    };
}

codes! {
    EmptyBody "empty_body" BAD_REQUEST "The request has no body.",
    InvalidUtf8 "invalid_utf8" BAD_REQUEST "The body is not UTF-8.",
    InvalidJson "invalid_json" BAD_REQUEST "The body is not JSON.",
    InvalidTable "invalid_table" BAD_REQUEST "The body is not a table in the format of its content type.",
    InvalidGzip "invalid_gzip" BAD_REQUEST "The content encoding is gzip, but the body is not gzipped.",
    InvalidProtocol "invalid_protocol" BAD_REQUEST "The body does not follow the protocol of this path.",
    UnknownParameter "unknown_parameter" BAD_REQUEST "The query has a parameter that the path does not take.",
    InvalidTop "invalid_top" BAD_REQUEST "The query parameter `top` is not a whole number from 1 up.",
    InvalidExplain "invalid_explain" BAD_REQUEST "The query parameter `explain` is not a whole number from 1 up.",
    ExplainUnavailable "explain_unavailable" BAD_REQUEST "This model's answers cannot be explained.",
    InvalidDoor "invalid_door" BAD_REQUEST "The query parameter `door` names no door.",
    KeyMissing "key_missing" UNAUTHORIZED "The request has no API key.",
    KeyWrong "key_wrong" FORBIDDEN "The API key is not known.",
    ForeignOrigin "foreign_origin" FORBIDDEN "The request comes from a page of an origin that HEARTH_ALLOWED_ORIGINS does not name.",
    SchemaHidden "schema_hidden" FORBIDDEN "The names of the model's fields are hidden.",
    NotFound "not_found" NOT_FOUND "Nothing is at this path.",
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "The path answers another method.",
    NotAcceptable "not_acceptable" NOT_ACCEPTABLE "The path answers in no media type that the request accepts.",
    BodyTooSlow "body_too_slow" REQUEST_TIMEOUT "The body did not come in time.",
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body is larger than Lambda accepts.",
    TooManyRows "too_many_rows" PAYLOAD_TOO_LARGE "The request has more rows than the function accepts.",
    TooManyColumns "too_many_columns" PAYLOAD_TOO_LARGE "The table's header has more names than the function accepts.",
    TooManyCells "too_many_cells" PAYLOAD_TOO_LARGE "The request has more rows times columns than the function accepts.",
    TooManyTokens "too_many_tokens" PAYLOAD_TOO_LARGE "A text has more words than the function accepts.",
    TooManyExplanations "too_many_explanations" PAYLOAD_TOO_LARGE "The explanations would have more entries than the function allows.",
    TooManySteps "too_many_steps" PAYLOAD_TOO_LARGE "The rows need more steps of scoring than the function allows.",
    RequestTooLarge "request_too_large" PAYLOAD_TOO_LARGE "The request needs more memory than the function allows for one.",
    FieldTooLong "field_too_long" PAYLOAD_TOO_LARGE "A text has more characters than the function accepts.",
    ResponseTooLarge "response_too_large" PAYLOAD_TOO_LARGE "The response would be larger than Lambda sends.",
    ForeignHost "foreign_host" MISDIRECTED_REQUEST "The request names a host that is not this one.",
    UnsupportedEncoding "unsupported_encoding" UNSUPPORTED_MEDIA_TYPE "The body is compressed, and not by gzip.",
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The content type is not one that the function reads.",
    NotAnObject "not_an_object" UNPROCESSABLE_ENTITY "The body is JSON, but not an object.",
    MissingField "missing_field" UNPROCESSABLE_ENTITY "A field of the row is missing.",
    WrongType "wrong_type" UNPROCESSABLE_ENTITY "A field of the row is of the wrong type.",
    DuplicateField "duplicate_field" UNPROCESSABLE_ENTITY "A field of the row is given twice.",
    UnknownField "unknown_field" UNPROCESSABLE_ENTITY "The row has a field that the model does not have.",
    ModelNotFinite "model_not_finite" INTERNAL_SERVER_ERROR "The model gives no finite score.",
    ModelUnavailable "model_unavailable" SERVICE_UNAVAILABLE "The model file could not be opened.",
    SettingsRefused "settings_refused" SERVICE_UNAVAILABLE "An environment variable that protects the function cannot be used.",
    Busy "busy" SERVICE_UNAVAILABLE "Other requests use all memory or connections; try again in a second.",
    KeysUnavailable "keys_unavailable" SERVICE_UNAVAILABLE "The API keys could not be read.",
}
