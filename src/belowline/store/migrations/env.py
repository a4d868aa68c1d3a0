"""Alembic's entrance: the connection is handed in by store/migrate.py."""

from alembic import context

from belowline.store import tables_jobs, tables_people, tables_taking_part  # noqa: F401  # its tables belong to the metadata
from belowline.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
