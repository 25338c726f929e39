"""New names are names of the list's language."""

from __future__ import annotations

import random

from faker.providers.person.de_DE import Provider as German
from faker.providers.person.pt_BR import Provider as Brazilian

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.name_parts import fresh_names, made_of_halves
from tracer.marking.persona.occurrences import Halves


def test_new_names_are_of_the_lists_language_and_in_its_case() -> None:
    rng = random.Random(2)
    for provider, region in ((German, "DE"), (Brazilian, "BR")):
        table = sorted(set(provider.last_names))
        texts = [rng.choice(table[::2]) for _ in range(300)]
        fresh = fresh_names(texts, "family_name", region)
        assert fresh
        assert set(fresh) <= set(table) - set(texts)
        assert fresh_names([text.upper() for text in texts], "family_name", region) == sorted(map(str.upper, fresh))


def test_an_unknown_language_gets_no_new_names() -> None:
    texts = ["Vellmar", "Ostrik", "Dunkova"] * 40
    assert fresh_names(texts, "family_name", "US") == []
    drawn = {Halves(texts, []).drawn(KeyedDraw(b"s", str(n))) for n in range(50)}
    assert drawn <= set(texts)


def test_each_new_name_is_given_once_and_characters_are_still_halved() -> None:
    texts = [f"Name{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)]  # each once: a new one is always due
    halves = Halves(texts, ["Eins", "Zwei"])
    drawn = [halves.drawn(KeyedDraw(b"s", str(n))) for n in range(10)]
    assert sorted(name for name in drawn if name not in texts) == ["Eins", "Zwei"]
    assert made_of_halves(["子涵", "欣怡"])
    assert not made_of_halves(["Ana", "Luca"])
