"""Stories come in: by command, by API, by the embed on first sight; and their discussions open and close."""

import datetime as dt
import secrets
from typing import Annotated, Any, Literal

import msgspec
import sqlalchemy as sa

from belowline.errors import Conflict, Forbidden, Invalid, NotFound
from belowline.model.site import Site
from belowline.model.story import Closing, Mode, Story
from belowline.rules import access, text
from belowline.store import log, sites, stories

MAX = {"title": 300, "deck": 1000, "key": 300, "slug": 80, "body": 500_000}
MAX_QUESTION = 300


class NewStory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A story as the newsroom gives it."""

    title: str
    site: str | None = None
    """The site's key; the first site when left out."""
    key: str | None = None
    """The publisher's own name for it; the slug when left out."""
    slug: str | None = None
    """Its address here, /stories/<slug>; made from the title when left out."""
    url: str | None = None
    """Where it stands on the publisher's site."""
    deck: str | None = None
    body: str = ""
    body_format: Literal["markdown", "html", "text"] = "markdown"
    picture_url: str | None = None
    picture_alt: str | None = None
    picture_caption: str | None = None
    picture_credit: str | None = None
    author_name: str | None = None
    author_about: str | None = None
    lang: str | None = None
    published_at: dt.datetime | None = None
    previous_title: str | None = None
    previous_url: str | None = None
    next_title: str | None = None
    next_url: str | None = None
    closing: Closing = Closing.AUTO
    close_after_days: int | None = None


class SeenStory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the embed tells of a page it is on."""

    key: str
    url: str
    title: str


def add(
    conn: sa.Connection, new: NewStory, now: dt.datetime, source: str | None = None, source_id: str | None = None
) -> Story:
    """Adds a story. Raises NotFound (site), Conflict (key or slug taken), Invalid."""
    site = access_site(conn, new.site)
    values = _checked(new, site, now)
    slug = _free_slug(conn, text.slug(new.title)) if new.slug is None else _given_slug(conn, new.slug)
    values |= {"site_id": site.id, "slug": slug, "key": new.key or slug, "source": source, "source_id": source_id}
    if stories.by_key(conn, site.id, values["key"]):
        raise Conflict(f"The site already has a story with the key “{values['key']}”.", code="key-taken")
    return stories.add(conn, values)


def announce(conn: sa.Connection, site_key: str, seen: SeenStory, origin: str | None, now: dt.datetime) -> Story:
    """The embed meets a page for the first time: only from the site's allowed origins, title and address only.

    A story that is there already under another key, by import or by hand, is found by its address and gets this
    key as a further one.
    """
    site = access_site(conn, site_key)
    known = stories.known_as(conn, site.id, seen.key)
    if known:
        return known
    page_origin = access.origin_of(seen.url)
    if not (origin and access.allows_origin(site, origin) and page_origin and access.allows_origin(site, page_origin)):
        raise Forbidden(
            "This site does not take new stories from that page. Its operator can allow the page's origin with "
            "“belowline site allow”.",
            code="origin-not-allowed",
        )
    new = NewStory(site=site.key, key=seen.key, url=seen.url, title=seen.title)
    _checked(new, site, now)
    if there := stories.at_page(conn, site.id, seen.url):
        stories.add_alias(conn, there, seen.key)
        return there
    return add(conn, new, now)


class Discussion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a story's discussion goes on; what is left out stays as it is."""

    closing: Closing | msgspec.UnsetType = msgspec.UNSET
    mode: Mode | msgspec.UnsetType = msgspec.UNSET
    question: str | msgspec.UnsetType | None = msgspec.UNSET
    """Up to 300 characters; null takes it away."""
    close_after_days: Annotated[int, msgspec.Meta(ge=0, le=36500)] | msgspec.UnsetType | None = msgspec.UNSET
    """Null follows the site."""


def set_discussion(conn: sa.Connection, slug: str, new: Discussion, now: dt.datetime, by: int | None = None) -> Story:
    """Closes or opens a discussion, says how it takes comments, asks its readers something. `by`: a person; None:
    the operator. Raises NotFound and Invalid."""
    story = access_slug(conn, slug)
    changes = msgspec.to_builtins(new)
    if question := " ".join((changes.get("question") or "").split()):
        if len(question) > MAX_QUESTION:
            sentence = f"At most {MAX_QUESTION} characters."
            raise Invalid(sentence, fields={"question": sentence})
        changes["question"] = text.clean(question, MAX_QUESTION)
    elif "question" in changes:
        changes["question"] = None
    was = {name: getattr(story, name) for name in changes}
    if was != changes:
        stories.change(conn, story.id, **changes)
        log.append(conn, now, "story", {"story": story.id, "was": was, "is": changes}, by, story.site_id)
    return access_slug(conn, slug)


def access_slug(conn: sa.Connection, slug: str) -> Story:
    story = stories.by_slug(conn, slug)
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    return story


def access_site(conn: sa.Connection, key: str | None) -> Site:
    site = sites.first(conn) if key is None else sites.by_key(conn, key)
    if site is None:
        raise NotFound("There is no such site.", code="unknown-site")
    return site


def _checked(new: NewStory, site: Site, now: dt.datetime) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    for field, most in MAX.items():
        if len(getattr(new, field) or "") > most:
            wrong[field] = f"At most {most} characters."
    for field in ("title", "key"):
        value = getattr(new, field)
        if value is not None and not value.strip():
            wrong[field] = "This must not be blank."
    for field in ("url", "previous_url", "next_url", "picture_url"):
        value = getattr(new, field)
        local = field == "picture_url" and value is not None and value.startswith("/") and not value.startswith("//")
        if value is not None and not local and access.origin_of(value) is None:
            wrong[field] = "This must be a web address (http or https)."
    if new.published_at and new.published_at.tzinfo is None:
        wrong["published_at"] = "This needs a time zone."
    if wrong:
        raise Invalid("; ".join(f"{field}: {sentence}" for field, sentence in wrong.items()), fields=wrong)
    kept = {name: getattr(new, name) for name in NewStory.__struct_fields__ if name not in ("site", "slug", "key")}
    return kept | {
        "title": " ".join(new.title.split()),
        "body_html": text.story_html(new.body, new.body_format),
        "lang": text.lang_tag(new.lang) or site.lang,
        "published_at": new.published_at or now,
        "closing": str(new.closing),
    }


def _free_slug(conn: sa.Connection, wish: str) -> str:
    """The wish, or the wish with the first free number; after ten tries with a random end."""
    candidates = [wish, *(f"{wish}-{n}" for n in range(2, 12)), f"{wish}-{secrets.token_hex(4)}"]
    return next(slug for slug in candidates if not stories.slug_taken(conn, slug))


def _given_slug(conn: sa.Connection, slug: str) -> str:
    if text.slug(slug) != slug:
        raise Invalid("The slug is not fit for an address.", fields={"slug": f"Try “{text.slug(slug)}”."})
    if stories.slug_taken(conn, slug):
        raise Conflict(f"The address /stories/{slug} is taken.", code="slug-taken")
    return slug
