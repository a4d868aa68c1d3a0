"""Every step by itself: what it finds, what it leaves alone, and that it is silent without facts."""

import datetime as dt

import pytest

from belowline.errors import Invalid
from belowline.model.evidence import Draft, Evidence, External, Facts, Outcome, Recent
from belowline.model.site import Policy
from belowline.moderation import prints
from belowline.moderation.pipeline import STEPS
from belowline.moderation.words import Matcher, read_terms
from belowline.rules.text import comment_html

LONG = (
    "The bridge was closed in March for two weeks, and it is November now. I cycle past it every morning and have "
    "yet to see one worker there before nine."
)


def draft(text: str, name: str = "Ann Reader") -> Draft:
    return Draft(text, comment_html(text), name, 1, None, None)


def look(
    step: str, text: str = LONG, facts: Facts | None = None, name: str = "Ann Reader", **policy: object
) -> Evidence:
    module = next(module for module in STEPS if step == module.NAME)
    return module.look(draft(text, name), facts or Facts(), Policy(**policy))  # type: ignore[arg-type]


def nothing(found: Evidence) -> bool:
    return (found.score, found.asks, found.reason, found.sentence) == (0.0, Outcome.PUBLISH, "", "")


# Who and where --------------------------------------------------------------------------------------


def test_banned_is_refused_and_a_suspension_says_until_when() -> None:
    until = dt.datetime(2026, 5, 4, 9, 30, tzinfo=dt.UTC)
    assert look("banned", facts=Facts(banned=True)).asks == Outcome.REFUSE
    assert "2026-05-04 09:30" in look("banned", facts=Facts(suspended_until=until)).sentence
    assert nothing(look("banned"))


def test_closed_is_refused() -> None:
    assert look("closed", facts=Facts(closed=True)).asks == Outcome.REFUSE
    assert nothing(look("closed"))


def test_prior_review_holds_everything() -> None:
    assert look("prior-review", hold_all=True).asks == Outcome.HOLD
    assert look("prior-review", facts=Facts(watched=True)).asks == Outcome.HOLD
    assert nothing(look("prior-review"))


def test_external_says_what_the_sites_own_service_said() -> None:
    said = External(Outcome.HOLD, 0.8, "Brigading from elsewhere.", "A moderator looks first.")
    found = look("external", facts=Facts(external=said))
    assert (found.asks, found.score, found.reason) == (Outcome.HOLD, 0.8, "Brigading from elsewhere.")
    assert nothing(look("external", facts=Facts(external=said, staff=True)))
    assert nothing(look("external"))


@pytest.mark.parametrize(
    ("facts", "asks"),
    [
        (Facts(person_last_minute=5), Outcome.PUBLISH),
        (Facts(person_last_minute=6), Outcome.REFUSE),
        (Facts(person_last_minute=50, staff=True), Outcome.PUBLISH),
        (Facts(address_last_minute=59), Outcome.PUBLISH),
        (Facts(address_last_minute=60), Outcome.REFUSE),
        (Facts(story_last_minute=100), Outcome.HOLD),
        (Facts(story_last_minute=99), Outcome.PUBLISH),
    ],
)
def test_too_fast(facts: Facts, asks: Outcome) -> None:
    assert look("too-fast", facts=facts, story_per_minute=100).asks == asks


def test_too_fast_is_silent_without_counts_and_where_there_is_no_limit() -> None:
    assert nothing(look("too-fast"))
    assert nothing(look("too-fast", facts=Facts(person_last_minute=500), person_per_minute=0))


def test_slow_mode_needs_no_heat() -> None:
    assert look("heated", facts=Facts(since_last_s=20), slow=True).asks == Outcome.REFUSE
    assert look("heated", facts=Facts(since_last_s=61), slow=True).asks == Outcome.PUBLISH
    assert nothing(look("heated", facts=Facts(since_last_s=1, staff=True), slow=True))


def test_heated_slows_everybody_and_says_how_long() -> None:
    calm = Facts(story_last_hour=100, reports_last_hour=10, since_last_s=5)
    hot = Facts(story_last_hour=40, reports_last_hour=8, holds_last_hour=4, since_last_s=20)
    assert nothing(look("heated", facts=calm))
    assert nothing(look("heated", facts=Facts(story_last_hour=3, reports_last_hour=3, since_last_s=1)))
    found = look("heated", facts=hot)
    assert found.asks == Outcome.REFUSE
    assert "40 seconds" in found.sentence
    waited = look("heated", facts=Facts(story_last_hour=40, reports_last_hour=12, since_last_s=61))
    assert (waited.asks, waited.score) == (Outcome.PUBLISH, 0.3)
    assert nothing(look("heated", facts=hot, heated_share=1.0))


def test_newcomer_holds_the_first_comments_only_where_the_site_says_so() -> None:
    assert nothing(look("newcomer", facts=Facts(published_before=0)))
    assert look("newcomer", facts=Facts(published_before=1), hold_first=2).asks == Outcome.HOLD
    assert nothing(look("newcomer", facts=Facts(published_before=2), hold_first=2))
    assert nothing(look("newcomer", hold_first=2))


def test_record_holds_after_removals() -> None:
    assert look("record", facts=Facts(removed_lately=3, published_before=1)).asks == Outcome.HOLD
    once = look("record", facts=Facts(removed_lately=1, published_before=9))
    assert (once.asks, once.score) == (Outcome.PUBLISH, 0.1)
    assert nothing(look("record", facts=Facts(published_before=9)))


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("The Town Crier", Outcome.REFUSE),
        ("the t0wn-cr1er", Outcome.REFUSE),
        ("Тhe Tоwn Сrier", Outcome.REFUSE),
        ("J\u200bane Doe", Outcome.REFUSE),
        ("Jane Doe, official", Outcome.HOLD),
        ("M0derator", Outcome.HOLD),
        ("Jane", Outcome.PUBLISH),
        ("Bo Tanner", Outcome.PUBLISH),
        ("A Crier", Outcome.PUBLISH),
    ],
)
def test_imitation(name: str, asks: Outcome) -> None:
    facts = Facts(site_name="The Town Crier", staff_names=("Jane Doe", "Bo"))
    assert look("imitation", facts=facts, name=name).asks == asks
    assert nothing(look("imitation", facts=Facts(site_name="The Town Crier", staff=True), name=name))


# The text against others ----------------------------------------------------------------------------


def recent(text: str, same_person: bool = False, same_story: bool = True) -> Recent:
    return Recent(prints.take(text), same_person, same_story, comment_id=9)


def test_repeated_refuses_the_same_text_and_holds_nearly_the_same() -> None:
    again = Facts(recent=(recent(LONG, same_person=True),))
    assert look("repeated", facts=again).asks == Outcome.REFUSE
    assert look("repeated", LONG.upper().replace(",", " !"), again).asks == Outcome.REFUSE
    assert look("repeated", LONG + " Really.", again).asks == Outcome.HOLD
    assert nothing(
        look("repeated", "Something else entirely, said by the same person about the same bridge, as is usual.", again)
    )


def test_repeated_leaves_short_courtesies_alone() -> None:
    assert (
        look("repeated", "Thank you!", Facts(recent=(recent("thank you", same_person=True),))).asks == Outcome.PUBLISH
    )


def test_repeated_holds_the_paste_that_is_all_over_the_site() -> None:
    paste = [recent(LONG, same_story=False) for _ in range(3)]
    assert look("repeated", facts=Facts(recent=tuple(paste[:2]))).asks == Outcome.PUBLISH
    found = look("repeated", facts=Facts(recent=tuple(paste)))
    assert (found.asks, found.reason) == (Outcome.HOLD, "The same paste: 3 more on this site.")
    assert nothing(look("repeated"))


def test_copied_finds_the_thread_s_words_and_allows_quotes() -> None:
    facts = Facts(recent=(recent(LONG),))
    found = look("copied", facts=facts)
    assert found.asks == Outcome.HOLD
    assert "comment 9" in found.reason
    assert nothing(
        look("copied", f"> {LONG}\n\nI see them there every day at seven, long before most of us get up.", facts)
    )
    assert nothing(look("copied", facts=Facts(recent=(recent(LONG, same_person=True),))))
    assert nothing(look("copied", "I agree.", Facts(recent=(recent("I agree."),))))


def test_prints_estimate_likeness() -> None:
    words = [f"word{i}" for i in range(60)]
    one = prints.take(" ".join(words))
    assert prints.alike(one, prints.take(" ".join(words).upper())) == 1.0
    assert prints.alike(one, prints.take(" ".join([*words[:58], "other", "end"]))) > 0.7
    assert prints.alike(one, prints.take(" ".join(reversed(words)))) == 0.0
    assert one.exact < 2**63


def test_quotes_of_words_that_nobody_wrote() -> None:
    facts = Facts(quotable=("The bridge was closed in March — for “two weeks”, they said.",))
    true = "> the bridge was closed in March for two weeks\n\nAnd now it is November."
    cut = "> The bridge was closed in March [...] two weeks, they said\n\nQuite."
    false = "> The bridge will never be opened again\n\nHow can you say that?"
    assert nothing(look("quotes", true, facts))
    assert nothing(look("quotes", cut, facts))
    assert look("quotes", false, facts).asks == Outcome.PUBLISH
    assert look("quotes", false, facts, hold_false_quotes=True).asks == Outcome.HOLD
    assert "never be opened again" in look("quotes", false, facts).reason
    assert nothing(look("quotes", false))


# The text itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("WHY DOES NOBODY EVER LISTEN TO US IN THE VILLAGES", "capitals"),
        ("That is sooooooo wrong", "Stretched"),
        ("What?!!!!!!!!", "Stretched"),
        ("We waited and waited. " * 80, "paragraph"),
    ],
)
def test_shape_asks_the_writer(text: str, reason: str) -> None:
    found = look("shape", text)
    assert found.asks == Outcome.NUDGE
    assert reason in found.reason


def test_shape_leaves_decent_text_alone() -> None:
    assert nothing(look("shape"))
    assert nothing(look("shape", "NATO, the EU and the UN agree."))
    assert nothing(look("shape", "\n\n".join(["We waited and waited. " * 20] * 8)))
    assert look("shape", "???").score == 0.2


def links(count: int, host: str = "other{}.example") -> str:
    return " ".join(f"https://{host.format(i)}/page" for i in range(count))


def test_links_count_only_foreign_ones() -> None:
    assert nothing(look("links", links(3)))
    assert look("links", links(4)).asks == Outcome.HOLD
    assert nothing(look("links", links(6, "www{}.town.example"), Facts(site_hosts=frozenset({"town.example"}))))
    assert nothing(look("links", links(6, "a{}.wiki.example"), Facts(allowed_domains=frozenset({"wiki.example"}))))
    assert look("links", links(2), hold_links_from=2).asks == Outcome.HOLD


def test_links_refuse_blocked_domains_and_their_subdomains() -> None:
    facts = Facts(blocked_domains=frozenset({"bad.example"}))
    assert look("links", "https://shop.BAD.example/x", facts).asks == Outcome.REFUSE
    assert nothing(look("links", "https://notbad.example/x", facts))


def test_links_that_hide_where_they_lead() -> None:
    facts = Facts(site_hosts=frozenset({"town.example"}))
    assert look("links", "[town.example](https://elsewhere.example/login)", facts).asks == Outcome.HOLD
    assert look("links", "https://tоwn.example/login", facts).asks == Outcome.HOLD
    assert look("links", "https://bit.ly/3abcd").asks == Outcome.NUDGE
    assert nothing(look("links", "[the report](https://elsewhere.example/report)", facts))
    assert nothing(look("links", "https://münchen.example/", facts))


WORDS = "# house list\nidiot\t3\nass\t2\nasshole\t3\nshut your mouth\t4\narsch*\t2\n*trottel*\t1\n白痴\t3\nсука\t3\n"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(read_terms(WORDS.splitlines()))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("You idiot.", ["idiot"]),
        ("You IDIOT, you ídíöt", ["idiot"]),
        ("an 1d10t", ["idiot"]),
        ("an i.d.i.o.t", ["idiot"]),
        ("an i d i o t", ["idiot"]),
        ("id\u200bi\u00adot", ["idiot"]),
        ("iiiidiooooot", ["idiot"]),
        ("іdіоt", ["idiot"]),
        ("@sshole!", ["asshole"]),
        ("assssshole", ["asshole"]),
        ("Shut  your\nmouth", ["shut your mouth"]),
        ("Arschgeige", ["arsch*"]),
        ("Du Vollidiotentrottelchen", ["*trottel*"]),
        ("你是白痴吗", ["白痴"]),
        ("Сука, cука", ["сука"]),
        ("asshole, ass", ["asshole", "ass"]),
        ("The assassin passed the idiotic class, 455 times, in Marsch", []),
        ("as is usual", []),
    ],
)
def test_words_are_found_under_masks_and_not_inside_others(matcher: Matcher, text: str, terms: list[str]) -> None:
    assert [found.term for found in matcher.find(text)] == terms


def test_words_are_counted_and_ask_by_severity(matcher: Matcher) -> None:
    facts = Facts(words=matcher)
    assert matcher.find("idiot idiot idiot")[0].times == 3
    assert look("words", "What a trottel", facts).asks == Outcome.PUBLISH
    assert look("words", "my ass", facts).asks == Outcome.NUDGE
    assert look("words", "you idiot", facts).asks == Outcome.HOLD
    assert look("words", "you idiot, shut your mouth", facts).asks == Outcome.REFUSE
    assert look("words", "you idiot", facts, words_hold_from=5).asks == Outcome.NUDGE
    assert nothing(look("words", "Good morning", facts))
    assert nothing(look("words", "you idiot"))


@pytest.mark.parametrize("line", ["idiot\t9", "idiot\tbad", "***", "...\t2"])
def test_a_wrong_line_of_a_word_list_is_named(line: str) -> None:
    with pytest.raises(Invalid, match="Line 2"):
        read_terms(["fool", line])


@pytest.mark.parametrize(
    ("text", "languages", "found"),
    [
        ("Это очень странное решение городского совета", ("en",), True),
        ("Это очень странное решение городского совета", ("en", "ru"), False),
        ("Ich glaube nicht, dass das eine gute Idee ist und wir sind nicht allein", ("en",), True),
        ("I do not think that this is a good idea and we are not alone", ("en-GB",), False),
        ("I do not think that this is a good idea and we are not alone", ("fi",), False),
        ("OK", ("ru",), False),
        ("Das Wort „Schadenfreude“ is one that the English have borrowed and it is not the only one", ("en",), False),
    ],
)
def test_language(text: str, languages: tuple[str, ...], found: bool) -> None:
    facts = Facts(languages=languages)
    assert bool(look("language", text, facts).score) is found
    assert look("language", text, facts).asks == Outcome.PUBLISH
    assert (look("language", text, facts, hold_other_languages=True).asks == Outcome.HOLD) is found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Call him on +49 30 1234 5678", "telephone"),
        ("Her number: 030/123 456 78", "telephone"),
        ("call 555-123-4567", "telephone"),
        ("Write to ann.example+x@mail.example.org", "e-mail"),
        ("Pay to DE89 3704 0044 0532 0130 00 please", "bank account"),
        ("He lives at 12 Mill Lane, go and see", "somebody lives"),
        ("Sie wohnt in der Gartenstraße 5", "somebody lives"),
    ],
)
def test_contact_data_is_held(text: str, what: str) -> None:
    found = look("contact", text)
    assert found.asks == Outcome.HOLD
    assert what in found.reason
    assert look("contact", text, hold_contact_data=False).asks == Outcome.PUBLISH


@pytest.mark.parametrize(
    "text",
    [
        "It cost 1 200 000 000 in 2019-2024, on 01.02.2024 and 03/04/2024.",
        "The house at 12 Mill Lane should be a school, and Gartenstraße 5 a park.",
        "Article 12 of DE89 3704 0044 0532 0130 01 says so.",
        "@ann you said at 10:30 that 0.123456789 was enough",
        "Write to the newsroom: letters@town.example",
    ],
)
def test_contact_leaves_figures_dates_and_places_alone(text: str) -> None:
    assert nothing(look("contact", text, Facts(site_hosts=frozenset({"town.example"}))))


def test_classifier_finds_the_bad_sentence_in_a_long_comment() -> None:
    long = LONG * 8 + " You are a stupid fucking idiot and your mother is a whore. " + LONG * 8
    found = look("classifier", long)
    assert found.asks == Outcome.HOLD
    assert "fucking idiot" in found.reason
    assert look("classifier", long, classifier_hold_from=1.1).asks == Outcome.NUDGE
    assert nothing(look("classifier", long, classifier=False))
    assert look("classifier").asks == Outcome.PUBLISH
