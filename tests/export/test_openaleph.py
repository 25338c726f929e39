"""OpenAleph's own client sends what `export graph --to ftm` writes, and loading it again changes nothing.

No OpenAleph runs here: it needs Elasticsearch, which no registry of Python or Debian has. What answers in its place is
its interface as OpenAleph 5 documents it (`aleph/views/collections_api.py`, `aleph/logic/processing.py`): a collection
is found or made by its foreign id, `_bulk` takes up to 1,000 entities, refuses the whole request where one has no id
or a schema that is none, drops values that are not of their type, and the last of one id replaces those before it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.export.reading import ftm
from tests.export.test_readers import schema
from tracer.export.formats import render
from tracer.export.outgoing import Outgoing

Entity = dict[str, Any]


class OpenAleph(BaseHTTPRequestHandler):
    """The interface, with what it was sent."""

    collections: ClassVar[dict[str, Entity]] = {}
    stored: ClassVar[dict[str, Entity]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path == "/api/2/collections":
            (wanted,) = parse_qs(where.query)["filter:foreign_id"]
            found = [one for one in (self.collections.get(wanted),) if one]
            self._answer({"results": found, "total": len(found), "limit": 20, "offset": 0, "next": None})
        else:
            assert where.path == "/api/2/collections/1/_stream", where.path
            self._answer(*self.stored.values())

    def do_POST(self) -> None:
        where, sent = urlsplit(self.path), json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(f"{where.path}?{where.query}")
        assert self.headers["Authorization"] == "ApiKey key"
        if where.path == "/api/2/collections":
            self.collections[sent["foreign_id"]] = {**sent, "id": "1"}
            self._answer(self.collections[sent["foreign_id"]])
        else:
            assert where.path == "/api/2/collections/1/_bulk", where.path
            taken = [as_taken(one) for one in sent]
            refused = not all(taken)
            self.stored.update({} if refused else {one["id"]: one for one in taken if one})
            self._answer(*[{"message": "Invalid data"}] if refused else [], status=400 if refused else 204)

    def _answer(self, *bodies: Mapping[str, Any], status: int = 200) -> None:
        body = b"".join(json.dumps(one).encode() + b"\n" for one in bodies)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test's output is the client's."""


def as_taken(sent: Entity) -> Entity | None:
    """What OpenAleph keeps of an entity; None where it refuses the request."""
    known = schema().get(sent["schema"])
    if known is None or not sent.get("id"):
        return None
    kept = {name: values for name, values in sent["properties"].items() if name in known and name != "contentHash"}
    return {"id": sent["id"], "schema": sent["schema"], "properties": kept}


@pytest.fixture
def host() -> Iterator[str]:
    """The address of an OpenAleph that holds nothing."""
    for kept in (OpenAleph.collections, OpenAleph.stored, OpenAleph.asked):
        kept.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), OpenAleph) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def client(host: str, *words: str | Path) -> str:
    """What the client prints; it is called as a person calls it, but by this Python."""
    command = [sys.executable, "-c", "from openaleph_client.cli import cli; cli()", "--host", host, "--api-key", "key"]
    done = subprocess.run([*command, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(entities: Iterable[Entity]) -> dict[str, tuple[str, dict[str, list[str]]]]:
    return {
        one["id"]: (one["schema"], {name: sorted(values) for name, values in one["properties"].items()})
        for one in entities
    }


def test_every_entity_arrives_as_it_was_written_and_a_second_time_changes_nothing(
    out: Outgoing, host: str, tmp_path: Path
) -> None:
    content = render(out, "ftm")[""]
    path = tmp_path / "case.ftm.json"
    path.write_bytes(content)
    for _ in range(2):
        client(host, "write-entities", "-f", "my-case", "-i", path)
        assert plain(OpenAleph.stored.values()) == plain(ftm(content)), "nothing is refused, dropped or doubled"
    made, *bulks = OpenAleph.asked
    assert made.startswith("/api/2/collections?")
    assert not any("safe=false" in one or "clean=false" in one for one in bulks), "no right of an administrator is used"
    held = ftm(client(host, "stream-entities", "-f", "my-case").encode())
    for one in held:
        one["properties"].pop("alephUrl")  # its client's
    assert plain(held) == plain(ftm(content))


def test_what_openaleph_would_refuse_is_refused_here(host: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_text('{"id": "a", "schema": "Spreadsheet", "properties": {}}\n', encoding="utf-8")
    with pytest.raises(AssertionError, match="Invalid data"):
        client(host, "write-entities", "-f", "my-case", "-i", path)
    assert not OpenAleph.stored
