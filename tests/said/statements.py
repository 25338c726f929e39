"""The statements of a case, by the rows of its named queries (the contract's), and what of them is compared.

What an outlet says is a `Saying`: of which statement, which field, in which words. Whether the two agree is decided
here, once for all outlets.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Key = tuple[str, ...]
"""Kind and ids of a statement: `("derivation", parent, child)`, `("retention", release, seen_in)`, …"""
Query = Callable[[str, str], list[dict[str, Any]]]
"""A named query and a language -> its rows."""

WORDS: Mapping[str, str] = {
    "practically certain": "certain", "very likely": "very-likely", "likely": "likely",
    "more likely than not": "more-likely", "cannot be told": "cannot-be-told",
    "几乎可以肯定": "certain", "极有可能": "very-likely", "很可能": "likely", "可能性较大": "more-likely",
    "无法判断": "cannot-be-told",
}  # fmt: skip
_LEAST = (("certain", 0.99), ("very-likely", 0.95), ("likely", 0.8), ("more-likely", 0.5), ("cannot-be-told", 0.0))
_LIKELY = 0.8


@dataclass(frozen=True)
class Saying:
    """What one outlet says of one field of a statement."""

    outlet: str
    key: Key
    field: str
    """What of it: `grade`, `probability`, `word`, `firm` (said outright or with "may"), `direction`, `day`, …"""
    said: str


@dataclass(frozen=True)
class Contradiction:
    """A saying next to what the statement has."""

    saying: Saying
    states: str

    def row(self) -> tuple[str, str, str, str]:
        """Statement, outlet, what it says, what the statement says."""
        said = self.saying
        return " ".join(said.key), said.outlet, f"{said.field}: {said.said}", self.states


@dataclass(frozen=True)
class Judged:
    """What a person decided of a statement, and how sure it was without that."""

    note: str
    without: float

    def said_in(self, text: str) -> str:
        """Which of the two a text gives."""
        percent = f"{math.floor(self.without * 100)}%"
        given = ("note" if self.note in text else "", "without" if percent in text or str(self.without) in text else "")
        return " and ".join(filter(None, given)) or "nothing of it"


@dataclass
class Names:
    """How a case calls its parties and lists in one language, by its manifest."""

    known: dict[str, str] = field(default_factory=dict)
    """As it is written -> `D:id`, `P:id` or `R:id`."""

    def marked(self, text: str) -> str:
        """The text with every name (and the id behind it) as `⟨D:id⟩`."""
        return self._pattern().sub(self._mark, text)

    def _mark(self, found: re.Match[str]) -> str:
        return f"⟨{self.known[found['name']]}⟩" + (found["own"] or "")

    def _pattern(self) -> re.Pattern[str]:
        names = sorted(self.known, key=lambda name: (-len(name), name))
        either = "|".join(
            rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(?![A-Za-z0-9_-])" if name.isascii() else re.escape(name)
            for name in names
        )
        return re.compile(rf"(?P<name>{either})(?P<own>['’]s)?(?: ?[(（][\w.-]+[)）])?")


@dataclass
class Statements:
    """All that a case states."""

    rows: dict[Key, dict[str, Any]]
    lists: dict[str, dict[str, Any]]
    shared: dict[frozenset[str], int | None]
    names: dict[str, Names]
    """Per language."""
    replies: dict[str, str]
    judged: dict[Key, Judged] = field(default_factory=dict)
    """Statements that rest on what a person decided."""

    def contradictions(self, sayings: Iterable[Saying]) -> list[Contradiction]:
        """The sayings that differ from what is stated, each once, in order."""
        found: dict[tuple[str, Key, str, str], Contradiction] = {}
        for saying in sayings:
            states = self._states(saying)
            if states is not None:
                found.setdefault((saying.outlet, saying.key, saying.field, saying.said), Contradiction(saying, states))
        return list(found.values())

    def _states(self, saying: Saying) -> str | None:
        """What is stated instead; None where the two agree."""
        if saying.key[0] == "list":
            return self._of_list(saying)
        if saying.key[0] == "pair":
            return self._of_pair(saying)
        if saying.key[0] == "reply":
            stated = self.replies.get(saying.key[1], "not_asked")
            return None if stated == saying.said else stated
        row = self.rows.get(saying.key)
        if row is None:
            return "no such statement"
        if saying.field == "judged":
            return None if saying.said == "note and without" else "note and without"
        judge = _FIELDS[saying.field]
        return judge(row, saying.said)

    def _of_list(self, saying: Saying) -> str | None:
        row = self.lists.get(saying.key[1])
        if row is None:
            return "no such list"
        if saying.field == "at_most":
            whole = int(row["contacts"])
            return None if int(saying.said.replace(",", "")) <= whole else f"{whole} contacts in all"
        days = row["obtained"], row["created"]
        own = row["origin"] in ("own", "refusals", "register")  # shown from when it was made
        first, second = reversed(days) if own else days
        stated = (first or second) if saying.field == "shown" else row[saying.field]
        return None if _same(stated, saying.said) else str(stated)

    def _of_pair(self, saying: Saying) -> str | None:
        _, a, b = saying.key
        if a == b or a not in self.lists or b not in self.lists:
            return None
        stated = self.shared.get(frozenset((a, b)))
        if saying.field == "rest":  # contacts of `a` that `b` lacks
            stated = None if stated is None else int(self.lists[a]["contacts"]) - stated
        if saying.said.startswith("<"):
            return None if stated is None or stated < 20 else str(stated)
        if stated is None:
            return None if saying.said.startswith("<") else "fewer than 20 in common"
        return None if _same(stated, saying.said) else f"{stated}"


def _same(stated: object, said: str) -> bool:
    return str(stated) == said.replace(",", "")


def _equal(field: str) -> Callable[[Mapping[str, Any], str], str | None]:
    return lambda row, said: None if row[field] == said else str(row[field])


def _number(field: str) -> Callable[[Mapping[str, Any], str], str | None]:
    """A count, where it is known."""

    def judge(row: Mapping[str, Any], said: str) -> str | None:
        stated = row.get(field)
        return None if stated is None or _same(stated, said) else str(stated)

    return judge


def _probability(row: Mapping[str, Any], said: str) -> str | None:
    """Whole or broken per cents, `>99%`, `<1%`, or the number itself: rounded or cut, never another one."""
    stated = row["probability"]
    if stated is None:
        return "no probability"
    text = said.replace("\\", "").strip().rstrip("%;")
    value = float(stated)
    if "%" not in said:
        return None if abs(float(text) - value) < 5e-5 else f"{value}"
    bound = float(text.lstrip("><"))
    if text.startswith(">"):
        agrees = value * 100 > bound - 1e-9
    elif text.startswith("<"):
        agrees = value * 100 < bound + 1e-9
    else:
        unit = 10 ** len(text.partition(".")[2])
        whole = math.floor(round(value * 100, 6))
        agrees = math.floor(bound) == whole and abs(bound - value * 100) <= 1 / unit
    return None if agrees else f"{value * 100:.4g}%"


def _word(row: Mapping[str, Any], said: str) -> str | None:
    stated = next(word for word, least in _LEAST if float(row["probability"] or 0.0) >= least)
    return None if stated == said else stated


def _firm(row: Mapping[str, Any], said: str) -> str | None:
    """Whether it is said outright ("was copied") or with "may": by what is known without a person's judgement."""
    known = row["probability"] if row.get("without_judgement") is None else row["without_judgement"]
    stated = "firm" if known is None or float(known) >= _LIKELY else "perhaps"
    return None if stated == said else f"{stated} ({known})"


def _direction(row: Mapping[str, Any], said: str) -> str | None:
    stated = "open" if row.get("direction") == "not_told" else "told"
    return None if stated == said else stated


def _judgement(row: Mapping[str, Any], said: str) -> str | None:
    """The verdict, behind which the note may stand."""
    stated = "" if row.get("judgement") is None else str(row["judgement"])
    return None if said.startswith(stated) and bool(said) == bool(stated) else stated or "none"


def _against(row: Mapping[str, Any], said: str) -> str | None:
    """The first counter-reasons, in order, as far as they are said; `said` is JSON: language and sentences."""
    given = json.loads(said)
    stated = row["against"][given["lang"]]
    least = min(3, len(stated))
    first = [_bare(one) for one in stated[: max(least, len(given["said"]))]]
    found = [_bare(one) for one in given["said"]]
    if found == first[: len(found)] and len(found) >= min(least, given["least"]):
        return None
    return " | ".join(stated[:3]) or "nothing"


def _bare(text: str) -> str:
    return re.sub(r"[\s.。…]+|['’]s(?=⟩)", "", text)


_FIELDS: Mapping[str, Callable[[Mapping[str, Any], str], str | None]] = {
    "grade": _equal("grade"), "day": _equal("day"), "reading": _equal("reading"), "shared": _number("shared"),
    "seen": _number("canaries_seen"), "probability": _probability, "word": _word, "firm": _firm,
    "direction": _direction, "judgement": _judgement, "against": _against,
}  # fmt: skip


def read_statements(query: Query, manifest: Path, languages: Sequence[str] = ("en", "zh")) -> Statements:
    """What the named queries state, with the counter-reasons in each language."""
    given = tomllib.loads(manifest.read_text(encoding="utf-8"))
    names = {lang: _names(given, lang, query("releases", "en")) for lang in languages}
    lists = {row["dataset"]: row for row in query("datasets", "en")}
    rows: dict[Key, dict[str, Any]] = {}
    for kind, name, ends, day in _KINDS:
        told = {lang: query(name, lang) for lang in languages}
        for number, row in enumerate(told["en"]):
            key: Key = (kind, *(_id(row[end]) for end in ends))
            against = {
                lang: [names[lang].marked(one) for one in told[lang][number].get("against") or ()] for lang in languages
            }
            rows[key] = {**row, "against": against, "day": None if day is None else row.get(day)}
    shared = {frozenset((row["a"], row["b"])): row["shared"] for row in query("overlaps", "en")}
    replies = {row["party"]: row["reply"][0].replace(" ", "_") for row in query("parties", "en") if row["reply"]}
    return Statements(
        rows, lists, shared, names, {party: _STATES.get(state, state) for party, state in replies.items()}
    )


_STATES = {"no_reply_by_the_deadline": "no_reply", "asked,_not_yet_due": "asked"}
_KINDS = (
    ("derivation", "derivations", ("parent", "child"), None),
    ("retention", "retention", ("release", "seen_in"), "first_seen"),
    ("attribution", "attributions", ("release", "dataset"), None),
    ("chain", "resale-chains", ("datasets",), None),
    ("vintage", "vintage", ("source", "dataset"), None),
    ("claim", "claims", ("claim",), None),
)
"""Kind, query, what names a statement, its day."""


def _id(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names(given: Mapping[str, Any], lang: str, releases: Iterable[Mapping[str, Any]]) -> Names:
    """All ways in which a reader of the language meets a party, a list or a copy."""
    known: dict[str, str] = {}
    for one in given.get("party", ()):
        for name in (one["id"], one.get("name"), one.get(f"name_{lang}")):
            known.setdefault(str(name or one["id"]), f"P:{one['id']}")
    for one in given.get("dataset", ()):
        ref = one.get("id") or Path(one["path"]).stem
        for name in (ref, one.get("title"), one.get(f"title_{lang}")):
            known[str(name or ref)] = f"D:{ref}"
    for row in releases:
        known[row["release"]] = f"R:{row['release']}"
    return Names(known)
