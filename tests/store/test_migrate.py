"""A database's form is told without Alembic, which only a change of it loads."""

import subprocess
import sys

from alembic.script import ScriptDirectory

from belowline.store import migrate, revisions
from belowline.store.db import Database


def test_the_names_of_the_files_tell_the_same_as_alembic() -> None:
    script = ScriptDirectory.from_config(revisions.config())
    chain = [one.revision for one in script.walk_revisions()]
    assert list(reversed(chain)) == migrate._known()
    assert script.get_current_head() == migrate.newest()


def test_a_database_in_the_newest_form_is_opened_without_alembic(db: Database) -> None:
    path = db.read_now(lambda conn: conn.exec_driver_sql("PRAGMA database_list").first()[2])  # type: ignore[index]
    code = (
        "import sys, pathlib; from belowline import cli, clock; from belowline.store import migrate; "
        f"backup = migrate.upgrade(pathlib.Path({path!r}), clock.now()); "
        "print(backup, any(name.startswith('alembic') for name in sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["None", "False"]
