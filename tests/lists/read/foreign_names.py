"""Lists of invented people of many countries, for tests of encodings (`foreign_names.toml`)."""

from __future__ import annotations

from pathlib import Path

from tracer.documents import toml_of

_PEOPLE = toml_of((Path(__file__).parent / "foreign_names.toml").read_text("utf-8"))
_PLAIN = "name;phone;email;city"


def foreign_list(language: str, rows: int, *, own_heading: bool = True, every: int = 1) -> str:
    """A list of so many people, of whose names every nth is written with the country's letters."""
    given, family, towns = (_PEOPLE[language][column].split() for column in ("given", "family", "towns"))
    lines = [_PEOPLE[language].get("heading", _PLAIN) if own_heading else _PLAIN]
    for i in range(rows):
        own = i % every == 0
        name = f"{given[i % 8]} {family[(i * 3 + i // 8) % 8]}" if own else f"Person {i}"
        town = towns[(i * 5 + i // 8) % 8] if own else "Town"
        lines.append(f"{name};+1 202 555 {i:04d};user{i}@mail.example;{town}")
    return "\r\n".join(lines) + "\r\n"
