"""What a public client's models say of a vendor's records: names and types, read from their source
text without importing it. Clients made by openapi-generator from the vendor's own description hold
two tables in each class; others are dataclasses, or hold a JSON schema."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Field:
    """Of what type a field is, as the model writes it; `is_open`: what is within is not told."""

    kind: str

    @property
    def is_open(self) -> bool:
        return self.kind.startswith(("dict", "list", "List", "Iterable")) or self.kind == "object"


@cache
def fields(folder: Path, name: str) -> dict[str, Field]:
    """The fields of one class of the models in `folder`, as JSON spells them, or of the schema of
    that name; none where there is no such thing."""
    if name.endswith(".json"):
        return _described(folder / name)
    # its own file first: another may have a class of that name for what it shows of it
    for path in sorted(folder.glob("*.py"), key=lambda path: (path.stem != name.lower(), path)):
        text = path.read_text(encoding="utf-8")
        if f"class {name}" not in text:
            continue
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return _generated(node) or _annotated(node)
    return {}


def found(folder: Path, name: str, path: str) -> Field | None:
    """The field at a path like `Contact.ContactID`; none where the models have none."""
    first, _, rest = path.partition(".")
    field = fields(folder, name).get(first)
    if field is None or not rest or field.is_open:
        return field
    return found(folder, field.kind, rest)


def _described(path: Path) -> dict[str, Field]:
    properties = json.loads(path.read_text(encoding="utf-8"))["properties"]
    kinds = {name: next(k for k in p["type"] if k != "null") for name, p in properties.items()}
    words = {"string": "str", "boolean": "bool", "number": "float", "integer": "int"}
    return {name: Field(words.get(kind, "object")) for name, kind in kinds.items()}


def _generated(node: ast.ClassDef) -> dict[str, Field]:
    tables = {
        target.id: ast.literal_eval(each.value)
        for each in node.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name) and target.id in ("openapi_types", "attribute_map")
    }
    if len(tables) < 2:
        return {}
    return {key: Field(tables["openapi_types"][a]) for a, key in tables["attribute_map"].items()}


def _annotated(node: ast.ClassDef) -> dict[str, Field]:
    return {
        # a name that Python keeps for itself has a line behind it
        each.target.id.rstrip("_"): Field(_without_nothing(each.annotation))
        for each in node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }


def _without_nothing(annotation: ast.expr) -> str:
    text = ast.unparse(annotation)
    return text.removeprefix("Optional[").removesuffix("]") if text.startswith("Opt") else text


# of which of ours a model's type may be: what is text may be written as any of them
_FITTING = {
    "text": ("str", "int", "datetime"),
    "boolean": ("bool",),
    "bigint": ("int",),
    "decimal": ("float", "int"),
    "date": ("date", "datetime"),
    "timestamp": ("datetime",),
}


def fits(field: Field, data_type: str) -> bool:
    """Whether the field may feed a column of that type. A class of its own is a set of words."""
    kind = field.kind.partition("[")[0]
    if field.is_open:
        return True
    if data_type == "text":
        return kind in _FITTING["text"] or kind[0].isupper()
    return kind in _FITTING[data_type.partition("(")[0]]
