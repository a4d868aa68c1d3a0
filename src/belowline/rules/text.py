"""What readers and publishers write, made fit to keep and safe to show.

`clean` is for what was typed, the `*_html` functions turn text or foreign HTML into ours. nh3 has the
last word on everything that becomes HTML; what comes before it only decides how a text looks, so that a
mistake there cannot be one of safety.
"""

import html as entities
import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType

from belowline.errors import Invalid
from belowline.rules.letters import CONTROLS, NEWLINES, SURROGATES, cut_runs, visible
from belowline.words import by_number

MAX_DEPTH = 20
"""Markup levels (a quote is one, a list item two). Deeper text is shown as it was typed."""
MAX_MARKUP, MAX_LINES = 1_000, 500
"""Markdown's own characters and lines in one comment; a text with more is shown as it was typed. They bound
the time of the inputs that cost the parser most (10,000 of `[`, `*a_` or `+ a\\n`)."""
MAX_LINKS = 60
"""Addresses in one comment; with more, none becomes a link. The parser looks back over the whole line for each."""


def clean(text: str, max_chars: int) -> str:
    """What a reader typed, made fit to keep: at most `max_chars` characters after cleaning.

    Newlines become \\n, Unicode NFC, blank lines one at a time, bidi overrides go and heaps of marks or
    invisible characters are cut. Raises Invalid (field "text") for text that is empty or invisible, too
    long, or holds control characters or broken Unicode.
    """
    text = NEWLINES.sub("\n", text)
    if SURROGATES.search(text):
        raise _refusal("The text holds broken characters. Please type it again.")
    if found := CONTROLS.search(text):
        raise _refusal(f"The text holds a control character (U+{ord(found[0]):04X}), which cannot be kept.")
    text = cut_runs(text)
    text = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text)
    if not visible(text):
        raise _refusal("Please write something: the comment is empty.")
    if len(text) > max_chars:
        over = len(text) - max_chars
        one = f"The text is too long by {over:,} character; the limit is {max_chars:,}."
        many = f"The text is too long by {over:,} characters; the limit is {max_chars:,}."
        raise _refusal(by_number(over, one, many))
    return text


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"text": sentence})


_COMMENT_TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
_REMOVED_WHOLE = {
    "script", "style", "svg", "math", "iframe", "object", "template", "noscript", "noembed", "noframes",
    "title", "textarea", "select", "xmp", "plaintext", "audio", "video", "canvas", "head",
}  # fmt: skip
_DIR_AUTO = {tag: {"dir": {"auto"}} for tag in ("p", "ul", "ol", "blockquote")}
COMMENT_CLEANER = nh3.Cleaner(
    tags=_COMMENT_TAGS,
    clean_content_tags=_REMOVED_WHOLE,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},  # "*": or nh3 adds its own title and lang
    tag_attribute_values=_DIR_AUTO,
    url_schemes={"http", "https"},
    url_relative="deny",
    link_rel="ugc nofollow noopener",
)
_MARKUP = re.compile(r"[*_`<>&\[\]\\\x00-\x09\x0b-\x1f\x7f-\xa0\ud800-\udfff]")
_BLOCK_START = re.compile(r"\s|[-+](?:\s|\Z)|#{1,6}(?:\s|\Z)|~~~|\d{1,9}[.)](?:\s|\Z)|- *-")
_COUNTED = re.compile(r"[*_`<>\[\]\\&]|:/|(?<=[\n ])[-+#]\s|(?<=[\n ])\d+[.)]\s")


class _CommentMarkdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return url.lower().startswith(("http://", "https://"))

    def normalizeLinkText(self, link: str) -> str:
        return link  # shown as typed: decoding %E2%80%AE would put an override into the page


def _comment_markdown() -> _CommentMarkdown:
    options = {"html": False, "breaks": True, "linkify": True, "maxNesting": MAX_DEPTH + 4}
    md = _CommentMarkdown("commonmark", options)
    md.enable("linkify")
    md.disable(["code", "lheading", "reference", "html_block", "html_inline", "image"])
    md.linkify = LinkifyIt({"mailto:": None, "ftp:": None, "//": None}, {"fuzzy_link": False, "fuzzy_email": False})
    return md


_COMMENT = _comment_markdown()


def comment_html(text: str) -> str:
    """A comment's Markdown as safe HTML: paragraphs, line breaks, emphasis, code, lists, quotes, links.

    Raw HTML, images and tables are shown as typed, headings become bold paragraphs. Every top-level block
    has dir="auto"; blocks inside follow it, because an element whose children all have a dir of their own
    finds no text to go by. Takes any string and never fails; linear time within 10,000 characters.
    """
    if _is_plain(text):
        return _paragraphs(text)
    text = SURROGATES.sub("\ufffd", text)
    env: EnvType = {}
    cheap = len(_COUNTED.findall(text)) <= MAX_MARKUP and text.count(":/") <= MAX_LINKS and text.count("\n") < MAX_LINES
    tokens = _COMMENT.parse(text, env) if cheap else []
    if not cheap or _too_deep(tokens):
        return COMMENT_CLEANER.clean(_paragraphs(entities.escape(text)))
    _tame(tokens)
    return COMMENT_CLEANER.clean(_COMMENT.renderer.render(tokens, _COMMENT.options, env)).rstrip("\n")


def _tame(tokens: list[Token]) -> None:
    """Gives top-level blocks their dir, and makes paragraphs of headings and rules."""
    for i, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.type not in ("inline", "fence"):
            token.attrs["dir"] = "auto"
        if token.type == "hr":
            token.type, token.content = "html_block", f'<p dir="auto">{token.markup[:3]}</p>\n'
        elif token.type in ("heading_open", "heading_close"):
            token.tag = "p"
            if token.nesting == 1:
                words = tokens[i + 1]
                words.children = [
                    Token("strong_open", "strong", 1),
                    *(words.children or []),
                    Token("strong_close", "strong", -1),
                ]


def _is_plain(text: str) -> bool:
    """Whether Markdown would find nothing in it: true for most comments, and a tenth of the time."""
    if _MARKUP.search(text) or ":/" in text:
        return False
    return not any(line and (_BLOCK_START.match(line) or line[-1].isspace()) for line in text.split("\n"))


def _too_deep(tokens: Sequence[Token]) -> bool:
    return any(t.level > MAX_DEPTH or (t.children and any(c.level > MAX_DEPTH for c in t.children)) for t in tokens)


def _paragraphs(escaped: str) -> str:
    blocks = [block.strip("\n") for block in escaped.split("\n\n")]
    return "\n".join(f'<p dir="auto">{block}</p>'.replace("\n", "<br>\n") for block in blocks if block)


_AS_PARAGRAPH = re.compile(
    r"<(/?)(?:div|h[1-6]|section|article|header|footer|center|table|tr|dl|dt|dd|hr)\b[^<>]*>", re.I
)
_RENAMED = re.compile(r"<(/?)(b|i|cite)(?=[\s>])[^<>]*>", re.I)
_IMAGE = re.compile(r"""<img\b[^<>]*?\bsrc\s*=\s*["']?(https?://[^\s"'<>]++)[^<>]*+>""", re.I)
_BLOCK_TAG = re.compile(r"\n{0,4}(</?(?:blockquote|ul|ol|li|pre|div|h[1-6])\b[^<>]*>)\n{0,4}", re.I)
_HAS_BREAKS = re.compile(r"<(?:p|br|div)\b", re.I)


def html_to_comment_html(source: str) -> str:
    """Foreign HTML of an imported comment in the subset that comment_html gives.

    Headings and table rows become paragraphs, images links to themselves. A source without <p>, <br> or
    <div> is text with a few tags, as many systems keep it: its line breaks and blank lines are kept.
    """
    text = SURROGATES.sub("\ufffd", source).replace("\r\n", "\n").strip()
    if text.count("<") > 4 * MAX_MARKUP:
        return _paragraphs(entities.escape(plain(text)))
    if not _HAS_BREAKS.search(text):
        text = _BLOCK_TAG.sub(r"\1", text).replace("\n\n", "<p>").replace("\n", "<br>\n")
        text = text if _BLOCK_TAG.match(text) else f"<p>{text}"
    text = _AS_PARAGRAPH.sub(r"<\1p>", text)
    text = _RENAMED.sub(lambda m: f"<{m[1]}{'strong' if m[2] in 'bB' else 'em'}>", text)
    text = _IMAGE.sub(r'<a href="\1">\1</a>', text)
    text = re.sub(r"<p>\s*</p>\n?", "", COMMENT_CLEANER.clean(text))
    return _paragraphs(entities.escape(plain(text))) if _depth(text) > MAX_DEPTH else text.strip()


def _depth(html: str) -> int:
    """Levels of sanitised HTML (where every element is closed)."""
    deepest = level = 0
    for closing in re.findall(r"<(/?)(?!br)[a-z]", html):
        level += -1 if closing else 1
        deepest = max(deepest, level)
    return deepest


def count_links(html: str) -> int:
    """Links in HTML that came from here."""
    return html.count('<a href="')


_STORY_TAGS = _COMMENT_TAGS | {
    "h2", "h3", "h4", "figure", "figcaption", "img", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption",
    "hr", "dl", "dt", "dd", "sup", "sub", "abbr", "cite", "q", "small", "del", "ins", "mark", "kbd", "time",
    "b", "i", "u", "s",
}  # fmt: skip
_STORY_ATTRIBUTES = {
    "*": {"lang", "dir"}, "a": {"href", "title", "hreflang"}, "ol": {"start"}, "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}, "abbr": {"title"}, "time": {"datetime"},
}  # fmt: skip


def _story_attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) == ("img", "src"):
        return value if re.match(r"https://|/(?![/\\])", value, re.I) else None
    return value


_STORY_CLEANER = nh3.Cleaner(
    tags=_STORY_TAGS,
    clean_content_tags=_REMOVED_WHOLE,
    attributes=_STORY_ATTRIBUTES,
    attribute_filter=_story_attribute,
    set_tag_attribute_values={"img": {"loading": "lazy"}, "table": {"tabindex": "0"}},  # it scrolls, by keys too
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener",
)
_STORY = MarkdownIt("commonmark", {"html": True}).enable("table")
_HEADING = re.compile(r"<(/?)h([156])\b", re.I)


def story_html(source: str, format: Literal["markdown", "html", "text"]) -> str:
    """A story's body as safe HTML: with headings h2 to h4, figures, tables and images (https or from this host)."""
    source = SURROGATES.sub("\ufffd", source)
    if format == "text":
        return _STORY_CLEANER.clean(_paragraphs(entities.escape(NEWLINES.sub("\n", source))).replace(' dir="auto"', ""))
    html = _STORY.render(source) if format == "markdown" else source
    html = _HEADING.sub(lambda m: f"<{m[1]}h{'2' if m[2] == '1' else '4'}", html)
    return re.sub(r"<img(?![^>]* src=)[^>]*>", "", _STORY_CLEANER.clean(html)).strip()


_TEXT_ONLY = nh3.Cleaner(tags=set(), clean_content_tags=_REMOVED_WHOLE)
_BREAKS = re.compile(r"</?(?:p|br|div|li|ul|ol|blockquote|pre|h[1-6]|tr|figure|figcaption|table|hr|dt|dd)\b", re.I)


def plain(html: str) -> str:
    """The words of any HTML, a line for each block. It is text: escape it where it becomes HTML again."""
    text = entities.unescape(_TEXT_ONLY.clean(_BREAKS.sub(r"\n\g<0>", SURROGATES.sub("\ufffd", html))))
    return "\n".join(line for part in text.split("\n") if (line := part.strip()))


_RTL_LANGS = {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "ps", "sd", "syr", "ug", "ur", "yi"}
_RTL_SCRIPTS = {"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}
_LANG_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.I | re.A,
)


def direction(lang: str | None) -> Literal["rtl", "ltr"]:
    """The writing direction of a BCP 47 tag: its script where it names one, else its language's usual one."""
    language, *rest = (lang or "").lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    return "rtl" if (script in _RTL_SCRIPTS if script else language in _RTL_LANGS) else "ltr"


def lang_tag(value: str | None) -> str | None:
    """A well-formed BCP 47 tag (RFC 5646, 2.1) in its usual case, None for none; else Invalid (field "lang")."""
    if not (tag := (value or "").strip()):
        return None
    if len(tag) > 35 or not _LANG_TAG.fullmatch(tag):
        sentence = "The language must be a tag such as en, pt-BR or zh-Hant."
        raise Invalid(sentence, fields={"lang": sentence})
    language, *rest = tag.lower().split("-")
    cased = {2: str.upper, 4: str.title}
    single = next((i for i, part in enumerate(rest) if len(part) == 1), len(rest))
    return "-".join([language, *(cased.get(len(p), str)(p) for p in rest[:single]), *rest[single:]])


_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)


def slug(title: str) -> str:
    """The part of an address that tells a story: at most 60 characters, "story" when nothing remains.

    Latin letters lose their accents, other scripts keep their letters (servers percent-encode them).
    """
    kept = []
    for ch in unicodedata.normalize("NFC", re.sub(r"['’‘ʼ]", "", cut_runs(title).lower().translate(_LATIN))):
        bare = unicodedata.normalize("NFKD", ch)
        if bare[0].isascii():
            kept.append("".join(c.lower() if c.isalnum() else "-" for c in bare if c.isascii()))
        elif unicodedata.category(ch)[0] in "LNM":
            kept.append(ch)
        else:
            kept.append("-")
    words = re.sub(r"-{2,}", "-", "".join(kept)).strip("-")
    if len(words) > 60:
        words = words[:61].rpartition("-")[0] or words[:60]
    return words.strip("-") or "story"
