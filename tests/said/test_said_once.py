"""The same statement in every place where it is shown: grade, probability, direction, counts, days, judgement."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.said.outlets import Reader, printed
from tests.said.statements import Judged, Key, Statements, read_statements
from tests.said.three_countries import JUDGED, NOTE, write_case

SAMPLE = Path(__file__).parents[2] / "sample_data" / "case.toml"
LANGUAGES = ("en", "zh")


def loaded(folder: Path, manifest: Path) -> Path:
    """The case of a manifest, made in the folder and traced; where it is."""
    case = folder / "case"
    printed("run", str(manifest), "--case", str(case), "--allow-outside")
    return case


def contradictions(case: Path, manifest: Path, out: Path, judged: dict[Key, Judged]) -> str:
    """All that any outlet says otherwise than the statements, one a line."""
    out.mkdir()
    readers = {lang: Reader(case, out, lang) for lang in LANGUAGES}
    stated = read_statements(lambda name, lang: readers[lang].query(name), manifest, LANGUAGES)
    stated.judged = judged
    assert len(stated.rows) > 1, "a case that states nothing contradicts nothing"
    said = [one for reader in readers.values() for one in reader.sayings(stated)]
    assert len(said) > 20 * len(stated.rows), f"only {len(said)} sayings of {len(stated.rows)} statements were read"
    return "\n".join(" | ".join(" ".join(cell.split()) for cell in one.row()) for one in stated.contradictions(said))


@pytest.mark.slow("some 400 commands and files of one case are read, in two languages")
def test_the_sample_says_the_same_in_every_outlet(tmp_path: Path) -> None:
    assert contradictions(loaded(tmp_path, SAMPLE), SAMPLE, tmp_path / "out", {}) == ""


@pytest.mark.slow("some 250 commands and files of one case are read, in two languages")
def test_three_countries_and_a_judgement_say_the_same_in_every_outlet(tmp_path: Path) -> None:
    manifest = write_case(tmp_path / "given")
    case = loaded(tmp_path, manifest)

    def stated() -> Statements:
        return read_statements(lambda name, _: Reader(case, case, "en").query(name), manifest, ("en",))

    before = stated().rows
    printed("judge", *JUDGED, "--note", NOTE, "--case", str(case))
    printed("trace", "--case", str(case))
    after = stated().rows
    judged = {
        key: Judged(NOTE, float(row["probability"]))
        for key, row in before.items()
        if key in after
        and row.get("probability") is not None
        and abs(float(row["probability"]) - float(after[key]["probability"] or 0.0)) > 0.01
    }
    assert len(judged) > 1, "the judgement moves more than the pair that it is of"
    assert contradictions(case, manifest, tmp_path / "out", judged) == ""
