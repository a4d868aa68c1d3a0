"""The table of frozen discussions: folders of pages that were written, so that an erasure reaches them too."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

frozen = sa.Table(
    "frozen",
    metadata,
    sa.Column("folder", sa.Text, primary_key=True),  # absolute
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("base_url", sa.Text, nullable=False),  # where the folder stands for readers
    sa.Column("slug", sa.Text),  # what was chosen: one story, comments of a period
    sa.Column("since", UtcTime),
    sa.Column("until", UtcTime),
    sa.Column("written_at", UtcTime, nullable=False),
)
