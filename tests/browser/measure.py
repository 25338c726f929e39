"""What a reader of a page or figure would stumble over, measured as a browser draws it: `measure.py FILE …`.

FILE is html, svg, pdf or png; nothing here knows how it was drawn. Cards of a drawing are `[data-node]` or `.card` (its
first `rect` is its body), steps are `[data-from][data-to]` or `.step` (its longest line without a filling). A step that
has to run against time says why in `data-against`; `data-run="right"` or `"down"` on a drawing says which way time runs
where that is not plain from its steps. `--help` names the columns.
"""

from __future__ import annotations

import argparse
import io
import math
import re
import shutil
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdf
from playwright.sync_api import Browser, Page, sync_playwright

from tests.export.drawing.crossings import by_dot as crossing_by_dot
from tests.export.drawing.crossings import crossings as crossing

KINDS = {
    "small": "text under 11 px as drawn (8.25 pt on paper)",
    "cut": "text outside its drawing, or cut off by its box (for texts of drawings: by a frame that scrolls, too)",
    "ellipsis": "shortened, and the whole is written nowhere",
    "overlap": "text on text",
    "over card": "text of a drawing on a card that is not its own",
    "struck": "a line through a text",
    "through": "a step's line through a card that is neither of its ends",
    "against": "an arrow that runs against time without a word",
    "contrast": "text of a drawing at less than 4.5 : 1 (large: 3) to its ground",
    "grey": "red and grey of a drawing that are alike in greyscale",
    "wide": "the page scrolls sideways",
}
SCRIPT = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8").split("\n", 1)[1].strip()
WIDTHS = (390, 768, 1440)
SMALLEST_PT = 8.2
"""Eleven pixels of 96 an inch, and something for rounding."""
MOST_TABS = 1_500
OPENED = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
UNPACKED = "!document.getElementById('packed')"


@dataclass
class Fault:
    """What, where (a box in pixels of the whole page) and the text."""

    kind: str
    text: str
    box: Sequence[float] = ()
    more: str = ""


@dataclass
class Seen:
    """One look at a file."""

    file: str
    look: str
    faults: list[Fault] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many of a kind there are."""
        return sum(fault.kind == kind for fault in self.faults)

    def line(self) -> str:
        """A row of the table."""
        counts = "".join(f"{self.count(kind) or '.':>{len(kind) + 2}}" for kind in KINDS)
        return f"{self.file:34} {self.look:22}{counts}  " + "  ".join(f"{k} {v}" for k, v in self.facts.items())


def head() -> str:
    """The table's first row."""
    return f"{'':57}" + "".join(f"{kind:>{len(kind) + 2}}" for kind in KINDS)


def asked(page: Page, what: str, given: object = None) -> Any:
    """An answer of the script."""
    return page.evaluate(f"(given) => {SCRIPT}.{what}(given)", given)


def looked_at(page: Page, file: str, look: str, *, drawing: bool = False) -> Seen:
    """The document in the tab as it stands."""
    found = asked(page, "look", {"drawing": drawing})
    seen = Seen(file, look, [Fault(**one) for one in found["faults"]], steps=found["steps"], cards=found["cards"])
    if not drawing:
        seen.facts["high"] = found["height"]
    if seen.steps:
        seen.facts["crossings"], seen.facts["dot"] = crossings(seen.steps), by_dot(seen.cards, seen.steps)
    return seen


def crossings(steps: Sequence[dict[str, Any]]) -> int:
    """Places where two lines of a drawing that share no end cross."""
    many = 0
    for drawing in {step["drawing"] for step in steps}:
        mine = [step for step in steps if step["drawing"] == drawing]
        lines = {
            str(at): [*step["points"][:: max(1, len(step["points"]) // 80)], step["points"][-1]]
            for at, step in enumerate(mine)
        }
        many += crossing(lines, {str(at): (step["from"], step["to"]) for at, step in enumerate(mine)})
    return many


def by_dot(cards: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> int | None:
    """Crossings of the same cards and steps as graphviz lays them out; None without it, or where ends are not cards."""
    known = [step["at"] for step in steps if -1 not in step["at"] and step["at"][0] != step["at"][1]]
    if shutil.which("dot") is None or not known:
        return None
    boxes = {str(end): cards[end]["box"] for at in known for end in at}
    sizes = {end: ((b[2] - b[0]) / 72, (b[3] - b[1]) / 72) for end, b in boxes.items()}
    return crossing_by_dot({str(at): (str(a), str(b)) for at, (a, b) in enumerate(known)}, sizes)


def stumbles(page: Page) -> list[str]:
    """What of the letters and lines of the document in the tab is too small, cut off or in the way, in words."""
    kinds = {"small", "cut", "overlap", "over card", "struck", "through", "wide"}
    return [f"{one.kind}: {one.text} {one.more}" for one in looked_at(page, "", "").faults if one.kind in kinds]


class Instrument:
    """Looks at files in one browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def open(self, path: Path, at: str = "", *, width: int = 1440, scheme: str = "light") -> Page:
        """A page in a window of its own."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        page = context.new_page()
        page.goto("about:blank")  # where Back would lead that leaves the page
        page.goto(path.resolve().as_uri() + at)
        page.wait_for_function(UNPACKED)
        page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 150)))")
        return page

    def drawing(self, path: Path) -> Seen:
        """A figure at the width that it says of itself."""
        context = self.browser.new_context(viewport={"width": 1600, "height": 1000}, color_scheme="light")
        page = context.new_page()
        svg = re.sub(r"^\s*(<\?xml.*?\?>|<!DOCTYPE.*?>|\s)*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        page.set_content(f'<body style="margin:0">{svg}')
        page.evaluate("document.fonts.ready")
        seen = looked_at(page, path.name, "", drawing=True)
        size = page.locator("svg").first.bounding_box() or {"width": 0, "height": 0}
        seen.look, seen.facts["high"] = f"{size['width']:.0f} px", round(size["height"])
        context.close()
        return seen

    def looks(
        self, path: Path, widths: Sequence[int] = WIDTHS, at: str = "", do: str = "", *, folded: bool = False
    ) -> Iterator[Seen]:
        """A page at every width, light and dark, as it opens and (unless `folded`) with all of it unfolded."""
        for width in widths:
            for scheme in ("light", "dark"):
                page = self.open(path, at, width=width, scheme=scheme)
                if do:
                    page.evaluate(do)
                yield looked_at(page, path.name, f"{width} {scheme}")
                if not folded:
                    page.evaluate(OPENED)
                    page.wait_for_timeout(100)
                    yield looked_at(page, path.name, f"{width} {scheme} unfolded")
                page.context.close()

    def printed(self, path: Path, at: str = "") -> Seen:
        """On paper: sheets, and the texts on them. Boxes are of the same style at a sheet's width."""
        page = self.open(path, at)
        pdf = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 718, "height": 1000})  # A4 within margins of 1 cm
        seen = looked_at(page, path.name, "print")
        page.context.close()
        seen.faults = [fault for fault in seen.faults if fault.kind not in {"small", "wide"}]
        on_paper = of_pdf(io.BytesIO(pdf), path.name)
        seen.faults += on_paper.faults
        seen.facts = on_paper.facts
        return seen

    def whole(self, path: Path, at: str = "") -> Seen:
        """What holds for the file: its size, how soon it is seen, requests, axe, keys, links to a card, and Back."""
        seen = Seen(path.name, "file", facts={"KB": round(path.stat().st_size / 1024)})
        context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        page, requests = context.new_page(), list[str]()
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.resolve().as_uri() + at)
        page.wait_for_function(UNPACKED)
        page.wait_for_timeout(300)
        paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"
        seen.facts["paint_ms"] = round(page.evaluate(paint))
        seen.facts["requests"] = sum(not one.startswith(("file:", "data:", "blob:")) for one in requests)
        seen.facts["axe"] = " ".join(f"{name}x{many}" for name, many in axe(page).items()) or 0
        context.close()
        page = self.open(path, at, scheme="dark")
        seen.facts["axe_dark"] = " ".join(f"{name}x{many}" for name, many in axe(page).items()) or 0
        page.context.close()
        seen.facts |= self.keys(path, at)
        return seen

    def keys(self, path: Path, at: str = "") -> dict[str, str]:
        """By keyboard alone: what Tab reaches, Enter opens, Escape closes; the way back; a link to a card."""
        page = self.open(path, at)
        there, reached = asked(page, "number"), set[str]()
        for _ in range(MOST_TABS if there else 0):
            page.keyboard.press("Tab")
            told = asked(page, "focused")
            if (told is None and reached) or len(reached) == there:
                break
            reached |= set(told or ())
        facts = {"tab": f"{len(reached)} of {there}"}
        if reached:
            page.evaluate("window.measuredFirst.focus()")
            before, panels = asked(page, "state"), asked(page, "panels")
            page.keyboard.press("Enter")
            page.wait_for_timeout(400)
            facts["enter"] = "opens" if asked(page, "state") != before else "NOTHING"
            # The map may have gone on to what was opened: then it is the panel that closes.
            beside = asked(page, "panels") > panels
            page.keyboard.press("Escape")
            page.wait_for_timeout(400)
            home = page.evaluate("document.activeElement === window.measuredFirst")
            closed = asked(page, "panels") == panels if beside else asked(page, "state") == before
            facts["escape"] = "closes" if closed else "LEAVES IT OPEN"
            facts["focus"] = "back" if home else "LOST"
        names = asked(page, "names")
        page.context.close()
        return {**facts, "back": self.back(path, at), "link": self.link(path, names)}

    def link(self, path: Path, names: Sequence[str]) -> str:
        """Whether `#at=ID` brings the card of the last one drawn into view."""
        for name in names:
            page = self.open(path, f"#at={name}")
            page.wait_for_timeout(500)
            told = asked(page, "arrived", name)
            page.context.close()
            if told["drawn"] and told["inSight"] and told["opened"] is not False:
                return "in view" if told["opened"] else "in view, NOTHING OPENED"
        return "OUT OF SIGHT" if names else "no card"

    def back(self, path: Path, at: str) -> str:
        """Whether Back after opening a card goes to the page as it was."""
        page = self.open(path, at)
        before, told = asked(page, "state"), "nothing to open"
        if asked(page, "first"):
            page.keyboard.press("Enter")
            page.wait_for_timeout(400)
            page.go_back(wait_until="commit")
            page.wait_for_timeout(400)
            if not page.url.startswith("file:"):
                told = "LEAVES"
            else:
                told = "as before" if asked(page, "state") == before else "CHANGED"
        page.context.close()
        return told


def axe(page: Page) -> Counter[str]:
    """Serious violations by rule."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return Counter({one["id"]: len(one["nodes"]) for one in found if one["impact"] in {"serious", "critical"}})


def of_pdf(content: Path | io.BytesIO, name: str) -> Seen:
    """Sheets of a PDF, its texts under 8.25 pt, and texts outside a sheet."""
    pages = pypdf.PdfReader(content).pages
    first = pages[0].mediabox
    size = f"{float(first.width) / 72 * 25.4:.0f} x {float(first.height) / 72 * 25.4:.0f}"
    seen, sizes = Seen(name, "pdf", facts={"sheets": len(pages), "mm": size}), list[float]()
    for number, page in enumerate(pages, start=1):
        for text, points, x, y in _written(page):
            sizes.append(points)
            place = (number, round(x), round(y))
            if points < SMALLEST_PT:
                seen.faults.append(Fault("small", text[:90], place, f"{points:.1f} pt"))
            if not (-1 <= x <= float(page.mediabox.width) and -1 <= y <= float(page.mediabox.height)):
                seen.faults.append(Fault("cut", text[:90], place, "off the sheet"))
    seen.facts["least_pt"] = round(min(sizes, default=0), 1)
    return seen


def _written(page: pypdf.PageObject) -> list[tuple[str, float, float, float]]:
    """Texts of a sheet: (text, size in points, x, y)."""
    found: list[tuple[str, float, float, float]] = []

    def told(text: str, outer: list[float], inner: list[float], _: Any, size: float) -> None:
        grown = [abs(of[0] * of[3] - of[1] * of[2]) for of in (inner, outer)]
        drawn = size * math.sqrt(math.prod(grown))
        if text.strip() and drawn:
            x, y = inner[4], inner[5]
            x, y = x * outer[0] + y * outer[2] + outer[4], x * outer[1] + y * outer[3] + outer[5]
            if found and abs(found[-1][3] - y) < 0.5 and abs(found[-1][1] - drawn) < 0.05:  # goes on in the same line
                found[-1] = (found[-1][0] + text.strip(), drawn, *found[-1][2:])
            else:
                found.append((text.strip(), drawn, x, y))

    page.extract_text(visitor_text=told)
    return found


def of_png(path: Path) -> Seen:
    """Its pixels, and how wide it says it is."""
    content = path.read_bytes()
    across, high = struct.unpack(">II", content[16:24])
    seen = Seen(path.name, "png", facts={"px": f"{across} x {high}", "KB": round(len(content) / 1024)})
    at = content.find(b"pHYs")
    if at > 0:
        each = struct.unpack(">I", content[at + 4 : at + 8])[0]
        seen.facts["mm"] = round(across / each * 1000) if each else 0
    return seen


def measured(instrument: Instrument, path: Path, given: argparse.Namespace) -> Iterator[Seen]:
    """All looks at a file."""
    if path.suffix == ".html":
        at = f"#lang={given.lang}" if given.lang else ""
        yield from instrument.looks(path, given.widths, at, given.do, folded=given.folded)
        yield instrument.printed(path, at)
        yield instrument.whole(path, at)
    elif path.suffix == ".svg":
        yield instrument.drawing(path)
    elif path.suffix == ".pdf":
        yield of_pdf(path, path.name)
    elif path.suffix == ".png":
        yield of_png(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure files; exit code 1 where there is a fault."""
    columns = "\n".join(f"  {kind:10} {said}" for kind, said in KINDS.items())
    parser = argparse.ArgumentParser(
        description=f"{(__doc__ or '').splitlines()[0]}\n\n{columns}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="each fault: kind, text, box")
    parser.add_argument("--widths", type=lambda text: [int(one) for one in text.split(",")], default=WIDTHS)
    parser.add_argument("--lang", help="open pages in this language")
    parser.add_argument("--do", default="", help="JavaScript to run in a page before it is measured: a click, say")
    parser.add_argument("--folded", action="store_true", help="pages only as they open, not with all details unfolded")
    given = parser.parse_args(arguments)
    faulty = False
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        print(head())
        for path in given.files:
            began = time.perf_counter()
            for seen in measured(Instrument(browser), path, given):
                seen.file = f"{path.parent.name}/{path.name}"
                print(seen.line(), flush=True)
                faulty |= bool(seen.faults)
                if given.verbose:
                    for fault in seen.faults:
                        print(f"    {fault.kind:10} {fault.text!r} {list(fault.box)} {fault.more}")
            print(f"# {time.perf_counter() - began:.1f} s", file=sys.stderr)
        browser.close()
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
