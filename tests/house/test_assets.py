"""The built scripts and styles: small, and made from the sources beside them."""

import gzip
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIDGET = ROOT / "widget"
STATIC = ROOT / "src" / "belowline" / "static"
BUILT = (
    "page.js",
    "page.css",
    "embed.js",
    "embed.css",
    "counts.js",
    "personal.js",
    "session.js",
    "live.js",
    "mention.js",
)
BUDGET = 15 * 1024
"""Bytes of gzip that a first view may load."""


@pytest.mark.parametrize("view", [("page.js", "page.css"), ("embed.js", "embed.css", "counts.js")])
def test_a_first_view_stays_within_its_budget(view: tuple[str, ...]) -> None:
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in view}
    assert all(sizes.values())
    assert sum(sizes.values()) <= BUDGET, sizes


def test_built_files_come_from_these_sources() -> None:
    total = hashlib.sha256()
    for source in sorted((WIDGET / "src").iterdir(), key=lambda path: path.name):
        total.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    total.update((WIDGET / "build.mjs").read_bytes() + (WIDGET / "package-lock.json").read_bytes())
    assert (STATIC / "BUILD").read_text().strip() == total.hexdigest(), "run: cd widget && npm ci && npm run build"


def test_lengths_below_zero_are_lengths_in_the_embed_too() -> None:
    assert "-calc(" not in (STATIC / "embed.css").read_text()


@pytest.mark.skipif(
    not shutil.which("node") or not (WIDGET / "node_modules" / "esbuild").exists(), reason="needs node and npm ci"
)
def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run(["node", "build.mjs", str(tmp_path)], cwd=WIDGET, check=True, timeout=60)
    for name in BUILT:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), name


def test_no_script_reaches_for_another_host_or_a_cookie() -> None:
    for name in BUILT:
        built = (STATIC / name).read_text()
        assert "http:" not in built
        assert "https:" not in built
        assert "document.cookie" not in built
