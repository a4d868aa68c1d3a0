"""Who answers whom, found again for the stories of an import whose list of comments has lost it (rules/threading.py).

What is found goes into the staging file like a parent that the source had named, with its reason beside it; so
a run takes it in, resumes and repeats it like everything else.
"""

from collections.abc import Iterator, Sequence

import msgspec

from belowline.model.found import Found, FoundLink, FoundName
from belowline.rules import text, threading
from belowline.rules.formats import html_of
from belowline.rules.threading import Flat
from belowline.store.staging import Staging
from belowline.transfer.receipt import Receipt
from belowline.transfer.stage import Stage, decode_comment, decode_story

FLAT_SOURCES = frozenset({"page"})
"""Sources whose lists without a single reply have lost them; elsewhere such a list is what readers wrote."""
MOST = 50_000
"""Comments of one list that are looked at, for they are held in memory."""
_NOTHING = msgspec.json.encode(Found()).decode()


def find_again(staging: Staging, stage: Stage, receipt: Receipt, wanted: bool) -> None:
    """Looks at every story without a reply. Not `wanted`: only marks its comments as those of a list that lost them."""
    for num, source_id in enumerate(stage.story_ids):
        if not staging.is_flat(num):
            continue
        size = staging.size(num)
        if not wanted or size > MOST:
            staging.set_found((None, _NOTHING, seq) for seq in staging.seqs(num))
            if wanted:
                receipt.note(f"Story {source_id} has {size:,} comments.", "Too many to look for who answers whom.")
            continue
        _one_story(staging, num, source_id, receipt)


def _one_story(staging: Staging, num: int, source_id: str, receipt: Receipt) -> None:
    seqs, keys, flats = [], [], []
    for seq, key, kept in staging.in_order(num):
        record = decode_comment(kept)
        if record.kind == "comment":
            words = record.text if record.format != "html" else text.plain(html_of(record.text, "html"))
            seqs.append(seq)
            keys.append(key)
            flats.append(Flat(record.author_name, words, record.created_at))
    if newest_first(flats):
        seqs.reverse()
        keys.reverse()
        flats.reverse()
    body = staging.story_body(num)
    result = threading.find(flats, _story_text(body) if body else "")
    found = _found(result, len(flats))
    parents = (None if guess is None else keys[guess.parent] for guess in result.parents)
    told = (msgspec.json.encode(one).decode() for one in found)
    staging.set_found(zip(parents, told, seqs, strict=True))
    _tell(receipt, source_id, keys, result)


def newest_first(flats: Sequence[Flat]) -> bool:
    """Whether the list runs from the newest to the oldest; answers then stand above what they answer."""
    back = list(reversed(flats))
    return threading.in_time_order(back) and not threading.in_time_order(flats)


def _found(result: threading.Found, size: int) -> Iterator[Found]:
    names = {one.comment: FoundName(one.name, one.confidence, len(one.called_by)) for one in result.names}
    for index in range(size):
        guess = result.parents[index]
        link = FoundLink(guess.reason, round(guess.confidence, 2), guess.said, guess.lost) if guess else None
        yield Found(link, names.get(index))


def _story_text(body: bytes) -> str:
    story = decode_story(body)
    plain = text.plain(story.body) if story.body_format == "html" else story.body
    return "\n".join(part for part in (story.title, story.deck, story.author_name, plain) if part)


def _tell(receipt: Receipt, source_id: str, keys: Sequence[str], result: threading.Found) -> None:
    for key, guess in zip(keys, result.parents, strict=True):
        if guess:
            sure = "A guess" if guess.lost else f"{guess.confidence:.0%} sure"
            why = f"{guess.sentence} {sure}; it is shown as “probably replies to”."
            receipt.note(f"Comment {key} probably answers {keys[guess.parent]}.", why)
    for name in result.names:
        receipt.note(f"Comment {keys[name.comment]} is perhaps by {name.name}.", name.sentence)
    count = sum(guess is not None for guess in result.parents)
    if count:
        what = f"{count:,} of {len(keys):,} comments of the story {source_id} were put under the comment they answer."
        receipt.note(what, "The page had lost its replies; --no-threading leaves all at top level.")
