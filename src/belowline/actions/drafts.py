"""From a reader's words to a draft that can be judged, and from a refusal to what the reader is told."""

import re

from belowline.actions.people import Writer
from belowline.errors import Invalid, Nudge, Refused
from belowline.model.comment import Comment
from belowline.model.evidence import Draft, Outcome, Verdict
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import names, text
from belowline.rules.letters import visible

_BETWEEN_TAGS = re.compile(r">([^<]+)")


def prepare(site: Site, story: Story, parent: Comment | None, writer: Writer, source: str, lang: str | None) -> Draft:
    """The draft as it would stand. Raises Invalid with all that is wrong with it at once."""
    wrong: dict[str, str] = {}
    name = ""
    try:
        name = names.clean_name(writer.name)
        if writer.reserved and (reserved := names.imitates(name, writer.reserved)):
            wrong["name"] = f"This name looks like one of the newsroom's ({reserved}). Please choose another."
    except Invalid as error:
        wrong |= error.fields
    try:
        draft = of_text(site, story, parent, name, source, lang)
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return draft


def of_text(site: Site, story: Story, parent: Comment | None, name: str, source: str, lang: str | None) -> Draft:
    """Text cleaned and rendered. Raises Invalid."""
    cleaned = text.clean(source, site.policy.max_comment_chars)
    html = text.comment_html(cleaned)
    if not any(visible(words[1]) for words in _BETWEEN_TAGS.finditer(html)):  # nothing but Markdown's own signs
        sentence = "Please write something: the comment is empty."
        raise Invalid(sentence, fields={"text": sentence})
    return Draft(cleaned, html, name, story.id, parent.id if parent else None, text.lang_tag(lang))


def must_stand(verdict: Verdict, site: Site) -> None:
    """Raises Nudge where the writer is asked first, Refused where the comment is."""
    if verdict.outcome == Outcome.NUDGE:
        sentence = " ".join(verdict.sentences) or "This may hurt somebody."
        raise Nudge(f"{sentence} Send it anyway?")
    if verdict.outcome == Outcome.REFUSE:
        sentence = " ".join(verdict.sentences) or "This comment cannot be published here."
        asked = tuple(dict.fromkeys(one.step for one in verdict.evidence if one.asks == Outcome.REFUSE))
        raise Refused(sentence, fields={"text": sentence}, site=site.id, steps=asked)
