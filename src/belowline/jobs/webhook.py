"""Tells the publication's own system of an accepted correction, by a signed message."""

from typing import Any

import msgspec
import sqlalchemy as sa

from belowline import outgoing
from belowline.actions import corrections as act
from belowline.actions.corrections import Asked
from belowline.jobs.tools import Tools
from belowline.rules import signing
from belowline.store import sites
from belowline.store.jobs import Job


async def run(tools: Tools, job: Job) -> None:
    asked, secret = await tools.db.write(_told, job.payload["correction"])
    if not (url := asked.site.policy.correction_webhook):
        return
    body = msgspec.json.encode(message(asked, tools.settings.base_url, job.id))
    headers = signing.headers(secret, body, int(tools.clock().timestamp()))
    await outgoing.send_json(url, body, headers, private=tools.settings.private_issuers)


def _told(conn: sa.Connection, correction_id: int) -> tuple[Asked, str]:
    asked = act.access_correction(conn, correction_id)
    return asked, sites.webhook_secret(conn, asked.site.key)


def message(asked: Asked, base_url: str, job_id: int) -> dict[str, Any]:
    """What is sent. `id` is the same when it is sent again."""
    one, story = asked.correction, asked.story
    return {
        "id": f"job-{job_id}",
        "what": "correction.accepted",
        "site": asked.site.key,
        "story": {"key": story.key, "url": story.url or f"{base_url}/stories/{story.slug}", "title": story.title},
        "passage": {"type": "TextQuoteSelector", "exact": one.passage, "prefix": one.prefix, "suffix": one.suffix},
        "claim": one.claim,
        "source": one.source,
        "correction": {"@type": "CorrectionComment", "text": one.answer, "datePublished": one.answered_at},
    }
