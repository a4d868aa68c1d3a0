"""From a source's records to the staging file, with the first half of the receipt."""

import itertools
from collections.abc import Iterable
from typing import Any

import msgspec

from belowline.errors import Problem
from belowline.store.staging import Staging
from belowline.store.tables import to_us
from belowline.transfer.belowline import OwnComment, OwnStory
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import (
    CommentRecord,
    CorrectionRecord,
    Note,
    PersonRecord,
    Record,
    StoryRecord,
    VoteRecord,
)

BATCH = 1000

encode = msgspec.msgpack.Encoder().encode
decode_story = msgspec.msgpack.Decoder(StoryRecord | OwnStory).decode
decode_person = msgspec.msgpack.Decoder(PersonRecord).decode
decode_correction = msgspec.msgpack.Decoder(CorrectionRecord).decode
decode_comment = msgspec.msgpack.Decoder(CommentRecord | OwnComment).decode


class Stage:
    """Puts records into the staging file. `story_ids[num]` is the source's id of the story with that number."""

    def __init__(self, staging: Staging, receipt: Receipt, source: str) -> None:
        self._staging, self._receipt, self._source = staging, receipt, source
        self._nums: dict[str, int] = {}
        self._rows: list[tuple[Any, ...]] = []
        self.total = 0
        """Comments staged so far; the seq of the last."""
        self.cut = ""
        """Which file ends before its end, and where."""
        self._likes = self._addresses = self._no_name = self._no_date = 0

    @property
    def story_ids(self) -> list[str]:
        return list(self._nums)

    def take(self, records: Iterable[Record], partial: bool) -> None:
        """Takes all. A Problem of the source ends it: with `partial` it becomes a note and the good part stays."""
        walk = iter(records)
        try:
            for record in walk:
                self._take(record)
        except Problem as problem:
            if not partial:
                raise
            self._receipt.note("The file was read only in part.", problem.message)
        self._staging.add_comments(self._rows)
        self._staging.ready()
        self._repeated()
        self._sum_up()

    def _take(self, record: Record) -> None:
        if isinstance(record, CommentRecord):
            self._comment(record)
        elif isinstance(record, StoryRecord):
            if not self._staging.add_story(self._num(record.source_id), _bytes(record)):
                what = f"Story {record.source_id} stands more than once."
                self._receipt.note(what, "The first was kept.", record.where)
        elif isinstance(record, PersonRecord):
            self._receipt.people += 1
            notable = record.banned or record.role != "reader" or bool(record.restrictions)
            if record.email or notable:
                self._staging.add_person(record.source_id, record.email, notable, _bytes(record))
        elif isinstance(record, VoteRecord):
            self._receipt.votes.found += 1
            num = self._num(record.story_source_id)
            at = None if record.at is None else to_us(record.at)
            of = (num, record.comment_source_id, record.person_source_id)
            self._staging.add_vote(*of, record.value, record.reason, at)
        elif isinstance(record, CorrectionRecord):
            self._receipt.corrections.found += 1
            self._staging.add_correction(self._num(record.story_source_id), _bytes(record))
        else:
            self._note(record)

    def _num(self, story_id: str) -> int:
        return self._nums.setdefault(story_id, len(self._nums))

    def _comment(self, record: CommentRecord) -> None:
        counts = self._receipt.comments
        counts.found += 1
        if record.state == "trash":
            counts.left_out += 1
            what = f"Comment {record.source_id} lay in the trash."
            self._receipt.note(what, "What was thrown away stays so.", record.where, "comment")
            return
        self.total += 1
        lost = record.created_at is None or (isinstance(record, OwnComment) and record.date_lost)
        at = None if record.created_at is None else to_us(record.created_at)
        num = self._num(record.story_source_id)
        self._rows.append(
            (self.total, num, record.source_id, record.parent_source_id, at, lost and at is None, _bytes(record))
        )
        self._no_date += lost
        self._no_name += record.author_name is None and record.kind == "comment"
        self._likes += record.likes + record.dislikes
        self._addresses += record.author_url is not None and record.kind == "comment"
        if len(self._rows) >= BATCH:
            self._staging.add_comments(self._rows)
            self._rows = []

    def _note(self, note: Note) -> None:
        self._receipt.note(note.what, note.why, note.where, note.left_out)
        if note.cut and not self.cut:
            self.cut = f"{note.what} {note.where}"
        if note.left_out == "comment":
            self._receipt.comments.found += 1
            self._receipt.comments.left_out += 1
        elif note.left_out == "person":
            self._receipt.people += 1
        elif note.left_out == "vote":
            self._receipt.votes.found += 1

    def _repeated(self) -> None:
        for _, key, body in self._staging.take_repeated():
            self._receipt.comments.left_out += 1
            what = f"Comment {key} stands more than once under its story."
            self._receipt.note(what, "The first was kept.", decode_comment(body).where, "comment")

    def _sum_up(self) -> None:
        notes = (
            (self._no_name, "came without their writers' names.", "The source has lost them; they are shown as lost."),
            (self._no_date, "came without their dates.", "The source has lost them; the order of the file stands."),
            (self._addresses, "named a web address of the writer.", "It is not shown here and was left behind."),
        )
        for number, what, why in notes:
            if number and self._source != "page":  # a page's own notes tell it
                self._receipt.note(f"{number:,} comment{'s' * (number > 1)} {what}", why)
        if self._source == "belowline":  # whose numbers hold the votes that have lines of their own
            self._likes = max(0, self._likes - self._receipt.votes.found)
        if self._likes:
            what = f"{self._likes:,} votes came as numbers."
            self._receipt.note(what, "The source does not say whose they are; they are counted as imported votes.")
        if self._receipt.people:
            why = "Their names stand on their comments, which they can claim by an address that the source had."
            if not self._staging.has_emails() and self._source == "belowline":
                why = "Their names stand on their comments; --with-addresses lets them claim those."
            self._receipt.note(f"{self._receipt.people:,} registered writers are in the file.", why)


def _bytes(record: Any) -> bytes:
    try:
        return encode(record)
    except UnicodeEncodeError:
        fields = {name: getattr(record, name) for name in record.__struct_fields__}
        broken = {name: value for name, value in fields.items() if isinstance(value, str)}
        mended = {name: value.encode("utf-8", "replace").decode() for name, value in broken.items()}
        return encode(msgspec.structs.replace(record, **mended))


def batches(values: Iterable[Any], size: int) -> Iterable[list[Any]]:
    """The values in lists of `size`."""
    walk = iter(values)
    while some := list(itertools.islice(walk, size)):
        yield some
