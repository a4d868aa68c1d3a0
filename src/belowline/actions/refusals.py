"""Counts what the steps refuse: for the yearly report, and nothing about the text or its writer."""

import datetime as dt

import sqlalchemy as sa

from belowline.errors import Refused
from belowline.store import refusals

ALL = ""
"""Of the comments themselves: several steps can ask for one refusal."""


def count(conn: sa.Connection, refused: Refused, now: dt.datetime) -> None:
    """In a transaction of its own: the refused comment's is taken back."""
    refusals.add(conn, refused.site, f"{now:%Y-%m-%d}", (ALL, *refused.steps))
