"""The handlers of the desk, all behind its guard; their addresses are on the map (web/routes.py)."""

from litestar import Router

from belowline.web import desk, desk_decide, desk_items, desk_search

DESK = Router(
    "/",
    route_handlers=[
        desk.desk_door,
        desk.desk_front,
        desk.desk_queue,
        desk.desk_counts,
        desk_decide.bulk,
        desk_decide.undo,
        desk_items.item,
        desk_items.claim,
        desk_items.decide,
        desk_items.following,
        desk_items.note,
        desk_items.pick,
        desk_search.search,
    ],
    dependencies=desk.GUARD,
)
