"""Names of readers: fit to show, and nobody else's.

A name imitates another when both have the same skeleton: what is left when letters that look alike in
Latin, Cyrillic, Greek, Armenian, full width, mathematical alphabets and leetspeak are one letter, and marks,
separators and doubled letters are dropped (the idea of Unicode UTS #39, with a table for bylines).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from belowline.errors import Invalid
from belowline.rules.letters import HIDDEN, cut_runs

MAX_NAME = 60
"""Characters."""

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LETTER_JOINER = re.compile(
    "(?<=[\u0590-\u1fff\ufe0f\U0001f000-\U0001faff\u2600-\u27bf])[\u200c\u200d](?=[\u0590-\u1fff\u2600-\u27bf\U0001f000-\U0001faff])"
)
_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{1,7}\U000e007f")


def clean_name(name: str) -> str:
    """A name as it is kept: NFC, single spaces, 1 to 60 characters, nothing invisible but what letters and emoji need.

    Raises Invalid (field "name") for one that is empty, too long, without a letter, digit or emoji, or with
    control characters.
    """
    name = " ".join(re.sub(r"[\t\n\v\f\r]", " ", name).split())
    if _CONTROLS.search(name):
        raise _refusal("The name holds characters that cannot be shown.")
    name = " ".join(_without_hidden(cut_runs(name)).split())
    if not any(unicodedata.category(ch)[0] in "LN" or unicodedata.category(ch) == "So" for ch in name):
        raise _refusal("Please give a name with at least one letter, digit or emoji.")
    if len(name) > MAX_NAME:
        raise _refusal(f"The name is too long: {len(name)} characters, {MAX_NAME} are allowed.")
    return name


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"name": sentence})


def _without_hidden(name: str) -> str:
    """Without invisible characters, except joiners inside words and emoji, and the tags of a flag."""
    if name.isascii():
        return name
    kept = {m.start() for m in _LETTER_JOINER.finditer(name)}
    for flag in _FLAG.finditer(name):
        kept.update(range(*flag.span()))
    return "".join(ch for i, ch in enumerate(name) if i in kept or not HIDDEN.match(ch))


# One letter, then what looks like it. Capitals first: Greek Η looks like H, but its small letter like n.
_CAPITALS = "aΑА bΒВ cС eΕЕ hΗНҺ iΙІӀ jЈ kΚК lԼ mΜМ nΝ oΟОՕ pΡР sЅՏ tΤТ uՍ wԜ xΧХ yΥУҮ zΖ qԚ dԀ"
_SMALL = (
    "aαаɑᴀ4@ bβвьʙ8 cсϲᴄ dԁᴅđð eеεєᴇ3€ fꜰ gɡɢց9 hһнհʜħ iіιıɩլʟɪӏl1| jјϳյᴊ kкκᴋ mмᴍ nηпиոռɴ oоοσօᴏøዐ0 pрρᴘ "
    "qԛզ rгяʀ sѕꜱ$5 tтτᴛ7 uυսᴜ vνѵᴠ wωԝᴡ xхχ yуγүʏ zᴢ"
)


def _table(groups: str) -> dict[int, str]:
    return {ord(alike): group[0] for group in groups.split() for alike in group[1:]}


_TO_SMALL, _TO_LATIN = _table(_CAPITALS), _table(_SMALL) | {ord("ł"): "i"}
# Letters in black circles and squares, which have no decomposition.
_TO_SMALL |= {start + i: chr(ord("a") + i) for start in (0x1F150, 0x1F170) for i in range(26)}


_ASCII_GAPS = {code: " " for code in range(128) if not chr(code).isalnum()}


def skeleton(name: str) -> str:
    """What names that look alike have in common: only for comparing, never shown. Empty when nothing is left."""
    return _folded("".join(_words(name)))


def _words(name: str) -> list[str]:
    """Its words in look-alike letters; everything that is neither letter nor digit separates or goes."""
    if name.isascii():
        return name.lower().translate(_TO_LATIN).translate(_ASCII_GAPS).split()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).translate(_TO_SMALL).casefold()).translate(
        _TO_LATIN
    )
    kinds = ((ch, unicodedata.category(ch)) for ch in text if not HIDDEN.match(ch))
    return "".join(ch if kind[0] in "LN" else " " for ch, kind in kinds if kind[0] != "M" and kind != "Cf").split()


def _folded(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word.replace("rn", "m").replace("vv", "w"))


def _folded_words(words: str) -> set[str]:
    return {_folded("".join(_words(word))) for word in words.split()}


ROLES = (
    "admin admins administrator administrators administration moderator moderators moderation mod mods editor "
    "editors editorial staff webmaster sysop sysadmin redaktion redakteur redakteurin chefredaktion moderatorin "
    "administratorin moderateur moderatrice redaction administrateur moderador moderadora administrador "
    "administradora redaccion redazione moderatore amministratore redacao redakcja redaktor redactie redacteur "
    "beheerder yonetici editör toimitus редакция редактор модератор админ администратор администрация модерация "
    "редакція адміністратор מערכת המערכת העורך העורכת עורך מנהל הנהלה ההנהלה מודרטור المشرف المحرر الإدارة مشرف مدير "
    "ادمین مدیر 管理员 管理員 管理者 编辑部 編集部 編輯部 운영자 관리자"
)
"""Words that claim to speak for the house; no guest may use one alone or with other such words."""
COMPANIONS = (
    "team official officiel officielle oficial ufficiale offiziell offizielle equipe equipo squadra support service "
    "chief real verified account desk newsroom community the of from at in der die das la le el il de "
    "официальный команда צוות רשמי هيئة فريق الرسمي"
)
"""Words that change nothing about whose name it is."""

_ROLE_WORDS, _COMPANION_WORDS = _folded_words(ROLES), _folded_words(COMPANIONS)
_ANY_WORD = _ROLE_WORDS | _COMPANION_WORDS


def _pattern(folded: str) -> str:
    """Letters that may be doubled: so a word is found where it touches the next with the same letter."""
    return "".join(f"{re.escape(ch)}+" for ch in folded)


# Written together only long ones count: "Modela" is a name, not "mod", "el" and "a".
_ROLES_TOGETHER = "|".join(_pattern(w) for w in sorted(_ROLE_WORDS) if len(w) >= 4)
_TOGETHER = "|".join(_pattern(w) for w in sorted(_ANY_WORD) if len(w) >= 4)
_LONG_RUN = re.compile(r"(.)\1{2,}")  # two may end one word and begin the next; more would be shared in many ways
_ONLY_ROLES = re.compile(f"(?:{_TOGETHER})*?({_ROLES_TOGETHER})(?:{_TOGETHER})*")


def imitates(name: str, staff_names: Iterable[str]) -> str | None:
    """The reserved name that `name` passes itself off as: one of `staff_names`, a role such as "moderator", or None."""
    return _imitated(name[: 4 * MAX_NAME], tuple(staff_names))


@lru_cache(maxsize=2048)  # the same readers write again
def _imitated(name: str, staff_names: tuple[str, ...]) -> str | None:
    words = _words(name)
    whole = _LONG_RUN.sub(r"\1\1", "".join(words).replace("rn", "m").replace("vv", "w"))
    words = [_folded(word) for word in words]
    for staff in staff_names:
        if _claims(whole, words, staff):
            return staff
    if (roles := [w for w in words if w in _ROLE_WORDS]) and all(w in _ANY_WORD for w in words):
        return _as_written(roles[0])
    together = _ONLY_ROLES.fullmatch(whole)
    return _as_written(_folded(together[1])) if together else None


@lru_cache(maxsize=1024)
def _claim(staff: str) -> tuple[re.Pattern[str], list[str]]:
    reserved = skeleton(staff)
    around = f"(?:{_TOGETHER})*" if len(reserved) >= 3 else ""
    return re.compile(around + (_pattern(reserved) or "(?!)") + around), [_folded(word) for word in _words(staff)]


def _claims(whole: str, words: list[str], staff: str) -> bool:
    """Whether it is the staff name, alone or with nothing but words of role around it."""
    pattern, theirs = _claim(staff)
    if pattern.fullmatch(whole):
        return True
    size = len(theirs)
    places = (i for i in range(len(words) - size + 1) if size and words[i : i + size] == theirs)
    return any(all(w in _ANY_WORD for w in words[:i] + words[i + size :]) for i in places)


def _as_written(role: str) -> str:
    return next((word for word in ROLES.split() if skeleton(word) == role), role)
