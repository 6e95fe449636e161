"""What schemathesis has to be told beside the OpenAPI document, because no schema can say it:

- what is in a table or in JSON Lines, whose schema is a string;
- that lists which belong together are as long as each other, and that a tensor has as many elements
  as its shape says;
- that a category given as a number has at most 64 bits: beyond them readers of JSON lose digits;
- that /predict takes rows in a list, too, which the document describes at "POST /".

Bodies are only put right where they are of the right types: what was made wrong on purpose stays so.
"""

import csv
import io
import json

import schemathesis
from hypothesis import strategies as st

COLUMNS = {}
NAMES = []
DATATYPES = []
MOST_ROWS = []


@schemathesis.hook
def after_load_schema(context, schema):
    schemas = schema.raw_schema["components"]["schemas"]
    DATATYPES.extend(schemas["Tensor"]["properties"]["datatype"]["enum"])
    MOST_ROWS.append(schemas["Rows"]["properties"]["instances"]["maxItems"])
    row = schemas.get("RowByEitherName", schemas["Row"])
    # One text may go by two names: then the row is both objects together.
    properties = row.get("allOf", [row])[0]["properties"]
    NAMES.extend(properties)
    of_two_names = ["text"] if "allOf" in row else []
    COLUMNS.update((name, one) for name, one in properties.items() if name not in of_two_names)
    # It takes examples of these media types as bytes only; the test sends them itself.
    for operations in schema.raw_schema["paths"].values():
        for operation in operations.values():
            for media, content in operation.get("requestBody", {}).get("content", {}).items():
                if media != "application/json":
                    content.pop("example", None)


def text():
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def value(schema):
    """A value of a column, as JSON has it."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kinds = []
    if "boolean" in types:
        kinds.append(st.booleans())
    if "number" in types:
        kinds.append(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30))
    if "null" in types:
        kinds.append(st.none())
    if "string" in types:
        kinds.append(st.from_regex(schema["pattern"]) if "pattern" in schema else text())
    return st.one_of(kinds)


@st.composite
def row(draw):
    return {name: draw(value(schema)) for name, schema in COLUMNS.items()}


def as_table(field):
    if field is None:
        return ""
    return json.dumps(field) if isinstance(field, (bool, int, float)) else field


@st.composite
def table(draw, delimiter):
    names = draw(st.permutations(list(COLUMNS)))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(names)
    for one in draw(st.lists(row(), max_size=5)):
        writer.writerow([as_table(one[name]) for name in names])
    return out.getvalue().encode()


def within_64_bits(value):
    """The same value with numbers that fit in 64 bits; a type that was wrong stays wrong."""
    if isinstance(value, dict):
        return {name: within_64_bits(one) for name, one in value.items()}
    if isinstance(value, list):
        return [within_64_bits(one) for one in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 2**63:
        return type(value)(2**53 if value > 0 else -(2**53))
    return value


@st.composite
def lines(draw):
    return b"".join(json.dumps(within_64_bits(one)).encode() + b"\n" for one in draw(st.lists(row(), min_size=1, max_size=5)))


schemathesis.openapi.media_type("text/csv", table(","))
schemathesis.openapi.media_type("text/tab-separated-values", table("\t"))
schemathesis.openapi.media_type("application/x-ndjson", lines(), aliases=["application/jsonlines"])


def is_size(size):
    return isinstance(size, int) and not isinstance(size, bool) and size >= 0


def is_tensor(tensor):
    return (
        isinstance(tensor, dict)
        and isinstance(tensor.get("name"), str)
        and tensor.get("datatype") in DATATYPES
        and isinstance(tensor.get("data"), list)
        and isinstance(tensor.get("shape"), list)
        and len(tensor["shape"]) > 0
        and all(is_size(size) for size in tensor["shape"])
    )


def put_tensors_right(body):
    """A tensor a column, with values that the column takes, as far as there are tensors."""
    tensors = body["inputs"]
    if not tensors or not all(is_tensor(tensor) for tensor in tensors):
        return
    rows = len(tensors[0]["data"])
    for tensor, (name, schema) in zip(tensors, COLUMNS.items()):
        tensor["name"], tensor["shape"] = name, [rows]
        types = schema["type"]
        if types == "string" or "number" in types and "boolean" in types:
            tensor["datatype"], good = "BYTES", lambda one: isinstance(one, str)
        elif "number" in types:
            tensor["datatype"] = "FP64"
            good = lambda one: isinstance(one, (int, float)) and not isinstance(one, bool)
        else:
            tensor["datatype"], good = "BOOL", lambda one: isinstance(one, bool)
        other = {"BYTES": "", "FP64": 1, "BOOL": True}[tensor["datatype"]]
        data = (tensor["data"] + [other] * rows)[:rows]
        tensor["data"] = [one if good(one) else other for one in data]


def put_columns_right(columns):
    """Columns of the model as long as the longest of them; a bare value is a list of one.

    They only grow, by what they hold or, of nothing, by "", which every column takes: so what is
    wrong in one is still there, and so is a list of too many rows.
    """
    known = {name: one for name, one in columns.items() if name in NAMES}
    lists = {name: one if isinstance(one, list) else [one] for name, one in known.items()}
    rows = max(map(len, lists.values()), default=0)
    if rows > MOST_ROWS[0]:
        return
    for name, one in lists.items():
        if len(one) < rows:
            columns[name] = one + (one[-1:] or [""]) * (rows - len(one))


@schemathesis.hook
def filter_body(context, body):
    """Leaves out rows in a list where the document has one row: "POST /" describes and tests them."""
    rows = body.get("instances") if isinstance(body, dict) else body
    return not (context.operation.path == "/predict" and isinstance(rows, list))


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, (dict, list)):
        body = within_64_bits(body)
    if isinstance(body, dict):
        if isinstance(body.get("inputs"), list) and context.operation.path.endswith("/infer"):
            put_tensors_right(body)
        elif isinstance(body.get("inputs"), dict):
            put_columns_right(body["inputs"])
    return body
