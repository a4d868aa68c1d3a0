"""The JSON API, /api/v1: everything that the pages do."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ASGIApp

from belowline.actions import comments as act
from belowline.actions import moderate
from belowline.actions import stories as story_act
from belowline.errors import Forbidden, Invalid
from belowline.model.comment import State
from belowline.model.decision import Action, Ground, NewDecision
from belowline.model.story import Closing
from belowline.rules import access
from belowline.snapshots import api_views
from belowline.snapshots.build import touched_by, touched_wholly
from belowline.snapshots.discussion import card
from belowline.web import guards, sending
from belowline.web.api_document import answers
from belowline.web.guards import AnyRequest
from belowline.web.guests import api_caller, just_wrote, with_mark
from belowline.web.house import Here, House
from belowline.web.pages import Id, Place
from belowline.web.ready import ready
from belowline.web.writing import own_view

MAX_COUNTS = 100  # stories in one request for counts

Order = Annotated[str, QueryParameter(description="newest, oldest, discussed or best")]
After = Annotated[str | None, QueryParameter(description="where the page before ended; take it from its `next`")]
Before = Annotated[str | None, QueryParameter(description="`next` of the page before")]
Keys = Annotated[list[str], QueryParameter(description="the stories' keys, as the embed names them; 100 at most")]
SiteKey = Annotated[str | None, QueryParameter(description="the site's key; the first site when left out")]


class Sent(msgspec.Struct, frozen=True):
    """A comment as its writer gets it back."""

    comment: api_views.CommentItem
    html: str
    """The comment as it stands in the discussion, rendered by the server."""
    token: str
    """Shows for a while that you wrote it: send it as `Authorization: Bearer <token>` to change or delete."""
    edit_until: dt.datetime
    sentences: list[str]
    """Why it waits for a moderator, when `comment.state` is held."""
    guest: str | None = None
    """The browser's new mark, if it had none: send it as `Belowline-Guest` from now on."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    lang: str | None = None
    nudged: bool = False
    """As in a new comment."""


class PreviewText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str


class Preview(msgspec.Struct, frozen=True):
    html: str


class StateChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    state: Literal["published", "held", "removed", "spam"]
    ground: Literal["rules", "law"] = "rules"
    reason: str = ""
    """Key of one of the site's rules, or of a kind of illegal content."""
    explanation: str = ""
    """To its writer."""


class ClosingChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    closing: Closing


@get("/stories", summary="Stories of a site, newest first", responses=answers(api_views.StoryList))
async def list_stories(house: Here, site: SiteKey = None, before: Before = None) -> ASGIApp:
    query = {"site": site, "before": before}
    return await ready(house, "/api/v1/stories", query, house.build.stories_json, site, before)


@get("/stories/{slug:str}", summary="One story", responses=answers(api_views.WholeStory))
async def get_story(house: Here, slug: FromPath[str]) -> ASGIApp:
    return await ready(house, f"/api/v1/stories/{slug}", {}, house.build.story_json, slug)


@get("/stories/{slug:str}/comments", summary="A page of a story's discussion", responses=answers(api_views.ThreadPage))
async def list_comments(house: Here, slug: FromPath[str], order: Order = "newest", after: After = None) -> ASGIApp:
    path, query = f"/api/v1/stories/{slug}/comments", {"order": None if order == "newest" else order, "after": after}
    return await ready(house, path, query, house.build.comments_json, slug, order, after)


@get(
    "/comments/{comment_id:int}",
    summary="One comment with its ancestors and a page of replies",
    responses=answers(api_views.ThreadPage),
)
async def get_comment(house: Here, comment_id: Id, after: Place = 0) -> ASGIApp:
    path, query = f"/api/v1/comments/{comment_id}", {"after": after or None}
    return await ready(house, path, query, house.build.comment_json, comment_id, after)


@get("/counts", summary="How many comments stories have", responses=answers(api_views.Counts))
async def counts(house: Here, story: Keys, site: SiteKey = None) -> ASGIApp:
    if len(story) > MAX_COUNTS:
        raise Invalid(f"At most {MAX_COUNTS} stories at once.", fields={"story": f"At most {MAX_COUNTS}."})
    query = {"site": site, "story": story}
    return await ready(house, "/api/v1/counts", query, house.build.counts_json, site, story)


@post("/stories/{slug:str}/comments", summary="Comment or reply", responses=answers(Sent))
async def post_comment(
    request: AnyRequest, house: Here, slug: FromPath[str], data: JSONBody[act.NewComment]
) -> Response[Sent]:
    """Most of these come by a shorter way, web/post_door.py; what it does not take comes here."""
    sent, status, headers = await take_comment(request, house, slug, data)
    return Response(sent, status_code=status, headers=headers)


async def take_comment(
    request: AnyRequest, house: House, slug: str, data: act.NewComment
) -> tuple[Sent, int, dict[str, str]]:
    """A new comment from anywhere: what is answered, with which status and headers of its own."""
    place = guards.address(request, house)
    house.posts.check(place)
    caller, mark = with_mark(await api_caller(request, house), place, house, must=False)
    more = {"name": data.name, "lang": data.lang, "parent": data.parent, "signed_in": caller.person_id is not None}
    said = await house.external.about_new(slug, data.text, more)
    posted = await sending.send(house, act.post, slug, data, caller, house.clock(), said)
    return _sent(house, posted, mark), 200 if posted.again else 201, just_wrote(house, posted)


@patch("/comments/{comment_id:int}", summary="Change your comment")
async def edit_comment(request: AnyRequest, house: Here, comment_id: Id, data: JSONBody[Change]) -> Response[Sent]:
    await _writer(request, house, comment_id)
    said = await house.external.about_changed(comment_id, data.text, {"lang": data.lang})
    changed = await sending.send(house, act.edit, comment_id, data.text, data.lang, house.clock(), data.nudged, said)
    return Response(_sent(house, changed), headers=just_wrote(house, changed))


@delete("/comments/{comment_id:int}", summary="Take your comment back")
async def delete_comment(request: AnyRequest, house: Here, comment_id: Id) -> Response[None]:
    signed_in = await _writer(request, house, comment_id)
    changed = await house.db.write(act.delete, comment_id, house.clock(), signed_in)
    return Response(None, status_code=204, headers=just_wrote(house, changed))


@post("/preview", summary="How a text will look", status_code=200)
async def preview(request: AnyRequest, house: Here, data: JSONBody[PreviewText]) -> Preview:
    house.previews.check(guards.address(request, house))
    return Preview(act.preview(data.text, act.MAX_PREVIEW_CHARS))


@post("/sites/{site:str}/stories", summary="The embed tells of a page that it is on")
async def announce(
    request: AnyRequest, house: Here, site: FromPath[str], data: JSONBody[story_act.SeenStory]
) -> api_views.StoryCard:
    origin = guards.caller(request, house).origin or request.headers.get("origin")
    house.previews.check(guards.address(request, house))
    story = await house.db.write(story_act.announce, site, data, origin, house.clock())
    house.shelf.touch(touched_wholly(story))
    return await _story_card(house, story.slug)


@post("/stories", summary="Add a story (newsroom)")
async def add_story(request: AnyRequest, house: Here, data: JSONBody[story_act.NewStory]) -> api_views.StoryCard:
    await guards.operator(request, house)
    story = await house.db.write(story_act.add, data, house.clock())
    house.shelf.touch(touched_wholly(story))
    return await _story_card(house, story.slug)


@put("/stories/{slug:str}/closing", summary="Close or open a discussion (newsroom)")
async def set_closing(
    request: AnyRequest, house: Here, slug: FromPath[str], data: JSONBody[ClosingChange]
) -> api_views.StoryCard:
    await guards.operator(request, house)
    return await _set_discussion(house, slug, story_act.Discussion(closing=data.closing))


@patch("/stories/{slug:str}/discussion", summary="How a discussion goes on, and what it asks (newsroom)")
async def set_discussion(
    request: AnyRequest, house: Here, slug: FromPath[str], data: JSONBody[story_act.Discussion]
) -> api_views.StoryCard:
    await guards.operator(request, house)
    return await _set_discussion(house, slug, data)


async def _set_discussion(house: House, slug: str, new: story_act.Discussion) -> api_views.StoryCard:
    story = await house.db.write(story_act.set_discussion, slug, new, house.clock())
    house.shelf.touch(touched_wholly(story))
    return await _story_card(house, slug)


@put("/comments/{comment_id:int}/state", summary="Publish, hold or remove a comment (newsroom)")
async def decide(
    request: AnyRequest, house: Here, comment_id: Id, data: JSONBody[StateChange]
) -> api_views.CommentItem:
    await guards.operator(request, house)
    new = NewDecision(Action.KEEP, Ground(data.ground), data.reason, data.explanation)
    decided = await house.db.write(moderate.decide_state, comment_id, State(data.state), new, None, house.clock())
    changed = decided.changed
    house.shelf.touch(touched_by(changed.story, changed.comment) | touched_wholly(changed.story))
    return api_views.comment(own_view(changed.comment, changed.parent), house.build.base_url)


async def _writer(request: AnyRequest, house: Here, comment_id: int) -> bool:
    """Whether its writer is signed in; else they hold the comment's token. Raises Forbidden and Unauthorized."""
    guards.caller(request, house)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and house.tokens.is_for(comment_id, token.strip()):
        return False
    if await guards.wrote(request, house, comment_id):
        return True
    raise Forbidden(
        "Only its writer can change a comment: sign in, or send the token that came with it.", code="not-yours"
    )


def _sent(house: House, changed: act.Changed, mark: str | None = None) -> Sent:
    shown = own_view(changed.comment, changed.parent)
    closed = access.closed(changed.story, changed.site.policy, house.clock())
    render = house.speaking(changed.story.lang, changed.site.lang)
    return Sent(
        comment=api_views.comment(shown, house.build.base_url),
        html=render.comment_item(shown, is_open=closed is None),
        token=house.tokens.for_comment(changed.comment.id),
        edit_until=act.edit_until(changed),
        sentences=[render.say(one) for one in changed.sentences],
        guest=mark,
    )


async def _story_card(house: House, slug: str) -> api_views.StoryCard:
    site, story, _ = await house.db.read(act.access_form, slug, None)
    return api_views.story(card(house.build.base_url, site, story, house.clock()), house.build.base_url)
