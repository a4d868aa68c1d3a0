"""What is kept for how long: the operators' page and the job say the same."""

from pathlib import Path

from belowline.actions import retention
from belowline.jobs.forget import TERMS
from belowline.model.site import Policy
from belowline.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "operate.md"


def test_the_page_shows_every_term_and_no_other() -> None:
    page = PAGE.read_text("utf-8")
    table = page.split("| what | forgotten | after |\n|---|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == [term.row for term in TERMS]


def test_every_term_has_a_length() -> None:
    assert all(term.length(Settings()).days >= 0 for term in TERMS)


def test_the_page_shows_every_term_of_the_policy() -> None:
    page = PAGE.read_text("utf-8")
    table = page.split("| what | policy | after |\n|---|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == [kept.row for kept in retention.KEPT]


def test_a_text_is_there_while_it_can_be_appealed_for() -> None:
    assert retention.days(Policy(keep_removed_days=30), "keep_removed_days") == Policy().appeal_days
    assert retention.days(Policy(keep_removed_days=0), "keep_removed_days") == 0
    assert retention.days(Policy(), "keep_held_days") == 0
