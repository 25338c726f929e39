"""Every outlet of a case, read as its reader does: what is printed, written or drawn, parsed, and nothing of the code
that made it.
"""

from __future__ import annotations

import base64
import csv
import gzip
import html
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.said.sentences import day_in, folded, sayings_in, sure_in
from tests.said.statements import WORDS, Key, Saying, Statements
from tracer.cli.main import cli

EDGES = {
    "derived": "derivation", "retained": "retention", "passed_on": "retention", "held": "retention",
    "attributed": "attribution",
}  # fmt: skip
"""Kind of an edge -> kind of the statement that it shows."""
FORMATS = ("json", "csv")
"""Of the graph and of the findings; what the others hold, their readers compare (`tests.export.test_readers`)."""
FIGURES = ("story", "flow", "time", "lineage", "matrix", "sankey")


def printed(*words: str) -> str:
    """What a command prints at 80 columns."""
    done = CliRunner(env={"COLUMNS": "80"}).invoke(cli, list(words), catch_exceptions=False)
    assert done.exit_code == 0, f"{words}: {done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Reader:
    """Asks one case for everything it shows, and reads it."""

    case: Path
    out: Path
    lang: str = "en"

    def run(self, *words: str) -> str:
        """What a command prints about the case."""
        return printed(*words, "--lang", self.lang, "--case", str(self.case))

    def written(self, *words: str, name: str) -> Path:
        """The file that an export writes."""
        path = self.out / f"{self.lang}-{name}"
        self.run("export", *words, "-o", str(path))
        return path

    def query(self, name: str) -> list[dict[str, Any]]:
        """The rows of a named query as JSON."""
        rows: list[dict[str, Any]] = json.loads(self.run("query", name, "--format", "json"))
        return rows

    def sayings(self, stated: Statements) -> Iterator[Saying]:
        """All that the outlets say."""
        for outlet in (
            self._findings, self._tables, self._on_demand, self._queries, self._whys, self._trees, self._graphs,
            self._rows_exported, self._page, self._figures, self._report,
        ):  # fmt: skip
            yield from outlet(stated)

    def _findings(self, stated: Statements) -> Iterator[Saying]:
        printed = self.run("findings")
        names = stated.names[self.lang]
        outlet = f"findings {self.lang}"
        yield from sayings_in(outlet, printed, self.lang, names)
        whole = names.marked(folded(printed, self.lang))
        yield from _headed(outlet, whole, self.lang)
        yield from _chains(outlet, whole, self.lang)
        yield from _named(outlet, whole)
        yield from _judged(outlet, printed, stated.rows, stated)
        copy = ""
        for line in _items(printed, self.lang):
            text = names.marked(line)
            if given := re.search(r"⟨R:([\w.@#-]+)⟩", text):
                copy = given[1]
            if seen := re.match(r"(G\d) ?⟨D:([\w.@#-]+)⟩(?:, held by|，由).*?[:：](.*)", text):
                yield from _seen(outlet, ("retention", copy, seen[2]), seen[1], seen[3], self.lang)

    def _tables(self, stated: Statements) -> Iterator[Saying]:
        """Queries printed for people."""
        for name in ("derivations", "retention", "attributions", "resale-chains"):
            printed = self.run("query", name)
            outlet = f"query {name} {self.lang}"
            yield from sayings_in(outlet, printed, self.lang, stated.names[self.lang])

    def _on_demand(self, stated: Statements) -> Iterator[Saying]:
        """Attribution that is asked for, one list at a time."""
        for name in dict.fromkeys(key[2] for key in stated.rows if key[0] == "attribution"):
            for row in json.loads(self.run("attribute", name, "--format", "json")):
                key: Key = ("attribution", str(row["release"]), str(row["dataset"]))
                yield Saying(f"attribute {self.lang}", key, "grade", str(row["grade"]))
                yield Saying(f"attribute {self.lang}", key, "seen", str(row["canaries_seen"]))

    def _queries(self, stated: Statements) -> Iterator[Saying]:
        """What rows of one query say of the statements of another."""
        names = stated.names[self.lang]
        for name in re.findall(
            r"^(?!query )([a-z][a-z-]+) {2,}", CliRunner(env={"COLUMNS": "200"}).invoke(cli, ["query"]).stdout, re.M
        ):
            outlet = f"query {name} json {self.lang}"
            for row in self.query(name):
                yield from sayings_in(outlet, "\n".join(_texts(row)), self.lang, names)
                yield from _row(outlet, name, row)

    def _whys(self, stated: Statements) -> Iterator[Saying]:
        """The short answer for the ends of every derivation, retention and attribution, and for the ends of a chain."""
        names = stated.names[self.lang]
        for key, row in stated.rows.items():
            if key[0] in ("derivation", "retention"):
                a, b = key[1:]
            elif key[0] == "chain":
                a, b = row["datasets"][0], row["datasets"][-1]
            else:
                continue
            outlet = f"why {self.lang}"
            printed = self.run("why", a, b)
            text = names.marked(folded(printed, self.lang))
            yield from sayings_in(outlet, printed, self.lang, names)
            yield from _judged(outlet, printed, [key], stated)
            sure = re.search(r"(?:How sure|把握程度)[:：]([^。]*?[%])", text)
            if sure and (said := sure_in(sure[1], self.lang)):
                answered = _answered(text[: sure.start()], key, stated)
                if answered is not None:
                    yield Saying(outlet, answered, "probability", said[1])
                    yield Saying(outlet, answered, "word", said[0])
                if key[0] == "chain":
                    yield from _of_chain(f"{outlet} between a chain's ends", key, row, text, said[1])
                elif answered == key and key[0] == "retention":
                    yield Saying(outlet, key, "against", _first_against(printed, self.lang, names.marked))

    def _trees(self, stated: Statements) -> Iterator[Saying]:
        """`show` of every party that holds a list, and of every list."""
        names = stated.names[self.lang]
        outlet = f"show {self.lang}"
        holders = dict.fromkeys(row["holder"] for row in stated.lists.values() if row["holder"])
        for name in (*holders, *stated.lists):
            printed = self.run("show", name)
            yield from sayings_in(outlet, printed, self.lang, names)
            yield from _chains(outlet, names.marked(folded(printed, self.lang)), self.lang)
            above: list[tuple[int, str]] = []
            down = True
            for depth, line in _tree(printed, self.lang):
                text = names.marked(line)
                while above and above[-1][0] >= depth:
                    above.pop()
                if line in ("came from", "来自"):
                    down = False
                if line in ("went to", "去向", "was given", "收到", "holds", "持有"):
                    down = True
                found = re.match(r"(?:(G\d) ?)?(?:copy |副本 ?)?⟨([DR]):([\w.@#-]+)⟩", text)
                if found is None:
                    continue
                mine = f"{found[2]}:{found[3]}"
                outer = next((one for _, one in reversed(above)), "")
                if found[1] and outer:
                    giver, taker = (outer, mine) if down else (mine, outer)
                    kind = "derivation" if giver[0] == taker[0] == "D" else "retention"
                    yield from _seen(outlet, (kind, giver[2:], taker[2:]), found[1], text, self.lang)
                above.append((depth, mine))

    def _graphs(self, stated: Statements) -> Iterator[Saying]:
        for fmt in FORMATS:
            self.written("graph", "--to", fmt, name=f"graph.{fmt}")
            outlet = f"export graph {fmt} {self.lang}"
            for edge in _edges(self.out, f"{self.lang}-graph", fmt):
                if edge.get("kind") in EDGES:
                    yield from _edge(outlet, edge, stated, self.lang)
                    ends: Key = ("derivation", str(edge["source"]), str(edge["target"]))
                    if edge["kind"] == "derived":
                        yield from _judged(outlet, json.dumps(edge, ensure_ascii=False, default=str), [ends], stated)
                yield from sayings_in(outlet, "\n".join(_texts(edge)), self.lang, stated.names[self.lang])
        folder = self.written("handover", name="handover")
        handed = json.loads((folder / "graph.json").read_text(encoding="utf-8"))
        for edge in handed["edges"]:
            if edge["kind"] in EDGES:
                yield from _edge(f"handover {self.lang}", edge, stated, self.lang)

    def _rows_exported(self, stated: Statements) -> Iterator[Saying]:
        for fmt in FORMATS:
            path = self.written("findings", "--to", fmt, name=f"findings.{fmt}")
            outlet = f"export findings {fmt} {self.lang}"
            for name, row in _exported(path, fmt):
                yield from _row(outlet, name, row)
                yield from sayings_in(outlet, "\n".join(_texts(row)), self.lang, stated.names[self.lang])

    def _page(self, stated: Statements) -> Iterator[Saying]:
        names = stated.names[self.lang]
        page = self.written("graph", "--to", "html", name="page.html").read_text(encoding="utf-8")
        packed = re.search(r'id="packed">(.*?)</script>', page, re.S)
        cards = gzip.decompress(base64.b64decode(packed[1])).decode() if packed else page
        plain = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.S)
        yield from sayings_in(f"page {self.lang}", _plain(_of_language(plain, self.lang)), self.lang, names)
        yield from sayings_in(f"page cards {self.lang}", _plain(cards), self.lang, names)
        yield from _judged(f"page {self.lang}", _plain(plain), stated.rows, stated)
        yield from _judged(f"page cards {self.lang}", _plain(cards), stated.rows, stated)
        for label in re.findall(r'<a [^>]*class="step[^>]*><title[^>]*>([^<]*)</title>', page):
            yield from _line(f"map {self.lang}", names.marked(html.unescape(label)), self.lang, stated)
        yield from _cards(f"page cards {self.lang}", cards, stated, self.lang)
        for words in re.findall(r'<details class="words">(.*?)</details>', page, re.S):
            yield from _steps(f"page story {self.lang}", words, stated, self.lang)
        lists = json.loads(re.search(r'id="lists">(.*?)</script>', page, re.S)[1])  # type: ignore[index]  # every page has it
        for number, others in enumerate(lists["pairs"]):
            for other, shared, *_ in others:
                key = ("pair", lists["lists"][number][0], lists["lists"][other][0])
                yield Saying(f"page matrix {self.lang}", key, "shared", str(shared))
        for ref, _, _, _, contacts in lists["lists"]:
            yield Saying(f"page matrix {self.lang}", ("list", ref), "contacts", str(contacts))

    def _figures(self, stated: Statements) -> Iterator[Saying]:
        names = stated.names[self.lang]
        for kind in FIGURES:
            drawn = self.written("figure", kind, name=f"{kind}.svg").read_text(encoding="utf-8")
            outlet = f"figure {kind} {self.lang}"
            told = html.unescape("\n".join(re.findall(r"<(?:desc|title)[^>]*>(.*?)</(?:desc|title)>", drawn, re.S)))
            shown = html.unescape("\n".join(_plain(one) for one in re.findall(r"<text.*?</text>", drawn, re.S)))
            yield from sayings_in(outlet, told + "\n" + shown, self.lang, names)
            yield from _told(outlet, kind, names.marked(told), self.lang, stated)
            if kind in ("lineage", "story", "flow"):
                yield from _judged(outlet, told + shown, stated.rows, stated)
            if kind == "lineage":
                yield from _boxes(outlet, shown, names.marked, stated, self.lang)
        copies = dict.fromkeys(key[1] for key in stated.rows if key[0] == "retention")
        for copy in copies:
            drawn = self.written("figure", "timeline", copy, name="timeline.svg").read_text(encoding="utf-8")
            texts = [html.unescape(_plain(one)) for one in re.findall(r"<text.*?</text>", drawn, re.S)]
            for one, after in pairwise(texts):
                ref = one.split(" · ")[0]
                said = re.fullmatch(r"(\d{4}-\d\d-\d\d)[,，] ?([^,，]+)[,，] ?(G\d)", after)
                if ref in stated.lists and said and said[2] in _READINGS:
                    key = ("retention", copy, ref)
                    yield Saying(f"figure timeline {self.lang}", key, "grade", said[3])
                    yield Saying(f"figure timeline {self.lang}", key, "day", said[1])
        for shown_key in stated.rows:
            if shown_key[0] == "derivation":
                drawn = self.written("figure", "waterfall", *shown_key[1:], name="waterfall.svg").read_text(
                    encoding="utf-8"
                )
                asked = re.search(r"⟨D:([\w.@#-]+)⟩.*?⟨D:([\w.@#-]+)⟩", names.marked(_titled(drawn)))
                drawn_key: Key = ("derivation", asked[2], asked[1]) if asked else shown_key
                if said := re.search(r"(?:probability|概率) ([<>]?[\d.]+%)[,，] ?(?:grade|等级) (G\d)", _plain(drawn)):
                    yield Saying(f"figure waterfall {self.lang}", drawn_key, "probability", said[1])
                    yield Saying(f"figure waterfall {self.lang}", drawn_key, "grade", said[2])

    def _report(self, stated: Statements) -> Iterator[Saying]:
        names = stated.names[self.lang]
        text = self.written("report", "--to", "md", name="report.md").read_text(encoding="utf-8")
        outlet = f"report {self.lang}"
        yield from _judged(outlet, text, stated.rows, stated)
        text = html.unescape(re.sub(r"\\(?=[^\w\s])", "", text))
        yield from sayings_in(outlet, text, self.lang, names)
        for part in re.split(r"^#{2,3} ", text, flags=re.M):
            asked = re.search(r"tracer why ([\w.-]+) ([\w.-]+)", part)
            if asked is None:
                continue
            key = next((one for one in stated.rows if set(one[1:]) == set(asked.groups()) and one[0] in _WHYS), None)
            if key is None:
                continue
            if grade := re.search(r"`(G\d)`", part):
                yield Saying(outlet, key, "grade", grade[1])
            if sure := re.search(r"\| (?:Probability|概率) \| (\S+) \|", part):
                yield Saying(outlet, key, "probability", sure[1])
            word = next(
                (WORDS[_lower(one)] for one in re.findall(r"^(.+?)[.。]$", part, re.M) if _lower(one) in WORDS), None
            )
            if word is not None:
                yield Saying(outlet, key, "word", word)
            titled = re.search(r"\*\*(?:What speaks against it|相反)[^*]*\*\*\n\n((?:- .*\n)+)", part)
            said = [names.marked(one) for one in re.findall(r"- (.*)", titled[1])] if titled else []
            if titled:
                yield Saying(outlet, key, "against", json.dumps({"lang": self.lang, "least": 3, "said": said[:3]}))
        for part in re.split(r"^#{2,3} ", text, flags=re.M):
            lists = re.search(r"\| (?:Lists|名单) \| (.*?) \|", part)
            if "query resale-chains" in part and lists:
                key = ("chain", " ".join(re.findall(r"⟨D:([\w.@#-]+)⟩", names.marked(lists[1]))))
                if grade := re.search(r"`(G\d)`", part):
                    yield Saying(outlet, key, "grade", grade[1])
                if sure := re.search(r"\| (?:Probability|概率) \| (\S+) \|", part):
                    yield Saying(outlet, key, "probability", sure[1])
        listed = re.search(r"^## (?:Lists|名单)\n(.*?)^## ", text, re.M | re.S)
        if listed:
            yield from _listed(outlet, listed[1], stated)


def _titled(drawn: str) -> str:
    found = re.search(r"<title[^>]*>(.*?)</title>", drawn, re.S)
    return "" if found is None else html.unescape(found[1])


def _of_chain(outlet: str, key: Key, row: Mapping[str, Any], text: str, first: str) -> Iterator[Saying]:
    """An answer for the ends of a chain names the chain's own number, whatever else it says."""
    own = math.floor(float(row["probability"]) * 100)
    named = re.findall(r"[<>]?\d+%", text)
    if not ({f"{own}%", f">{own}%"} & set(named)):
        yield Saying(outlet, key, "probability", first)


_WHYS = ("derivation", "retention")
_READINGS = {"kept": "retained", "passed on": "passed_on", "held before its end": "held", "到期后仍持有": "retained"}


def _lower(text: str) -> str:
    return text.strip().lower()


def _texts(row: object) -> Iterator[str]:
    """All texts within a JSON value, but for codes and weights."""
    if isinstance(row, str):
        yield row + ("" if row.endswith((".", "。")) else ".")
    elif isinstance(row, Mapping):
        for name, value in row.items():
            if not str(name).endswith("codes") and name != "weights":
                yield from _texts(value)
    elif isinstance(row, list):
        for one in row:
            yield from _texts(one)


def _plain(markup: str) -> str:
    """The text of a piece of HTML or SVG; ids in small type stay behind their names."""
    text = re.sub(r"</(?:p|li|td|th|h\d|dd|dt|div|section|article)>", "\n", markup)
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def _of_language(page: str, lang: str) -> str:
    other = "zh" if lang == "en" else "en"
    return re.sub(rf'<(\w+) lang="{other}"[^>]*only-{other}[^>]*>.*?</\1>', "", page, flags=re.S)


def _items(printed: str, lang: str) -> Iterator[str]:
    """Paragraphs of a terminal's output: until the next mark or grade, or a line that is not indented."""
    held: list[str] = []
    for line in printed.splitlines():
        starts = re.match(r"\s*(?:[·+−]|G\d |$|\S.*─)", line) or not line.startswith(" ")
        if starts and held:
            yield folded("\n".join(held), lang).strip()
            held = []
        held.append(line.strip())
    if held:
        yield folded("\n".join(held), lang).strip()


def _tree(printed: str, lang: str) -> Iterator[tuple[int, str]]:
    held: list[str] = []
    depth = 0
    for line in printed.splitlines():
        if (branch := re.match(r"([│ ]*)[├└]── ", line)) or not held:
            if held:
                yield depth, folded("\n".join(held), lang).strip()
            depth, held = (0 if branch is None else len(branch[1]) // 4 + 1), [line[branch.end() :] if branch else line]
        else:
            held.append(re.sub(r"^[│ ]*", "", line))
    yield depth, folded("\n".join(held), lang).strip()


def _seen(outlet: str, key: Key, grade: str, text: str, lang: str) -> Iterator[Saying]:
    yield Saying(outlet, key, "grade", grade)
    said = sure_in(text, lang)
    if said is not None:
        yield Saying(outlet, key, "probability", said[1])
        if said[0]:
            yield Saying(outlet, key, "word", said[0])
    if common := re.search(r"([\d,]+) contacts in common|共有 ([\d,]+) 个联系人", text):
        yield Saying(outlet, key, "shared", common[1] or common[2])
    if (
        key[0] == "retention"
        and (day := re.search(r" on (\d+ \w+ \d{4})|（(\d{4}年\d+月\d+日)）", text))
        and "⟨D" in text
    ):
        yield Saying(outlet, key, "day", day_in(day[1] or day[2]))


def _headed(outlet: str, text: str, lang: str) -> Iterator[Saying]:
    """`G2 X was copied from Y. very likely, 97%; 910 contacts in common`."""
    how = (
        r"was copied from|may have been copied from|is a later version of|may be a later version of"
        r"|可能复制自|复制自|可能是|是"
    )
    for found in re.finditer(
        rf"(G\d) ⟨D:([\w.@#-]+)⟩ ?(?:{how}) ?⟨D:([\w.@#-]+)⟩(?:的后续版本)?[.。] ?(.*?(?:in common|个联系人))", text
    ):
        yield from _seen(outlet, ("derivation", found[3], found[2]), found[1], found[4], lang)
    both = (
        r"One of ⟨D:([\w.@#-]+)⟩ and ⟨D:([\w.@#-]+)⟩ was copied from the other"
        r"|⟨D:([\w.@#-]+)⟩ ?与 ?⟨D:([\w.@#-]+)⟩ ?之间存在复制关系"
    )
    for found in re.finditer(both, text):
        a, b = found[1] or found[3], found[2] or found[4]
        yield Saying(outlet, ("derivation", a, b), "direction", "open")


def _chains(outlet: str, text: str, lang: str) -> Iterator[Saying]:
    """`G4 Data of A reached B … very likely, 98%; by way of X and Y`."""
    pattern = {
        "en": (
            r"(?:(G\d) )?Data of ⟨P(?:(?!Data of).)*?\)\. ((?:practically|very|likely|more|cannot)[^;]*%); by way of "
            r"((?:⟨D:[\w.@#-]+⟩(?:, | and )?)+)"
        ),
        "zh": (
            r"(?:(G\d) )?⟨P:[\w.@#-]+⟩ ?的数据(?:(?!的数据).)*?。 ?([^，。]*，[<>]?\d+%)，经由 ?"
            r"((?:⟨D:[\w.@#-]+⟩、?)+)"
        ),
    }[lang]
    for found in re.finditer(pattern, text):
        key = ("chain", " ".join(re.findall(r"⟨D:([\w.@#-]+)⟩", found[3])))
        said = sure_in(found[2], lang)
        if found[1]:
            yield Saying(outlet, key, "grade", found[1])
        if said:
            yield Saying(outlet, key, "probability", said[1])
            yield Saying(outlet, key, "word", said[0])


def _named(outlet: str, text: str) -> Iterator[Saying]:
    """`G4 X comes from copy R, given to P. 4 of its 16 planted records appear.`"""
    en = r"(G\d) ⟨D:([\w.@#-]+)⟩ comes from copy ⟨R:([\w.@#-]+)⟩, given to [^.]*\. (\d+) of its (\d+)"
    zh = (
        r"(G\d) ⟨D:([\w.@#-]+)⟩ ?来自交给 ?⟨P:[\w.@#-]+⟩ ?的副本 ?⟨R:([\w.@#-]+)⟩[^。]*。 ?"
        r"其 (\d+) 条埋设记录中出现了 (\d+) 条"
    )
    for pattern, at in ((en, 4), (zh, 5)):
        for found in re.finditer(pattern, text):
            key = ("attribution", found[3], found[2])
            yield Saying(outlet, key, "grade", found[1])
            yield Saying(outlet, key, "seen", found[at])


def _judged(outlet: str, text: str, keys: Iterable[Key], stated: Statements) -> Iterator[Saying]:
    """Whether what is shown of judged statements names the judgement, and how sure each was without it."""
    plain = " ".join(text.split())
    for key in keys:
        if key in stated.judged:
            yield Saying(outlet, key, "judged", stated.judged[key].said_in(plain))


def _row(outlet: str, query: str, row: Mapping[str, Any]) -> Iterator[Saying]:
    """A row as another format gives it."""
    ends = {"derivations": ("derivation", "parent", "child"), "retention": ("retention", "release", "seen_in"),
            "attributions": ("attribution", "release", "dataset")}.get(query)  # fmt: skip
    if ends is None:
        return
    key: Key = (ends[0], str(row[ends[1]]), str(row[ends[2]]))
    yield Saying(outlet, key, "grade", str(row["grade"]))
    if row.get("probability") not in (None, ""):
        yield Saying(outlet, key, "probability", str(row["probability"]))


def _edge(outlet: str, edge: Mapping[str, Any], stated: Statements, lang: str) -> Iterator[Saying]:
    if str(edge["source"]).startswith("hidden") or str(edge["target"]).startswith("hidden"):
        return
    key: Key = (EDGES[edge["kind"]], str(edge["source"]), str(edge["target"]))
    row = stated.rows.get(key)
    yield Saying(outlet, key, "grade", str(edge["grade"]))
    if edge.get("probability") not in (None, ""):
        yield Saying(outlet, key, "probability", str(edge["probability"]))
    if edge["kind"] == "derived":
        yield Saying(outlet, key, "direction", "open" if edge.get("direction") == "not_told" else "told")
        if edge.get("shared") not in (None, ""):
            yield Saying(outlet, ("pair", *key[1:]), "shared", str(edge["shared"]))
    if key[0] == "retention":
        yield Saying(outlet, key, "reading", str(edge["kind"]))
        if edge.get("date"):
            yield Saying(outlet, key, "day", str(edge["date"]))
    if row is not None and "judgement" in row:
        yield Saying(outlet, key, "judgement", str(edge.get("judgement") or ""))
    if isinstance(edge.get("against"), list):
        said = [stated.names[lang].marked(one) for one in edge["against"]]
        yield Saying(outlet, key, "against", json.dumps({"lang": lang, "least": 3, "said": said[:3]}))


def _edges(folder: Path, stem: str, fmt: str) -> list[dict[str, Any]]:
    if fmt == "json":
        return list(json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))["edges"])
    with (folder / f"{stem}-edges.csv").open(encoding="utf-8-sig", newline="") as file:
        return [{name.lower(): value for name, value in row.items()} for row in csv.DictReader(file)]


def _exported(path: Path, fmt: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if fmt == "json":
        for name, rows in json.loads(path.read_text(encoding="utf-8"))["findings"].items():
            yield from ((name, row) for row in rows)
        return
    for file in sorted(path.parent.glob(f"{path.stem}-*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            yield from ((file.stem.removeprefix(f"{path.stem}-"), dict(row)) for row in csv.DictReader(opened))


def _answered(text: str, asked: Key, stated: Statements) -> Key | None:
    """The statement that an answer of `why` is about."""
    if asked[0] == "retention" or ("⟨P" in text and ("copy of" in text or "副本" in text)):
        seen = re.findall(r"⟨D:([\w.@#-]+)⟩", text)
        copies = [key for key in stated.rows if key[0] == "retention" and key[2] in seen and key[1:] == asked[1:]]
        return copies[0] if copies else None
    ends = re.search(
        r"⟨D:([\w.@#-]+)⟩.*?(?:copied from|复制自|later version of)[^⟨]*(?:⟨P[^⟩]*⟩[^⟨]*)?⟨D:([\w.@#-]+)⟩", text
    )
    return ("derivation", ends[2], ends[1]) if ends else None


def _first_against(printed: str, lang: str, marked: Any) -> str:
    lines = printed.splitlines()
    titles = ("What speaks against it", "相反的可能", "相反的情况")
    start = next((n for n, line in enumerate(lines) if line.strip() in titles), None)
    said: list[str] = []
    for line in [] if start is None else lines[start + 1 :]:
        if not line.strip():
            break
        if line.startswith("· "):
            said.append(line[2:])
        else:
            said[-1] += "\n" + line
    texts = [marked(folded(one, lang).strip()) for one in said]
    kept = [one for one in texts if not re.match(r"[(（](?:and|另)", one)]
    return json.dumps({"lang": lang, "least": 3, "said": kept[:3]})


def _line(outlet: str, label: str, lang: str, stated: Statements) -> Iterator[Saying]:
    """What a step of the map says of one statement: `X was copied from Y (82%), G2, inferred from the lists`."""
    if "covers" in label or "该连线代表" in label:
        return
    pattern = {
        "en": r"⟨D:([\w.@#-]+)⟩ (?:was|(may have been)) copied from ⟨D:([\w.@#-]+)⟩(?: \(([^)]*)\))?, (G\d)",
        "zh": r"⟨D:([\w.@#-]+)⟩ ?(可能)?复制自 ?⟨D:([\w.@#-]+)⟩(?:（([^）]*)）)?，(G\d)",
    }[lang]
    if found := re.match(pattern, label):
        key = ("derivation", found[3], found[1])
        yield Saying(outlet, key, "direction", "told")
        yield Saying(outlet, key, "firm", "perhaps" if found[2] else "firm")
        yield Saying(outlet, key, "grade", found[5])
        if found[4]:
            yield Saying(outlet, key, "probability", _first_percent(found[4]))
    found = re.match(
        {
            "en": r"From ⟨P:([\w.@#-]+)⟩’s copy of ⟨D:([\w.@#-]+)⟩ to ⟨D:([\w.@#-]+)⟩: (.*?)(?: \(([^)]*)\))?, (G\d)",
            "zh": r"⟨P:([\w.@#-]+)⟩ ?所持的“⟨D:([\w.@#-]+)⟩”副本 → ⟨D:([\w.@#-]+)⟩：(.*?)(?:（([^）]*)）)?，(G\d)",
        }[lang],
        label,
    )
    if found:
        copies = {(row["vendor"], row["dataset"]): key[1] for key, row in stated.rows.items() if key[0] == "retention"}
        named = found[4] in ("identified by planted records", "由埋设记录确定")
        kind: Key = ("attribution" if named else "retention", copies.get((found[1], found[2]), ""), found[3])
        yield Saying(outlet, kind, "grade", found[6])
        if found[5]:
            yield Saying(outlet, kind, "probability", _first_percent(found[5]))


def _first_percent(text: str) -> str:
    """How sure a line is: as a person judged it, before what it would be without that."""
    found = re.search(r"[<>]?[\d.]+%", text)
    return text if found is None else found[0]


def _cards(outlet: str, cards: str, stated: Statements, lang: str) -> Iterator[Saying]:
    """The sections of a line's card, each with its grade, its kind and its ends."""
    known = dict(re.findall(r'id="(n\d+)"[^>]*data-key="([^"]+)"', cards))
    for card in re.findall(r'<article id="l\d+".*?</article>', cards, re.S):
        head = re.search(r"<h3>(.*?)</h3>", card, re.S)
        for part in re.findall(r"<section>(.*?)</section>", card, re.S):
            kind = re.search(r'data-t="kind-([\w-]+)"', part)
            grade = re.search(r"g-(G\d)", part)
            ends = re.search(r'<p class="ends">(.*?)</p>', part, re.S) or head
            refs = [known.get(one, "") for one in re.findall(r'href="#(n\d+)"', ends[1])] if ends else []
            if kind is None or grade is None or len(set(refs)) != 2 or kind[1].replace("-", "_") not in EDGES:
                continue
            key: Key = (EDGES[kind[1].replace("-", "_")], refs[0], refs[1])
            yield Saying(outlet, key, "grade", grade[1])
            if sure := re.search(r'data-t="probability".*?<dd>(.*?)</dd>', part, re.S):
                yield Saying(outlet, key, "probability", html.unescape(_plain(sure[1])).strip())
            if key[0] == "derivation":
                yield Saying(outlet, key, "direction", "told")
            if key[0] == "retention" and (day := re.search(r'data-t="date".*?<dd>.*?(\d{4}-\d\d-\d\d)', part, re.S)):
                yield Saying(outlet, key, "day", day[1])
            if shared := re.search(r'data-t="shared".*?<dd>(.*?)</dd>', part, re.S):
                field_key = ("pair", *key[1:]) if key[0] == "derivation" else None
                if field_key:
                    yield Saying(outlet, field_key, "shared", html.unescape(_plain(shared[1])).strip())


def _steps(outlet: str, words: str, stated: Statements, lang: str) -> Iterator[Saying]:
    """The steps of a story in words: how sure a step from one holder to the next is, is how sure that copying is."""
    told = dict.fromkeys(re.findall(r"<li>(.*?)</li>", words, re.S))
    for one in told:
        text = stated.names[lang].marked(_plain(one))
        ends = re.search(r"⟨D:([\w.@#-]+)⟩.*?(?:from|来自) ?⟨P:([\w.@#-]+)⟩", text)
        # How sure the step is stands behind the list that it came from; before it, that records of the copy are there.
        step = re.search(r"(?:from|来自) ?⟨D:[\w.@#-]+⟩[:：](.*)", text)
        said = sure_in(step[1] if step else text, lang)
        if ends is None or said is None:
            continue
        parents = [key for key in stated.rows if key[0] == "derivation" and key[2] == ends[1]]
        parents = [key for key in parents if stated.lists[key[1]]["holder"] == ends[2]]
        copies = [row for key, row in stated.rows.items() if key[0] == "retention" and key[2] == ends[1]]
        if parents and not any(row["vendor"] == ends[2] for row in copies):
            likeliest = max(parents, key=lambda key: float(stated.rows[key]["probability"]))
            yield Saying(outlet, likeliest, "probability", said[1])


def _told(outlet: str, kind: str, told: str, lang: str, stated: Statements) -> Iterator[Saying]:
    """The list in words behind a figure."""
    if kind == "lineage":
        for found in re.finditer(r"^⟨D:([\w.@#-]+)⟩ ([→–]) ⟨D:([\w.@#-]+)⟩[:：] ?(\S+?%)", told, re.M):
            key = ("derivation", found[1], found[3])
            if found[2] == "–" and key not in stated.rows:
                key = ("derivation", found[3], found[1])
            yield Saying(outlet, key, "probability", found[4])
            yield Saying(outlet, key, "direction", "told" if found[2] == "→" else "open")
    if kind in ("sankey", "matrix"):
        for found in re.finditer(r"^⟨D:([\w.@#-]+)⟩ [→–] ⟨D:([\w.@#-]+)⟩[:：] ?(<?[\d,]+)", told, re.M):
            yield Saying(outlet, ("pair", found[1], found[2]), "shared", found[3])
    if kind == "flow":
        yield from _flow(outlet, told, stated)


def _flow(outlet: str, told: str, stated: Statements) -> Iterator[Saying]:
    """From party to party: no more than the taker's lists hold, but for records of copies that it was given."""
    held: dict[str, list[str]] = defaultdict(list)
    for ref, row in stated.lists.items():
        held[row["holder"]].append(ref)
    for found in re.finditer(r"^(.*?) → ⟨P:([\w.@#-]+)⟩[:：](.*?)([\d,]+) ?(records|contacts|条|个联系人)", told, re.M):
        taker, said = found[2], found[4]
        handed = found[1].startswith("⟨P") and found[5] in ("records", "条")
        if held[taker] and not handed:
            largest = max(held[taker], key=lambda ref: int(stated.lists[ref]["contacts"]))
            yield Saying(f"{outlet} ({found[1]} → {taker})", ("list", largest), "at_most", said)
        giver = re.fullmatch(r"⟨P:([\w.@#-]+)⟩", found[1])
        if giver and re.search(r"kept|持有", found[3]) and held[taker]:
            kept = [key for key, row in stated.rows.items() if key[0] == "retention" and row["reading"] == "retained"]
            for key in (key for key in kept if stated.rows[key]["vendor"] == taker):
                pair = ("pair", str(stated.rows[key]["dataset"]), key[2])
                yield Saying(f"{outlet} ({giver[1]} → {taker})", pair, "shared", said)


def _boxes(outlet: str, shown: str, marked: Any, stated: Statements, lang: str) -> Iterator[Saying]:
    """A box of the lineage: title, holder, day; the day is that of the list."""
    text = marked(folded(shown, lang))
    days = r"(\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}年\d{1,2}月\d{1,2}日)"
    for found in re.finditer(rf"⟨D:([\w.@#-]+)⟩ ⟨P:[\w.@#-]+⟩ {days}", text):
        yield Saying(outlet, ("list", found[1]), "shown", day_in(found[2]))


def _listed(outlet: str, table: str, stated: Statements) -> Iterator[Saying]:
    """The report's table of lists."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    if not rows:
        return
    head = rows[0]
    for row in rows[2:]:
        words = {word for cell in row[:2] for word in re.findall(r"[\w.-]+", cell)}
        ref = next((ref for ref in stated.lists if ref in words), None)
        for title, field in (
            ("Obtained", "obtained"),
            ("取得", "obtained"),
            ("Contacts", "contacts"),
            ("联系人", "contacts"),
        ):
            if ref is not None and title in head and row[head.index(title)] not in ("", "–"):
                said = row[head.index(title)]
                if "年" in said or re.search(r"[A-Za-z]{3}", said):
                    said = day_in(said)
                yield Saying(f"{outlet} table of lists", ("list", ref), field, said)
