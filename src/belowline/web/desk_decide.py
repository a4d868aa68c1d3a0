"""The desk decides: many comments at once, and back. Forms that work without JavaScript."""

from urllib.parse import urlencode

from litestar import post

from belowline.actions import moderate
from belowline.actions.moderate import Together
from belowline.actions.queues import access_queue
from belowline.errors import BadRequest, Invalid
from belowline.model.decision import Action, Ground, NewDecision
from belowline.rules.signin import safe_next
from belowline.web import desk as frame
from belowline.web.desk import AtDesk, Html
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.signin import go
from belowline.web.typed import form_of


def asked(form: dict[str, str]) -> NewDecision:
    """What a form of the desk asks for. Raises Invalid."""
    ground, _, reason = form.get("reason", "").partition(":")
    try:
        action = Action(form.get("action", ""))
    except ValueError:
        raise Invalid("Please choose what to do.", fields={"action": "Please choose."}) from None
    law = Ground.LAW if ground == "law" else Ground.RULES
    words = (form.get("explanation", ""), form.get("note", ""))
    return NewDecision(action, law if reason else Ground.NONE, reason, *words, seen=form.get("seen", ""))


@post("/desk/{site:str}/bulk", include_in_schema=False)
async def bulk(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    """One decision on what was chosen in a list."""
    chosen = [_chosen(str(one)) for one in (await request.form()).getall("comment", [])]
    form = await form_of(request)
    together = await house.db.write(moderate.decide_many, chosen, asked(form), desk, house.clock())
    did = {"did": together.batch} if together.done else {}
    return _back(house, together, form, did)


@post("/desk/{site:str}/undo", include_in_schema=False)
async def undo(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    """`did`: a decision's id, which leads back to its comment, or the mark of what was decided together."""
    form = await form_of(request)
    did = form.get("did", "")
    if did.isascii() and did.isdigit() and len(did) <= 18:
        undone = await house.db.write(moderate.undo, int(did), desk, house.clock())
        frame.touch(house, undone.changed)
        queue = access_queue(form.get("queue", "all")).key
        return go(f"/desk/{desk.site.key}/comments/{undone.changed.comment.id}?queue={queue}")
    together = await house.db.write(moderate.undo_many, did, desk, house.clock())
    return _back(house, together, form, {})


def _back(house: House, together: Together, form: dict[str, str], did: dict[str, str]) -> Html:
    """To the page where it was asked, which says what was done."""
    for one in together.done:
        frame.touch(house, one.changed)
    said = did | ({"left": str(len(together.skipped))} if together.skipped else {})
    place = safe_next(form.get("back", "/desk"))
    return go(f"{place}{'&' if '?' in place else '?'}{urlencode(said)}" if said else place)


def _chosen(value: str) -> tuple[int, str]:
    """A comment as a list names it, "12:held.0."."""
    number, _, mark = value.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise BadRequest("This is not a comment of the list.", fields={"comment": "Take it from the list."})
    return int(number), mark
