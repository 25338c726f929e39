"""How a finding is said: one wording for the screen, `why` and the report, in English and Chinese.

Takes rows with the contract's keys (`resale-chains`' `chain` and the view's `parties` alike) and gives sentences. It
knows nothing of terminals or pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from tracer.disclosure import FEW
from tracer.export.wording_words import FINDING_WORDS
from tracer.wording import LANGUAGES, data_word

Row: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class Names:
    """Party ids as people know them."""

    by_id: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Id -> name, role."""

    def short(self, party: object) -> str:
        """The name, or the id where there is none."""
        return self.by_id.get(str(party), ("", ""))[0] or str(party)


def said(key: str, lang: str, **filled: object) -> str:
    """The words of `key` in `lang`, filled in; of a key that is no word what follows its dot."""
    texts = FINDING_WORDS.get(key)
    if texts is None:
        return key.partition(".")[2].replace("_", " ") or key
    text = texts[LANGUAGES.index(lang)]
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


class Wording:
    """Words rows in one language."""

    def __init__(self, names: Names, lang: str = "en") -> None:
        self.names, self.lang = names, lang

    def party(self, party: object) -> str:
        """`name (id), role`."""
        name, role = self.names.by_id.get(str(party), ("", ""))
        label = f"{name} ({party})" if name else str(party)
        known = role.replace("_", " ") if self.lang == "en" else data_word("page-role", role, self.lang)
        return f"{label}{', ' if self.lang == 'en' else '，'}{known}" if role else label

    def kept_given(self, row: Row, ends: object, lists: int) -> str:
        """Who was given which copy, and that it is behind `lists` lists."""
        until = said("kept.ends", self.lang, ends=ends) if ends is not None else ""
        given = said(
            "kept.given", self.lang, vendor=self.party(row["vendor"]), release=row["release"],
            client=self.names.short(row["client"]), ends=until,
        )  # fmt: skip
        joint = " " if self.lang == "en" else ""
        return given + joint + said("kept.behind_one" if lists == 1 else "kept.behind", self.lang)

    def kept_item(self, row: Row) -> str:
        """One list that the copy is behind, with grade and probability."""
        told = said("kept.item", self.lang, **self._sighting(row))
        return f"{row['grade']} {told}{', ' if self.lang == 'en' else '，'}{self.sure(row['probability'])}"

    def kept(self, row: Row) -> str:
        """One retention as a whole sentence."""
        return said(
            "kept.whole", self.lang, release=row["release"], client=self.names.short(row["client"]),
            vendor=self.names.short(row["vendor"]), **self._sighting(row),
        )  # fmt: skip

    def _sighting(self, row: Row) -> dict[str, object]:
        seen = row.get("first_seen")
        return {
            "reading": self.reading(row),
            "seen_in": row["seen_in"],
            "holder": self.names.short(row["seen_with"]),
            "since": said("since", self.lang, date=_day(seen)) if seen is not None else "",
        }

    def reading(self, row: Row) -> str:
        """The reading of a retention: kept after the end, passed on, held."""
        return said(f"reading.{row['reading']}.{str(row.get('after_end')).lower()}", self.lang)

    def named(self, row: Row, holder: object = None) -> str:
        """An attribution that names a copy; `holder`: who holds the list."""
        told = said(
            "named", self.lang, dataset=row["dataset"], release=row["release"],
            recipient=self.names.short(row["recipient"]),
        )  # fmt: skip
        return told + (said("named.holds", self.lang) if holder == row["recipient"] else "")

    def unknown_copy(self, row: Row) -> str:
        """A list of hashes that holds a client's rows and names no copy."""
        return said("named.unknown", self.lang, dataset=row["dataset"], client=self.names.short(row["client"]))

    def marks(self, row: Row) -> str:
        """How many canaries were seen, and the error of the test that decides."""
        told: Mapping[object, str] = {0: "named.seen_none", 1: "named.seen_one"}
        key = told.get(row["canaries_seen"], "named.seen")
        seen = said(key, self.lang, seen=count(row["canaries_seen"]), planted=row["canaries_planted"])
        test, error = row.get("test"), row.get("error")
        if test is None or error is None:
            return seen
        return seen + said(f"named.{test}", self.lang, error=f"{_number_of(error):.2g}")

    def copied(self, row: Row, *, whole: bool = False) -> str:
        """A derivation, as an arrow or as a sentence."""
        return said("copied.whole" if whole else "copied", self.lang, parent=row["parent"], child=row["child"])

    def copied_sure(self, row: Row) -> str:
        """Its probability and the contacts in common."""
        return said("copied.sure", self.lang, sure=self.sure(row["probability"]), shared=count(row["shared"]))

    def dated(self, row: Row) -> str:
        """In which window a client's rows in a list left the client."""
        first, last = row.get("from_day"), row.get("to_day")
        key = "none" if first is last is None else "by" if first is None else "from" if last is None else "between"
        window = said(
            f"dated.{'on' if key == 'between' and first == last else key}", self.lang,
            first="" if first is None else _day(first), last="" if last is None else _day(last),
        )  # fmt: skip
        return said(
            "dated", self.lang, client=self.names.short(row["client"]), dataset=row["dataset"], window=window,
        )  # fmt: skip

    def claim(self, row: Row) -> str:
        """A claim and its verdict."""
        dataset, quote = row.get("dataset"), row.get("quote")
        return said(
            "claim", self.lang, verdict=said(f"verdict.{row['verdict']}", self.lang),
            party=self.names.short(row["party"]), kind=self.kind(row["kind"]),
            dataset=said("claim.dataset", self.lang, dataset=dataset) if dataset else "",
            quote=said("claim.quote", self.lang, quote=quote) if quote else "",
        )  # fmt: skip

    def kind(self, kind: object) -> str:
        """A claim's kind."""
        return said(f"kind.{kind}", self.lang)

    def contradiction(self, row: Row) -> str:
        """Two statements that do not go together."""
        return said(
            "two", self.lang, about=self.names.short(row["about"]),
            kind=self.kind(row.get("claim_kind", row.get("kind"))),
            party_a=self.names.short(row["party_a"]), value_a=number(row["value_a"]),
            party_b=self.names.short(row["party_b"]), value_b=number(row["value_b"]),
        )  # fmt: skip

    def apart(self, row: Row) -> str:
        """How many times the larger number is the smaller."""
        factor = row.get("factor")
        return "" if factor is None else said("two.factor", self.lang, factor=f"{_number_of(factor):,.0f}")

    def chain(self, row: Row) -> str:
        """A resale chain from hand to hand, with its days."""
        parties = row.get("parties", row.get("chain"))
        hands = " → ".join(self.names.short(party) for party in _list(parties))
        days = [_day(day) for day in (row.get("first_seen"), row.get("last_seen")) if day is not None]
        span = said("to", self.lang).join(dict.fromkeys(days))
        return hands + (said("span", self.lang, days=span) if days else "")

    def chain_by(self, row: Row) -> str:
        """Through which lists a chain goes."""
        joint = ", " if self.lang == "en" else "、"
        return said("chain.by", self.lang, datasets=joint.join(map(str, _list(row["datasets"]))))

    def reply(self, state: str) -> str:
        """A state of the right of reply (`dossier.replies.STATES`)."""
        return said(f"reply.{state}", self.lang)

    def sure(self, probability: object) -> str:
        """A probability."""
        return said("sure", self.lang, p=percent(probability))

    def headline(self, section: str, row: Row) -> str:
        """One line for a row of a section of `why`; empty for sections that are no findings."""
        worded: Mapping[str, Callable[[Row], str]] = {
            "derivations": lambda r: f"{self.copied(r, whole=True)}; {self.copied_sure(r)}",
            "attributions": lambda r: f"{self.named(r)}; {self.marks(r)}" if r["accused"] else "",
            "retention": self.kept,
            "claims": self.claim,
            "said": self.claim,
            "chains": self.chain,
        }
        return worded[section](row) if section in worded else ""


def count(value: object) -> str:
    """A count, thousands apart; `<20` where it is not told."""
    return FEW if value is None or value == FEW else f"{int(str(value)):,}"


def percent(probability: object) -> str:
    """A probability, alike wherever it is shown.

    >>> percent(0.9951), percent(0.99951), percent("0.5")
    ('99.5%', '>99.9%', '50.0%')
    """
    value = _number_of(probability)
    return ">99.9%" if value > 0.999 else f"{value:.1%}"


def plural(n: int, noun: str) -> str:
    """A number with its noun.

    >>> plural(1, "list"), plural(2_000, "list")
    ('1 list', '2,000 lists')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def number(value: object) -> str:
    """A claimed number as people read it; what is none stays."""
    try:
        plain = float(str(value))
    except ValueError:
        return str(value)
    return f"{plain:,.0f}" if plain >= 1000 else f"{plain:g}"


def _number_of(value: object) -> float:
    return float(str(value))


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else []
