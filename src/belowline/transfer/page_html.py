"""A saved page in HTML: WordPress-like themes, microdata, hAtom, rendered widgets; JSON-LD where the markup has less.

Comments first, then everything that is theirs is taken out of the tree, then the story is what is left.
Trees are walked without recursion and each once: a page may be 10,000 elements deep.
"""

import re
from collections.abc import Iterator

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from belowline.errors import Invalid
from belowline.transfer import page_depths, page_ld, page_meta
from belowline.transfer import page_words as words
from belowline.transfer.page_words import Found
from belowline.transfer.records import CommentRecord, Note

# What one comment is, by theme. The family with the most comments is the page's; of equals the earlier.
_FAMILIES = (
    "li.comment, li.pingback, li.trackback",
    "article.comment-body, article.comment, div.comment",
    "[itemprop~=comment], [itemtype$='/Comment'], [itemtype$='/UserComments']",
    "div.comment-body",
    "#comments .hentry, #comments .h-entry, .comments .hentry, .comments .h-entry, .h-cite, .p-comment",
    "li.post, .post-content-comment",
    ".fbFeedbackPost, .UFIComment, .UFICommentContentBlock",
)
_AUTHOR = (
    ".fn, .p-author .p-name, .p-author, [itemprop~=author] [itemprop~=name], [itemprop~=creator] [itemprop~=name]",
    "[itemprop~=author], [itemprop~=creator], .comment-author-name, .comment-author, .UFICommentActorName",
    ".wp-block-comment-author-name, .comment__author, .submitted .username, .comment-header .user, .comment_author",
    ".post-byline .author, .author, .profileName",
    "cite",
)
_DATE = (
    "time[datetime], [itemprop~=datePublished], [itemprop~=commentTime], [itemprop~=dateCreated], .published[title]",
    "[property~='dc:created'][content]",
    "abbr[data-utime], .dt-published, .time-ago[title], .comment-date, .comment-metadata, .commentmetadata",
    "time, .wp-block-comment-date, .comment__time, .datetime, .comment-time, .comment_date",
    ".comment-meta, .published, .date, .comment-header, .comment-footer",
)
_TEXT = (
    ".comment-text .description, .wp-block-comment-content",
    ".field--name-comment-body, .field-name-comment-body .field-item",
    ".comment-content, .comment-text, .comment_text, [itemprop~=commentText], [itemprop~=text]",
    ".comment__content, .comment__text, .comment__body",
    ".e-content, .entry-content, .post-message, .UFICommentBody, .postText, .commentContent",
)
_ANSWERS = (
    ".comment__parent a[href*='#'], .in-reply-to, .u-in-reply-to, [rel~=in-reply-to], a.parent-link, "
    ".comment-reply-to a, .reply-to a"
)
_STRIP = (
    "script, style, noscript, template, iframe, object, svg, button, input, textarea, select, .reply, .comment-reply-link, "  # noqa: E501
    ".comment-edit-link, .comment-awaiting-moderation, .sharedaddy, .comment-respond, #respond, .says, .screen-reader-text"  # noqa: E501
)
_META = {
    "comment-author",
    "comment-meta",
    "comment-metadata",
    "commentmetadata",
    "vcard",
    "reply",
    "avatar",
    "says",
    "p-author",
    "dt-published",
}
_BOXES = {"div", "section", "article", "li", "main", "body", "html"}
_OWN_ID = re.compile(r"(?:^|[-_/=#])(?:c|comment|post|li-comment|div-comment)?[-_]?(\d{1,20})$")
_AWAITING = ".comment-awaiting-moderation"


class _Comment(msgspec.Struct):
    node: LexborNode
    parent: int | None
    """mem_id of the comment it stands in"""
    own_id: str = ""
    answers: str | None = None
    name: str | None = None
    link: str | None = None
    date: words.When | None = None
    edited: words.When | None = None
    content: LexborNode | None = None
    pieces: list[LexborNode] = []
    held: bool = False


def read_page(text: str, name: str) -> Found:
    """Raises Invalid for a page without comments or without a story."""
    tree = LexborHTMLParser(text)
    if tree.root is None:
        raise Invalid(f"{name} holds no HTML.")
    linked = page_ld.find(tree)
    notes = page_meta.furniture(tree)
    found, unzoned = _comments(tree, notes)
    if len(linked.comments) > len(found):
        why = f"The page's own data has {len(linked.comments)} comments, its markup {len(found)}."
        notes.append(Note(what="The comments were read from the page's JSON-LD.", why=why))
        found, unzoned = linked.comments, linked.unzoned
    if not found:
        raise Invalid(f"No comments were found on {name}: nothing in it is marked up as a comment.")
    story = page_meta.story(tree, linked.story, notes, name)
    return Found(story, found, notes + words.losses(found, unzoned))


def _comments(tree: LexborHTMLParser, notes: list[Note]) -> tuple[list[CommentRecord], int]:
    """The records, and how many of their times had no zone. Their elements leave the tree."""
    nodes = max((_family(tree, selector) for selector in _FAMILIES), key=len)
    if not nodes:
        return [], 0
    owners = _owners(tree, nodes)
    _fields(tree, owners)
    comments = {key: owner for key, owner in owners.items() if key == owner.node.mem_id}
    nested = {key for key, comment in comments.items() if comment.parent is not None}
    flat = page_depths.parents([comment.node for comment in comments.values()], nested)
    records = []
    for place, comment in enumerate(comments.values(), 1):
        parent = flat.get(comment.node.mem_id) or comment.parent
        above = comments[parent].own_id or None if parent is not None else None
        if record := _record(comment, comment.answers or above, place):
            records.append(record)
        else:
            notes.append(
                Note(
                    what=f"Comment {comment.own_id}",
                    why="It has no text.",
                    where=f"comment {comment.own_id}",
                    left_out="comment",
                )
            )
    for comment in comments.values():
        if comment.parent is None:
            comment.node.decompose()
    return records, sum(1 for comment in comments.values() if comment.date and not comment.date.zoned)


def _family(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements of one family, lifted to their list item where they are its first: replies stand beside them there."""  # noqa: E501
    seen: set[int] = set()
    nodes = []
    for node in tree.css(selector):
        parent = node.parent
        lifted = parent if node.tag != "li" and parent is not None and parent.tag == "li" else node
        if lifted.mem_id in seen or node.tag in {"body", "html"}:
            continue
        seen |= {lifted.mem_id, node.mem_id}
        nodes.append(lifted)
    return nodes


def _owners(tree: LexborHTMLParser, nodes: list[LexborNode]) -> dict[int, _Comment]:
    """Which comment each node of the page stands in, in one walk; and the loose text of comments without a content box."""  # noqa: E501
    wanted = {node.mem_id for node in nodes}
    holders = _above(nodes)
    owners: dict[int, _Comment] = {}
    done: set[int] = set()
    for node in tree.root.traverse(include_text=True) if tree.root else ():
        parent = node.parent
        key, above = node.mem_id, parent.mem_id if parent is not None else 0
        if key in wanted:
            outer = owners.get(above)
            owners[key] = _Comment(node, outer.node.mem_id if outer else None)
            continue
        if above not in owners:
            continue
        owner = owners[key] = owners[above]
        if above in done or key in holders:
            if above in done:
                done.add(key)
        elif set((node.attributes.get("class") or "").split() if node.tag != "-text" else ()) & _META:
            done.add(key)
        elif node.tag not in _BOXES:
            done.add(key)
            owner.pieces = [*owner.pieces, node] if len(owner.pieces) < 1000 else owner.pieces
    return owners


def _above(nodes: list[LexborNode]) -> set[int]:
    """Every element that has a comment somewhere in it."""
    holders: set[int] = set()
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in holders:
            holders.add(above.mem_id)
            above = above.parent
    return holders


def _fields(tree: LexborHTMLParser, owners: dict[int, _Comment]) -> None:  # noqa: PLR0912
    for number, comment in enumerate((c for key, c in owners.items() if key == c.node.mem_id), 1):
        given = comment.node.attributes
        marks = (given.get("data-comment-id"), given.get("id"), given.get("data-id"))
        comment.own_id = next((m[1] for mark in marks if mark and (m := _OWN_ID.search("-" + mark))), f"n{number}")
        comment.answers = given.get("data-parent") or given.get("data-parent-id") or given.get("data-parentid") or None
        comment.answers = None if comment.answers == "0" else comment.answers
    for owner, node in _owned(
        tree, owners, "[id^=comment-], [id^=div-comment-], a[href*=replytocom], a[href*='#comment-']"
    ):
        mark = node.attributes.get("id") or node.attributes.get("href") or ""
        if owner.own_id.startswith("n") and (match := re.search(r"(?:replytocom=|comment-)(\d{1,20})", mark)):
            owner.own_id = match[1] if "reply to" not in node.text().lower()[:40] else owner.own_id
    for owner, node in _owned(tree, owners, _ANSWERS):
        if owner.answers is None and (
            match := re.search(r"(?:comment|post|c)-(\d{1,20})$", node.attributes.get("href") or "")
        ):
            owner.answers = match[1]
    for selector in _TEXT:
        for owner, node in _owned(tree, owners, selector):
            owner.content = owner.content or node
    inside = {c.content.mem_id for c in owners.values() if c.content is not None}
    for selector in _AUTHOR:
        for owner, node in _owned(tree, owners, selector):
            if owner.name is None and node.mem_id not in inside and not (node.tag == "cite" and _quoted(node, inside)):
                owner.name, owner.link = _author(node)
    for selector in _DATE:
        for owner, node in _owned(tree, owners, selector):
            owner.date = owner.date or page_meta.moment(node)
    for owner, node in _owned(tree, owners, "[itemprop~=dateModified]"):
        owner.edited = owner.edited or page_meta.moment(node)
    for owner, _ in _owned(tree, owners, _AWAITING):
        owner.held = True


def _owned(tree: LexborHTMLParser, owners: dict[int, _Comment], selector: str) -> Iterator[tuple[_Comment, LexborNode]]:
    for node in tree.css(selector):
        owner = owners.get(node.mem_id)
        if owner is not None and owner.node.mem_id != node.mem_id:
            yield owner, node


def _quoted(cite: LexborNode, inside: set[int]) -> bool:
    """Whether it names somebody in the comment's text, not the comment's writer."""
    above = cite.parent
    while above is not None and above.mem_id not in inside and above.tag not in {"blockquote", "p", "q", "li"}:
        above = above.parent
    return above is not None and above.tag != "li"


def _clean(html: str) -> str:
    """The comment's own HTML without buttons, scripts and boxes. Parsed apart, so that nothing goes that is still wanted."""  # noqa: E501
    fragment = LexborHTMLParser(html)
    page_meta.drop(fragment, _STRIP)
    return (fragment.body.inner_html or "") if fragment.body is not None else ""


def _author(node: LexborNode) -> tuple[str | None, str | None]:
    name = " ".join((node.attributes.get("content") or node.text()).split())
    name = re.sub(r"\s*\b(says|said|wrote|writes|sagt|dit|dice)\s*:?$", "", name)[:200].strip(" :")
    link = node if node.tag == "a" else node.css_first("a[href]")
    href = (link.attributes.get("href") or "") if link is not None else ""
    return name or None, href if href.startswith(("http://", "https://")) else None


def _record(comment: _Comment, parent: str | None, place: int) -> CommentRecord | None:
    classes = (comment.node.attributes.get("class") or "").split()
    ping = "pingback" in classes or "trackback" in classes
    html = (
        (comment.content.inner_html or "")
        if comment.content is not None
        else "".join(p.html or "" for p in comment.pieces)
    )
    if comment.content is not None and comment.content.attributes.get("content"):
        html = comment.content.attributes["content"] or ""
    html = _clean(html)
    text = re.sub(r"<[^>]*>", " ", html)
    name, link = comment.name, comment.link
    if ping and name is None and (anchor := comment.node.css_first("a[href]")) is not None:
        name, link = _author(anchor)
    if not text.strip() and not ping and "<img" not in html:
        return None
    return CommentRecord(
        source_id=comment.own_id, story_source_id="", parent_source_id=parent, author_name=name, author_url=link,
        text=html.strip(), format="html", created_at=comment.date.at if comment.date else None,
        edited_at=comment.edited.at if comment.edited else None, state="held" if comment.held else "published",
        kind="pingback" if ping else "comment", where=f"comment {place}",
    )  # fmt: skip
