"""What is taken away from a case: graph, findings, report, figures, documents, and a folder to hand over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypedDict, Unpack

from tracer.errors import UsageError
from tracer.export.looks import FONTS, THEMES
from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.arguments import AnyPath, FilePath, FolderPath, Option, StreamPath, with_fields
from tracer.library.base import CasePart

with imported_when_used():
    from tracer.export.choice import ExportChoice
    from tracer.export.formats import files_of, format_of, what_leaves
    from tracer.publish import Prepared, Wanted, journal, prepare, publish
    from tracer.publish.editions import CheckedEdition, check_edition, write_edition
    from tracer.publish.handover import WrittenHandover, hand_over
    from tracer.wording import say


USUAL: Mapping[str, str] = {"graph": "html", "findings": "json", "report": "html", "figure": "svg", "evidence": "zip"}
"""What can be exported → the format where none is asked for."""


@dataclass(frozen=True)
class Exported:
    """What left, or would leave."""

    paths: tuple[Path, ...]
    """The files that were written, in order; none of a preview, and where no path was given."""
    files: Mapping[str, bytes] = field(repr=False)
    """Their contents: ending of the file's stem → bytes; the ending is empty where there is one file."""
    preview: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What a preview lists, as pairs of what leaves and how much of it."""
    warning: str = ""
    """That the findings are not up to date; empty where they are."""
    note: str = ""
    """How much the part that was chosen leaves out; empty where all is there."""

    @property
    def content(self) -> bytes:
        """The contents of the one file.

        Raises `UsageError`: the format is several files.
        """
        if len(self.files) != 1:
            raise UsageError(f"the format is {len(self.files)} files", remedy="read them from `files`")
        return next(iter(self.files.values()))


class PictureChoice(TypedDict, total=False):
    """Which part of the graph is exported, and how a picture of it looks."""

    chain: Annotated[
        int | str,
        Option("Only this chain: its number in a query, the list where it ends, FROM..TO.", "CHAIN", default=""),
    ]
    party: Annotated[str, Option("Only what touches this party: id or name.", "NAME", default="")]
    finding: Iterable[str] | None
    grade: Annotated[str, Option("Only edges of this grade and better: G2.", "G", default="")]
    width: Annotated[int | str, Option("Width of a published picture: pixels (660) or paper (85mm).", "W", default="")]
    portrait: Annotated[bool, "A picture that is taller than wide."]
    title: Annotated[str, Option("The title of a picture or page.", default="")]
    subtitle: Annotated[str, Option("A line below the title of a picture.", default="")]
    source: Annotated[str, Option("The source line of a picture.", default="")]
    theme: Annotated[str, Option("Its colours; grey: for print.", words=THEMES, default="light")]
    highlight: Annotated[str | Iterable[str], Option("Show this strongly in a picture.", "ID")]
    embed: Annotated[str, Option("", default="")]
    fonts: Annotated[
        str, Option("Letters of an SVG: a font in it (if small), outlines, or names.", words=FONTS, default="")
    ]
    audience: Annotated[str, Option("", default="")]
    image: Annotated[str, Option("", default="")]


class Exporting(CasePart):
    """The exports of a `Case`: numbers masked, protected parties under a pseudonym, looked through, journaled."""

    @with_fields(PictureChoice)
    def export(
        self,
        what: str,
        *,
        to: str | None = None,
        path: AnyPath | None = None,
        of: str | Iterable[str] = (),
        lang: str | None = None,
        reveal: str | None = None,
        font: Annotated[FilePath | None, "A font file for pictures and PDFs; found on this machine otherwise."] = None,
        preview: Annotated[bool, "List what would leave, and write nothing."] = False,
        with_sources: Annotated[bool, "Show protected sources, under pseudonyms; journaled."] = False,
        words: str | None = None,
        check_reply: Annotated[bool, "Refuse headlines that name a party that was not asked for a reply."] = False,
        unasked_because: Annotated[
            str | None, Option("Why such a party is named; journaled and in the file.", "WHY")
        ] = None,
        edition: Annotated[FilePath | None, Option("What a publication shows: tracer edition.", "FILE")] = None,
        **choice: Unpack[PictureChoice],
    ) -> Exported:
        """Export the graph, findings, report, a figure or documents.

        what: `graph`, `findings`, `report`, `figure` (of: its kind, then ids: `("waterfall", "d1", "d7")`) or
        `evidence` (of: ids). to: a format of `tracer help exports`. path: the file; without one the contents are
        returned, which is journaled as well. lang: `en` or `zh`. reveal: the reason why numbers leave in clear.
        words: language of the warning; not public.

        A part of the graph, in any of its formats and for figures: chain, party, finding (the two ids of `why`), grade;
        `note` of what is returned says how much is left out. The page: embed, `story` or `graph` alone, for the frame
        of another page; audience, `readers` for one without the part for experts and without ids; image, the address of
        the picture that services show for a link to it. fonts: `embed` (usual where they are small), `outline`, `none`.
        theme: `light`, `dark` or `grey`.

        Raises `UsageError`: no such noun or format, an id that a figure cannot be of or that the case does not have, a
        reason that is none, a choice that means nothing in the format; `InputRefused`: something must not leave; each
        place is named, and nothing is written.

        >>> case.export("findings", to="json").content[:1]
        b'{'
        """
        noun = read.one_of(what, USUAL, "what")
        to = to or USUAL[noun]
        format_of(noun, to)
        spoken, target = read.language(lang or "en"), read.path_or_none(path)
        chosen = read.plain(PictureChoice, choice)
        chosen |= {name: str(chosen[name]) for name in ("chain", "width")} | {"finding": read.texts(chosen["finding"])}
        wanted = Wanted(
            to,
            noun,
            spoken,
            of=read.texts(of),
            font=read.path_or_none(font),
            reason=reveal,
            choice=ExportChoice(**chosen),
            stem="" if target is None or str(target) == "-" else target.stem,
            with_sources=with_sources,
            check_reply=check_reply,
            unasked_because=unasked_because,
            edition=read.path_or_none(edition),
        )
        with self._access.reading() as store:
            prepared = prepare(store, wanted)
            warning = prepared.leaving.not_up_to_date(read.language(words or spoken))
            note = _narration(prepared, read.language(words or spoken))
            if preview:
                return Exported((), prepared.files, _preview(prepared, target), warning, note)
            if target is None:
                if len(prepared.files) > 1:
                    raise UsageError(
                        f"{to} is {len(prepared.files)} files and cannot go to stdout", where="-o", remedy="name a file"
                    )
                journal(store, prepared, [Path("-")])
                return Exported((), prepared.files, warning=warning, note=note)
            return Exported(tuple(publish(store, prepared, target)), prepared.files, warning=warning, note=note)

    def edition_new(self, file: StreamPath) -> Path:
        """Write a first edition, with every story, party and list in the tool's own words, to change in a text editor.

        Nothing is overwritten. As it is written, it changes nothing.

        Raises `InputRefused`: the file is there already.

        >>> case.edition_new(work / "edition.toml").name
        'edition.toml'
        """
        with self._access.reading() as store:
            write_edition(prepare(store, Wanted("json")).leaving, read.path(file))
        return read.path(file)

    def edition_check(self, file: FilePath) -> CheckedEdition:
        """Check an edition: all mistakes at once, each with its line (exit code 3).

        Warns where an edited headline says more than its finding, with the finding's own words; warnings do not refuse.

        Raises `InputRefused`: what is wrong with the file, all of it at once.

        >>> case.edition_check(case.edition_new(work / "checked.toml")).warnings
        ()
        """
        with self._access.reading() as store:
            return check_edition(prepare(store, Wanted("json")).leaving, read.path(file), store.con)

    def hand_over(
        self,
        folder: Annotated[FolderPath, Option("The new folder.", name="-o --output")],
        *,
        reveal: str | None = None,
        lang: str = "en",
        words: str = "en",
    ) -> WrittenHandover:
        """Write a folder to hand over: journal, findings, hashes of all originals, registers, time stamps, and
        verify.py.

        verify.py needs Python and nothing else: no tracer, no key. Lines of the journal that name a protected party are
        withheld; their hashes still link. `tracer anchor print` gives the head that makes it worth something.

        In Python, reveal: the reason why the originals themselves go along, in clear; lang: of the README; words: of
        the sentences in what programs read. Raises `InputRefused`: the folder is in use, the journal is damaged, or
        something must not leave.

        >>> case.hand_over(work / "handed-over").clear
        0
        """
        with self._access.reading() as store:
            return hand_over(
                store, read.path(folder), reason=reveal, lang=read.language(lang), words=read.language(words)
            )


def _narration(prepared: Prepared, lang: str) -> str:
    """How much is left out, and what else is to be known of the files."""
    of_files = [say(said, lang) for said in (prepared.said, prepared.short) if said is not None]
    leaving = prepared.leaving
    return "\n".join(filter(None, (leaving.part_said(lang), *leaving.edits_said(lang), *of_files)))


def _preview(prepared: Prepared, target: Path | None) -> tuple[tuple[str, str], ...]:
    wanted = prepared.wanted
    usual = Path(f"{wanted.noun}{format_of(wanted.noun, wanted.to).suffix}")
    names = [file.name for file in files_of(prepared.files, usual if str(target or "-") == "-" else target or usual)]
    found = f"{len(prepared.revealed)} numbers or names of the case in clear" if wanted.reason else "nothing found"
    return (*what_leaves(prepared.leaving, prepared.files, names), ("scan", found))
