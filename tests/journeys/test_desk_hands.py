"""Appeals, notices and requests for corrections: in one moderator's hands at a time, answered once."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from belowline.actions import corrections
from belowline.actions.corrections import NewCorrection
from belowline.actions.people import Caller
from belowline.model.person import Role
from belowline.store import claims
from members import Member, browser, enrol, write
from paper import Paper


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    running = Paper(tmp_path_factory.mktemp("hands")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def three(news: Paper) -> list[Member]:
    return [enrol(news, name, Role.MODERATOR) for name in ("Mo Judge", "Nora Judge", "Ole Judge")]


def an_appeal(news: Paper, mo: Member) -> int:
    ada = enrol(news, "Ada Morn")
    comment = ada.post(news.add_story(), "This was a quotation")
    decided = mo.client.post(
        f"/desk/main/comments/{comment}/decision", data={"action": "remove", "reason": "rules:insults"}
    )
    assert decided.status_code == 303
    made = ada.client.get("/me/decisions").text
    found = re.search(r"/decisions/(\d+)", made)
    assert found
    assert ada.client.post(f"/decisions/{found[1]}/appeal", data={"text": "It was a quotation."}).status_code == 303
    return newest(mo, "appeals")


def a_notice(news: Paper, mo: Member) -> int:
    comment = news.post(news.add_story(), "He is a thief")
    form = {
        "location": f"{news.base}/comments/{comment}",
        "kind": "insult",
        "explanation": "He is none.",
        "name": "Nell",
    }
    given = browser(news).post("/notices/new", data=form | {"email": "nell@readers.example", "good_faith": "yes"})
    assert given.status_code == 303, given.text
    return newest(mo, "notices")


def a_correction(news: Paper, _mo: Member) -> int:
    new = NewCorrection(passage="in 1887", claim="It was 1889.", source="The archive")
    asked = write(news, corrections.ask, news.add_story().slug, new, Caller(guest="a browser"), news.clock())
    return int(asked.correction.id)


def newest(who: Member, queue: str) -> int:
    listed = who.client.get(f"/desk/main/{queue}").text.split("<h2>")[0]
    return max(map(int, re.findall(rf"/{queue}/(\d+)", listed)))


CASES = {
    "appeal": (an_appeal, {"outcome": "upheld", "answer": "It stays."}),
    "notice": (a_notice, {"outcome": "kept", "answer": "It is an opinion."}),
    "correction": (a_correction, {"became": "declined", "answer": "It was 1887."}),
}


@pytest.mark.parametrize("kind", CASES)
def test_two_moderators_never_answer_the_same(news: Paper, three: list[Member], kind: str) -> None:
    make, form = CASES[kind]
    mo, nora, ole = three
    number = make(news, mo)
    queue, place = f"/desk/main/{kind}s", f"/desk/main/{kind}s/{number}"
    assert "In your hands" in nora.client.get(place).text
    second = ole.client.get(place).text
    assert "Nora Judge has this" in second
    assert "<fieldset data-decide disabled>" in second
    assert "Nora Judge has it" in ole.client.get(queue).text
    assert "Nora Judge has it" not in nora.client.get(queue).text
    refused = ole.client.post(place, data=form)
    assert refused.status_code == 409
    assert "Nora Judge has this" in refused.text
    assert form["answer"] in refused.text  # what was written is not lost
    assert nora.client.post(place, data=form).status_code == 303
    late = ole.client.post(place, data=form)
    assert late.status_code == 409
    assert "already" in late.text
    renewed = ole.client.post(f"/desk/main/hands/{kind}/{number}")
    assert renewed.status_code == 200
    assert "Look again" in renewed.text
    assert news.read(claims.of_items, [f"{kind}:{number}"], news.clock()) == {}


@pytest.mark.parametrize("kind", CASES)
def test_what_is_laid_down_or_left_too_long_is_free(own_paper: Paper, kind: str) -> None:
    mo, nora, ole = (enrol(own_paper, name, Role.MODERATOR) for name in ("Mo Judge", "Nora Judge", "Ole Judge"))
    number = CASES[kind][0](own_paper, mo)
    place, hand = f"/desk/main/{kind}s/{number}", f"/desk/main/hands/{kind}/{number}"
    nora.client.get(place)
    assert "Nora Judge has this" in ole.client.post(hand).text
    assert nora.client.post(f"{hand}/leave").headers["location"] == f"/desk/main/{kind}s"
    assert "In your hands" in ole.client.post(hand).text
    own_paper.clock.ahead = dt.timedelta(minutes=2)
    assert "In your hands" in ole.client.post(hand).text
    own_paper.clock.ahead = dt.timedelta(minutes=4)
    assert "Ole Judge has this" in nora.client.get(place).text
    own_paper.clock.ahead = dt.timedelta(minutes=6)
    assert "In your hands" in nora.client.get(place).text


def test_hands_are_for_the_desk_and_for_what_there_is(news: Paper, three: list[Member]) -> None:
    mo = three[0]
    assert mo.client.post("/desk/main/hands/story/1").status_code == 404
    assert mo.client.post("/desk/main/hands/appeal/99999").status_code == 404
    assert enrol(news, "Rolf Reader").client.post("/desk/main/hands/appeal/1").status_code == 403
    number = a_correction(news, mo)
    mo.client.get(f"/desk/main/corrections/{number}", headers={"sec-fetch-site": "cross-site"})
    assert news.read(claims.of_items, [f"correction:{number}"], news.clock()) == {}
