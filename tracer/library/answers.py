"""What a case answers as values: why an edge is there, a chain, which releases a dataset came from, how the case is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from tracer.library.arguments import language
from tracer.library.table import NotebookView, Table

if TYPE_CHECKING:
    from tracer.ask.result import Result
    from tracer.ask.show import Branch
    from tracer.ask.status import CaseStatus
    from tracer.export.report.render import Report
    from tracer.publish.answers import Leaving
    from tracer.wording.sections import Block


@dataclass(frozen=True)
class Explanation(NotebookView):
    """Why an edge is there: the answer, how sure, what it rests on, what speaks against it, what would settle it."""

    a: str
    b: str
    """The two ends, as they were asked for."""
    lang: str
    """`en` or `zh`: language of the details."""
    _short: Mapping[str, tuple[Block, ...]] = field(repr=False)
    _answer: Mapping[str, Any] = field(repr=False)
    notes: tuple[str, ...] = ()
    """What stands for somebody in what was written to a file."""

    def text(self, lang: str | None = None) -> str:
        """The short answer in a few lines of at most 80 cells, in `en` or `zh`."""
        from tracer.visible import visible
        from tracer.wording.terminal import terminal_text

        return visible(terminal_text(self._short[language(lang or self.lang)])).rstrip("\n")

    def details(self, width: int = 100) -> str:
        """All numbers, rows' positions, dates and documents, in lines of at most `width` cells."""
        from tracer.ask.why_text import why_text

        return why_text(_without_codes(self._answer), width, self.lang)

    def to_json(self) -> dict[str, Any]:
        """Everything, as `tracer why A B -f json` prints it."""
        from tracer.documents import json_of

        answer: dict[str, Any] = json_of(self.json_text())
        return answer

    def json_text(self) -> str:
        """The same as text."""
        from tracer.ask.why_text import why_json

        return why_json(dict(self._answer)) + "\n"

    def __str__(self) -> str:
        """The short answer."""
        return self.text()

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        return iter(self._short[self.lang])


def _without_codes(value: Any) -> Any:
    """An answer without the codes and numbers of its sentences, which are for programs."""
    if isinstance(value, Mapping):
        return {key: _without_codes(one) for key, one in value.items() if not key.endswith(("_code", "_codes"))}
    return [_without_codes(one) for one in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class ListCheck(NotebookView):
    """What a check of a list found that is offered: the page, and all of it for programs."""

    FORMS: ClassVar[tuple[str, ...]] = ("text", "txt", "json", "html", "pdf")
    _found: Mapping[str, Any] = field(repr=False)
    _page: Report = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Everything, as `tracer check FILE -f json` prints it."""
        from tracer.documents import json_of

        found: dict[str, Any] = json_of(self.written("json").decode())
        return found

    def text(self) -> str:
        """The page in lines of at most 80 cells."""
        from tracer.visible import visible
        from tracer.wording.sections import Heading
        from tracer.wording.terminal import terminal_text

        return visible(terminal_text([Heading(1, self._page.title), *self._page.blocks]))

    def written(self, to: str) -> bytes:
        """The page as one of `FORMS`. Raises `InputRefused` where print lacks a glyph."""
        import json

        if to == "html":
            from tracer.export.report.render import render_html

            return render_html(self._page).encode("utf-8", "replace")
        if to == "pdf":
            from tracer.export.report.render import render_pdf

            return render_pdf(self._page)
        text = json.dumps(self._found, ensure_ascii=False, indent=2, default=str) + "\n"
        return (text if to == "json" else self.text()).encode("utf-8", "replace")

    def leaving(self, way: Leaving) -> ListCheck:
        """The same as it may leave the case; not public."""
        from dataclasses import replace

        from tracer.wording.sections import with_texts

        found = self.to_json()
        file = found["record"]["sha256"]  # a hash of the file, not of a person

        def text(one: str) -> str:
            return one if one.endswith(file) else way.text(one)

        answer = way.answer(found)
        answer["record"]["sha256"] = file
        return ListCheck(answer, replace(self._page, blocks=with_texts(self._page.blocks, text)))

    def __str__(self) -> str:
        """The page."""
        return self.text()

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        return iter(self._page.blocks)


@dataclass(frozen=True)
class Chain(NotebookView):
    """The chain of a dataset, copy or party, as a tree: where it came from and where it went."""

    tree: Branch
    """The root: `text`, `grade`, `kind`, `branches`."""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The tree as nested objects, as `tracer show NAME -f json` prints it."""
        from tracer.documents import json_of

        tree: dict[str, Any] = json_of(self.json_text())
        return tree

    def json_text(self) -> str:
        """The same as text."""
        import json
        from dataclasses import asdict

        return json.dumps(asdict(self.tree), ensure_ascii=False, indent=2) + "\n"

    def lines(self) -> list[str]:
        """The tree, each branch indented under its own."""
        return [f"{'  ' * deep}{of.grade} {of.text}" if of.grade else f"{'  ' * deep}{of.text}"
                for deep, of in _walked(self.tree)]  # fmt: skip

    def __str__(self) -> str:
        """Its lines."""
        from tracer.visible import visible

        return visible("\n".join(self.lines()))

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.visible import visible
        from tracer.wording.sections import DrawnLines

        yield DrawnLines(tuple(visible(line) for line in self.lines()))


def _walked(branch: Branch, deep: int = 0) -> Iterator[tuple[int, Branch]]:
    yield deep, branch
    for inner in branch.branches:
        yield from _walked(inner, deep + 1)


def explained(con: Any, a: str, b: str, lang: str, way: Leaving | None, *, wanted: frozenset[str]) -> Explanation:
    """The explanation of an edge; `wanted`: `short` in which languages, and `text` or `codes` of the details."""
    from tracer.ask.short_why import short_why
    from tracer.ask.why import tied, why
    from tracer.stages import not_up_to_date
    from tracer.wording import Codes, say
    from tracer.wording.sections import with_texts

    stale = not_up_to_date(con)
    narrowed = dict if way is None else way.row
    short = {}
    for spoken in sorted(wanted & {"en", "zh"}):
        untraced = "" if stale is None else say(stale, spoken)
        found = tied(con, a, b, untraced=untraced, narrowed=narrowed)
        blocks = short_why(con, found, spoken, narrowed=narrowed, untraced=untraced)
        short[spoken] = blocks if way is None else with_texts(blocks, way.text)
    answer: dict[str, Any] = {}
    if wanted & {"text", "codes"}:
        codes = Codes.VALUES if "codes" in wanted else Codes.NONE
        answer = why(con, a, b, untraced=stale or "", lang=lang, narrowed=narrowed, codes=codes)
        answer = answer if way is None else way.answer(answer)
    return Explanation(a, b, lang, short, answer, () if way is None else way.notes)


class Attribution(Table):
    """A row for every release that shares rows with the dataset, and which copy it is in one sentence."""

    def __init__(self, result: Result, answer: str, *, lang: str = "en") -> None:
        super().__init__(result, lang=lang)
        self.answer = answer
        """Which copies are named, and how often that is wrong; or that none is."""

    @property
    def accused(self) -> list[dict[str, Any]]:
        """The rows of the releases that are named."""
        return [row for row in self.rows() if row["accused"]]

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import Paragraph

        yield Paragraph(self.answer)
        yield from super().blocks()


class Status(NotebookView):
    """The case at a glance; its fields are those of the row that `tracer status -f json` prints."""

    def __init__(self, found: CaseStatus) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Any:
        """A field of the row: `lists`, `rows`, `parties`, `run`, `changed`, `waiting` …"""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._found, name)

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The row; lang: `en` or `zh`, of what waits for a person."""
        return self._found.to_json(lang)

    def lines(self, lang: str = "en") -> list[str]:
        """The screen of `tracer status`, in `en` or `zh`."""
        return list(self._found.lines(lang))

    def __str__(self) -> str:
        """Its lines."""
        from tracer.visible import visible

        return visible("\n".join(self.lines()))

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import DrawnLines

        yield DrawnLines(tuple(str(self).splitlines()))
