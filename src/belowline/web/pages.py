"""Pages that anybody may read: ready bytes, one handler each. See routes.py for the map."""

from typing import Annotated

import sqlalchemy as sa
from litestar import get
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter
from litestar.response import Redirect
from litestar.types import ASGIApp

from belowline.model.ids import MAX_ID
from belowline.snapshots.discussion import find_site
from belowline.store import stories
from belowline.web.house import Here
from belowline.web.problems import plain_headers
from belowline.web.ready import ready
from belowline.words import known

Id = Annotated[int, PathParameter(ge=1, le=MAX_ID)]
Place = Annotated[int, QueryParameter(ge=0, le=MAX_ID)]
MaybePlace = Annotated[int | None, QueryParameter(ge=0, le=MAX_ID)]


@get("/", include_in_schema=False)
async def front(house: Here, before: FromQuery[str | None] = None) -> ASGIApp:
    return await ready(house, "/", {"before": before}, house.build.front, None, before)


@get("/sites/{site:str}", include_in_schema=False)
async def site_front(house: Here, site: FromPath[str], before: FromQuery[str | None] = None) -> ASGIApp:
    return await ready(house, f"/sites/{site}", {"before": before}, house.build.front, site, before)


def _place(conn: sa.Connection, site_key: str, key: str) -> str:
    site = find_site(conn, site_key)
    story = stories.known_as(conn, site.id, key)
    return f"/stories/{story.slug}#discussion" if story else f"/sites/{site.key}"


@get("/sites/{site:str}/discussion", include_in_schema=False)
async def by_key(house: Here, site: FromPath[str], story: FromQuery[str]) -> Redirect:
    """Publishers' pages know their own name of a story, not its address here. A story that no browser has announced
    yet has no page: then to all of the site's."""
    return Redirect(await house.db.read(_place, site, story), status_code=302, headers=plain_headers())


@get("/stories/{slug:str}", include_in_schema=False)
async def story(
    house: Here,
    slug: FromPath[str],
    order: FromQuery[str] = "newest",
    after: FromQuery[str | None] = None,
    v: FromQuery[str | None] = None,
) -> ASGIApp:
    query = {"order": None if order == "newest" else order, "after": after}
    return await ready(house, f"/stories/{slug}", query, house.build.story, slug, order, after, fresh=v is not None)


@get("/comments/{comment_id:int}", include_in_schema=False)
async def permalink(house: Here, comment_id: Id, after: Place = 0, v: FromQuery[str | None] = None) -> ASGIApp:
    path, query = f"/comments/{comment_id}", {"after": after or None}
    return await ready(house, path, query, house.build.permalink, comment_id, after, fresh=v is not None)


@get("/feed.atom", include_in_schema=False)
async def feed(house: Here) -> ASGIApp:
    return await ready(house, "/feed.atom", {}, house.build.site_feed, None)


@get("/sites/{site:str}/feed.atom", include_in_schema=False)
async def site_feed(house: Here, site: FromPath[str]) -> ASGIApp:
    return await ready(house, f"/sites/{site}/feed.atom", {}, house.build.site_feed, site)


@get("/stories/{slug:str}/feed.atom", include_in_schema=False)
async def story_feed(house: Here, slug: FromPath[str]) -> ASGIApp:
    return await ready(house, f"/stories/{slug}/feed.atom", {}, house.build.story_feed, slug)


@get("/embed/discussion", include_in_schema=False)
async def fragment(
    house: Here,
    story: FromQuery[str],
    site: FromQuery[str | None] = None,
    order: FromQuery[str] = "newest",
    after: FromQuery[str | None] = None,
    lang: FromQuery[str | None] = None,
    v: FromQuery[str | None] = None,
) -> ASGIApp:
    """`lang`: one that we speak; any other is as none, so that nobody fills the shelf with it."""
    lang, plain = known(lang), None if order == "newest" else order
    query = {"site": site, "story": story, "order": plain, "after": after, "lang": lang}
    path, build = "/embed/discussion", house.build.fragment
    return await ready(house, path, query, build, site, story, order, after, lang, fresh=v is not None)


@get("/embed/comments/{comment_id:int}", include_in_schema=False)
async def permalink_fragment(
    house: Here,
    comment_id: Id,
    after: Place = 0,
    lang: FromQuery[str | None] = None,
    v: FromQuery[str | None] = None,
) -> ASGIApp:
    lang = known(lang)
    path, query, build = f"/embed/comments/{comment_id}", {"after": after or None, "lang": lang}, house.build
    return await ready(house, path, query, build.permalink_fragment, comment_id, after, lang, fresh=v is not None)
