"""Who takes part: a person who is signed in, or a browser that we know again."""

import msgspec


class Reader(msgspec.Struct, frozen=True):
    person_id: int | None = None
    guest: str | None = None
    """A browser's own random mark, without its signature; None for persons."""

    @property
    def key(self) -> str:
        """By which votes, reports and visits are kept: one a reader."""
        return f"p{self.person_id}" if self.person_id is not None else f"g{self.guest}"

    def wrote(self, person_id: int | None, guest: str | None) -> bool:
        """Whether a comment with this writer is the reader's own."""
        if self.person_id is not None:
            return person_id == self.person_id
        return person_id is None and guest is not None and guest == self.guest
