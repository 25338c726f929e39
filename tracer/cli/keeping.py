"""`list`, `edit` and `remove` of what people said: parties, evidence, claims, relations, replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli.dates import DAY
from tracer.cli.rows import print_records
from tracer.cli.session import Session, case_options, narrate, rows_options

if TYPE_CHECKING:
    from tracer.case.case import Case

Put = Callable[[Session, str, Callable[["Case"], dict[str, Any]]], None]
"""Makes one change in one transaction, journals it, and prints what it did."""


@dataclass(frozen=True)
class RecordKind:
    """One kind of record."""

    kind: str
    """The command's group, and the view of all of them (`views.<many>`)."""
    many: str
    one: str
    """As the help names one."""
    columns: str
    """What `list` shows, as SQL."""
    argument: str
    """What names one of them: ID, NUMBER, PARTY."""
    options: tuple[click.Option, ...]
    """What `edit` takes."""
    example: str
    """An id, for the help's examples."""


def _option(*names: str, **rest: Any) -> click.Option:
    return click.Option(list(names), **rest)


_EVIDENCE = _option("--evidence", multiple=True, metavar="ID", help="Id of evidence to be added; may be repeated.")
_PARTY = RecordKind(
    "party", "parties", "a party",
    "party, name, role, province, industry, protected, aliases, datasets, merged_into", "ID",
    (
        _option("--name", help="Its name as people write it."),
        _option("--name-en", help="Its name as readers of English see it."),
        _option("--name-zh", help="Its name as readers of Chinese see it."),
        _option("--role", help="client, contractor, system_vendor … (tracer help manifest)"),
        _option("--province", help="Where it is registered."),
        _option("--industry", help="What it deals in."),
        _option("--alias", "aliases", multiple=True, help="A further name; may be repeated."),
        _EVIDENCE,
    ),
    "cti-x",
)  # fmt: skip
_EVIDENCE_KIND = RecordKind(
    "evidence", "evidence", "a piece of evidence",
    "evidence, kind, path, statement, acquired, by_whom, bytes, sha256", "ID",
    (
        _option("--kind", help="receipt, screenshot, interview, notice …"),
        _option("--acquired", type=DAY, help="Day it was acquired."),
        _option("--by", "by_whom", help="Who acquired it."),
    ),
    "ev1",
)  # fmt: skip
_CLAIM = RecordKind(
    "claim", "claims", "a claim",
    "claim, party, about, kind, value, dataset, said, channel, speaker, quote, verdict", "ID",
    (
        _option("--kind", help="random, size, daily_growth … (tracer help manifest)"),
        _option("--about", help="The party whose goods it is about."),
        _option("--speaker", help="The person or function that spoke."),
        _option("--channel", help="phone, chat, website, contract, interview, notice, other"),
        _option("--value", help="What is claimed: a number for sizes and rates."),
        _option("--dataset", help="The dataset it is about."),
        _option("--said", type=DAY, help="Day it was said."),
        _option("--quote", help="The words."),
        _EVIDENCE,
    ),
    "claim-1",
)  # fmt: skip
_RELATION = RecordKind(
    "relation", "relations", "a relation", "relation, kind, from_party, to_party, date, basis, evidence", "NUMBER",
    (
        _option("--date", type=DAY, help="Day it is stated for."),
        _option("--basis", help="documented, alleged or inferred"),
        _EVIDENCE,
    ),
    "1",
)  # fmt: skip
_ASKED = _option("--asked", type=DAY, help="Day of the question, where the party was asked several times.")
_REPLY = RecordKind(
    "reply", "replies", "a reply", "party, asked, deadline, answered, state, text", "PARTY",
    (
        _ASKED,
        _option("--deadline", type=DAY, help="Day until which an answer was asked for."),
        _option("--answered", type=DAY, help="Day of the answer."),
        _option("--text", help="The answer."),
    ),
    "cti-x",
)  # fmt: skip
_CLEAR = _option("--clear", multiple=True, metavar="FIELD", help="A field to be empty again; may be repeated.")


def keep(put: Put, **groups: click.Group) -> None:
    """Give each group (`party`, `evidence`, `claim`, `relation`, `reply`) its `list`, `edit` and `remove`."""
    for kept in (_PARTY, _EVIDENCE_KIND, _CLAIM, _RELATION, _REPLY):
        group = groups[kept.kind]
        for command in (_listing(kept), _editing(kept, put), _removing(kept, put)):
            group.add_command(command)


def _listing(kept: RecordKind) -> click.Command:
    @click.command("list", help=f"List all {kept.many}.", epilog=f"Example: tracer {kept.kind} list --case my-case")
    @rows_options
    @case_options
    def list_(session: Session, format_: str, output: Path | None) -> None:
        with session.open(read_only=True) as case:
            where = " WHERE state <> 'not asked'" if kept.kind == "reply" else ""
            rows = case.con.execute(f"SELECT {kept.columns} FROM views.{kept.many}{where} ORDER BY ALL")
            names = [column[0] for column in rows.description or ()]
            records = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        if not records and format_ == "table":
            narrate(f"No {kept.many} yet; add one: tracer {kept.kind} add")
            return
        print_records(records, format_, output)

    return list_


def _named(kept: RecordKind) -> click.Argument:
    return click.Argument(["named"], metavar=kept.argument, type=int if kept.argument == "NUMBER" else str)


def _editing(kept: RecordKind, put: Put) -> click.Command:
    def edit(session: Session, /, named: Any, clear: tuple[str, ...], **facts: Any) -> None:
        from tracer.dossier import keeping

        change = getattr(keeping, f"edit_{kept.kind}")
        fields = tuple(name.replace("-", "_") for name in clear)
        put(
            session, f"{kept.kind} edit",
            lambda case: {
                kept.kind: named, "outcome": change(case.con, named, keeping.Edit(facts, fields)).value,
                "changed": sorted({name for name, value in facts.items() if value not in (None, ())} | {*fields}),
            },
        )  # fmt: skip

    command = click.command(
        "edit", help=f"Change the facts of {kept.one}; what is not given stays.",
        epilog=f"Example: tracer {kept.kind} edit {kept.example} {_example(kept)} --case my-case",
    )(case_options(edit))  # fmt: skip
    command.params[:0] = [_named(kept), *kept.options, _CLEAR]
    return command


def _removing(kept: RecordKind, put: Put) -> click.Command:
    def remove(session: Session, /, named: Any, **facts: Any) -> None:
        from tracer.dossier import keeping

        change = getattr(keeping, f"remove_{kept.kind}")
        gone: list[str] = []

        def removed(case: Case) -> dict[str, Any]:
            original = change(case.con, named, *facts.values())
            gone.extend([original] if original else [])
            return {kept.kind: named, "outcome": "removed"} | ({"original_removed": original} if original else {})

        put(session, f"{kept.kind} remove", removed)
        if gone:
            with session.open() as case:
                case.vault.files.remove(gone[0])

    command = click.command(
        "remove", help=f"Remove {kept.one}, unless something rests on it, which is named then.",
        epilog=f"Example: tracer {kept.kind} remove {kept.example} --case my-case",
    )(case_options(remove))  # fmt: skip
    command.params[:0] = [_named(kept), *([_ASKED] if kept.kind == "reply" else [])]
    return command


def _example(kept: RecordKind) -> str:
    return {
        "party": "--role system_vendor", "evidence": "--kind receipt", "claim": "--said 2026-05-02",
        "relation": "--basis documented", "reply": "--answered 2026-05-08",
    }[kept.kind]  # fmt: skip
