"""`tracer release`: one marked copy per recipient. The register is committed first; a failure leaves nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.lists.write.model import PartEdit, Template, places
from tracer.marking.canary.persons import enter_persons
from tracer.marking.detection.gate import Verdict, examined, refuse_detectable
from tracer.marking.persona.source_list import SourceList, read_source_list
from tracer.marking.register import REGISTER, committed_root
from tracer.marking.release.choosing import draw_name, enter
from tracer.marking.release.design import DENIED
from tracer.marking.release.drawing import Drawn, Planned, draw_copies, forms_of, prepared
from tracer.marking.release.earlier import compared_with_earlier
from tracer.marking.release.file_names import add_to_key, refuse_key
from tracer.marking.release.identities import erase, reserve
from tracer.marking.release.reachable import as_handed_out, unreachable_rows
from tracer.marking.release.request import ReleaseRequest, refuse_request
from tracer.marking.release.withholding import EVERYBODY, enter_withheld, with_design
from tracer.meter import SILENT, Meter


@dataclass(frozen=True)
class Copy:
    """One copy that was written: the row that the command prints."""

    release: str
    recipient: str
    path: str
    """Absolute."""
    rows: int
    commitment: str
    """Root of the register, hexadecimal."""
    canaries: int
    withheld: int
    notes: tuple[str, ...]
    """What the copies could not keep of the source, and what may give their canaries away."""
    verdict: Verdict
    """What an attacker gains by the looks of the call's canaries."""

    def to_json(self) -> dict[str, object]:
        """The row as the contract has it."""
        return {
            "release": self.release, "recipient": self.recipient, "path": self.path, "rows": self.rows,
            "commitment": self.commitment, "canaries": self.canaries, "withheld": self.withheld,
            **self.verdict.figures(),
        }  # fmt: skip


def release_copies(case: Case, request: ReleaseRequest, meter: Meter = SILENT) -> list[Copy]:
    """Draw canaries, commit the register, write the copies. Call it outside a transaction.

    Raises `InputRefused` with nothing kept or written: a recipient named twice, too few identities (it says how many
    are missing), canaries that can be told from ordinary rows, purged contents, a source that cannot be copied.
    """
    con = case.con
    source = as_handed_out(con, read_source_list(con, request.dataset), request)
    request = with_design(con, source, request)
    refuse_request(con, request)
    refuse_key(request.folder)
    earlier = compared_with_earlier(con, source, request.recipients)
    earlier = tuple(line for line in earlier if not meter.tell(line))
    meter.begin("canaries for each copy")
    source, template, identities = prepared(case, source, request, meter)
    drawn = draw_copies(case, source, request, template, identities)
    meter.begin("what would give them away")
    forms, withholds = forms_of(template, source), bool(request.design.withhold)
    found = examined(con, source, drawn.planted, identities.canaries, forms, withholds=withholds)
    verdict = found.verdict
    if not request.accept_detectable:
        refuse_detectable(found, source.id)
    commitment = _register(case, source, request, drawn, verdict.figures()["gives_away"])
    planned = drawn.copies
    meter.begin("the copies")
    try:
        digests = _write(template, planned, drawn.edits)
        total = sum(part.rows for part in source.whole or source.parts)
        written = [
            (digest, total + sum(len(part.added) - len(part.removed) for part in edit.values()))
            for digest, edit in zip(digests, drawn.edits, strict=True)
        ]
        with case.transaction():
            for copy, (digest, rows) in zip(planned, written, strict=True):
                con.execute(
                    "UPDATE release SET path = $path, sha256 = $sha256, rows = $rows WHERE id = $id",
                    {"path": str(copy.path), "sha256": digest, "rows": rows, "id": copy.release},
                )
            case.journal.append(
                command="release written",
                inputs={source.id: source.sha256},
                detail={copy.release: digest for copy, (digest, _) in zip(planned, written, strict=True)},
            )
    except BaseException:
        for copy in planned:
            copy.path.unlink(missing_ok=True)
        with case.transaction():
            erase(con, [copy.release for copy in planned])
            case.journal.append(command="release withdrawn", result=commitment, detail={"reason": "not written"})
        raise
    key = add_to_key(
        request.folder,
        [(one.recipient, one.path.name, one.release, sha) for one, sha in zip(planned, digests, strict=True)],
    )
    notes = (
        key, *_withheld(request, drawn), *earlier, *template.notes, *identities.left_out, *_unreachable(source),
        *_invented(drawn), *_of_choices(drawn, source), *_conspicuous(drawn, source), *lending(drawn), verdict.note(),
    )  # fmt: skip
    return [
        Copy(
            copy.release, copy.recipient, str(copy.path), rows, commitment, len(copy.canaries), len(gone), notes,
            verdict,
        )
        for copy, gone, (_, rows) in zip(planned, drawn.withheld.of_copy, written, strict=True)
    ]  # fmt: skip


def _withheld(request: ReleaseRequest, drawn: Drawn) -> tuple[str, ...]:
    """That copies lack people, who get nothing that is sent by them."""
    if not request.design.withhold:
        return ()
    most = max(map(len, drawn.withheld.of_copy))
    return (
        f"each copy lacks other rows, up to {most:,}, so that it can be named when copies are compared; {EVERYBODY}",
    )


def _unreachable(source: SourceList) -> tuple[str, ...]:
    count = sum(map(len, unreachable_rows(source).values()))
    return (f"{count:,} rows without number or address are in no copy",) if count else ()


def _invented(drawn: Drawn) -> tuple[str, ...]:
    """That persons were made for the list, so that nothing will ever call or write."""
    if drawn.persons is None or not drawn.rows:
        return ()
    return (
        f"the list has neither numbers nor mail addresses: its {len(drawn.rows)} canaries are invented persons, known"
        " by the list's own key; only a loaded list can show them",
    )


def lending(drawn: Drawn) -> tuple[str, ...]:
    """How many identities more it costs to give canaries second numbers and addresses."""
    count = sum(map(len, drawn.lent.values()))
    if not count:
        return ()
    return (f"second numbers and addresses of canaries, as the list's rows have, use up further identities: {count}",)


def _of_choices(drawn: Drawn, source: SourceList) -> tuple[str, ...]:
    return () if drawn.choices is None else drawn.choices.notes(source.main.rows)


def _conspicuous(drawn: Drawn, source: SourceList) -> tuple[str, ...]:
    """A warning where the list's order leaves canaries no place but the end."""
    places = [source.in_copies(row).before for row in drawn.rows.values()]
    if len(places) > 1 and min(places) > source.main.rows:
        return ("the list is sorted by ids without gaps: its canaries are at the end, where they are easily found",)
    return ()


def _register(case: Case, source: SourceList, request: ReleaseRequest, drawn: Drawn, accepted: object) -> str:
    """Commit who gets which canary where, and what each lacks; returns the root."""
    con, main = case.con, source.main.part
    planned = drawn.copies
    draw = draw_name([copy.release for copy in planned])
    design = {"draw": draw, "format": source.main.format, **asdict(request.design)}
    if request.design.withhold:
        design |= {"denied": DENIED, "part": drawn.withheld.seed.hex()}
    if request.without:
        design["without"] = list(request.without)
    if request.only_reachable:
        design["only_reachable"] = True
    places_of = [
        (copy.release, no, place[main, i])
        for copy, edit in zip(planned, drawn.edits, strict=True)
        for place in (places(edit),)
        for i, no in enumerate(copy.canaries)
    ]
    with case.transaction():
        for copy in planned:
            terms = request.terms_of(copy.recipient)
            con.execute(
                "INSERT INTO release (id, dataset, recipient, date, ends, purpose, use_basis, drawn, design, evidence,"
                " registered_at) VALUES ($id, $dataset, $to, $day, $ends, $purpose, $basis, true, $design, $evidence,"
                " $at)",
                {
                    "id": copy.release, "dataset": source.id, "to": copy.recipient, "day": terms.day,
                    "ends": terms.ends, "purpose": terms.purpose, "basis": terms.use_basis,
                    "design": json.dumps(design, sort_keys=True), "evidence": list(request.evidence), "at": now(),
                },
            )  # fmt: skip
        if drawn.persons is not None:
            kinds = {item.identity.no: "reserve" if item.scheme == "reserve" else "canary" for item in drawn.allotted}
            enter_persons(con, drawn.persons, kinds, [item.identity for item in drawn.allotted])
        reserve(con, source, draw, drawn.allotted, drawn.rows, places_of, drawn.lent)
        ids = [copy.release for copy in planned]
        if drawn.contacts is not None:
            enter_withheld(con, ids, drawn.withheld.of_copy, drawn.contacts)
        enter(con, draw, drawn.choices)
        commitment = committed_root(con, case.secret(REGISTER), draw)
        con.execute(
            "UPDATE release SET commitment = $root WHERE id IN (SELECT unnest($ids))", {"root": commitment, "ids": ids}
        )
        case.journal.append(
            command="release", inputs={source.id: source.sha256}, result=commitment,
            detail={
                **({"without": list(request.without)} if request.without else {}),
                **({"only_reachable": True} if request.only_reachable else {}),
                "releases": ids, "draw": draw, "canaries": len(drawn.rows),
                "withheld": sum(len(gone) for gone in drawn.withheld.of_copy),
                **({"detectable": accepted} if accepted else {}),
            },
        )  # fmt: skip
    return commitment


def _write(template: Template, planned: Sequence[Planned], edits: Sequence[Mapping[int, PartEdit]]) -> list[str]:
    """Write all copies next to their places and rename them when all are there; the SHA-256 of each."""
    drafts: list[tuple[Path, Path]] = []
    digests = []
    try:
        for copy, edit in zip(planned, edits, strict=True):
            copy.path.parent.mkdir(parents=True, exist_ok=True)
            content = template.render(edit)
            draft = copy.path.with_name(f".{copy.path.name}.{os.getpid()}.part")
            drafts.append((draft, copy.path))
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            digests.append(hashlib.sha256(content).hexdigest())
        for draft, path in drafts:
            draft.rename(path)
    except OSError as error:
        raise InputRefused(
            f"the copies cannot be written ({error.strerror})", where=str(error.filename or planned[0].path.parent),
            remedy="name another folder with -o",
        ) from error  # fmt: skip
    except UnicodeEncodeError as error:
        raise InputRefused(
            f"a planted record needs {error.object[error.start : error.end]!r}, which {error.encoding} has not",
            where=planned[0].path.name,
            remedy="save the list as UTF-8, load that and release it",
        ) from error
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
    return digests
