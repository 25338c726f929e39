"""What a hit says, and which hits belong together. Did the caller know whom he called: the persona's name, the
persona's firm, or whose customer the persona is?

Every sender of a mail knows the address, and every sender can build what the address says: `anna.keller@` makes "Anna
Keller", "Keller, Anna" and "Hi Anna". So what the address holds is not looked for. How often a text
says the rest by chance is learnt from those that cannot have it from a source (`Chances`).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from tracer.documents import toml_of
from tracer.findings.campaigns.facts import Hit, Key, Number, SignalFacts
from tracer.identify.callers import is_chinese_mobile, segment_of
from tracer.identify.organisation import parse
from tracer.identify.person import simplified_characters
from tracer.identify.phone import numbers_in_text, phone_key

# Greetings in any language: "Hallo Anna," "Cher Monsieur Dupont", "Здравствуйте, Иван", "田中様", "김민수님". A
# greeting names the persona where a part of its name is, whole, in a line that greets or that addresses somebody with
# a title, or begins a line before a comma. The words are data (greetings.toml); a language that is not there is
# recognised by the comma.

_LINES = 8
"""Lines of a text, its subject the first, in which people are greeted."""
_NEAR = 48
"""Letters after a greeting or a title within which the name is looked for."""
_SHORTEST = 2
"""Letters of a part of a name, or signs of a firm's core, that can be looked for; one alone is an initial."""
_STEM = 3
"""Letters of a stem, at least: fewer are the stem of too many names."""
_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FIRST, _LAST = r"(?<![^\W\d_])", r"(?![^\W\d_])"
"""Where a word begins, and where it ends."""
_WORD = f"{_FIRST}(?:{{}}){_LAST}"
_GREETING = f"{_WORD}|您好|你好|尊敬的|亲爱的|親愛的|안녕|こんにちは"
_TITLED = rf"{_FIRST}(?:{{}})\.?\s+(?:[^\W\d_]+\.?\s+)?$"
"""A title right before the name, or before another of its parts."""
_PLAIN = str.maketrans("łøđı", "lodi")
"""Letters that addresses are written without, though they have no mark to take off."""


def _without_accents(text: str) -> str:
    """Small letters without marks above or through them: Müller is muller."""
    split = unicodedata.normalize("NFKD", text.casefold())
    # Marks of scripts that cannot do without them (vowels of Hindi and Thai) are not accents.
    bare = "".join(char for char in split if not ("̀" <= char <= "ͯ"))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


_GREETING_WORDS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(word.strip() for word in words.split(","))
    for kind, words in toml_of((Path(__file__).parent / "greetings.toml").read_text("utf-8")).items()
}


@cache
def _pattern(kind: str, form: str) -> re.Pattern[str]:
    """The words of a kind, the longest first, in the place of `{}` in a pattern."""
    words = sorted(_GREETING_WORDS[kind], key=len, reverse=True)
    return re.compile(form.replace("{}", "|".join(re.escape(_without_accents(word)) for word in words)))


def name_parts(name: str | None) -> tuple[str, ...]:
    """The parts of a name by which somebody may be greeted, in small letters without marks."""
    parts = [_without_accents(part) for part in _WORDS.findall(name or "")]
    titles = _GREETING_WORDS["titles"]
    return tuple(part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST and part not in titles)


def held_by(address: str | None, part: str) -> bool:
    """Whether a mail address holds a part of a name (`name_parts`), also in the way in which addresses are spelled.

    >>> held_by("a.mueller@post.example", "muller"), held_by("info@keller-bau.example", "kellerbau")
    (True, True)
    """
    plain = re.sub(r"[\W\d_]", "", part)
    address = _without_accents(address or "")
    # Short parts are in many a domain by chance; firms are in domains as a rule.
    where = address if len(plain) > _STEM else address.partition("@")[0]
    letters = re.sub(r"[^a-z]", "", where)
    return any(plain in form for form in (letters, re.sub(r"([aou])e", r"\1", letters)))


def greets(text: str, name: str | None, address: str | None = None) -> bool:
    """Whether the text greets somebody by a part of the name that the address does not hold.

    >>> greets("Ihre Bestellung\\nHallo Anna,\\nvielen Dank", "Anna Müller")
    True
    >>> greets("Hallo Anna,", "Anna Müller", "anna.m@post.example")
    False
    """
    lines = [_without_accents(line) for line in text.splitlines()[:_LINES]]
    parts = [part for part in name_parts(name) if not held_by(address, part)]
    return any(_in_line(line, part) for part in parts for line in lines)


def _in_line(line: str, part: str) -> bool:
    greeting = _pattern("greetings", _GREETING)
    if _CJK.search(part):
        after = _GREETING_WORDS["titles_after"]
        return part in line and (any(part + title in line for title in after) or bool(greeting.search(line)))
    found = re.search(f"{_FIRST}{re.escape(part)}{_LAST}", line)
    if found is None:
        return _in_a_form(line, part)
    before = line[max(0, found.start() - _NEAR) : found.start()]
    first = not before.strip() and re.match(r"\s*[,:!،、，—–-](?:\s|$)", line[found.end() :]) is not None
    return first or any(one.search(before) for one in (greeting, _pattern("titles", _TITLED)))


def _in_a_form(line: str, part: str) -> bool:
    """Whether a greeting or title of a language that inflects names is followed by a form of this one, such as "Marku"
    or "Γιώργο"."""
    greeting = _pattern("inflecting", _WORD).search(line)
    if greeting is None:
        return False
    stems = {re.sub(r"[aeiouyаеиоуыюя]$", "", part), re.sub(r"[eоеo](?=[^\W\d_]$)", "", part)}
    endings = _GREETING_WORDS["endings"]
    forms = {stem + ending for stem in stems if len(stem) >= _STEM for ending in endings}
    if part.endswith(("s", "σ")) and len(part) > _STEM:
        forms |= {part[:-1], part[:-1] + "i"}
    if re.search(r"[а-я]$", part) and len(part) > _STEM:  # Саш, Кать
        forms |= {re.sub(r"[ая]$", ending, part) for ending in ("", "ь")}
    either = "|".join(map(re.escape, sorted(forms - {part})))
    near = line[greeting.end() : greeting.end() + _NEAR]
    return bool(either) and re.search(f"{_FIRST}(?:{either}){_LAST}", near) is not None


_ALIKE = 90.0
"""Partial likeness (rapidfuzz, 0 to 100) at which a name is in a transcript: one sign in ten may be misheard."""
_TITLES = ("先生", "女士", "小姐", "总", "老师", "经理", "老板")
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒")
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
            named = any(name for name, _ in hit.number.personas)
            could = {"client": bool(clients), "firm": any(firm for _, firm in hit.number.personas)}
            heard.update(kind for kind in _CHANCE if could.get(kind, named))
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


def _letters_only(text: str) -> str:
    return re.sub(r"[\s,，。.!！?？:：;；、\"'“”‘’()（）\[\]【】<>《》-]", "", simplified_characters(text).casefold())


def _says(wanted: str | None, hit: Hit, address: str) -> bool:
    """Whether the text has the name whole: between word ends, or anywhere where its script puts no blanks."""
    parts = list(name_parts(wanted))
    while len(parts) > 1 and parts[-1] in _GREETING_WORDS["legal_forms"]:  # callers leave them out
        parts.pop()
    if not parts or held_by(address, "".join(parts)):
        return False
    plain, text = _letters_only(wanted or ""), _letters_only(hit.text)
    if _CJK.search(plain):
        if plain in text:
            return True
    else:
        words = rf"[^\w]{{0,{_APART}}}(?:\w{{1,2}}[^\w]{{1,{_APART}}})?".join(map(re.escape, parts))
        if re.search(rf"(?<![^\W_]){words}(?![^\W_])", _without_accents(hit.text)):
            return True
    # Only a transcript may be misheard, and a short name must be there whole: one sign of three makes it another's.
    return hit.medium == "phone" and 4 < len(plain) <= len(text) and fuzz.partial_ratio(plain, text) >= _ALIKE


def _core(firm: str | None) -> str | None:
    """What distinguishes the firm, without region, industry and legal form."""
    parsed = parse(firm) if firm else None
    return parsed.core if parsed is not None and len(parsed.core) >= _SHORTEST else firm


def _surname_of(name: str | None) -> str | None:
    """The surname of a Chinese name."""
    plain = _letters_only(name or "")
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
        whole = len(parts) > 1 or _CJK.search(name or "") is not None
        if whole and not known and (_says(name, hit, address) or _says(turned, hit, address)):
            return "name"
        if firm and (_says(firm, hit, address) or _says(_core(firm), hit, address)):
            return "firm"
    if any(_says(name, hit, address) or _says(_core(name), hit, address) for name in client_names):
        return "client"
    if any(greets(hit.text, name, address) for name, _ in hit.number.personas):
        return "greeted"
    text = _letters_only(hit.text)
    surnames = [_surname_of(name) for name, _ in hit.number.personas]
    return "surname" if any(s + title in text for s in surnames if s is not None for title in _TITLES) else ""


def script_of(hit: Hit) -> str:
    """The hit's text without what changes from call to call: the persona, how it is addressed, digits and signs."""
    text = _letters_only(hit.text)
    for name, firm in hit.number.personas:
        for part in (name, firm, _core(firm)):
            if part:
                text = text.replace(_letters_only(part), "")
        surname = _surname_of(name)
        if surname is not None:
            for title in _TITLES:
                text = text.replace(surname + title, title)
    return re.sub(r"\d+", "", text)


_HOTLINE = re.compile(r"(?<![\d])(?:\+?86)?(1\d{10}|400\d{7}|0\d{9,11}|95\d{3,6})(?!\d)")
"""Numbers that a Chinese text asks to call, its hotlines too, which no plan has."""
_HOST = re.compile(r"https?://([^/\s一-鿿]+)", re.IGNORECASE)


def _asks_for(text: str, region: str) -> set[str]:
    """The numbers and hosts that a text asks to call or open; `region`: of numbers without a country code."""
    found = {host.casefold() for host in _HOST.findall(text)}
    if region == "CN":
        found.update(_HOTLINE.findall(text.replace("-", "")))
    keys = (phone_key(number, region) for number in numbers_in_text(text, region))
    return found | {f"+{key}" for key in keys if key is not None}


# Which hits can say anything about a copy, and how hits become campaigns: by their script, else by call-back number,
# caller, or the callers' segment, near in time. A caller's number can be forged, so it groups only what has no script
# of its own, and a group is never named by it. Scripts are compared with a group's first script, so that likeness does
# not drift along a chain.

BURN_IN = timedelta(days=30)
"""A number newly in service is called for its former owner."""
_STORM_CALLERS = 8
"""Callers in a day, from as many segments, none of whom reached another controlled number: people who call back because
the number was forged as a caller's. At 2 unsolicited calls a month so many in a day are as good as impossible."""
BURN_IN_MARK, EARLY, AGREED, STORM = "burn-in", "before the copy", "agreed use", "call-back storm"
ASKED = "asked of a service"
"""Why a hit does not count as evidence."""
_SAME_SCRIPT = 80.0
"""Likeness (rapidfuzz ratio, 0 to 100) of two transcripts of one script."""
_SCRIPT_LENGTH = 6
"""Signs of a text that can be a script; less says nothing."""
_PAUSE = timedelta(days=45)
"""A campaign that pauses for longer is another one."""
_SOON = timedelta(days=14)
"""Within so long a caller's segment joins hits without a script."""


def hits_screened_out(facts: SignalFacts) -> dict[Key, str]:
    """Key of a hit → why it does not count as evidence; all other hits are not in it."""
    dates = {release.id: release.date for release in facts.marks.releases}
    storms = _storms(facts.hits)
    marks: dict[Key, str] = {}
    for hit in facts.hits:
        handed = [dates[release] for release in hit.number.releases]
        if in_burn_in(hit.number, hit.medium, hit.day):
            marks[hit.key] = BURN_IN_MARK
        elif handed and all(day is not None and hit.day < day for day in handed):
            marks[hit.key] = EARLY
        elif any(window.stated and window.covers(hit) for window in facts.windows):
            marks[hit.key] = AGREED
        elif any(no in facts.asked and hit.at >= facts.asked[no] for no in hit.canaries):
            marks[hit.key] = ASKED
        elif hit.key in storms:
            marks[hit.key] = STORM
    return marks


def in_burn_in(number: Number, medium: str, day: date) -> bool:
    """Whether what comes may be for somebody who had it before: telephone numbers are given out again, mail addresses
    only where their state says so."""
    had_before = medium == "phone" or number.recycled
    return had_before and number.since is not None and number.since <= day < number.since + BURN_IN


def _storms(hits: Sequence[Hit]) -> set[Key]:
    reached: dict[str, set[int]] = defaultdict(set)
    calls: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.channel == "call" and not hit.text.strip():
            calls[hit.number.no].append(hit)
        if hit.caller is not None:
            reached[hit.caller].add(hit.number.no)
    found: set[Key] = set()
    for members in calls.values():
        start = 0
        for end, hit in enumerate(members):
            while hit.at - members[start].at > timedelta(days=1):
                start += 1
            day = [h for h in members[start : end + 1] if h.caller is not None and len(reached[h.caller]) == 1]
            if len({segment_of(h.caller) for h in day}) >= _STORM_CALLERS:
                found.update(h.key for h in day)
    return found


@dataclass(frozen=True)
class Campaign:
    """Hits that belong together."""

    hits: tuple[Hit, ...]
    script: str
    """Its script, folded; empty where it has none."""


def _block_of(caller: str | None) -> str | None:
    """The block of 100,000 numbers of a Chinese mobile caller, in which the cards of a pool are bought; of any other
    caller its segment."""
    segment = segment_of(caller)
    return segment[:-1] if segment is not None and is_chinese_mobile(caller or "") else segment


def _in_time(hit: Hit) -> tuple[datetime, int, int, int]:
    return hit.at, *hit.key


def group(hits: Sequence[Hit], region: str) -> list[Campaign]:
    """All hits as campaigns, in order of their first hit; a single one is a campaign of one. `region`: of numbers in
    texts without a country code."""
    scripted = _by_script(hits)
    groups = [(script, members) for script, members in scripted if len(members) > 1]
    rest = [hit for hit in hits if len(script_of(hit)) < _SCRIPT_LENGTH]
    left = _join_scripted(rest, [members for _, members in groups])
    # A text used once contradicts no other of its kind: the sender may decide.
    alone = [members[0] for _, members in scripted if len(members) == 1]
    campaigns = []
    for script, members in [*groups, *(("", found) for found in _by_caller([*left, *alone], region))]:
        first, *others = sorted(members, key=_in_time)
        parts = [[first]]
        for hit in others:
            if hit.at - parts[-1][-1].at > _PAUSE:
                parts.append([])
            parts[-1].append(hit)
        campaigns += [Campaign(tuple(part), script) for part in parts]
    return sorted(campaigns, key=lambda campaign: _in_time(campaign.hits[0]))


def _by_script(hits: Sequence[Hit]) -> list[tuple[str, list[Hit]]]:
    """Leader clustering of the distinct scripts of a medium, the commonest first; ties in the order of the text."""
    by_text: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        script = script_of(hit)
        if len(script) >= _SCRIPT_LENGTH:
            by_text[hit.medium, script].append(hit)
    groups: list[tuple[str, list[Hit]]] = []
    leaders: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (medium, script), members in sorted(by_text.items(), key=lambda item: (-len(item[1]), item[0])):
        # A mail and a call do not share a script; a message may read what a robot says.
        had = leaders[medium]
        best = process.extractOne(script, [text for text, _ in had], scorer=fuzz.ratio, score_cutoff=_SAME_SCRIPT)
        if best is not None:
            groups[had[best[2]][1]][1].extend(members)
        else:
            had.append((script, len(groups)))
            groups.append((script, list(members)))
    return groups


def _join_scripted(rest: Sequence[Hit], groups: Sequence[list[Hit]]) -> list[Hit]:
    """Give hits without a script to the scripted group that has most callers in their block, one of them near in time;
    returns those that found none."""
    times: dict[tuple[str, str | None], dict[int, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for index, members in enumerate(groups):
        for hit in sorted(members, key=lambda h: h.at):
            block = _block_of(hit.caller)
            if block is not None:
                times[hit.medium, block][index].append(hit.at)
    left, joined = [], []
    for hit in rest:
        near = []
        for index, at in times.get((hit.medium, _block_of(hit.caller)), {}).items():
            after = bisect_left(at, hit.at)
            if any(abs(hit.at - moment) <= _SOON for moment in at[max(0, after - 1) : after + 1]):
                near.append((len(at), -index))
        if near:
            joined.append((-max(near)[1], hit))
        else:
            left.append(hit)
    for index, hit in joined:
        groups[index].append(hit)
    return left


def _by_caller(hits: Sequence[Hit], region: str) -> list[list[Hit]]:
    """Hits without a script: joined by a call-back number or by the callers' segment, one after the other in time."""
    found: list[list[Hit]] = []
    last: dict[tuple[str, str], int] = {}
    for hit in sorted(hits, key=_in_time):
        block = _block_of(hit.caller)
        asked = sorted(_asks_for(hit.text, region))
        marks = [(hit.medium, mark) for mark in (*asked, *([block] if block is not None else []))]
        known = (last[mark] for mark in marks if mark in last)
        index = next((one for one in known if hit.at - found[one][-1].at <= _SOON), None)
        if index is None:
            index = len(found)
            found.append([])
        found[index].append(hit)
        last.update(dict.fromkeys(marks, index))
    return found
