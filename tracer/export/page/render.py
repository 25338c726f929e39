"""Renders the page: one HTML file with style, script and pictures inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from markupsafe import Markup

from tracer.errors import UsageError
from tracer.export.drawing.looks import DARK, LIGHT, Theme, with_house
from tracer.export.drawing.map import page_map
from tracer.export.drawing.text import clean
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.page.cards import ROWS_OF, StepCards, node_cards, strongest_rows, tables
from tracer.export.page.first_screen import first_screen, headlines
from tracer.export.page.map import drawn_map, matrix_of
from tracer.export.page.words import Index, environment
from tracer.graph.model import GRADES, KINDS, Node, at_least
from tracer.wording import LANGUAGES, Voice, say

_HERE = Path(__file__).parent
_SCRIPTS = ("words", "panel", "map", "matrix", "take", "address", "frame")
_ALONE = ("words", "frame")
"""Parts of the script, in their order in the page, and in a story that is shown alone."""
MANY_LISTS = 40
"""Lists from which their matrix is among what everybody reads: a map of all of them could not be read."""
_IN_HEADLINES = "retention"
"""Findings all of whose rows are shown; of others those in their table."""
_UNSAFE = re.compile(r"[^\w ,'\".-]")
"""What no list of fonts has."""
_CAVEATS = ("guilt", "alleged", "through", "absence", "client", "people")


def render_page(leaving: Outgoing, lang: str = "en") -> str:
    """The page as HTML text.

    `leaving` is in the first language; its facts are rows of `sql/facts/weights` and `overlaps`. The same input gives
    the same bytes. Both languages are in the page; `lang` (`en`, `zh`) is the one it opens in. Raises UsageError for
    another language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}", remedy=f"one of: {', '.join(LANGUAGES)}")
    graph, chinese = [leaving.labelled(language) for language in LANGUAGES]
    made = page_map(leaving, LANGUAGES)
    cards_of_map = made.scene.cards.values()
    # The steps of the map, then what is found of a party's own lists and copies, which its card on the map says.
    steps = [*made.scene.steps, *(step for card in cards_of_map for step in card.own)]
    # Node or step -> the id of its card in the page; made by us, so that no id of a case is one.
    names = [name for card in cards_of_map for name in (card.id, *(node["id"] for node in card.lists))]
    anchors = {name: f"n{number}" for number, name in enumerate(names, start=1)}
    anchors |= {f"step:{step.id}": f"l{number}" for number, step in enumerate(steps, start=1)}
    # Rows of findings -> the card of the step that they are part of, which says why.
    refs = {node["id"]: node["ref"] for node in graph["nodes"]}
    lines = {
        (ROWS_OF[edge["kind"]], refs[edge["source"]], refs[edge["target"]]): anchors[f"step:{step.id}"]
        for step in steps
        for edge in (*step.edges, *step.also)
        if edge["kind"] in ROWS_OF
    }
    nodes: dict[str, list[Node]] = {kind: [] for kind in KINDS}
    for node in graph["nodes"]:
        nodes[node["kind"]].append(node)
    answers = {node["id"]: leaving.answers(node["id"]) for node in nodes["party"]}
    readers, embed = leaving.choice.audience == "readers", leaving.choice.embed
    index = Index(graph, anchors, lines, chinese, answers, plain=readers)
    first = first_screen(leaving)
    style = _source("page.css") + _house(leaving) + first.style
    parts = [_source(f"script/{name}.js") for name in (*(_ALONE if embed == "story" else _SCRIPTS), "unpack")]
    script = "\n".join(['"use strict";', "const run = () => {", *parts[:-1], "};", parts[-1]])
    shown = {name: rows if name == _IN_HEADLINES else strongest_rows(rows) for name, rows in leaving.rows.items()}
    called = [leaving.called(language) for language in LANGUAGES]
    ids = frozenset(name for one in called for known in (one.parties, one.lists) for name in known)
    step_cards = StepCards(leaving, index)
    day = date.fromisoformat(leaving.generated) if leaving.generated else None
    found = sum(one["basis"] == "inferred" and at_least(one["grade"], "G2") for one in graph["edges"])
    purged = sum(node["purged"] is not None for node in graph["nodes"])
    unpurged = sum(node["purged"] is None for node in nodes["dataset"])
    tally = {"parties": len(nodes["party"]), "lists": unpurged, "purged": purged, "releases": len(nodes["release"])}
    shared = [one[LANGUAGES.index(lang)] for one in (first.headline, first.dek)]  # what services show for a link
    if embed == "graph":
        shared = [clean(leaving.title)] * 2
    said = environment(lang, leaving.translations(shown), ids, plain=readers)
    return said.get_template("page.html.j2").render(
        lang=lang,
        embed=embed,
        readers=readers,
        title=clean(leaving.title),
        credit=clean(leaving.edition.credit),
        edits=_in_both(leaving.edits_said),
        generated=["" if day is None else Voice(language).show(day) for language in LANGUAGES],
        tally=tally | {"findings": found},
        languages=LANGUAGES,
        told=first,
        shared=shared,
        image=leaving.choice.image or leaving.edition.image,
        map=drawn_map(leaving, made, index, lang),
        matrix=None if embed else matrix_of(leaving, graph, index),
        many=len(nodes["dataset"]) > MANY_LISTS,
        headlines=headlines(leaving, index),
        nothing=[say(leaving.no_copy(), language) for language in LANGUAGES],
        untraced=None if leaving.untraced is None else [leaving.not_up_to_date(language) for language in LANGUAGES],
        judged=_in_both(leaving.judged_said),
        warnings=_in_both(lambda language: warnings_of(leaving, language)),
        sections=[] if readers else tables(leaving, index),
        parties=nodes["party"],
        lists=nodes["dataset"],
        documents=graph["evidence"],
        left_out=[clean(text) for text in graph["left_out"]],
        step_cards=[step_cards.of(step) for step in steps],
        node_cards=node_cards(leaving, index),
        index=index,
        grades=GRADES,
        caveats=_CAVEATS,
        style=Markup(style),  # noqa: S704 - the page's own file, hashed for the policy
        script=Markup(script),  # noqa: S704 - the page's own file, hashed for the policy
        # Nothing may be loaded or sent; only this very style and script apply.
        policy=f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
    )


def _in_both(said: Callable[[str], list[str]]) -> list[tuple[str, ...]]:
    """Sentences, each in both languages."""
    return list(zip(*map(said, LANGUAGES), strict=True))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _source(name: str) -> str:
    """A part of the style or script, without its indentation and lines of comment, none of which is within a text."""
    lines = (line.strip() for line in (_HERE / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("// ", "/* ---")))


def _house(leaving: Outgoing) -> str:
    """The colours of the table of looks as variables, in light and dark, with a publication's in place of ours."""
    house = leaving.edition

    def variables(theme: Theme) -> str:
        known = vars(with_house(theme, house.colours("dark" if theme is DARK else "light")))
        return " ".join(f"--{role}: {colour};" for role, colour in known.items() if role != "families")

    families = _UNSAFE.sub("", house.families)
    fonts = f"\n:root {{ --sans: {families}; --serif: {families}; }}" if families else ""
    dark = variables(DARK)
    return (
        f"\n:root {{ {variables(LIGHT)} }}"
        f'\n@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}'
        f'\n@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}{fonts}'
    )


def page_file(leaving: Outgoing) -> dict[str, bytes]:
    """The page as a file, under the title that was asked for."""
    titled = replace(leaving, title=leaving.choice.title or leaving.title).in_language(LANGUAGES[0])
    return {"": render_page(titled, leaving.lang).encode("utf-8", "replace")}


def packed_file(leaving: Outgoing, files: dict[str, bytes]) -> tuple[dict[str, bytes], None]:
    """A page that was looked through, packed where it is large."""
    return {"": packed(files[""], leaving.lang)}, None


_LARGE = 900_000
"""Bytes from which a page is packed: below, each word of it is also found by who reads the file itself."""
_PACKED_BEGIN, _PACKED_END = b'<div id="within">\n', b"\n</div>\n</details>\n</main>"


def packed(page: bytes, lang: str) -> bytes:
    """The page, its part for experts packed where it is large; `lang` is the one it opens in.

    The same input gives the same bytes.
    """
    head, begin, rest = page.partition(_PACKED_BEGIN)
    sections, end, tail = rest.rpartition(_PACKED_END)
    if len(page) < _LARGE or not begin or not end:
        return page
    held = base64.b64encode(gzip.compress(sections, 9, mtime=0))
    unread = f"<noscript><p>{Voice(lang).word('page-packed')}</p></noscript>".encode()
    script = b'<script type="application/octet-stream" id="packed">' + held + b"</script>"
    return b"".join((head, begin, script, unread, end, tail))
