"""What each format of a text looks like: typed here (markdown), or as another system kept it (html, text)."""

import html
import re

from belowline.rules import text

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def html_of(source: str, format: str) -> str:
    """Any text of a source as a comment's HTML."""
    if format == "markdown":
        return text.comment_html(source)
    if format == "html":
        return text.html_to_comment_html(source)
    blocks = _BLANK_LINE.split(html.escape(source))
    return "\n".join(f'<p dir="auto">{block}</p>'.replace("\n", "<br>\n") for block in blocks if block.strip())
