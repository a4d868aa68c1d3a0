"""Staged stories and comments into the store, piece by piece: parents first, in the order of time."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.store import imports, sites
from belowline.store.staging import Staged, Staging
from belowline.store.tables import to_us
from belowline.transfer.ballots import Ballots, numbers
from belowline.transfer.belowline import OwnComment, own_source
from belowline.transfer.context import Context
from belowline.transfer.homes import Home, Homes
from belowline.transfer.placing import Node, Places, parents_first
from belowline.transfer.quoting import led_here
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import CommentRecord
from belowline.transfer.rows import clean, comment_row, email_hash, own_row, pingback_row, state_of
from belowline.transfer.stage import batches, decode_comment
from belowline.transfer.turns import CHUNK, Turns

Progress = Callable[[int, int], None]
"""Told how many comments are done, of how many."""

NOT_A_COMMENT = -1
"""In `ids`: a pingback. 0 is what has no id yet."""


class Entry(msgspec.Struct):
    """A staged comment on its way."""

    staged: Staged
    record: CommentRecord
    source: str
    source_id: str
    parent_id: int | None = None
    orphan: bool = False

    @property
    def is_pingback(self) -> bool:
        return self.record.kind == "pingback"


class Intake:
    """13 bytes of memory for each comment of the files, beside the piece at hand."""

    def __init__(
        self, turns: Turns, homes: Homes, staging: Staging, receipt: Receipt, total: int, context: Context
    ) -> None:
        self._turns, self._homes, self._staging, self._receipt = turns, homes, staging, receipt
        self._total, self._context, self._done = total, context, 0
        self._up = array("i", bytes(4 * (total + 1)))  # seq of the parent
        self._ids = array("q", bytes(8 * (total + 1)))
        self._mark = bytearray(total + 1)
        self._own = own_source(imports.installation(turns.conn))
        self._hash_key = sites.signing_secret(turns.conn)
        self._ballots = Ballots(turns, staging, receipt, context)
        self._has_emails = staging.has_emails()

    def story(self, num: int, home: Home, prefix: str, progress: Progress | None) -> None:
        """One story of the files with its comments."""
        record, first = home.record, self._staging.first_time(num)
        start = record.published_at if record and record.published_at else self._context.now
        self._staging.fill_times(num, to_us(start))
        if home.story_id is None and record and not self._context.dry_run and self._context.run_id is not None:
            home.row = self._homes.make(self._turns.conn, record, self._context.run_id, first, self._context.now)
            home.story_id = home.row["id"] = self._turns.story_id()
            self._turns.stories.append(home.row)
            self._turns.aliases += self._homes.aliases(self._turns.conn, record, home.story_id)
        for piece in batches(self._in_order(num), CHUNK):
            if not home.empty:  # what waits will be read
                self._turns.flush()
                home.row = None
            self._piece(num, home, prefix, piece)
            home.empty = False
            self._done += len(piece)
            self._turns.done(len(piece))
            if progress:
                progress(self._done, self._total)

    def _in_order(self, num: int) -> Iterator[tuple[int, bool]]:
        seqs = array("i")
        for seq, parent_seq, _ in self._staging.tree(num):
            seqs.append(seq)
            self._up[seq] = parent_seq or 0
        return parents_first(seqs, self._up, self._mark)

    def _piece(self, num: int, home: Home, prefix: str, piece: list[tuple[int, bool]]) -> None:
        rings = {seq for seq, ring in piece if ring}
        entries = every = self._entries(prefix, [seq for seq, _ in piece])
        there = None if home.empty else home.story_id
        if there is not None:
            entries = self._without_known(there, entries)
        comments = [entry for entry in entries if not entry.is_pingback]
        self._give_ids(entries)
        self._find_parents(there, comments, rings)
        for entry in entries:
            self._count(entry, entry.orphan)
        emails = self._emails(comments)
        rows = [self._row(entry, emails) for entry in comments]
        self._count_votes(num, home, every, rows)
        self._quotes(num, home, comments, rows)
        if home.story_id is not None and not self._context.dry_run:
            self._place(home, rows)
            self._put(home.story_id, rows, [entry for entry in entries if entry.is_pingback])

    def _count_votes(self, num: int, home: Home, entries: list[Entry], rows: list[dict[str, Any]]) -> None:
        here = [(e, self._ids[e.staged.seq]) for e in entries if not e.is_pingback]
        totals = {id_: (e.record.likes, e.record.dislikes) for e, id_ in here}
        new = {row["id"]: row for row in rows}
        self._ballots.count(num, home.story_id, {e.staged.key: id_ for e, id_ in here}, new, totals)

    def _quotes(self, num: int, home: Home, entries: list[Entry], rows: list[dict[str, Any]]) -> None:
        """The quotes of other Belowlines lead to the ids that the comments have here."""
        for entry, row in zip(entries, rows, strict=True):
            quotes = entry.record.quotes if isinstance(entry.record, OwnComment) else ()
            if quotes and home.story_id is not None:
                slug = home.row["slug"] if home.row else imports.slug_of(self._turns.conn, home.story_id)
                led = led_here(quotes, slug, lambda key: self._ids[self._staging.seq_of(num, key)])
                row["quotes"] = msgspec.json.encode(led).decode() if led else None
                if len(led) < len(quotes):
                    what = f"Comment {entry.staged.key} quotes what is not here."
                    self._receipt.note(
                        what, "Its words stand; where they are from was left behind.", entry.record.where
                    )

    def _entries(self, prefix: str, seqs: list[int]) -> list[Entry]:
        found = {}
        for staged in self._staging.comments(seqs):
            record = decode_comment(staged.body)
            own = isinstance(record, OwnComment)
            source = record.origin if own else self._context.source
            found[staged.seq] = Entry(staged, record, source, record.origin_id if own else prefix + staged.key)
        return [found[seq] for seq in seqs]

    # --- what is there already ---------------------------------------------------------------------

    def _without_known(self, story_id: int, entries: list[Entry]) -> list[Entry]:
        known = self._known(story_id, entries)
        new = []
        for entry in entries:
            there = known.get((entry.is_pingback, entry.source, entry.source_id))
            if there is None:
                new.append(entry)
                continue
            id_, run_id, orphan = there
            self._ids[entry.staged.seq] = id_
            if run_id is not None and run_id == self._context.run_id:  # before an interruption
                self._count(entry, orphan)
            else:
                self._receipt.comments.already_there += 1
        return new

    def _known(self, story_id: int, entries: list[Entry]) -> dict[tuple[bool, str, str], tuple[int, int | None, bool]]:
        conn = self._turns.conn
        found: dict[tuple[bool, str, str], tuple[int, int | None, bool]] = {}
        for source in {entry.source for entry in entries}:
            keys = [e.source_id for e in entries if e.source == source and not e.is_pingback]
            for key, there in imports.known(conn, story_id, source, keys).items():
                found[False, source, key] = there
            keys = [e.source_id for e in entries if e.source == source and e.is_pingback]
            for key, run_id in imports.known_pingbacks(conn, story_id, source, keys).items():
                found[True, source, key] = NOT_A_COMMENT, run_id, False
        own = [e.source_id for e in entries if e.source == self._own and e.source_id.isdecimal()]
        for id_ in imports.existing(conn, story_id, map(int, own)) if own else ():
            found[False, self._own, str(id_)] = id_, None, False
        return found

    # --- who answers whom --------------------------------------------------------------------------

    def _give_ids(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._ids[entry.staged.seq] = NOT_A_COMMENT if entry.is_pingback else self._turns.comment_id()

    def _find_parents(self, story_id: int | None, entries: list[Entry], rings: set[int]) -> None:
        outside = [e for e in entries if e.staged.parent is not None and not self._up[e.staged.seq]]
        there = self._parents_there(story_id, [e for e in outside if e.staged.seq not in rings])
        for entry in entries:
            up = self._up[entry.staged.seq]
            id_ = self._ids[up] if up else there.get(entry.staged.seq, 0)
            entry.parent_id = id_ if id_ > 0 else None
            named = entry.staged.parent is not None
            entry.orphan = entry.parent_id is None and (named or getattr(entry.record, "orphan", False))
            if named and entry.orphan:
                why = "It answers itself through others" if entry.staged.seq in rings else "That comment is not here"
                what = f"Comment {entry.staged.key} answers {entry.staged.parent}."
                self._receipt.note(what, f"{why}; it stands at top level and says so.", entry.record.where)

    def _parents_there(self, story_id: int | None, entries: list[Entry]) -> dict[int, int]:
        """Ids of parents that the files do not hold but the store does, by the reply's seq."""
        found: dict[int, int] = {}
        if story_id is None:
            return found
        for source in {entry.source for entry in entries}:
            mine = [e for e in entries if e.source == source]
            keys = {e.staged.seq: e.source_id.removesuffix(e.staged.key) + str(e.staged.parent) for e in mine}
            known = imports.known(self._turns.conn, story_id, source, set(keys.values()))
            found.update({seq: known[key][0] for seq, key in keys.items() if key in known})
        return found

    # --- into the store ----------------------------------------------------------------------------

    def _emails(self, entries: list[Entry]) -> dict[str, str]:
        """Addresses that the source keeps with its people, not with their comments."""
        if not self._has_emails:
            return {}
        return self._staging.emails({e.record.person_source_id for e in entries if e.record.person_source_id})

    def _row(self, entry: Entry, emails: dict[str, str]) -> dict[str, Any]:
        staged, record = entry.staged, entry.record
        address = record.author_email or emails.get(record.person_source_id or "")
        row = comment_row(record, staged.at, bool(staged.lost or _lost(record)), email_hash(address, self._hash_key))
        self._earlier(record, self._ids[staged.seq])
        if not row["html"] and row["state"] == "published":
            what = f"Comment {staged.key} is empty."
            self._receipt.note(what, "It has no text that can be shown; it stands as it is.", record.where)
        return row | {
            "id": self._ids[staged.seq],
            "parent_id": entry.parent_id,
            "orphan": entry.orphan,
            "source": entry.source,
            "source_id": entry.source_id,
            "import_run_id": self._context.run_id,
            "found": staged.found or _found(record),
            **numbers(record),
            **own_row(record),
        }

    def _earlier(self, record: CommentRecord, id_: int) -> None:
        if record.earlier and not self._context.dry_run and self._context.run_id is not None:
            kept = ({"text": clean(one.text), "written_at": to_us(one.at)} for one in record.earlier)
            self._turns.revisions += [{"comment_id": id_, **one} for one in kept]

    def _place(self, home: Home, rows: list[dict[str, Any]]) -> None:
        """Gives the rows their places, and those above them their new counts."""
        conn = self._turns.conn
        places = Places(lambda ids: _nodes(conn, ids))
        new = {row["id"] for row in rows}
        places.fetch_above(row["parent_id"] for row in rows if row["parent_id"] and row["parent_id"] not in new)
        for row in rows:
            places.add(row["id"], row["parent_id"], row["state"] == "published")
        for row in rows:
            row.update(_place_of(places.new[row["id"]]))
        imports.set_places(conn, [{"id": node.id, **_place_of(node)} for node in places.changed()])
        if home.row:
            home.row["comment_count"] += places.comments
            home.row["thread_count"] += places.threads
        elif home.story_id is not None:
            imports.count_story(conn, home.story_id, places.comments, places.threads)

    def _put(self, story_id: int, rows: list[dict[str, Any]], pingbacks: list[Entry]) -> None:
        for row in rows:
            row["story_id"] = story_id
        self._turns.comments += rows
        shared = {"story_id": story_id, "import_run_id": self._context.run_id}
        kept = [(e, pingback_row(e.record, e.staged.at)) for e in pingbacks]
        self._turns.pingbacks += [row | shared | {"source": e.source, "source_id": e.source_id} for e, row in kept]

    def _count(self, entry: Entry, orphan: bool) -> None:
        counts = self._receipt.comments
        counts.stored += 1
        kind = "pingbacks" if entry.is_pingback else str(state_of(entry.record))
        setattr(counts, kind, getattr(counts, kind) + 1)
        counts.orphans += orphan


def _lost(record: CommentRecord) -> bool:
    return isinstance(record, OwnComment) and record.date_lost


def _found(record: CommentRecord) -> str | None:
    """What another Belowline had found."""
    own = record.found if isinstance(record, OwnComment) else None
    return msgspec.json.encode(own).decode() if own else None


def _nodes(conn: sa.Connection, ids: Iterable[int]) -> Iterator[Node]:
    for id_, parent_id, root_id, depth, shown, pos, seq, replies, descendants in imports.places(conn, ids):
        node = Node(id_, parent_id, root_id, depth, shown)
        node.pos, node.seq, node.replies, node.descendants = pos, seq, replies, descendants
        yield node


def _place_of(node: Node) -> dict[str, Any]:
    return {
        "root_id": node.root,
        "depth": node.depth,
        "shown": node.shown,
        "child_pos": node.pos,
        "child_seq": node.seq,
        "reply_count": node.replies,
        "descendant_count": node.descendants,
    }
