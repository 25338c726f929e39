"""Did the caller know whom he called? The persona's name, the persona's firm, or whose customer the persona is.

Every sender of a mail knows the address, and every sender can build what the address says: `anna.keller@` makes "Anna
Keller", "Keller, Anna" and "Hi Anna". So what the address holds is not looked for. How often a text
says the rest by chance is learnt from those that cannot have it from a source (`Chances`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from tracer.findings.campaigns.facts import Hit, Number
from tracer.findings.campaigns.greetings import CJK, folded, greets, held_by, name_parts
from tracer.identify.organisation import parse
from tracer.identify.person import simplified

_ALIKE = 90.0
"""Partial likeness (rapidfuzz, 0 to 100) at which a name is in a transcript: one sign in ten may be misheard."""
_TITLES = ("先生", "女士", "小姐", "总", "老师", "经理", "老板")
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒")
_SHORTEST = 2
"""Signs of a name or core that can be looked for."""
_FORMS = frozenset({
    "gmbh", "co", "kg", "ohg", "ag", "ek", "sa", "sas", "sarl", "sp", "oo", "zoo", "lda", "ltda", "ltd", "sti", "as",
    "san", "tic", "inc", "llc", "plc", "bv", "nv", "ab", "oy", "aps", "spa", "srl", "kft", "sro",
})  # fmt: skip
"""Legal forms, and what comes between them, that callers leave out at a firm's end."""
_APART = 3
"""Signs between two parts of a name, at most: "Keller, Anna", "Anna M. Keller"."""


@dataclass(frozen=True)
class Content:
    """What of the persona the caller used."""

    kind: str
    """name, firm, client, greeted (by a part of the name), surname, or empty: nothing."""
    by_chance: float
    """Probability that a caller who does not know the persona says it."""
    silent: bool = False
    """Whether there was a text that could have said the persona's name, and did not."""


NOTHING, SILENT = Content("", 1.0), Content("", 1.0, silent=True)
_CHANCE = {
    "name": 1e-3,  # methods 3: a name agrees by chance once in 1,000 to 10,000 rows
    "firm": 1e-3,
    "client": 0.02,  # a well-known client's name is also said to people who are not its customers
    "greeted": 0.03,  # the share of the commonest first names, and of surnames outside China
    "surname": 0.07,  # the share of the commonest surnames
}


@dataclass(frozen=True)
class Chances:
    """How often a text says each kind by chance: a Beta posterior for each, whose prior has the mean of `_CHANCE` and
    the weight of one text that said it."""

    said: Mapping[str, int] = field(default_factory=dict)
    heard: Mapping[str, int] = field(default_factory=dict)
    """Kind -> texts that could have said it."""

    @classmethod
    def learnt(cls, noise: Iterable[tuple[Hit, Sequence[str]]]) -> Chances:
        """From hits that can come from no source, each sender once a number. Controls without names teach nothing of
        names."""
        said, heard, had = Counter[str](), Counter[str](), set[tuple[int, str | None]]()
        for hit, clients in noise:
            sender = (hit.number.no, (hit.caller or "").casefold() or None)
            if len(hit.text.strip()) <= 1 or sender in had:
                continue
            had.add(sender)
            heard.update(kind for kind in _CHANCE if _could_say(kind, hit.number, clients))
            said[_kind_of(hit, clients)] += 1
        return cls(said, heard)

    def of(self, hit: Hit, client_names: Sequence[str]) -> Content:
        """The strongest of what the hit's text says of the persona. `client_names`: of whose customer it is."""
        kind = _kind_of(hit, client_names)
        if not kind:
            address = hit.number.address if hit.medium == "email" else ""
            open_to = [
                part for name, _ in hit.number.personas for part in name_parts(name) if not held_by(address, part)
            ]
            return SILENT if len(hit.text.strip()) > 1 and open_to else NOTHING
        said, heard = self.said.get(kind, 0), self.heard.get(kind, 0)
        return Content(kind, (1.0 + said) / (1.0 / _CHANCE[kind] + max(heard, said)))


def _could_say(kind: str, number: Number, clients: Sequence[str]) -> bool:
    if kind == "client":
        return bool(clients)
    return any(firm if kind == "firm" else name for name, firm in number.personas)


def _folded(text: str) -> str:
    return re.sub(r"[\s,，。.!！?？:：;；、\"'“”‘’()（）\[\]【】<>《》-]", "", simplified(text).casefold())


def _says(wanted: str | None, hit: Hit, address: str) -> bool:
    """Whether the text has the name whole: between word ends, or anywhere where its script puts no blanks."""
    parts = list(name_parts(wanted))
    while len(parts) > 1 and parts[-1] in _FORMS:
        parts.pop()
    if not parts or held_by(address, "".join(parts)):
        return False
    plain, text = _folded(wanted or ""), _folded(hit.text)
    if CJK.search(plain):
        if plain in text:
            return True
    else:
        words = rf"[^\w]{{0,{_APART}}}(?:\w{{1,2}}[^\w]{{1,{_APART}}})?".join(map(re.escape, parts))
        if re.search(rf"(?<![^\W_]){words}(?![^\W_])", folded(hit.text)):
            return True
    # Only a transcript may be misheard, and a short name must be there whole: one sign of three makes it another's.
    return hit.medium == "phone" and 4 < len(plain) <= len(text) and fuzz.partial_ratio(plain, text) >= _ALIKE


def _core(firm: str | None) -> str | None:
    """What distinguishes the firm, without region, industry and legal form."""
    parsed = parse(firm) if firm else None
    return parsed.core if parsed is not None and len(parsed.core) >= _SHORTEST else firm


def surname_of(name: str | None) -> str | None:
    """The surname of a Chinese name."""
    plain = _folded(name or "")
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", plain):
        return None
    return plain[:2] if plain.startswith(_COMPOUND) and len(plain) > 2 else plain[0]


def _kind_of(hit: Hit, client_names: Sequence[str]) -> str:
    """The strongest of what the text says that the address does not."""
    if not hit.text.strip():
        return ""
    address = hit.number.address if hit.medium == "email" else ""
    for name, firm in hit.number.personas:
        parts = name_parts(name)
        known = [part for part in parts if held_by(address, part)]
        turned = " ".join(reversed(name.split())) if name and len(parts) > 1 else None
        # A name of which the address holds a part says no more than the other part does, by which people are greeted.
        whole = len(parts) > 1 or CJK.search(name or "") is not None
        if whole and not known and (_says(name, hit, address) or _says(turned, hit, address)):
            return "name"
        if firm and (_says(firm, hit, address) or _says(_core(firm), hit, address)):
            return "firm"
    if any(_says(name, hit, address) or _says(_core(name), hit, address) for name in client_names):
        return "client"
    if any(greets(hit.text, name, address) for name, _ in hit.number.personas):
        return "greeted"
    text = _folded(hit.text)
    surnames = [surname_of(name) for name, _ in hit.number.personas]
    return "surname" if any(s + title in text for s in surnames if s is not None for title in _TITLES) else ""


def script_of(hit: Hit) -> str:
    """The hit's text without what changes from call to call: the persona, how it is addressed, digits and signs."""
    text = _folded(hit.text)
    for name, firm in hit.number.personas:
        for part in (name, firm, _core(firm)):
            if part:
                text = text.replace(_folded(part), "")
        surname = surname_of(name)
        if surname is not None:
            for title in _TITLES:
                text = text.replace(surname + title, title)
    return re.sub(r"\d+", "", text)


_CALL_BACK = re.compile(
    r"(?<![\d])(?:\+?86)?(1\d{10}|400\d{7}|0\d{9,11}|95\d{3,6})(?!\d)|https?://([^/\s一-鿿]+)", re.IGNORECASE
)


def call_backs(hit: Hit) -> tuple[str, ...]:
    """Numbers and hosts that the text asks to call or open."""
    found = [number or host.casefold() for number, host in _CALL_BACK.findall(hit.text.replace("-", ""))]
    return tuple(sorted(set(found)))
