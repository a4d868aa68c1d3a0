"""The log: a line on standard error for what an operator should know.

A line that cannot be written is lost and stops nobody: the disk it goes to may be the one that is full.
"""

import contextlib
import sys

import structlog


class _Lines:
    def msg(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # no room, nobody who reads, closed
            print(line, file=sys.stderr, flush=True)

    log = debug = info = warn = warning = error = critical = exception = fatal = failure = msg


def configure() -> None:
    """Tracebacks come without the values of variables: passwords and tokens would be among them."""
    structlog.configure(
        processors=[
            *structlog.get_config()["processors"][:-1],
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=lambda *_: _Lines(),
    )
