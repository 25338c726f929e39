"""`tracer canary`, `release`, `probe`: what is planted in copies, and asked of a look-up service.

Copies are written with marks, recorded where they were handed over without tracer, and taken back.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli.printer import folded, terminal_width
from tracer.cli.rows import print_change, print_records, print_table, prints_rows, put
from tracer.cli.session import (
    ANY,
    DAY,
    EVIDENCE,
    FILE,
    FOLDER,
    LANG,
    Session,
    case_options,
    language,
    narrate,
    rows_options,
)
from tracer.errors import UsageError

if TYPE_CHECKING:
    from tracer.ask.planned import GoalPlan
    from tracer.library.table import Table
    from tracer.marking.release.copies import Copy

_KINDS = click.Choice(["canary", "home", "control", "reserve"])
_BACKWARDS = "tracer release DATASET --plan --recipients 20 --leak 0.1 --catch 0.99"
_WRITE = "write"
_NAMED = 5
"""Copies that are named one by one."""
_LONGEST = 36
"""Cells of a recipient in a table."""
_SHOWN = 20
"""Copies that a table shows."""
FORMAT = click.option(
    "-f", "--format", "format_", type=click.Choice(["table", "json", "ndjson", "csv"]), default="table",
    show_default=True, help="How the rows are printed.",
)  # fmt: skip


class Releases(click.Group):
    """A group whose first word may be a dataset: `tracer release DATASET …` is `tracer release write DATASET …`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `write` before what does not begin with a command, but for a call for help."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_WRITE, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways of calling it."""
        formatter.write_usage(ctx.command_path, "DATASET --to PARTY… -o DIR [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]…", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of `write`, and the commands."""
        click.Command.format_options(self.commands[_WRITE], ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group(
    cls=Releases,
    epilog="Example: tracer release customers --to cti-x --to cti-y -o out --unique 3 --pool 64 --plan --case my-case",
)
def release() -> None:
    """Write one marked copy of DATASET per recipient, in the source's own format.

    The register (which canary is in which copy, which rows each lacks) is committed and journaled before a copy leaves.
    A canary has one persona in all copies, and no copy has a home canary. Where canaries can be told from ordinary rows
    nothing is written and no identity is used. Run `--plan` first: it shows what a design costs, what it will catch and
    whether its canaries would stand out. More: tracer help marking
    """


@release.command(
    _WRITE, short_help="Write copies of a dataset that is called like a command.",
    epilog="Example: tracer release write customers --to cti-x -o out --case my-case",
)  # fmt: skip
@click.argument("dataset", required=False)
@click.option("--to", "recipients", multiple=True, metavar="PARTY", help="Recipient; may be repeated.")
@click.option(
    "--to-file", type=FILE, metavar="FILE",
    help="File of recipients: a column party, and date, ends, purpose, use_basis where they differ.",
)  # fmt: skip
@click.option("-o", "--output", "folder", type=FOLDER, help="Folder for the copies.")
@click.option(
    "--unique", type=click.IntRange(0), default=5, show_default=True, help="Canaries that are in one copy alone."
)
@click.option(
    "--pool", type=click.IntRange(0), default=0, show_default=True,
    help="Canaries that copies share by a code, over all copies.",
)  # fmt: skip
@click.option(
    "--bias", type=click.Choice(["mix", "0.2", "0.5"]), default="mix", show_default=True,
    help="How many copies share one: 0.2 where copies will be merged, 0.5 where compared.",
)  # fmt: skip
@click.option("--pairs", is_flag=True, help="A further canary for every two copies, in no third.")
@click.option(
    "--reserve", type=click.IntRange(0), default=0, show_default=True,
    help="Canaries of kind reserve, known to few, in one copy alone.",
)  # fmt: skip
@click.option(
    "--withhold", type=click.FloatRange(0.0), metavar="SHARE",
    help="Share of ordinary rows that each copy lacks, by a code. Without it up to 40 rows, 1 in 100 at most.",
)  # fmt: skip
@click.option(
    "--without", multiple=True, metavar="COLUMN",
    help="Leave a column out of all copies, by its heading; repeatable. For what a canary cannot have.",
)  # fmt: skip
@click.option(
    "--only-reachable", is_flag=True,
    help="Leave out rows with neither number nor address in the other columns: every canary has one.",
)  # fmt: skip
@click.option(
    "--choices", is_flag=True,
    help="Write cells that the list writes in two ways (St., Street) in one of them, by a code; costs no identity.",
)  # fmt: skip
@click.option("--ends", type=DAY, help="Day after which the recipients may hold nothing.")
@click.option("--purpose", help="What the copies are for.")
@click.option("--use", help="Lawful basis of use: customer, explicit, bundled_in_terms, …")
@click.option(
    "--accept-detectable", is_flag=True, help="Write the copies even where canaries can be told from ordinary rows."
)
@click.option("--plan", is_flag=True, help="Show what it would cost and catch; draw and write nothing.")
@click.option("--leak", type=click.FloatRange(0.0, 1.0, min_open=True), metavar="SHARE",
              help="With --plan and --catch: share of a copy whose leak is to be caught.")  # fmt: skip
@click.option("--catch", type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True), metavar="SHARE",
              help="With --plan and --leak: how often its source is to be named, 0.99 say.")  # fmt: skip
@click.option("--recipients", "how_many", type=click.IntRange(1), metavar="N",
              help="With --leak: how many there will be, where they are not named.")  # fmt: skip
@click.option("--sources", type=click.IntRange(1), default=1, help="With --leak: recipients that pool their copies.")
@click.option("--rows", type=click.IntRange(1), help="With --leak: rows of the list, where no dataset is named.")
@LANG
@FORMAT
@case_options
def write(
    session: Session, /, dataset: str | None, recipients: tuple[str, ...], to_file: Path | None, folder: Path | None,
    plan: bool, leak: float | None, catch: float | None, how_many: int | None, sources: int, rows: int | None,
    lang: str | None, format_: str, **terms: Any,
) -> None:  # fmt: skip
    """Write one marked copy of DATASET per recipient: what `tracer release DATASET` is short for.

    Use it where the dataset is called `add`, `withdraw` or `write`.
    """
    from tracer.marking.release.request import read_recipients

    if leak is not None or catch is not None or how_many is not None:
        if not plan or leak is None or catch is None:
            raise UsageError("a plan backwards needs --plan, --leak and --catch", remedy=_BACKWARDS)
        named = len(recipients) if to_file is None else len(recipients) + len(read_recipients(to_file).parties)
        if not (how_many or named):
            raise UsageError("the number of recipients is missing", remedy=_BACKWARDS)
        planned = session.case().plan_goal(
            recipients=how_many or named, leak=leak, catch=catch, dataset=dataset, sources=sources, rows=rows
        )
        _print_goal(planned, format_, language(lang))
        return
    if dataset is None:
        raise UsageError("the dataset is missing", remedy="name it: tracer release DATASET --to PARTY -o DIR")
    if not recipients and to_file is None:
        raise UsageError("the recipients are missing", remedy="name each with --to, or all of them with --to-file FILE")
    if folder is None and not plan:
        raise UsageError("the folder for the copies is missing", remedy="name it with -o DIR")
    asked = {"to": recipients, "to_file": to_file, **terms}
    if plan or folder is None:
        plan_ = session.case().plan_release(dataset, **asked)
        print_records(plan_.table() if format_ == "table" else plan_.rows(), format_)
        for line in plan_.lines():
            narrate(line)
        return
    released = session.case().release(dataset, out=folder, **asked)
    if format_ == "table":
        _print_copies(released)
    else:
        print_records([copy.to_json() for copy in released], format_)
    for note in dict.fromkeys(note for copy in released for note in copy.notes):
        narrate(note)


def _print_goal(planned: GoalPlan, format_: str, lang: str) -> None:
    if format_ == "table":
        width = terminal_width()
        put("".join(folded(f"{line}\n", width) for line in planned.lines(lang)), None)
    else:
        print_records(planned.rows(), format_)


def _print_copies(released: Sequence[Copy]) -> None:
    """One narrow table, cut where it would fill the screen, with what all copies have in common below it."""
    rows = []
    for copy in released:
        name = copy.recipient
        if len(name) > _LONGEST:  # without its middle, so that the table stays one; the key has all of it
            name = f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"
        rows.append({
            "recipient": name, "file": Path(copy.path).name, "rows": copy.rows, "canaries": copy.canaries,
            "withheld": copy.withheld,
        })  # fmt: skip
    print_records(rows[:_SHOWN], "table")
    if len(rows) > _SHOWN:
        narrate(f"{len(rows) - _SHOWN:,} more copies are not shown; `tracer query releases` lists all.")
    narrate(f"{len(rows):,} {'copy' if len(rows) == 1 else 'copies'} in {Path(released[0].path).parent}")
    narrate(f"Register committed: {released[0].commitment}")


@release.command(
    "add", short_help="Record a copy that was handed over without tracer.",
    epilog="Example: tracer release add customers --to cti-x --date 2026-05-02 --ends 2026-12-31",
)  # fmt: skip
@click.argument("dataset")
@click.option("--to", "recipient", required=True, metavar="PARTY", help="Who received the copy.")
@click.option("--date", "date_", type=DAY, required=True, help="Day it was handed over.")
@click.option("--ends", type=DAY, help="Day after which the recipient may hold nothing.")
@click.option("--path", type=ANY, help="The copy; without it, all rows of the dataset.")
@click.option("--canary-row", "canary_rows", type=click.IntRange(1), multiple=True, metavar="ROW",
              help="Row of the copy that is a canary without having been imported; may be repeated.")  # fmt: skip
@click.option("--id", "id_", metavar="ID", help="Id of the release (default: dataset@recipient@date).")
@click.option("--purpose", help="What the copy was for.")
@click.option("--use", help="Lawful basis of use: customer, explicit, bundled_in_terms, …")
@EVIDENCE
@case_options
def add(
    session: Session, /, dataset: str, recipient: str, date_: date, path: Path | None, id_: str | None, **facts: Any
) -> None:
    """Record a copy that was handed over without tracer, as [[release]] in a manifest does.

    With --path the copy's canaries are the imported identities in it, and rows of the dataset that it lacks were
    withheld. Nothing was drawn at random, so such a copy is named by its own canaries alone.
    """
    print_change(session.case().releases.add(dataset, to=recipient, date=date_, path=path, id=id_, **facts))


@release.command(
    "withdraw", short_help="Remove a copy that was not handed out from the releases.",
    epilog="Example: tracer release withdraw customers@cti-x@2026-05-02 --reason 'the contract was not signed' --yes",
)  # fmt: skip
@click.argument("releases", metavar="RELEASE…", nargs=-1, required=True)
@click.option("--reason", help="Why: a sentence that is journaled.")
@click.option("--undo", is_flag=True, help="Take a withdrawal back, as long as no other copy has its canaries.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@FORMAT
@case_options
def withdraw(
    session: Session, releases: tuple[str, ...], reason: str | None, undo: bool, yes: bool, format_: str
) -> None:
    """Remove copies that were not handed out from the releases; identities that no other copy has are free again.

    Refused where a canary of the copy was reached or is in a list since: then somebody has it. The register keeps what
    was committed, and says that the copy was withdrawn, when and why. The file is not deleted: where it still lies is
    said. If a copy was handed out after all, undo it before its identities are used again.
    """
    if not yes and not undo and sys.stdin.isatty():
        what = releases[0] if len(releases) == 1 else f"{len(releases)} copies"
        click.confirm(f"Is {what} with no recipient? Lists are not traced to it any more", abort=True, err=True)
    table = session.case().releases.withdraw(releases, reason=reason, undo=undo)
    print_table(table, format_)
    lying = [str(row["path"]) for row in table if row.get("is_there")]
    for path in lying[:_NAMED]:
        narrate(f"Delete the copy, which must not be handed out any more: {path}")
    if len(lying) > _NAMED:
        narrate(f"{len(lying) - _NAMED} more copies are still there (-f json names them).")
    if table.to_trace:
        narrate("Run `tracer trace` to bring the findings up to date.")


@click.group(epilog="Example: tracer canary import canaries.csv --kind canary")
def canary() -> None:
    """Import canaries (controlled identities) or make some, and list which can be used."""


@canary.command("import", epilog="Example: tracer canary import canaries.csv --kind canary --case my-case")
@click.argument("file", type=ANY)
@click.option(
    "--kind", type=_KINDS, default=None,
    help="What they are, where the file's kind column says nothing (default: canary).",
)  # fmt: skip
@click.option("--region", help="Country of numbers without a country code (default: found out).")
@prints_rows()
@case_options
def import_(session: Session, file: Path, kind: str | None, region: str | None) -> Table:
    """Import a file of controlled identities; a phone column is enough.

    Columns: phone and/or email; name, organisation, kind, state (new, ageing, live, silent, burnt, expired), since,
    until, consent, note; address, city and postcode of a place of yours, where copies are mailed. An identity that the
    case has is not doubled: what the file says of it since is taken over. Use only numbers and addresses that you
    control, with their owners' consent.
    """
    return session.case().canaries.import_(file, kind=kind, region=region)


@canary.command("remove", epilog="Example: tracer canary remove canaries.csv --case my-case")
@click.argument("what", metavar="FILE|NUMBER|ADDRESS")
@click.option("--region", help="Country of numbers without a country code (default: as when they were imported).")
@prints_rows()
@case_options
def remove(session: Session, what: str, region: str | None) -> Table:
    """Remove identities from the register: those of a file that was imported by mistake, or one.

    Refused where any is in a copy, in a probe, or was reached: what was committed and seen stays.
    """
    return session.case().canaries.remove(what, region=region)


@canary.command("make", epilog="Example: tracer canary make --domain mail.example.com --count 40 --case my-case")
@click.option("--domain", "domains", multiple=True, metavar="DOMAIN", help="Takes mail for every address; repeatable.")
@click.option("--mailbox", metavar="ADDRESS", help="Instead: the mailbox whose tags (name+tag@…) are used.")
@click.option("--count", type=click.IntRange(min=1), help="How many addresses (with --home: 8).")
@click.option("--like", metavar="DATASET", help="The list that they are to fit (default: your only own list).")
@click.option("--kind", type=_KINDS, default="canary", help="What they are.")
@click.option(
    "--home", is_flag=True,
    help="For your own database: home canaries with as many controls, printed as the rows to enter.",
)  # fmt: skip
@click.option("--until", type=DAY, help="The last day on which they take mail.")
@prints_rows()
@case_options
def make(session: Session, /, count: int | None, home: bool, kind: str, **asked: Any) -> Table:
    """Add mail addresses of a domain or mailbox of your own as canaries.

    Names and forms (anna.keller@, akeller72@) are those of your list. The mail server must take mail for every
    address of the domain (a catch-all), or for every tag of the mailbox; a mail to one address is the test.
    """
    if home:
        return session.case().canaries.make_home(count=count or 8, **asked)
    if count is None:
        raise UsageError("how many addresses was not said", where="canary make", remedy="give --count, or --home")
    return session.case().canaries.make(count, kind=kind, **asked)


@canary.command("export", epilog="Example: tracer canary export customers -f csv -o home.csv --case my-case")
@click.argument("dataset")
@prints_rows()
@case_options
def export(session: Session, dataset: str) -> Table:
    """Write home canaries as rows of a list, to be entered into your own database.

    They are controlled identities with personas that fit the list, in its columns, in clear.
    """
    return session.case().canaries.export(dataset)


@canary.command("list", epilog="Example: tracer canary list --each --case my-case")
@click.option("--each", is_flag=True, help="One row for each identity, masked, not for each kind and state.")
@click.option("--reveal", is_flag=True, help="With --each: numbers, addresses and personas in clear; needs --reason.")
@click.option("--reason", help="Who asked for them, and why; it is journaled.")
@prints_rows("No identities yet; import them: tracer canary import")
@case_options
def list_(session: Session, each: bool, reveal: bool, reason: str | None) -> Table:
    """List identities by kind and state: how many there are, how many a release can use today, and why not the rest."""
    if reveal != bool(reason) or (reveal and not each):
        raise UsageError(
            "identities in clear need a reason", where="canary list",
            remedy='give --each --reveal --reason "…", or leave all three out',
        )  # fmt: skip
    return session.case().canaries.list(each=each, reveal=reason)


@click.group(epilog="Example: tracer probe plan 'customers@*' --service lookup-x --reason 'leak of May' -o ask.csv")
def probe() -> None:
    """Attribute the answers of a look-up service: plan what to ask, load what it answered."""


@probe.command(
    "plan",
    epilog="Example: tracer probe plan 'list@*' --service lookup-x --reason 'leak of May' -o ask.csv --case my-case",
)
@click.argument("releases", nargs=-1, metavar="[RELEASE]…")
@click.option("--service", metavar="PARTY", help="The service, a party of the case.")
@click.option("--after", metavar="PROBE", help="Go on from the answers to this sheet.")
@click.option(
    "--by", type=click.Choice(["phone", "email", "name"]), help="What the service takes (default: what the marks have)."
)
@click.option("--names/--no-names", default=True, show_default=True, help="Whether the service shows a name.")
@click.option(
    "--most", type=click.IntRange(1, 1000), default=60, show_default=True, help="Questions in all sheets together."
)
@click.option(
    "--ordinary", type=click.IntRange(0, 100), default=12, show_default=True,
    help="People of the list to ask for, at most; 0 names no copy.",
)  # fmt: skip
@click.option(
    "--withheld", type=click.IntRange(0, 100), default=8, show_default=True,
    help="People whom the likeliest copy lacks to ask for, at most.",
)  # fmt: skip
@click.option(
    "--wrong", type=click.FloatRange(0.001, 0.3), default=0.05, show_default=True,
    help="Share of wrong answers, at most.",
)  # fmt: skip
@click.option(
    "--alpha", type=click.FloatRange(0, 0.5, min_open=True), default=0.01, show_default=True,
    help="Family-wise error over all probes of this service and list.",
)  # fmt: skip
@click.option("--agreed", type=ANY, metavar="FILE", help="Ask only for people in this file.")
@click.option("--reason", help="Why people of the list may be shown to the service; journaled.")
@click.option("-o", "--output", "out", required=True, type=ANY, help="The sheet: .csv or .xlsx.")
@LANG
@case_options
def plan(session: Session, /, releases: tuple[str, ...], lang: str | None, **asked: Any) -> None:
    """Draw what to ask of a service, as a sheet to fill in.

    RELEASE: copies that may be the source, by id or pattern ('list@*'). The sheet has planted records, people and
    controls in a random order, and does not say which is which. Several small sheets ask less than a large one: load
    the answers, then go on with --after. Each question shows the service whom it is about.
    """
    for note in session.case().probes.plan(releases, lang=language(lang), **asked):
        narrate(note)


@probe.command("load", epilog="Example: tracer probe load ask.csv --case my-case")
@click.argument("file", type=ANY)
@rows_options
@LANG
@case_options
def load(session: Session, file: Path, format_: str, output: Path | None, lang: str | None) -> None:
    """Load the filled-in sheet, and print what its answers say about each copy.

    Answers are yes or no in many languages; a blank was not asked. Names that the service showed are compared with the
    list's and not kept. A sheet may be loaded in pieces; what was answered stays.
    """
    print_table(session.case().probes.load(file, lang=language(lang, format_), shown=_shown(format_)), format_, output)


@probe.command("remove", epilog="Example: tracer probe remove p2 --case my-case")
@click.argument("sheet", metavar="PROBE")
@case_options
def remove_sheet(session: Session, sheet: str) -> None:
    """Remove a sheet that was never asked.

    It uses up no planted record and no part of the error. What was asked stays asked: load its answers.
    """
    print_change(session.case().probes.remove(sheet))


@probe.command("show", epilog="Example: tracer probe show p1 --case my-case")
@click.argument("sheet", metavar="PROBE")
@rows_options
@LANG
@case_options
def show(session: Session, sheet: str, format_: str, output: Path | None, lang: str | None) -> None:
    """Show again what the answers to a sheet, and to those that it goes on from, say."""
    print_table(session.case().probes.show(sheet, lang=language(lang, format_), shown=_shown(format_)), format_, output)


def _shown(format_: str) -> int | None:
    """How many rows are printed."""
    from tracer.ask.probing import SHOWN

    return SHOWN if format_ == "table" else None
