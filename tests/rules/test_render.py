"""What readers get: every page from invented views."""

import datetime as dt
import re
from typing import Any

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser

from belowline.model.site import Policy, Site
from belowline.snapshots.render import Renderer
from belowline.snapshots.views import CommentView, DiscussionView, FeedEntry, FormView, Link, StoryView

ORIGIN = "https://talk.example"
NOON = dt.datetime(2026, 11, 12, 14, 5, 33, tzinfo=dt.UTC)
SITE = Site(1, "harbour", "The Harbour Gazette", "en", (), Policy())


@pytest.fixture(scope="module")
def render() -> Renderer:
    return Renderer(ORIGIN)


def story(**changes: Any) -> StoryView:
    plain = StoryView(
        id=1,
        slug="tram",
        key="tram",
        site_key="harbour",
        site_name="The Harbour Gazette",
        url="/stories/tram",
        canonical="https://harbour.example/tram",
        title="The night <tram>",
        deck="It is back.",
        body_html="<p>Body.</p>",
        picture_url="/static/demo/tram.svg",
        picture_alt="A tram",
        picture_caption="First car",
        picture_credit="Photo: M. O.",
        author_name="Jonas Feld",
        author_about="Writes about streets.",
        lang="en",
        dir="ltr",
        published_at=NOON,
        previous=Link("Ferry steps", "/stories/ferry"),
        next=Link("The market", None),
        comment_count=3,
        closed=None,
        closed_after_days=None,
    )
    return msgspec.structs.replace(plain, **changes)


def comment(number: int, **changes: Any) -> CommentView:
    plain = CommentView(
        id=number,
        author="Anna",
        html=f"<p>Words {number}</p>",
        text=f"Words {number}",
        state="published",
        created_at=NOON,
        date_lost=False,
        edited=False,
        lang=None,
        orphan=False,
        parent_id=None,
        parent_author=None,
        level=0,
        reply_count=0,
        replies=[],
    )
    return msgspec.structs.replace(plain, **changes)


def reply(number: int, to: CommentView, **changes: Any) -> CommentView:
    gone = to.state in ("deleted", "removed")
    made = comment(number, parent_id=to.id, parent_author=to.author, parent_gone=gone, **changes)
    to.replies.append(made)
    return made


def view(*threads: CommentView, **changes: Any) -> DiscussionView:
    plain = DiscussionView(story(), "newest", list(threads), None, True, None, [], False)
    return msgspec.structs.replace(plain, **changes)


def parsed(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def test_a_story_page_shows_all_of_the_story(render: Renderer) -> None:
    tree = parsed(render.discussion_page(SITE, view(comment(1))))
    assert texts(tree, "h1") == ["The night <tram>"]
    assert texts(tree, ".deck, .about, figcaption span, figcaption small, .byline .p-author") == [
        "It is back.", "Jonas Feld", "First car", "Photo: M. O.", "Writes about streets.",
    ]  # fmt: skip
    assert tree.css_first("figure img").attributes["alt"] == "A tram"
    assert tree.css_first("a[rel=prev]").attributes["href"] == "/stories/ferry"
    assert texts(tree, ".next b") == ["The market"]
    assert texts(tree, "#discussion-title") == ["3 comments"]
    assert tree.css_first("link[rel=canonical]").attributes["href"] == "https://harbour.example/tram"
    assert tree.css_first("link[type='application/atom+xml']").attributes["href"] == "/stories/tram/feed.atom"


def test_nothing_inline_that_the_content_security_policy_would_refuse(render: Renderer) -> None:
    tree = parsed(render.discussion_page(SITE, view(comment(1))))
    assert tree.css("style, [style], [onclick], [onload], base") == []
    for script in tree.css("script"):
        assert script.attributes.get("type") == "application/ld+json" or script.attributes.get("src")


def test_what_was_lost_is_said_in_words(render: Renderer) -> None:
    nameless = comment(1, author=None, date_lost=True)
    reply(2, nameless)
    tree = parsed(render.discussion_page(SITE, view(nameless, comment(3, orphan=True, edited=True))))
    assert texts(tree, "#c1 header") == ["name lost date lost"]
    assert tree.css_first("#c1 time") is None
    assert texts(tree, "#c2 .to") == ["in reply to name lost"]
    assert texts(tree, "#c3 .to, #c3 .mark") == ["replies to a comment that is not here", "edited"]


def test_tombstones_keep_their_replies_and_take_none(render: Renderer) -> None:
    deleted, removed = comment(1, state="deleted", html=""), comment(2, state="removed", html="")
    reply(3, deleted)
    tree = parsed(render.discussion_page(SITE, view(deleted, removed)))
    assert texts(tree, "#c1 i, #c2 i") == ["deleted by its writer", "removed by a moderator"]
    assert tree.css("#c1 a.reply, #c2 a.reply") == []
    assert texts(tree, "#c3 .to") == ["in reply to a comment that is gone"]


def test_deep_chains_stop_nesting_but_name_whom_they_answer(render: Renderer) -> None:
    top = last = comment(1, author="A1")
    for number in range(2, 200):
        last = reply(number, last, author=f"A{number}")
    tree = parsed(render.discussion_page(SITE, view(top)))
    assert len(tree.css("article.comment")) == 199
    assert tree.css("ol.replies ol.replies ol.replies ol.replies")
    assert not tree.css("ol.replies ol.replies ol.replies ol.replies ol.replies")
    assert texts(tree, "#c199 .to") == ["in reply to A198"]
    assert tree.css_first("#c199 .to a").attributes["href"] == "#c198"


@pytest.mark.parametrize(("more", "words"), [(1, "1 more reply"), (12, "12 more replies")])
def test_folded_replies_are_a_plain_link(render: Renderer, more: int, words: str) -> None:
    tree = parsed(render.discussion_page(SITE, view(comment(7, more=more))))
    assert texts(tree, ".fold a") == [words]
    assert tree.css_first(".fold a").attributes["href"] == "/comments/7"


@pytest.mark.parametrize(
    ("closed", "days", "words"),
    [
        ("hand", None, "This discussion is closed. It stays here to be read."),
        ("age", 14, "This discussion closed 14 days after the story appeared. It stays here to be read."),
        ("age", 1, "This discussion closed 1 day after the story appeared. It stays here to be read."),
    ],
)
def test_a_closed_discussion_says_so(render: Renderer, closed: str, days: int | None, words: str) -> None:
    shut = view(comment(1), story=story(closed=closed, closed_after_days=days))
    tree = parsed(render.discussion_page(SITE, shut))
    assert texts(tree, ".closed") == [words]
    assert tree.css("form, a.reply") == []


def test_an_empty_discussion_invites(render: Renderer) -> None:
    tree = parsed(render.discussion_page(SITE, view(story=story(comment_count=0))))
    assert texts(tree, ".empty") == ["Nobody has written here yet. What do you think?"]
    assert tree.css_first("form.write").attributes["action"] == "/stories/tram/comments"
    assert tree.css_first("input[name=key]").attributes["value"] == "shared"


def test_orders_and_the_next_page_are_links(render: Renderer) -> None:
    html = render.discussion_page(SITE, view(comment(1), order="oldest", next_url="/stories/tram?order=oldest&after=1"))
    tree = parsed(html)
    assert texts(tree, "[aria-current]") == ["Oldest"]
    assert [a.attributes["href"] for a in tree.css(".orders a")] == [
        "/stories/tram#discussion",
        *(f"/stories/tram?order={order}#discussion" for order in ("oldest", "discussed", "best")),
    ]
    assert tree.css_first("a[rel=next]").attributes["href"] == "/stories/tram?order=oldest&after=1"


@pytest.mark.parametrize("first", [True, False])
def test_a_permalink_shows_what_led_there(render: Renderer, first: bool) -> None:
    top = comment(1)
    middle = reply(2, top, author="Bo")
    below = reply(3, middle)
    page = view(below, first=first, focus=middle, ancestors=[top], ancestors_more=True)
    tree = parsed(render.discussion_page(SITE, page))
    assert [a.attributes["id"] for a in tree.css("article")] == ["c1", "c2", "c3"]
    assert tree.css_first("#c2").attributes["class"] == "comment h-entry focus"
    assert tree.css_first("h1 a").attributes["href"] == "/stories/tram"
    assert tree.css_first("link[rel=canonical]").attributes["href"] == f"{ORIGIN}/comments/2"
    assert texts(tree, "#discussion-title") == ["One comment"]
    assert tree.css("template")
    assert tree.css("section > form") == []
    assert not tree.css(".story .body")
    assert texts(tree, "ol.ancestors #c1 .p-author") == ["Anna"]


def test_the_embed_gets_the_same_comments_with_absolute_addresses(render: Renderer) -> None:
    top = comment(1, more=2)
    reply(2, top)
    html = render.discussion_fragment(SITE, view(top, next_url="/stories/tram?after=1"))
    tree = parsed(html)
    addresses = [node.attributes.get("href") or node.attributes.get("action") for node in tree.css("a, form")]
    assert addresses
    assert all(str(address).startswith(f"{ORIGIN}/") for address in addresses)
    assert tree.css("script, style, link, h1") == []
    assert tree.css_first("[part=discussion]") is not None
    assert len(tree.css("article[part=comment]")) == 2


def test_json_ld_is_nested_and_cannot_end_its_element(render: Renderer) -> None:
    top = comment(1, text="</script><script>alert(1)</script>", author="<!--")
    reply(2, top, author=None, date_lost=True)
    reply(3, top, state="deleted", html="", text="")
    html = render.discussion_page(SITE, view(top))
    data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert len(data) == 1
    ld = msgspec.json.decode(data[0])
    assert ld["@type"] == "DiscussionForumPosting"
    assert ld["headline"] == "The night <tram>"
    (first,) = ld["comment"]
    assert first["text"] == "</script><script>alert(1)</script>"
    assert first["author"]["name"] == "<!--"
    assert first["datePublished"] == "2026-11-12"
    assert first["comment"] == [
        {"@type": "Comment", "text": "Words 2"},
        {"@type": "Comment", "creativeWorkStatus": "Deleted", "datePublished": "2026-11-12"},
    ]


def test_everything_that_is_not_sanitised_html_is_escaped(render: Renderer) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    hostile = comment(1, author=evil, lang=evil, parent_id=9, parent_author=evil)
    tale = story(
        title=evil, deck=evil, author_name=evil, author_about=evil, picture_caption=evil, picture_credit=evil,
        picture_alt=evil, previous=Link(evil, "/x"), slug="tram",
    )  # fmt: skip
    form = FormView(tale, "/stories/tram/comments", evil, hostile, evil, evil, evil, {"": evil, "name": evil})
    held = ([evil], True, NOON)
    pages = [
        render.discussion_page(SITE, view(hostile, story=tale)),
        render.discussion_page(SITE, view(hostile, story=tale, first=False)),
        render.discussion_page(SITE, view(focus=hostile, story=tale, first=False)),
        render.discussion_fragment(SITE, view(hostile, story=tale)),
        render.comment_item(hostile, is_open=True),
        render.front(SITE, [tale], None),
        render.form_page(SITE, form),
        render.own_comment_page(SITE, tale, msgspec.structs.replace(hostile, state="held"), *held),
        render.problem_page(404, evil, evil),
        render.api_page({"info": {"title": evil, "version": evil}, "paths": {evil: {"get": {"summary": evil}}}}),
    ]
    for page in pages:
        assert "<img src=x" not in page
        assert not parsed(page).css("[onerror]")


def test_a_form_page_keeps_what_was_typed_and_says_what_is_wrong(render: Renderer) -> None:
    form = FormView(
        story(), "/stories/tram/comments", "k-1", comment(4), "Zoë", "\nfirst line", "ar",
        {"text": "Please write something."}, "<p>first line</p>",
    )  # fmt: skip
    tree = parsed(render.form_page(SITE, form))
    assert tree.css_first("textarea").text() == "\nfirst line"
    assert tree.css_first("input[name=name]").attributes["value"] == "Zoë"
    assert tree.css_first("option[selected]").attributes["value"] == "ar"
    assert tree.css_first("input[name=key]").attributes["value"] == "k-1"
    assert tree.css_first("input[name=parent]").attributes["value"] == "4"
    assert tree.css_first("textarea").attributes["aria-describedby"] == "error-text"
    assert texts(tree, "#error-text, .preview .e-content") == ["first line", "Please write something."]
    assert texts(tree, "article#c4 .p-author") == ["Anna"]


def test_editing_asks_for_no_name(render: Renderer) -> None:
    tree = parsed(render.form_page(SITE, FormView(story(), "/comments/5/edit", "k", None, text="old", editing=5)))
    assert tree.css("input[name=name], input[name=parent]") == []
    assert texts(tree, "h1, button[value=send]") == ["Edit your comment", "Save"]


def test_the_writers_own_page(render: Renderer) -> None:
    held = comment(5, state="held")
    tree = parsed(render.own_comment_page(SITE, story(), held, ["It has many links."], True, NOON))
    assert texts(tree, "h1, .note p") == [
        "Your comment is waiting for a moderator",
        "It has many links.",
        "A moderator will read it before others can. You need not send it again.",
    ]
    assert tree.css_first("a.button").attributes["href"] == "/comments/5/edit"
    assert tree.css_first("form").attributes["action"] == "/comments/5/delete"
    late = parsed(render.own_comment_page(SITE, story(), comment(5), [], False, None))
    assert texts(late, "h1") == ["Your comment is published"]
    assert late.css("form, a.button") == []


def test_comments_mark_their_language_and_direction(render: Renderer) -> None:
    tree = parsed(render.comment_item(comment(1, lang="ar"), is_open=True))
    content = tree.css_first(".e-content")
    assert (content.attributes["lang"], content.attributes["dir"]) == ("ar", "auto")
    assert tree.css_first("time").attributes["datetime"] == "2026-11-12T14:05Z"
    assert texts(tree, "time") == ["12 Nov 2026, 14:05"]
    arabic = parsed(render.discussion_page(SITE, view(story=story(lang="ar", dir="rtl"))))
    assert arabic.css_first("html").attributes["dir"] == "rtl"
    assert arabic.css_first("article.story").attributes["lang"] == "ar"


def test_the_front_page_lists_stories(render: Renderer) -> None:
    tree = parsed(render.front(SITE, [story(), story(comment_count=1, picture_url=None)], "/?after=2"))
    assert texts(tree, "h2") == ["The night <tram>"] * 2
    assert texts(tree, ".byline a") == ["3 comments", "1 comment"]
    assert len(tree.css("img")) == 1
    assert tree.css_first("a[rel=next]").attributes["href"] == "/?after=2"


def test_a_feed_is_well_formed_whatever_it_carries(render: Renderer) -> None:
    entry = FeedEntry("urn:x:1", "A & B\x01\ud800", f"{ORIGIN}/comments/1", None, "<p>x & y</p>", NOON, NOON)
    feed = render.feed(SITE, "Comments", f"{ORIGIN}/feed.atom", [entry])
    assert "\x01" not in feed
    feed.encode()
    tree = LexborHTMLParser(feed)
    assert "A &amp; B\ufffd\ufffd" in feed
    assert "&lt;p&gt;x &amp; y&lt;/p&gt;" in feed
    assert texts(tree, "author name") == ["name lost"]
    assert feed.count("<updated>2026-11-12T14:05:33Z</updated>") == 2


def test_assets_carry_the_hash_of_their_content(render: Renderer) -> None:
    assert re.fullmatch(r"/static/page\.css\?v=[0-9a-f]{8}", render.asset("page.css"))
    assert render.asset("page.css") != render.asset("page.js")


def test_the_api_page_reads_an_openapi_document(render: Renderer) -> None:
    api = {
        "info": {"title": "Belowline", "version": "1"},
        "paths": {
            "/api/v1/preview": {
                "post": {
                    "summary": "Preview a text",
                    "parameters": [
                        {"name": "site", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
                    ],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Text"}}}},
                    "responses": {"200": {"description": "The HTML"}},
                }
            }
        },
        "components": {
            "schemas": {"Text": {"properties": {"text": {"type": ["string", "null"]}}, "required": ["text"]}}
        },
    }
    tree = parsed(render.api_page(api))
    assert texts(tree, "h2") == ["POST /api/v1/preview", "Text"]
    assert texts(tree, "dd") == ["list of string", "Text", "The HTML", "string | null"]
