"""rules.text: hostile text stays text, plain text keeps its words."""

import contextlib
import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from belowline.errors import Invalid
from belowline.rules import text as rules
from belowline.rules.letters import MAX_MARKS
from belowline.rules.text import (
    clean,
    comment_html,
    count_links,
    direction,
    html_to_comment_html,
    lang_tag,
    plain,
    slug,
    story_html,
)
from xss_vectors import VECTORS

TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
ATTRIBUTES = {("a", "href"), ("a", "rel"), ("ol", "start")} | {(t, "dir") for t in ("p", "ul", "ol", "blockquote")}
PIECES = ["*", "**", "_", "`", "```\n", "[x](", "](", ")", "<", ">", "> ", "- ", "1. ", "# ", "***\n", "\n", "\n\n",
          "  ", "\t", "&lt;", "&", "\\", "!", "http://a.example/", "javascript:", "<b>", "</p>", "word", "שלום", "é",
          "\x00", "\ud800", "\u00a0", "\u3000", "\u202e", "|", "~~~", "=", "--", "+", "www.",
          "a@b.example"]  # fmt: skip
MARKDOWNISH = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=30).map("".join)
ANY = st.one_of(st.text(st.characters(), max_size=300), MARKDOWNISH)


def assert_safe(html: str, tags: set[str] = TAGS, attributes: set[tuple[str, str]] = ATTRIBUTES) -> None:
    body = LexborHTMLParser(f"<!doctype html><html><head></head><body>{html}</body></html>").body
    assert body is not None
    for node in body.traverse(include_text=False):
        if node is body or node.tag == "body":
            continue
        assert node.tag in tags, html
        for name, value in node.attributes.items():
            assert (node.tag, name) in attributes, html
            if name == "href":
                assert re.match(r"https?://", value or "", re.I), html
            if name == "dir":
                assert value == "auto"
        if node.tag == "a":
            assert node.attributes["rel"] == "ugc nofollow noopener"


def test_there_are_enough_vectors():
    assert len(set(VECTORS)) == len(VECTORS) >= 120


@pytest.mark.parametrize("vector", VECTORS)
def test_hostile_text_and_html_come_out_harmless(vector):
    start = time.thread_time()
    for render in (comment_html, html_to_comment_html):
        html = render(vector)
        assert_safe(html)
        assert rules.COMMENT_CLEANER.clean(html) == html
    story = story_html(vector, "markdown") + story_html(vector, "html") + story_html(vector, "text")
    assert not re.search(
        r"<(script|style|svg|math|iframe|form|input|object|embed|base|meta|link|template)\b", story, re.I
    )
    for tag in re.findall(r"<[a-z][^<]*?>", story):
        assert not re.search(r"""^<\w+(\s+[\w-]+="[^"]*")*\s+(on\w+|style|srcdoc)=""", tag)
        assert not re.search(r'(href|src)="\s*(javascript|data|vbscript|file):', tag, re.I)
    assert time.thread_time() - start < 3


@given(ANY)
@settings(max_examples=300)
def test_any_text_is_rendered_within_the_subset(text):
    html = comment_html(text)
    assert_safe(html)
    assert rules.COMMENT_CLEANER.clean(html) == html
    assert_safe(html_to_comment_html(text))
    plain(text)


@given(st.one_of(ANY, st.text("ab .,-+1)#~\n'\"!?:;éש|=", max_size=60)))
@settings(max_examples=400)
def test_the_fast_path_gives_what_markdown_gives(text):
    if rules._is_plain(text):
        fast = comment_html(text)
        tokens = rules._COMMENT.parse(text)
        rules._tame(tokens)
        slow = rules.COMMENT_CLEANER.clean(rules._COMMENT.renderer.render(tokens, rules._COMMENT.options, {}))
        assert fast == slow.rstrip("\n")


@given(st.lists(st.text("abcdefgאבגдежé0123456789", min_size=1, max_size=8), min_size=1, max_size=40))
def test_words_survive(words):
    assert plain(comment_html(" ".join(words))).split() == words


@given(ANY)
@settings(max_examples=200)
def test_clean_is_stable_or_refuses(text):
    with contextlib.suppress(Invalid):
        kept = clean(text, 10_000)
        assert clean(kept, 10_000) == kept
        assert kept == unicodedata.normalize("NFC", kept)
        assert "\n\n\n" not in kept
        assert not re.search("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\r]", kept)


@pytest.mark.parametrize("bad", ["", " \n\t ", "\u200b\u200d\ufeff", "\u3164\u2800", "\u0301\u0302", "a\x00b", "a\x1bb",
                                 "a\x9fb", "\ud800", "x\udfff", "\x7f"])  # fmt: skip
def test_clean_refuses(bad):
    with pytest.raises(Invalid) as refused:
        clean(bad, 100)
    assert refused.value.fields["text"].endswith(".")


def test_clean_says_by_how_many_it_is_too_long():
    with pytest.raises(Invalid, match="too long by 3 characters; the limit is 10"):
        clean("a" * 13, 10)
    assert clean(" " * 50 + "a" * 10, 10) == "a" * 10


def test_clean_normalises_lines_and_spaces():
    assert clean("\r\n a  \r\rb\u2028c\n \n\n\n\td \n", 100) == "a\n\nb\nc\n\n\td"
    assert clean("e\u0301", 10) == "é"
    assert clean("abc\u202edef\u2066x\u2069", 20) == "abcdefx"
    assert clean("שלום\u200f!", 20) == "שלום\u200f!"


@pytest.mark.parametrize(
    "kept",
    ["בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים", "السَّلَامُ عَلَيْكُمْ", "ที่นี่มีน้ำ", "Tiếng Việt phở", "हिन्दी में क्षत्रिय", "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 1️⃣",
     "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
     "می‌خواهم", "བསྒྲུབས"],
)  # fmt: skip
def test_clean_leaves_every_script_alone(kept):
    assert clean(kept, 200) == unicodedata.normalize("NFC", kept)


def test_zalgo_and_hidden_text_are_cut():
    assert len(clean("a" + "\u0335\u0321\u0353" * 3_000 + "b", 100)) <= 2 + MAX_MARKS
    assert len(clean("a" + "\u0335\u200d" * 3_000 + "b", 10_000)) < 3_100
    assert clean("a" + "\u200b" * 900 + "b", 100) == "a\u200b\u200bb"
    assert clean("a\U000e0041\U000e0042b", 100) == "ab"


def test_markdown_looks_like_markdown():
    assert comment_html("hi *you* and **all**\nsecond `x<y`") == (
        '<p dir="auto">hi <em>you</em> and <strong>all</strong><br>\nsecond <code>x&lt;y</code></p>'
    )
    assert comment_html("# Loud\n\n***") == '<p dir="auto"><strong>Loud</strong></p>\n<p dir="auto">***</p>'
    assert comment_html("> a\n> > b") == (
        '<blockquote dir="auto">\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>'
    )
    assert comment_html("3. a\n4. b") == '<ol start="3" dir="auto">\n<li>a</li>\n<li>b</li>\n</ol>'
    assert comment_html("```py\na < b\n```") == "<pre><code>a &lt; b\n</code></pre>"
    assert comment_html("    indented") == '<p dir="auto">indented</p>'


def test_links():
    rel = 'rel="ugc nofollow noopener"'
    bare = comment_html("see https://a.example/x_y_z?a=b&c=d.")
    assert (
        bare
        == f'<p dir="auto">see <a href="https://a.example/x_y_z?a=b&amp;c=d" {rel}>https://a.example/x_y_z?a=b&amp;c=d</a>.</p>'
    )
    assert comment_html("[x](https://a.example)") == f'<p dir="auto"><a href="https://a.example" {rel}>x</a></p>'
    assert "<a" not in comment_html("a@b.example example.com mailto:a@b.example ftp://a.example")
    picture = comment_html("![cat](https://a.example/c.png)")
    assert "<img" not in picture
    assert count_links(picture) == 1
    assert count_links(comment_html("https://a.example [b](http://b.example) c")) == 2
    assert count_links(comment_html("https://a.example " * 200)) == 0


def test_deep_nesting_is_shown_as_typed():
    assert comment_html(">" * 10_000 + " deep").count("<blockquote") == 0
    assert "deep" in comment_html("> - " * 500 + "deep")
    assert html_to_comment_html("<blockquote>" * 900 + "deep") == '<p dir="auto">deep</p>'


def test_imported_html():
    assert html_to_comment_html("a\nb\n\n<b>c</b> <i>d</i>") == "<p>a<br>\nb</p><p><strong>c</strong> <em>d</em></p>"
    assert html_to_comment_html("<div>a</div><h3>b</h3>") == "<p>a</p><p>b</p>"
    assert plain(html_to_comment_html("<p>x<img src='https://a.example/i.png'></p>")) == "xhttps://a.example/i.png"
    assert html_to_comment_html("<script>x</script>") == ""


def test_stories():
    html = story_html(
        "# A\n\n##### B\n\n|a|\n|-|\n|1|\n\n![x](/i.png) ![y](http://a.example/i.png) [z](/more)", "markdown"
    )
    assert "<h2>A</h2>" in html
    assert "<h4>B</h4>" in html
    assert "<td>1</td>" in html
    assert '<table tabindex="0">' in html, "a wide one scrolls, by keys too"
    assert html.count("<img") == 1
    assert 'src="/i.png" alt="x" loading="lazy"' in html
    assert '<a href="/more" rel="noopener">z</a>' in html
    figure = story_html(
        '<figure><img src="https://a.example/i.png" onerror="x()"><figcaption>c</figcaption></figure>', "html"
    )
    assert figure == '<figure><img src="https://a.example/i.png" loading="lazy"><figcaption>c</figcaption></figure>'
    assert story_html("a < b\n\nc", "text") == "<p>a &lt; b</p>\n<p>c</p>"
    assert "<img" not in story_html("<img src=//evil.example/x><img src='/\\evil.example'><img src=data:x>", "html")


def test_plain_gives_text():
    assert plain("<p>a &amp; b<br>c</p><ul><li>d</li></ul><script>x</script>") == "a & b\nc\nd"
    assert plain("<p>&lt;b&gt;</p>") == "<b>"


@pytest.mark.parametrize(
    "lang",
    ["ar", "he-IL", "fa", "ur", "yi", "ps", "ckb", "sd", "ug", "dv", "az-Arab", "FA-af", "ku-Arab-IQ", "en-Hebr"],
)
def test_right_to_left(lang):
    assert direction(lang) == "rtl"


@pytest.mark.parametrize("lang", ["en", "de-CH", None, "", "ar-Latn", "ru", "arn", "zh-Hant"])
def test_left_to_right(lang):
    assert direction(lang) == "ltr"


def test_slugs():
    assert slug("L’été d'Øresund: Straße & Co") == "lete-doresund-strasse-co"
    assert slug("שלום עולם, מה נשמע?") == "שלום-עולם-מה-נשמע"
    assert slug("हिन्दी में") == "हिन्दी-में"
    assert slug("?!… 🙂") == "story"
    assert slug("word " * 30) == "-".join(["word"] * 12)


@given(st.text(max_size=200))
def test_a_slug_is_fit_and_stable(title):
    made = slug(title)
    assert 1 <= len(made) <= 60
    assert not re.search(r"[\s/?#%&<>\"'\\.]", made)
    assert slug(made) == made


CASED = [("EN", "en"), ("zh-hant-tw", "zh-Hant-TW"), ("de-1996", "de-1996"), (" pt-br ", "pt-BR"), ("es-419", "es-419")]


@pytest.mark.parametrize(("given_tag", "kept"), [*CASED, ("en-x-house", "en-x-house"), (None, None), ("", None)])
def test_language_tags(given_tag, kept):
    assert lang_tag(given_tag) == kept


@pytest.mark.parametrize(
    "bad", ["e", "en_GB", "en-", "-en", "english language", "en--GB", "en-x", "<b>", "אב", "a" * 40]
)
def test_malformed_language_tags(bad):
    with pytest.raises(Invalid) as refused:
        lang_tag(bad)
    assert "lang" in refused.value.fields


def test_long_runs_take_no_time():
    runs = (
        " ",
        "\t",
        "\n",
        " \n",
        "<img src=http://a",
        "<p>",
        "<p> ",
        "<b ",
        "\u0301",
        "\u0316\u0301",
        "<div ",
        "</",
        "<a href=",
    )
    start = time.thread_time()
    for run in runs:
        text = "a" + run * (20_000 // len(run)) + "b"
        html_to_comment_html(text)
        comment_html(text)
        plain(text)
        slug(text)
        assert clean(text, 30_000)
    assert time.thread_time() - start < 5
