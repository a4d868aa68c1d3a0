"""`python -m benchmarks [--quick]`: every number, its table, and docs/benchmarks.md."""

import os
import sys
import tempfile
import time
from pathlib import Path

import click

from benchmarks import isso, measure, report, servers

TABLE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


@click.command()
@click.option(
    "--quick", is_flag=True, help="About a minute: shorter runs, 100,000 comments at most, no Isso; writes no table."
)
@click.option("--isso/--no-isso", "with_isso", default=True, help="Install Isso from PyPI and measure it too.")
def main(quick: bool, with_isso: bool) -> None:
    """Measure Belowline, and Isso beside it, on this machine."""
    started = time.perf_counter()
    os.sched_setaffinity(0, servers.CLIENT_CORES)
    with tempfile.TemporaryDirectory(prefix="belowline-bench-") as folder:
        bench = measure.Bench(Path(folder), quick)
        missing: str | None = "Isso was not asked for."
        if with_isso and not quick:
            missing = isso.install(bench.folder / "isso")
        bench.run(with_isso=missing is None)
    text = report.text(bench, missing, time.perf_counter() - started)
    click.echo(text)
    if not quick:
        TABLE.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
