"""Write ``project38/types.py`` from the server's OpenAPI document.

python3 clients/python/generate_types.py          write it
python3 clients/python/generate_types.py --check  fail unless it is current
"""

from __future__ import annotations

import json
import keyword
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs" / "openapi.json"
TYPES = HERE / "project38" / "types.py"

HEAD = '''"""The dictionaries of the API, field for field.

Written by ``generate_types.py`` from ``docs/openapi.json``; change neither by hand.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict
'''

PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
WIDTH = 100


def name_of(schema: str) -> str:
    """``TaskResponse`` is ``Task``."""
    return schema.removesuffix("Response")


def type_of(schema: dict) -> str:
    """The Python type of a schema."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return "Any" if name == "JsonElement" else name_of(name)
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return union([type_of(one) for one in schema[key]])
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return union([kind_of(kind, schema) for kind in kinds]) if kinds else "Any"


def kind_of(kind: str, schema: dict) -> str:
    """The Python type of one of the types of a schema."""
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}))}]"
    if kind == "object":
        return f"dict[str, {type_of(schema.get('additionalProperties') or {})}]"
    return PLAIN[kind]


def union(types: list[str]) -> str:
    """One of several, None last."""
    if "Any" in types:
        return "Any"
    return " | ".join(sorted(dict.fromkeys(types), key=lambda one: one == "None"))


def lines_of(name: str, schema: dict) -> list[str]:
    """The class of a schema; a call where a field has a name that no class can have."""
    if any(keyword.iskeyword(field) for field in schema["properties"]):
        fields = [
            f'        "{field}": {type_of(one)},' for field, one in schema["properties"].items()
        ]
        return [
            "",
            "",
            f"{name_of(name)} = TypedDict(",
            f'    "{name_of(name)}",',
            "    {",
            *fields,
            "    },",
            ")",
        ]
    lines = ["", "", f"class {name_of(name)}(TypedDict):", *docstring(schema.get("description"))]
    required = schema.get("required", [])
    for field, one in schema["properties"].items():
        kind = type_of(one)
        lines.append(f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}")
    return lines


def docstring(text: str | None) -> list[str]:
    """A sentence, broken where it is too long."""
    text = (text or "").replace("`", "``")
    line = f'    """{text}"""'
    if len(line) <= WIDTH:
        return [line, ""]
    head, _, rest = text.partition(". ")
    return [f'    """{head}.', "", f"    {rest}", '    """', ""]


def write() -> str:
    """All of it: what answers are made of."""
    schemas = json.loads(DOCUMENT.read_text(encoding="utf-8"))["components"]["schemas"]
    lines = [
        line
        for name, schema in sorted(schemas.items(), key=lambda one: name_of(one[0]))
        if name.endswith("Response") and schema.get("properties")
        for line in lines_of(name, schema)
    ]
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write, or compare."""
    text = write()
    if "--check" in sys.argv[1:]:
        if TYPES.exists() and TYPES.read_text(encoding="utf-8") == text:
            return 0
        print(f"{TYPES} is not what {DOCUMENT} says. Run generate_types.py.", file=sys.stderr)
        return 1
    TYPES.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
