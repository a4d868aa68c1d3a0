"""The catalogues: whole, exact and in step with the source, for every language that readers are offered."""

import ast
import datetime as dt
import gettext
import io
import re

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from translating.__main__ import PLURALS, update
from translating.extract import SOURCE, everything, in_python, in_script

from belowline.words import COMPLETE, LANGUAGES
from belowline.words.catalogue import catalogue

PLACES = re.compile(r"%(?:%|\(\w+\)[sd])")
TRANSLATED = [lang for lang in COMPLETE if lang != "en"]


@pytest.fixture(scope="module")
def source() -> Catalog:
    return everything()


def kept(lang: str) -> Catalog:
    return read_po(io.BytesIO((SOURCE / "words" / f"{lang}.po").read_bytes()), locale=lang)


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_language_has_its_plural_rule() -> None:
    assert set(PLURALS) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_catalogue_has_every_sentence_and_no_other(lang: str, source: Catalog) -> None:
    catalogue = kept(lang)
    wanted = {str(message.id) for message in source if message.id}
    have = {str(message.id) for message in catalogue if message.id}
    assert wanted - have == set(), "run: make words"
    assert have - wanted == set(), "run: make words"
    assert not catalogue.obsolete
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert [message.id for message in catalogue if message.id and not all(map(str.strip, strings(message)))] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_making_it_again_changes_nothing(lang: str, source: Catalog) -> None:
    text, missing = update(lang, source)
    assert missing == []
    assert text == (SOURCE / "words" / f"{lang}.po").read_text("utf-8"), "run: make words"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_values_stand_in_every_translation(lang: str) -> None:
    for message in kept(lang):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = sorted(PLACES.findall(ids[-1]))
        without = sorted(place for place in wanted if place not in number_of(wanted))
        for one in strings(message):
            found = sorted(PLACES.findall(one))
            # A form for one number alone (1, 2, none) may say it in words.
            assert found == wanted or (len(ids) > 1 and found == without), (message.id, one)
        if len(ids) > 1:
            assert sorted(PLACES.findall(strings(message)[-1])) == wanted, "the last form is for any number"


def number_of(places: list[str]) -> set[str]:
    """The value that a plural follows."""
    return {one for one in places if one.endswith("d")} or {one for one in places if one in ("%(count)s", "%(num)s")}


@pytest.mark.parametrize("lang", TRANSLATED)
def test_it_has_as_many_plural_forms_as_the_language(lang: str) -> None:
    forms, rule = PLURALS[lang]
    catalogue = kept(lang)
    assert (catalogue.num_plurals, catalogue.plural_expr) == (forms, f"({rule})")
    for message in catalogue:
        if message.id and message.pluralizable:
            assert len(strings(message)) == forms


@pytest.mark.parametrize("lang", sorted(PLURALS))
def test_plural_rules_are_those_of_unicode(lang: str) -> None:
    """Two counts share a form where, and only where, CLDR has them in one category."""
    forms, rule = PLURALS[lang]
    form, category = gettext.c2py(rule), Locale.parse(lang).plural_form
    pairs = {(form(n), category(n)) for n in range(1_000)}
    assert len(pairs) == forms == len({one for one, _ in pairs}) == len({one for _, one in pairs})


def test_polish_counts_three_ways() -> None:
    form = gettext.c2py(PLURALS["pl"][1])
    assert [form(n) for n in (1, 2, 5, 12, 22, 25, 112, 122)] == [0, 1, 2, 2, 1, 2, 2, 1]


@pytest.mark.parametrize("lang", COMPLETE)
def test_a_date_can_end_a_sentence(lang: str) -> None:
    assert catalogue(lang).date(dt.datetime(2031, 6, 7)).endswith("2031")


def test_what_python_says_is_found_by_its_place() -> None:
    found = in_python(
        ast.parse(
            'raise Invalid(f"At most {MOST} of {len(them)}.", fields={"a": "Not so."})\n'
            'wrong["b"] = "Too long."\n'
            'sentence = "Held." if held else ""\n'
            'by_number(wait, f"{wait:,} second", f"{wait:,} seconds")\n'
            'Evidence(NAME, 1, 1.0, HOLD, "for moderators", "for writers")\n'
            'log("no")\n'
        )
    )
    assert set(found) == {
        "At most %(most)s of %(them)s.",
        "Not so.",
        "Too long.",
        "Held.",
        ("%(wait)d second", "%(wait)d seconds"),
        "for writers",
    }


def test_what_scripts_say_is_found_in_their_lists() -> None:
    source = '/** "no" */\nexport const words = { a: "Yes", b: ["One", "%(num)d of \\"them\\""], c: [["j", "down"]] };'
    assert list(in_script(source.replace('\\"', "“"))) == [("One", "%(num)d of “them“"), "Yes", "down"]
