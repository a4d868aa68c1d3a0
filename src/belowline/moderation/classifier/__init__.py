"""How likely a text is what a moderator must see: a linear model on hashed n-grams, on the CPU, offline.

`classify` is the seam: another model is another body of this one function. What this one was trained on, how
good it is and where it fails is in docs/model-card.md.
"""

import functools
import math
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from belowline.moderation.classifier.features import features

LABELS = ("toxic", "insult", "identity_attack", "threat", "sexual", "profanity", "spam")

_FILE = pathlib.Path(__file__).with_name("linear.npz")


class Model(NamedTuple):
    weights: NDArray[np.uint64]
    """2**BITS rows: a byte for each label, and one that is 0, so that a row is fetched as one number."""
    scale: NDArray[np.float32]
    """What one step of a weight is worth, per label, calibration included."""
    offset: NDArray[np.float32]


def classify(texts: Sequence[str]) -> list[dict[str, float]]:
    """For every text a probability, 0 to 1, for each of LABELS. About 0.05 ms for 250 characters; a text's time
    grows with its length, and one bad sentence in a long text is diluted: hand in passages."""
    model = load()
    return [_score(model, text) for text in texts]


@functools.cache
def load() -> Model:
    """The weights in the package, read once. Raises OSError where they are missing."""
    with np.load(_FILE) as stored:
        rows = np.zeros((len(stored["weights"]), 8), np.int8)
        rows[:, : len(LABELS)] = stored["weights"]
        return Model(rows.view(np.uint64).ravel(), stored["scale"], stored["offset"])


def _score(model: Model, text: str) -> dict[str, float]:
    found = features(text)
    if not len(found):
        return dict.fromkeys(LABELS, 0.0)
    rows = model.weights.take(found).view(np.int8).reshape(-1, 8)
    sums = np.ones(len(found), np.float32) @ rows.astype(np.float32)  # exact below 2**24
    logits = sums[: len(LABELS)] * (model.scale / np.float32(math.sqrt(len(found)))) + model.offset
    return {label: _chance(logit) for label, logit in zip(LABELS, logits.tolist(), strict=True)}


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -30.0), 30.0)))
