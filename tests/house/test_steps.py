"""Every moderation step is in the list, well formed, pure, named in the docs and proved by a test."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from belowline.model.evidence import Draft, Facts, Outcome
from belowline.model.site import Policy
from belowline.moderation import steps
from belowline.moderation.pipeline import STEPS

ROOT = Path(__file__).parents[2]
MODULES = [importlib.import_module(f"{steps.__name__}.{found.name}") for found in pkgutil.iter_modules(steps.__path__)]
TESTS = (ROOT / "tests/rules/test_moderation_steps.py").read_text(encoding="utf-8")
IDS = [module.__name__.rpartition(".")[2] for module in MODULES]


def test_every_file_is_in_the_list_once() -> None:
    assert {id(step) for step in STEPS} == {id(module) for module in MODULES}
    assert len(STEPS) == len({step.NAME for step in STEPS}) == len(MODULES)


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_step_says_what_it_is(module) -> None:
    assert module.__name__.rpartition(".")[2].replace("_", "-") == module.NAME
    assert isinstance(module.VERSION, int)
    assert module.VERSION >= 1
    assert module.__doc__


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_step_is_proved_by_a_test_that_finds_and_one_that_does_not(module) -> None:
    assert len(re.findall(rf'look\("{module.NAME}"', TESTS)) >= 2, f"add a test of {module.NAME}"


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_step_is_silent_without_facts_and_does_no_input_or_output(module) -> None:
    found = module.look(Draft("Good morning.", "<p>Good morning.</p>", "Ann", 1, None, None), Facts(), Policy())
    assert (found.step, found.version, found.asks) == (module.NAME, module.VERSION, Outcome.PUBLISH)
    assert not found.reason
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not imported & {"os", "socket", "time", "random", "pathlib", "subprocess", "urllib.request", "httpx"}


def test_the_page_on_steps_names_every_step() -> None:
    page = (ROOT / "docs/add-a-step.md").read_text(encoding="utf-8")
    assert [step.NAME for step in STEPS if f"`{step.NAME}`" not in page] == []
