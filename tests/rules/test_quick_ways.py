"""The quick ways that a post takes give what the plain ways give, and nothing is loaded that nobody needs."""

import datetime as dt
import re
import subprocess
import sys
import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from belowline.moderation.classifier import LABELS, load
from belowline.moderation.classifier.features import _STEP, _words
from belowline.moderation.plain import has_triple
from belowline.store.tables import EPOCH, to_us

few = st.text(alphabet="aab_9 .,éß你\U0001f600", max_size=30)


@given(st.text(max_size=60) | few)
def test_three_in_a_row(text: str) -> None:
    assert has_triple(text) == bool(re.search(r"(.)\1\1", text, re.S))


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60) | few)
def test_words_of_the_model(text: str) -> None:
    hashes = np.array([zlib.crc32(word.encode()) for word in re.findall(r"\w+", text)], dtype=np.uint32)
    ones, pairs = _words(text)
    assert ones.tolist() == hashes.tolist()
    assert pairs.tolist() == (hashes[:-1] * _STEP + hashes[1:]).tolist()


def test_a_row_of_the_model_ends_with_nothing() -> None:
    rows = load().weights.view(np.int8).reshape(-1, 8)
    assert rows[:, : len(LABELS)].any()
    assert not rows[:, len(LABELS) :].any()


@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_microseconds(moment: dt.datetime) -> None:
    assert to_us(moment) == (moment - EPOCH) // dt.timedelta(microseconds=1)


def test_what_only_terminals_need_is_not_loaded() -> None:
    asked = "import sys, belowline.cli; print('rich' in sys.modules or 'pygments' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
