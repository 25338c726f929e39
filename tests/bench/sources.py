"""Does anything that leaves a case name a protected source: the handover, its journal, every export of every format?

`python -m tests.bench.sources [--cases 50] [--seed 1] [--light]`; light: without pictures and PDFs. Each case has three
protected sources, invented, each mentioned 1 to 20 times in places drawn at random: relations, replies, releases,
claims, evidence, aliases, file names, notes of judgements, the case's own name, by a manifest and by hand.
All that is written is unpacked and searched for their ids, names, aliases, and the names of their documents, in lower
case and without what stands between words. The bar: no hit, and no export refused.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import frame
from tests.bench.small_world import command, write_world
from tracer.export.formats import NOUNS
from tracer.export.scan.unpack import texts_in
from tracer.spellings.escapes import readings
from tracer.spellings.names import joined_words

_SYLLABLES = (
    "mo", "ru", "qi", "yan", "wen", "tao", "lin", "xu", "fei", "bo", "zhi", "kang", "heng", "rui", "jun", "pei", "nuo",
    "qiao", "sang", "lei", "tun", "jie",
)  # fmt: skip
_HAN = "墨如琪砚闻涛霖煦斐泊芷亢蘅睿珺沛诺峤桑磊暾婕"
HEAVY = frozenset({"png", "pdf", "svg"})
_FIGURES: dict[str, tuple[str, ...]] = {"sankey": (), "overlaps": ()}


@dataclass
class Source:
    """A protected human source; nobody of that name exists."""

    id: str
    name: str
    aliases: list[str]
    documents: set[str] = field(default_factory=set)

    def names(self) -> set[str]:
        """All that must not be found, folded."""
        return {joined_words(text) for text in (self.id, self.name, *self.aliases, *self.documents)}


@dataclass
class Making:
    """A manifest that grows, and commands by hand that follow it."""

    folder: Path
    draw: random.Random
    tables: list[str] = field(default_factory=list)
    commands: list[list[str]] = field(default_factory=list)
    made: int = 0

    def no(self) -> int:
        """A new number."""
        self.made += 1
        return self.made

    def spelt(self, source: Source) -> str:
        """The source, as people write it in a sentence."""
        return self.draw.choice([source.id, source.name, *source.aliases, source.id.upper()])


def source(draw: random.Random) -> Source:
    """One source, named in one of several fashions."""
    words = draw.sample(_SYLLABLES, 3)
    id_ = draw.choice(["{0}{1}", "{0}-{1}", "{0}_{1}{2}", "{0}.{1}-7", "{0}{1}{2}"]).format(*words)
    han = "".join(draw.sample(_HAN, 3))
    first, second, third = (word.capitalize() for word in words)
    return Source(id_, han, draw.sample([f"{first} {second}{third}", f"老{han[0]}{han[1]}", f"{third}-{first} Q"], 2))


def relation(making: Making, one: Source) -> None:
    """A relation with another party, either way round."""
    ends = making.draw.sample([one.id, f"firm{making.draw.randrange(4)}"], 2)
    kind = making.draw.choice(["owns", "refers_to", "sold_to", "calls_for"])
    day = f"2026-05-{making.no() % 28 + 1:02}"
    if making.draw.random() < 0.5:
        making.commands.append(["relation", "add", kind, *ends, "--date", day])
    else:
        making.tables.append(f'[[relation]]\nkind = "{kind}"\nfrom = "{ends[0]}"\nto = "{ends[1]}"\ndate = {day}')


def reply(making: Making, one: Source) -> None:
    """A reply of a firm that names the source."""
    firm, text = f"firm{making.draw.randrange(4)}", f"We know {making.spelt(one)} and deny it; {making.spelt(one)}."
    making.tables.append(f'[[reply]]\nparty = "{firm}"\nasked = 2026-06-{making.no() % 28 + 1:02}\ntext = "{text}"')


def release(making: Making, one: Source) -> None:
    """A copy for the source."""
    making.tables.append(f'[[release]]\ndataset = "client"\nto = "{one.id}"\ndate = 2026-02-{making.no() % 27 + 1:02}')


def claim(making: Making, one: Source) -> None:
    """A claim by, through or about the source."""
    firm, number = f"firm{making.draw.randrange(4)}", making.no()
    party, speaker, about = making.draw.choice([
        (one.id, "somebody", firm), (firm, making.spelt(one), firm), (firm, "somebody", one.id),
    ])  # fmt: skip
    making.tables.append(
        f'[[claim]]\nid = "c{number}"\nparty = "{party}"\nspeaker = "{speaker}"\nabout = "{about}"\nkind = "other"\n'
        f'quote = "as {making.spelt(one)} said"'
    )


def evidence(making: Making, one: Source) -> None:
    """A document that the source gave, that names it, or that bears its name."""
    number = making.no()
    id_, name = making.draw.choice([
        (f"evidence-{number}", f"statement-{one.id}-{number}.txt"), (f"{one.id}-{number}", f"note-{number}.txt"),
        (f"paper-{number}", f"interview {making.spelt(one)} {number}.txt"),
    ])  # fmt: skip
    (making.folder / name).write_text(f"What {making.spelt(one)} said, number {number}.\n", encoding="utf-8")
    making.tables.append(f'[[evidence]]\nid = "{id_}"\npath = "{name}"\nkind = "statement"\nby = "{making.spelt(one)}"')
    one.documents |= {id_, name}


def file_name(making: Making, one: Source) -> None:
    """A list whose file bears the name, so that its id would."""
    number, people = making.no(), range(1_000 + 100 * making.made, 1_060 + 100 * making.made)
    name = f"{making.spelt(one)} list {number}.csv"
    rows = "".join(f"甲{person},142{person * 7919 % 100_000_000:08d}\n" for person in people)
    (making.folder / name).write_text("姓名,手机号\n" + rows, encoding="utf-8")
    holder = making.draw.choice([one.id, "firm1"])
    if making.draw.random() < 0.5:
        making.commands.append(["load", str(making.folder / name), "--holder", holder])
    else:
        making.tables.append(f'[[dataset]]\npath = "{name}"\nholder = "{holder}"')


def judgement(making: Making, one: Source) -> None:
    """A note of a decision."""
    note = f"{making.spelt(one)} told us {making.no()}"
    making.commands.append(["judge", "client", "mixed", "confirm", "--note", note])


def purpose(making: Making, one: Source) -> None:
    """A copy for somebody else, whose id and purpose name the source."""
    number = making.no()
    making.tables.append(
        f'[[release]]\nid = "copy-{one.id}-{number}"\ndataset = "client"\nto = "firm2"\ndate = 2026-03-01\n'
        f'purpose = "asked for by {making.spelt(one)}"'
    )


PLACES: tuple[Callable[[Making, Source], None], ...] = (
    relation, reply, release, claim, evidence, file_name, judgement, purpose,
)  # fmt: skip


def make_case(folder: Path, draw: random.Random) -> tuple[Path, list[Source]]:
    """A case with three protected sources, loaded, traced and worked on by hand."""
    world, case = folder / "world", folder / "case"
    write_world(world, people=120)
    sources = [source(draw) for _ in range(3)]
    making = Making(world, draw)
    for number in range(4):
        making.tables.append(f'[[party]]\nid = "firm{number}"\nname = "Firm {number}"\nrole = "data_trader"')
    for one in sources:
        aliases = ", ".join(f'"{alias}"' for alias in one.aliases)
        making.tables.append(
            f'[[party]]\nid = "{one.id}"\nname = "{one.name}"\naliases = [{aliases}]\nrole = "source"\nprotected = true'
        )
        for _ in range(draw.randint(1, 20)):
            draw.choice(PLACES)(making, one)
    for name, holder in (("client", "client"), ("mixed", "firm0"), ("other", "firm3")):
        making.tables.append(f'[[dataset]]\nid = "{name}"\npath = "{name}.csv"\nholder = "{holder}"')
    title = f"What {sources[0].name} told" if draw.random() < 0.5 else "Spring"
    manifest = world / "case.toml"
    manifest.write_text(f'[case]\nname = "{title}"\n\n' + "\n\n".join(making.tables) + "\n", encoding="utf-8")
    for words in (["run", str(manifest)], *making.commands, ["trace"]):
        code, said = command(*words, "--case", str(case))
        assert code == 0, f"{words}: {code} {said}"
    return case, sources


def leave(case: Path, target: Path, *, light: bool) -> list[str]:
    """Write the handover and every export of the registry; what was refused."""
    refused = []
    wanted: list[tuple[str, str, tuple[str, ...]]] = [
        (noun, to, ()) for noun, formats in NOUNS.items() for to in formats if noun != "figure"
    ]
    wanted += [("figure", to, (kind, *ids)) for to in NOUNS["figure"] for kind, ids in _FIGURES.items()]
    for noun, to, of in wanted:
        if light and to in HEAVY:
            continue
        file = target / f"{noun}-{'-'.join(of)}.{to}"
        code, said = command("export", noun, *of, "--to", to, "-o", str(file), "--case", str(case))
        refused += [f"{noun} {to}: {said}"] if code else []
    code, said = command("export", "handover", "-o", str(target / "handover"), "--case", str(case))
    if code:
        return [*refused, f"handover: {said}"]
    checked = subprocess.run(
        [sys.executable, "-I", str(target / "handover" / "verify.py")], capture_output=True, text=True, check=False
    )
    return refused + ([f"verify.py: {checked.stdout}"] if checked.returncode else [])


def hits(target: Path, sources: Sequence[Source]) -> list[str]:
    """Where a name stands in what was written, or in how it is called."""
    names = sorted({name for one in sources for name in one.names()}, key=len, reverse=True)
    pattern, found = re.compile("|".join(map(re.escape, names))), list[str]()
    plain = {text.encode().decode("latin-1") for one in sources for text in (one.id, one.name, *one.aliases)}
    for path in sorted(path for path in target.rglob("*") if path.is_file()):
        texts = [str(path.relative_to(target))]
        for found_in in texts_in(path.name, path.read_bytes()):
            if found_in.running:
                texts += [reading.text for reading in readings(found_in.content)]
            else:  # packed pixels fold to any five letters now and then
                found += [f"{path.relative_to(target)}: {name}" for name in plain if name in found_in.content]
        for text in texts:
            found += [f"{path.relative_to(target)}: {match.group(0)}" for match in pattern.finditer(joined_words(text))]
    return found


def main(*, cases: int = 50, seed: int = 1, light: bool = False) -> bool:
    """Print what was found; 1 where the bar is missed. light: without pictures and PDFs."""
    faults, withheld, lines = Counter[str](), 0, 0
    os.environ |= {"TRACER_KEY": "5a" * 32, "PYTHONUTF8": "1"}
    for number in range(cases):
        with tempfile.TemporaryDirectory(prefix="tracer-sources-") as folder:
            case, sources = make_case(Path(folder), random.Random(f"sources {seed} {number}"))
            target = Path(folder) / "out"
            target.mkdir()
            faults.update(f"case {number}: refused: {told}" for told in leave(case, target, light=light))
            faults.update(f"case {number}: {told}" for told in hits(target, sources))
            journal = (target / "handover" / "journal.jsonl").read_text("utf-8").splitlines()
            lines, withheld = lines + len(journal), withheld + sum('"withheld":' in line for line in journal)
            print(f"{number + 1} cases, {len(faults)} faults so far", file=sys.stderr, flush=True)
    for fault, times in sorted(faults.items()):
        print(f"FAULT  {fault} ({times} times)")
    print(f"{cases} cases, {lines} journal lines handed over, {withheld} without their words; {len(faults)} faults")
    return not faults


if __name__ == "__main__":
    frame.run(main)
