"""A statement compiled once and run through the driver.

SQLAlchemy Core writes our SQL for both databases. Running a built statement through it costs about
45 µs, of which the database takes five; a post has a dozen statements. So what runs for every post or
every page is compiled once per dialect, with the same conversions of values, and handed to the driver.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any] | None


class Prepared:
    """`columns`: the names of the values that an INSERT is given; other statements need none."""

    def __init__(self, statement: Any, columns: Iterable[str] | None = None) -> None:
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        self._compiled: dict[str, _Compiled] = {}

    def all(self, conn: sa.Connection, values: dict[str, Any]) -> list[Row]:
        compiled = self._for(conn)
        return compiled.convert(_cursor(conn, compiled, values).fetchall())

    def first(self, conn: sa.Connection, values: dict[str, Any]) -> Row | None:
        compiled = self._for(conn)
        row = _cursor(conn, compiled, values).fetchone()
        return None if row is None else compiled.convert([row])[0]

    def run(self, conn: sa.Connection, values: dict[str, Any]) -> None:
        _cursor(conn, self._for(conn), values)

    def _for(self, conn: sa.Connection) -> "_Compiled":
        found = self._compiled.get(conn.dialect.name)
        if found is None:
            found = self._compiled[conn.dialect.name] = _Compiled(self._statement, self._columns, conn.dialect)
        return found


class _Compiled:
    def __init__(self, statement: Any, columns: list[str] | None, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = str(compiled)
        # What must be given stands among the parameters too, as a mark that is a number: never to be kept as a value.
        must = {name for bind, name in compiled.bind_names.items() if bind.required}
        self.fixed = {name: value for name, value in compiled.params.items() if value is not None and name not in must}
        binds = {
            name: convert
            for bind, name in compiled.bind_names.items()
            if not isinstance(bind.type, sa.Boolean)  # drivers take True and False as they are
            and (convert := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        names: Sequence[str] | None = compiled.positiontup
        self._in_order = itemgetter(*names, *names[:1]) if names else None  # one more: a lone one would come bare
        self._binds: list[tuple[Any, Callable[[Any], Any]]] = list(binds.items())
        if names is not None:
            self._binds = [(place, binds[name]) for place, name in enumerate(names) if name in binds]
        shown = getattr(statement, "exported_columns", ())
        self._results: list[tuple[int, Callable[[Any], Any]]] = [
            (place, convert)
            for place, column in enumerate(shown)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def values(self, given: dict[str, Any]) -> Any:
        merged: Any = {**self.fixed, **given}
        if self._in_order:
            merged = list(self._in_order(merged))
            del merged[-1]
        for name, convert in self._binds:
            merged[name] = convert(merged[name])
        return merged

    def convert(self, rows: list[Row]) -> list[Row]:
        if not self._results:
            return rows
        converted = []
        for row in rows:
            values = list(row)
            for place, convert in self._results:
                values[place] = convert(values[place])
            converted.append(tuple(values))
        return converted


def _cursor(conn: sa.Connection, compiled: _Compiled, values: dict[str, Any]) -> Any:
    """Inside the connection's transaction: the bridge has begun it."""
    driver: Any = conn.connection.dbapi_connection
    try:
        return driver.execute(compiled.sql, compiled.values(values))
    except conn.dialect.loaded_dbapi.Error as error:
        known = conn.dialect.loaded_dbapi.Error
        raise sa.exc.DBAPIError.instance(compiled.sql, values, error, known, hide_parameters=True) from error
