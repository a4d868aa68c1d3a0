"""What stands beside the table of stories: the other names of one."""

import sqlalchemy as sa

from belowline.store.tables import Id, metadata

story_alias = sa.Table(
    "story_alias",
    metadata,
    # A key under which a page announced a story that was there already, by its address. A story's own key goes first.
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("story_id", Id, sa.ForeignKey("story.id"), nullable=False, index=True),
)
