"""Names in whatever spelling: one canonical form finds them, and tells where they stand in the text as written."""

from __future__ import annotations

import time
from pathlib import Path

from tracer.documents import toml_of
from tracer.spellings.escapes import readings
from tracer.spellings.names import NameFinder, canonical, joined_words, length

SPELLED: list[tuple[str, str]] = toml_of((Path(__file__).parent / "spelled.toml").read_text("utf-8"))["pairs"]


def test_a_name_is_replaced_in_every_spelling_and_nothing_beside_it() -> None:
    for name, spelled in SPELLED:
        text = f"It was {spelled}, they said & left; a=b."
        replaced = NameFinder([name]).replace(text, lambda _, key: f"<{key}>")
        assert replaced.startswith("It was "), replaced
        assert f"<{joined_words(name)}>" in replaced
        assert replaced.endswith(", they said & left; a=b."), replaced
        assert NameFinder([name]).stand_in(text)


def test_what_only_looks_like_a_name_stays() -> None:
    for name, text in {
        "Ida": "an idaho idea, i da", "R2": "r20 or ar2 and k3r2q", "Teresa": "a late resale", "abe": "3abe4" * 12,
        "photo": "photograph", "林晓禾": "林，晓，禾", "Анна": "Саванна", "source": "sour ceiling",
    }.items():  # fmt: skip
        assert NameFinder([name]).replace(text, lambda *_: "<>") == text


def test_names_over_each_other_are_replaced_once() -> None:
    finder = NameFinder(["Rosa Lund", "Lund Berg"])
    assert finder.replace("Rosa Lund Berg left", lambda found, _: f"<{found}>") == "<Rosa Lund> Berg left"
    assert NameFinder(["Rosa"], ["rosa-lund.txt"]).replace("see rosa-lund.txt", lambda _, key: key) == "see rosalundtxt"


def test_every_stretch_of_a_reading_leads_back_to_where_it_stands() -> None:
    text = r"a&amp;#66;c \u0064<i>e</i>f %67 \*h\* \\u0026#105;"
    for reading in readings(text):
        for start in range(len(reading.text)):
            begin, end = reading.back(start, start + 1)
            assert 0 <= begin < end <= len(text), (reading.text, start)
        assert reading.back(0, len(reading.text)) == (0, len(text))
    bare = readings(text)[-1]
    assert "efg" in bare.text.replace(" ", "")
    at = bare.text.index("f")
    assert text[slice(*bare.back(at, at + 1))] == "f"


def test_the_canonical_form_of_a_part_is_the_part_of_the_canonical_form() -> None:
    text = "Ｊosé ｶﾞ 한글 ﬁn İ ß ½ \u200b’—（x）"
    assert canonical(text) == "".join(map(canonical, text))
    assert (length("한"), length("李"), length("q-"), length("X7"), length("O'B")) == (1, 1, 1, 2, 2)


def test_looking_through_a_large_text_takes_no_longer_than_reading_it() -> None:
    finder, text = (
        NameFinder(["Rosa Lund", "林晓禾", "R2", "src-7"]),
        "The quick <b>fox</b> said &amp; done, 我们从未听说。 " * 5_000,
    )
    began = time.process_time()
    assert finder.find(text) == []
    assert time.process_time() - began < 5
