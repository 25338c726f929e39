"""An editor's work with an edition: one is written, changed, checked and used; every mistake is told with its line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import tracer as library
from tests.cli.conftest import Tracer
from tracer.errors import ExitCode, UsageError


@pytest.fixture
def new(tracer: Tracer, traced: Path, tmp_path: Path) -> Path:
    path = tmp_path / "edition.toml"
    tracer("edition", "new", path).done()
    return path


def test_a_new_edition_holds_all_and_changes_nothing(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    text = new.read_text(encoding="utf-8")
    assert {"client", "vendor", "trader", "other"} <= set(re.findall(r'\nid = "(.*)"', text))
    assert "[[story]]" in text
    said = tracer("edition", "check", new).done()
    assert said.out.endswith("; 0 warnings.\n")
    for name, more in (("a.json", ()), ("b.json", ("--edition", new))):
        tracer("export", "graph", "--to", "json", "-o", tmp_path / name, *more).done()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    tracer("edition", "new", new).ends(ExitCode.REFUSED, "there is one already")


def test_what_is_changed_is_in_every_export_and_said(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    text = new.read_text(encoding="utf-8")
    headline = re.search(r'headline\.en = "(.*?)"', text)
    assert headline is not None
    text = text.replace(headline[0], 'headline.en = "A list went on, perhaps"', 1)
    text = re.sub(r'alt\.en = "".*\n', 'alt.en = "A time line"\nalt.de = "Eine Zeitleiste"\n', text, count=1)
    text = text.replace('alt.zh = ""', 'alt.zh = "时间线"', 1)
    text = re.sub(r'(id = "trader"\n(?:.*\n)*?)name\.en = ".*"', r'\1name.en = "Broker B"', text, count=1)
    text = re.sub(r'(id = "vendor-b"\n(?:.*\n)*?)hide = false', r"\1hide = true", text, count=1)
    new.write_text(text, encoding="utf-8")
    tracer("edition", "check", new).done()
    for noun, to in (
        ("graph", "json"),
        ("graph", "html"),
        ("findings", "json"),
        ("report", "md"),
        ("figure story", "svg"),
    ):
        out = tmp_path / f"x.{to}"
        tracer("export", *noun.split(), "--to", to, "-o", out, "--edition", new).ends(
            0, "leaves out one party, with its lists and all that is said of it"
        )
        written = out.read_text(encoding="utf-8")
        assert "vendor-b" not in written
        assert "broker-b" in written or "Broker B" in written
    assert "Eine Zeitleiste" in (tmp_path / "x.html").read_text(encoding="utf-8") or "A time line" in written
    journal = [json.loads(line) for line in (traced / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(journal[-1]["detail"]["edition"]) == 64


WRONG = """\
schema = 2
languages = ["en", "de"]
titel = "x"
image = "story.png"

[colours]
accent = "#f0f0f0"
acent = "#000000"

[colours.dark]
ink = "black"

[fonts]
file = "missing.ttf"

[[story]]
of = ["client", "vendr"]
headline = 3

[[story]]
of = STORY
alt.en = "x"
place = 0
annotations = [{ at = "other", text = "x" }]
headline.en = "Vendor-b had it"

[[party]]
id = "vendor-b"
hide = true

[[party]]
id = "vendor-b"
nam = "x"

[[party]]
name = "x"

[[list]]
id = "clinet"
hide = "yes"

[[reply]]
party = "trader"
text = "x"
"""
MISTAKES = (
    (1, "must be 1"), (3, "unknown table or key 'titel'; did you mean 'title'?"), (4, "is not an address"),
    (7, "has a contrast of 1.1 : 1"), (8, "unknown colour 'acent'; did you mean 'accent'?"),
    (11, "must be a colour like #b3340f"), (14, "there is no such file"), (17, "no story of 'client vendr'"),
    (18, "must be a text, or one for each language"), (22, "is missing in de"), (23, "must be a whole number from 1"),
    (24, "'other' is not in this story"), (25, "names vendor-b, which this edition leaves out"),
    (32, "'vendor-b' is there twice"), (33, "unknown key 'nam'; did you mean 'name'?"), (35, "'id' is missing"),
    (39, "no list 'clinet'; did you mean 'client'?"), (40, "must be true or false"), (43, "no answer of 'trader'"),
)  # fmt: skip


def test_all_mistakes_are_told_each_with_its_line(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    story = re.search(r"\nof = (.*)", new.read_text(encoding="utf-8"))
    assert story is not None
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(WRONG.replace("STORY", story[1]), encoding="utf-8")
    said = tracer("edition", "check", wrong).ends(ExitCode.REFUSED)
    for line, what in MISTAKES:
        assert any(re.search(rf"wrong.toml, line {line}\b", one) and what in one for one in said.err.splitlines()), what
    tracer("export", "graph", "--to", "json", "-o", tmp_path / "x", "--edition", wrong).ends(ExitCode.REFUSED)
    assert not (tmp_path / "x").exists()
    wrong.write_text("schema = ", encoding="utf-8")
    assert "not TOML" in tracer("edition", "check", wrong).err


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        (
            'colours = "red"\nfonts = "Georgia"\n',
            [(2, "colours: must be a table; write: [colours]"), (3, "fonts: must be a table; write: [fonts]")],
        ),
        (
            '[colours]\nlight = "#000000"\ndark = 3\naccent = 1\n\n[fonts]\nfamilies = 7\nfile = false\nsize = 3\n',
            [
                (3, "[colours] light: must be a table; write: [colours.light]"),
                (4, "[colours] dark: must be a table; write: [colours.dark]"),
                (5, "[colours] accent: must be a colour"),
                (8, "[fonts] families: must be fonts as CSS"), (9, "[fonts] file: must be the name of a font file"),
                (10, "[fonts] size: unknown key 'size'"),
            ],
        ),
        ("\n[[fonts]]\nfile = 'a.ttf'\n", [(3, "fonts: must be a table; write: [fonts]")]),
        ("\n[story]\nof = ['a']\n", [(3, "story: must be written as [[story]]")]),
    ],
)  # fmt: skip
def test_colours_and_fonts_of_another_kind_are_refused_all_at_once(
    tracer: Tracer, traced: Path, tmp_path: Path, text: str, mistakes: list[tuple[int, str]]
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("schema = 1\n" + text, encoding="utf-8")
    said = " ".join(tracer("edition", "check", wrong).ends(ExitCode.REFUSED).err.split())
    assert [what for line, what in mistakes if f"wrong.toml, line {line}, {what}" not in said] == [], said


def test_documents_have_no_edition_which_is_said_before_one_is_looked_for(new: Path, traced: Path) -> None:
    with pytest.raises(UsageError, match="documents are written as they are"):
        library.open(traced).export("evidence", of="no-such", edition=new)


def test_an_edit_that_says_more_than_the_finding_is_told_next_to_it(new: Path, tracer: Tracer, traced: Path) -> None:
    text = new.read_text(encoding="utf-8")
    edits = {"en": "vendor-b stole 90,000 records, eleven times", "zh": "vendor-b 倒卖名单"}
    own = re.search(r'said\.en = "(.*)"', text)
    assert own is not None
    for lang, edit in edits.items():
        text = re.sub(rf'headline\.{lang} = ".*?"', f'headline.{lang} = "{edit}"', text, count=1)
    new.write_text(text, encoding="utf-8")
    said = tracer("edition", "check", new).done().out
    for what in (
        "[[story]] headline.en: 'stole' accuses", "11, 90000 is not a number of the finding",
        "names vendor-b, who is not in the finding", "headline.zh: '倒卖' accuses", f"the finding: {own[1]}",
        "the edit:   vendor-b stole",
    ):  # fmt: skip
        assert what in said, said


def _edited(new: Path, of: str, change: dict[str, str]) -> None:
    """Change lines of one table: of the first story, or of the party or list with an id."""
    head, table, rest = re.split(rf"(\[\[{of}(?:.*\n)+?(?=\n|\Z))", new.read_text(encoding="utf-8"), maxsplit=1)
    for was, now in change.items():
        table, n = re.subn(was, now, table, count=1)
        assert n == 1, (was, table)
    new.write_text(head + table + rest, encoding="utf-8")


def test_two_that_are_called_alike_are_refused(new: Path, tracer: Tracer, traced: Path) -> None:
    tracer("party", "edit", "client", "--alias", "Northern Leads").done()
    _edited(new, r'party\]\]\nid = "trader"', {"name.en = .*": 'name.en = "NORTHERN leads"'})
    _edited(new, r'party\]\]\nid = "vendor-a"', {"name.en = .*": 'name.en = "Firm A"'})
    _edited(new, r'party\]\]\nid = "vendor-b"', {"name.zh = .*": 'name.zh = "Firm A"', "name.en = .*": 'name.en = ""'})
    _edited(new, r'list\]\]\nid = "trader"', {"title.en = .*": 'title.en = "client"'})
    said = " ".join(tracer("edition", "check", new).err.split())
    assert re.search(r"line \d+, \[\[party\]\] name: 'NORTHERN leads' is a name of client;", said)
    assert re.search(r"line \d+, \[\[party\]\] name: 'Firm A' is the name of vendor-a here, too;", said)
    assert re.search(r"line \d+, \[\[party\]\] name: is empty;", said)
    assert re.search(r"line \d+, \[\[list\]\] title: 'client' is a name of client;", said)


def test_what_an_edition_leaves_out_is_said(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    text = new.read_text(encoding="utf-8")
    of = re.search(r"\nof = (.*)", text)
    assert of is not None
    for table in ("party", "list"):
        hidden = re.sub(rf"(\[\[{table}\]\]\n(?:.+\n)*?)hide = false", r"\1hide = true", text)
        new.write_text(hidden, encoding="utf-8")
        tracer("edition", "check", new).ends(ExitCode.REFUSED, f"every {table} is hidden, and nothing")
    new.write_text('schema = 1\n[[party]]\nid = "trader"\nname = "Broker B"\n', encoding="utf-8")
    said = f"the first story is none of this file; write for it: [[story]] of = {of[1]}"
    tracer("edition", "check", new).ends(0, said)
    used = tracer("export", "evidence", "-o", tmp_path / "x.zip", "--edition", new)
    assert used.code == ExitCode.USAGE, "documents have no edition"


def test_names_in_title_and_credit_and_every_warning_are_told_at_once(new: Path, tracer: Tracer, traced: Path) -> None:
    _edited(new, r'party\]\]\nid = "vendor-b"', {"hide = false": "hide = true"})
    _edited(new, "story", {"headline.en = .*": f'headline.en = "It stole {"x" * 200}"'})
    text = new.read_text(encoding="utf-8").replace('credit = ""', 'credit = "with vendor-b"')
    new.write_text(text, encoding="utf-8")
    said = " ".join(tracer("edition", "check", new).err.split())
    for what in (
        "credit: names vendor-b, which this edition leaves out",
        "'stole' accuses",
        "more than 200 characters",
        "headline: not written in zh, where readers see the tool's own words",
    ):
        assert what in said
    new.write_bytes(text.encode("utf-16"))
    assert "save it in the encoding UTF-8" in tracer("edition", "check", new).err


def test_a_text_in_another_language_is_shown_as_such(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    """What README says, in the file that `edition new` wrote: nothing else in it must be changed."""
    page = tmp_path / "page.html"
    export = ("export", "graph", "--to", "html", "--embed", "story", "--edition", new, "-o", page)
    _edited(new, "story", {'alt.en = ""': 'alt.en = ""\nalt.de = "Eine Zeitleiste"'})
    tracer(*export).done()
    assert 'lang="de" aria-label="Eine Zeitleiste"' in page.read_text(encoding="utf-8")
    page.unlink()
    _edited(
        new,
        "story",
        {"headline.en": 'headline.de = "Eine Liste ging weiter"\nheadline.en', 'alt.en = ""': 'alt.en = "A line"'},
    )
    assert "readers do not see it in de" in tracer("edition", "check", new).done().out
    new.write_text('languages = ["de"]\n' + new.read_text(encoding="utf-8"), encoding="utf-8")
    assert "readers do not see it" not in tracer("edition", "check", new).done().out
    tracer(*export).done()
    said = page.read_text(encoding="utf-8")
    assert '<span lang="de">Eine Liste ging weiter</span></h1>' in said
    assert 'lang="de" aria-label="Eine Zeitleiste"' in said


def test_an_embed_shows_one_thing_and_whose_it_is(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    text = new.read_text(encoding="utf-8").replace('credit = ""', 'credit = "Graphic: The Example"')
    new.write_text(text, encoding="utf-8")
    _edited(new, r'party\]\]\nid = "vendor-b"', {"hide = false": "hide = true"})
    for embed, holds in (("story", (True, False, False)), ("graph", (False, True, True))):
        page = tmp_path / f"{embed}.html"
        tracer("export", "graph", "--to", "html", "--embed", embed, "--edition", new, "-o", page).done()
        said = page.read_text(encoding="utf-8")
        assert ('id="story"' in said, 'id="map"' in said, 'class="about' in said) == holds
        foot = said.partition("<footer")[2]
        assert ("Graphic: The Example" in foot, "leaves out one party" in foot) == (True, True)
        assert embed == "graph" or len(said) < 100_000


def test_an_edition_that_tells_no_story_says_so(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    text = re.sub(r"(\[\[story\]\]\n(?:.+\n)*?)hide = false", r"\1hide = true", new.read_text(encoding="utf-8"))
    new.write_text(text, encoding="utf-8")
    own = re.search(r'said\.en = "(.*)"', text)
    assert own is not None
    for noun, to, lang, says in (
        ("graph", "html", "en", "This edition shows no story"),
        ("figure story", "svg", "en", "This edition shows no story"),
        ("figure story", "svg", "zh", "本版本不讲述任何报道"),
        ("figure card", "svg", "en", "This edition shows no story"),
    ):
        out = tmp_path / f"{noun}-{lang}.{to}"
        more = ("--embed", "story") if to == "html" else ("--lang", lang)
        tracer("export", *noun.split(), "--to", to, *more, "--edition", new, "-o", out).done()
        written = out.read_text(encoding="utf-8")
        assert says in written.partition("</h1>" if to == "html" else "</title>")[0]
        assert "No list was found" not in written
    report = tmp_path / "report.md"
    tracer("export", "report", "--to", "md", "--edition", new, "-o", report).done()
    summary, _, rest = report.read_text(encoding="utf-8").partition("\n## The picture")
    assert "its finding stays in tables and report" in text
    assert own[1].split(" ")[-1].rstrip(".") not in summary.partition("The tool compared")[0], summary
    assert rest


def test_where_an_edited_headline_is_shown_it_says_so(new: Path, tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    _edited(new, "story", {"headline.en = .*": 'headline.en = "A list went on, perhaps"'})
    for noun, to, more, shows in (
        ("graph", "html", (), True),
        ("graph", "json", (), False),
        ("figure lineage", "svg", (), False),
        ("graph", "html", ("--embed", "graph"), False),
    ):
        out = tmp_path / f"{noun}{len(more)}.{to}"
        tracer("export", *noun.split(), "--to", to, *more, "--edition", new, "-o", out).done()
        written = out.read_text(encoding="utf-8")
        assert ("One headline is the editor’s" in written) == shows, noun
        if shows:
            assert len(re.findall("The finding in the tool’s words", written)) == 1
