"""Publications that serve, for every test: `paper` shared by all, `own_paper` for one test alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from paper import Paper

settings.register_profile("on any machine", deadline=None)  # an example that loads the model takes 0.5 s under load
settings.load_profile("on any machine")


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """One publication for all tests that do not mind others' stories."""
    running = Paper(tmp_path_factory.mktemp("paper")).start()
    yield running
    running.assert_counts_are_right()
    running.stop()


@pytest.fixture
def own_paper(tmp_path: Path) -> Iterator[Paper]:
    """A publication for one test alone: it may move the clock and change the rules."""
    running = Paper(tmp_path / "data").start()
    yield running
    running.assert_counts_are_right()
    running.stop()
