"""make words: brings every catalogue up to date with the source, keeps what is translated, and says what is not."""

import io

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from belowline.words import LANGUAGES
from translating.extract import SOURCE, everything

PLURALS = {
    "de": (2, "n != 1"), "es": (2, "n != 1"), "it": (2, "n != 1"), "tr": (2, "n != 1"), "az": (2, "n != 1"),
    "ka": (2, "n != 1"), "fr": (2, "n > 1"), "pt": (2, "n > 1"), "fa": (2, "n > 1"), "hy": (2, "n > 1"),
    "he": (3, "n==1 ? 0 : n==2 ? 1 : 2"),
    "pl": (3, "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"),
    "ru": (3, "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"),
    "uk": (3, "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"),
    "ar": (6, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"),
}  # fmt: skip
"""Forms and rule of CLDR's whole numbers, as gettext writes them (the form for millions in Romance languages is not
told apart: no count here reaches it)."""


def update(lang: str, source: Catalog) -> tuple[str, list[str]]:
    """The catalogue's new text, and the sentences without a translation."""
    path = SOURCE / "words" / f"{lang}.po"
    before = read_po(io.BytesIO(path.read_bytes()), locale=lang) if path.exists() else Catalog(locale=lang)
    forms, rule = PLURALS[lang]
    missing: list[str] = []
    lines = [
        f"# Belowline in {LANGUAGES[lang]}. See docs/translate.md.",
        'msgid ""',
        'msgstr ""',
        f'"Language: {lang}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: nplurals={forms}; plural=({rule});\\n"',
        "",
        "",
    ]
    made = Catalog(locale=lang, fuzzy=False)
    made._num_plurals, made._plural_expr = forms, rule  # Babel's own table is older than CLDR's
    for message in source:
        if not message.id:
            continue
        old = before.get(message.id)
        blank = ("",) * forms if message.pluralizable else ""
        kept = old.string if old and not old.fuzzy and _fits(old.string, blank) else blank
        made.add(message.id, kept, locations=message.locations, flags=message.flags)
        if not all(kept if isinstance(kept, tuple) else (kept,)):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    body = io.BytesIO()
    write_po(body, made, omit_header=True, include_lineno=False, width=110)
    return "\n".join(lines) + body.getvalue().decode("utf-8").lstrip("\n"), missing


def _fits(string: object, blank: object) -> bool:
    return isinstance(string, tuple) == isinstance(blank, tuple) and (
        not isinstance(string, tuple) or len(string) == len(blank)  # type: ignore[arg-type]
    )


def main() -> None:
    source = everything()
    print(f"{len(source)} sentences")
    for lang in LANGUAGES:
        if lang != "en":
            text, missing = update(lang, source)
            (SOURCE / "words" / f"{lang}.po").write_text(text, "utf-8")
            print(f"{lang}: {len(missing)} to translate" + "".join(f"\n    {one}" for one in missing[:5]))


if __name__ == "__main__":
    main()
