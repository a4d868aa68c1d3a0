"""The handlers of the desk, all behind its guard; their addresses are on the map (web/routes.py)."""

from litestar import Router

from belowline.web import desk, desk_decide

DESK = Router(
    "/",
    route_handlers=[
        desk.desk_door,
        desk.desk_front,
        desk.desk_queue,
        desk.desk_counts,
        desk_decide.bulk,
        desk_decide.undo,
    ],
    dependencies=desk.GUARD,
)
