"""A real push service for the tests: an HTTP server that takes messages, and the browser that can read them."""

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from paper import free_port


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Browser:
    """One subscription, with the private key that never leaves the browser."""

    def __init__(self, service: "PushService", name: str) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.endpoint = f"http://127.0.0.1:{service.port}/send/{name}"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = {"endpoint": self.endpoint, "keys": {"p256dh": text(point), "auth": text(self.auth)}}

    def read(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


class PushService:
    def __init__(self) -> None:
        self.port = free_port()
        self.status = 201
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        """Every request: path, headers, body; also those that were refused."""
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                said = (self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                service.asked.append(said)
                if service.status == 201:
                    service.taken.append(said)
                self.send_response(service.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def who_signed(headers: dict[str, str], key: str) -> dict[str, Any]:
    """The claims of a VAPID signature by this public key."""
    scheme, _, rest = headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert parts["k"] == key
    point = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    jwk = {"kty": "EC", "crv": "P-256", "x": text(point[1:33]), "y": text(point[33:])}
    return dict(jwt.decode(parts["t"], ECKey.import_key(jwk), algorithms=["ES256"]).claims)
