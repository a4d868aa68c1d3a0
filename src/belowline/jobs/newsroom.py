"""Mails a comment to the site's newsroom: a moderator thinks that it should be seen there."""

from urllib.parse import urlsplit

import sqlalchemy as sa

from belowline.jobs.mail import one_line
from belowline.jobs.tools import Tools
from belowline.mail.send import Mail, send
from belowline.model.comment import Comment
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.store import comments, people, sites, stories
from belowline.store.jobs import Job


async def run(tools: Tools, job: Job) -> None:
    found = await tools.db.read(_sent_on, job.payload["comment"])
    if not tools.settings.mail_host or found is None:
        return
    site, story, comment = found
    base = tools.settings.base_url
    by = await tools.db.read(people.get, job.payload["by"]) if job.payload["by"] else None
    values = {"comment": comment, "story": story, "note": job.payload["note"], "by": by}
    mail = Mail(
        to=site.policy.newsroom_email,
        subject=one_line(f"A comment for you: {story.title}"),
        text=tools.render.page("mail/newsroom.txt", **values),
        html=tools.render.page("mail/newsroom.html", **values),
        headers={"Message-ID": f"<job-{job.id}@{urlsplit(base).hostname}>"},
    )
    await send(mail, tools.settings)


def _sent_on(conn: sa.Connection, comment_id: int) -> tuple[Site, Story, Comment] | None:
    comment = comments.get(conn, comment_id)
    story = stories.get(conn, comment.story_id) if comment else None
    if comment is None or story is None:
        return None
    site = sites.get(conn, story.site_id)
    return (site, story, comment) if site.policy.newsroom_email else None
