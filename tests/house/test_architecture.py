"""The house stays in order: what the tour promises is checked here."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from belowline.settings import Settings
from belowline.web import routes

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "belowline"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
MAX_FILE, MAX_FUNCTION = 300, 40

SQL = {"select", "insert", "update", "delete", "text", "literal_column", "exec_driver_sql", "execute", "executemany"}
TRANSACTIONS = {"commit", "begin", "rollback", "begin_nested"}
MAY_COMMIT = {"store/db.py", "store/migrate.py"}
NO_ROOMS = {"utils", "util", "helpers", "common", "services", "misc"}


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """(object, method) of every method call with a plain object name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            value = node.func.value
            yield (value.id if isinstance(value, ast.Name) else "", node.func.attr)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_sql_outside_the_store(path: Path) -> None:
    if name(path).startswith("store/"):
        pytest.skip("the store is where SQL lives")
    found = [call for call in calls(path) if call[0] in ("sa", "conn", "connection") and call[1] in SQL]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_commit_outside_the_bridge(path: Path) -> None:
    if name(path) in MAY_COMMIT:
        pytest.skip("the bridge and migrations own transactions")
    assert [call for call in calls(path) if call[1] in TRANSACTIONS] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_FILE
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions}
    assert {what: lines for what, lines in long.items() if lines > MAX_FUNCTION} == {}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_file_says_what_it_is_and_no_ring_hides(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert path.stem not in NO_ROOMS
    assert not {part for part in path.relative_to(SOURCE).parts if part in NO_ROOMS}
    assert not tree.body or ast.get_docstring(tree), "a file begins with a sentence on what it is"
    assert "TYPE_CHECKING" not in path.read_text("utf-8")


def test_every_address_is_on_the_map() -> None:
    for handler in [*routes.PAGES, *routes.WRITING, *routes.OPERATOR]:
        for path in handler.paths:
            plain = path.replace(":str", "").replace(":int", "").replace(":path", "").replace("comment_id", "id")
            if plain.endswith("feed.atom"):
                plain = "…/feed.atom"
            if plain.startswith("/static"):
                plain = "/static/*"
            assert plain in (routes.__doc__ or ""), f"{plain} is not in the docstring of web/routes.py"


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for field in msgspec.structs.fields(Settings):
        assert f"`{field.name}`" in page
        assert f"`BELOWLINE_{field.name.upper()}`" in page


def test_what_few_need_is_loaded_with_the_first_who_does() -> None:
    """20 MB of 150: who has no passkey, token, push, picture, import or migration does not carry them."""
    late = [
        "alembic",
        "cryptography",
        "http_ece",
        "joserfc",
        "OpenSSL",
        "PIL",
        "pydantic",
        "rich",
        "selectolax",
        "webauthn",
    ]
    code = f"import sys, belowline.cli, belowline.web.app; print([one for one in {late} if one in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_no_file_speaks_of_how_it_was_made() -> None:
    words = ["/work" + "/", "claude", "anthropic", "chatgpt", "steering repo", "pypi" + ".org", "registry.npmjs"]
    kinds = {".py", ".md", ".html", ".ts", ".js", ".css", ".toml", ".json", ".lock", ".txt", ".mjs", ""}
    found = []
    for path in _tracked(kinds):
        text = path.read_text("utf-8", errors="replace").lower()
        found += [(path.name, word) for word in words if word in text]
    assert found == []


def _tracked(kinds: set[str]) -> Iterator[Path]:
    """Folders that others write to meanwhile are not entered: what stands in them may be gone when it is looked at."""
    hidden = {".git", ".venv", "node_modules", "data", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    for folder, below, names in os.walk(ROOT):
        below[:] = [one for one in below if one not in hidden | {".hypothesis"}]
        paths = [Path(folder, one) for one in names if one not in hidden]
        yield from (one for one in paths if one.is_file() and one.suffix in kinds and one != Path(__file__))
