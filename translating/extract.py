"""Finds every sentence that readers see: in templates, in Python, in the scripts' lists of words.

In Python a sentence is found by its place: what is raised (message and fields), what is noted in `wrong`, what
evidence tells the writer, what is called `sentence`, what is marked by N_, and what gettext looks up. An f-string
becomes "… %(name)s …"; by_number makes plural forms.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from jinja2.ext import babel_extract

from belowline import errors

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "belowline"

NOT_FOR_READERS = (
    "cli", "words/", "settings.py", "outgoing.py", "demo/", "store/", "transfer/", "actions/demo.py",
    "actions/desk.py", "actions/external.py", "actions/hands.py", "actions/imports.py", "actions/items.py",
    "actions/lists.py", "actions/logbook.py", "actions/misuse.py", "actions/moderate.py", "actions/queues.py",
    "actions/replay.py", "actions/retention.py", "actions/sanctions.py", "actions/search.py",
    "actions/second_looks.py", "actions/serious_crime.py", "actions/sites.py", "actions/ways.py", "jobs/push.py",
    "moderation/words.py", "rules/grounds.py", "rules/heads.py", "rules/lost_names.py", "rules/search.py",
    "rules/threading.py", "web/desk", "web/operator.py", "web/server.py", "web/uploading.py", "templates/desk",
    "templates/api.html", "templates/operator.html",
)  # fmt: skip
"""Operators' and moderators' rooms speak English."""

RAISED = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.Problem) and kind is not errors.Unusable
}
LOOKED_UP = {"_", "N_", "gettext", "say", "refused"}
SENTENCE_OF_EVIDENCE = 5
"""Its place among the arguments of Evidence."""

Ids = str | tuple[str, str]


def everything() -> Catalog:
    """All sentences, sorted by file, with the files they are in (no line numbers: they only make noise)."""
    found = Catalog(project="Belowline", charset="utf-8", fuzzy=False)
    for path in sorted(
        [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.*"), *(ROOT / "widget/src").glob("*words.ts")]
    ):
        inside = path.relative_to(SOURCE).as_posix() if path.is_relative_to(SOURCE) else ""
        if not inside.startswith(NOT_FOR_READERS):
            where = path.relative_to(ROOT).as_posix()
            for ids in sentences(path):
                found.add(ids, locations=[(where, 0)], flags=_flags(ids))
    for message in found:
        message.locations = sorted(set(message.locations))
    return found


def sentences(path: Path) -> Iterator[Ids]:
    if path.suffix == ".py":
        yield from in_python(ast.parse(path.read_text("utf-8")))
    elif path.suffix == ".ts":
        yield from in_script(path.read_text("utf-8"))
    else:
        yield from in_template(path)


def _flags(ids: Ids) -> list[str]:
    return ["python-format"] if "%(" in (ids if isinstance(ids, str) else ids[1]) else []


# --- templates ---------------------------------------------------------------------------------------


def in_template(path: Path) -> Iterator[Ids]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    with path.open("rb") as file:
        for _, ids, _, _ in extract(babel_extract, file, keywords, options=options):
            yield ids if isinstance(ids, str) else (ids[0], ids[1])


# --- Python ------------------------------------------------------------------------------------------


def in_python(tree: ast.Module) -> Iterator[Ids]:
    taking = dict(_take_sentences(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, tree)
            place = taking.get(_named(node.func))
            if place is not None and len(node.args) > place:
                yield from _said(node.args[place])
        elif isinstance(node, ast.Assign) and any(_holds_a_sentence(target) for target in node.targets):
            yield from _said(node.value)


def _take_sentences(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """This file's functions that take a `sentence`, and as which argument."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for place, argument in enumerate(node.args.args):
                if argument.arg == "sentence":
                    yield node.name, place


def _holds_a_sentence(target: ast.expr) -> bool:
    return _named(target) == "sentence" or (isinstance(target, ast.Subscript) and _named(target.value) == "wrong")


def _of_call(call: ast.Call, tree: ast.Module) -> Iterator[Ids]:
    name, given = _named(call.func), call.args
    if name in RAISED:
        yield from _said(given[0] if given else None)
        for keyword in call.keywords:
            if keyword.arg == "fields" and isinstance(keyword.value, ast.Dict):
                for value in keyword.value.values:
                    yield from _said(value)
    elif name in LOOKED_UP:
        yield from _said(given[0] if given else None)
    elif name == "ngettext":
        yield _text(given[0], None), _text(given[1], None)
    elif name == "by_number":
        number = _value_name(given[0])
        yield _text(_value(given[1], tree), number), _text(_value(given[2], tree), number)
    elif name == "Evidence":
        named = next((keyword.value for keyword in call.keywords if keyword.arg == "sentence"), None)
        yield from _said(named or (given[SENTENCE_OF_EVIDENCE] if len(given) > SENTENCE_OF_EVIDENCE else None))


def _value(node: ast.expr, tree: ast.Module) -> ast.expr:
    """What stands behind a name: what it was set to last before."""
    if not isinstance(node, ast.Name):
        return node
    set_to = [one for one in ast.walk(tree) if isinstance(one, ast.Assign) and _named(one.targets[0]) == node.id]
    return max((one for one in set_to if one.lineno < node.lineno), key=lambda one: one.lineno).value


def _said(node: ast.expr | None) -> Iterator[Ids]:
    """What an expression says, if it is a text, or a choice between texts."""
    if isinstance(node, ast.IfExp):
        yield from _said(node.body)
        yield from _said(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _said(value)
    elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        text = _text(node, None)
        if re.search(r"[^\W\d_]", re.sub(r"%\(\w+\)[sd]", "", text)):
            yield text


def _text(node: ast.expr, number: str | None) -> str:
    """A text as a message: `number` is the value that plural forms follow."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    assert isinstance(node, ast.JoinedStr), f"line {node.lineno}: a plain text or an f-string is wanted here"
    parts: list[str] = []
    taken: dict[str, str] = {}
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = _value_name(part.value)
            same = ast.dump(part.value)
            while taken.setdefault(name, same) != same:
                name += "_"
            parts.append(f"%({name}){'d' if name == number else 's'}")
        else:
            assert isinstance(part, ast.Constant)
            parts.append(str(part.value).replace("%", "%%"))
    return "".join(parts)


def _value_name(node: ast.expr) -> str:
    """What a value is called in a message: its last name, in small letters."""
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    if isinstance(node, ast.Call) and node.args:
        return _value_name(node.args[0])
    names = [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    return names[0].lower().strip("_") if names else "value"


def _named(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


# --- scripts -----------------------------------------------------------------------------------------

_MANY = re.compile(r'\[\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*%\(num\)d(?:[^"\\]|\\.)*)",?\s*\]')
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$|^import .*?$", re.S | re.M)


def in_script(source: str) -> Iterator[Ids]:
    """Of a file that holds nothing but words: every text in it; a pair whose second has %(num)d is a plural."""
    source = _COMMENT.sub("", source)
    yield from _MANY.findall(source)
    for text in _TEXT.findall(_MANY.sub("", source)):
        if len(text) > 1:
            yield text
