"""One case, walked through all its outlets in both languages: what they say that its statements do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from tests.said.outlets import Reader
from tests.said.statements import Contradiction, Judged, Key, Statements, read_statements
from tests.said.three_countries import JUDGED, NOTE, write_case
from tracer.cli.main import cli

LANGUAGES = ("en", "zh")
_HEAD = ("statement", "outlet", "what it says", "what the statement says")


def loaded(folder: Path, manifest: Path) -> Path:
    """The case of a manifest, made in the folder and traced; where it is."""
    case = folder / "case"
    _run("run", str(manifest), "--case", str(case), "--allow-outside")
    return case


def walked(case: Path, manifest: Path, out: Path, judged: dict[Key, Judged] | None = None) -> list[Contradiction]:
    """All that any outlet says otherwise than the statements."""
    out.mkdir(parents=True, exist_ok=True)
    readers = {lang: Reader(case, out, lang) for lang in LANGUAGES}
    stated = read_statements(lambda name, lang: readers[lang].query(name), manifest, LANGUAGES)
    stated.judged = judged or {}
    assert len(stated.rows) > 1, "a case that states nothing contradicts nothing"
    said = [one for reader in readers.values() for one in reader.sayings(stated)]
    assert len(said) > 20 * len(stated.rows), f"only {len(said)} sayings of {len(stated.rows)} statements were read"
    return stated.contradictions(said)


def judged_case(folder: Path) -> tuple[Path, Path, dict[Key, Judged]]:
    """The case of three countries, with a person's judgement: case, manifest, what rests on it."""
    manifest = write_case(folder / "given")
    case = loaded(folder, manifest)
    before = stated_by(case, manifest)
    _run("judge", *JUDGED, "--note", NOTE, "--case", str(case))
    _run("trace", "--case", str(case))
    after = stated_by(case, manifest)
    moved = {
        key: Judged(NOTE, float(row["probability"]))
        for key, row in before.rows.items()
        if key in after.rows
        and row.get("probability") is not None
        and abs(float(row["probability"]) - float(after.rows[key]["probability"] or 0.0)) > 0.01
    }
    return case, manifest, moved


def stated_by(case: Path, manifest: Path) -> Statements:
    """What a case states, in English."""
    reader = Reader(case, case, "en")
    return read_statements(lambda name, _: reader.query(name), manifest, ("en",))


def table(found: Sequence[Contradiction]) -> str:
    """The contradictions, one a line."""
    rows = [_HEAD, *(one.row() for one in found)]
    return "\n".join(" | ".join(cell.replace("\n", " ") for cell in row) for row in rows)


def _run(*words: str) -> str:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(cli, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout
