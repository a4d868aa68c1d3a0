"""The invented newspaper of `belowline demo`: publication.toml and one TOML file a story.

TOML, because its literal strings hold Markdown of many lines as it is written. Times are ages and
minutes, so that the paper is fresh on whatever day the demo is first filled.
"""

import importlib.resources
import tomllib
from typing import Literal

import msgspec

PICTURES = importlib.resources.files("belowline") / "static" / "demo"


class SampleComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ref: str
    """Unique within its story."""
    parent: str | None = None
    """The ref of the comment it answers."""
    author: str
    text: str
    """Markdown."""
    minutes_after: int
    """Minutes after its story's publication."""
    lang: str | None = None
    state: Literal["published", "held", "deleted", "removed"] = "published"


class SampleStory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    slug: str
    title: str
    deck: str
    body: str
    """Markdown."""
    picture: str
    """File name in static/demo."""
    picture_alt: str
    picture_caption: str
    picture_credit: str
    author_name: str
    author_about: str
    lang: str
    hours_ago: int
    """Hours between publication and the moment the demo is filled."""
    closing: Literal["auto", "open", "closed"] = "auto"
    close_after_days: int | None = None
    comments: list[SampleComment] = []
    """In time order, parents before their replies."""

    def __post_init__(self) -> None:
        """Raises ValueError where a comment could not have been written when and where it stands."""
        if not (PICTURES / self.picture).is_file():
            raise ValueError(f"{self.slug}: there is no picture {self.picture}")
        seen: set[str] = set()
        before = 0
        for comment in self.comments:
            if comment.ref in seen:
                raise ValueError(f"{self.slug}: two comments are called {comment.ref}")
            if comment.parent is not None and comment.parent not in seen:
                raise ValueError(f"{self.slug}: {comment.ref} answers {comment.parent}, which does not stand before it")
            if not before <= comment.minutes_after <= self.last_minute:
                raise ValueError(f"{self.slug}: the time of {comment.ref} is out of order or out of range")
            seen.add(comment.ref)
            before = comment.minutes_after

    @property
    def last_minute(self) -> int:
        """Minutes after publication in which a comment can still have been written: until now or the closing."""
        age = self.hours_ago * 60
        return age if self.close_after_days is None else min(age, self.close_after_days * 24 * 60)


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    site_key: str
    site_name: str
    lang: str
    stories: list[SampleStory]


def load() -> Sample:
    """The whole publication, checked, stories in the order of their files (the lead story first).

    Raises msgspec.ValidationError naming the field, or the story and comment, that is wrong.
    """
    folder = importlib.resources.files("belowline") / "demo"
    data = tomllib.loads((folder / "publication.toml").read_text("utf-8"))
    files = sorted((folder / "stories").iterdir(), key=lambda file: file.name)
    data["stories"] = [tomllib.loads(file.read_text("utf-8")) for file in files if file.name.endswith(".toml")]
    return msgspec.convert(data, Sample)
