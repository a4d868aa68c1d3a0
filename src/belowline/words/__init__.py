"""The interface's languages, and how a sentence is marked for translation. See docs/translate.md.

English is the key. What Python raises or keeps is a plain English sentence, also where it has values in it;
the page that shows it looks it up (catalogue.py). So a log, the command line and a row say it in English.
"""

from functools import lru_cache

LANGUAGES = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português", "it": "Italiano",
    "pl": "Polski", "tr": "Türkçe", "ru": "Русский", "uk": "Українська", "he": "עברית", "ar": "العربية",
    "fa": "فارسی", "hy": "Հայերեն", "az": "Azərbaycanca", "ka": "ქართული",
}  # fmt: skip
"""Tag and own name."""

COMPLETE = tuple(LANGUAGES)
"""Languages that readers are offered: a test holds their catalogues to every sentence."""

RIGHT_TO_LEFT = frozenset({"he", "ar", "fa"})


def N_(sentence: str) -> str:
    """Marks a sentence that readers will see, where its place alone does not say so."""
    return sentence


def by_number(count: int, one: str, many: str) -> str:
    """The sentence that fits the count, in English; other languages have more forms of it.

    Both are f-strings (or plain); the count stands in the second as `{count}`, under the name it has here.
    """
    return one if count == 1 else many


def direction(lang: str) -> str:
    return "rtl" if lang in RIGHT_TO_LEFT else "ltr"


def known(tag: str | None) -> str | None:
    """The language of ours that a BCP 47 tag asks for, None where we do not speak it."""
    language = (tag or "").lower().partition("-")[0].partition("_")[0]
    language = "he" if language == "iw" else language
    return language if language in COMPLETE else None


def choose(*wanted: str | None) -> str:
    """The first of the tags that we speak, else English."""
    return next((found for tag in wanted if (found := known(tag))), "en")


@lru_cache(maxsize=1000)
def accepted(header: str) -> str | None:
    """What an Accept-Language header likes best of our languages (RFC 9110, 12.5.4); None for none of them."""
    liked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, weight = part.strip().partition(";")
        if found := known(tag.strip()):
            liked.append((-_weight(weight), place, found))
    best = min(liked, default=None)
    return best[2] if best and best[0] < 0 else None


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text.strip() else 1.0
    except ValueError:
        return 0.0
