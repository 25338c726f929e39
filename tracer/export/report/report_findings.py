"""Findings as a report shows them: every row that is to be shown, with its numbers, and whom and what it concerns."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracer.disclosure import DatasetRef, Number, PartyRef, Reason
from tracer.export.gate import FindingRow, Findings
from tracer.export.outgoing import Outgoing
from tracer.export.page.facts import count, figure_of, percent
from tracer.graph.model import GRADES
from tracer.wording import Voice, data_word, headlines, in_words, word
from tracer.wording.claims import CLAIM_REFS, claim, contradiction, number_label, number_value
from tracer.wording.names import Introduced, Names

LEAST_PROBABILITY = 0.5
"""Weaker readings are counted, not listed."""
KINDS = ("copy", "chain", "derivation", "vintage", "claim", "contradiction", "sale", "refusal", "line")


@dataclass(frozen=True)
class ReportFinding:
    """One finding."""

    kind: str
    """One of `KINDS`."""
    grade: str
    """Empty where it has none."""
    headline: str
    numbers: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    parties: tuple[str, ...]
    """Parties that it says something about, in the order in which they are named."""
    lists: tuple[str, ...]
    copies: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    sure: str = ""
    """How sure, as a sentence; empty where no probability is known."""
    judgement: str = ""
    kept: bool = False
    """A copy that was kept after its end: listed before those that were passed on."""
    repeat: str = ""


class _Words:
    """What one finding is said by: each says the id behind a name once."""

    def __init__(self, lang: str, names: Names) -> None:
        self.lang, self._voice = lang, Voice(lang, Introduced(names, lang))

    def say(self, reason: Reason) -> str:
        """A sentence."""
        return self._voice.say(reason)

    def show(self, number: Number) -> str:
        """A name or a number."""
        return self._voice.show(number)

    def sure(self, row: FindingRow) -> str:
        """How sure a row is, as a sentence."""
        return self.say(headlines.sureness(_float(row["probability"])))

    def texts(self, reasons: object) -> tuple[str, ...]:
        """Reasons in words; what is in words already stays as it is."""
        return texts(in_words(reasons, self._voice))


def findings_of(leaving: Outgoing) -> list[ReportFinding]:
    """All that is shown, the best grade first."""
    rows = leaving.rows

    names = leaving.called()

    def words() -> _Words:
        return _Words(leaving.lang, names)

    ends = {str(row["release"]): row.get("ends") for row in leaving.facts.get("copies", ())}
    named = {(str(row["release"]), str(row["dataset"])): row for row in rows.get("attributions", ()) if row["accused"]}
    found: list[ReportFinding] = []
    for row in rows.get("retention", ()):
        mark = named.pop((str(row["release"]), str(row["seen_in"])), None)
        if row["reading"] != "held" and _float(row["probability"]) >= LEAST_PROBABILITY:
            found.append(_copy(row, mark, ends.get(str(row["release"])), words()))
    found += [_named(row, words()) for row in named.values()]
    found += [_chain(row, words()) for row in rows.get("resale-chains", ())]
    found += [
        _copied(row, words()) for row in rows.get("derivations", ()) if _float(row["probability"]) >= LEAST_PROBABILITY
    ]
    found += [
        _dated(row, words()) for row in rows.get("vintage", ()) if _float(row["probability"]) >= LEAST_PROBABILITY
    ]
    found += [
        _claim(row, words()) for row in rows.get("claims", ()) if row["verdict"] not in ("untested", "untestable")
    ]
    two = [row for row in rows.get("contradictions", ()) if row["what"] != "claim against data"]
    found += [_contradiction(row, words()) for row in two]
    found += [_sale(row, words()) for row in rows.get("sales", ())]
    found += [_refusal(row, words()) for row in rows.get("after-refusal", ())]
    found += _lines(rows.get("lines", ()), rows.get("complaint-rates", ()), words)
    return sorted(found, key=_order)


def _order(told: ReportFinding) -> tuple[object, ...]:
    """The best grade first; the same in every language."""
    return (
        -_rank(told.grade), KINDS.index(told.kind), not told.kept, told.copies, told.lists, told.parties,
        told.headline,
    )  # fmt: skip


def held_in_time(leaving: Outgoing) -> list[FindingRow]:
    """Copies that their recipients held while they might."""
    return [row for row in leaving.findings.get("retention", ()) if row["reading"] == "held"]


def untold(rows: Findings) -> int:
    """How many readings are too weak to be listed."""
    weak = [row for row in rows.get("retention", ()) if row["reading"] != "held"] + list(rows.get("derivations", ()))
    return sum(_float(row["probability"]) < LEAST_PROBABILITY for row in weak)


def _rank(grade: str) -> int:
    return GRADES.index(grade) if grade in GRADES else -1


def _float(value: object) -> float:
    return float(str(value))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; none where it is not a list."""
    return tuple(map(str, _listed(value)))


def _known(pairs: Iterator[tuple[str, object]], lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((word(f"report-fact-{name}", lang), str(value)) for name, value in pairs if value not in (None, ""))


def _marks(row: FindingRow | None) -> Iterator[tuple[str, object]]:
    if row is None:
        return
    yield "canaries", f"{count(row['canaries_seen'])} / {row['canaries_planted']}"
    if row.get("test") is not None:
        yield f"test-{row['test']}", figure_of(row["error"])
    yield "rows", figure_of(row["rows_matched"])


def _copy(row: FindingRow, mark: FindingRow | None, ends: object, words: _Words) -> ReportFinding:
    def numbers() -> Iterator[tuple[str, object]]:
        yield "reading", words.say(headlines.reading(row))
        yield "probability", percent(row["probability"])
        yield "seen", row.get("first_seen")
        yield "ends", ends
        yield from _marks(mark)

    headline = words.say(headlines.retention({**row, "ends": ends}))
    marked, doubts = (mark["reasons"], mark["against"]) if mark is not None else ((), ())
    return ReportFinding(
        "copy", str(row["grade"]), headline, _known(numbers(), words.lang),
        _each(*words.texts(row["reasons"]), *words.texts(marked)),
        _each(*words.texts(sorted([*_listed(row["against"]), *_listed(doubts)], key=headlines.faint))),
        _each(row["vendor"], row["seen_with"], row["client"]), _each(row["dataset"], row["seen_in"]),
        (str(row["release"]),), sure=words.sure(row), judgement=str(row.get("judgement") or ""),
        kept=row["reading"] == "retained", repeat=_why(row['release'], row['seen_in']),
    )  # fmt: skip


def _named(row: FindingRow, words: _Words) -> ReportFinding:
    return ReportFinding(
        "copy", str(row["grade"]), words.say(headlines.attribution(row)), _known(_marks(row), words.lang),
        words.texts(row["reasons"]), words.texts(row["against"]), _each(row["recipient"]), _each(row["dataset"]),
        (str(row["release"]),),
        judgement=str(row.get("judgement") or ""), repeat=_why(row['release'], row['dataset']),
    )  # fmt: skip


def _copied(row: FindingRow, words: _Words) -> ReportFinding:
    def numbers() -> Iterator[tuple[str, object]]:
        yield "probability", percent(row["probability"])
        yield "shared", figure_of(row["shared"])
        yield "share", figure_of(row["share_of_child"])
        yield "via", row.get("via")

    return ReportFinding(
        "derivation", str(row["grade"]), words.say(headlines.derivation(row)), _known(numbers(), words.lang),
        words.texts(row["reasons"]), words.texts(row["against"]), (), _each(row["parent"], row["child"]),
        sure=words.sure(row), judgement=str(row.get("judgement") or ""), repeat=_why(row['parent'], row['child']),
    )  # fmt: skip


def _dated(row: FindingRow, words: _Words) -> ReportFinding:
    def numbers() -> Iterator[tuple[str, object]]:
        yield "best", row["best"]
        yield "rate", figure_of(row["rate"])
        yield "matched", figure_of(row["matched"])
        yield "later", f"{count(row['later_seen'])} / {figure_of(row['later'])}"
        yield "gone", f"{count(row['gone_seen'])} / {figure_of(row['gone'])}"
        yield "probability", percent(row["probability"])
        yield "releases", ", ".join(texts(row["releases"])) or word("report-none", words.lang)

    return ReportFinding(
        "vintage", "", words.say(headlines.vintage(row)), _known(numbers(), words.lang), words.texts(row["reasons"]),
        words.texts(row["against"]),
        _each(row["client"]), _each(row["source"], row["dataset"]), copies=texts(row["releases"]),
        sure=words.sure(row), repeat=f"tracer query vintage -p dataset={shlex.quote(str(row['dataset']))}",
    )  # fmt: skip


def _chain(row: FindingRow, words: _Words) -> ReportFinding:
    def numbers() -> Iterator[tuple[str, object]]:
        yield "lists", words.show(tuple(DatasetRef(name) for name in texts(row["datasets"])))
        yield "probability", percent(row["probability"])

    return ReportFinding(
        "chain", str(row["grade"]), words.say(headlines.chain(row)), _known(numbers(), words.lang), (),
        (word("report-chain-against", words.lang),),
        texts(row["chain"]), texts(row["datasets"]), sure=words.sure(row), repeat="tracer query resale-chains",
    )  # fmt: skip


def _claim(row: FindingRow, words: _Words) -> ReportFinding:
    def numbers() -> Iterator[tuple[str, object]]:
        yield "value", row.get("value")
        yield "p-value", None if row.get("p_value") is None else figure_of(row["p_value"])
        yield "said", row.get("said")
        yield "channel", data_word("report-channel", row["channel"], words.lang) if row.get("channel") else None

    measured = row.get("numbers")
    plain = measured if isinstance(measured, Mapping) else {}
    shown = tuple(
        (number_label(str(name), words.lang), _shown(str(name), value, words))
        for name, value in plain.items()
        if value is not None
    )
    return ReportFinding(
        "claim", str(row["grade"]), words.say(claim(row)), (*_known(numbers(), words.lang), *shown), (),
        words.texts(row["alternatives"]), _each(row["party"], row["about"]), _each(row["dataset"]),
        cited=texts(row["evidence"]), repeat="tracer query claims",
    )  # fmt: skip


def _contradiction(row: FindingRow, words: _Words) -> ReportFinding:
    times = headlines.times_apart(row)
    return ReportFinding(
        "contradiction", "", words.say(contradiction(row)),
        () if times is None else ((word("report-numbers", words.lang), words.say(times)),), (), (),
        _each(row["party_a"], row["party_b"], row["about"]), (), repeat="tracer query contradictions",
    )  # fmt: skip


def _sale(row: FindingRow, words: _Words) -> ReportFinding:
    return ReportFinding(
        "sale", "", words.say(headlines.sale(row)), (), (), (), _each(row["seller"], row["buyer"]),
        _each(row["parent"], row["child"]), cited=texts(row["evidence"]), repeat="tracer query sales",
    )  # fmt: skip


def _refusal(row: FindingRow, words: _Words) -> ReportFinding:
    def numbers() -> Iterator[tuple[str, object]]:
        yield "people", count(row["people"])
        yield "events", None if row["what"] == "released" else count(row["events"])

    released = row["what"] == "released" and row["of"] is not None
    return ReportFinding(
        "refusal", "", words.say(headlines.refusal(row)), _known(numbers(), words.lang), (), (),
        _each(row["party"], row["client"]), _each(row["refusals"]),
        copies=(str(row["of"]),) if released else (), repeat="tracer query after-refusal",
    )  # fmt: skip


def _lines(rows: Sequence[FindingRow], rates: Sequence[FindingRow], words: Callable[[], _Words]) -> list[ReportFinding]:
    """Lines of which there is something to tell; the query `lines` has a row for each rule."""
    rate_of = {str(rate["name"]): rate for rate in rates if rate["dimension"] == "line"}
    by_line: dict[str, list[FindingRow]] = {}
    for row in rows:
        by_line.setdefault(str(row["line"]), []).append(row)
    found = []
    for line, rules in by_line.items():
        headline = headlines.line(rules[0], rate_of.get(line), rules)
        if headline is not None:
            about = _each(rules[0]["vendor"], rules[0]["carrier"])
            again = f"tracer query lines -p line={line}"
            found.append(ReportFinding("line", "", words().say(headline), (), (), (), about, (), repeat=again))
    return found


def _why(a: object, b: object) -> str:
    """The command, quoted for a shell: ids are somebody else's words."""
    return f"tracer why {shlex.quote(str(a))} {shlex.quote(str(b))}"


def _shown(name: str, value: object, words: _Words) -> str:
    if isinstance(value, list | tuple):
        return (", " if words.lang == "en" else "、").join(_shown(name, one, words) for one in value)
    if name in CLAIM_REFS:
        return words.show(PartyRef(str(value)) if CLAIM_REFS[name] == "party" else DatasetRef(str(value)))
    return number_value(name, figure_of(value), words.lang)


def _each(*names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(name) for name in names if name is not None))


def by_key(rows: Sequence[FindingRow], key: str) -> dict[str, FindingRow]:
    """Rows by one of their values; of two the first."""
    found: dict[str, FindingRow] = {}
    for row in rows:
        found.setdefault(str(row[key]), row)
    return found
