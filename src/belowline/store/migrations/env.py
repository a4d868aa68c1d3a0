"""Alembic's entrance: the connection is handed in by store/migrate.py."""

from alembic import context

from belowline.store import (  # noqa: F401  # their tables belong to the metadata
    tables_corrections,
    tables_duties,
    tables_erasure,
    tables_frozen,
    tables_jobs,
    tables_moderation,
    tables_people,
    tables_pipeline,
    tables_push,
    tables_stories,
    tables_taking_part,
    tables_uploads,
)
from belowline.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
