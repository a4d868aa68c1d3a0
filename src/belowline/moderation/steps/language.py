"""A comment in none of the languages of the site and the story: by its script, then by its small words."""

import re

from belowline.model.evidence import Draft, Evidence, Facts, Outcome
from belowline.model.site import Policy

NAME = "language"
VERSION = 1
NOTHING = Evidence(NAME, VERSION, 0.0, Outcome.PUBLISH, "", "")

_READ_CHARS = 400
_FEWEST_LETTERS = 12
_FEWEST_SMALL_WORDS = 4

_SCRIPTS = {
    "Latin": re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]"),
    "Cyrillic": re.compile(r"[\u0400-\u052f]"),
    "Greek": re.compile(r"[\u0370-\u03ff]"),
    "Arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f]"),
    "Hebrew": re.compile(r"[\u0590-\u05ff]"),
    "Devanagari": re.compile(r"[\u0900-\u097f]"),
    "Thai": re.compile(r"[\u0e00-\u0e7f]"),
    "Hangul": re.compile(r"[\uac00-\ud7af]"),
    "Han or kana": re.compile(r"[\u3040-\u30ff\u3400-\u9fff]"),
    "Armenian": re.compile(r"[\u0530-\u058f]"),
    "Georgian": re.compile(r"[\u10a0-\u10ff]"),
}
_SCRIPT_OF = {
    **dict.fromkeys(["ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg"], "Cyrillic"),
    **dict.fromkeys(["ar", "fa", "ur", "ps", "ckb"], "Arabic"),
    **dict.fromkeys(["he", "yi"], "Hebrew"),
    **dict.fromkeys(["hi", "mr", "ne"], "Devanagari"),
    **dict.fromkeys(["zh", "ja", "yue"], "Han or kana"),
    "el": "Greek", "th": "Thai", "ko": "Hangul", "hy": "Armenian", "ka": "Georgian",
}  # fmt: skip
_TWO_SCRIPTS = frozenset({"sr", "kk", "mn", "uz", "az", "bs"})
_SMALL_WORDS = {
    "en": "the and of to is that it for was with this are not you have but they what would",
    "de": "der die das und ist nicht ich ein eine zu den mit auf sich auch dass sind wird wir",
    "fr": "le les et est des une pas que qui dans pour ce il nous vous sur avec sont mais",
    "es": "el los las y es una que en por con para pero como su muy más esto hay son",
    "it": "il gli che di è una non per con sono ma come anche della questo più nel hanno",
    "pt": "o os que é uma não para com por mas como mais dos da ao isso muito são você",
    "nl": "het een van en is dat niet op te zijn voor met ook maar wordt heeft geen wij naar",
    "sv": "och att det som är en inte på för med den av om har jag till ett men vi",
    "da": "og at det er en ikke på for med den af om har jeg til et men vi der",
    "pl": "i w nie na się że jest to do z co jak ale po za tak są tylko przez",
    "tr": "ve bir bu da de için çok ne ile değil var gibi daha ama kadar olan mi sonra her",
}
_SMALL = {lang: frozenset(words.split()) for lang, words in _SMALL_WORDS.items()}
_SMALL_IN = {
    word: tuple(lang for lang, words in _SMALL.items() if word in words) for word in frozenset().union(*_SMALL.values())
}
_WORD = re.compile(r"\w+")


def look(draft: Draft, facts: Facts, policy: Policy) -> Evidence:
    welcome = {tag.lower().split("-")[0] for tag in facts.languages}
    if not welcome:
        return NOTHING
    head = draft.text[:_READ_CHARS].lower()
    found = _foreign_script(head, welcome) or _foreign_words(head, welcome)
    if not found:
        return NOTHING
    asks = Outcome.HOLD if policy.hold_other_languages else Outcome.PUBLISH
    named = ", ".join(sorted(welcome))
    return Evidence(
        NAME,
        VERSION,
        0.7,
        asks,
        f"Written in {found}; welcome here: {named}.",
        f"Comments here are written in: {named}.",
    )


def _foreign_script(text: str, welcome: set[str]) -> str:
    ours = {_SCRIPT_OF.get(lang, "Latin") for lang in welcome}
    if text.isascii() and "Latin" in ours:
        return ""
    counts = {script: len(letters.findall(text)) for script, letters in _SCRIPTS.items()}
    total = sum(counts.values())
    if total < _FEWEST_LETTERS or welcome & _TWO_SCRIPTS:
        return ""
    most = max(counts, key=lambda script: counts[script])
    return f"{most} letters" if counts[most] > 0.7 * total and most not in ours else ""


def _foreign_words(text: str, welcome: set[str]) -> str:
    """Only between languages whose small words we know, and only where they speak clearly."""
    if not welcome <= _SMALL.keys():
        return ""
    said = _WORD.findall(text)
    ours = max(sum(map(_SMALL[lang].__contains__, said)) for lang in welcome)
    if 3 * ours > len(said):  # none can have three times as many: most comments end here
        return ""
    counts = dict.fromkeys(_SMALL, 0)
    for word in said:
        for lang in _SMALL_IN.get(word, ()):
            counts[lang] += 1
    most = max(counts, key=lambda lang: counts[lang])
    return most if counts[most] >= max(_FEWEST_SMALL_WORDS, 3 * ours) and most not in welcome else ""
