"""One language's words: looked up by their English, with its plural forms and its dates.

Read from the .po file itself at first use (about 15 ms): nothing is compiled, nothing can be stale.
"""

import datetime as dt
import gettext
import hashlib
import io
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from belowline.words import direction

LOCALES = {"en": "en_GB"}
"""Whose dates a language uses, where not its own: Belowline's English says 7 June 2031."""

MOST_CHARS = 2_000
"""Longer sentences are none of ours."""

MOST_DAYS = 4_000
"""Dates that are kept as they are said: a page has hundreds of few days."""

SCRIPTS_SAY = ("widget/", "src/belowline/model/site.py")
"""Sources of what scripts say: their own, and the reasons that a report or a vote gives."""

COMMAS = {"ar": "، ", "fa": "، "}
"""What stands between words in a row, where it is not ours."""

_PLACE = re.compile(r"%(?:%|\((\w+)\)([sd]))")
_SENTENCE_END = re.compile(r"(?<=[.?!]) ")
_DATE_PART = re.compile(r"'([^']*)'|(d+|M+|y+)|(.)", re.S)
_YEAR_SIGN = re.compile(r"\s*(?:'[гр]'|թ)\.$")
"""“Year” after a date in Russian, Ukrainian and Armenian: its full stop would meet that of a sentence."""


class _Pattern(msgspec.Struct, frozen=True):
    """A sentence with values, as it is found again in the English that was made of it."""

    english: re.Pattern[str]
    one: str
    many: str | None
    number: str | None
    """The value that decides the plural form."""


class Catalogue:
    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.dir = direction(lang)
        self.comma = COMMAS.get(lang, ", ")
        kept = _read(lang)
        self.translations = _translations(kept) if kept else gettext.NullTranslations()
        self.gettext = self.translations.gettext
        self.ngettext = self.translations.ngettext
        self._known = {_ids(one)[0] for one in kept or () if one.id}
        self._patterns = _patterns(kept) if kept else []
        self._script = _script_words(kept, lang) if kept else {}
        self.script = msgspec.json.encode(self._script)
        """The widget's sentences: English to this language's, to its forms by CLDR category where it counts."""
        self.script_version = hashlib.sha256(self.script).hexdigest()[:8]
        self._date, self._between, self._hour, self._months = _dates(lang)
        self._days: dict[int, str] = {}

    def sentence(self, english: str) -> str:
        """What was raised or kept in English, said in this language; as it is where it is none of ours."""
        if not self._known or not english or len(english) > MOST_CHARS:
            return english
        whole = self._one(english)
        return whole if whole is not None else self._several(english)

    def date(self, at: dt.datetime) -> str:
        number = at.toordinal()
        if (said := self._days.get(number)) is None:
            said = self._date.format(d=at.day, M=at.month, y=at.year, month=self._months[at.month])
            if len(self._days) < MOST_DAYS:
                self._days[number] = said
        return said

    def languages(self, tags: Sequence[str]) -> str:
        """Their names in a row; the tag of one that has none."""
        return self.comma.join(self._language(tag) for tag in tags)

    def _language(self, tag: str) -> str:
        try:
            return Locale.parse(tag, sep="-").get_display_name(LOCALES.get(self.lang, self.lang)) or tag
        except (UnknownLocaleError, ValueError):
            return tag

    def moment(self, at: dt.datetime) -> str:
        return f"{self.date(at)}{self._between}{at.hour:{self._hour}}:{at.minute:02}"

    def _one(self, english: str) -> str | None:
        if english in self._known:
            return self.gettext(english)
        for pattern in self._patterns:
            if found := pattern.english.fullmatch(english):
                return self._said(pattern, found.groupdict())
        return None

    def _said(self, pattern: _Pattern, values: dict[str, str]) -> str:
        known = {name: self._value(value) for name, value in values.items()}
        if pattern.many is None:
            return self.gettext(pattern.one) % known
        number = int((values.get(pattern.number or "") or "1").replace(",", ""))
        return self.ngettext(pattern.one, pattern.many, number) % (known | {pattern.number or "": number})

    def _value(self, value: str) -> str:
        """A value is somebody's word, a sentence of ours, or words of ours: "a telephone number, a bank account"."""
        if (whole := self._one(value)) is not None:
            return whole
        return self.comma.join(self.gettext(part) if part in self._known else part for part in value.split(", "))

    def _several(self, english: str) -> str:
        """Sentences of ours in a row, each said by itself."""
        parts = _SENTENCE_END.split(english)[:20]
        said: list[str] = []
        while parts and len(parts) < 20:
            for end in range(len(parts), 0, -1):
                if (one := self._one(" ".join(parts[:end]))) is not None:
                    said.append(one)
                    parts = parts[end:]
                    break
            else:
                said.append(parts.pop(0))
        return " ".join(said + parts)


@cache
def catalogue(lang: str) -> Catalogue:
    """For one of words.COMPLETE."""
    return Catalogue(lang)


def _read(lang: str) -> Catalog | None:
    """None for English, which is the source."""
    if lang == "en":
        return None
    return read_po(io.BytesIO(resources.files("belowline").joinpath("words", f"{lang}.po").read_bytes()), locale=lang)


def _translations(kept: Catalog) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, kept)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _ids(message: Message) -> tuple[str, str | None]:
    if isinstance(message.id, str):
        return message.id, None
    return message.id[0], message.id[1]


def _from(message: Message, starts: tuple[str, ...]) -> bool:
    return any(place.startswith(starts) for place, _ in message.locations)


# --- sentences with values ---------------------------------------------------------------------------


def _patterns(kept: Catalog) -> list[_Pattern]:
    """Of what Python says; those with the most letters of their own first."""
    found: list[tuple[int, _Pattern]] = []
    for message in kept:
        one, many = _ids(message) if message.id else ("", None)
        if not any(place.endswith(".py") for place, _ in message.locations) or not one:
            continue
        places = list(_PLACE.finditer(many or one))
        number = next((place[1] for place in places if place[2] == "d"), None) if many else None
        for english in {one, many or one}:
            if _PLACE.search(english) or many:
                pattern = _Pattern(_expression(english), one, many, number)
                found.append((len(_PLACE.sub("", english)), pattern))
    return [pattern for _, pattern in sorted(found, key=lambda pair: -pair[0])]


def _expression(english: str) -> re.Pattern[str]:
    parts, at = [], 0
    for place in _PLACE.finditer(english):
        parts.append(re.escape(english[at : place.start()]))
        name, kind = place[1], place[2]
        parts.append("%" if name is None else f"(?P<{name}>-?[0-9,]+)" if kind == "d" else f"(?P<{name}>.+?)")
        at = place.end()
    return re.compile("".join(parts) + re.escape(english[at:]), re.S)


# --- what scripts say --------------------------------------------------------------------------------


def _script_words(kept: Catalog, lang: str) -> dict[str, str | dict[str, str]]:
    said: dict[str, str | dict[str, str]] = {}
    for message in kept:
        if message.id and _from(message, SCRIPTS_SAY):
            one, many = _ids(message)
            if many is None:
                said[one] = str(message.string) or one
            else:
                said[many] = _by_category(message, kept, lang)
    return said


def _by_category(message: Message, kept: Catalog, lang: str) -> dict[str, str]:
    """The forms under the names that Intl.PluralRules gives: it and gettext number them differently."""
    rule = Locale.parse(lang).plural_form
    choose = gettext.c2py(kept.plural_expr)
    strings = [str(one) for one in message.string or ()]
    forms: dict[str, str] = {}
    for count in range(200):
        forms.setdefault(rule(count), strings[choose(count)])
    return {"other": strings[-1]} | forms


# --- dates -------------------------------------------------------------------------------------------


def _dates(lang: str) -> tuple[str, str, str, dict[int, str]]:
    """(date, what stands between it and a time, how an hour is written, months) by CLDR. Times are of 24 hours."""
    locale = Locale.parse(LOCALES.get(lang, lang))
    date = _YEAR_SIGN.sub("", locale.date_formats["medium"].pattern)
    between = str(locale.datetime_formats["medium"]).removeprefix("{1}").removesuffix("{0}")
    hour = "02" if locale.datetime_skeletons["Hm"].pattern.startswith("HH") else ""
    months = {number: str(name) for number, name in locale.months["format"]["abbreviated"].items()}
    return _as_format(date), between, hour, months


def _as_format(pattern: str) -> str:
    parts = {"d": "{d}", "dd": "{d:02}", "M": "{M}", "MM": "{M:02}", "MMM": "{month}", "y": "{y}", "yy": "{y}"}
    return "".join(quoted or (parts[part] if part else other) for quoted, part, other in _DATE_PART.findall(pattern))
