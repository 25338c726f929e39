"""Page and figures of a case as their readers meet them, against the bars: `python -m tests.bench.pictures [CASE]`.

The page in both languages at three widths, light and dark, as it opens, unfolded and on paper; every figure at the
widths at which it is published. A row a look, with how many faults of each kind it has (`python -m
tests.browser.measure --help` names them), then what the bars miss. Without a case, on the sample. Seconds of the page
are those of a command without Python's start and of a call within a process, as the processor counts them or the clock,
whichever are fewer. Exit code 1: a bar is missed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

import tracer
from tests.bench import frame
from tests.bench.small_world import command
from tests.bench.spent import spent
from tests.browser.measure import KINDS, WIDTHS, Instrument, Seen, head
from tests.conftest import chromium

FIGURES = ("story", "flow", "time", "lineage", "matrix", "sankey", "graph")
HIGH = {"390": 14_000, "1440": 8_000}
"""Pixels that the sample's page may be high at a width."""
SHEETS, KILOBYTES, PAINT = 12, 800, 1_000
FEW, MANY = (20, 1.5), (200, 4.0)
"""Lists, and the seconds in which a page of so many is written; between them, in proportion."""
AS_PROMISED = {"requests": "0", "axe": "0", "axe_dark": "0", "enter": "opens", "escape": "closes", "focus": "back",
               "back": "as before", "link": "in view"}  # fmt: skip


def seconds(*words: str) -> float:
    """The least of three runs of a command in a process of its own."""

    command = [sys.executable, "-P", "-m", "tracer", *words]
    return min(min(spent(lambda: subprocess.run(command, capture_output=True, check=True))) for _ in range(3))


def written(case: Path, folder: Path, lang: str) -> tuple[int, dict[str, float]]:
    """The page of a language: lists of the case, and seconds that it takes."""
    target = str(folder / f"page-{lang}.html")
    words = ("export", "graph", "--to", "html", "--lang", lang, "-o", target, "--case", str(case))
    by_command = seconds(*words) - seconds("--version")
    with tracer.open(case) as opened:
        opened.export("graph", to="html", lang=lang)
        by_call = min(spent(lambda: opened.export("graph", to="html", lang=lang)))
        lists = len(list(opened.query("datasets")))
    return lists, {"command": by_command, "call": by_call}


def drawn(
    case: Path, folder: Path, kinds: Sequence[str], widths: Sequence[str], langs: Sequence[str]
) -> Iterator[Path | str]:
    """Files of all figures; in place of one that cannot be drawn, what is said."""
    for kind in kinds:
        for lang in langs:
            for width in widths:
                for theme in ("light", "dark"):
                    path = folder / f"{kind}-{lang}-{width}-{theme}.svg"
                    what = ("graph",) if kind == "graph" else ("figure", kind)
                    look = ("--to", "svg", "--lang", lang, "--width", width, "--theme", theme)
                    code, said = command("export", *what, *look, "-o", str(path), "--case", str(case))
                    yield f"{path.name:34} refused: {said.splitlines()[0]}" if code else path


def missed(seen: Seen, *, sample: bool) -> Iterator[str]:
    """Bars that a look misses. Height, sheets and size are promised of the sample."""
    where = f"{seen.file} {seen.look}"
    for kind in KINDS:
        if seen.count(kind):
            yield f"{where}: {kind} {seen.count(kind)}"
    for name, promised in AS_PROMISED.items():
        if name in seen.facts and str(seen.facts[name]) != promised:
            yield f"{where}: {name} {seen.facts[name]}"
    reached = str(seen.facts.get("tab", "0 of 0")).split(" of ")
    if reached[0] != reached[-1]:
        yield f"{where}: tab reaches {seen.facts['tab']}"
    ours, dots = seen.facts.get("crossings", 0), seen.facts.get("dot")
    if dots is not None and ours > dots:
        yield f"{where}: {ours} crossings, dot has {dots}"
    most: dict[str, int] = {"paint_ms": PAINT}
    if sample and "unfolded" not in seen.look:
        most |= {"sheets": SHEETS, "KB": KILOBYTES}
        if (high := HIGH.get(seen.look.split()[0])) is not None:
            most["high"] = high
    for name, bound in most.items():
        if seen.facts.get(name, 0) > bound:
            yield f"{where}: {name} {seen.facts[name]}, at most {bound}"


def main(
    case: Path | None = None,
    *,
    langs: tuple[str, ...] = ("en", "zh"),
    figures: tuple[str, ...] = tuple(FIGURES),
    widths: tuple[str, ...] = ("320", "660", "960"),
    pages: tuple[int, ...] = tuple(WIDTHS),
    verbose: bool = False,
) -> bool:
    """Write and measure."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        sample = case is None
        if case is None:
            case = folder / "case"
            os.environ |= {"TRACER_KEY": "5a" * 32, "HOME": name}
            code, said = command("demo", str(case))
            if code:
                raise SystemExit(said)
        # Chromium's socket lies in the temporary folder, and its path must be short.
        short: dict[str, str | float | bool] = {**os.environ, "TMPDIR": "/tmp"}  # noqa: S108 - nothing of ours is put there
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"], env=short
        )
        instrument, misses = Instrument(browser), list[str]()

        def told(seen: Seen) -> None:
            misses.extend(missed(seen, sample=sample))
            print(seen.line(), flush=True)
            if verbose:
                print("".join(f"    {fault}\n" for fault in seen.faults), end="")

        print(head())
        for lang in langs if pages else ():
            lists, took = written(case, folder, lang)
            share = min(max((lists - FEW[0]) / (MANY[0] - FEW[0]), 0), 1)
            bar = FEW[1] + share * (MANY[1] - FEW[1])
            print(f"page-{lang}.html of {lists} lists: " + ", ".join(f"by {k} {v:.2f} s" for k, v in took.items()))
            misses += [f"page-{lang}.html: {v:.2f} s by {k}, at most {bar:.1f}" for k, v in took.items() if v > bar]
            page = folder / f"page-{lang}.html"
            for seen in instrument.looks(page, pages):
                told(seen)
            told(instrument.printed(page))
            told(instrument.whole(page))
        for figure in drawn(case, folder, figures, widths, langs):
            if isinstance(figure, str):
                misses.append(figure)
            else:
                told(instrument.drawing(figure))
        browser.close()
    print("".join(f"MISSED {miss}\n" for miss in misses) or "all bars are met")
    return not misses


if __name__ == "__main__":
    frame.run(main)
