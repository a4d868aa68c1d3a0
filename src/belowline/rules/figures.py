"""The desk's figures, from what was counted: shares, medians, how far two readers agree. Pure."""

import statistics
from collections.abc import Iterable, Sequence


def share(part: int, whole: int) -> float | None:
    """In per cent; None of nothing."""
    return None if whole == 0 else 100 * part / whole


def median(values: Iterable[float]) -> float | None:
    found = list(values)
    return statistics.median(found) if found else None


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two readers' decisions on the same items: 1 they always agree, 0 no more than by chance.

    None for no pairs, and where both always said the same one thing, so that chance explains all.
    Cohen (1960), A coefficient of agreement for nominal scales.
    """
    if not pairs:
        return None
    many = len(pairs)
    agreed = sum(first == second for first, second in pairs) / many
    said = {one for pair in pairs for one in pair}
    chance = sum(
        (sum(first == one for first, _ in pairs) / many) * (sum(second == one for _, second in pairs) / many)
        for one in said
    )
    return None if chance == 1 else (agreed - chance) / (1 - chance)
