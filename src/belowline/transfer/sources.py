"""The systems that discussions come from: a line for each, its name on the command line and what reads it."""

from collections.abc import Callable, Iterator
from pathlib import Path

from belowline.transfer import (
    artalk,
    belowline,
    blogger,
    commento,
    coral,
    disqus,
    facebook,
    isso,
    livefyre,
    page,
    remark42,
    waline,
    wordpress,
)
from belowline.transfer.records import Record

Read = Callable[[Path], Iterator[Record]]

SOURCES: dict[str, Read] = {
    "artalk": artalk.read,
    "belowline": belowline.read,
    "blogger": blogger.read,
    "commento": commento.read,
    "coral": coral.read,
    "disqus": disqus.read,
    "facebook": facebook.read,
    "isso": isso.read,
    "livefyre": livefyre.read,
    "page": page.read,
    "remark42": remark42.read,
    "waline": waline.read,
    "wordpress": wordpress.read,
}
