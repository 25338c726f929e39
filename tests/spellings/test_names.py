"""Names in whatever spelling: one canonical form finds them, and tells where they stand in the text as written."""

from __future__ import annotations

import time

import pytest

from tracer.spellings.escapes import readings
from tracer.spellings.names import NameFinder, canonical, joined, length

SPELLED = [
    ("旧友（苏州）", "旧友(苏州)"), ("旧友（苏州）", "旧友〔苏州〕"), ("司马·若兰", "司马若兰"),
    ("司马·若兰", "司马 • 若 兰"),
    ("Ｒｏｓａ Ｌｕｎｄ", "rosa lund"), ("吕ｶﾞﾅ子", "吕ガナ子"), ("吕ガナ子", "吕ｶﾞﾅ子"),
    ("José Núñez", "JOSE NUNEZ"),
    ("Ida", "IDA"), ("Ida", "Ida's"), ("R2", "r2"), ("Moira D'Arcy", "Moira D’Arcy"), ("Moira DArcy", "Moira D'Arcy"),
    ("Moira D'Arcy", "moira_darcy"), ("林晓禾", "林——晓禾"), ("Rosa Lund", "Rosa – Lund"),
    ("Rosa Lund", "Rosa -- Lund"),
    ("Rosa Lund", "Rosa\nLund"), ("Fuß Maß", "FUSS MASS"), ("Straße", "STRASSE"), ("Rosa Lund", "Rosa\u200bLund"),
    ("Rosa Lund", "Ro\u00adsa\u2060 Lund"), ("Rosa Lund", "Rosa&nbsp;Lund"), ("Rosa Lund", "Rosa&#x20;Lu&#110;d"),
    ("林晓禾", "&#26519;晓禾"), ("林晓禾", r"\u6797晓禾"), ("Rosa Lund", "Rosa%20Lund"),
    ("Rosa Lund", "<b>Ro</b>sa **Lund**"),
    ("Rosa Lund", "leak-rosa-lund-3"), ("Rosa Lund", "RosaLund2"), ("김하늘", "김 하늘"), ("Анна Ли", "АННА ЛИ"),
    ("src-7", "SRC 7"), ("㈱若葉", "(株)若葉"), ("Rosa Lund", "R\u043es\u0430 Lund"), ("\u0420osa Lund", "Posa Lund"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spelled"), SPELLED)
def test_a_name_is_replaced_in_every_spelling_and_nothing_beside_it(name: str, spelled: str) -> None:
    text = f"It was {spelled}, they said & left; a=b."
    replaced = NameFinder([name]).replaced(text, lambda found, key: f"<{len(found)} {key == joined(name)}>")
    assert replaced.startswith("It was "), replaced
    assert replaced.endswith(", they said & left; a=b."), replaced
    assert "True>" in replaced
    assert NameFinder([name]).stand_in(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ida", "an idaho idea, i da"), ("R2", "r20 or ar2 and k3r2q"), ("Teresa", "a late resale"),
        ("abe", "3abe4" * 12),
        ("photo", "photograph"), ("林晓禾", "林，晓，禾"), ("Анна", "Саванна"), ("source", "sour ceiling"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_name_stays(name: str, text: str) -> None:
    assert NameFinder([name]).replaced(text, lambda *_: "<>") == text


def test_names_over_each_other_are_replaced_once() -> None:
    finder = NameFinder(["Rosa Lund", "Lund Berg"])
    assert finder.replaced("Rosa Lund Berg left", lambda found, _: f"<{found}>") == "<Rosa Lund> Berg left"
    assert (
        NameFinder(["Rosa"], ["rosa-lund.txt"]).replaced("see rosa-lund.txt", lambda _, key: key) == "see rosalundtxt"
    )


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
    assert finder.found(text) == []
    assert time.process_time() - began < 5
