"""The story on an HTML page, and the furniture around it. Called after the comments have left the tree."""

import datetime as dt
import re
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from belowline.errors import Invalid
from belowline.transfer import page_words as words
from belowline.transfer.records import Note, StoryRecord

_BODY = (
    "[itemprop~=articleBody]", ".entry-content", ".td-post-content", ".post-content", ".article-body", ".article-content",  # noqa: E501
    ".entry-body", ".asset-body", ".story-body", ".e-content", "article", "main",
)  # fmt: skip
_PAGED = (
    ".comment-navigation, .comments-pagination, .comments-nav, #comment-nav-above, #comment-nav-below, "
    ".wp-block-comments-pagination, .comment-pagination"
)
_JUNK = (
    "script, style, noscript, template, iframe, object, svg, form, button, nav, aside, .sharedaddy, .share, .social-share, "  # noqa: E501
    ".addtoany_share_save_container, .post-navigation, .related-posts, #jp-relatedposts, #comments, .comments-area, section.comments, #respond, "  # noqa: E501
    ".comment-respond, #wm-ipp-base, #wm-ipp, #disqus_thread, .fb-comments, #fb-root, .fb_iframe_widget, .advertisement"
)
_FURNITURE = (
    (".sharedaddy, .share, .social-share, .addtoany_share_save_container", "Share buttons", "They are page furniture, not content."),  # noqa: E501
    (".fb-comments, #fb-root, .fb_iframe_widget", "A Facebook comments box", "It fills itself from elsewhere; what it showed is not in the saved page."),  # noqa: E501
    ("#disqus_thread", "A Disqus box", "It fills itself from elsewhere; what it showed is only here if the saved page holds it."),  # noqa: E501
    ("#respond, .comment-respond, #commentform", "A comment form", "It is page furniture, not content."),
    ("#wm-ipp-base, #wm-ipp", "A web archive's toolbar", "It is not part of the page."),
    (_PAGED, "Links to older or newer comments", "Only the comments on this page are in the file; import the other pages too."),  # noqa: E501
)  # fmt: skip


def moment(node: LexborNode) -> words.When | None:
    given = node.attributes
    stamp = given.get("data-utime") or ""
    if stamp.isdigit() and len(stamp) < 11:
        return words.When(dt.datetime.fromtimestamp(int(stamp), dt.UTC), True)
    marks = (given.get("datetime"), given.get("content"), given.get("title"), node.text()[:400])
    return next((date for mark in marks if mark and (date := words.when(mark))), None)


def drop(tree: LexborHTMLParser, selector: str) -> None:
    """Takes every match out of the tree; inner ones first, for an element goes with all that stands in it."""
    for node in reversed({node.mem_id: node for node in tree.css(selector)}.values()):
        node.decompose()


def furniture(tree: LexborHTMLParser) -> list[Note]:
    return [
        Note(what=what + ".", why=why) for selector, what, why in _FURNITURE if tree.css_first(selector) is not None
    ]


def story(tree: LexborHTMLParser, linked: StoryRecord | None, notes: list[Note], name: str) -> StoryRecord:
    """What the markup shows; JSON-LD and meta elements where it does not. Raises Invalid where there is no story."""
    closed = _closed(tree, notes)
    drop(tree, _PAGED)
    facts = _facts(tree)
    _picture(tree, facts)
    if any(form.css_first("h1, article, main") for form in tree.css("form")):  # some systems put a whole page into one
        tree.unwrap_tags(["form"])
    drop(tree, _JUNK)
    body = _body(tree)
    date = next((stamp for css in ("[property='article:published_time']", ".entry-date", "time[datetime]", ".published, .dt-published")  # noqa: E501
                 if (mark := tree.css_first(css)) is not None and (stamp := moment(mark))), None)  # fmt: skip
    found = StoryRecord(
        source_id="", body=body, body_format="html", closed=closed, published_at=date.at if date else None,
        where="page", **{key: value for key, value in facts.items() if value},
    )  # fmt: skip
    if linked is not None:
        gaps = {
            key: getattr(linked, key)
            for key in linked.__struct_fields__
            if not getattr(found, key) and getattr(linked, key)
        }
        gaps |= {"body_format": linked.body_format} if "body" in gaps else {}
        found = msgspec.structs.replace(found, **gaps)
    words_of = " ".join(re.sub(r"<[^>]*>", " ", found.body).split())
    if not words_of and not found.title:
        raise Invalid(f"No story was found on {name}: it has no headline and no text beside its comments.")
    if date and not date.zoned:
        notes.append(Note(what="The story's date was kept as UTC.", why="The page gives it without a time zone."))
    return words.titled(found, None, words_of, notes)


def _closed(tree: LexborHTMLParser, notes: list[Note]) -> bool:
    for node in tree.css(".nocomments, .no-comments, .comments-closed, p, em, h3"):
        text = " ".join(node.text()[:200].split())
        if words.CLOSED.fullmatch(text):
            notes.append(Note(what=f"“{text}”", why="Page furniture, not content; the discussion is closed."))
            node.decompose()
            return True
    return False


def _first(tree: LexborHTMLParser, *selectors: str) -> str | None:
    """The words (or content, or address for link elements) of the first match, by the order of the selectors."""
    for selector in selectors:
        node = tree.css_first(selector)
        if node is not None:
            text = node.attributes.get("content") or " ".join(node.text().split())
            if text.strip():
                return text.strip()[:2000]
    return None


def _address(tree: LexborHTMLParser, attribute: str, *selectors: str) -> str | None:
    for selector in selectors:
        node = tree.css_first(selector)
        value = (node.attributes.get(attribute) or "") if node is not None else ""
        value = re.sub(r"^https?://web\.archive\.org/web/\d+[a-z_]*/", "", value.strip())
        if value.startswith(("http://", "https://")):
            return value
    return None


def _facts(tree: LexborHTMLParser) -> dict[str, Any]:
    before, after = (
        ".nav-previous a, .td-post-prev-post a, a[rel~=prev]",
        ".nav-next a, .td-post-next-post a, a[rel~=next]",
    )
    title = _first(tree, "h1.entry-title", "[itemprop~=headline]", "article h1, h1.p-name, .hentry .entry-title", "h1",
                   "[property='og:title']", "title")  # fmt: skip
    root = tree.css_first("html")
    return {
        "title": title,
        "url": _address(tree, "href", "link[rel=canonical]") or _address(tree, "content", "[property='og:url']"),
        "deck": _first(tree, ".entry-subtitle, .subtitle, .deck, .standfirst, .td-post-sub-title, [itemprop~=alternativeHeadline]"),  # noqa: E501
        "author_name": _first(tree, ".byline .fn, .author .fn", "a[rel~=author]", "[itemprop~=author] [itemprop~=name]",
                              ".p-author", ".author-name", ".wp-block-post-author__name", "meta[name=author]"),
        "author_about": _first(tree, ".author-bio, .author-description, .td-author-description, .author-info p, .author-box p, .p-note, .wp-block-post-author__bio"),  # noqa: E501
        "lang": root.attributes.get("lang") if root is not None else None,
        "previous_title": _name(_first(tree, before) or _of(tree, "link[rel=prev]")),
        "previous_url": _address(tree, "href", before, "link[rel=prev]"),
        "next_title": _name(_first(tree, after) or _of(tree, "link[rel=next]")),
        "next_url": _address(tree, "href", after, "link[rel=next]"),
    }  # fmt: skip


def _of(tree: LexborHTMLParser, selector: str) -> str | None:
    node = tree.css_first(selector)
    return node.attributes.get("title") if node is not None else None


def _name(title: str | None) -> str | None:
    """The neighbour's title without arrows and "Previous post:"."""
    return (
        re.sub(r"^[←«‹\s]*((previous|next)( (post|article|story))?\s*:\s*)?|[→»›\s]*$", "", title, flags=re.IGNORECASE)
        if title
        else None
    )


def _picture(tree: LexborHTMLParser, facts: dict[str, Any]) -> None:
    """The first figure with a picture, which leaves the body; else the page's og:image."""
    figure = next(
        (node for node in tree.css("figure, .wp-caption, .post-thumbnail") if node.css_first("img") is not None), None
    )
    facts["picture_url"] = _address(tree, "content", "[property='og:image']")
    if figure is None or (image := figure.css_first("img")) is None:
        return
    source = re.sub(r"^https?://web\.archive\.org/web/\d+[a-z_]*/", "", image.attributes.get("src") or "")
    facts["picture_url"] = source if source.startswith(("http://", "https://")) else facts["picture_url"]
    facts["picture_alt"] = image.attributes.get("alt")
    credit = figure.css_first(".credit, .photo-credit, .wp-credit, [itemprop~=copyrightHolder]")
    if credit is not None:
        facts["picture_credit"] = re.sub(
            r"^(photo|image|picture)?\s*(credit|by)?\s*:\s*", "", " ".join(credit.text().split()), flags=re.IGNORECASE
        )
        credit.decompose()
    caption = figure.css_first("figcaption, .wp-caption-text")
    facts["picture_caption"] = " ".join(caption.text().split()) if caption is not None else None
    figure.decompose()


def _body(tree: LexborHTMLParser) -> str:
    for selector in _BODY:
        node = tree.css_first(selector)
        if node is None or not node.text().strip():
            continue
        if selector in {"article", "main"}:
            for head in node.css("header, footer, h1, .entry-meta, .author-box, .author-bio"):
                head.decompose()
        return (node.inner_html or "").strip()
    return ""
