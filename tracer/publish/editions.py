"""`edition.toml`: read, checked against its case, and written for an editor to begin with.

All mistakes of a file are found at once, each with its line. An edit that says more than the finding is not refused: it
is reported, with the finding's own words next to it, and every export keeps these words below the edited ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tracer.documents import NotADocument, toml_of, toml_value
from tracer.dossier.vocabulary import did_you_mean, is_language
from tracer.errors import InputRefused
from tracer.export.drawing.looks import PRINTED, Theme, contrast, with_house
from tracer.export.drawing.story import Story, headline_of, sentences, single_stories, stories
from tracer.export.editing import EditedNames, edited_outgoing
from tracer.export.edition import TABLES, EditedStory, Edition, Holds
from tracer.export.outgoing import Outgoing
from tracer.export.scan.unpack import texts_in
from tracer.file_writing import write_whole
from tracer.input_files import refuse_special, whole_bytes
from tracer.manifest.read import Findings, locate
from tracer.spellings.names import NameFinder, joined_words
from tracer.visible import written_in_chinese
from tracer.wording import LANGUAGES, Voice

SCHEMA = 1


class _Table(NamedTuple):
    """One table of the file."""

    listed: str
    """Where an edition has its records."""
    own: str = ""
    """The key that an editor changes; `said` next to it holds the tool's own words, which edit nothing."""
    kind: str = ""
    """Kind of the nodes whose public name that is."""


_TABLES = {
    "story": _Table("stories", "headline"),
    "party": _Table("parties", "name", "party"),
    "list": _Table("lists", "title", "dataset"),
    "reply": _Table("replies"),
    "quote": _Table("quotes"),
}
_NAMED = {table: one for table, one in _TABLES.items() if one.kind}
_TOP = {one.name: one for one in fields(Edition) if "holds" in one.metadata}
_ROLES = frozenset(Theme.__dataclass_fields__) - {"families"}
_TEXT, _LINE = 4.5, 3.0
_CONTRASTS = [("ink", "paper", _TEXT), ("ink", "tint", _TEXT), ("soft", "paper", _TEXT), ("beyond", "paper", _TEXT)]
_CONTRASTS += [("copied", "paper", _LINE), ("handed", "paper", _LINE), ("known", "paper", _LINE)]
"""Text on its ground, and lines on theirs (WCAG 2.2, 1.4.3 and 1.4.11)."""
_LONGEST = 200
"""Characters of a headline that still has room above a picture."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

_DOUBTS = {
    "en": re.compile(r"\b(?:probably|perhaps|possibly|likely|may|might|could|appears?|seems?)\b", re.IGNORECASE),
    "zh": re.compile("可能|或许|也许|大概|疑似|似乎"),
}
_BLAME = {
    "en": re.compile(
        r"\b(?:guilty|stole|stolen|steals?|thef\w+|thie\w+|illegal\w*|unlawful\w*|crim\w+|fraud\w*|scam\w*|culprits?"
        r"|betray\w*|smuggl\w+|abus\w+|hack\w*)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile("盗|窃|偷|倒卖|截留|非法|违法|犯罪|有罪|诈骗|黑产|内鬼|申辩|贩卖"),
}
"""Words that accuse: no finding has them."""
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
_SPELLED = ("two three four five six seven eight nine ten eleven twelve", "二 三 四 五 六 七 八 九 十")
_NUMERALS = {"两": "2"} | {word: str(n) for words in _SPELLED for n, word in enumerate(words.split(), 2)}


@dataclass(frozen=True)
class CheckedEdition:
    """An edition that can be used, and where it says more than the case does."""

    warnings: tuple[str, ...]
    counts: Mapping[str, int]
    """Table -> how many of it there are."""

    def line(self) -> str:
        """In one line."""
        counted = ", ".join(f"{n} [[{table}]]" for table, n in self.counts.items() if n)
        n = len(self.warnings)
        return f"The edition can be used: {counted or 'nothing is changed'}; {n} warning{'s' * (n != 1)}."


class EditionReader:
    """Reads one file; what is wrong is in `found`, and left out of `edition`."""

    def __init__(self, path: Path) -> None:
        """Raises `InputRefused` where it cannot be read, or is not TOML."""
        try:
            text = whole_bytes(path).decode("utf-8-sig").replace("\r\n", "\n")
            document = toml_of(text)
        except OSError as error:
            raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="check the path") from None
        except NotADocument as error:
            remedy = 'texts are within straight quotes, "…", on one line; \\" is a quote in one'
            raise InputRefused(error.what, where=path.name, remedy=remedy) from None
        except UnicodeDecodeError:
            remedy = "save it in the encoding UTF-8 in your text editor"
            raise InputRefused("not UTF-8", where=path.name, remedy=remedy) from None
        self.found, self._folder = Findings(path.name, locate(text)), path.resolve().parent
        known = {"schema", "languages", "colours", "fonts", *_TOP, *TABLES}
        for name in sorted(document.keys() - known):
            line = self.found.lines.table(name, 0) or self.found.lines.key("", 0, name)
            self.found.add(line, f"unknown table or key {name!r}", did_you_mean(name, known))
        if document.get("schema") != SCHEMA:
            self.note("", 0, "schema", f"must be {SCHEMA}", f"write: schema = {SCHEMA}")
        languages = document.get("languages", [])
        if not isinstance(languages, list) or not all(map(is_language, languages)):
            self.note("", 0, "languages", "must be a list of languages", 'write: languages = ["en", "zh"]')
            languages = []
        self._first = languages[0] if languages else ""
        given = {name: document[name] for name in _TOP if name in document}
        top = {name: self._value("", 0, name, Holds.TEXT, value) for name, value in given.items()}
        if top.get("image") and not str(top["image"]).startswith("https://"):
            self.note("", 0, "image", "is not an address", "services fetch it from https://…")
        made: dict[str, Any] = {name: value for name, value in top.items() if value}
        made |= {_TABLES[table].listed: tuple(self._table(table, document.get(table, []))) for table in TABLES}
        made["light"], made["dark"] = self._colours(self._keys("", "colours", document))
        made["families"], made["font"] = self._fonts(self._keys("", "fonts", document))
        self.edition = Edition(**made, languages=tuple(languages))

    def rows(self, table: str) -> Iterator[tuple[int, Any]]:
        """The records of a table, with their numbers in the file."""
        return enumerate(getattr(self.edition, _TABLES[table].listed))

    def note(self, table: str, number: int, key: str, what: str, remedy: str = "") -> Any:
        """Note what is wrong with a key, at its line; None, in the place of its value."""
        place = f"[[{table}]] {key}" if table in TABLES else f"[{table}] {key}" if table else key
        line = self.found.lines.key(table, number, key) or self.found.lines.table(key, 0)  # or the header itself
        self.found.add(line, what, remedy, place)

    def place(self, table: str, number: int, key: str) -> str:
        """File, line, table and key."""
        return f"{self.found.file}, line {self.found.lines.key(table, number, key)}, [[{table}]] {key}"

    def _table(self, table: str, content: object) -> Iterator[Any]:
        record = TABLES[table]
        keys = {one.name: one.metadata["holds"] for one in fields(record) if one.metadata}
        about = next(iter(keys))
        if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
            self.note("", 0, table, f"must be written as [[{table}]]")
            return
        seen = set[object]()
        for number, row in enumerate(content):
            for key in sorted(row.keys() - keys.keys() - {"said"}):
                self.note(table, number, key, f"unknown key {key!r}", did_you_mean(key, keys))
            values = {key: self._value(table, number, key, keys[key], row[key]) for key in row if key in keys}
            own = _TABLES[table].own
            said, edits = row.get("said"), values.get(own)
            if isinstance(said, dict) and isinstance(edits, dict):
                values[own] = {lang: text for lang, text in edits.items() if said.get(lang) != text}
            one = record(**{key: value for key, value in values.items() if value is not None})
            if not (ids := getattr(one, about)):
                self.note(table, number, about, f"{about!r} is missing", "say what it is about")
            elif ids in seen:
                self.note(table, number, about, f"{row[about]!r} is there twice", "write one table for it")
            seen.add(ids)
            yield one

    def _value(self, table: str, number: int, key: str, holds: Holds, value: Any) -> Any:
        """A key's value as the record has it; None where it is another than it may be, which is noted."""
        if holds is Holds.WORDS and (words := self._words(value)) is not None:
            given, of = len(value) if isinstance(value, dict) else 1, _TABLES[table]
            if of.kind and key == of.own and len(words) < given:
                self.note(table, number, key, "is empty", "write a name, or leave the line out")
            return words
        if holds is Holds.NOTES and isinstance(value, list):
            notes = [(one.get("at"), self._words(one.get("text"))) for one in value if isinstance(one, dict)]
            if len(notes) == len(value) and all(isinstance(at, str) and words for at, words in notes):
                return dict(notes)
        if holds is Holds.IDS and isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        if (holds is Holds.TEXT and isinstance(value, str)) or (holds is Holds.FLAG and isinstance(value, bool)):
            return value
        if holds is Holds.PLACE and type(value) is int and value >= 1:
            return value
        return self.note(table, number, key, f"must be {holds.value}")

    def _words(self, value: object) -> dict[str, str] | None:
        """Language -> text, without those that are empty. A bare text is in the first of the edition's languages."""
        if isinstance(value, str):
            value = {self._first or ("zh" if written_in_chinese(value) else "en"): value}
        if not isinstance(value, dict) or not all(is_language(a) and isinstance(b, str) for a, b in value.items()):
            return None
        return {lang: text.strip() for lang, text in value.items() if text.strip()}

    def _keys(self, within: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of a table that is not repeated; none where there is something else, which is noted."""
        keys = given.get(name, {})
        if isinstance(keys, dict):
            return keys
        self.note(within, 0, name, "must be a table", f"write: [{within}.{name}]" if within else f"write: [{name}]")
        return {}

    def _colours(self, given: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """Colours by role on paper and on dark paper; those that cannot be read there are noted."""
        found: dict[str, dict[str, str]] = {"light": {}, "dark": {}}
        places = {"": {key: value for key, value in given.items() if key not in found}}
        places |= {theme: self._keys("colours", theme, given) for theme in found}
        for theme, colours in places.items():
            table, known = ("colours", {"accent", *found}) if not theme else (f"colours.{theme}", _ROLES)
            for role, colour in colours.items():
                if role not in known:
                    self.note(table, 0, role, f"unknown colour {role!r}", did_you_mean(role, known))
                elif not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
                    self.note(table, 0, role, "must be a colour like #b3340f")
                elif theme:
                    found[theme][role] = colour
                else:
                    found["light"].setdefault("beyond", colour)
                    if contrast(colour, with_house(PRINTED["dark"], found["dark"]).paper) >= _TEXT:
                        found["dark"].setdefault("beyond", colour)
        for theme, colours in found.items():
            house = with_house(PRINTED[theme], colours)
            for one, ground, least in _CONTRASTS:
                reached = contrast(getattr(house, one), getattr(house, ground))
                if {one, ground} & colours.keys() and reached < least:
                    accent = theme == "light" and one == "beyond" and "beyond" not in places.get(theme, {})
                    table, role = ("colours", "accent") if accent else (f"colours.{theme}", one)
                    what = f"{getattr(house, one)} on {getattr(house, ground)} has a contrast of {reached:.1f} : 1"
                    self.note(table, 0, role, what, f"it takes {least} : 1 to be read")
        return found["light"], found["dark"]

    def _fonts(self, given: Mapping[str, Any]) -> tuple[str, Path | None]:
        for key in sorted(given.keys() - {"families", "file"}):
            self.note("fonts", 0, key, f"unknown key {key!r}", did_you_mean(key, ("families", "file")))
        families, file = given.get("families", ""), given.get("file", "")
        if not isinstance(families, str) or re.search(r"[<>{};]", families):
            families = self.note("fonts", 0, "families", 'must be fonts as CSS lists them, like "Georgia, serif"') or ""
        if not isinstance(file, str):
            file = self.note("fonts", 0, "file", "must be the name of a font file")
        if not file:
            return families, None
        try:
            refuse_special(font := self._folder / file)
        except (InputRefused, OSError) as error:
            what = error.what if isinstance(error, InputRefused) else "there is no such file"
            self.note("fonts", 0, "file", what, "name a font file, relative to the edition")
            return families, None
        return families, font


def with_edition(leaving: Outgoing, path: Path, con: duckdb.DuckDBPyConnection) -> tuple[Outgoing, EditedNames]:
    """What leaves as an edition shows it. Raises `InputRefused` with all that is wrong with the file."""
    reader = EditionReader(path)
    applied = _apply_edition(reader, leaving, con, named_stories(leaving))
    if wrong := reader.found.refusals():
        raise InputRefused.many(wrong)
    return applied


def check_edition(leaving: Outgoing, path: Path, con: duckdb.DuckDBPyConnection) -> CheckedEdition:
    """Hold an edition to its case. Raises `InputRefused` with all that is wrong with the file, and its warnings."""
    reader, known_stories = EditionReader(path), named_stories(leaving)
    changed, names = _apply_edition(reader, leaving, con, known_stories)
    warnings = tuple(_warnings(reader, leaving, changed, known_stories, names))
    if wrong := reader.found.refusals():
        remedy = "correct it, or leave it as it is"
        raise InputRefused.many([*wrong, *(InputRefused(f"warning: {one}", remedy=remedy) for one in warnings)])
    return CheckedEdition(warnings, {table: len([*reader.rows(table)]) for table in TABLES})


def named_stories(leaving: Outgoing) -> list[Story]:
    """All stories of a case that can be named: as they are published first, then those that are gathered in them."""
    together = stories(leaving)
    return [*together, *(one for one in single_stories(leaving) if one not in together)]


def _apply_edition(
    reader: EditionReader, leaving: Outgoing, con: duckdb.DuckDBPyConnection, known_stories: Sequence[Story]
) -> tuple[Outgoing, EditedNames]:
    """What leaves as the edition shows it; what is wrong with the file is noted in its reader."""
    _note_unknown(reader, leaving, known_stories)
    changed, names = edited_outgoing(leaving, reader.edition, con)

    _named_alike(reader, names)

    # Texts that name what the edition hides or calls otherwise.
    texts = [("", 0, name, getattr(reader.edition, name)) for name in _TOP]
    seen = {"story": ("headline", "dek", "alt", "annotations"), **{table: (one.own,) for table, one in _NAMED.items()}}
    for table, keys in seen.items():
        for number, one in reader.rows(table):
            for key in keys:
                for words in getattr(one, key).values():
                    every = [words] if isinstance(words, str) else words.values()
                    texts += [(table, number, key, text) for text in every]
    for table, number, key, text in texts:
        if (hidden := names.holds(text)) is not None:
            called = "leaves out" if hidden.hide else f"calls {hidden.name_in('en')!r}"
            reader.note(table, number, key, f"names {hidden.ref}, which this edition {called}", "say it otherwise")
    for table, (_, _, kind) in _NAMED.items():
        was, left = ({one["kind"] for one in shown.graph["nodes"]} for shown in (leaving, changed))
        if kind in was - left:
            reader.note(table, 0, "hide", f"every {table} is hidden, and nothing is left", "show one")
    return changed, names


def _named_alike(reader: EditionReader, names: EditedNames) -> None:
    """Notes a public name that is another's, in the case or in the edition: two would be taken for one."""
    for table, (_, key, kind) in _NAMED.items():
        public, of = dict[str, str](), dict[str, list[str]]()
        for (sort, ref), known in names.known.items():
            for name in known if sort == kind else ():
                of.setdefault(joined_words(name), []).append(ref)
        for number, one in reader.rows(table):
            for text in () if one.hide else getattr(one, key).values():
                others = of.get(joined_words(text), [])
                if others and one.id not in others:
                    reader.note(table, number, key, f"{text!r} is a name of {others[0]}", "choose another name")
                elif public.setdefault(joined_words(text), one.id) != one.id:
                    what = f"{text!r} is the name of {public[joined_words(text)]} here, too"
                    reader.note(table, number, key, what, "choose another name")


def _note_unknown(reader: EditionReader, leaving: Outgoing, known_stories: Sequence[Story]) -> None:
    """Notes ids that the case does not have, and what cannot go together."""
    edition, nodes = reader.edition, leaving.graph["nodes"]
    ids = {kind: {node["ref"] for node in nodes if node["kind"] == kind} for kind in ("party", "dataset", "release")}
    claims = {str(row["claim"]) for row in leaving.rows.get("claims", ()) if row.get("quote")}
    answered = {node["ref"] for node in nodes if node["reply_text"]}
    tables = (
        ("party", "id", ids["party"], "no party"),
        ("list", "id", ids["dataset"], "no list"),
        ("reply", "party", answered, "no answer of"),
        ("quote", "claim", claims, "no quote of"),
    )
    for table, key, known, lacks in tables:
        for number, one in reader.rows(table):
            given = getattr(one, key)
            if given and given not in known:
                reader.note(table, number, key, f"{lacks} {given!r}", did_you_mean(given, known))
    hidden = {one.id for one in edition.parties if one.hide}
    lists = {one.id for one in edition.lists if one.hide}
    places = [one.place for one in edition.stories]
    for number, edit in enumerate(edition.stories):
        if edit.place is not None and edit.place in places[:number]:
            reader.note("story", number, "place", f"place {edit.place} is there twice", "give each story its own")
        story = _story(edit, known_stories)
        if story is None:
            if edit.of:
                near = did_you_mean(" ".join(edit.of), [" ".join(one.names) for one in known_stories])
                reader.note("story", number, "of", f"no story of {' '.join(edit.of)!r}", near)
            continue
        refs = {one.ref for one in story.events}
        for at in sorted(edit.annotations.keys() - refs):
            reader.note("story", number, "annotations", f"{at!r} is not in this story", did_you_mean(at, refs))
        gone = sorted(hidden & set(story.named())) + sorted(lists & refs)
        changed = edit.place or edit.headline or edit.dek or edit.alt or edit.annotations
        if edit.hide or (gone and not changed):  # what an editor has not touched goes with whom it is about
            continue
        if gone:
            reader.note("story", number, "of", f"is about {', '.join(gone)}, which is hidden", "hide the story, too")
        lacking = [lang for lang in edition.languages if lang not in edit.alt and (edit.alt or lang not in LANGUAGES)]
        if lacking:
            reader.note("story", number, "alt", f"is missing in {', '.join(lacking)}", f'write: alt.{lacking[0]} = "…"')


def _story(edit: EditedStory, known_stories: Sequence[Story]) -> Story | None:
    """The story that is meant: of exactly these ids first, then of some of them."""
    exact = (one for one in known_stories if edit.of and set(edit.of) == set(one.names))
    return next(exact, None) or next((one for one in known_stories if edit.of and set(edit.of) <= set(one.names)), None)


def _warnings(
    reader: EditionReader, leaving: Outgoing, changed: Outgoing, known_stories: Sequence[Story], names: EditedNames
) -> Iterator[str]:
    """Where an edited headline or sentence says more than its finding, each with the finding's own words; and what an
    editor would miss: texts that no reader sees, stories and parties of which the file says nothing."""
    edition, file, after = reader.edition, reader.found.file, named_stories(changed)
    was = {names.value("", node["ref"]): node["ref"] for node in leaving.graph["nodes"]}
    for ids in dict.fromkeys(
        tuple(was.get(ref, ref) for ref in one.names)
        for shows in (replace(leaving, edition=edition), changed)
        for one in stories(shows)[:1]
    ):
        if not any(one.of and set(one.of) <= set(ids) for one in edition.stories):
            yield f"{file}: the first story is none of this file; write for it: [[story]] of = {toml_value(list(ids))}"
    called = {node["ref"]: {node["label"]} for node in leaving.graph["nodes"] if node["kind"] == "party"}
    for ref, known in called.items():
        known |= {leaving.names_in(lang).parties.get(ref, ref) for lang in LANGUAGES}
        known |= {text for one in names.found if one.ref == ref and not one.hide for text in one.public.values()}
    for number, edit in enumerate(edition.stories):
        story = _story(edit, known_stories)
        if story is None or edit.hide:
            continue
        if _story(changed.edition.stories[number], after) is None:
            yield f"{reader.place('story', number, 'of')}: with what is hidden, this finding is not a story any more"
        yield from _unseen_texts(reader, number, edit)
        for key in ("headline", "dek"):
            for lang, text in getattr(edit, key).items():
                voice = Voice(
                    lang if lang in LANGUAGES else "en", leaving.names_in(lang if lang in LANGUAGES else "en")
                )
                headline = headline_of(story, voice, edited=False)
                whole_said = f"{headline}. {sentences(story.sure, voice)}"
                others = {name: ref for ref, known in called.items() if ref not in story.named() for name in known}
                here = {name for ref in story.named() for name in called.get(ref, ())}
                place, own = reader.place("story", number, key), headline if key == "headline" else ""
                for what in _beyond_finding(text, lang, own, whole_said, others, here):
                    yield f"{place}.{lang}: {what}\n  the edit:   {text}\n  the finding: {whole_said}"
    for node in leaving.graph["nodes"]:
        if node["kind"] == "party" and node["ref"] not in {one.ref for one in names.found}:
            one = names.holds(node["ref"], *sorted(called[node["ref"]]))
            if one is not None:
                what = f"party {node['ref']} ({node['label']}) is called like {one.ref} and goes with it"
                yield f"{file}: {what}; where it is another, change its name or hide it in a [[party]] of its own"


def _unseen_texts(reader: EditionReader, number: int, edit: EditedStory) -> Iterator[str]:
    """Texts that are missing in a language of the output, in a language that no reader sees, or too long."""
    texts = {"headline": edit.headline, "dek": edit.dek, "alt": edit.alt}
    texts |= {f"annotations, at {at}": words for at, words in edit.annotations.items()}
    own_language = reader.edition.own_language
    for key, words in texts.items():
        place = reader.place("story", number, key.partition(",")[0]) + "".join(key.partition(",")[1:])
        lacking = [lang for lang in reader.edition.languages or LANGUAGES if words and lang not in words]
        if lacking and not (key == "alt" or own_language in words):
            yield f"{place}: not written in {', '.join(lacking)}, where readers see the tool's own words"
        lost = sorted(words.keys() - {*LANGUAGES, own_language})
        if lost and (key != "alt" or words.keys() & {*LANGUAGES, own_language}):
            first = f"languages = {toml_value(lost[:1])}"
            yield f"{place}: readers do not see it in {lost[0]}; put {lost[0]} first: {first}"
    if any(len(text) > _LONGEST for text in edit.headline.values()):
        yield f"{reader.place('story', number, 'headline')}: has more than {_LONGEST} characters; make it shorter"


def _beyond_finding(
    text: str, lang: str, headline: str, said: str, others: Mapping[str, str], here: set[str]
) -> Iterator[str]:
    doubts = _DOUBTS.get(lang)
    if doubts is not None and (doubt := doubts.search(headline)) and not doubts.search(text):
        yield f"leaves out {doubt[0]!r}"
    blame = _BLAME.get(lang)
    if blame is not None and (word := blame.search(text)):
        yield f"{word[0]!r} accuses; no finding does"
    new = sorted(_numbers(text, here) - _numbers(said, set()))
    if new:
        yield f"{', '.join(new)} is not a number of the finding"
    sought = [name for name in others if name not in here and len(name) > 1]
    found = NameFinder(sought).find(text) if sought else []
    if found:
        yield f"names {text[found[0].start : found[0].end]}, who is not in the finding"


def _numbers(text: str, names: set[str]) -> set[str]:
    """Numbers of a text, in figures or in words; those within names are none."""
    for name in names:
        text = text.replace(name, " ")
    words = re.findall(r"[a-z]+|[一-鿿]", text.lower())
    spelled = {_NUMERALS[one] for one in words if one in _NUMERALS}
    return spelled | {one.replace(",", "") for one in _NUMBER.findall(text)}


def write_edition(leaving: Outgoing, path: Path) -> None:
    """Write a first edition: all stories, parties and lists that exports show, in the tool's own words.

    Raises `InputRefused`: the file is there already.
    """
    if path.exists() or path.is_symlink():  # a link that leads nowhere is somebody's too
        raise InputRefused("there is one already", where=str(path), remedy="name another file")
    write_whole(("\n".join(_new(leaving)) + "\n").encode(), path)


def _new(leaving: Outgoing) -> Iterator[str]:
    voices = {lang: Voice(lang, leaving.names_in(lang)) for lang in LANGUAGES}
    yield "# What a publication shows. Change what is in quotes; what stays as it is, the tool says in its own words."
    yield f"# Then: tracer edition check FILE, and tracer export … --edition FILE\nschema = {SCHEMA}"
    yield '# languages = ["de"]  # where texts are in a language that is neither en nor zh: it is the one that is shown'
    for name, one in _TOP.items():
        yield f"{name} = {toml_value(leaving.title if name == 'title' else '')}  # {one.metadata['says']}"
    yield '\n# [colours]\n# accent = "#b3340f"  # beyond permission; more in [colours.light], [colours.dark]'
    yield '# [fonts]\n# families = "Georgia, serif"\n# file = "house.ttf"  # for pictures and PDFs'
    for story in stories(leaving):
        said = {lang: headline_of(story, voice) for lang, voice in voices.items()}
        sure = [f"# {lang}: {sentences(story.sure, voice)}" for lang, voice in voices.items()]
        at = ", ".join(dict.fromkeys(one.ref for one in story.events))
        more = [*sure, f'# annotations = [{{ at = "…", text = "…" }}]  # at one of: {at}']
        yield from _entry("story", {"of": list(story.names)}, said, more)
    nodes = leaving.graph["nodes"]
    for table, (_, _, kind) in _NAMED.items():
        for node in nodes:
            if node["kind"] == kind and not node["protected"]:
                ref, known = node["ref"], (leaving.names_in(lang) for lang in LANGUAGES)
                titles = [one.parties if table == "party" else one.lists for one in known]
                said = {lang: one.get(ref, node["label"]) for lang, one in zip(LANGUAGES, titles, strict=True)}
                yield from _entry(table, {"id": ref}, said)
    for node in nodes:
        if node["reply_text"] and not node["protected"]:
            yield from _entry("reply", {"party": node["ref"]}, node["reply_text"])
    for row in leaving.rows.get("claims", ()):
        if row.get("quote"):
            yield from _entry("quote", {"claim": row["claim"]}, str(row["quote"]))


def _entry(
    table: str, about: Mapping[str, Any], said: Mapping[str, str] | str, more: Sequence[str] = ()
) -> Iterator[str]:
    """One table: what it is about, what the tool says, and each key of its record, to be changed."""
    yield f"\n[[{table}]]"
    yield from (f"{key} = {toml_value(value)}" for key, value in about.items())
    written = {f".{lang}": text for lang, text in said.items()} if isinstance(said, Mapping) else {"": said}
    yield from (f"said{lang} = {toml_value(text)}" for lang, text in written.items())
    for one in (one for one in fields(TABLES[table]) if one.metadata):
        says, holds = one.metadata["says"], one.metadata["holds"]
        if one.name in about or holds is Holds.NOTES:
            continue
        if holds is Holds.WORDS:
            own = said if one.name == _TABLES[table].own and isinstance(said, Mapping) else {}
            for lang in LANGUAGES:
                comment = f"  # {says}" if lang == LANGUAGES[0] else ""
                yield f"{one.name}.{lang} = {toml_value(own.get(lang, ''))}{comment}"
        else:
            yield f"{one.name} = false  # {says}" if holds is Holds.FLAG else f"# {one.name} = 1  # {says}"
    yield from more


def refuse_names(files: Mapping[str, bytes], names: EditedNames) -> None:
    """Raises `InputRefused` where a finished file still names who is hidden or renamed, with each place."""
    from tracer.export.tool_words import tool_words_among

    found = dict.fromkeys(
        (text.where if text.where.startswith(file) else f"{file}: {text.where}", name)
        for file, content in (files.items() if names else ())
        for text in texts_in(file, content)
        if text.running  # packed bytes and drawing operators hold any letters
        for name in names.names_in(text.content)
        if not tool_words_among([name])
    )
    if found:
        remedy = "nothing was written; say it otherwise in the edition, or where the case says it"
        raise InputRefused.many(
            InputRefused(f"still says {name!r}, which the edition hides or calls otherwise", where=where, remedy=remedy)
            for where, name in found
        )
