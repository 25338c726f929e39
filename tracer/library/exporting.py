"""What is taken away from a case: graph, findings, report, figures, documents, and a folder to hand over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import UsageError
from tracer.library.arguments import AnyPath, language, one_of, path, path_or_none, texts
from tracer.library.base import CasePart

if TYPE_CHECKING:
    from tracer.publish import Prepared
    from tracer.publish.editions import CheckedEdition
    from tracer.publish.handover import WrittenHandover

USUAL: Mapping[str, str] = {
    "graph": "html", "findings": "json", "report": "html", "figure": "svg", "evidence": "zip",
}  # fmt: skip
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

        Raises:
            UsageError: the format is several files.
        """
        if len(self.files) != 1:
            raise UsageError(f"the format is {len(self.files)} files", remedy="read them from `files`")
        return next(iter(self.files.values()))


class Exporting(CasePart):
    """The exports of a `Case`: numbers masked, protected parties under a pseudonym, looked through, journaled."""

    def export(
        self, what: str, *, to: str | None = None, path: AnyPath | None = None, of: str | Iterable[str] = (),
        lang: str | None = None, reveal: str | None = None, font: AnyPath | None = None, preview: bool = False,
        with_sources: bool = False, words: str | None = None,
        chain: int | str = "", party: str = "", finding: Iterable[str] | None = None,
        grade: str = "", width: int | str = "", portrait: bool = False, title: str = "", subtitle: str = "",
        source: str = "", theme: str = "light", highlight: str | Iterable[str] = (), embed: str = "",
        fonts: str = "", audience: str = "", image: str = "", check_reply: bool = False,
        unasked_because: str | None = None, edition: AnyPath | None = None,
    ) -> Exported:  # fmt: skip
        """Export the graph, findings, report, a figure or documents.

        what: `graph`, `findings`, `report`, `figure` (of: its kind, then ids: `("waterfall", "d1", "d7")`) or
        `evidence` (of: ids). to: a format of `tracer help exports`. path: the file; without one the contents are
        returned, which is journaled as well. lang: `en` or `zh`. reveal: the reason why numbers leave in clear.
        font: a font file for pictures and PDFs. preview: say what would leave, and write nothing. with_sources: show
        protected sources in graph, figure and report, under pseudonyms; journaled. words: language of the warning; not
        public.

        A part of the graph, in any of its formats and for figures: chain, its number in the query `resale-chains`, the
        list or party where it ends, or `"FROM..TO"`; party, an id or a name; finding, the two ids of `why`; grade, the
        least one. `note` of what is returned says how much is left out.
        Pictures: width, at which one is published, in pixels or as in `85mm`; portrait; title, subtitle and source in
        place of the tool's own; theme, `light`, `dark` or `grey`; highlight, ids or names.
        fonts: of an SVG, `embed` (usual where they are small), `outline` or `none`.
        The page: embed, `story` or `graph` alone, for the frame of another page; audience, `readers` for one without
        the part for experts and without ids; image, the address of the picture that services show for a link to it.
        check_reply: write nothing whose headlines name a party that was not asked. unasked_because: why such a party
        is named nevertheless; journaled, and said in the file.
        edition: a file that says what a publication shows (`edition_new`): not of `evidence`.

        Raises:
            UsageError: no such noun or format, an id that a figure cannot be of or that the case does not have, a
                reason that is none, a choice that means nothing in the format.
            InputRefused: something must not leave; each place is named, and nothing is written.

        >>> case.export("findings", to="json").content[:1]
        b'{'
        """
        from tracer.export.choice import ExportChoice
        from tracer.export.formats import format_of
        from tracer.publish import Wanted, journal, prepare, publish

        noun = one_of(what, USUAL, "what")
        to = to or USUAL[noun]
        format_of(noun, to)
        spoken = language(lang or "en")
        choice = ExportChoice(
            str(chain),
            party,
            texts(finding),
            grade,
            str(width),
            portrait,
            title,
            subtitle,
            source,
            theme,
            texts(highlight),
            embed,
            audience,
            image,
            fonts,
        )
        target = path_or_none(path)
        stem = "" if target is None or str(target) == "-" else target.stem
        wanted = Wanted(
            to,
            noun,
            spoken,
            texts(of),
            path_or_none(font),
            reveal,
            choice,
            stem,
            with_sources,
            check_reply,
            unasked_because,
            path_or_none(edition),
        )
        with self._access.reading() as store:
            prepared = prepare(store, wanted)
            warning = prepared.leaving.not_up_to_date(language(words or spoken))
            note = _said(prepared, language(words or spoken))
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

    def edition_new(self, file: AnyPath) -> Path:
        """Write a first edition: all stories, parties and lists that exports show, in the tool's own words, to change.

        Raises:
            InputRefused: the file is there already.

        >>> case.edition_new(work / "edition.toml").name
        'edition.toml'
        """
        from tracer.publish import to_edit
        from tracer.publish.editions import write_edition

        with self._access.reading() as store:
            write_edition(to_edit(store), path(file))
        return path(file)

    def edition_check(self, file: AnyPath) -> CheckedEdition:
        """Check an edition; `warnings` say where an edit says more than the finding, with the finding's own words.

        Raises:
            InputRefused: what is wrong with the file, all of it at once.

        >>> case.edition_check(case.edition_new(work / "checked.toml")).warnings
        ()
        """
        from tracer.publish import to_edit
        from tracer.publish.editions import check_edition

        with self._access.reading() as store:
            return check_edition(to_edit(store), path(file), store.con)

    def hand_over(
        self, folder: AnyPath, *, reveal: str | None = None, lang: str = "en", words: str = "en"
    ) -> WrittenHandover:
        """Write a folder to hand over: journal, findings, hashes of all originals, registers, stamps, and verify.py.

        folder: new or empty. reveal: the reason why the originals themselves go along, in clear. lang: of the README;
        words: of the sentences in what programs read.

        Raises:
            InputRefused: the folder is in use, the journal is damaged, or something must not leave.

        >>> case.hand_over(work / "handed-over").clear
        0
        """
        from tracer.publish.handover import hand_over

        with self._access.reading() as store:
            return hand_over(store, path(folder), reason=reveal, lang=language(lang), words=language(words))


def _said(prepared: Prepared, lang: str) -> str:
    """How much is left out, and what else is to be known of the files."""
    from tracer.wording import say

    of_files = [say(said, lang) for said in (prepared.said, prepared.short) if said is not None]
    leaving = prepared.leaving
    return "\n".join(filter(None, (leaving.part_said(lang), *leaving.edits_said(lang), *of_files)))


def _preview(prepared: Prepared, target: Path | None) -> tuple[tuple[str, str], ...]:
    from tracer.export.formats import files_of, format_of, what_leaves

    wanted = prepared.wanted
    usual = Path(f"{wanted.noun}{format_of(wanted.noun, wanted.to).suffix}")
    names = [file.name for file in files_of(prepared.files, usual if str(target or "-") == "-" else target or usual)]
    found = f"{len(prepared.revealed)} numbers or names of the case in clear" if wanted.reason else "nothing found"
    return (*what_leaves(prepared.leaving, prepared.files, names), ("scan", found))
