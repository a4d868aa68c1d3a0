"""A reader reads: threads, orders, pages, folds, permalinks, feeds."""

import datetime as dt
import xml.etree.ElementTree as ET

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser

from belowline.model.story import Story
from paper import Paper
from post_office import wait_for


def ids(html: str) -> list[int]:
    return [int(one.attributes["id"][1:]) for one in LexborHTMLParser(html).css("article.comment")]


def test_the_story_page_shows_all_of_a_story(paper: Paper) -> None:
    before = paper.add_story(title="The story before", published_at="2020-01-01T08:00:00Z")
    story = paper.add_story(
        title="A bridge for swans",
        deck="It took nine years & one petition",
        body="First paragraph.\n\n> A quote\n\n## A heading\n\n<script>alert(1)</script>\n\nLast *paragraph*.",
        picture_url="/static/demo/none.svg",
        picture_alt="Swans",
        picture_caption="The bridge at dawn",
        picture_credit="Photo: O. Lind",
        author_name="Olga Lind",
        author_about="Olga Lind writes about rivers.",
        published_at="2020-01-02T08:00:00Z",
        lang="en",
    )
    after = paper.add_story(title="The story after", published_at="2020-01-03T08:00:00Z")
    page = LexborHTMLParser(paper.page(f"/stories/{story.slug}"))
    text = page.body.text()
    for words in ("A bridge for swans", "It took nine years & one petition", "The bridge at dawn", "Photo: O. Lind",
                  "Olga Lind writes about rivers.", "Last paragraph."):  # fmt: skip
        assert words in text
    assert page.css_first("h1").text() == "A bridge for swans"
    assert page.css_first("img").attributes["alt"] == "Swans"
    assert page.css_first(f"a[href='/stories/{before.slug}']") is not None
    assert page.css_first(f"a[href='/stories/{after.slug}']") is not None
    assert page.css_first("script:not([src]):not([type='application/ld+json'])") is None
    ld = msgspec.json.decode(page.css_first("script[type='application/ld+json']").text())
    assert ld["@type"] == "DiscussionForumPosting"
    assert ld["headline"] == "A bridge for swans"


def test_orders(own_paper: Paper) -> None:
    story = own_paper.add_story()
    first = own_paper.post(story, "first")
    second = own_paper.post(story, "second")
    third = own_paper.post(story, "third")
    own_paper.post(story, "a reply", parent=second)
    path = f"/stories/{story.slug}?v=1&order="
    tops = {first, second, third}
    orders = {
        order: [i for i in ids(own_paper.page(path + order)) if i in tops]
        for order in ("newest", "oldest", "discussed")
    }
    assert orders == {
        "newest": [third, second, first],
        "oldest": [first, second, third],
        "discussed": [second, third, first],
    }


@pytest.fixture(scope="module")
def long_story(paper: Paper) -> tuple[Story, list[int]]:
    story = paper.add_story(title="A long discussion")
    return story, [paper.post(story, f"thought {n}") for n in range(120)]


@pytest.mark.parametrize("order", ["newest", "oldest", "discussed"])
def test_fifty_threads_a_page_and_every_thread_once(
    paper: Paper, long_story: tuple[Story, list[int]], order: str
) -> None:
    story, posted = long_story
    seen: list[list[int]] = []
    path = f"/stories/{story.slug}?order={order}&v=1"
    while path:
        html = paper.page(path)
        seen.append(ids(html))
        more = LexborHTMLParser(html).css_first("a[rel=next]")
        path = more.attributes["href"] if more else ""
    assert [len(page) for page in seen] == [50, 50, 20]
    flat = [one for page in seen for one in page]
    assert flat == (posted if order == "oldest" else posted[::-1])


def test_a_page_does_not_move_when_others_post(paper: Paper) -> None:
    story = paper.add_story()
    for n in range(60):
        paper.post(story, f"thought {n}")
    first = paper.page(f"/stories/{story.slug}")
    second = LexborHTMLParser(first).css_first("a[rel=next]").attributes["href"]
    before = ids(paper.page(second))
    for n in range(5):
        paper.post(story, f"late thought {n}")
    assert ids(paper.page(second)) == before


def test_long_chains_fold_and_every_comment_is_reached_by_links(paper: Paper) -> None:
    story = paper.add_story()
    chain = [paper.post(story, "level 0")]
    for n in range(1, 40):
        chain.append(paper.post(story, f"level {n}", parent=chain[-1]))
    page = LexborHTMLParser(paper.page(f"/stories/{story.slug}"))
    fold = page.css_first(".fold a")
    shown = ids(page.html)
    assert f"{40 - len(shown)} more replies" in fold.text()
    reached, waiting = set(shown), [fold.attributes["href"]]
    while waiting:
        html = paper.page(waiting.pop())
        found = set(ids(html))
        waiting += [a.attributes["href"] for a in LexborHTMLParser(html).css(".fold a, a[rel=next]") if found - reached]
        reached |= found
    assert reached == set(chain)


def test_wide_threads_fold_and_page(paper: Paper) -> None:
    story = paper.add_story()
    top = paper.post(story, "What do you all think?")
    answers = [paper.post(story, f"answer {n}", parent=top) for n in range(130)]
    page = LexborHTMLParser(paper.page(f"/stories/{story.slug}"))
    fold = page.css_first(".fold a")
    shown = len(ids(page.html)) - 1
    assert f"{130 - shown} more replies" in fold.text()
    path, seen = fold.attributes["href"], []
    while path:
        html = paper.page(path)
        seen += [one for one in ids(html) if one != top]
        more = LexborHTMLParser(html).css_first("a[rel=next]")
        path = more.attributes["href"] if more else ""
    assert seen == answers


def test_a_permalink_opens_deep_with_its_ancestors(paper: Paper) -> None:
    story = paper.add_story()
    chain = [paper.post(story, "level 0")]
    for n in range(1, 30):
        chain.append(paper.post(story, f"level {n}", f"Writer {n}", parent=chain[-1]))
    page = LexborHTMLParser(paper.page(f"/comments/{chain[25]}"))
    found = ids(page.html)
    assert found == chain[5:30]  # twenty ancestors, itself, what follows
    assert page.css_first(f"#c{chain[25]}").attributes["class"].split().count("focus") == 1
    assert page.css_first(f"a[href='/comments/{chain[5]}']") is not None
    assert page.css_first(f"#c{chain[5]} .u-in-reply-to").text() == "Writer 4"  # not on the page, and not lost
    gone = {"state": "removed"}
    assert paper.client.put(f"/api/v1/comments/{chain[4]}/state", json=gone, headers=paper.operator).status_code == 200
    page = LexborHTMLParser(paper.page(f"/comments/{chain[25]}"))
    assert page.css_first(f"#c{chain[5]} .u-in-reply-to").text() == "a comment that is gone"
    assert "name lost" not in page.html


def test_closing_by_age(own_paper: Paper) -> None:
    story = own_paper.add_story(close_after_days=7)
    own_paper.post(story, "In time")
    assert "<form" in own_paper.page(f"/stories/{story.slug}")
    own_paper.clock.ahead = dt.timedelta(days=8)
    path = f"/stories/{story.slug}"
    wait_for(lambda: "<form" not in own_paper.client.get(path).text)  # the rebuilder looks at the clock twice a second
    page = own_paper.client.get(path).text
    assert "closed 7 days after" in page
    assert "In time" in page
    assert own_paper.send(story, "Too late").status_code == 409
    reopened = own_paper.client.put(
        f"/api/v1/stories/{story.slug}/closing", json={"closing": "open"}, headers=own_paper.operator
    )
    assert reopened.json()["open"] is True
    assert "<form" in own_paper.page(f"/stories/{story.slug}")
    own_paper.post(story, "Open again")


def test_feeds_are_well_formed_and_current(paper: Paper) -> None:
    story = paper.add_story(title="News & <more>")
    paper.post(story, "In the *feed* & well", name="Zoë <b>")
    ns = {"a": "http://www.w3.org/2005/Atom"}
    feed = ET.fromstring(paper.page(f"/stories/{story.slug}/feed.atom"))
    (entry,) = feed.findall("a:entry", ns)
    assert entry.findtext("a:author/a:name", None, ns) == "Zoë <b>"
    assert "<em>feed</em>" in (entry.findtext("a:content", None, ns) or "")
    site = ET.fromstring(paper.page("/feed.atom"))
    for one, page in ((feed, f"{paper.base}/stories/{story.slug}"), (site, paper.base)):
        link = one.find("a:link[@rel='alternate']", ns)
        assert link is not None
        assert link.get("href") == page
    assert "News & <more>" in [one.text for one in site.findall("a:entry/a:title", ns)]
    silent = paper.add_story()
    empty = ET.fromstring(paper.page(f"/stories/{silent.slug}/feed.atom"))
    assert (empty.findtext("a:updated", None, ns) or "")[:10] == f"{silent.published_at:%Y-%m-%d}"


def test_the_front_page_lists_stories_with_counts(own_paper: Paper) -> None:
    for n in range(25):
        own_paper.add_story(title=f"Number {n}")
    story = own_paper.add_story(title="The newest")
    own_paper.post(story, "one")
    own_paper.post(story, "two")
    page = LexborHTMLParser(own_paper.client.get("/").text)
    assert "The newest" in page.body.text()
    assert "2 comments" in page.body.text()
    more = page.css_first("a[rel=next]")
    second = LexborHTMLParser(own_paper.client.get(more.attributes["href"]).text)
    assert "Number 0" in second.body.text()
    assert "The newest" not in second.body.text()


def test_counts_for_many_stories_in_one_request(paper: Paper) -> None:
    stories = [paper.add_story(key=f"count me {n}/ü") for n in range(3)]
    paper.post(stories[1], "one")
    answer = paper.client.get("/api/v1/counts", params={"story": [s.key for s in stories] + ["unknown"]})
    assert answer.json()["counts"] == {stories[0].key: 0, stories[1].key: 1, stories[2].key: 0, "unknown": 0}
    paper.post(stories[1], "two")
    again = paper.client.get("/api/v1/counts", params={"story": [stories[1].key], "v": "1"})
    assert again.json()["counts"] == {stories[1].key: 2}
    assert paper.client.get("/api/v1/counts", params={"story": ["x"] * 101}).status_code == 422


def test_a_comment_alone_on_a_form_does_not_call_the_name_above_lost(paper: Paper) -> None:
    story = paper.add_story()
    answer = paper.post(story, "An answer.", parent=paper.post(story, "A thought.", "Ada"))
    for form in ("reply", "report"):
        assert "name lost" not in paper.client.get(f"/comments/{answer}/{form}").text


def test_the_front_page_counts_what_there_is(paper: Paper) -> None:
    title = "Nobody has answered this one"
    story = paper.add_story(title=title, deck=title)
    page = paper.page("/")
    assert ">0 comments<" not in page
    assert page.count(title) == 1, "a deck that only says the title again"
    assert ">0 comments<" not in paper.page(f"/stories/{story.slug}")
    assert "·\n<a" in page, "there is a space before the link"
