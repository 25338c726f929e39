"""Another source, the same files: a case whose protected source has another id, name and document leaves as it did.

Pseudonyms are keyed by the case and would differ, and so would what is ordered by them. Here the key is given the same
text for both, so that all the rest is compared byte for byte.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Made, Tracer
from tracer.case import protected
from tracer.case.case import open_case
from tracer.dossier.parties import parts_of
from tracer.dossier.statements import add_evidence, add_statement
from tracer.export.formats import NOUNS
from tracer.export.tool_words import tool_words_among
from tracer.publish import PRINTED
from tracer.records import Claim, Evidence, Relation, Reply

RANDOM = re.compile(r'\b[0-9a-f]{64}\b|(?<="uid":")[0-9a-f]{16}|(?<=source-)\w{8}-\w{8}')
"""In the handover: hashes of files, of the store's and the journal's chain, numbers that each line draws, and the keyed
endings that keep two spellings of a name apart."""
FEW = (("graph", "json"), ("report", "md"))
WHOLE = tuple((noun, to) for noun, formats in NOUNS.items() for to in formats)
QUERIES = ("parties", "overlaps", "timeline", *PRINTED)


@dataclass(frozen=True)
class Twin:
    """A source as it is drawn."""

    id: str
    name: str
    alias: str
    document: str
    file: str
    words: str
    """Of the document."""
    day: str
    documents: int = 1


ONE = Twin("quellwart-5", "Ilse Quellwart", "Quelli", "befund-9", "ilse-quellwart.txt", "They copied it.", "2026-05-04")
OTHERS = {
    "first": Twin("aardvark", "ابتسام الزرقاوي", "زرقاوية", "a-paper", "zwart.pdf", "x" * 4_000, "2026-05-28", 3),
    "last": Twin("zz-9", "Боян Ждрело", "Ждре", "photo", "statement.txt", "", "2026-01-01"),
    "han": Twin("mole-1", "墨如琪", "老墨", "list", "墨如琪 list.txt", "名单", "2026-05-04", 2),
}


def with_source(tracer: Tracer, case: Path, twin: Twin, folder: Path) -> None:
    """Give the case its source, what it gave, and what it and others said."""
    party = ("party", "add", twin.id)
    tracer(*party, "--name", twin.name, "--alias", twin.alias, "--role", "source", "--protected").done()
    folder.mkdir()
    papers = [twin.document, *(f"{twin.document}-{number}" for number in range(1, twin.documents))]
    part = next((part for part in parts_of([twin.name]) if not tool_words_among([part])), twin.name)
    with open_case(case) as opened, opened.transaction():
        con, by = opened.con, twin.id
        for number, document in enumerate(papers):
            paper = folder / (f"{number} {twin.file}" if number else twin.file)
            paper.write_text(twin.words + str(number), encoding="utf-8")
            given = Evidence(document, "interview", paper.name, None, date.fromisoformat(twin.day), by)
            add_evidence(con, opened.vault, given, file=paper)
        con.execute("UPDATE party SET evidence = $papers WHERE id = $id", {"papers": papers, "id": by})
        given_list = {"id": by, "papers": papers}
        con.execute("UPDATE dataset SET holder = $id, evidence = $papers WHERE id = 'trader'", given_list)
        add_statement(con, Claim(by, "size", id="c1", about="vendor-a", value="700", evidence=tuple(papers)))
        add_statement(con, Claim("vendor-a", "other", id="c2", quote=f"as {twin.name} said", speaker=twin.name))
        add_statement(con, Claim("vendor-b", "other", id="c3", quote=f"we know {part}, and no more"))
        add_statement(con, Relation("refers_to", "vendor-b", "vendor-a", None, "documented", tuple(papers)))
        add_statement(con, Reply("vendor-a", date(2026, 7, 1), text=f"We do not know {twin.alias}, nor {by}."))
        con.execute("UPDATE dataset SET list_title = $t WHERE id = 'other'", {"t": f"What {twin.alias} brought"})
    tracer("judge", "client", "vendor", "confirm", "--note", f"{twin.name} told us").done()
    tracer(*party, "--protected", "--mask-mentions").done()


@dataclass
class Leaving:
    """A case that is given one source after the other."""

    tracer: Tracer
    base: Path
    folder: Path
    twin: Twin = ONE

    def keyed(self, secret: bytes, text: bytes, kind: object) -> object:
        """As `hmac.new` under the case's key, as if every source had the same id and document."""
        said = text.decode()
        same = {f"party {self.twin.id}": "party @", f"document {self.twin.document}": "document @"}
        said = "digest" if re.fullmatch("[0-9a-f]{64}", said) else same.get(said, said)  # of all findings
        return hmac.new(secret, said.encode(), hashlib.sha256 if kind is hashlib.sha256 else str(kind))

    def out(self, twin: Twin, formats: tuple[tuple[str, str], ...]) -> dict[str, bytes]:
        """All that leaves the case with this source, by the file's name."""
        self.twin, out = twin, self.folder / "out"
        out.mkdir(parents=True)
        with_source(self.tracer, self.tracer.use(Path(shutil.copytree(self.base, self.folder / "case"))), twin,
                    self.folder / "papers")  # fmt: skip
        self.tracer("trace").done()
        for noun, to in formats:
            of = ["overlaps"] if noun == "figure" else []
            for shown in [[], ["--with-sources"]] if formats is WHOLE and noun in ("graph", "report") else [[]]:
                target = out / f"{noun}{'-with' if shown else ''}.{to}"
                self.tracer("export", noun, *of, "--to", to, *shown, "-o", target).done()
        self.tracer("export", "handover", "-o", out / "handover").done()
        asked: dict[str, tuple[str, ...]] = {"sql.csv": ("sql", STATEMENT, "-f", "csv")}
        if formats is WHOLE:
            asked |= {f"{query}.csv": ("query", query, "-f", "csv") for query in QUERIES}
            asked |= {"evidence.json": ("sql", "FROM views.evidence", "-f", "json")}
            asked |= {"why.json": ("why", "client", "trader", "-f", "json")}
        for name, words in asked.items():
            self.tracer(*words, "-o", out / name).done()
        found = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
        shutil.rmtree(self.folder)
        found.pop("handover/originals.csv")  # it has a line for each of them, as the journal has that it tells of
        return {
            name: RANDOM.sub("#", content.decode()).encode() if name.startswith("handover") else content
            for name, content in found.items()
        }


STATEMENT = "SELECT p.party, sha256(p.party) AS digest, c.* FROM views.parties p LEFT JOIN views.claims c USING (party)"


@pytest.fixture
def leaving(
    tracer: Tracer, made_loaded: Made, tmp_path: Path, own_surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> Leaving:
    made = Leaving(tracer, made_loaded.copy(tmp_path / "base", own_surroundings), tmp_path / "twin")
    monkeypatch.setenv("TRACER_NOW", "2026-08-01T12:00:00")
    monkeypatch.setattr(protected, "hmac", SimpleNamespace(new=made.keyed))
    return made


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that are not the same."""
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


def test_what_leaves_is_the_same_whoever_the_source_is(leaving: Leaving) -> None:
    first = leaving.out(ONE, FEW)
    assert [differing(first, leaving.out(OTHERS[name], FEW)) for name in ("first", "last")] == [[], []]
    text = b"".join(first.values()).lower()
    assert not [word for word in (b"quellwart", b"ilse", b"quelli", b"befund") if word in text]


@pytest.mark.slow("four cases, exported in every format")
def test_it_is_in_every_format(leaving: Leaving) -> None:
    first = leaving.out(ONE, WHOLE)
    assert {name: differing(first, leaving.out(other, WHOLE)) for name, other in OTHERS.items()} == {
        name: [] for name in OTHERS
    }
