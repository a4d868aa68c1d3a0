"""A site: one publication, its origins and its rules of the house."""

import enum
from typing import Annotated

import msgspec

from belowline.model.evidence import Outcome
from belowline.model.reasons import RULES, Rule
from belowline.words import N_


class PublisherSize(enum.StrEnum):
    """Of the publisher as an undertaking (Recommendation 2003/361/EC), by which the Digital Services Act asks more."""

    MICRO = "micro"
    """Fewer than 10 people, at most 2 million euros a year."""
    SMALL = "small"
    """Fewer than 50 people, at most 10 million euros a year."""
    MEDIUM = "medium"
    """Larger."""
    VERY_LARGE = "very-large"
    """Designated by the Commission: 45 million readers a month in the Union."""


class Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who publishes, as the pages /terms and /contact say it."""

    name: str = ""
    """Legal name; empty: the site's."""
    address: str = ""
    """Postal address, on one line."""
    email: str = ""
    """The single point of contact for readers and authorities (Digital Services Act, Articles 11 and 12)."""
    phone: str = ""
    languages: tuple[str, ...] = ()
    """In which authorities can write, BCP 47; empty: the site's language."""
    representative: str = ""
    """In the Union, of a publisher who sits outside of it (Article 13)."""
    authority: str = ""
    """The Digital Services Coordinator of the country, to whom readers can complain (Article 53)."""
    settlement: str = ""
    """A certified body for settlement out of court that is ready to hear readers (Article 21)."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one site allows. Kept as JSON beside the site, so that a new rule needs no migration."""

    max_comment_chars: int = 10_000
    """The longest comment, in characters."""
    edit_window_s: int = 600
    """Seconds in which its writer can change a comment."""
    show_history: bool = False
    """Everybody can see what a comment said before its writer changed it; otherwise only moderators can."""
    close_after_days: int | None = None
    """Discussions close this many days after publication; without a number they stay open."""
    guest_votes: bool = True
    """Readers without an account vote too, known by a mark in their browser."""
    down_votes: bool = False
    """Readers can say, with a reason, that a comment adds nothing. The number is never shown."""
    down_reasons: tuple[str, ...] = (N_("It is not about the story"), N_("It is unkind"), N_("It is not true"))
    """Why a comment adds nothing."""
    report_reasons: tuple[str, ...] = (
        N_("It insults or threatens somebody"),
        N_("It incites hatred"),
        N_("It shows private data"),
        N_("It is advertising or spam"),
        N_("It is false and does harm"),
        N_("Something else"),
    )
    """What a reader can report a comment for."""
    hold_reports_from: int = 5
    """A comment that this many readers reported waits for a moderator; 0 never."""
    hold_all: bool = False
    """Every comment waits for a moderator."""
    guests: bool = True
    """Readers may write under a name, without signing in."""
    members_only: bool = False
    """Only members, and those who work here, may write."""
    hold_links_from: int = 4
    """A comment with this many links or more waits for a moderator."""
    staff_names: tuple[str, ...] = ()
    """Names that no guest may use or imitate; the site's own name is always among them."""
    asks: dict[str, Outcome] = {}
    """What a step's finding asks for on this site, by the step's name, instead of the step's own proposal:
    {"shape": "nudge"} or, to only note what it finds, {"contact": "publish"}."""
    nudges: bool = False
    """Ask the writer first where a step proposes it; otherwise such a comment is published."""
    hold_first: int = 0
    """A newcomer's first comments, this many, wait for a moderator."""
    person_per_minute: int = 6
    """More comments a minute by one person are refused for the moment; 0 sets no limit."""
    address_per_minute: int = 60
    """The same for a network address, which a whole office may share; 0 sets no limit."""
    story_per_minute: int = 0
    """More comments a minute under one story wait for a moderator; 0 sets no limit."""
    same_paste_from: int = 3
    """A long text that was already sent this many times on the site, by anybody, waits for a moderator."""
    hold_after_removals: int = 3
    """Comments of a person with this many removals in 90 days wait for a moderator; 0 never."""
    slow: bool = False
    """Everybody waits `slow_mode_s` between two comments under a story, heated or not."""
    heated_share: float = 0.25
    """A discussion is heated when this share of its last hour's comments was reported or held (and at least
    eight were): then everybody waits `slow_mode_s` between comments; 1 switches it off."""
    slow_mode_s: int = 60
    """Seconds between two comments of a person under a heated or slow story."""
    hold_other_languages: bool = False
    """A comment in none of the languages of site and story waits for a moderator; otherwise it is only noted."""
    hold_contact_data: bool = True
    """A comment with a telephone number, bank account, e-mail or street address waits for a moderator."""
    hold_false_quotes: bool = False
    """A quote of words that stand neither in the story nor above waits for a moderator; otherwise it is noted."""
    words_nudge_from: int = 2
    """Terms of the word lists from this severity (1 mild to 4 never) ask the writer first."""
    words_hold_from: int = 3
    """Terms from this severity wait for a moderator."""
    words_refuse_from: int = 4
    """Terms from this severity are refused."""
    corrections: bool = True
    """Readers can ask for a correction of a story."""
    correction_webhook: str = ""
    """https address of the publication's own system, told of every accepted correction, signed; empty: nobody is."""
    newsroom_email: str = ""
    """Where moderators send comments that the newsroom should see."""
    second_look_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """Of decisions by people, as many go to another moderator, who does not see what was decided; 0 none."""
    announcement: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """A sentence to everybody, above every discussion of the site."""
    classifier: bool = True
    """Whether the model looks at comments; it never refuses one."""
    classifier_hold_from: float = 0.99
    """A comment to which the model gives this much for any label waits for a moderator; above 1 never."""
    classifier_nudge_from: float = 0.9
    """From here the writer is asked first, where `nudges` is on."""
    rules: tuple[Rule, ...] = RULES
    """The rules of the house: the terms print them, decisions name them."""
    laws: dict[str, str] = {}
    """The country's law by kind of illegal content (model.reasons.KINDS), as decisions name it: {"insult": "…"}."""
    publisher: Publisher = Publisher()
    """Who publishes, and where to reach them: the contact page says it."""
    publisher_size: PublisherSize = PublisherSize.MICRO
    """What the Digital Services Act does not ask of micro and small publishers is off for them (rules.duties)."""
    duties: dict[str, bool] = {}
    """A duty switched on or off by its name (rules.duties), whatever the size says."""
    countries: tuple[str, ...] = ()
    """Where decisions count, ISO 3166-1, as the transparency database wants them; empty: the whole Union."""
    appeal_days: int = 184
    """A decision can be appealed against this long: six months at the least (Article 20)."""
    keep_removed_days: int = 365
    """The text of a removed or deleted comment is forgotten after this time, but never before the time for an appeal
    is over; 0 never. So for the next four."""
    keep_held_days: int = 0
    """A held comment on which nobody has decided for so long is removed, and its writer is told."""
    keep_evidence_days: int = 365
    """What the steps found in a comment, and what edits replaced."""
    keep_reports_days: int = 180
    """Readers' reports, from their answer on."""
    keep_notices_days: int = 365
    """Who gave a notice of illegal content, from its answer on."""


class Site(msgspec.Struct, frozen=True):
    id: int
    key: str
    """Short name in addresses and in the embed's `site` attribute: a-z, 0-9 and hyphens."""
    name: str
    lang: str
    """BCP 47 tag of the interface and of stories that do not say."""
    origins: tuple[str, ...]
    """Origins (scheme://host[:port]) whose pages may embed, post and announce new stories."""
    policy: Policy
