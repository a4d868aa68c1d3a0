"""The application: ready bytes in front, the framework behind."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin

from belowline import __version__, logs
from belowline.actions import ready_lists
from belowline.clock import Clock, now
from belowline.jobs import kinds
from belowline.settings import Settings
from belowline.snapshots.build import Builder
from belowline.snapshots.render import Renderer
from belowline.snapshots.serve import ReadyBytes
from belowline.snapshots.shelf import Shelf
from belowline.snapshots.warm import warm_up
from belowline.store import sites
from belowline.store.db import Database
from belowline.web import language, problems
from belowline.web.api_bodies import must_be_json
from belowline.web.api_document import Document, ReadablePage, router
from belowline.web.bodies import Bodies
from belowline.web.guards import AnyRequest
from belowline.web.head import Head
from belowline.web.house import House, Tokens
from belowline.web.live_door import LiveDoor
from belowline.web.post_door import PostDoor
from belowline.web.preflight import Preflight
from belowline.web.routes import MAX_BODY, ROUTES

LOOK_S = 0.5
LISTS_S = 30.0  # looks again after this, for what nothing tells

logs.configure()


class Framework(Litestar):
    """Without the plug-ins for libraries of models that we do not use: wherever one is installed, for a test or
    otherwise, Litestar would load it, 8 MB for Pydantic."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def make_app(settings: Settings, clock: Clock = now) -> tuple[ReadyBytes, House]:
    """The ASGI application over the database in settings.data, which is made and migrated already."""
    db = Database(settings.database, settings.readers)
    with db.transaction() as conn:
        secret = sites.signing_secret(conn)
    shelf = Shelf(db, clock, settings.cache_mb * 2**20)
    renderer = Renderer(settings.base_url, bool(settings.mail_host))
    house = House(settings, db, shelf, Builder(renderer, clock), clock, Tokens(secret))
    framework = Framework(
        route_handlers=ROUTES,
        dependencies={"house": Provide(lambda: house, sync_to_thread=False)},
        exception_handlers={Exception: problems.answer},
        before_request=_before,
        lifespan=[_running(house)],
        request_max_body_size=MAX_BODY,
        openapi_config=OpenAPIConfig(
            title="Belowline",
            version=__version__,
            description="Discussions under stories. Errors are problem documents (RFC 9457) with a code that stays.",
            openapi_router=router(),
            render_plugins=[Document(path="/openapi.json"), ReadablePage(renderer)],
        ),
        logging_config=None,
        debug=False,
    )
    framework.state.house = house
    house.jobs = kinds.loop(db, clock, settings, renderer, secret, shelf.touch)
    answers = LiveDoor(PostDoor(Preflight(framework), framework, house), house.live)
    return ReadyBytes(Head(Bodies(answers)), shelf), house


async def _before(request: AnyRequest) -> None:
    """Each request that the framework sees."""
    await language.hear(request)
    await must_be_json(request)


async def _keep_lists_ready(house: House) -> None:
    """Long lists that another process has set are compiled on a reader, so that no post waits for it."""
    seen, last = house.db.foreign_commits, time.monotonic()
    while True:
        await asyncio.sleep(LOOK_S)
        if house.db.foreign_commits != seen or time.monotonic() - last > LISTS_S:
            seen, last = house.db.foreign_commits, time.monotonic()
            with contextlib.suppress(Exception):  # the next look tries again
                await house.db.read(ready_lists.warm)


def _running(house: House) -> Callable[[Litestar], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        house.db.start()
        await house.db.read(warm_up, house.build)
        await house.db.read(ready_lists.warm)
        lists = asyncio.create_task(_keep_lists_ready(house))
        rebuilder = asyncio.create_task(house.shelf.run())
        teller = asyncio.create_task(house.live.run())
        worker = asyncio.create_task(house.jobs.run() if house.settings.worker else asyncio.sleep(0))
        try:
            yield
        finally:
            await house.live.close()
            for task in (worker, teller, rebuilder, lists):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(house.db.close)

    return lifespan
