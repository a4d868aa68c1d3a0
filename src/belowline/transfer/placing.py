"""Where new comments stand in a discussion, and what they change in the counts above them.

The same rules as store/comments.py keeps one comment at a time, for many at once: a comment is shown if
it is published or has shown replies; a shown one is counted into its parent and into the
descendants of COUNTED_DEPTH ancestors.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator

from belowline.model.comment import COUNTED_DEPTH


class Node:
    """One comment's place, in the words of the store: `seq` is its child_seq, `pos` its child_pos."""

    __slots__ = (
        "above", "changed", "depth", "descendants", "id", "parent_id", "pos", "replies", "root", "seq", "shown",
    )  # fmt: skip

    def __init__(self, id: int, parent_id: int | None, root: int | None, depth: int, shown: bool) -> None:
        self.id, self.parent_id, self.root, self.depth, self.shown = id, parent_id, root, depth, shown
        self.above: Node | None = None
        self.pos = self.seq = self.replies = self.descendants = 0
        self.changed = False


Fetch = Callable[[list[int]], Iterable[Node]]


class Places:
    """The new comments of one story and those ancestors of theirs that the store has."""

    def __init__(self, fetch: Fetch) -> None:
        """`fetch` reads nodes of the store by their ids."""
        self._fetch = fetch
        self._known: dict[int, Node] = {}
        self.new: dict[int, Node] = {}
        self.comments = self.threads = 0
        """How many more the story has."""

    def fetch_above(self, ids: Iterable[int]) -> None:
        """Reads these comments and as many of their ancestors as a reply to them can change."""
        frontier = dict.fromkeys(ids, COUNTED_DEPTH)
        best: dict[int, int] = {}
        while frontier:
            missing = [id for id in frontier if id not in self._known]
            self._known.update({node.id: node for node in self._fetch(missing)} if missing else {})
            following: dict[int, int] = {}
            for id, steps in frontier.items():
                node = self._known[id]
                if best.get(id, 0) >= steps:
                    continue
                best[id] = steps
                left = (steps if node.shown else COUNTED_DEPTH) - 1
                if node.parent_id is not None and left > 0:
                    following[node.parent_id] = max(left, following.get(node.parent_id, 0))
            frontier = following
        for node in self._known.values():
            node.above = None if node.parent_id is None else self._known.get(node.parent_id)

    def add(self, id: int, parent_id: int | None, published: bool) -> None:
        """Its parent is new as well, or was fetched."""
        node = Node(id, parent_id, None, 0, False)
        if parent_id is not None:
            parent = self.new.get(parent_id) or self._known[parent_id]
            node.above, node.depth, node.root = parent, parent.depth + 1, parent.root or parent.id
        self.new[id] = node
        if published:
            self.comments += 1
            self._show(node)

    def _show(self, node: Node) -> None:
        hidden: list[Node] = []
        one: Node | None = node
        while one is not None and not one.shown:
            hidden.append(one)
            one = one.above
        for one in reversed(hidden):
            one.shown = one.changed = True
            if one.above is None:
                self.threads += one.parent_id is None
                continue
            one.above.seq += 1
            one.above.replies += 1
            one.pos = one.above.seq
            above: Node | None = one.above
            for _ in range(COUNTED_DEPTH):
                if above is None:
                    break
                above.descendants += 1
                above.changed = True
                above = above.above

    def changed(self) -> Iterator[Node]:
        """Those of the store that are counted anew."""
        return (node for node in self._known.values() if node.changed)


def parents_first(seqs: Iterable[int], up: "array[int]", mark: bytearray) -> Iterator[tuple[int, bool]]:
    """The comments with parents before their replies, else in the order given; linear, without recursion.

    `up[seq]` is the parent's seq or 0, `mark[seq]` 0 for what was not met yet. Where comments answer each
    other in a ring, one loses its parent (`up` becomes 0): (seq, True).
    """
    waiting, done = 1, 2
    for first in seqs:
        path: list[int] = []
        seq = first
        while seq and not mark[seq]:
            mark[seq] = waiting
            path.append(seq)
            seq = up[seq]
        ring = bool(seq) and mark[seq] == waiting
        if ring:
            up[path[-1]] = 0
        for place, one in enumerate(reversed(path)):
            mark[one] = done
            yield one, ring and place == 0
