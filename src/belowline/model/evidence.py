"""What the moderation steps found, and what followed from it."""

import enum

import msgspec


class Outcome(enum.StrEnum):
    """In rising order of severity."""

    PUBLISH = "publish"
    NUDGE = "nudge"
    """Ask the writer first: "this may hurt; send anyway?"."""
    HOLD = "hold"
    REFUSE = "refuse"


class Draft(msgspec.Struct, frozen=True):
    """What a reader wants to say, before anything is written."""

    text: str
    html: str
    author_name: str
    story_id: int
    parent_id: int | None
    lang: str | None


class Evidence(msgspec.Struct, frozen=True):
    """One step's finding, kept with the comment. Steps that find nothing leave a score of 0."""

    step: str
    version: int
    score: float
    """0 (nothing) to 1 (certain)."""
    asks: Outcome
    """What this step asks for, by itself; the pipeline's rule decides."""
    reason: str
    """For the moderator: what was found, where."""
    sentence: str
    """For the writer: one plain sentence; empty when there is nothing to tell."""


class Verdict(msgspec.Struct, frozen=True):
    outcome: Outcome
    evidence: tuple[Evidence, ...]
    """All steps, in their order."""

    @property
    def sentences(self) -> list[str]:
        """What the writer is told: of the steps that asked for this outcome."""
        return [e.sentence for e in self.evidence if e.asks == self.outcome and e.sentence]
