"""The handlers of the desk, all behind its guard; their addresses are on the map (web/routes.py)."""

from litestar import Router

from belowline.web import desk, desk_decide, desk_items, desk_people, desk_room, desk_search, desk_stories

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
        desk_people.desk_people,
        desk_people.desk_person,
        desk_people.add_note,
        desk_people.impose,
        desk_people.set_role,
        desk_people.lift,
        desk_people.writer,
        desk_people.impose_on_writer,
        desk_stories.desk_stories,
        desk_stories.desk_story,
        desk_stories.change_story,
        desk_stories.desk_corrections,
        desk_stories.answer_correction,
        desk_room.desk_figures,
        desk_room.second_look,
        desk_room.say,
        desk_room.desk_rules,
        desk_room.change_rules,
        desk_room.desk_log,
    ],
    dependencies=desk.GUARD,
)
