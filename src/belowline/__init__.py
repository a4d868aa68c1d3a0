"""Belowline: the conversation under a publication's stories."""

import importlib
import sys
from typing import Any

__version__ = "0.1.0"


def _load_logs() -> None:
    """Loads structlog without Rich, which it takes wherever it is installed, as Litestar sees to: 6 MB in every process
    for tracebacks in colour, of which we print none (web/app.py)."""
    known: dict[str, Any] = sys.modules
    if "structlog" in known or "rich" in known:
        return
    known["rich"] = None  # the import system's own way to say that there is none
    try:
        importlib.import_module("structlog")
    finally:
        del known["rich"]


_load_logs()
