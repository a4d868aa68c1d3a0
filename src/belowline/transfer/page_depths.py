"""Who answers whom on pages that put replies beside each other, not into each other.

Two ways to say it: a class depth-N on each comment, or a box around the replies, behind what they answer (Drupal):

    <article class="comment">…</article>
    <div class="indented"> <article class="comment">…</article> </div>
"""

import re

from selectolax.lexbor import LexborNode

_DEPTH = re.compile(r"\bdepth-(\d{1,6})\b")
BOX = "indented"


def parents(nodes: list[LexborNode], nested: set[int]) -> dict[int, int]:
    """The parents (mem_id to mem_id) of comments in the page's order, but of those that are `nested` anyway."""
    boxes = _boxes(nodes)
    boxed = any(boxes.values())
    open_at: dict[int, int] = {}
    found: dict[int, int] = {}
    for node in nodes:
        match = _DEPTH.search(node.attributes.get("class") or "")
        if match is None and not boxed:
            continue
        key, depth = node.mem_id, int(match[1]) if match else boxes[node.mem_id] + 1
        if key not in nested and depth > 1 and depth - 1 in open_at:
            found[key] = open_at[depth - 1]
        open_at = open_at if depth not in open_at else {level: k for level, k in open_at.items() if level < depth}
        open_at[depth] = key
    return found


def _boxes(nodes: list[LexborNode]) -> dict[int, int]:
    """In how many boxes of replies each comment stands. Every element above them is looked at once."""
    known: dict[int, int] = {}
    found = {}
    for node in nodes:
        path, above = [], node.parent
        while above is not None and above.mem_id not in known:
            path.append(above)
            above = above.parent
        depth = known[above.mem_id] if above is not None else 0
        for one in reversed(path):
            depth += BOX in (one.attributes.get("class") or "").split() if one.tag == "div" else 0
            known[one.mem_id] = depth
        found[node.mem_id] = depth
    return found
