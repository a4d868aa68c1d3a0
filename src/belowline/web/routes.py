"""THE map: every address that Belowline answers, and who answers it.

Pages (ready bytes)
    GET  /                                  pages.front              the stories of the first site
    GET  /sites/{site}                      pages.site_front
    GET  /stories/{slug}                    pages.story              story and discussion; ?order= ?after=
    GET  /comments/{id}                     pages.permalink          a comment, its ancestors, its replies
    GET  …/feed.atom                        pages.feed, site_feed, story_feed
    GET  /embed/discussion                  pages.fragment           the discussion as a fragment; ?site= ?story=
    GET  /embed/comments/{id}               pages.permalink_fragment
    GET  /static/*, /embed.js, /counts.js   assets
Writing without JavaScript
    POST /stories/{slug}/comments           writing.send             send or preview
    GET  /comments/{id}/reply               writing.reply
    GET  /comments/{id}/mine                writing.mine             what the writer gets back
    GET, POST /comments/{id}/edit           writing.edit_form, edit
    POST /comments/{id}/delete              writing.delete
The newsroom
    GET, POST /operator/{key}               operator                 one-time link for an API key
The API
    /api/v1/*                               api                      see /api for its own page
    GET  /api/v1/stories/{slug}/live        live_door                new comments as they come; before the framework
"""

from litestar import Router
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler

from belowline.web import api, assets, operator, pages, writing

PAGES = [
    pages.front,
    pages.site_front,
    pages.story,
    pages.permalink,
    pages.feed,
    pages.site_feed,
    pages.story_feed,
    pages.fragment,
    pages.permalink_fragment,
    assets.static,
    assets.embed_js,
    assets.counts_js,
]
WRITING = [writing.send, writing.reply, writing.mine, writing.edit_form, writing.edit, writing.delete]
OPERATOR = [operator.operator_page, operator.operator_key]
API = Router(
    "/api/v1",
    route_handlers=[
        api.list_stories,
        api.get_story,
        api.list_comments,
        api.get_comment,
        api.counts,
        api.post_comment,
        api.edit_comment,
        api.delete_comment,
        api.preview,
        api.announce,
        api.add_story,
        api.set_closing,
        api.decide,
    ],
    response_headers=[
        ResponseHeader(name="access-control-allow-origin", value="*"),
        ResponseHeader(name="cache-control", value="no-store"),
    ],
)

ROUTES: list[Router | HTTPRouteHandler] = [*PAGES, *WRITING, *OPERATOR, API]
