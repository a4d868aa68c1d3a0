"""The command line: each command calls one action."""

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from belowline import __version__, cli_data, cli_duties, cli_jobs, cli_people, cli_pipeline, cli_transfer
from belowline.actions import comments as comment_act
from belowline.actions import demo as demo_act
from belowline.actions import moderate
from belowline.actions import sites as site_act
from belowline.actions import stories as story_act
from belowline.cli_folder import folder
from belowline.cli_sentences import Commands
from belowline.clock import now
from belowline.errors import Unusable
from belowline.model.comment import State
from belowline.model.decision import Action, Ground, NewDecision
from belowline.model.story import Closing, Mode
from belowline.settings import Settings, load, unknown_variables
from belowline.store import check, migrate, sites
from belowline.store.db import Database
from belowline.web import app, server


def address(command: Any) -> Any:
    command = click.option("--host", help="Address to listen on (default: 127.0.0.1).")(command)
    return click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (default: 8080).")(command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="belowline")
def main() -> None:
    """Belowline: the conversation under a publication's stories."""
    for sentence in unknown_variables():
        click.echo(f"belowline: {sentence}", err=True)


main.add_command(cli_transfer.import_)
main.add_command(cli_data.erasures)
main.add_command(cli_jobs.worker)
main.add_command(cli_jobs.jobs_)
main.add_command(cli_transfer.export)
main.add_command(cli_duties.log_)
main.add_command(cli_duties.dsa)
main.add_command(cli_duties.hold)


@main.command()
@folder
@address
def serve(data: str | None, host: str | None, port: int | None) -> None:
    """Serve the publication in the data folder."""
    _serve(load(data=data, host=host, port=port), demo=False)


@main.command()
@folder
@address
def demo(data: str | None, host: str | None, port: int | None) -> None:
    """Serve an invented publication; fills an empty data folder, keeps what readers add."""
    _serve(load(data=data, host=host, port=port), demo=True)


def _serve(settings: Settings, demo: bool) -> None:
    listens_on = server.must_be_free(settings.host, settings.port)
    db = _open(settings)
    if again := cli_data.replay(db, Path(settings.data)):
        click.echo(f"This database is older than {again} erasures, which were done again.")
    with db.transaction() as conn:
        if demo:
            demo_act.fill_if_empty(conn, settings.base_url, now(), desk=True)
        first = site_act.make_first(conn)
        sites.drop_keys(conn, "once")
        key = sites.add_key(conn, "once", now(), demo_act.in_a_day(now()))
    db.close()
    application, house = app.make_app(settings)
    base = house.settings.base_url
    click.echo(f"{first.name}: {base}/")
    click.echo(f"The API: {base}/api    Data: {settings.database}")
    click.echo(f"For the operator, once, within a day: {base}/operator/{key}")
    click.echo(f"The moderators' desk: {base}/desk    (the link above signs you in as its first admin)")
    if listens_on in ("0.0.0.0", "::") and not settings.public_url:
        click.echo("It listens on every address of this machine; set public_url to the one that readers use.")
    click.echo("Stop with Ctrl-C.")
    server.serve(application, listens_on, settings.port, house.live.close)


@main.command("migrate")
@folder
def migrate_(data: str | None) -> None:
    """Bring the database to this version's form, after a backup copy."""
    settings = load(data=data)
    backup = migrate.upgrade(settings.database, now())
    click.echo(f"The database {settings.database} has the form {migrate.newest()}.")
    if backup:
        click.echo(f"A copy of what was there before: {backup}")


@main.command("check")
@folder
def check_(data: str | None) -> None:
    """Compare every count that is kept with what is there."""
    with _open(load(data=data)).transaction() as conn:
        wrong = check.wrong_counts(conn)
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        raise Unusable(f"{len(wrong)} counts are wrong.")
    click.echo("All counts are right.")


@main.group("site")
def site_() -> None:
    """Sites: publications, their origins and rules."""


site_.add_command(cli_people.login)
site_.add_command(cli_people.webhook_secret)
site_.add_command(cli_pipeline.words)
site_.add_command(cli_pipeline.share)
site_.add_command(cli_pipeline.check)
main.add_command(cli_pipeline.replay)
main.add_command(cli_people.person)


@site_.command("add")
@click.argument("key")
@click.option("--name", required=True)
@click.option("--lang", default="en", show_default=True)
@folder
def site_add(key: str, name: str, lang: str, data: str | None) -> None:
    """Add a site."""
    with _open(load(data=data)).transaction() as conn:
        site = site_act.add(conn, key, name, lang)
    click.echo(f"Added the site {site.key}: {site.name}.")


@site_.command("allow")
@click.argument("key")
@click.argument("origin")
@folder
def site_allow(key: str, origin: str, data: str | None) -> None:
    """Let pages of ORIGIN (https://www.example.org) embed, post and announce stories."""
    with _open(load(data=data)).transaction() as conn:
        site = site_act.allow_origin(conn, key, origin)
    click.echo(f"{site.key} allows: {', '.join(site.origins)}")


@site_.command("set")
@click.argument("key")
@click.argument("rules", nargs=-1, metavar="RULE=VALUE…")
@folder
def site_set(key: str, rules: tuple[str, ...], data: str | None) -> None:
    """Change rules of a site (close_after_days=30 hold_all=true …); without RULE=VALUE show them."""
    changes = {}
    for rule in rules:
        name, sign, value = rule.partition("=")
        if not sign:
            raise Unusable(f"“{rule}” is not RULE=VALUE.")
        changes[name] = _json_or_text(value)
    with _open(load(data=data)).transaction() as conn:
        site = site_act.set_policy(conn, key, changes, now())
    click.echo(json.dumps(msgspec.to_builtins(site.policy), indent=2, ensure_ascii=False))


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


@main.group("story")
def story_() -> None:
    """Stories: add them, close and open their discussions."""


@story_.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--title", required=True)
@click.option("--site", help="The site's key; the first site when left out.")
@click.option("--key", help="Your own name for the story, as the embed gives it.")
@click.option("--slug", help="Its address: /stories/SLUG; made of the title when left out.")
@click.option("--url", help="Where the story stands on your site.")
@click.option("--deck", help="A sentence or two under the headline.")
@click.option("--author", "author_name")
@click.option("--author-about")
@click.option("--picture", "picture_url", help="Web address of the lead picture.")
@click.option("--picture-alt")
@click.option("--picture-caption")
@click.option("--picture-credit")
@click.option("--lang", help="Its language (de); the site's when left out.")
@click.option("--published", "published_at", help="2026-11-23T08:00:00Z; now when left out.")
@folder
def story_add(file: Path, data: str | None, **fields: Any) -> None:
    """Add a story; its body is FILE (Markdown, or HTML if it ends in .html)."""
    given = {name: value for name, value in fields.items() if value is not None}
    format_ = "html" if file.suffix.lower() in (".html", ".htm") else "markdown"
    try:
        body = file.read_text("utf-8")
        new = msgspec.convert({**given, "body": body, "body_format": format_}, story_act.NewStory)
    except (UnicodeDecodeError, msgspec.ValidationError) as error:
        raise Unusable(f"Cannot take this story: {error}") from error
    with _open(load(data=data)).transaction() as conn:
        story = story_act.add(conn, new, now())
    click.echo(f"Added /stories/{story.slug} (key {story.key}).")


@story_.command("closing")
@click.argument("slug")
@click.argument("how", type=click.Choice([str(one) for one in Closing]))
@folder
def story_closing(slug: str, how: str, data: str | None) -> None:
    """Close a discussion, open it whatever its age, or give it back to the age rule (auto)."""
    _set_discussion(slug, story_act.Discussion(closing=Closing(how)), data)


@story_.command("mode")
@click.argument("slug")
@click.argument("mode", type=click.Choice([str(one) for one in Mode]))
@folder
def story_mode(slug: str, mode: str, data: str | None) -> None:
    """How a discussion takes comments: open, held (a moderator reads first), slow, members."""
    _set_discussion(slug, story_act.Discussion(mode=Mode(mode)), data)


@story_.command("ask")
@click.argument("slug")
@click.argument("question")
@folder
def story_ask(slug: str, question: str, data: str | None) -> None:
    """Ask the readers of a story something, above the form; "" takes it away."""
    _set_discussion(slug, story_act.Discussion(question=question or None), data)


def _set_discussion(slug: str, new: story_act.Discussion, data: str | None) -> None:
    with _open(load(data=data)).transaction() as conn:
        story = story_act.set_discussion(conn, slug, new, now())
    asks = f" It asks: {story.question}" if story.question else ""
    click.echo(f"The discussion of /stories/{story.slug}: {story.closing}, {story.mode}.{asks}")


@main.group("comment")
def comment_() -> None:
    """Comments that wait, and what becomes of them."""


@comment_.command("held")
@folder
def comment_held(data: str | None) -> None:
    """List comments that wait for a moderator."""
    with _open(load(data=data)).transaction() as conn:
        for one in comment_act.held(conn):
            click.echo(
                f"{one.id}\t{one.created_at:%Y-%m-%d %H:%M}\t{one.author_name}\t{' '.join(one.text.split())[:100]}"
            )


@comment_.command("set")
@click.argument("comment_id", type=int)
@click.argument("state", type=click.Choice(["published", "held", "removed", "spam"]))
@folder
def comment_set(comment_id: int, state: str, data: str | None) -> None:
    """Publish, hold or remove a comment."""
    with _open(load(data=data)).transaction() as conn:
        new = NewDecision(Action.KEEP, Ground.RULES)
        changed = moderate.decide_state(conn, comment_id, State(state), new, None, now()).changed
    click.echo(f"Comment {changed.comment.id} is {changed.comment.state}.")


def _open(settings: Settings) -> Database:
    """The database, made or migrated first."""
    backup = migrate.upgrade(settings.database, now())
    if backup:
        click.echo(f"The database was brought up to date; a copy of what was there before: {backup}", err=True)
    return Database(settings.database, settings.readers)


if __name__ == "__main__":
    main()
