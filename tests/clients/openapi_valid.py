"""Says of the OpenAPI document on standard input whether it is one, examples included."""

import json
import sys

from jsonschema.validators import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

document = json.load(sys.stdin)
OpenAPIV31SpecValidator(document).validate()

schemas = document["components"]["schemas"]
for path, operations in document["paths"].items():
    for operation in operations.values():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if "example" in content:
                whole = {**content["schema"], "components": {"schemas": schemas}}
                Draft202012Validator(whole).validate(content["example"])
print(len(document["paths"]))
