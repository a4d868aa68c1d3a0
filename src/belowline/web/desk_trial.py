"""The desk tries other rules on what was sent lately, before they hold: how many would fare otherwise, and which."""

import time
from typing import Any

from litestar import post

from belowline.actions import queues as queue_act
from belowline.actions import replay
from belowline.actions.replay import Run, Trial
from belowline.errors import Invalid
from belowline.model.evidence import Outcome
from belowline.model.person import Role
from belowline.web.desk import AtDesk, Html, at_least, show
from belowline.web.desk_fields import from_form
from belowline.web.desk_room import rules_page
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.typed import form_of

DAYS = 30
PATIENCE_S = 20.0  # then it shows what it has, and how far it came
SHOWN = 50


@post("/desk/{site:str}/rules/try", include_in_schema=False, status_code=200)
async def try_rules(request: AnyRequest, house: Here, desk: AtDesk) -> Html:
    at_least(desk, Role.ADMIN)
    form = await form_of(request)
    try:
        changes = from_form(form, desk.site.policy)
        trial = Trial(policy=changes, days=DAYS)
        run: Run = await house.db.read(replay.begin, desk.site.key, trial, house.clock())
    except Invalid as problem:
        return await rules_page(house, desk, form, problem.message, problem.status)
    return await tried(house, desk, run, "rules", form, changes=changes)


async def tried(house: House, desk: AtDesk, run: Run, here: str, form: dict[str, str], **more: Any) -> Html:
    """Judges, and shows what would be otherwise; `form` is sent to the page `here` to make it so."""
    share = await _go(house, run)
    changed = run.tally.changes[:SHOWN]
    listed = await house.db.read(queue_act.rows_of, desk, [one.comment_id for one in changed], house.clock())
    values: dict[str, Any] = {
        "form": form,
        "tally": run.tally,
        "outcomes": [one for one in Outcome if run.tally.before(one) or run.tally.after(one)],
        "changed": [(one, listed[one.comment_id]) for one in changed if one.comment_id in listed],
        "share": share,
        "days": DAYS,
    }
    return await show(house, desk, "desk/trial.html", here, **values, **more)


async def _go(house: House, run: Run) -> float:
    """Piece by piece on the readers' threads, so that others are served meanwhile; how much was done, 0 to 1."""
    until = time.monotonic() + PATIENCE_S
    while await house.db.read(replay.go_on, run):
        if time.monotonic() > until:
            return run.share
    return 1.0
