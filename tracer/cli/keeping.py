"""`list`, `edit` and `remove` of what people said: parties, evidence, claims, relations, replies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tracer.cli import completing
from tracer.cli.dates import DAY
from tracer.cli.rows import print_change, print_table
from tracer.cli.session import Session, case_options, narrate, rows_options


@dataclass(frozen=True)
class RecordKind:
    """One kind of record."""

    kind: str
    many: str
    one: str
    argument: str
    options: tuple[click.Option, ...]
    """What `edit` takes."""
    example: str


def _option(*names: str, **rest: Any) -> click.Option:
    return click.Option(list(names), **rest)


_EVIDENCE = _option("--evidence", multiple=True, metavar="ID", help="Id of evidence to be added; may be repeated.")
_PARTY = RecordKind(
    "party", "parties", "a party", "ID",
    (
        _option("--name", help="Its name as people write it."),
        _option("--name-en", help="Its name as readers of English see it."),
        _option("--name-zh", help="Its name as readers of Chinese see it."),
        _option(
            "--role", help="client, contractor, system_vendor … (tracer help manifest)", shell_complete=completing.roles
        ),
        _option("--registration", help="Its number in a company register."),
        _option("--province", help="Where it is registered."),
        _option("--industry", help="What it deals in."),
        _option("--alias", "aliases", multiple=True, help="A further name; may be repeated."),
        _EVIDENCE,
    ),
    "cti-x",
)  # fmt: skip
_EVIDENCE_KIND = RecordKind(
    "evidence", "evidence", "a piece of evidence", "ID",
    (
        _option("--kind", help="receipt, screenshot, interview, notice …"),
        _option("--acquired", type=DAY, help="Day it was acquired."),
        _option("--by", help="Who acquired it."),
    ),
    "ev1",
)  # fmt: skip
_CLAIM = RecordKind(
    "claim", "claims", "a claim", "ID",
    (
        _option(
            "--kind", help="random, size, daily_growth … (tracer help manifest)",
            shell_complete=completing.claim_kinds,
        ),
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
    "relation", "relations", "a relation", "NUMBER",
    (
        _option("--date", type=DAY, help="Day it is stated for."),
        _option("--basis", help="documented, alleged or inferred"),
        _EVIDENCE,
    ),
    "1",
)  # fmt: skip
_ASKED = _option("--asked", type=DAY, help="Day of the question, where the party was asked several times.")
_REPLY = RecordKind(
    "reply", "replies", "a reply", "PARTY",
    (
        _ASKED,
        _option("--deadline", type=DAY, help="Day until which an answer was asked for."),
        _option("--answered", type=DAY, help="Day of the answer."),
        _option("--text", help="The answer."),
    ),
    "cti-x",
)  # fmt: skip
_CLEAR = _option("--clear", multiple=True, metavar="FIELD", help="A field to be empty again; may be repeated.")


def keep(**groups: click.Group) -> None:
    """Give each group (`party`, `evidence`, `claim`, `relation`, `reply`) its `list`, `edit` and `remove`."""
    for kept in (_PARTY, _EVIDENCE_KIND, _CLAIM, _RELATION, _REPLY):
        group = groups[kept.kind]
        for command in (_listing(kept), _editing(kept), _removing(kept)):
            group.add_command(command)


def _listing(kept: RecordKind) -> click.Command:
    @click.command("list", help=f"List all {kept.many}.", epilog=f"Example: tracer {kept.kind} list --case my-case")
    @rows_options
    @case_options
    def list_(session: Session, format_: str, output: Path | None) -> None:
        table = getattr(session.case(), kept.many).list()
        if not len(table) and format_ == "table":
            narrate(f"No {kept.many} yet; add one: tracer {kept.kind} add")
            return
        print_table(table, format_, output)

    return list_


def _named(kept: RecordKind) -> click.Argument:
    return click.Argument(["named"], metavar=kept.argument, type=int if kept.argument == "NUMBER" else str)


def _editing(kept: RecordKind) -> click.Command:
    def edit(session: Session, /, named: Any, clear: tuple[str, ...], **facts: Any) -> None:
        print_change(getattr(session.case(), kept.many).edit(named, clear=clear, **facts))

    command = click.command(
        "edit", help=f"Change the facts of {kept.one}; what is not given stays.",
        epilog=f"Example: tracer {kept.kind} edit {kept.example} {_example(kept)} --case my-case",
    )(case_options(edit))  # fmt: skip
    command.params[:0] = [_named(kept), *kept.options, _CLEAR]
    return command


def _removing(kept: RecordKind) -> click.Command:
    def remove(session: Session, /, named: Any, **facts: Any) -> None:
        print_change(getattr(session.case(), kept.many).remove(named, **facts))

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
