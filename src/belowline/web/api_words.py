"""What our classes say about their fields, for the OpenAPI document: the docstring under each."""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec


def add_words(schemas: dict[str, Any]) -> None:
    """Gives the fields of `schemas` their descriptions, where the class that each tells of has some."""
    for one in _below(msgspec.Struct):
        fields = schemas.get(one.__name__, {}).get("properties", {})
        if fields.keys() == set(one.__struct_fields__):  # some names are given twice
            for field, words in _words(one).items():
                fields[field].setdefault("description", words)


def _below(parent: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Our classes; the framework makes others, of no module's own."""
    for child in parent.__subclasses__():
        if _is_ours(child):
            yield child
        yield from _below(child)


def _is_ours(one: type) -> bool:
    module = one.__module__
    return module.startswith("belowline.") and getattr(sys.modules.get(module), one.__name__, None) is one


@cache
def _words(one: type) -> dict[str, str]:
    words: dict[str, str] = {}
    for parent in reversed(one.__mro__):
        if _is_ours(parent):
            words |= _own_words(parent)
    return words


def _own_words(one: type) -> dict[str, str]:
    (definition,) = ast.parse(inspect.getsource(one)).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, after in zip(definition.body, definition.body[1:], strict=False):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                found[name] = " ".join(words.split())
    return found
