"""The desk's figures on small, known numbers; charts that hold whatever they are given."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.rules import figures
from belowline.snapshots import charts
from belowline.snapshots.charts import Series


def test_shares_and_medians() -> None:
    assert figures.share(1, 4) == 25
    assert figures.share(0, 0) is None
    assert figures.median([3, 1, 2]) == 2
    assert figures.median([]) is None


def test_kappa_of_a_known_example() -> None:
    # Two readers, 50 items: 20 both publish, 15 both remove, 5 and 10 apart: Po = .7, Pe = .5, kappa = .4
    pairs = [("p", "p")] * 20 + [("p", "r")] * 5 + [("r", "p")] * 10 + [("r", "r")] * 15
    assert figures.kappa(pairs) == pytest.approx(0.4)
    assert figures.kappa([("p", "p")] * 3) is None
    assert figures.kappa([]) is None


values = st.one_of(st.none(), st.floats(0, 1e9))


@given(st.lists(st.tuples(st.text(max_size=20), values, values), max_size=40), st.text(max_size=20))
def test_charts_are_well_formed_whatever_they_show(
    rows: list[tuple[str, float | None, float | None]], name: str
) -> None:
    clean = "".join(ch for ch in name if ch.isprintable())
    labels = ["".join(ch for ch in label if ch.isprintable()) for label, _, _ in rows]
    series = [Series(clean, [one for _, one, _ in rows]), Series("<b>&", [two for _, _, two in rows])]
    for draw in (charts.bars, charts.lines):
        ET.fromstring(str(draw(clean, labels, series, "%")))


def test_bars_stack_and_reach_the_top() -> None:
    drawn = charts.bars("Comments", ["1", "2"], [Series("a", [1, 0]), Series("b", [1, 2])])
    tree = ET.fromstring(str(drawn))
    rects = [(r.get("class"), float(r.get("y") or 0), float(r.get("height") or 0)) for r in tree.iter("rect")]
    assert [name for name, _, _ in rects] == ["s0", "s1", "s1"]
    assert rects[2][1] == charts.TOP
    assert "<td>2</td>" in str(drawn)


def test_where_there_is_nothing_a_chart_says_so() -> None:
    for draw in (charts.bars, charts.lines):
        assert "Nothing yet." in draw("Comments", ["1"], [Series("a", [None])])
    assert "Nothing yet." in charts.bars("Comments", ["1", "2"], [Series("a", [0, 0])])
    assert "<svg" in charts.bars("Taken down", ["links"], [Series("a", [0])], "%")


def test_labels_and_lone_bars_keep_to_their_place() -> None:
    drawn = str(charts.bars("Kinds", ["Other violation of terms and conditions"] * 5, [Series("a", [1] * 5)]))
    assert drawn.count("…<") == 5
    assert drawn.count('<tr><th scope="row">Other violation of terms and conditions<') == 5
    assert f'width="{charts.WIDEST:.1f}"' in charts.bars("One", ["waits"], [Series("a", [1])])
    assert ">0.5<" not in drawn
