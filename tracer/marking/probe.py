"""Which marks to ask next, when a copy is named, and what a plan can be expected to show, by playing its sheets through
with services whose truth is known: pure numbers, no store.

First come pool marks, drawn at random: each answer divides all copies. Then come marks that are in one copy alone, of
the copies that the answers favour. A service that holds a part of a copy lacks the rest of its marks, so a "no" says
little, and few marks are asked at a time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import comb

import numpy as np
import numpy.typing as npt

from tracer.identify.person import agree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RATES = (0.1, 0.25, 0.5, 0.75, 0.95)  # Shares of a copy that a service may hold, each as likely as any other.
PLANNED_RATE = 0.5  # Share of a copy for which marks are chosen and power is stated.
MOST_CANDIDATES = 8  # Copies whose own marks are asked in one sheet, at most, once there are answers.
FIRST_PART = 0.56
"""Part of all questions that the first sheet asks (computed: .52 to .60 do as well, less and more are worse)."""
CLEAR = 0.9  # Probability from which one copy leads, so that asking about people of it can be answered for.
ORDINARY_STEP = 5  # Ordinary rows in one sheet: two found settle it mostly, and the rest is not asked.
WITHHELD_STEP = 8  # Withheld rows in one sheet.
OWN_PART = 0.75  # Part of the error that goes to marks of single copies; the rest goes to the code over pool marks.
ROWS_LEVEL = 0.0005  # How often wrong answers alone may look like ordinary rows of the copy.
FRAMED = 0.01
"""How often a service with the planted records, and with the people from elsewhere, may pass for one with the copy."""
HELD = 0.05  # At or under this chance, rows that the copy never had are taken as held: names are not found by accident.
CONTRADICTED = 0.01  # At or under this chance, answers are more than wrong answers make.


BLUFFED = 0.02  # At or under this chance, ordinary rows are found more often than people whom the service cannot know.
_BY_NAME = 0.02  # Below this share of wrong answers the service named people, and who bluffs does not know their names.


@dataclass(frozen=True)
class AnswerErrors:
    """How often a service answers wrongly, at most."""

    false_yes: float
    false_no: float

    def yes(self, rate: float) -> float:
        """P(found) of somebody in a copy of which it holds this share."""
        return rate * (1.0 - self.false_no) + (1.0 - rate) * self.false_yes


@dataclass
class ProbeState:
    """What was asked of one service so far, and what was found; copies by their place among the suspects."""

    own: Ints  # (n,) marks that are in this copy alone.
    own_left: Ints  # (n,) those that may still be asked.
    pool_found: Ints  # (n,) pool marks of the copy that were found …
    pool_missed: Ints
    own_asked: Ints  # (n,) own marks asked in earlier sheets.
    own_found: Ints
    left: int
    stage: int = 1
    pool_left: int = 0
    shares: dict[int, float] = field(default_factory=dict)
    """Copy -> its share of the error of the test on own marks, given when its first one was asked."""
    ordinary: int = 0
    ordinary_asked: int = 0
    ordinary_found: int = 0
    withheld: int = 0  # Withheld rows of the leading copy that may be asked in all.
    withheld_asked: int = 0
    withheld_found: int = 0
    pool_asked: int = 0
    pool_shown: int = 0
    controls_asked: int = 0
    controls_found: int = 0

    def chances(self, errors: AnswerErrors) -> Floats:
        """(n,) probabilities that the service holds a part of copy j, where it holds one of them."""
        return posterior(self.pool_found + self.own_found, self.pool_missed + self.own_asked - self.own_found, errors)

    def named_copies(self, errors: AnswerErrors, alpha: float) -> list[int]:
        """Copies whose own marks name them."""
        return [j for j, share in self.shares.items() if self.own_chance(j, errors) <= alpha * OWN_PART * share]

    def own_chance(self, j: int, errors: AnswerErrors) -> float:
        """Chance of so many own marks of copy j for a service without it, whose wrong answers are as stated, or as many
        as those on people whom it cannot know show: the larger one counts."""
        mine, asked = int(self.own_found[j]), int(self.own_asked[j])
        stated = tail(mine, int(self.own[j]), errors.false_yes)
        return max(stated, self.chance_above_strangers(j, mine, asked, errors))

    def chance_above_strangers(self, j: int, found: int, asked: int, errors: AnswerErrors) -> float:
        """Chance of so many found of these, among all found of them and of whom a service with copy j cannot know:
        marks that the copy lacks, controls. It is exact whatever share of its answers is wrong. 0 where it names
        people: who bluffs does not know their names."""
        if errors.false_yes < _BY_NAME:
            return 0.0
        strangers = int(self.own_asked.sum() - self.own_asked[j]) + self.controls_asked
        shown = int(self.own_found.sum() - self.own_found[j]) + self.controls_found
        strangers += self.pool_asked - int(self.pool_found[j] + self.pool_missed[j])
        shown += self.pool_shown - int(self.pool_found[j])
        return drawn_tail(found, asked, strangers, found + shown)

    def chance_of_planted(self) -> float:
        """Chance of so many ordinary rows among the ordinary and withheld rows found: small where a service is
        excluded that has the marks, and the people from elsewhere."""
        return drawn_tail(
            self.ordinary_found, self.ordinary_asked, self.withheld_asked, self.ordinary_found + self.withheld_found
        )

    def of_copy(self, j: int, errors: AnswerErrors) -> bool:
        """Whether rows are found as in a service that holds copy j, whose rows were asked: ordinary ones more often
        than wrong answers make them, and those that it lacks no more often, or clearly less often than ordinary ones.
        """
        held = tail(self.withheld_found, self.withheld_asked, errors.false_yes) <= HELD
        return self.rows_shown(j, errors) and (not held or self.chance_of_planted() <= FRAMED)

    def rows_shown(self, j: int, errors: AnswerErrors) -> bool:
        """Whether more ordinary rows are found than wrong answers make, as stated and as seen."""
        found, asked = self.ordinary_found, self.ordinary_asked
        stated = self.ordinary > 0 and tail(found, self.ordinary, errors.false_yes) <= ROWS_LEVEL
        return stated and self.chance_above_strangers(j, found, asked, errors) <= BLUFFED

    def is_settled(self, j: int, errors: AnswerErrors) -> bool:
        """Whether a service is excluded, too, that has the planted records, and the people from elsewhere."""
        return self.of_copy(j, errors) and self.chance_of_planted() <= FRAMED


def tail(found: int, asked: int, chance: float) -> float:
    """P(found or more of `asked`), each with probability `chance` by itself.

    With `asked` all marks that a copy has it holds whichever were asked, and however often one looks: who has asked
    fewer cannot have found more.

    >>> round(tail(2, 10, 0.05), 4)
    0.0861
    """
    return min(1.0, sum(comb(asked, k) * chance**k * (1.0 - chance) ** (asked - k) for k in range(found, asked + 1)))


def drawn_tail(mine: int, asked: int, others: int, found: int) -> float:
    """P(`mine` or more of `asked` things are among `found` ones drawn at random from them and `others`).

    >>> drawn_tail(2, 2, 2, 2) == 1 / 6
    True
    """
    whole = comb(asked + others, found)
    return sum(comb(asked, k) * comb(others, found - k) for k in range(mine, min(asked, found) + 1)) / whole


def posterior(found: Ints, missed: Ints, errors: AnswerErrors) -> Floats:
    """(n,) probabilities of the copies, from how many of their marks that were asked were found and missed.

    Against a service that holds something else each found mark counts P(yes) / false_yes, each other one
    (1 - P(yes)) / (1 - false_yes).
    """
    yes = np.array([errors.yes(rate) for rate in RATES])
    logs = found[:, None] * np.log(yes / errors.false_yes)
    logs = logs + missed[:, None] * np.log((1.0 - yes) / (1.0 - errors.false_yes))
    weights = np.exp(logs - logs.max()).sum(axis=1)
    return np.asarray(weights / weights.sum())


def own_marks_to_ask(chances: Floats, left: Ints, count: int, errors: AnswerErrors, candidates: int) -> Ints:
    """(n,) how many more of its own marks to ask of each copy; the sum is `count`, or all that are left.

    Each question goes to the copy that is most likely the source and shows none of the marks asked so far: the order
    in which a thing hidden in one of several boxes is found soonest. Ties go to the first.
    """
    missed = 1.0 - errors.yes(PLANNED_RATE)
    order = np.argsort(-chances, kind="stable")[:candidates]
    asked = np.zeros(len(chances), dtype=np.int64)
    for _ in range(count):
        weights = np.where(asked[order] < left[order], chances[order] * missed ** asked[order], -1.0)
        best = int(np.argmax(weights))
        if weights[best] < 0.0:
            break
        asked[order[best]] += 1
    return asked


@dataclass(frozen=True)
class SheetSize:
    """How many questions of each kind a sheet has."""

    pool: int
    own: Ints  # (n,) own marks of each copy.
    ordinary: int
    withheld: int
    leader: int
    shares: dict[int, float]  # Copies whose own marks are asked for the first time -> their share of the error.

    @property
    def questions(self) -> int:
        """All of them, controls apart."""
        return self.pool + int(self.own.sum()) + self.ordinary + self.withheld


def next_sheet(state: ProbeState, errors: AnswerErrors, alpha: float, most: int) -> SheetSize:
    """What goes into the next sheet; nothing where nothing is left that would settle more."""
    n, none = len(state.own), np.zeros(len(state.own), dtype=np.int64)
    if state.stage == 1:
        first = min(state.left, round(FIRST_PART * most))
        if state.pool_left:
            return SheetSize(min(first, state.pool_left), none, 0, 0, 0, {})
        asked = own_marks_to_ask(np.full(n, 1.0 / n), state.own_left, first, errors, n)
        return SheetSize(0, asked, 0, 0, 0, dict.fromkeys(range(n), 1.0 / n))
    chances = state.chances(errors)
    leader = int(np.argmax(chances))
    named, shown, left = bool(state.named_copies(errors, alpha)), state.rows_shown(leader, errors), state.left
    leads = chances[leader] >= CLEAR and state.own_found[leader] > 0
    ordinary = withheld = 0
    to_settle = named and shown and not state.is_settled(leader, errors)
    if to_settle or (not shown and (named or leads or left <= state.ordinary)):
        ordinary = min(ORDINARY_STEP, state.ordinary - state.ordinary_asked, left)
    if to_settle:
        withheld = min(WITHHELD_STEP, state.withheld - state.withheld_asked, left - ordinary)
    left -= ordinary + withheld
    kept = 0 if shown else min(ORDINARY_STEP, state.ordinary - state.ordinary_asked - ordinary)
    marks = 0 if named else min(max(4, most // 15), max(0, left - kept))
    asked = own_marks_to_ask(chances, state.own_left, marks, errors, MOST_CANDIDATES)
    fresh = [j for j in np.argsort(-chances, kind="stable") if asked[j] and j not in state.shares]
    return SheetSize(0, asked, ordinary, withheld, leader, shares_of_error(len(state.shares), fresh))


def shares_of_error(first: int, fresh: Sequence[int]) -> dict[int, float]:
    """Copy -> its share of the error of the test on own marks, given before its answers are known.

    first: copies that got one before. Each gets less than the one before, the likeliest first; all sum to 1.
    """
    return {int(j): 0.3 * 0.7 ** (first + at) for at, j in enumerate(fresh)}


MOST_SHEETS = 20
_PLAYS = 300  # Services played for a forecast: it is right to within .03.
_LADDER = (40, 60, 80, 100, 130, 160, 200)
WANTED = 0.95


@dataclass(frozen=True)
class ProbeDesign:
    """What there is to ask."""

    own: Ints  # (n,) marks of each copy that no other has.
    biases: Sequence[float]  # Probabilities with which copies got each pool mark, in a random order.
    most: int
    controls: int
    ordinary: int
    withheld: int


@dataclass(frozen=True)
class ProbeService:
    """A service whose truth is known: probabilities with which it shows somebody."""

    of_source: float
    other: float
    ordinary: float
    withheld: float


@dataclass(frozen=True)
class ProbeOutcome:
    """How one service ended."""

    named: tuple[int, ...]  # Copies that are named: their marks are found, and so are ordinary rows.
    by_marks: tuple[int, ...]
    settled: bool  # Whether a service is excluded that has the planted records, and the people from elsewhere.
    asked: int
    sheets: int


def play(
    rng: np.random.Generator,
    design: ProbeDesign,
    errors: AnswerErrors,
    service: ProbeService,
    alpha: float,
    source: int | None = 0,
) -> ProbeOutcome:
    """Ask a service all sheets that a plan would; `source`: the copy that it holds, None where it holds none."""
    n, none = len(design.own), np.zeros(len(design.own), dtype=np.int64)
    left = design.most - design.controls
    state = ProbeState(design.own, design.own, none, none, none, none, left, pool_left=len(design.biases))
    state.ordinary, state.withheld = design.ordinary, design.withheld
    controls = int(rng.binomial(design.controls, service.other))
    state.controls_asked, state.controls_found = design.controls, controls
    for _ in range(MOST_SHEETS):
        sheet = next_sheet(state, errors, alpha, design.most)
        if sheet.questions == 0:
            break
        if sheet.pool:
            held = rng.random((n, sheet.pool)) < np.array(design.biases[: sheet.pool])
            shown = np.full(sheet.pool, service.other)
            if source is not None:
                shown[held[source]] = service.of_source
            found = rng.random(sheet.pool) < shown
            state.pool_found, state.pool_missed = (held & found).sum(axis=1), (held & ~found).sum(axis=1)
            state.pool_asked, state.pool_shown = sheet.pool, int(found.sum())
        shown_own = np.full(n, service.other)
        if source is not None:
            shown_own[source] = service.of_source
        state.own_found = state.own_found + rng.binomial(sheet.own, shown_own)
        state.own_asked, state.own_left = state.own_asked + sheet.own, state.own_left - sheet.own
        state.shares |= sheet.shares
        state.ordinary_found += int(rng.binomial(sheet.ordinary, service.ordinary))
        state.ordinary_asked += sheet.ordinary
        state.withheld_found += int(rng.binomial(sheet.withheld, service.withheld))
        state.withheld_asked += sheet.withheld
        state.left -= sheet.questions
        state.stage += 1
    by_marks, leader = state.named_copies(errors, alpha), int(np.argmax(state.chances(errors)))
    named, settled = by_marks if state.of_copy(leader, errors) else [], state.is_settled(leader, errors)
    return ProbeOutcome(tuple(named), tuple(by_marks), settled, design.most - state.left, state.stage - 1)


def power(design: ProbeDesign, errors: AnswerErrors, alpha: float) -> float:
    """How often the copy is named of which a service holds half, with a fixed seed."""
    rng, yes = np.random.default_rng(22), errors.yes(PLANNED_RATE)
    service = ProbeService(yes, errors.false_yes, yes, errors.false_yes)
    return sum(play(rng, design, errors, service, alpha).named == (0,) for _ in range(_PLAYS)) / _PLAYS


def questions_needed(with_most: Callable[[int], ProbeDesign], errors: AnswerErrors, alpha: float) -> int | None:
    """The fewest of some round numbers of questions that name the copy in 95 of 100 cases; None where none do."""
    return next((most for most in _LADDER if power(with_most(most), errors, alpha) >= WANTED), None)


def least_answers(copies: int, errors: AnswerErrors, alpha: float) -> int:
    """Answers about planted records that it takes on average to name one of so many copies, where a service holds half
    of it and errs as stated, however each question is chosen from the answers before it.

    First the copy must be found, by at most C bits an answer, the capacity of the channel from "the copy has it" to the
    answer; then it must be shown at `alpha`, by at most the divergence of its two distributions (Burnashev, Data
    transmission over a discrete channel with feedback, 1976, theorem 1).

    >>> least_answers(200, AnswerErrors(0.05, 0.05), 0.008)
    43
    """
    held, other = errors.yes(PLANNED_RATE), errors.false_yes
    shares = np.linspace(0.001, 0.999, 999)
    mean = shares * held + (1.0 - shares) * other
    capacity = float((_bits(mean) - shares * _bits(held) - (1.0 - shares) * _bits(other)).max())
    shown = held * np.log2(held / other) + (1.0 - held) * np.log2((1.0 - held) / (1.0 - other))
    return int(np.ceil(np.log2(copies) / capacity + np.log2(1.0 / alpha) / float(shown)))


def _bits(chance: Floats | float) -> Floats:
    """Entropy of a yes or no."""
    p = np.asarray(chance)
    return np.asarray(-p * np.log2(p) - (1.0 - p) * np.log2(1.0 - p))


def as_dialled(key: int, region: str) -> str:
    """A number as people of the region type it: the national form for one of theirs, else with its country code.

    >>> as_dialled(8614200001234, "CN"), as_dialled(447700900123, "CN")
    ('142 0000 1234', '+44 7700 900123')
    """
    import phonenumbers

    number = phonenumbers.parse(f"+{key}")
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


_YES_WORDS = """
y yes yep true t 1 + ✓ ✔ ☑ found hit known shown listed 是 有 对 查到 找到 有结果 存在 命中 能查到 查得到 已查到
はい あり ある 예 네 있음 ja j oui si sí sì sim s da да д tak ano igen áno kyllä on evet e ναι כן نعم हाँ हां ใช่ có ya
jah já taip jā بله হ্যাঁ bəli gefunden trouvé encontrado encontrada trovato найден найдено gevonden znaleziono nalezeno
"""
_NO_WORDS = """
n no nope false f 0 - – — ✗ ✘ ☒ none nothing 否 无 無 没有 沒有 没 不是 未查到 查不到 未找到 没查到 查无
查无此人 无结果 不存在 未命中 いいえ なし ない 아니오 아니요 없음
nein nee non não nao nej nei ne нет н nie nem ei hayır hayir όχι לא لا नहीं ไม่
ไม่ใช่ không tidak nu nē نه না yox не
"""
_YES = frozenset(_YES_WORDS.split())
_NO = frozenset(_NO_WORDS.split()) | frozenset(
    """not found|no result|no results|no record|no match|nicht gefunden|non trouvé|no encontrado|non trovato\
|não encontrado|не найден|не найдено|niet gevonden|nie znaleziono""".split("|")
)
_MASK = re.compile(r"[*•●某×○]+|x{2,}")
FULL, MASKED, OTHER = "full", "masked", "other"  # How a name that was shown compares with the one that the list has.


def read_answer(text: str | None) -> bool | None:
    """Whether an answer says that somebody was found; None for a blank. Raises `ValueError` for anything else.

    >>> [read_answer(text) for text in ("Yes", "未查到", " NEIN ", None)]
    [True, False, False, None]
    """
    word = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text or "")).strip().casefold()
    word = word if len(word) == 1 else word.strip(" .。!！,，;；")
    if not word:
        return None
    if word in _YES or re.fullmatch(r"1\.0", word):
        return True
    if word in _NO or re.fullmatch(r"0\.0", word):
        return False
    raise ValueError(text)


def compare_names(shown: str, known: str) -> str | None:
    """full, masked (a part is shown, and it agrees) or other; None where one of them does not say enough.

    >>> compare_names("SCHMIDT, Anna", "Anna Schmidt"), compare_names("王*", "王小明"), compare_names("李四", "王小明")
    ('full', 'masked', 'other')
    """
    verdict = agree(shown, known)
    if verdict is True or (_words(shown) and sorted(_words(shown)) == sorted(_words(known))):
        return FULL
    words, wanted = _words(shown), _words(known)
    if not words or not wanted:
        return None
    if _is_part(words, wanted) or _is_part(wanted, words):
        return MASKED
    hidden = bool(_MASK.search(shown)) or any(len(word) == 1 and word.isascii() for word in words)
    return MASKED if hidden and _fits(words, wanted) else OTHER


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFKC", name).casefold()
    return [word for word in re.split(r"[\s,.·•・'’-]+", text) if word]


def _is_part(few: list[str], many: list[str]) -> bool:
    """Whether a name is a part of the other: a given name of the whole one, whole words of it."""
    if len(few) == len(many) == 1 and not few[0].isascii():
        return len(few[0]) > 1 and (many[0].endswith(few[0]) or many[0].startswith(few[0]))
    return len(few) < len(many) and all(len(word) > 1 for word in few) and set(few) <= set(many)


def _fits(shown: list[str], known: list[str]) -> bool:
    """Whether each word that was shown is the beginning and end of a word of the name, in any order."""
    left = list(known)
    for word in shown:
        pieces = [re.escape(piece) for piece in _MASK.split(word)]
        initial = len(word) == 1 and word.isascii()
        pattern = f"{pieces[0]}.*" if initial else ".*".join(pieces)
        hit = next((one for one in left if re.fullmatch(pattern, one)), None)
        if hit is None:
            return False
        left.remove(hit)
    return any(_MASK.sub("", word) for word in shown)
