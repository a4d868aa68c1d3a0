"""The site's rules as fields of a form: each with the sentence that stands beside it in model/site.py."""

import ast
import inspect
import json
from typing import Any

import msgspec

from belowline.errors import Invalid
from belowline.model import site as site_model
from belowline.model.site import Policy

GROUPS: dict[str, tuple[str, ...]] = {
    "To everybody": ("announcement", "corrections", "correction_webhook", "newsroom_email"),
    "Who writes": ("guests", "members_only", "max_comment_chars", "edit_window_s", "show_history", "close_after_days"),
    "What waits for a moderator": ("hold_all", "hold_first", "hold_links_from", "hold_reports_from",
        "hold_after_removals", "hold_contact_data", "hold_false_quotes", "hold_other_languages", "same_paste_from"),
    "The model and the word lists": ("classifier", "classifier_hold_from", "classifier_nudge_from", "nudges",
        "words_nudge_from", "words_hold_from", "words_refuse_from"),
    "How fast": ("person_per_minute", "address_per_minute", "story_per_minute", "slow", "slow_mode_s", "heated_share"),
    "Votes and reports": ("guest_votes", "down_votes", "down_reasons", "report_reasons"),
}  # fmt: skip
"""What is not named here stands under "More"."""


class Field(msgspec.Struct, frozen=True):
    name: str
    sentence: str
    kind: str
    """yes, number, words, lines (a list, one a line) or json"""
    value: str
    on: bool = False


def _sentences() -> dict[str, str]:
    """The docstring of each rule, read from the source once: there is one place that says what a rule does."""
    tree = ast.parse(inspect.getsource(site_model))
    policy = next(one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == "Policy")
    said: dict[str, str] = {}
    for one, following in zip(policy.body, [*policy.body[1:], None], strict=True):
        told = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and told:
            said[one.target.id] = " ".join(str(following.value.value).split())  # type: ignore[union-attr]
    return said


SENTENCES = _sentences()


def fields(policy: Policy, form: dict[str, str]) -> dict[str, list[Field]]:
    """By group; `form`: what was typed and refused, else the rules as they are."""
    plain: dict[str, Any] = msgspec.to_builtins(policy)
    named = {name for group in GROUPS.values() for name in group}
    groups = {**GROUPS, "More": tuple(name for name in plain if name not in named)}
    return {title: [_field(name, plain[name], form) for name in group] for title, group in groups.items()}


def _field(name: str, value: Any, form: dict[str, str]) -> Field:
    kind = _kind(value)
    sentence = SENTENCES.get(name, name.replace("_", " "))
    on = bool(form.get(name)) if form else value is True
    return Field(name, sentence, kind, form.get(name, _shown(kind, value)), on)


def _shown(kind: str, value: Any) -> str:
    if kind == "lines":
        return "\n".join(value)
    if kind == "json":
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, int | float) or value is None:
        return "number"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "lines"
    return "words" if isinstance(value, str) else "json"


def from_form(form: dict[str, str], policy: Policy) -> dict[str, Any]:
    """What a form changes. Raises Invalid for what is no JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(policy)
    given: dict[str, Any] = {}
    for name, before in plain.items():
        kind, typed = _kind(before), form.get(name, "")
        if kind == "yes":
            given[name] = bool(typed)
        elif name not in form:
            continue
        elif kind == "number":
            given[name] = typed.strip() or None
        elif kind == "lines":
            given[name] = [line.strip() for line in typed.splitlines() if line.strip()]
        elif kind == "json":
            given[name] = _json(name, typed)
        else:
            given[name] = typed.strip()
    return {name: value for name, value in given.items() if value != plain[name] and str(value) != str(plain[name])}


def _json(name: str, typed: str) -> Any:
    try:
        return json.loads(typed)
    except ValueError as error:
        raise Invalid(f"{name} is not JSON: {error}.", fields={name: "Not JSON."}) from error
