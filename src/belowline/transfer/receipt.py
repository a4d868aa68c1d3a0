"""What an import did, record by record: for people, and as JSON."""

from typing import Any

import msgspec

MAX_NOTES = 10_000
"""Notes on a receipt; of more only the number is told."""
SHOWN_NOTES = 40


class CommentCounts(msgspec.Struct):
    """found = stored + already_there + left_out; stored = published + held + spam + deleted + removed + pingbacks."""

    found: int = 0
    stored: int = 0
    published: int = 0
    held: int = 0
    spam: int = 0
    deleted: int = 0
    removed: int = 0
    """Taken down by a moderator; only Belowline's own lines tell that from deleted."""
    orphans: int = 0
    """Of the stored: their parent is not here, they stand at top level and say so."""
    pingbacks: int = 0
    """Of other sites: kept beside the discussion, whatever their state."""
    already_there: int = 0
    left_out: int = 0

    def adds_up(self) -> bool:
        kinds = self.published + self.held + self.spam + self.deleted + self.removed + self.pingbacks
        return self.found == self.stored + self.already_there + self.left_out and self.stored == kinds


class VoteCounts(msgspec.Struct):
    """found = stored + already_there + left_out: votes of readers of whom the source says who they are."""

    found: int = 0
    stored: int = 0
    already_there: int = 0
    left_out: int = 0
    """On comments that are not here, or by the same person on the same comment again."""


class CorrectionCounts(msgspec.Struct):
    """found = stored + already_there + left_out: what readers said is wrong in stories."""

    found: int = 0
    stored: int = 0
    already_there: int = 0
    left_out: int = 0
    """Of stories that are not here."""


class NoteLine(msgspec.Struct, frozen=True):
    what: str
    why: str
    where: str = ""
    left_out: str = ""
    """story, person, comment or vote where the note stands for one that was left out."""


class UnknownPage(msgspec.Struct, frozen=True):
    """An address of the file under which the site had no story; one was made."""

    url: str
    suggestions: list[str] = []
    """Addresses of stories that were there and may be the same page, for --map."""


class Receipt(msgspec.Struct):
    stories: int = 0
    """Stories of the files that have their place on the site now; pages of one address are one story."""
    new_stories: int = 0
    people: int = 0
    """Registered writers in the files. Names stand on their comments; accounts are not brought over."""
    bans: int = 0
    """Of them banned here, for they were there."""
    restrictions: int = 0
    """Suspensions, and orders that all they write waits, that last here as they did there."""
    votes: VoteCounts = msgspec.field(default_factory=VoteCounts)
    corrections: CorrectionCounts = msgspec.field(default_factory=CorrectionCounts)
    comments: CommentCounts = msgspec.field(default_factory=CommentCounts)
    notes: list[NoteLine] = []
    unknown_urls: list[UnknownPage] = []
    run: int | None = None
    """The number that `belowline import undo` takes; None for a dry run."""
    dry_run: bool = False
    more_notes: int = 0
    """Notes beyond MAX_NOTES, which are not listed."""

    def note(self, what: str, why: str, where: str = "", left_out: str = "") -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(NoteLine(what, why, where, left_out))
        else:
            self.more_notes += 1

    def json(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    def builtins(self) -> Any:
        return msgspec.to_builtins(self)


def for_people(receipt: Receipt) -> str:
    """The receipt as plain text."""
    c = receipt.comments
    did = "would be brought in" if receipt.dry_run else "brought in"
    lines = [
        f"{_count(receipt.stories, 'story', 'stories')}, {receipt.new_stories} of them new.",
        f"{_count(c.found, 'comment', 'comments')} found: {c.stored} {did}, {c.already_there} there already, "
        f"{c.left_out} left out.",
    ]
    kinds = ("published", "held", "spam", "deleted", "removed", "pingbacks")
    if c.stored:
        of = ", ".join(f"{getattr(c, kind)} {kind}" for kind in kinds if getattr(c, kind))
        lines.append(f"Of the {c.stored}: {of}" + (f"; {c.orphans} without their parent." if c.orphans else "."))
    if receipt.people:
        lines.append(f"{_count(receipt.people, 'registered writer', 'registered writers')}.")
    for n, names in ((receipt.votes, ("vote", "votes")), (receipt.corrections, ("correction", "corrections"))):
        if n.found:
            there = f", {n.already_there} there already" if n.already_there else ""
            lines.append(f"{_count(n.found, *names)}: {n.stored} {did}{there}, {n.left_out} left out.")
    lines += [_sentence(note) for note in receipt.notes[:SHOWN_NOTES]]
    if len(receipt.notes) > SHOWN_NOTES:
        more = len(receipt.notes) - SHOWN_NOTES + receipt.more_notes
        lines.append(f"… and {more:,} more notes (--receipt FILE writes up to {MAX_NOTES:,}).")
    lines += [_unknown(page) for page in receipt.unknown_urls if page.suggestions][:SHOWN_NOTES]
    if receipt.run is not None:
        lines.append(f"This was run {receipt.run}; “belowline import undo {receipt.run}” takes it back.")
    return "\n".join(lines)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _sentence(note: NoteLine) -> str:
    left = "Left out: " if note.left_out else ""
    where = f" ({note.where})" if note.where else ""
    return f"- {left}{note.what} {note.why}{where}"


def _unknown(page: UnknownPage) -> str:
    perhaps = ", ".join(page.suggestions)
    return f"- No story had the address {page.url}. The same page, perhaps: {perhaps} (--map OLD=NEW)"
