"""Publications that serve, for every test: `paper` shared by all, `own_paper` for one test alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from paper import Paper

# The same examples on every machine, however slow: what fails here fails elsewhere. New ones are looked for with
# `pytest --hypothesis-profile=search`.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")

_failed_afterwards: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and report.when == "teardown":
        _failed_afterwards.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Counts that many tests together have made wrong: the last of them alone would not, so no second try in CI."""
    if _failed_afterwards:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


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
