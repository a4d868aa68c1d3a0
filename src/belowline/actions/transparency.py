"""Decisions as records of the Commission's transparency database (Digital Services Act, Article 24(5)).

No word of the writer's and none of the moderator's is in them: both can name people.
"""

import csv
import datetime as dt
import json
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.comment import Comment
from belowline.model.decision import Action, Decision, FoundBy, Ground
from belowline.model.reasons import KINDS, Kind, Rule
from belowline.model.site import Site
from belowline.rules import duties
from belowline.rules.dsa import FIELDS, OLDEST_CONTENT, Statement, faults
from belowline.rules.dsa_names import UNION
from belowline.store import appeals, comments, notices, reasons, sanctions, stories

EXPORTED = (Action.REMOVE, Action.SPAM, Action.HOLD, Action.SUSPEND, Action.BAN, Action.HOLD_PERSON)
_SOURCES = {FoundBy.REPORT: "SOURCE_TYPE_OTHER_NOTIFICATION", FoundBy.NOTICE: "SOURCE_ARTICLE_16"}
_FOUND = {
    FoundBy.MODERATOR: "A moderator found it.",
    FoundBy.MACHINE: "A program marked it.",
    FoundBy.REPORT: "Readers had reported it.",
    FoundBy.NOTICE: "A notice of illegal content had been given.",
    FoundBy.APPEAL: "It was looked at again after an appeal.",
}
_DONE = {
    Action.REMOVE: "A comment of a reader under a news story was removed.",
    Action.SPAM: "A comment under a news story was removed as spam.",
    Action.HOLD: "A comment of a reader under a news story was taken out of sight until it is looked at again.",
    Action.SUSPEND: "The writer of comments under news stories was suspended.",
    Action.BAN: "The writer of comments under news stories was excluded.",
    Action.HOLD_PERSON: "What the writer of comments sends is looked at before it is shown.",
}


class Record(msgspec.Struct, frozen=True):
    statement: Statement
    faults: list[str]
    """What the database would refuse; empty where it is good."""


def records(conn: sa.Connection, site: Site, base_url: str, since: dt.datetime, until: dt.datetime) -> list[Record]:
    """Of what was decided from `since` to before `until` and stands: not undone, not reversed by an appeal."""
    return [Record(said, faults(said)) for _, said in statements(conn, site, base_url, since, until)]


def statements(
    conn: sa.Connection, site: Site, base_url: str, since: dt.datetime, until: dt.datetime
) -> list[tuple[Decision, Statement]]:
    """The same, with the decision of each."""
    found = [one for one in reasons.of_site(conn, site.id, EXPORTED, since, until) if one.undone_at is None]
    appealed = appeals.of_decisions(conn, [one.id for one in found])
    standing = [one for one in found if one.id not in appealed or appealed[one.id].outcome != "reversed"]
    taken = [one for one in standing if one.ground != Ground.NONE or _on_person(one) or _hidden(one)]
    return [(one, statement(conn, site, one, base_url)) for one in taken]


def _on_person(made: Decision) -> bool:
    return made.action in (Action.SUSPEND, Action.BAN, Action.HOLD_PERSON)


def _hidden(made: Decision) -> bool:
    """What others could read was taken out of sight, if only for a while."""
    return made.action == Action.HOLD and made.state_before == "published"


def statement(conn: sa.Connection, site: Site, made: Decision, base_url: str) -> Statement:
    comment = None if made.comment_id is None else comments.get(conn, made.comment_id)
    kind = (duties.kind_of(made.reason) or KINDS[-1]) if made.ground == Ground.LAW else None
    rule = duties.rule_of(site.policy, made.reason) or Rule("other", "The rules of the house", "It breaks them.")
    chosen: Kind | Rule = kind or rule
    written = comment.created_at if comment else made.decided_at
    trusted = made.found_by == FoundBy.NOTICE and notices.flagger_of(conn, made.id) is not None
    said = Statement(
        decision_ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
        decision_ground_reference_url=f"{base_url}/terms?site={site.key}",
        category=chosen.category,
        category_specification=(chosen.keyword,) if chosen.keyword else (),
        content_type=("CONTENT_TYPE_TEXT",),
        content_date=max(f"{written:%Y-%m-%d}", OLDEST_CONTENT),  # imported comments can be older
        content_language=_language(conn, comment, site),
        territorial_scope=site.policy.countries or UNION,
        application_date=f"{made.decided_at:%Y-%m-%d}",
        decision_facts=f"{_DONE[made.action]} {_FOUND[made.found_by]}",
        source_type="SOURCE_TRUSTED_FLAGGER" if trusted else _SOURCES.get(made.found_by, "SOURCE_VOLUNTARY"),
        automated_detection="Yes" if made.found_by == FoundBy.MACHINE else "No",
        automated_decision=_automated(made),
        puid=f"{site.key}-{made.id}",
    )
    return msgspec.structs.replace(said, **_restriction(conn, made), **_ground(site, kind, rule))


def _restriction(conn: sa.Connection, made: Decision) -> dict[str, object]:
    if made.action in (Action.REMOVE, Action.SPAM):
        return {"decision_visibility": ("DECISION_VISIBILITY_CONTENT_REMOVED",)}
    if made.action == Action.HOLD:
        return {"decision_visibility": ("DECISION_VISIBILITY_CONTENT_DISABLED",)}
    if made.action == Action.HOLD_PERSON:
        words = "Every comment of the account is looked at before it is shown."
        return {"decision_visibility": ("DECISION_VISIBILITY_OTHER",), "decision_visibility_other": words}
    marks = (None, None) if made.person_id or not made.comment_id else comments.marks(conn, made.comment_id)
    theirs = sanctions.of(conn, made.site_id, made.person_id, *marks)
    until = next((f"{one.until:%Y-%m-%d}" for one in theirs if one.made_at == made.decided_at and one.until), None)
    if made.person_id is None:  # a guest has no account
        end = {"end_date_service_restriction": until} if until else {}
        return {"decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION", **end}
    end = {"end_date_account_restriction": until} if until else {}
    return {"decision_account": "DECISION_ACCOUNT_SUSPENDED", "account_type": "ACCOUNT_TYPE_PRIVATE", **end}


def _ground(site: Site, kind: Kind | None, rule: Rule) -> dict[str, str]:
    if kind is None:
        title, text = rule.title[:500], rule.text[:2000]
        return {"incompatible_content_ground": title, "incompatible_content_explanation": text or title}
    return {
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": duties.law_of(site.policy, kind)[:500],
        "illegal_content_explanation": f"It was found to be: {kind.title}.",
    }


def _automated(made: Decision) -> str:
    if made.by_machine:
        return "AUTOMATED_DECISION_FULLY"
    held_by_it = made.found_by == FoundBy.MACHINE and made.state_before == "held"
    return "AUTOMATED_DECISION_PARTIALLY" if held_by_it else "AUTOMATED_DECISION_NOT_AUTOMATED"


def _language(conn: sa.Connection, comment: Comment | None, site: Site) -> str:
    """ISO 639-1, where the language has such a code."""
    story = stories.get(conn, comment.story_id) if comment else None
    tag = (comment.lang if comment else None) or (story.lang if story else site.lang)
    primary = tag.partition("-")[0].upper()
    return primary if len(primary) == 2 and primary.isascii() else ""


def write_csv(file: Any, statements: list[dict[str, Any]]) -> None:
    """RFC 4180; what is a list or an object in JSON is written as JSON."""
    table = csv.writer(file)
    table.writerow(FIELDS)
    for one in statements:
        values = (one.get(name, "") for name in FIELDS)
        table.writerow([json.dumps(v, ensure_ascii=False) if isinstance(v, list | tuple | dict) else v for v in values])
