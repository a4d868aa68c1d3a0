"""Every setting, with its default and a sentence. Read once at start, passed on.

Order, later wins: the default, `belowline.toml` in the data folder, `BELOWLINE_<NAME>` in the
environment, the command line.
"""

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

from belowline.errors import Unusable


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    data: str = "data"
    """Folder that holds the database, its backups and `belowline.toml`."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8080
    """Port to listen on."""
    public_url: str = ""
    """Origin under which readers reach this server, such as https://talk.example; default http://host:port."""
    posts_per_minute: int = 10
    """Comments that one address may send in a minute before it is asked to wait."""
    trusted_proxies: int = 0
    """How many proxies in front of this server add to X-Forwarded-For; 0 believes none."""
    cache_mb: int = 64
    """Memory for ready pages, in MiB; the least used are dropped beyond it and built again when asked for."""
    guests_per_address: int = 10
    """Different guests from one network address whose votes on the same comment count, in a day; a home or an
    office shares an address, and so do vote stuffers."""
    readers: int = 4
    """Threads that read the database."""
    signins_per_minute: int = 10
    """Attempts to sign in that one address may make in a minute before it is asked to wait."""
    private_issuers: bool = False
    """Whether identity providers and key sets may stand in a private network, or speak plain http."""
    private_push: bool = False
    """Whether browsers' push services may stand in a private network, or speak plain http."""
    worker: bool = True
    """Whether the serving process also does the jobs (notices, mails); false where `belowline worker` does."""
    erasure_grace_days: int = 14
    """Days between a reader's wish to be erased and its doing; until then they can change their mind by signing in."""
    upload_mb: int = 512
    """Largest file that an admin may upload at the desk to import it, in MiB; the command line takes any."""
    mail_host: str = ""
    """SMTP server for sign-in links and notices; unset, no mail is sent and signing in by mail is off."""
    mail_port: int = 587
    """Its port."""
    mail_from: str = ""
    """Address that mails come from; default belowline@ the host of public_url."""
    mail_user: str = ""
    """Name at the SMTP server, where it wants one."""
    mail_password: str = ""
    """Password at the SMTP server."""
    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    """starttls (port 587), tls (port 465), or none, for a server on this machine."""

    @property
    def database(self) -> Path:
        return Path(self.data) / "belowline.sqlite3"

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


def load(**given: Any) -> Settings:
    """Settings for this run; `given` (from the command line) leaves out what is None.

    Raises Unusable with one sentence that names the file or variable at fault.
    """
    given = {name: value for name, value in given.items() if value is not None}
    data = given.get("data") or os.environ.get("BELOWLINE_DATA") or Settings().data
    values: dict[str, Any] = {"data": data, **_from_file(Path(data) / "belowline.toml")}
    for name in Settings.__struct_fields__:
        if (text := os.environ.get(f"BELOWLINE_{name.upper()}")) is not None:
            values[name] = text
    values.update(given)
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        what, _, name = str(error).partition(" - at `$.")
        raise Unusable(f"The setting {name.rstrip('`') or '?'} is wrong: {what}.") from error


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"Cannot read {path}: {error}") from error
    for name in values:
        if name not in Settings.__struct_fields__:
            like = difflib.get_close_matches(name, Settings.__struct_fields__, 1)
            hint = f" Is {like[0]} meant?" if like else ""
            raise Unusable(f"{path} has the setting {name}, which there is not.{hint} docs/settings.md has them all.")
    return values
