"""A reader has themselves erased: they ask, may change their mind for a while, and then it is done.

`step` does one bounded piece in one transaction. It is called until nothing is left, by a job, and where a restored
backup has brought somebody back, before the server answers its first reader.
"""

import datetime as dt
from collections.abc import Callable
from typing import Literal

import msgspec
import sqlalchemy as sa

from belowline.actions.own_data import access_own_data
from belowline.errors import Forbidden, NotFound
from belowline.model.person import SignedIn
from belowline.rules.formats import html_of
from belowline.rules.mentions import fold
from belowline.rules.scrubbing import Passages, scrub_mentions, scrub_quotes
from belowline.rules.signin import email_key
from belowline.store import erasing, erasing_duties, jobs, people, sessions, sites, stories, traces
from belowline.store.erasing import Done, Erasure
from belowline.store.erasure_list import Entry, print_of
from belowline.store.traces import Batch, Other

FRESH = dt.timedelta(minutes=15)
"""How long ago a sign-in may be that confirms the wish."""


HELD_AGAIN = dt.timedelta(hours=20)
"""After which what a legal hold kept is tried again, by the daily duty."""


STRETCH = 5000
"""Comments looked through for mentions in one transaction: a few milliseconds."""


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    texts: Literal["remove", "keep"]
    """remove: what you wrote goes; keep: it stays, as a deleted reader's."""


class Step(msgspec.Struct, frozen=True):
    more: bool
    tags: set[str] = set()
    """Of pages that show something else now."""


def is_fresh(who: SignedIn, now: dt.datetime) -> bool:
    return now - who.session.created_at <= FRESH


def ask(conn: sa.Connection, who: SignedIn, wish: Wish, grace: dt.timedelta, now: dt.datetime) -> Erasure:
    """Notes the wish and signs them out everywhere: whoever signs in until then can take it back.

    Raises Forbidden where the sign-in is not fresh (code sign-in-again) or on a publisher's page.
    """
    access_own_data(who)
    if not is_fresh(who, now):
        raise Forbidden("Please sign in again first: this shows that it is you.", code="sign-in-again")
    if known := erasing.of_person(conn, who.person.id):
        return known
    number = erasing.add(conn, who.person.id, wish.texts, now, now + grace, [])
    jobs.add(conn, "erase", {"erasure": number}, now + grace, key=f"erase:{number}")
    if who.person.email:
        jobs.add(conn, "erasure_mail", {"erasure": number}, now)
    sessions.end_all(conn, who.person.id)
    return _must(conn, number)


def keep(conn: sa.Connection, person_id: int) -> None:
    """They have changed their mind. Raises NotFound where nothing was asked for, or it has begun."""
    found = erasing.of_person(conn, person_id)
    if found is None or found.phase:
        raise NotFound("Nothing is to be erased.", code="no-erasure")
    erasing.drop(conn, found.id)


def asked(conn: sa.Connection, person_id: int) -> Erasure | None:
    return erasing.of_person(conn, person_id)


def queue_due(conn: sa.Connection, now: dt.datetime) -> None:
    """Every erasure whose time has come has a job: also one whose job was buried, or lost with a backup."""
    for number in erasing.due(conn, now):
        jobs.add(conn, "erase", {"erasure": number}, now, key=f"erase:{number}")


# --- the list beside the database --------------------------------------------------------------------


def entry(conn: sa.Connection, erasure_id: int, now: dt.datetime) -> Entry | None:
    """What the list must say before anything is erased; None: nothing is to be erased, or not yet, or it has begun."""
    found = erasing.get(conn, erasure_id)
    if found is None or found.due_at > now or found.phase:
        return None
    person = found.person_id
    if person is None:
        return Entry(None, "", found.emails, found.texts, found.asked_at)
    made_at = erasing.made_at(conn, person)
    assert made_at
    print_ = print_of(person, made_at, sites.signing_secret(conn))
    return Entry(person, print_, sorted({*found.emails, *_emails(conn, person)}), found.texts, found.asked_at)


def _emails(conn: sa.Connection, person_id: int) -> list[str]:
    """Keyed hashes of their addresses, by which their comments as a guest are found."""
    person, keys = people.get(conn, person_id), people.email_keys(conn, person_id)
    if person and person.email:
        keys.append(email_key(person.email, sites.signing_secret(conn)))
    return sorted(set(keys))


def replay(conn: sa.Connection, entries: list[Entry], now: dt.datetime) -> list[int]:
    """Erasures that a restored backup has undone, to be done again now. Nothing where all is as it should be."""
    secret, again = sites.signing_secret(conn), set[int]()
    for one in entries:
        made_at = erasing.made_at(conn, one.person) if one.person is not None else None
        back = one.person is not None and made_at is not None and print_of(one.person, made_at, secret) == one.print
        if one.person is not None and back and (known := erasing.of_person(conn, one.person)):
            erasing.change(conn, known.id, due_at=now, texts=one.texts)
            again.add(known.id)
        elif back or erasing.has_unclaimed(conn, one.emails, one.asked_at):
            person = one.person if back else None
            again.add(erasing.add(conn, person, one.texts, one.asked_at, now, one.emails))
    return sorted(again)


# --- doing it ----------------------------------------------------------------------------------------


def step(conn: sa.Connection, erasure_id: int, now: dt.datetime) -> Step:
    """One piece. The caller has put the entry on the list."""
    found = erasing.get(conn, erasure_id)
    if found is None or found.due_at > now:
        return Step(more=False)
    if not found.phase:
        return _begin(conn, found, now)
    if found.phase > len(_PHASES):
        return _end(conn, found, now)
    done = _PHASES[found.phase - 1](conn, found)
    if not done.rows:
        erasing.change(conn, found.id, phase=found.phase + 1)
    return Step(more=True, tags=_tags(conn, done.stories))


def _end(conn: sa.Connection, of: Erasure, now: dt.datetime) -> Step:
    """It is done, but for what the law holds: that is tried again every day."""
    if erasing.waits(conn, of):
        erasing.change(conn, of.id, phase=len(_PHASES), due_at=now + HELD_AGAIN)
    else:
        erasing.drop(conn, of.id)
    return Step(more=False)


def _begin(conn: sa.Connection, of: Erasure, now: dt.datetime) -> Step:
    if of.person_id is not None and erasing_duties.is_held(conn, "person", of.person_id):
        erasing.change(conn, of.id, due_at=now + HELD_AGAIN)
        return Step(more=False)
    names, emails = [], of.emails
    if of.person_id is not None and (person := people.get(conn, of.person_id)):
        names = [person.name, *(name for name, _ in people.earlier_names(conn, person.id))]
        emails = sorted({*emails, *_emails(conn, person.id)})
    erasing.change(conn, of.id, phase=1, names=names, emails=emails)
    erasing.close_account(conn, _must(conn, of.id), now)
    return Step(more=True)


def _must(conn: sa.Connection, number: int) -> Erasure:
    found = erasing.get(conn, number)
    assert found
    return found


def _tags(conn: sa.Connection, story_ids: set[int]) -> set[str]:
    tags: set[str] = set()
    for story_id in story_ids:
        if story := stories.get(conn, story_id):
            tags |= {f"all:{story_id}", f"story:{story_id}", f"site:{story.site_id}", f"list:{story.site_id}"}
    return tags


def _scrub_mentions(conn: sa.Connection, of: Erasure) -> Done:
    """Mentions of them anywhere, a stretch of all comments at a time."""
    until, last = of.after + STRETCH, traces.last_id(conn)
    if not of.names or of.after >= last:
        erasing.change(conn, of.id, after=0)
        return Done(0)
    found = traces.calling(conn, of.after, until)
    looks = {one: _Look(of, Batch(one, [], []), _others_names(conn, of, one)) for one in {o.story_id for o in found}}
    changed = {other.story_id for other in found if _rewrite(conn, other, looks[other.story_id])}
    erasing.change(conn, of.id, after=found[-1].id if len(found) == traces.AT_ONCE else until)
    return Done(1, changed)


def _scrub(conn: sa.Connection, of: Erasure) -> Done:
    """Traces of the next comments in what others wrote under their story; at its end, the comments' texts."""
    batch = traces.next_batch(conn, of)
    if batch is None:
        return Done(0)
    found = traces.others(conn, batch, of.after)
    if not found:
        erasing.let_go(conn, of, batch.ids)
        erasing.change(conn, of.id, after=0)
        return Done(1, {batch.story_id})
    look = _Look(of, batch, _others_names(conn, of, batch.story_id) if of.names else [])
    for other in found:
        _rewrite(conn, other, look)
    erasing.change(conn, of.id, after=found[-1].id)
    return Done(1, {batch.story_id})


def _others_names(conn: sa.Connection, of: Erasure, story_id: int) -> list[str]:
    """Names of those who write there that begin as theirs do: "@Ada Lovelace" does not mean Ada."""
    beginnings = tuple(fold(name) for name in of.names)
    return [one for one in traces.names_of_writers(conn, story_id) if fold(one).startswith(beginnings)]


class _Look:
    """What is looked for."""

    def __init__(self, of: Erasure, batch: Batch, others: list[str]) -> None:
        self.names, self.others, self.ids = of.names, others, set(batch.ids)
        self.sources = {f"/comments/{one}" for one in batch.ids}
        self.passages = Passages(batch.texts if of.texts == erasing.REMOVE else [])

    def clean(self, text: str, format: str, close: bool) -> str:
        return scrub_mentions(scrub_quotes(text, format, self.passages, close), self.names, self.others)

    def called(self, said: object) -> object:
        return scrub_mentions(said, self.names, self.others) if isinstance(said, str) else said

    def found_in(self, said: str) -> bool:
        folded = fold(said)
        return self.passages.hold(said, False) or any(fold(name) in folded for name in self.names)


def _rewrite(conn: sa.Connection, other: Other, look: _Look) -> bool:
    """Whether its text is another now."""
    cited = [one for one in other.quotes or [] if one.get("source") in look.sources]
    close = bool(cited) or other.parent_id in look.ids
    text = look.clean(other.text, other.format, close)
    if text != other.text:
        traces.rewrite(conn, other.id, text=text, html=html_of(text, other.format))
    quotes = [_called(one, look) for one in other.quotes or [] if not _cites(one, look)]
    if quotes != (other.quotes or []):
        traces.rewrite(conn, other.id, quotes=quotes or None)
    for number, before in other.revisions:
        if (after := look.clean(before, other.format, close)) != before:
            traces.rewrite_revision(conn, number, after)
    for number, evidence in other.verdicts:
        blanked = [_blanked(one, look) for one in evidence]
        if blanked != evidence:
            erasing.set_evidence(conn, number, blanked)
    return text != other.text


def _cites(quote: dict[str, object], look: _Look) -> bool:
    """Whether a selector leads to a comment that goes, or says its words."""
    if not look.passages.any:
        return False
    selector = quote.get("selector")
    said = " ".join(str(one) for one in selector.values()) if isinstance(selector, dict) else ""
    return quote.get("source") in look.sources or look.passages.hold(said, False)


def _called(quote: dict[str, object], look: _Look) -> dict[str, object]:
    """A selector without mentions in its words."""
    selector = quote.get("selector")
    if not isinstance(selector, dict):
        return quote
    return quote | {"selector": {key: look.called(value) for key, value in selector.items()}}


def _blanked(evidence: dict[str, object], look: _Look) -> dict[str, object]:
    said = f"{evidence.get('reason')} {evidence.get('sentence')}"
    return evidence | {"reason": "", "sentence": ""} if look.found_in(said) else evidence


_PHASES: tuple[Callable[[sa.Connection, Erasure], Done], ...] = (
    erasing.drop_follows,
    erasing.unlink_votes,
    erasing.unlink_reports,
    erasing.unlink_comments,
    _scrub_mentions,
    _scrub,
    erasing.blank_released,
)
