"""Where quotes lead: selectors of another Belowline's comments, with the ids and the slug that this one gave."""

from collections.abc import Callable

import msgspec

from belowline.transfer.belowline_lines import Quoted, TextQuote

MOST, MAX_EXACT, MAX_AROUND = 10, 2_000, 64


def led_here(
    quotes: tuple[Quoted | TextQuote, ...], slug: str, id_of: Callable[[str], int]
) -> list[Quoted | TextQuote]:
    """Without those whose comment is not here. `id_of`: of the story's comments by their keys; 0 for others."""
    found: list[Quoted | TextQuote] = []
    for quote in quotes[:MOST]:
        if isinstance(quote, TextQuote):
            found.append(_cut(quote))
            continue
        _, kind, which = [*quote.source.split("/", 2), "", ""][:3]
        id_ = id_of(which) if kind == "comments" else 0
        if id_ > 0 or kind == "stories":
            source = f"/stories/{slug}" if kind == "stories" else f"/comments/{id_}"
            found.append(msgspec.structs.replace(quote, source=source, selector=_cut(quote.selector)))
    return found


def _cut(quote: TextQuote) -> TextQuote:
    around = quote.prefix[-MAX_AROUND:], quote.suffix[:MAX_AROUND]
    return TextQuote(quote.exact[:MAX_EXACT], *around)
