"""The operator's commands: they do what they say, or say in one sentence why not."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from belowline.cli import main
from belowline.store import comments, migrate, sites, stories
from belowline.store.db import Database
from paper import free_port


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def sentence(result: Result) -> str:
    """The one line that explains a failure."""
    assert result.exit_code == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("belowline: ")
    return line


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert run("migrate", "--data", tmp_path / "data").exit_code == 0
    return tmp_path / "data"


def test_demo_fills_once_and_keeps_what_readers_add(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    command = [sys.executable, "-m", "belowline.cli", "demo", "--data", str(data), "--port", str(port)]

    def start() -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        printed = ""
        assert process.stdout
        while "Ctrl-C" not in printed:
            printed += process.stdout.readline()
        for _ in range(1200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        return process, printed

    process, printed = start()
    assert f"http://127.0.0.1:{port}/" in printed
    key = re.search(r"/operator/(\S+)", printed)
    assert key
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        listed = client.get("/api/v1/stories").json()["stories"]
        assert len(listed) >= 6
        most = max(listed, key=lambda story: story["comment_count"])
        assert most["comment_count"] >= 110
        sent = client.post(f"/api/v1/stories/{most['slug']}/comments", json={"name": "Reader", "text": "Still here"})
        assert sent.status_code == 201
        assert "Get the key" in client.get(f"/operator/{key[1]}").text
        page = client.post(f"/operator/{key[1]}").text
        api_key = re.search(r"<code>([\w-]+)</code>", page)
        assert api_key
        assert client.get(f"/operator/{key[1]}").status_code == 404
        headers = {"authorization": f"Bearer {api_key[1]}"}
        assert client.post("/api/v1/stories", json={"title": "By the operator"}, headers=headers).status_code == 201
    process.terminate()
    assert process.wait(20) == 0

    process, _ = start()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        again = client.get(f"/api/v1/stories/{most['slug']}").json()
        assert again["comment_count"] == most["comment_count"] + 1
        assert len(client.get("/api/v1/stories").json()["stories"]) == len(listed) + 1
    process.terminate()
    assert process.wait(20) == 0
    assert run("check", "--data", data).exit_code == 0


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = sentence(run("serve", "--data", tmp_path, "--port", port))
    assert str(port) in line
    assert "in use" in line


def test_a_host_that_is_not_ours(tmp_path: Path) -> None:
    assert "203.0.113.1" in sentence(run("serve", "--data", tmp_path, "--port", 18080, "--host", "203.0.113.1"))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "http://localhost", "a" * 300, ""])
def test_a_host_that_is_nobody_s(tmp_path: Path, host: str) -> None:
    assert "--host" in sentence(run("serve", "--data", tmp_path, "--port", free_port(), "--host", host))


@pytest.mark.parametrize("host", ["localhost", "0.0.0.0"])
def test_hosts_that_are_names_or_all_addresses(tmp_path: Path, host: str) -> None:
    port = free_port()
    command = [sys.executable, "-m", "belowline.cli", "serve", "--data", str(tmp_path), "--port", str(port)]
    process = subprocess.Popen([*command, "--host", host], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(600):
            try:
                assert httpx.get(f"http://localhost:{port}/").status_code == 200
                break
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.05)
    finally:
        process.terminate()
        printed = process.communicate(timeout=30)[0]
    assert f"http://{host}:{port}/" in printed
    assert ("set public_url" in printed) == (host == "0.0.0.0")
    assert process.returncode == 0


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert "file" in sentence(run("serve", "--data", tmp_path / "file" / "data", "--port", free_port()))


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write anywhere")
    assert "locked" in sentence(run("migrate", "--data", folder))


def test_a_newer_database_is_left_alone(data: Path) -> None:
    database = data / "belowline.sqlite3"
    with sqlite3.connect(database) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    assert "newer" in sentence(run("serve", "--data", data, "--port", free_port()))
    assert not (data / "backups").exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "belowline.sqlite3").write_text("just words, for a long while " * 100)
    assert "not a database" in sentence(run("check", "--data", tmp_path))


def test_an_older_database_is_copied_then_migrated(tmp_path: Path) -> None:
    database = tmp_path / "belowline.sqlite3"
    with sqlite3.connect(database) as conn:
        conn.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    conn.close()
    assert run("migrate", "--data", tmp_path).exit_code == 0
    assert migrate.newest() in run("migrate", "--data", tmp_path).output


def test_settings_that_are_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "belowline.toml").write_text("posts_per_minute = 'many'")
    assert "posts_per_minute" in sentence(run("check", "--data", tmp_path))
    (tmp_path / "belowline.toml").write_text("colour = 'red'")
    assert "colour" in sentence(run("check", "--data", tmp_path))
    (tmp_path / "belowline.toml").write_text("pubic_url = 'https://talk.example'")
    assert "Is public_url meant?" in sentence(run("check", "--data", tmp_path))
    (tmp_path / "belowline.toml").write_text("no toml")
    assert "belowline.toml" in sentence(run("check", "--data", tmp_path))
    (tmp_path / "belowline.toml").write_text("mail_password = 31415")
    assert "mail_password in" in (line := sentence(run("check", "--data", tmp_path)))
    assert "31415" not in line
    (tmp_path / "belowline.toml").unlink()
    monkeypatch.setenv("BELOWLINE_WORKER", "")  # empty: not set
    assert run("check", "--data", tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("READERS", "few", "“few”; it must be a whole number from 1 to 64"),
        ("READERS", "0", "from 1 to 64"),
        ("PORT", "99999", "“99999”; it must be a whole number from 1 to 65535"),
        ("CACHE_MB", "-3", "from 0"),
        ("WORKER", "maybe", "true or false"),
        ("MAIL_TLS", "yes", "none, starttls or tls"),
        ("PUBLIC_URL", "talk.example", "https://talk.example"),
        ("PUBLIC_URL", "https://talk.example/below", "without a path"),
    ],
)
def test_variables_that_are_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"BELOWLINE_{name}", value)
    line = sentence(run("check", "--data", tmp_path))
    assert f"BELOWLINE_{name}" in line
    assert said in line


def test_a_variable_that_is_no_setting_is_told_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELOWLINE_PUBIC_URL", "https://talk.example")
    monkeypatch.setenv("BELOWLINE_SNOWFLAKES", "9")
    result = run("check", "--data", tmp_path)
    assert result.exit_code == 0
    first, second = result.stderr.strip().splitlines()
    assert "BELOWLINE_PUBIC_URL is set, but there is no such setting" in first
    assert "Is BELOWLINE_PUBLIC_URL meant?" in first
    assert "BELOWLINE_SNOWFLAKES" in second
    assert "meant" not in second


def test_a_folder_instead_of_a_file_is_one_sentence(tmp_path: Path) -> None:
    result = run("import", "page", tmp_path, "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert f"belowline: Cannot go on with {tmp_path}: Is a directory." in result.stderr


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    body = tmp_path / "long.md"
    body.write_text("long " * 200_000)
    run("site", "add", "main", "--name", "The Lamp", "--data", tmp_path / "data")
    command = [sys.executable, "-m", "belowline.cli", "story", "add", str(body), "--title", "x", "--data"]
    script = 'trap "" XFSZ; ulimit -f 600; exec "$@"'  # KiB in one file
    full = subprocess.run(
        ["bash", "-c", script, "-", *command, str(tmp_path / "data")], capture_output=True, text=True, check=False
    )
    assert full.returncode == 1
    assert "belowline: " in full.stderr
    assert "Traceback" not in full.stderr
    assert run("check", "--data", tmp_path / "data").exit_code == 0


def test_sites_stories_and_rules(data: Path, tmp_path: Path) -> None:
    assert run("site", "add", "lamp", "--name", "The Lamp", "--data", data).exit_code == 0
    assert "lamp" in sentence(run("site", "add", "lamp", "--name", "Again", "--data", data))
    sentence(run("site", "add", "Not A Key", "--name", "x", "--data", data))
    assert (
        "https://lamp.example" in run("site", "allow", "lamp", "HTTPS://Lamp.example/some/page", "--data", data).output
    )
    sentence(run("site", "allow", "lamp", "lamp.example", "--data", data))
    assert '"close_after_days": 30' in run("site", "set", "lamp", "close_after_days=30", "--data", data).output
    assert "speed" in sentence(run("site", "set", "lamp", "speed=1", "--data", data))
    assert "none-such" in sentence(run("site", "set", "none-such", "hold_all=true", "--data", data))
    body = tmp_path / "story.md"
    body.write_text("The *body*.", "utf-8")
    added = run("story", "add", body, "--title", "Ünter the Lamp", "--data", data)
    assert "/stories/unter-the-lamp" in added.output
    assert run("story", "closing", "unter-the-lamp", "closed", "--data", data).exit_code == 0
    sentence(run("story", "closing", "no-such-story", "closed", "--data", data))
    sentence(run("story", "add", body, "--title", "x", "--published", "yesterday", "--data", data))
    with Database(data / "belowline.sqlite3").transaction() as conn:
        story = stories.by_slug(conn, "unter-the-lamp")
        assert story
        assert "<em>body</em>" in story.body_html
        assert story.closing == "closed"
        site = sites.by_key(conn, "lamp")
        assert site
        assert site.policy.close_after_days == 30


def test_check_finds_wrong_counts(data: Path) -> None:
    run("site", "add", "lamp", "--name", "The Lamp", "--data", data)
    body = data / "story.md"
    body.write_text("x")
    run("story", "add", body, "--title", "Counted", "--data", data)
    assert run("check", "--data", data).exit_code == 0
    with sqlite3.connect(data / "belowline.sqlite3") as conn:
        conn.execute("UPDATE story SET comment_count = 7")
    conn.close()
    result = run("check", "--data", data)
    assert "comments 7, counted 0" in result.output
    assert result.exit_code == 1


def test_held_comments_are_listed_and_decided(data: Path) -> None:
    run("site", "add", "lamp", "--name", "The Lamp", "--data", data)
    run("story", "add", __file__, "--title", "Waiting", "--data", data)
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        story = stories.by_slug(conn, "waiting")
        assert story
        values = {"story_id": story.id, "author_name": "Ada", "text": "Please wait", "html": "<p>Please wait</p>",
                  "state": "held", "orphan": False, "created_at": story.published_at, "date_lost": False}  # fmt: skip
        held = comments.add(conn, values, None)
    assert "Please wait" in run("comment", "held", "--data", data).output
    assert run("comment", "set", held.id, "published", "--data", data).exit_code == 0
    assert run("comment", "held", "--data", data).output == ""
    assert run("check", "--data", data).exit_code == 0
    sentence(run("comment", "set", 12345, "published", "--data", data))


def test_the_webhook_secret_is_made_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run("site", "add", "main", "--name", "The Evening Lamp", "--data", data)
    first = run("site", "webhook-secret", "main", "--data", data)
    assert len(first.stdout.strip()) >= 32
    assert run("site", "webhook-secret", "main", "--data", data).stdout == first.stdout
    assert run("site", "webhook-secret", "other", "--data", data).exit_code == 1
