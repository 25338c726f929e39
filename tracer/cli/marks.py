"""`tracer release`, `register`, `canary`, `probe`, `blind`, `cluster`: what is planted in copies, what was committed
about them, and what others answer, compare or compute."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import click

from tracer.cli.operations import CommandGroup, Lang, Output, Reason, Request, Reveal, RowsFormat
from tracer.cli.printer import terminal_width, wrapped
from tracer.cli.session import (
    Session,
    language,
    narrate,
    print_checks,
    print_records,
    print_table,
    statement_of,
    write_output,
)
from tracer.errors import InputRefused, UsageError
from tracer.input_files import whole_bytes
from tracer.late_imports import imported_when_used
from tracer.library.arguments import Option, PathKind
from tracer.library.without_case import check_register, make_fingerprint_key, match_fingerprints, run_cluster

with imported_when_used():
    from tracer.ask import probing
    from tracer.marking.release.copies import Copy
    from tracer.marking.release.request import read_recipients


_BACKWARDS = "tracer release DATASET --plan --recipients 20 --leak 0.1 --catch 0.99"
_NAMED, _SHOWN = 5, 20
"""Copies that are named one by one, and rows of the table of copies."""
_LONGEST = 36
"""Cells of a recipient in a table."""
NarrowFormat: TypeAlias = Annotated[
    str, Option("How the rows are printed.", name="-f --format", words=("table", "json", "ndjson", "csv"))
]


class Releases(CommandGroup):
    """A group whose first word may be a dataset: `tracer release DATASET …` is `tracer release write DATASET …`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `write` before what does not begin with a command, but for a call for help."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["write", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways of calling it."""
        formatter.write_usage(ctx.command_path, "DATASET --to PARTY… -o DIR [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]…", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of `write`, and the commands."""
        click.Command.format_options(self.commands["write"], ctx, formatter)
        self.format_commands(ctx, formatter)


release = Releases(
    "release",
    "releases",
    "customers --to cti-x --to cti-y -o out --unique 3 --pool 64 --plan --case my-case",
    """Write one marked copy of DATASET per recipient, in the source's own format.

    The register (which canary is in which copy, which rows each lacks) is committed and journaled before a copy leaves.
    A canary has one persona in all copies, and no copy has a home canary. Where canaries can be told from ordinary rows
    nothing is written and no identity is used. Run `--plan` first: it shows what a design costs, what it will catch and
    whether its canaries would stand out. More: tracer help marking""",
)


@release.operation(
    "write",
    "customers --to cti-x -o out --case my-case",
    of="release",
    also="plan_goal",
    optional=("dataset", "out", "recipients", "leak", "catch"),
    short_help="Write copies of a dataset that is called like a command.",
)
def write(
    session: Session,
    dataset: str | None,
    *,
    out: Path | None,
    plan: Annotated[bool, "Show what it would cost and catch; draw and write nothing."] = False,
    lang: Lang = None,
    format_: NarrowFormat = "table",
    **terms: Any,
) -> None:
    """Write one marked copy of DATASET per recipient: what `tracer release DATASET` is short for.

    Use it where the dataset is called `add`, `withdraw` or `write`.
    """
    goal = {name: terms.pop(name) for name in ("recipients", "leak", "catch", "sources", "rows")}
    if any(goal[name] is not None for name in ("recipients", "leak", "catch")):
        _plan_backwards(session, goal, terms, dataset=dataset, plan=plan, format_=format_, lang=language(lang))
        return
    if dataset is None:
        raise UsageError("the dataset is missing", remedy="name it: tracer release DATASET --to PARTY -o DIR")
    if not terms["to"] and terms["to_file"] is None:
        raise UsageError("the recipients are missing", remedy="name each with --to, or all of them with --to-file FILE")
    if plan:
        planned = session.case().plan_release(dataset, **terms)
        print_records(planned.table() if format_ == "table" else planned.rows(), format_)
        for line in planned.lines():
            narrate(line)
        return
    if out is None:
        raise UsageError("the folder for the copies is missing", remedy="name it with -o DIR")
    released = session.case().release(dataset, out=out, **terms)
    if format_ == "table":
        _print_copies(released)
    else:
        print_records([copy.to_json() for copy in released], format_)
    for note in dict.fromkeys(note for copy in released for note in copy.notes):
        narrate(note)


def _plan_backwards(
    session: Session,
    goal: dict[str, Any],
    terms: dict[str, Any],
    *,
    dataset: str | None,
    plan: bool,
    format_: str,
    lang: str,
) -> None:
    """The marks that it takes to name the source of a leak; recipients are those that are named, where no number is."""
    if not plan or goal["leak"] is None or goal["catch"] is None:
        raise UsageError("a plan backwards needs --plan, --leak and --catch", remedy=_BACKWARDS)
    listed = {} if terms["to_file"] is None else read_recipients(terms["to_file"])
    goal["recipients"] = goal["recipients"] or len(terms["to"]) + len(listed)
    if not goal["recipients"]:
        raise UsageError("the number of recipients is missing", remedy=_BACKWARDS)
    planned = session.case().plan_goal(dataset=dataset, **goal)
    if format_ == "table":
        write_output("".join(wrapped(f"{line}\n", terminal_width()) for line in planned.lines(lang)), None)
    else:
        print_records(planned.rows(), format_)


def _print_copies(released: Sequence[Copy]) -> None:
    """One narrow table, cut where it would fill the screen, with what all copies have in common below it."""
    rows = list[dict[str, object]]()
    for copy in released[:_SHOWN]:
        name, file = copy.recipient, Path(copy.path).name
        if len(name) > _LONGEST:  # without its middle, so that the table stays one; the key has all of it
            name = f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"
        counts = {"rows": copy.rows, "canaries": copy.canaries, "withheld": copy.withheld}
        rows.append({"recipient": name, "file": file, **counts})
    print_records(rows, "table")
    if len(released) > _SHOWN:
        narrate(f"{len(released) - _SHOWN:,} more copies are not shown; `tracer query releases` lists all.")
    narrate(f"{len(released):,} {'copy' if len(released) == 1 else 'copies'} in {Path(released[0].path).parent}")
    narrate(f"Register committed: {released[0].commitment}")


release.calls("add", "customers --to cti-x --date 2026-05-02 --ends 2026-12-31")


@release.operation("withdraw", "customers@cti-x@2026-05-02 --reason 'the contract was not signed' --yes")
def withdraw(
    session: Session,
    releases: tuple[str, ...],
    *,
    undo: bool,
    yes: Annotated[bool, "Do not ask."] = False,
    format_: NarrowFormat = "table",
    **why: Any,
) -> None:
    if not yes and not undo and sys.stdin.isatty():
        what = releases[0] if len(releases) == 1 else f"{len(releases)} copies"
        click.confirm(f"Is {what} with no recipient? Lists are not traced to it any more", abort=True, err=True)
    table = session.case().releases.withdraw(releases, undo=undo, **why)
    print_table(table, format_)
    left = [str(row["path"]) for row in table if row.get("is_there")]
    for path in left[:_NAMED]:
        narrate(f"Delete the copy, which must not be handed out any more: {path}")
    if len(left) > _NAMED:
        narrate(f"{len(left) - _NAMED} more copies are still there (-f json names them).")
    if table.to_trace:
        narrate("Run `tracer trace` to bring the findings up to date.")


canary = CommandGroup(
    "canary",
    "canaries",
    "import canaries.csv --kind canary",
    "Import canaries (controlled identities) or make some, and list which can be used.",
)
canary.calls("import", "canaries.csv --kind canary --case my-case")
canary.calls("remove", "canaries.csv --case my-case")
canary.calls("export", "customers -f csv -o home.csv --case my-case")


@canary.operation("make", "--domain mail.example.com --count 40 --case my-case", optional=("count",))
def make(
    session: Session,
    *,
    count: int | None,
    kind: str,
    home: Annotated[bool, "For your own database: home canaries with as many controls, as rows to enter."] = False,
    format_: RowsFormat = "table",
    output: Output = None,
    **asked: Any,
) -> None:
    if not home and count is None:
        raise UsageError("how many addresses was not said", where="canary make", remedy="give --count, or --home")
    canaries = session.case().canaries
    made = canaries.make_home(count=count or 8, **asked) if home else canaries.make(count or 0, kind=kind, **asked)
    print_table(made, format_, output)


@canary.operation("list", "--each --case my-case")
def canary_list(
    session: Session,
    *,
    each: bool,
    reveal: Reveal = False,
    reason: Reason = None,
    format_: RowsFormat = "table",
    output: Output = None,
) -> None:
    if reveal != bool(reason) or (reveal and not each):
        raise UsageError(
            "identities in clear need a reason",
            where="canary list",
            remedy='give --each --reveal --reason "…", or leave all three out',
        )
    table = session.case().canaries.list(each=each, reveal=reason)
    if not len(table) and format_ == "table":
        narrate("No identities yet; import them: tracer canary import")
    else:
        print_table(table, format_, output)


register = CommandGroup(
    "register",
    "register",
    "list --case my-case",
    """Print, stamp and open what was committed about marked copies.

    Before a copy leaves, the register of who gets which canary is committed: a root (SHA-256) over salted leaves. DRAW
    is a draw's id, its first digits, or the id of one of its releases. More: tracer help marking""",
)
register.calls("list", "--case my-case")

register.calls("print", "5f2c --case my-case")
register.calls("stamp", "5f2c root.tsr --ca authority.pem --case my-case", prints="{done}")


@register.operation("request", "5f2c -o root.tsq --case my-case")
def register_request(session: Session, draw: str, *, output: Request) -> None:
    statement_file = statement_of(output)
    content, statement = session.case().register.request(draw)
    write_output(content, output)
    if str(output) != "-":
        write_output(statement, statement_file)
        narrate(f"Carry {output} to a time-stamp authority; {statement_file} holds the bytes that it stamps.")
        narrate(f"Then: tracer register stamp {draw} ANSWER.tsr --ca CERTS.pem")


@register.operation(
    "reveal", "customers@cti-x@2026-05-01 --canary 12 --reason 'for the court' -o leaf.json --case my-case"
)
def reveal(
    session: Session,
    *,
    output: Annotated[Path, PathKind.STREAM, Option("Where to; - is stdout.", name="-o --output")],
    **opening: Any,
) -> None:
    write_output(session.case().register.reveal(**opening), output)
    narrate("Opened in clear and journaled. The recipient can check it: tracer register check")


@register.operation(
    "check", "leaf.json --root 'a3f0 …' --ca authority.pem", of=check_register, without=("leaves", "name")
)
def register_check(
    _session: Session,
    file: Annotated[Path, PathKind.STREAM, Option("")],
    *,
    root: str | None,
    ca: Annotated[
        Path | None, PathKind.FILE, Option("Certificates (PEM) that a stamp's signature must lead to.")
    ] = None,
) -> int:
    certificates = None if ca is None else _read(ca)
    found = check_register(_read(file), name=str(file), root=root, certificates=certificates)
    code = print_checks(found.checks)
    if root is None and (ca is None or not any(one.what == "stamp" for one in found.checks)):
        narrate("The root is this file's own word: compare it with the printed page, and give it as --root.")
    narrate(f"{len(found.checks)} checks, {len(found.failed)} failed.")
    return code


def _read(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else whole_bytes(path)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="name the file") from error


probe = CommandGroup(
    "probe",
    "probes",
    "plan 'customers@*' --service lookup-x --reason 'leak of May' -o ask.csv",
    "Attribute the answers of a look-up service: plan what to ask, load what it answered.",
)

probe.calls("plan", "'list@*' --service lookup-x --reason 'leak of May' -o ask.csv --case my-case")
probe.calls("remove", "p2 --case my-case")


def _rows_shown(format_: str) -> int | None:
    """How many rows are printed."""
    return probing.SHOWN if format_ == "table" else None


@probe.operation("load", "ask.csv --case my-case")
def probe_load(session: Session, *, format_: RowsFormat = "table", output: Output = None, **named: Any) -> None:
    print_table(session.case().probes.load(shown=_rows_shown(format_), **named), format_, output)


@probe.operation("show", "p1 --case my-case")
def probe_show(session: Session, *, format_: RowsFormat = "table", output: Output = None, **named: Any) -> None:
    print_table(session.case().probes.show(shown=_rows_shown(format_), **named), format_, output)


def _confirm(_ctx: click.Context, _param: click.Parameter, yes: bool) -> Callable[[Sequence[str]], None]:
    """Shows what the other side learns, and goes on only with `--yes`."""

    def confirm(learns: Sequence[str]) -> None:
        for sentence in learns:
            narrate(f"- {sentence}")
        if not yes:
            raise UsageError("nothing was written", where="blind", remedy="read the above; if you agree, add --yes")

    return confirm


_AGREED = click.Option(
    ["--yes", "confirm"], is_flag=True, callback=_confirm, help="You have read what each side learns, and agree."
)
blind = CommandGroup(
    "blind",
    "blind",
    "offer --to other-firm -o offer.tblind --yes --case my-case",
    """Compare lists with another party without showing either: `tracer help blind`.

    By private set intersection: offer, answer, finish. Or through a third party: key, fingerprints, match, finish.
    You carry the files yourself. What each side learns is shown first; only with --yes is anything written.""",
)

blind.calls("offer", "--to other-firm -o offer.tblind --yes --case my-case", more=[_AGREED], form="json")
blind.calls("answer", "offer.tblind our-list --to client -o answer.tblind --yes", more=[_AGREED], form="json")
blind.calls("finish", "answer.tblind --id their-list --case my-case")
blind.calls("key", "fingerprint.key", of=make_fingerprint_key)
blind.calls("fingerprints", "--with other-firm --shared-key k.key -o ours.tblind --yes", more=[_AGREED], form="json")
blind.calls("match", "ours.tblind theirs.tblind -o found.tblind", of=match_fingerprints, form="json")

cluster = CommandGroup(
    "cluster",
    "cluster",
    "export there --case my-case",
    """Compute what is too large for one machine on Spark.

    Numbers and addresses leave under pseudonyms only. `tracer help cluster` explains size, cost, and the way back.""",
)

cluster.calls(
    "export",
    "there --buckets 64 --case my-case",
    prints="{folder}",
    says="{done[0]} memberships in {buckets} files, {done[1]} statements in {folder}.\n"
    "Go on: tracer cluster run {folder} --master 'local[*]'",
)
cluster.calls("import", "there --case my-case", prints=None, says="{done} answers imported. Go on: tracer trace")


@cluster.operation(
    "run",
    "there --master 'local[2]' --memory 2g",
    click.option("--set", "settings", type=(str, str), multiple=True, metavar="NAME VALUE", help="A setting of Spark."),
    of=run_cluster,
)
def cluster_run(
    _session: Session,
    folder: str,
    *,
    master: str | None,
    memory: Annotated[str | None, "Memory of the driver, which does the work where the master is local: 2g."] = None,
    settings: tuple[tuple[str, str], ...],
) -> None:
    given = {**({"spark.driver.memory": memory} if memory else {}), **dict(settings)}
    ran = run_cluster(
        folder,
        master=master,
        settings=given,
        tell=lambda one: narrate(f"{one.name} ({one.relation}): {one.seconds:.1f} s"),
    )
    narrate(f"{len(ran)} statements in {sum(one.seconds for one in ran):.1f} s.")
    narrate(f"Go on: tracer cluster import {folder}")
