"""What has had its time is forgotten, once a day, also by a server that is never restarted."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.jobs.kinds import DAILY
from belowline.store import follows, jobs, mail_codes, sessions
from belowline.store.tables_jobs import follow, follower, notification
from belowline.store.tables_people import mail_code, session, spent
from belowline.store.tables_taking_part import visit
from members import enrol, write
from paper import Paper
from post_office import wait_for

DAY = dt.timedelta(days=1)


def count(conn: sa.Connection, table: sa.Table) -> int:
    return int(conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def is_empty(paper: Paper, *tables: sa.Table) -> bool:
    return not any(paper.read(count, table) for table in tables)


def test_each_term_is_kept_and_no_longer(own_paper: Paper) -> None:
    paper = own_paper
    story = paper.add_story()
    ada, ben = enrol(paper, "Ada Morn"), enrol(paper, "Ben Dusk")
    now = paper.clock()
    ben.post(story, "An answer", parent=ada.post(story, "A thought"))
    wait_for(lambda: not is_empty(paper, notification))
    ada.client.post(f"/api/v1/stories/{story.slug}/visit", json={"seen_at": now.isoformat()})
    write(paper, mail_codes.add, "ada@readers.example", "hash", "/", now, now + dt.timedelta(minutes=15))
    write(paper, sessions.spend, "a challenge", now + dt.timedelta(minutes=5), now)
    paper.client.post("/api/v1/following", json={"kind": "story", "subject": story.id, "email": "guest@mail.example"})
    assert paper.read(follows.follower_by_email, "guest@mail.example")
    paper.clock.ahead += 3 * DAY
    wait_for(lambda: is_empty(paper, mail_code, spent))
    assert paper.read(follows.follower_by_email, "guest@mail.example"), "they may still answer"
    assert not is_empty(paper, notification, session)
    paper.clock.ahead += 40 * DAY
    wait_for(lambda: is_empty(paper, session, follow))
    wait_for(lambda: paper.read(follows.follower_by_email, "guest@mail.example") is None)
    assert not is_empty(paper, notification)
    assert paper.read(count, follower) == 1, "a person stays"
    paper.clock.ahead += 400 * DAY
    wait_for(lambda: is_empty(paper, notification, visit))


def daily(conn: sa.Connection) -> list[str]:
    return sorted(job.kind for job in jobs.all_waiting(conn) if job.kind in DAILY)


def test_a_daily_duty_waits_once_whoever_dies(own_paper: Paper) -> None:
    paper = own_paper
    today = paper.clock() + DAY / 2
    wait_for(lambda: paper.read(daily) == sorted(DAILY) and paper.read(jobs.due, today, 1) == [])
    assert paper.read(jobs.waiting) == 0, "standing duties are no work that waits"
    claimed: list[Any] = write(paper, jobs.claim, paper.clock() + 2 * DAY, DAY, 9)
    for _ in range(2):  # as who dies after the first step, and who comes after them
        for job in claimed:
            write(paper, jobs.again_daily, job, paper.clock() + 3 * DAY)
    for job in claimed:
        write(paper, jobs.done, job.id)
    assert paper.read(daily) == sorted(DAILY)
