"""Looks for words in a whole database: every table, every column, whatever it is for."""

import re
import sqlite3
from pathlib import Path

from belowline.rules.mentions import fold


def found_in(database: Path, *words: str) -> list[tuple[str, str, str]]:
    """(table, column, word) of every place where one of these words stands.

    A reader's mark, such as "p1", counts only where it stands whole: by chance it stands within any random name.
    """
    wanted = [(_finder(word), word) for word in words]
    found: list[tuple[str, str, str]] = []
    conn = sqlite3.connect(database)
    for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'secret'").fetchall():
        rows = conn.execute(f'SELECT * FROM "{table}"')
        columns = [one[0] for one in rows.description]
        for row in rows:
            for column, value in zip(columns, row, strict=True):
                said = fold(_text(value))
                found += [(table, column, word) for finder, word in wanted if finder.search(said)]
    conn.close()
    return found


def _finder(word: str) -> re.Pattern[str]:
    folded = re.escape(fold(word))
    return re.compile(rf"(?<![\w-]){folded}(?![\w-])" if re.fullmatch(r"p\d+", word) else folded)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    text = str(value)
    return text.encode().decode("unicode_escape", "replace") if "\\u" in text else text  # JSON in ASCII
