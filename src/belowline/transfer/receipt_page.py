"""The receipt as a page to show an editor: what became of every record, in tables. For moderators: English only."""

from markupsafe import Markup, escape

from belowline.transfer.receipt import NoteLine, Receipt

_KINDS = (
    ("published", "Published", "stand in their discussions"),
    ("held", "Held", "wait for a moderator, as they did there"),
    ("spam", "Spam", "kept, never shown"),
    ("deleted", "Deleted", "tombstones where replies need them"),
    ("removed", "Removed", "taken down by a moderator there"),
    ("pingbacks", "Pingbacks", "links from other sites, kept beside the discussion"),
)
_STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:1rem 0 2rem}td,th{padding:.25rem .75rem;border-bottom:1px solid #ccc;"
    "text-align:start;vertical-align:top}td.n{text-align:end;font-variant-numeric:tabular-nums}tr.sum{font-weight:bold}"
)


def whole_page(receipt: Receipt, title: str) -> str:
    """A file that stands alone."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1>\n{fragment(receipt)}</body></html>\n"
    )


def fragment(receipt: Receipt) -> Markup:
    """The same without a page around it, for the console."""
    did = "This is a preview: nothing was written." if receipt.dry_run else _run(receipt)
    parts = [f"<p>{did}</p>\n", _sums(receipt)]
    left = [note for note in receipt.notes if note.left_out]
    other = [note for note in receipt.notes if not note.left_out]
    parts += [_notes("Left out", left), _unknown(receipt), _notes("Worth knowing", other)]
    if receipt.more_notes:
        parts.append(f"<p>{receipt.more_notes:,} more notes are not listed.</p>\n")
    return Markup("".join(parts))


def _run(receipt: Receipt) -> str:
    if receipt.run is None:
        return "Everything in these files was here before; nothing was changed."
    return f"This was run {receipt.run}; <code>belowline import undo {receipt.run}</code> takes it back."


def _sums(receipt: Receipt) -> str:
    c = receipt.comments
    rows = [_row("Comments found", c.found, "in the files", total=True)]
    rows.append(_row("Brought in", c.stored, "would be" if receipt.dry_run else "", total=True))
    rows += [_row(f"— {name}", getattr(c, kind), why) for kind, name, why in _KINDS if getattr(c, kind)]
    rows.append(_row("Already there", c.already_there, "from an earlier import; not touched", total=True))
    rows.append(_row("Left out", c.left_out, "each with its reason below", total=True))
    if c.orphans:
        rows.append(_row("Orphans", c.orphans, "of those brought in: their parent is lost; they say so at top level"))
    rows.append(_row("Stories", receipt.stories, f"{receipt.new_stories:,} of them new"))
    rows.append(_row("Registered writers", receipt.people, f"{receipt.bans:,} banned here as they were there"))
    for name, n in (("Votes", receipt.votes), ("Corrections", receipt.corrections)):
        if n.found:
            why = f"{n.stored:,} brought in, {n.already_there:,} already there, {n.left_out:,} left out"
            rows.append(_row(name, n.found, why))
    return f"<table><caption>What became of every record</caption><tbody>{''.join(rows)}</tbody></table>\n"


def _row(name: str, number: int, why: str, total: bool = False) -> str:
    kind = ' class="sum"' if total else ""
    return f'<tr{kind}><th scope="row">{name}</th><td class="n">{number:,}</td><td>{why}</td></tr>'


def _notes(title: str, notes: list[NoteLine]) -> str:
    if not notes:
        return ""
    head = "<thead><tr><th>What</th><th>Why</th><th>Where</th></tr></thead>"
    cells = ([note.what, note.why, note.where] for note in notes)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in cells)
    return f"<h2>{title}</h2>\n<table>{head}<tbody>{rows}</tbody></table>\n"


def _unknown(receipt: Receipt) -> str:
    if not receipt.unknown_urls:
        return ""
    items = []
    for page in receipt.unknown_urls:
        perhaps = ", ".join(map(escape, page.suggestions)) or "nothing like it is here"
        items.append(f"<tr><td>{escape(page.url)}</td><td>{perhaps}</td></tr>")
    head = "<thead><tr><th>Address in the files</th><th>The same page, perhaps (--map OLD=NEW)</th></tr></thead>"
    table = f"<table>{head}<tbody>{''.join(items)}</tbody></table>\n"
    return f"<h2>Addresses that found no story</h2>\n<p>A story was made for each.</p>\n{table}"
