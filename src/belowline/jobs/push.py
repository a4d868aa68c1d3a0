"""One web push with what a browser has not been told yet.

As with mails (jobs/mail.py): who dies after the service took it and before our note sends it again, the same words
under the same tag, and the browser shows one. A subscription that is gone (404, 410) is forgotten; a service that has
too much to do (429) or is ill (5xx) is tried again by the loop.
"""

import msgspec

from belowline.actions import push as act
from belowline.errors import Unavailable
from belowline.jobs.tools import Tools
from belowline.mail.send import sender
from belowline.outgoing import NotAllowed, send
from belowline.store import pushes
from belowline.store.jobs import Job

TTL_S = 24 * 3600  # a service keeps it so long for a browser that is asleep
GONE = (404, 410)


async def run(tools: Tools, job: Job) -> None:
    from belowline.rules import webpush  # noqa: PLC0415

    taken = await tools.db.write(act.take, job.payload["push"], job.id, tools.settings.base_url)
    if taken is None:
        return
    to, message, key = taken
    body = webpush.encrypt(msgspec.json.encode(message), to.p256dh, to.auth)
    headers = {
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(TTL_S),
        "urgency": "normal",
        "topic": message.tag,  # the service keeps one of the same (RFC 8030, 5.4)
        "authorization": webpush.signature(key, to.endpoint, f"mailto:{sender(tools.settings)}", tools.clock()),
    }
    try:
        status = await send(to.endpoint, body, headers, private=tools.settings.private_push)
    except NotAllowed:  # a name that leads into our own network by now
        status = 410
    if status in GONE:
        await tools.db.write(pushes.remove, to.id)
    elif status == 429 or status >= 500:
        raise Unavailable(f"The push service answered {status}.", code="push-silent")
    else:  # taken; or refused for good, in which case the same again would be refused too
        await tools.db.write(pushes.told, to.id, job.id)
