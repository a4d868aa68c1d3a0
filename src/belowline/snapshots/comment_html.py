"""One comment as HTML: the only place that knows its markup.

Plain Python instead of a template: a cold page renders hundreds of these, and f-strings take a
third of the time of the same Jinja macro. Everything that did not come out of the sanitiser is escaped here.
"""

import datetime as dt

from markupsafe import escape

from belowline.model.comment import GONE
from belowline.model.person import ERASED
from belowline.snapshots.views import CommentView
from belowline.words.catalogue import Catalogue

DEEPEST = 4
"""Replies nest this many levels; below it they follow each other in one list and name whom they
answer. It keeps 360 px wide screens readable and bounds the depth of the document tree."""


class Words:
    """The interface's texts of a comment in one language, looked up once."""

    def __init__(self, said: Catalogue) -> None:
        _ = said.gettext
        self.name_lost = _("name lost")
        self.badges = {"author": _("author of the story"), "staff": _("staff")}
        self.date_lost = _("date lost")
        self.orphan = _("replies to a comment that is not here")
        self.deleted = _("deleted by its writer")
        self.removed = _("removed by a moderator")
        self.gone = _("a comment that is gone")
        self.held = _("waiting for a moderator")
        self.edited = _("edited")
        self.featured = _("picked by the newsroom")
        self.reply = _("Reply")
        self.respect_none = _("Respect")
        self.report = _("Report")
        self.in_reply_to = _("in reply to")
        self.probably_to = _("probably replies to")
        self.perhaps_by = _("perhaps %(name)s")
        self.why = _("Why?")
        self.comma = said.comma
        self.moment = said.moment
        self.ngettext = said.ngettext
        self.erased = _("deleted reader")

    def author(self, name: str | None) -> str:
        """A writer's name as a page says it."""
        return self.name_lost if name is None else self.erased if name == ERASED else name

    def more_replies(self, count: int) -> str:
        return self.ngettext("%(num)d more reply", "%(num)d more replies", count) % {"num": count}

    def respect(self, count: int) -> str:
        said = self.ngettext("%(num)d respect", "%(num)d respect", count) % {"num": count}
        return said if count else self.respect_none


def iso(at: dt.datetime) -> str:
    """A UTC time to the second, as RFC 3339 and Atom want it."""
    return at.isoformat()[:19] + "Z"


class CommentHtml:
    """Writes comments for one kind of page.

    `root` stands before every address ("" on our own pages, the origin in an embed), `is_open` says whether the
    discussion takes replies, `history` whether readers see what edits replaced. In an embed the `part` names for
    themes come along.
    """

    def __init__(self, words: Words, root: str, *, is_open: bool, alone: bool = False, history: bool = False) -> None:
        self.words = words
        self.root = root
        self.is_open = is_open
        self.alone = alone
        self.history = history
        self.article_part = ' part="comment"' if root else ""
        self.author_part = ' part="author"' if root else ""
        self.reply_part = ' part="reply"' if root else ""

    def tree(
        self, comments: list[CommentView], out: list[str], depth: int = 0, parent: CommentView | None = None
    ) -> None:
        """Appends `<li>` after `<li>`, replies nested; `parent`: what these answer, when it is on the page."""
        for c in comments:
            out.append("<li>")
            out.append(self.article(c, parent))
            nests = depth < DEEPEST
            if c.replies and nests:
                out.append('<ol class="replies">')
                self.tree(c.replies, out, depth + 1, c)
                out.append("</ol>")
            if c.more:
                link = f"{self.root}/comments/{c.id}"
                out.append(f'<p class="fold"><a href="{link}">{self.words.more_replies(c.more)}</a></p>')
            out.append("</li>")
            if c.replies and not nests:
                self.tree(c.replies, out, depth, c)

    def item(self, c: CommentView) -> str:
        """One `<li>` without its replies, as it is put into a page that stands."""
        return f"<li>{self.article(c)}</li>"

    def article(self, c: CommentView, parent: CommentView | None = None, marked: str = "") -> str:
        if c.state in GONE:
            return self._tombstone(c, marked)
        w = self.words
        name = self._name(c)
        lang = f' lang="{escape(c.lang)}"' if c.lang else ""
        held = f' <i class="mark held">{w.held}</i>' if c.state == "held" else ""
        featured = f' <i class="mark featured">{w.featured}</i>' if c.featured else ""
        edited = f' <i class="mark">{self._edited(c)}</i>' if c.edited else ""
        return (
            f'<article id="c{c.id}" class="comment h-entry{marked}"{self.article_part}><header>{name} '
            f"{self._answered(c, parent)}{self._when(c)}{featured}{edited}{held}</header>"
            f'<div class="e-content" dir="auto"{lang}>{c.html}</div>{self._footer(c)}</article>'
        )

    def _edited(self, c: CommentView) -> str:
        """With the way to what it said before, where the site shows that."""
        if not self.history:
            return self.words.edited
        return f'<a href="{self.root}/comments/{c.id}/history" rel="nofollow">{self.words.edited}</a>'

    def _footer(self, c: CommentView) -> str:
        """What a reader can do about a comment; each is a page of its own without JavaScript."""
        if c.state != "published" or self.alone:
            return ""
        w, here = self.words, f"{self.root}/comments/{c.id}"
        report = f'<a class="report" href="{here}/report">{w.report}</a>'
        if not self.is_open:
            said = f'<span class="respect">{w.respect(c.respect)}</span>' if c.respect else ""
            return f"<footer>{said}{report}</footer>"
        return (
            f'<footer><a class="reply"{self.reply_part} href="{here}/reply">{w.reply}</a>'
            f'<a class="respect" href="{here}/vote">{w.respect(c.respect)}</a>{report}</footer>'
        )

    def _name(self, c: CommentView) -> str:
        """Who wrote it, linked to their profile when they were signed in, with the badge that the site gave."""
        if c.author is None:
            return f'<i class="lost">{self.words.name_lost}</i>{self._guess(c)}'
        if c.author == ERASED and c.person_id is None:
            return f'<i class="lost">{self.words.erased}</i>'
        author = escape(c.author)
        linked = f'<a href="{self.root}/people/{c.person_id}">{author}</a>' if c.person_id else author
        badge = f' <i class="mark badge {c.badge}">{self.words.badges[c.badge]}</i>' if c.badge else ""
        return f'<b class="p-author"{self.author_part} dir="auto">{linked}</b>{badge}'

    def _guess(self, c: CommentView) -> str:
        """Who perhaps wrote it, for a comment whose name is lost: never in the place of the name."""
        if c.found is None or c.found.name is None:
            return ""
        said = self.words.perhaps_by % {"name": escape(c.found.name.name)}
        why = "" if c.found.probable else f" {self._why(c)}"
        return f' <i class="mark guess" dir="auto">{said}</i>{why}'

    def _why(self, c: CommentView) -> str:
        return f'<a class="why" href="{self.root}/comments/{c.id}/link">{self.words.why}</a>' if not self.alone else ""

    def _tombstone(self, c: CommentView, marked: str) -> str:
        said = self.words.deleted if c.state == "deleted" else self.words.removed
        return (
            f'<article id="c{c.id}" class="comment gone{marked}"{self.article_part}><header><i>{said}</i> '
            f"{self._when(c)}</header></article>"
        )

    def _when(self, c: CommentView) -> str:
        shown = self.words.date_lost
        if not c.date_lost:
            # To the minute: seconds cost 3 bytes of each comment on the wire and tell a reader nothing.
            at = c.created_at.isoformat()[:16]
            shown = f'<time class="dt-published" datetime="{at}Z">{self.words.moment(c.created_at)}</time>'
        return f'<a class="u-url" href="{self.root}/comments/{c.id}">{shown}</a>'

    def _answered(self, c: CommentView, parent: CommentView | None) -> str:
        w = self.words
        if c.orphan:
            return f'<span class="to">{w.orphan}</span> '
        if c.parent_id is None or (self.alone and parent is None and c.parent_author is None):
            return ""  # alone, what it answers was not fetched
        if c.parent_gone:
            whom: str = w.gone
        else:
            whom = escape(w.author(c.parent_author))
        link = f"#c{c.parent_id}" if parent and not self.root else f"{self.root}/comments/{c.parent_id}"
        if c.found and c.found.probable:
            if c.parent_author is None and c.parent_guess:
                whom = f"{whom}{w.comma}{w.perhaps_by % {'name': escape(c.parent_guess)}}"
            linked = f'<a class="u-in-reply-to" href="{link}" dir="auto">{whom}</a>'
            return f'<span class="to guess">{w.probably_to} {linked} {self._why(c)}</span> '
        return f'<span class="to">{w.in_reply_to} <a class="u-in-reply-to" href="{link}" dir="auto">{whom}</a></span> '
