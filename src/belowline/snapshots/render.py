"""Views in, pages out: every HTML page, fragment and feed that Belowline writes.

Built once for a server. The methods take plain views, ask no database and keep nothing.
"""

import datetime as dt
import hashlib
import re
from collections.abc import MutableMapping
from importlib import resources
from types import CodeType
from typing import Any, Self

from jinja2 import BaseLoader, Environment, PackageLoader, Template
from markupsafe import Markup

from belowline.model.site import Site
from belowline.snapshots.comment_html import CommentHtml, Words, iso
from belowline.snapshots.jsonld import discussion_jsonld
from belowline.snapshots.views import CommentView, DiscussionView, FeedEntry, FormView, StoryView
from belowline.words import COMPLETE
from belowline.words import LANGUAGES as OWN_NAMES
from belowline.words.catalogue import catalogue

LANGUAGES = (
    ("ar", "العربية"), ("az", "Azərbaycanca"), ("cs", "Čeština"), ("de", "Deutsch"), ("el", "Ελληνικά"),
    ("en", "English"), ("es", "Español"), ("fa", "فارسی"), ("fr", "Français"), ("he", "עברית"), ("hi", "हिन्दी"),
    ("hy", "Հայերեն"), ("it", "Italiano"), ("ja", "日本語"), ("ka", "ქართული"), ("ko", "한국어"), ("nl", "Nederlands"),
    ("pl", "Polski"), ("pt", "Português"), ("ru", "Русский"), ("sv", "Svenska"), ("tr", "Türkçe"),
    ("uk", "Українська"), ("ur", "اردو"), ("zh", "中文"),
)  # fmt: skip
"""What a writer can mark a comment with, in the languages' own names."""

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids even when escaped (section 2.2)."""


class SharedCode(BaseLoader):
    """Compiles each template once for all languages; an environment of its own costs each of them 100 KB then."""

    def __init__(self) -> None:
        self._files = PackageLoader("belowline")
        self._code: dict[str, CodeType] = {}

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        if name not in self._code:
            source, file, _ = self._files.get_source(environment, name)
            self._code[name] = environment.compile(source, name, file)
        return environment.template_class.from_code(environment, self._code[name], globals or {}, None)

    def list_templates(self) -> list[str]:
        return self._files.list_templates()


class Renderer:
    """Pages in one language. `base_url`: the absolute origin of this server, without a slash at the end; `mails`: it
    can send mails."""

    serves = True
    """There is a server behind the pages: they may link to what it does."""

    def __init__(
        self, base_url: str, mails: bool = False, lang: str = "en", family: dict[str, Any] | None = None
    ) -> None:
        self.mails = mails
        self.base_url = base_url
        self.lang = lang
        self.catalogue = catalogue(lang)
        self.say = self.catalogue.sentence
        self.words = Words(self.catalogue)
        self._family: dict[str, Any] = {} if family is None else family
        first = next(iter(self._family.values()), None)
        self._assets: dict[str, str] = first._assets if first else {}
        self._code: SharedCode = first._code if first else SharedCode()
        self._env = self._environment()
        self._family[lang] = self

    def _environment(self) -> Environment:
        said = self.catalogue
        env = Environment(
            loader=self._code,
            autoescape=True,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        env.install_gettext_translations(said.translations, newstyle=True)  # type: ignore[attr-defined]
        env.globals |= {"serves": self.serves, "mails": self.mails} | {
            "asset": self.asset,
            "base_url": self.base_url,
            "interface_lang": self.lang,
            "interface_dir": said.dir,
            "interface_languages": {tag: OWN_NAMES[tag] for tag in COMPLETE},
            "languages": LANGUAGES,
            "script_words": f"/words/{self.lang}.json?v={said.script_version}" if self.lang != "en" else None,
        }
        env.filters |= {"iso": iso, "date": said.date, "moment": said.moment, "xml": _xml, "said": said.sentence}
        env.filters["language_names"] = said.languages
        return env

    def speaking(self, lang: str) -> Self:
        """The renderer of another language (words.choose says which there are), made when first asked for."""
        known: Self | None = self._family.get(lang)
        return known or type(self)(self.base_url, self.mails, lang, self._family)

    def compile_all(self) -> None:
        """Compiles every template of readers now, not in the first request. The desk's, 2 MB, wait for a moderator."""
        for name in self._code.list_templates():
            if not name.startswith("desk/"):
                self._env.get_template(name)

    def asset(self, name: str) -> str:
        """The address of a file in static/, with the first 8 hex digits of its SHA-256 as version."""
        if name not in self._assets:
            content = resources.files("belowline").joinpath("static", name).read_bytes()
            self._assets[name] = f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:8]}"
        return self._assets[name]

    def front(self, site: Site, stories: list[StoryView], next_url: str | None) -> str:
        return self._page("front.html", site=site, stories=stories, next_url=next_url)

    def discussion_page(self, site: Site, view: DiscussionView) -> str:
        """The story with its discussion, a later page of it, or (view.focus) a permalink."""
        name = "permalink.html" if view.focus else "story.html" if view.first else "later.html"
        return self._page(
            name,
            site=site,
            jsonld=discussion_jsonld(view, self.base_url),
            **self._discussion(view, ""),
        )

    def discussion_fragment(self, site: Site, view: DiscussionView) -> str:
        """The discussion alone, every address absolute, for the embed and for includes."""
        return self._page("discussion.html", site=site, **self._discussion(view, self.base_url))

    def comment_item(self, c: CommentView, *, is_open: bool) -> str:
        """One `<li>` with absolute addresses, as it is put in place after a post."""
        return CommentHtml(self.words, self.base_url, is_open=is_open).item(c)

    def form_page(self, site: Site, form: FormView) -> str:
        """Reply, preview, errors or edit as a page of its own."""
        parent = self._alone(form.parent) if form.parent else None
        return self._page("form_page.html", site=site, story=form.story, form=form, parent=parent)

    def own_comment_page(
        self,
        site: Site,
        story: StoryView,
        c: CommentView,
        held_sentences: list[str],
        can_edit: bool,
        edit_until: dt.datetime | None,
        told: Any = (),
    ) -> str:
        """Private: what became of the writer's comment, and the way to change it. `told`: decisions about it
        (actions.reasons.Reasons), newest first."""
        return self._page(
            "mine.html",
            site=site,
            story=story,
            c=c,
            comment=self._alone(c),
            sentences=held_sentences,
            can_edit=can_edit,
            edit_until=edit_until,
            told=told,
        )

    def vote_page(
        self, site: Site, story: StoryView, c: CommentView, choice: str, reason: str | None, error: str | None
    ) -> str:
        """The small form of who votes without JavaScript."""
        reasons = site.policy.down_reasons if site.policy.down_votes else ()
        shown = {"comment": self._alone(c), "choice": choice, "reason": reason, "reasons": reasons, "error": error}
        return self._page("vote.html", site=site, story=story, c=c, **shown)

    def report_page(
        self, site: Site, story: StoryView, c: CommentView, form: dict[str, str], errors: dict[str, str]
    ) -> str:
        reasons = site.policy.report_reasons
        shown = {"comment": self._alone(c), "form": form, "errors": errors, "reasons": reasons}
        return self._page("report.html", site=site, story=story, c=c, **shown)

    def reported_page(self, site: Site, story: StoryView, report: Any, became: str) -> str:
        """What became of a report (store.reports.Report); `became`: its comment's state, or waits."""
        return self._page("reported.html", site=site, story=story, report=report, became=became)

    def link_page(self, site: Site, story: StoryView, c: CommentView, parent: CommentView | None, **form: Any) -> str:
        """Why a comment probably answers its parent; `form`: whether the reader may correct it, what was sent."""
        above = self._alone(parent) if parent else None
        return self._page("link.html", site=site, story=story, c=c, comment=self._alone(c), parent=above, **form)

    def problem_page(
        self, status: int, title: str, message: str, signin: str = "", typed: str = "", back: str = ""
    ) -> str:
        """`signin`: where to sign in and come back, where that would help. `typed`: to be copied. `back`: where to."""
        values = {"status": status, "title": title, "message": message}
        return self._page("problem.html", signin=signin, typed=typed, back=back, **values)

    def operator_page(self, key: str, api_key: str | None) -> str:
        """The one-time link: a button, then the API key it was exchanged for."""
        return self._page("operator.html", key=key, api_key=api_key)

    def page(self, template: str, **values: Any) -> str:
        """A page of a room that has templates of its own: sign-in, profile."""
        return self._page(template, **values)

    def api_page(self, openapi: dict[str, Any]) -> str:
        """An OpenAPI document for people."""
        return self._page("api.html", api=openapi, operations=_operations(openapi))

    def feed(
        self, site: Site, title: str, self_url: str, entries: list[FeedEntry], since: dt.datetime | None = None
    ) -> str:
        """Atom (RFC 4287). `since`: when that came to be which the feed is about, for one without entries."""
        since = since or dt.datetime.fromtimestamp(0, dt.UTC)
        updated = max((e.updated for e in entries), default=since)
        return self._page("feed.xml", site=site, title=title, self_url=self_url, entries=entries, updated=updated)

    def _page(self, template: str, **values: Any) -> str:
        return self._env.get_template(template).render(**values)

    def _alone(self, c: CommentView) -> Markup:
        return Markup(CommentHtml(self.words, "", is_open=False, alone=True).article(c))

    def _discussion(self, view: DiscussionView, root: str) -> dict[str, Any]:
        story = view.story
        write = CommentHtml(self.words, root, is_open=story.closed is None, history=story.shows_history)
        threads: list[str] = []
        write.tree(view.threads, threads, 1 if view.focus else 0, view.focus)
        above = [None, *view.ancestors]
        shown = {
            "threads": Markup("".join(threads)),
            "focus": Markup(write.article(view.focus, above[-1], " focus")) if view.focus else None,
            "ancestors": [Markup(write.article(c, up)) for up, c in zip(above, view.ancestors, strict=False)],
        }
        return {"view": view, "story": view.story, "root": root, "shown": shown}


def _xml(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)


def _operations(openapi: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry for each method of each path, in the document's order."""
    methods = ("get", "post", "put", "patch", "delete")
    return [
        {"method": method.upper(), "path": path, **item[method]}
        for path, item in openapi.get("paths", {}).items()
        for method in methods
        if method in item
    ]
