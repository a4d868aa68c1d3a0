"""The commands on the pipeline: lists of words and domains, trying rules on what was sent."""

import json
import sys
from pathlib import Path
from typing import Any, get_args

import click

from belowline.actions import external as external_act
from belowline.actions import lists as list_act
from belowline.actions import replay as replay_act
from belowline.actions.comments import access_story
from belowline.actions.lists import Kind
from belowline.cli_folder import folder, opened_in
from belowline.clock import now
from belowline.errors import Unusable
from belowline.model.evidence import Outcome
from belowline.moderation.replay import Tally
from belowline.store import comments
from belowline.store.db import Database

_kind = click.option("--kind", type=click.Choice(get_args(Kind)), default="words", show_default=True)
_lang = click.option("--lang", default="", help="Language of a list of words (de); without it for every language.")


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"Cannot read {file}: {error}.") from error


_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("words")
@click.argument("key")
@click.argument("file", type=_file, required=False)
@_kind
@_lang
@click.option("--none", is_flag=True, help="Take the list away.")
@folder
def words(key: str, file: Path | None, kind: Kind, lang: str, none: bool, data: str | None) -> None:
    """Replace a list of a site by FILE; without it say which lists there are.

    Words: one term a line, after a tab its severity from 1 (mild) to 4 (never), 2 where it is left out; term* finds
    words that begin so. Domains (allowed, blocked): one a line.
    """
    db = opened_in(data)
    with db.transaction() as conn:
        if file or none:
            list_act.put(conn, key, kind, lang, _lines(file) if file else [], now())
        found = list_act.listed(conn, key)
    db.close()
    for one in found:
        click.echo(f"{one.kind}\t{one.lang or 'every language'}\t{one.size} lines\t{one.changed_at:%Y-%m-%d %H:%M}")
    if not found:
        click.echo("There is no list.")


@click.command("replay")
@click.argument("key")
@click.argument("rules", nargs=-1, metavar="RULE=VALUE…")
@click.option("--days", default=30, show_default=True, help="How far to go back.")
@click.option("--words", "words_file", type=_file, help="Try this list of words instead of the site's.")
@_lang
@click.option(
    "--against",
    type=click.Choice(["rules", "kept"]),
    default="rules",
    show_default=True,
    help="Compare with today's rules; or with what comments got when they were sent (another version, another model).",
)
@click.option("--show", default=20, show_default=True, help="How many of the comments to list.")
@folder
def replay(
    key: str,
    rules: tuple[str, ...],
    days: int,
    words_file: Path | None,
    lang: str,
    against: Any,
    show: int,
    data: str | None,
) -> None:
    """Try other rules on the comments of the last days: what would have become of them. Changes nothing."""
    tried_lists: dict[tuple[Kind, str], list[str]] = {("words", lang): _lines(words_file)} if words_file else {}
    trial = replay_act.Trial(policy=_changes(rules), lists=tried_lists, days=days, against=against)
    db = opened_in(data)
    run = db.read_now(replay_act.begin, key, trial, now())
    with click.progressbar(length=1000, label="Judging", file=sys.stderr) as bar:
        tally = db.read_now(replay_act.finish, run, lambda share: bar.update(round(share * 1000) - bar.pos))
    _tell(db, tally, show)
    db.close()


def _changes(rules: tuple[str, ...]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for rule in rules:
        name, sign, value = rule.partition("=")
        if not sign:
            raise Unusable(f"“{rule}” is not RULE=VALUE.")
        try:
            changes[name] = json.loads(value)
        except ValueError:
            changes[name] = value
    return changes


def _tell(db: Database, tally: Tally, show: int) -> None:
    click.echo(f"{tally.judged} comments judged, {tally.changed} would fare otherwise.")
    for outcome in Outcome:
        click.echo(f"{outcome}\tbefore {tally.before(outcome)}\tafter {tally.after(outcome)}")
    for change in tally.changes[:show]:
        comment = db.read_now(comments.must, change.comment_id)
        story = db.read_now(access_story, comment.story_id)
        said = " ".join(comment.text.split())[:80]
        why = " ".join(change.reasons)[:120]
        click.echo(f"{comment.id}\t{change.before} → {change.after}\t{story.slug}\t{said}\t{why}")


@click.command("share")
@click.argument("key")
@click.argument("percent", type=click.FloatRange(0, 100, min_open=True, max_open=True))
@click.option("--days", default=30, show_default=True)
@folder
def share(key: str, percent: float, days: int, data: str | None) -> None:
    """From which score of the model about PERCENT of the comments of the last days would wait. Changes nothing."""
    db = opened_in(data)
    found = db.read_now(replay_act.by_example, key, percent / 100, now(), days)
    db.close()
    click.echo(f"classifier_hold_from={found.hold_from}\tholds {found.share:.1%} of {found.scored} comments")
    if not found.enough:
        click.echo(f"Fewer than {replay_act.FEWEST_SCORES} comments were scored: this says little.", err=True)
    click.echo(f"See what it does: belowline replay {key} classifier_hold_from={found.hold_from} --days {days}")


@click.command("check")
@click.argument("key")
@click.argument("changes", nargs=-1, metavar="NAME=VALUE…")
@click.option("--none", is_flag=True, help="Ask nobody any more.")
@folder
def check(key: str, changes: tuple[str, ...], none: bool, data: str | None) -> None:
    """Which service of a site is asked about each comment (url=https://… secret=@FILE timeout_ms=1000
    on_failure=hold private=false); without NAME=VALUE show it. docs/external-check.md says how it is asked.
    """
    given: dict[str, Any] = {}
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign:
            raise Unusable(f"“{change}” is not NAME=VALUE.")
        given[name] = _lines(Path(value[1:]))[0].strip() if value.startswith("@") else value
    db = opened_in(data)
    with db.transaction() as conn:
        if given or none:
            external_act.change(conn, key, None if none else given, now())
        found = external_act.shown(conn, key)
    db.close()
    click.echo(json.dumps(found, indent=2) if found else "Nobody is asked.")
