"""What the moderation steps found, and what followed from it."""

import datetime as dt
import enum
from typing import Protocol

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
    pipeline: str = ""
    """Which steps ran, in which versions, as a short print."""

    @property
    def sentences(self) -> list[str]:
        """What the writer is told: of the steps that asked for this outcome."""
        return [e.sentence for e in self.evidence if e.asks == self.outcome and e.sentence]


class Print(msgspec.Struct, frozen=True):
    """A text's print, to find the same or nearly the same text again (moderation.prints.take)."""

    exact: int
    """64 bits of a hash of the text without case, accents, spaces and punctuation."""
    sketch: frozenset[int]
    """The smallest hashes of its runs of three words; empty for short texts."""


class Recent(msgspec.Struct, frozen=True):
    """A comment that was sent lately, as far as it tells whether this one repeats it."""

    print: Print
    same_person: bool
    same_story: bool
    comment_id: int | None = None


class Found(msgspec.Struct, frozen=True):
    """A term of a word list that stands in a text."""

    term: str
    severity: int
    """1 mild, 2 rude, 3 severe, 4 never."""
    times: int


class Words(Protocol):
    """Word lists made ready for use (moderation.words.Matcher)."""

    def find(self, text: str) -> list[Found]:
        """Every term that stands in the text, the most severe first, in time linear in the text."""


class External(msgspec.Struct, frozen=True):
    """What the publication's own service said of a draft, or what holds because it said nothing."""

    asks: Outcome
    score: float
    reason: str
    sentence: str


class Facts(msgspec.Struct, frozen=True):
    """What the steps may know beside the draft, fetched in one read. Everything has a default:
    a step whose facts are not given finds nothing."""

    # The place
    site_name: str = ""
    site_hosts: frozenset[str] = frozenset()
    """The publication's own hosts: links to them and their subdomains are never counted."""
    allowed_domains: frozenset[str] = frozenset()
    """Domains whose links are never counted; a domain stands for its subdomains too."""
    blocked_domains: frozenset[str] = frozenset()
    """Domains to which nobody may link."""
    words: Words | None = None
    staff_names: tuple[str, ...] = ()
    """Names of those who work here, beside those of the policy."""
    languages: tuple[str, ...] = ()
    """BCP 47 tags in which comments are welcome: of the site and of the story; empty allows all."""
    closed: bool = False
    """The discussion takes no more comments."""

    external: External | None = None
    """What the publication's own service said; None where none is asked."""

    # The person
    staff: bool = False
    """Writes for the publication: may use its name, and is not new, too fast or on record."""
    banned: bool = False
    suspended_until: dt.datetime | None = None
    """Set only while it lasts."""
    watched: bool = False
    """A moderator wants to see all that they write first."""
    nudged: bool = False
    """Was asked about this very draft and chose to send it."""
    published_before: int | None = None
    """Comments by this person that stand on this site; None where the person is not known again."""
    removed_lately: int = 0
    """Comments by this person that moderators took down or refused in the last 90 days."""
    since_last_s: float | None = None
    """Seconds since this person's last comment under this story."""

    # What happens here now: comments already sent, without this draft
    person_last_minute: int = 0
    address_last_minute: int = 0
    """From the same network address."""
    story_last_minute: int = 0
    story_last_hour: int = 0
    reports_last_hour: int = 0
    """Of this story's comments, by readers; counted once for a comment."""
    holds_last_hour: int = 0
    """This story's comments held by people or steps other than the slow mode itself."""
    recent: tuple[Recent, ...] = ()
    """Comments sent lately on this site that may say the same; a few dozen at most."""
    quotable: tuple[str, ...] | None = None
    """Texts whose words may be quoted: the story and the comments above. None where they were not fetched."""
