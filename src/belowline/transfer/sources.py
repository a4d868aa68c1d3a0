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

ABOUT: dict[str, tuple[str, str]] = {
    "artalk": ("Artalk", "an “Artrans” file: JSON, from the sidebar’s transfer page"),
    "belowline": ("Belowline", "JSON lines, from “belowline export”"),
    "blogger": ("Blogger", "the XML of a backup, or the archive of Takeout"),
    "commento": ("Commento, Comentario", "the export’s JSON, as it is or gzipped"),
    "coral": ("Coral", "a zip of collections exported as JSON lines (stories, comments, users), or its CSV files"),
    "disqus": ("Disqus", "the export’s XML, as it is or gzipped"),
    "facebook": ("Facebook comments", "JSON as dumped from the Graph API, address by address"),
    "isso": ("Isso", "its SQLite file, or its generic JSON"),
    "livefyre": ("Livefyre", "JSON lines"),
    "page": ("A saved page", "one page, as HTML or plain text"),
    "remark42": ("Remark42", "a backup, gzipped or not"),
    "waline": ("Waline, Valine, Twikoo", "the export’s JSON or CSV"),
    "wordpress": ("WordPress", "WXR, from Tools → Export"),
}
"""For people: its name, and what kind of file is read."""
