"""One model of blocks, set for a terminal, as Markdown and as HTML."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tracer.wording.html import html_blocks
from tracer.wording.markdown import markdown_blocks
from tracer.wording.sections import Break, DrawnLines, Heading, Paragraph, Points, ReportFigure, Table
from tracer.wording.terminal import terminal_lines, terminal_text, wrapped_lines

BLOCKS = (
    Heading(2, "A copy <b>", "G4"),
    Paragraph("What it rests on", "label"),
    Points(("One planted record appears.", "*Two* more do."), "for"),
    Points(("It may have leaked.",), "against"),
    Table((), (("held by", "乙公司"), ("day", "2026年5月20日"))),
    Table(("list", "contacts"), (("a", "1,200"), ("b", "7"))),
    ReportFigure("<svg/>", "The graph"),
    DrawnLines(("a │██", "b │<")),
    Break(),
    Paragraph("tracer why a b", "code"),
)


def test_a_terminal_sets_every_block() -> None:
    assert terminal_text(BLOCKS).split("\n") == [
        "G4 A copy <b>", "What it rests on", "+ One planted record appears.", "+ *Two* more do.",
        "− It may have leaked.", "", "held by  乙公司", "day      2026年5月20日", "", "list  contacts",
        "──────────────", "a     1,200", "b     7", "", "[The graph]", "a │██", "b │<", "", "    tracer why a b", "",
    ]  # fmt: skip
    hostile = (Heading(1, "\x1b[2J"), Paragraph("\x1b]52"), Points(("\u202e",)), Table(("\x1b",), (("\x1b\u202e",),)))
    assert not set("\x1b\u202e") & set(terminal_text(hostile)), "control characters are visible text"


def test_markdown_and_html_set_the_same_and_escape_it() -> None:
    text, page = "\n\n".join(markdown_blocks(BLOCKS)), str(html_blocks(BLOCKS))
    for said in (
        "### `G4` A copy &lt;b&gt;", "- \\*Two\\* more do.", "| list | contacts |", "    tracer why a b",
        "    a │██\n    b │<",
    ):  # fmt: skip
        assert said in text
    for said in (
        '<h3><span class="grade G4">G4</span> <bdi>A copy &lt;b&gt;</bdi></h3>', '<ul class="against">',
        '<th scope="row">held by</th><td><bdi>乙公司</bdi></td>', "<figure><svg/><figcaption>The graph</figcaption>",
        '<hr class="break">', "<pre>tracer why a b</pre>", "<pre>a │██\nb │&lt;</pre>",
    ):  # fmt: skip
        assert said in page


@pytest.mark.parametrize("width", [30, 45, 80])
def test_no_line_is_wider_than_the_terminal_whatever_the_script(width: int) -> None:
    long = "一份名单在合同到期七周之后仍由收到副本的公司持有，这一点几乎可以肯定（99%）。" * 3
    blocks = (
        Paragraph(long), Points((long, "word " * 40), "for"), Table((), (("名单", long),)),
        Table(("名单", "说明"), ((long, long),)), Paragraph("x" * 200),
    )  # fmt: skip
    lines = terminal_lines(blocks, width)
    assert max(cell_len(line) for line in lines) <= width
    assert not [line for line in lines if line.lstrip().startswith(tuple("，。；：）”》"))], "a mark begins a line"
    assert "".join("".join(line.split()) for line in lines).count("七周") >= 15, "nothing is lost"


def test_no_line_ends_within_a_chinese_word_or_a_day() -> None:
    said = "桐曜持有的名单（2026年3月20日至7月2日）来自交给珩途的晨汐客户名单副本，几乎可以肯定。" * 3
    for width in range(24, 50):
        lines = wrapped_lines(said, "", width)
        assert "".join(lines) == said
        for word in ("客户名单", "副本", "2026年3月20日", "7月2日", "几乎可以肯定"):
            assert sum(line.count(word) for line in lines) == 3, (word, lines)


def test_a_table_that_does_not_fit_becomes_one_block_a_row() -> None:
    long = "a sentence of many words that goes on and on until nobody reads it any more " * 3
    lines = terminal_lines([Table(("copy", "why", "against"), (("c1", long, long), ("c2", long, "")))], 80)
    assert "─" not in "".join(lines)
    assert lines[0] == "copy: c1"
    assert lines[lines.index("") + 1] == "copy: c2"
    assert not [line for line in lines if line.startswith("against: ") and len(line) < 12], "nothing is left out empty"
    fits = terminal_lines([Table(("copy", "why"), (("c1", long[:100]),))], 80)
    assert len(fits) == 4, "one wide column may take a few lines"


def test_a_word_is_broken_only_where_it_is_wider_than_a_line() -> None:
    assert wrapped_lines("see " + "y" * 45 + " end", "· ", 30) == ["· see", "  " + "y" * 28, "  " + "y" * 17 + " end"]
