"""Which story of the site a story of the file is: by its id in the source, else by its address, else a new one."""

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa

from belowline.model.site import Site
from belowline.model.story import Closing, Mode
from belowline.rules import access, text
from belowline.rules.urls import same_page
from belowline.store import imports, stories
from belowline.store.tables import EPOCH, to_us
from belowline.transfer.belowline import OwnStory
from belowline.transfer.receipt import UnknownPage
from belowline.transfer.records import StoryRecord
from belowline.transfer.rows import clean, lang_of, line

MAX_KEY = 300
SUGGESTIONS = 3


class Home:
    """A story of the site, or one that the import will make."""

    def __init__(self, record: StoryRecord | None, story_id: int | None, first: str | None, fresh: bool) -> None:
        self.record, self.story_id, self.first = record, story_id, first
        """`first`: the source's id of the page whose comments keep their own ids; other pages' get a prefix."""
        self.fresh = fresh
        """Made by this run."""
        self.empty = story_id is None
        """Nothing of it is in the store yet."""
        self.row: dict[str, Any] | None = None
        """Of a story that waits to be written: what is counted goes into it."""


class Homes:
    """The homes of one import's stories."""

    def __init__(self, conn: sa.Connection, site: Site, source: str, run_id: int | None, maps: dict[str, str]) -> None:
        self._site, self._source, self._maps = site, source, maps
        self._by_source: dict[str, Home] = {}
        self._by_page: dict[str, Home] = {}
        self._slugs: set[str] = set()  # of stories that may still wait to be written
        self._keys: set[str] = set()
        self._aliases: set[str] = set()
        self._there: dict[str, list[str]] = {}
        self.unknown: list[UnknownPage] = []
        for id_, url, title, its_source, source_id, its_run in imports.story_pages(conn, site.id):
            ours = its_source == source
            home = Home(None, id_, source_id if ours else None, run_id is not None and its_run == run_id)
            if ours and source_id:
                self._by_source[source_id] = home
            if url:
                self._by_page.setdefault(same_page(url), home)
                for word in (_last_word(url), text.slug(title)):
                    self._there.setdefault(word, []).append(url)

    def find(self, source_id: str) -> Home | None:
        """The home of a story that was brought in before."""
        return self._by_source.get(source_id)

    def take(self, conn: sa.Connection, record: StoryRecord) -> Home:
        """The home of the file's next story."""
        if isinstance(record, OwnStory):
            return self._take_own(conn, record)
        url = self.mapped(record.url)
        page = same_page(url) if url else ""
        home = self._by_source.get(record.source_id) or self._by_page.get(page)
        if home is None:
            home = Home(record, None, record.source_id, True)
            if url and self._there:
                self.unknown.append(UnknownPage(url, self._suggest(url, record.title)))
        self._by_source.setdefault(record.source_id, home)
        if page:
            self._by_page.setdefault(page, home)
        return home

    def _take_own(self, conn: sa.Connection, record: OwnStory) -> Home:
        known = stories.by_key(conn, self._site.id, record.key)
        return Home(None if known else record, known.id if known else None, None, known is None)

    def mapped(self, url: str | None) -> str | None:
        """The address with the operator's prefixes replaced, the longest that fits."""
        fitting = [old for old in self._maps if url and url.strip().startswith(old)]
        if not url or not fitting:
            return url
        old = max(fitting, key=len)
        return self._maps[old] + url.strip()[len(old) :]

    def _suggest(self, url: str, title: str | None) -> list[str]:
        near = [*self._there.get(_last_word(url), []), *(self._there.get(text.slug(title), []) if title else [])]
        return list(dict.fromkeys(near))[:SUGGESTIONS]

    def make(
        self, conn: sa.Connection, record: StoryRecord, run_id: int, first_time: int | None, now: dt.datetime
    ) -> dict[str, Any]:
        """The row of a new story, without its id."""
        values = self._values(record, now if first_time is None else EPOCH + dt.timedelta(microseconds=first_time))
        if isinstance(record, OwnStory):
            same = ("key", "slug", "closing", "close_after_days", "mode", "question")
            values |= {name: getattr(record, name) for name in same}
            values |= {"source": record.origin, "source_id": record.origin_id}
        values["slug"] = self._free_slug(conn, values["slug"], f"{self._source} {record.source_id}")
        if values["key"] in self._keys or imports.key_taken(conn, self._site.id, values["key"]):
            values["key"] = f"{self._source}:{record.source_id}"[:MAX_KEY]
        self._slugs.add(values["slug"])
        self._keys.add(values["key"])
        return values | {"import_run_id": run_id, "comment_count": 0, "thread_count": 0}

    def aliases(self, conn: sa.Connection, record: StoryRecord, story_id: int) -> list[dict[str, Any]]:
        """The rows of a new story's other keys; without those that lead to another story here."""
        found = []
        for key in record.aliases if isinstance(record, OwnStory) else ():
            if key not in self._aliases and not imports.alias_taken(conn, self._site.id, key):
                self._aliases.add(key)
                found.append({"site_id": self._site.id, "key": key, "story_id": story_id})
        return found

    def _free_slug(self, conn: sa.Connection, wish: str, unique: str) -> str:
        digest = hashlib.sha256(unique.encode("utf-8", "replace")).hexdigest()
        wishes = [wish, *(f"{wish}-{n}" for n in range(2, 6)), *(f"{wish}-{digest[:n]}" for n in range(8, 65, 8))]
        return next(slug for slug in wishes if slug not in self._slugs and not imports.slug_taken(conn, slug))

    def _values(self, record: StoryRecord, default_date: dt.datetime) -> dict[str, Any]:
        url = _address(self.mapped(record.url))
        title = line(record.title, 300) or _title_of(record)
        slug = text.slug(title)
        body = record.body if isinstance(record, OwnStory) else clean(record.body)  # ours was made fit before
        same = ("picture_alt", "picture_caption", "picture_credit", "author_name", "author_about")
        return {
            "site_id": self._site.id,
            "slug": slug,
            "key": url if url and len(url) <= MAX_KEY else slug,
            "url": url,
            "title": title,
            "deck": line(record.deck, 1000),
            "body": body,
            "body_format": record.body_format,
            "body_html": text.story_html(body, record.body_format),
            "picture_url": _picture(record.picture_url),
            **{name: line(getattr(record, name), 1000) for name in same},
            "lang": lang_of(record.lang) or self._site.lang,
            "published_at": to_us(record.published_at or default_date),
            "date_lost": record.published_at is None,
            "previous_title": line(record.previous_title, 300),
            "previous_url": _address(record.previous_url),
            "next_title": line(record.next_title, 300),
            "next_url": _address(record.next_url),
            "closing": str(Closing.CLOSED if record.closed else Closing.AUTO),
            "close_after_days": None,
            "mode": str(Mode.OPEN),
            "question": None,
            "source": self._source,
            "source_id": record.source_id,
        }


def _last_word(url: str) -> str:
    """The end of its path: what stays when a story moves to another host or folder."""
    return same_page(url).partition("?")[0].rstrip("/").rpartition("/")[2].lower()


def _address(url: str | None) -> str | None:
    return url.strip() if url and access.origin_of(url.strip()) else None


def _picture(url: str | None) -> str | None:
    local = bool(url) and str(url).startswith("/") and not str(url).startswith(("//", "/\\"))
    return url if local else _address(url)


def _title_of(record: StoryRecord) -> str:
    """A title for a story whose source has none: the words of its address, else its id."""
    word = unquote(_last_word(record.url)) if record.url else ""
    return line(word.replace("-", " ").replace("_", " ").strip("/ ").capitalize(), 300) or f"Story {record.source_id}"
