"""The order "best": which rule gives a comment its place, by name and version.

A rule is a pure function of a comment's votes; its name is kept beside the number that it gave. A new
rule, such as one that asks whether readers who usually disagree agree here, is one line in this table.
"""

from collections.abc import Callable

from belowline.rules.ranking import wilson

Rule = Callable[[int, int], int]
"""(respect, down-votes) to a place, higher first; integers, so that both databases sort them alike."""

RANKINGS: dict[str, Rule] = {wilson.NAME: wilson.place}
CURRENT = wilson.NAME
