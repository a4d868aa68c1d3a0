"""XML as a stream: only the elements a source asks for, one at a time, cleared as they go.

Built on expat without its namespace step, so that prefixes nobody declared (common in exports) are
just names; prefixes that are declared for a known namespace get that namespace's usual prefix.
"""

import html.entities
import re
import xml.parsers.expat
from collections.abc import Iterator, Mapping
from xml.parsers.expat import errors

from belowline.errors import Invalid
from belowline.transfer.streams import MAX_RECORD, Source

MAX_DEPTH = 500
MAX_CHILDREN = 5_000
"""Children kept of one element; those that are handed out do not count."""
MAX_QUIET = 16 << 20
"""Characters fed without one piece of markup coming out: a tag or comment that long is refused."""

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE)
_CUT = {
    errors.codes[name]
    for name in (errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN, errors.XML_ERROR_PARTIAL_CHAR,
                 errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
}  # fmt: skip


class Node:
    """An element: its name with prefix, attributes, own text, children, the one it stands in, its line."""

    __slots__ = (
        "attributes",
        "children",
        "first",
        "line",
        "name",
        "out",
        "parent",
        "parts",
        "size",
        "told",
        "too_long",
    )

    def __init__(self, name: str, attributes: dict[str, str], line: int, parent: "Node | None") -> None:
        self.name, self.attributes, self.line, self.parent = name, attributes, line, parent
        self.parts: list[str] = []
        self.children: list[Node] = _NO_CHILDREN
        self.first: dict[str, Node] = _NONE_FIRST
        """The first child of each name."""
        self.size = 0
        self.too_long = False
        """It, or something in it, is longer than MAX_RECORD."""
        self.told: str = ""
        """For the source: the id it has given this element."""
        self.out = False
        """For the source: its record has been handed out."""

    def get(self, name: str) -> "Node | None":
        return self.first.get(name)

    def all(self, name: str) -> "list[Node]":
        return [child for child in self.children if child.name == name]

    def text(self, name: str | None = None) -> str | None:
        """The text of the first child of that name (its own without), unpadded; None for none."""
        node = self.first.get(name) if name else self
        return ("".join(node.parts).strip() or None) if node else None

    def add(self, child: "Node") -> None:
        if not self.children:  # most elements have none: theirs is shared and stays empty
            self.children, self.first = [], {}
        self.children.append(child)
        self.first.setdefault(child.name, child)

    @property
    def where(self) -> str:
        return f"line {self.line}"


_NO_CHILDREN: list[Node] = []
_NONE_FIRST: dict[str, Node] = {}


class _Reader:
    def __init__(self, name: str, wanted: frozenset[str], skipped: frozenset[str], spaces: Mapping[str, str]) -> None:
        self.name, self.wanted, self.skipped, self.spaces = name, wanted, skipped, spaces
        self.renamed: dict[str, str] = {}
        self.top: Node | None = None
        self.depth = self.quiet = 0
        self.skip_from = 0
        self.started = False
        self.ready: list[Node] = []
        parser = self.parser = xml.parsers.expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.UseForeignDTD(True)  # makes an undeclared &nbsp; a skipped entity instead of the end of the file
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler, parser.SkippedEntityHandler = self.characters, self.entity
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = parser.ExternalEntityRefHandler = None
        parser.CommentHandler = parser.ProcessingInstructionHandler = self.aside

    def refuse(self, why: str) -> Invalid:
        return Invalid(f"{self.name}, line {self.parser.CurrentLineNumber}: {why}")

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise self.refuse("it declares a document type of its own, where entity bombs live: refused.")

    def aside(self, *_: str) -> None:
        self.quiet = 0

    def entity(self, name: str, is_parameter: int) -> None:
        if not is_parameter:
            self.characters(html.entities.html5.get(name + ";", f"&{name};"))

    def usual(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        if not colon:
            prefix, local = "", prefix
        prefix = self.renamed.get(prefix, prefix)
        return f"{prefix}:{local}" if prefix else local

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.quiet = 0
        self.started = True
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse(f"elements stand {MAX_DEPTH} deep: refused.")
        if self.skip_from:
            return
        if attributes:
            self.declare(attributes)
        if self.renamed:
            name = self.usual(name)
            attributes = {self.usual(key) if ":" in key else key: value for key, value in attributes.items()}
        if name in self.skipped:
            self.skip_from = self.depth
        elif self.top is not None or name in self.wanted:
            above = self.top
            line = self.parser.CurrentLineNumber if above is None or name in self.wanted else above.line
            node = self.top = Node(name, attributes, line, above)
            if above is not None and len(above.children) < MAX_CHILDREN:
                above.add(node)

    def declare(self, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if key.startswith("xmlns"):
                usual = next((to for sign, to in self.spaces.items() if sign in value), None)
                bound = key[6:]
                if usual is not None and usual != bound and len(self.renamed) < 100:
                    self.renamed[bound] = usual

    def characters(self, text: str) -> None:
        self.quiet = 0
        node = self.top
        if node is not None and not self.skip_from and node.size <= MAX_RECORD:
            node.parts.append(text)
            node.size += len(text)

    def end(self, _name: str) -> None:
        self.quiet = 0
        self.depth -= 1
        if self.skip_from:
            if self.depth < self.skip_from:
                self.skip_from = 0
            return
        node = self.top
        if node is None:
            return
        self.top = node.parent
        node.too_long = node.too_long or node.size > MAX_RECORD
        above, node_wanted = node.parent, node.name in self.wanted
        if node_wanted:
            self.ready.append(node)
        else:
            node.parent = None  # no ring of references: memory is freed at once, without the collector
        if above is not None and node_wanted and above.children and above.children[-1] is node:
            above.children.pop()
            if above.first.get(node.name) is node:
                del above.first[node.name]
        elif above is not None and not node_wanted and node.too_long:
            above.too_long = True


def elements(
    source: Source,
    name: str,
    wanted: frozenset[str],
    skipped: frozenset[str] = frozenset(),
    spaces: Mapping[str, str] | None = None,
) -> Iterator[Node]:
    """Each wanted element when it ends, in the file's order; inner ones before the one they stand in,
    and no longer among its children. `skipped` are read over. `spaces` maps a part of a namespace's
    address to the prefix it is known by ("" for none).

    A file that ends too early gives what was whole and a note. Raises Invalid with the line for what is
    not XML, declares entities, or nests without end.
    """
    reader = _Reader(name, wanted, skipped, spaces or {})
    try:
        for chunk in source.chunks(name):
            reader.quiet += len(chunk)
            reader.parser.Parse(_NO_REFERENCE.sub("", _NO_XML.sub("", chunk)), False)
            if reader.quiet > MAX_QUIET:
                raise reader.refuse(f"one tag of more than {MAX_QUIET:,} characters: refused.")
            yield from reader.ready
            reader.ready.clear()
        reader.parser.Parse("", True)
    except xml.parsers.expat.ExpatError as problem:
        yield from reader.ready
        if problem.code not in _CUT or not reader.started:
            why = xml.parsers.expat.ErrorString(problem.code)
            raise Invalid(f"{name}, line {problem.lineno}: this is not XML ({why}).") from problem
        source.cut(name, f"line {problem.lineno}")
