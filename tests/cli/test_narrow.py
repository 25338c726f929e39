"""On a terminal no line of narration is wider than it; where a file or a pipe reads, a line stays one line."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len

from tracer.cli.printer import Printer, folded, tell_check


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


LINES = (
    "Warning: " + "one list is a copy of another, says a very long sentence that goes on and on, " * 4,
    "  because of " + "judgement 7 (a-list → b-list: rejected), " * 6,
    "Error: " + "名单之间存在复制关系，但无法判断" * 12,
    f"ok  original of leads  sha256 {'0f' * 32}",
)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("columns", [60, 80])
def test_long_lines_are_folded_between_words(line: str, columns: int) -> None:
    parts = folded(f"{line}\n", columns).split("\n")
    assert parts[-1] == ""
    assert len(parts) > 2 or cell_len(line) <= columns
    assert max(map(cell_len, parts)) <= columns
    assert "".join("".join(parts).split()) == "".join(line.split())


def test_only_narration_on_a_terminal_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for stream, folds, lines in ((Terminal(), True, 5), (Terminal(), False, 1), (io.StringIO(), True, 1)):
        Printer(stream, folds=folds).write(LINES[0] + "\n")
        assert stream.getvalue().count("\n") == lines


def test_a_check_fits_a_terminal_and_is_tab_separated_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_check("ok", "original of leads", f"sha256 {'0f' * 32}")
    assert capsys.readouterr().out.count("\t") == 2
    monkeypatch.setenv("COLUMNS", "80")
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    tell_check("ok", "original of leads", f"sha256 {'0f' * 32}")
    assert max(map(cell_len, screen.getvalue().split("\n"))) <= 80
    assert "\t" not in screen.getvalue()
