"""A publisher's own web server for the embed: any page, any address, another origin than ours."""

import itertools
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from belowline.actions import sites as site_act
from members import write
from paper import Paper

SPACER = '<div style="height:4000px">A long story.</div>'


class Host:
    """`page` puts HTML at an address and gives the URL on http://localhost; the server under test is 127.0.0.1."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self._numbers = itertools.count(1)
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html = pages.get(self.path.partition("?")[0])
                self.send_response(200 if html else 404)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((html or "nothing").encode())

            def log_message(self, *_: Any) -> None:
                """Silent: its requests are the tests' own."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.origin = f"http://localhost:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join(5)

    def page(self, html: str) -> str:
        path = f"/page-{next(self._numbers)}"
        self.pages[path] = html
        return self.origin + path

    def embed(
        self, paper: Paper, story: str, *, before: str = "", after: str = "", head: str = "", attributes: str = ""
    ) -> str:
        """A page with the embed as the guide says to write it."""
        return self.page(
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>On the quay</title>'
            f'<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<script src="{paper.base}/embed.js" async></script>{head}</head>'
            f"<body><main><h1>The ferry steps</h1>{before}"
            f'<below-line site="main" story="{story}" {attributes}></below-line>'
            f'<noscript><a href="{paper.base}/stories/{story}">Read the discussion</a></noscript>{after}</main></body>'
            f"</html>"
        )


def allow(paper: Paper, origin: str, site: str = "main") -> None:
    """As `belowline site allow` does, from another process' connection."""
    write(paper, site_act.allow_origin, site, origin)
