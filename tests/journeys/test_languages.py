"""Pages, fragments, errors and mails in the reader's language."""

import re

import pytest

from belowline.words import COMPLETE, accepted, choose, known
from belowline.words.catalogue import catalogue
from members import enrol
from paper import Paper

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory):
    served = Paper(tmp_path_factory.mktemp("languages")).start()
    yield served
    served.stop()


def test_a_story_page_speaks_the_storys_language(paper: Paper) -> None:
    story = paper.add_story(title="Der Steg", lang="de-CH")
    paper.post(story, "Schön.")
    page = paper.page(f"/stories/{story.slug}")
    assert '<html lang="de" dir="ltr">' in page
    assert "1 Kommentar" in page
    assert "Ihr Kommentar" in page
    assert "Antworten" in page
    assert "Your comment" not in page
    assert re.search(r'data-words="/words/de\.json\?v=[0-9a-f]{8}"', page)


def test_an_english_page_carries_nothing_for_other_languages(paper: Paper) -> None:
    page = paper.page(f"/stories/{paper.add_story().slug}")
    assert '<html lang="en" dir="ltr">' in page
    assert "data-words" not in page


def test_the_element_asks_for_a_language(paper: Paper) -> None:
    story = paper.add_story(key="asked-for")
    address = "/embed/discussion?site=main&story=asked-for"
    arabic = paper.client.get(f"{address}&lang=ar").text
    assert 'lang="ar" dir="rtl"' in arabic
    assert "تعليقك" in arabic
    assert 'lang="en" dir="ltr"' in paper.client.get(address).text
    paper.post(story, "A first word.")
    assert "A first word." in paper.client.get(f"{address}&lang=ar&v=1").text


def test_unknown_languages_do_not_fill_the_shelf(paper: Paper) -> None:
    paper.add_story(key="shelved")
    address = "/embed/discussion?site=main&story=shelved"
    before = paper.client.get(address).text
    kept = len(paper.house.shelf.ready)
    for lang in ("xx", "en-x-1", "klingon", "", "e" * 300):
        assert paper.client.get(f"{address}&lang={lang}").text == before
    assert len(paper.house.shelf.ready) <= kept + 1  # English, which was asked for by name


def test_an_error_is_said_in_the_readers_language(paper: Paper) -> None:
    story = paper.add_story()
    url = f"/api/v1/stories/{story.slug}/comments"
    answer = paper.client.post(url, json={"name": "Ada", "text": ""}, headers=GERMAN)
    assert answer.status_code == 422
    assert answer.json()["fields"]["text"] == "Bitte schreiben Sie etwas: Der Kommentar ist leer."
    assert answer.json()["title"] == "Etwas muss geändert werden"
    plain = paper.client.post(url, json={"name": "Ada", "text": ""})
    assert plain.json()["detail"] == "Please write something: the comment is empty."


def test_a_comment_comes_back_in_the_discussions_language(paper: Paper) -> None:
    story = paper.add_story()
    url = f"/api/v1/stories/{story.slug}/comments"
    answer = paper.client.post(url, json={"name": "Ada", "text": "Ja."}, headers=GERMAN)
    assert ">Antworten</a>" in answer.json()["html"]


def test_an_error_with_numbers_has_them_in_any_language(paper: Paper) -> None:
    story = paper.add_story()
    url = f"/api/v1/stories/{story.slug}/comments"
    answer = paper.client.post(url, json={"name": "x" * 70, "text": "y" * 10_001}, headers=GERMAN)
    assert answer.json()["fields"]["text"] == "Der Text ist um 1 Zeichen zu lang; die Grenze ist 10,000."
    assert answer.json()["fields"]["name"].startswith("Der Name ist zu lang: 70 Zeichen, erlaubt sind ")
    assert answer.json()["detail"].startswith("Der Name ist zu lang")
    assert answer.json()["detail"].endswith("die Grenze ist 10,000.")


def test_pages_of_a_readers_own_follow_their_browser(paper: Paper) -> None:
    assert "<h1>Anmelden</h1>" in paper.client.get("/signin", headers=GERMAN).text
    assert "<h1>Sign in</h1>" in paper.client.get("/signin").text
    missing = paper.client.get("/nowhere", headers=GERMAN)
    assert missing.status_code == 404
    assert "Hier ist nichts" in missing.text


def test_a_person_chooses_a_language(paper: Paper) -> None:
    nora = enrol(paper, "Nora")
    assert "<h1>Your profile</h1>" in nora.client.get("/me").text
    assert nora.client.post("/me", data={"name": "Nora", "lang": "de"}).status_code == 303
    english = {"accept-language": "en"}
    page = nora.client.get("/me", headers=english).text
    assert "<h1>Ihr Profil</h1>" in page
    assert '<option value="de" lang="de" selected>Deutsch</option>' in page
    story = paper.add_story()
    refused = nora.client.post(f"/api/v1/stories/{story.slug}/comments", json={"text": ""}, headers=english)
    assert refused.json()["detail"] == "Please write something: the comment is empty."
    nora.client.post("/me", data={"name": "Nora", "lang": "klingon"})
    assert "<h1>Your profile</h1>" in nora.client.get("/me", headers=english).text


def test_scripts_get_their_sentences(paper: Paper) -> None:
    answer = paper.client.get(f"/words/de.json?v={catalogue('de').script_version}")
    assert "immutable" in answer.headers["cache-control"]
    said = answer.json()
    assert said["Try again"] == "Noch einmal versuchen"
    assert said["%(num)d new replies"] == {"one": "%(num)d neue Antwort", "other": "%(num)d neue Antworten"}
    assert said["It incites hatred"] == catalogue("de").gettext("It incites hatred"), "a reason, which the server names"
    arabic = paper.client.get("/words/ar.json").json()["%(num)d new replies"]
    assert set(arabic) == {"zero", "one", "two", "few", "many", "other"}
    for name in ("en", "de.po", "xx.json", "..%2fde.json"):
        assert paper.client.get(f"/words/{name}").status_code == 404


def test_only_languages_that_are_whole_are_offered() -> None:
    assert known("de-CH") == "de"
    assert known("iw") == ("he" if "he" in COMPLETE else None)
    assert known("sv") is None
    assert choose("sv", None, "de") == "de"
    assert choose("sv") == "en"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("de", "de"),
        ("sv, de;q=0.5, en;q=0.1", "de"),
        ("en;q=0.2, de;q=0.9", "de"),
        ("de;q=0, en", "en"),
        ("*", None),
        ("", None),
        (";;;,,q=,de;q=x", None),
        ("x" * 10_000, None),
    ],
)
def test_accept_language(header: str, lang: str | None) -> None:
    assert accepted(header) == lang


def test_sentences_in_a_row_and_sentences_within_sentences() -> None:
    say = catalogue("de").sentence
    assert say("This sign-in is not good: it is too long.") == "Diese Anmeldung ist nicht gültig: sie ist zu lang."
    assert say("Please sign in. Please choose a reason.") == "Bitte melden Sie sich an. Bitte wählen Sie einen Grund."
    asked = "Words such as “x” are not used here. Send it anyway?"
    assert say(asked) == "Wörter wie „x“ werden hier nicht benutzt. Trotzdem senden?"
    assert say("It has 4 links.") == "Er enthält 4 Links."
    assert say("Links to a.example are not allowed here.") == "Links zu a.example sind hier nicht erlaubt."
    assert say("Nothing of ours. Really.") == "Nothing of ours. Really."
    assert say("%(x)s %d" * 100) == "%(x)s %d" * 100
