"""Checks a document against the part of JSON Schema that docs/schema/trace-1.json uses."""

from __future__ import annotations

import re

_TYPES = {
    "object": lambda x: isinstance(x, dict),
    "array": lambda x: isinstance(x, list),
    "string": lambda x: isinstance(x, str),
    "integer": lambda x: isinstance(x, int) and not isinstance(x, bool),
    "number": lambda x: isinstance(x, int | float) and not isinstance(x, bool),
    "boolean": lambda x: isinstance(x, bool),
    "null": lambda x: x is None,
}
_ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description"}
_CHECKED = {
    "$ref", "const", "enum", "type", "minLength", "pattern", "minimum", "maximum", "required",
    "properties", "additionalProperties", "items", "prefixItems", "minItems", "maxItems",
}  # fmt: skip


def schema_errors(x, schema: dict, root: dict | None = None, path: str = "$") -> list[str]:
    """What is wrong with `x`, each with its path."""
    root = root or schema
    unknown = set(schema) - _ANNOTATIONS - _CHECKED
    assert not unknown, f"the checker does not know {unknown}"
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return schema_errors(x, target, root, path)
    errors = []
    if "const" in schema and x != schema["const"]:
        errors.append(f"{path}: {x!r} is not {schema['const']!r}")
    if "enum" in schema and x not in schema["enum"]:
        errors.append(f"{path}: {x!r} is not one of {schema['enum']}")
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_TYPES[t](x) for t in types):
        return [*errors, f"{path}: {x!r} is not {' or '.join(types)}"]
    if isinstance(x, str):
        if len(x) < schema.get("minLength", 0):
            errors.append(f"{path}: {x!r} is too short")
        if "pattern" in schema and not re.search(schema["pattern"], x):
            errors.append(f"{path}: {x!r} does not match {schema['pattern']}")
    if isinstance(x, int | float) and not isinstance(x, bool):
        if x < schema.get("minimum", x) or x > schema.get("maximum", x):
            errors.append(f"{path}: {x} is out of range")
    if isinstance(x, list):
        if not schema.get("minItems", 0) <= len(x) <= schema.get("maxItems", len(x)):
            errors.append(f"{path}: {len(x)} items")
        first = schema.get("prefixItems", [])
        for i, item in enumerate(x):
            if i < len(first):
                errors += schema_errors(item, first[i], root, f"{path}[{i}]")
            elif schema.get("items") is False:
                errors.append(f"{path}[{i}]: one item too many")
            elif "items" in schema:
                errors += schema_errors(item, schema["items"], root, f"{path}[{i}]")
    if isinstance(x, dict):
        for key in schema.get("required", ()):
            if key not in x:
                errors.append(f"{path}: {key} is missing")
        rest = schema.get("additionalProperties", True)
        for key, item in x.items():
            if key in schema.get("properties", {}):
                errors += schema_errors(item, schema["properties"][key], root, f"{path}.{key}")
            elif rest is False:
                errors.append(f"{path}: {key} is unknown")
            elif isinstance(rest, dict):
                errors += schema_errors(item, rest, root, f"{path}.{key}")
    return errors
