"""What the manifest says, as commands: lists, parties, evidence, claims, relations and replies, with the same keys as
options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tracer.cli import completing
from tracer.cli.load import mapped
from tracer.cli.rows import print_change, prints_rows
from tracer.cli.session import ANY, DAY, EVIDENCE, FILE, Session, case_options, narrate, options
from tracer.errors import UsageError
from tracer.library.table import Table

_CLEAR = click.option("--clear", multiple=True, metavar="FIELD", help="A field to be empty again; may be repeated.")
_NAMES = options(
    click.option("--name", help="Its name as people write it."),
    click.option("--name-en", help="Its name as readers of English see it."),
    click.option("--name-zh", help="Its name as readers of Chinese see it."),
    click.option(
        "--role", help="client, contractor, system_vendor, line_vendor, data_trader … (tracer help manifest)",
        shell_complete=completing.roles,
    ),
    click.option("--alias", "aliases", multiple=True, help="Another name; may be repeated."),
    click.option("--registration", help="Its number in a company register."),
    click.option("--province", help="Where it is registered."),
    click.option("--industry", help="What it deals in."),
)  # fmt: skip
_ACQUIRED = options(
    click.option("--kind", help="receipt, screenshot, interview, notice …"),
    click.option("--acquired", type=DAY, help="Day it was acquired."),
    click.option("--by", help="Who acquired it."),
)


def _kind_of_claim(*, required: bool = False) -> Callable[..., Any]:
    return click.option(
        "--kind", required=required, help="random, size, daily_growth, not_retained … (tracer help manifest)",
        shell_complete=completing.claim_kinds,
    )  # fmt: skip


_SAID = options(
    click.option("--about", help="The party whose goods it is about (default: the party itself)."),
    click.option("--speaker", help="The person or function that spoke."),
    click.option(
        "--channel", help="phone, chat, website, contract, interview, notice, other", shell_complete=completing.channels
    ),
    click.option("--value", help="What is claimed: a number for sizes and rates, a day for stopped."),
    click.option("--dataset", help="The dataset it is about."),
    click.option("--said", type=DAY, help="Day it was said."),
    click.option("--quote", help="The words."),
    EVIDENCE,
)
_STATED = options(
    click.option("--date", type=DAY, help="Day it is stated for."),
    click.option("--basis", help="documented, alleged or inferred", shell_complete=completing.bases),
    EVIDENCE,
)
_MENTIONS = 20
"""Places that are printed one a line; the answer has all."""
_ASKED = click.option("--asked", type=DAY, help="Day of the question, where the party was asked several times.")


def _translations(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str] | None:
    """`LANG=TEXT`, each."""
    parts = [one.partition("=") for one in given]
    if not all(language and text.strip() for language, _, text in parts):
        raise click.BadParameter('write LANG=TEXT, as in: en="We know nothing of it."')
    return {language.strip(): text.strip() for language, _, text in parts} or None


_ANSWERED = options(
    click.option("--deadline", type=DAY, help="Day until which an answer was asked for."),
    click.option("--answered", type=DAY, help="Day of the answer; absent: none yet."),
    click.option("--text", help="The answer."),
    click.option("--language", help="Language of the answer: zh, en …"),
    click.option(
        "--translation", multiple=True, metavar="LANG=TEXT", callback=_translations,
        help="The answer in another language, for readers of it; repeatable.",
    ),
)  # fmt: skip


@click.group(epilog="Example: tracer party add cti-x --name 江苏甲乙科技有限公司 --role system_vendor")
def party() -> None:
    """Add, list, edit, merge or remove parties (organisations and protected sources; never people in the lists)."""


@party.command("add", epilog="Example: tracer party add cti-x --name 江苏甲乙科技有限公司 --role system_vendor")
@click.argument("id_", metavar="ID")
@_NAMES
@click.option("--protected", is_flag=True, help="A pseudonym in every export; also for a party that is there already.")
@click.option("--mask-mentions", is_flag=True, help="With --protected: parts of its name that others wrote, too.")
@EVIDENCE
@case_options
def party_add(session: Session, /, id_: str, **facts: Any) -> None:
    """Add a party, or complete one that exists: what it lacks, further aliases, or that it is protected.

    Protection holds from then on: every export uses the pseudonym. Lines that the journal has already keep the name;
    `tracer export handover` withholds them. Where others wrote a part of its name (quotes, notes, titles, names of
    files), the answer lists it: --mask-mentions makes each such part an alias, which pseudonyms replace. Run it again
    after new records.
    """
    changed = session.case().parties.add(id_, **facts)
    print_change(changed)
    found, masked = changed.done.get("mentions", ()), changed.done.get("masked", ())
    left = [one for one in found if one["part"] not in masked]
    for one in left[:_MENTIONS]:
        narrate(f"{one['place']}, {one['field']}: {one['part']}")
    if left:
        remedy = (
            "edit those records" if facts["mask_mentions"] else "mask them with --mask-mentions, or edit the records"
        )
        narrate(f"{len(left)} parts of its name leave in exports as they are: {remedy}.")


@party.command("merge", epilog="Example: tracer party merge cti-x-nanjing cti-x --yes")
@click.argument("a")
@click.argument("b")
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@case_options
def party_merge(session: Session, a: str, b: str, yes: bool) -> None:
    """Merge party A into party B: what A held and said is B's from now on.

    `party unmerge A` takes it apart again.
    """
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("there is no terminal on which to confirm the merge", remedy="add --yes")
        click.confirm(f"Merge {a} into {b}? All that {a} held and said becomes {b}'s.", abort=True, err=True)
    print_change(session.case().parties.merge(a, b))
    narrate(f"Undo it: tracer party unmerge {a}.")


@party.command("unmerge", epilog="Example: tracer party unmerge cti-x-nanjing --case my-case")
@click.argument("id_", metavar="ID")
@case_options
def party_unmerge(session: Session, id_: str) -> None:
    """Unmerge party ID: what was its own before the merge is its own again.

    Lists, copies, claims, relations, replies and names go back; what was added since the merge stays where it is.
    """
    print_change(session.case().parties.unmerge(id_))


@click.group(epilog="Example: tracer evidence add ev1 receipt.pdf --kind receipt --acquired 2026-05-02")
def evidence() -> None:
    """Add, list, edit or remove evidence, or extract an original."""


@evidence.command("add", epilog="Example: tracer evidence add ev1 receipt.pdf --kind receipt --acquired 2026-05-02")
@click.argument("id_", metavar="ID")
@click.argument("file", required=False, type=ANY)
@click.option("--text", help="A statement, in place of a file.")
@_ACQUIRED
@case_options
def evidence_add(session: Session, /, id_: str, file: Path | None, **facts: Any) -> None:
    """Add a file or a statement to the case: hashed, and encrypted."""
    print_change(session.case().evidence.add(id_, file, **facts))


@evidence.command("extract", epilog="Example: tracer evidence extract ev1 receipt-copy.pdf")
@click.argument("id_", metavar="ID")
@click.argument("target", type=FILE)
@case_options
def evidence_extract(session: Session, id_: str, target: Path) -> None:
    """Write the original behind a piece of evidence or a dataset to a new file, byte for byte."""
    done = session.case().evidence.extract(id_, target)
    narrate(f"{target}: {done['bytes']:,} bytes, sha256 {done['sha256']}")


@click.group(epilog="Example: tracer claim add --party reseller --kind random --dataset d7")
def claim() -> None:
    """Add, list, edit or remove what a party says about a dataset, a platform or a line."""


@claim.command("add", epilog="Example: tracer claim add --party reseller --kind random --dataset d7 --channel phone")
@click.option("--id", "id_", metavar="ID", help="Id of the claim; numbered where absent.")
@click.option("--party", required=True, metavar="PARTY", help="Who says it.")
@_kind_of_claim(required=True)
@_SAID
@case_options
def claim_add(session: Session, /, id_: str | None, **facts: Any) -> None:
    """Add a claim. `tracer trace` tests it where data can."""
    print_change(session.case().claims.add(id=id_, **facts))


@click.group(epilog="Example: tracer relation add oem_of reseller platform --date 2026-05-02 --basis alleged")
def relation() -> None:
    """Add, list, edit or remove what is known between two parties."""


@relation.command("add", epilog="Example: tracer relation add oem_of reseller platform --basis alleged")
@click.argument("kind", shell_complete=completing.relation_kinds)
@click.argument("from_party", metavar="FROM")
@click.argument("to_party", metavar="TO")
@_STATED
@case_options
def relation_add(session: Session, /, **facts: Any) -> None:
    """Add a relation: FROM is KIND of TO (oem_of, sold_to, supplies_line_to, owns, sanctions …)."""
    print_change(session.case().relations.add(**facts))


@click.group(epilog="Example: tracer reply add cti-x --asked 2026-05-03 --deadline 2026-05-10")
def reply() -> None:
    """Add, list, edit or remove a party's reply, or that there was none by the deadline."""


@reply.command("add", epilog="Example: tracer reply add cti-x --asked 2026-05-03 --answered 2026-05-08 --text '…'")
@click.argument("party", metavar="PARTY")
@click.option("--asked", type=DAY, help="Day of the question.")
@_ANSWERED
@case_options
def reply_add(session: Session, /, party: str, **facts: Any) -> None:
    """Record that a party was asked, and its answer."""
    print_change(session.case().replies.add(party, **facts))


def _keep(
    group: click.Group, many: str, one: str, example: str, *, edited: str, fields: Callable[..., Any],
    argument: str = "ID", which: Callable[..., Any] = lambda command: command,
) -> None:  # fmt: skip
    """Give the group of a kind of record its `list`, `edit` and `remove`.

    edited: an example of what is changed; fields: what can be; which: what else a record is named by.
    """
    kind = group.name
    named = click.argument("named", metavar=argument, type=int if argument == "NUMBER" else str)

    @group.command("list", help=f"List all {many}.", epilog=f"Example: tracer {kind} list --case my-case")
    @prints_rows(f"No {many} yet; add one: tracer {kind} add")
    @case_options
    def list_(session: Session) -> Table:
        listed: Table = getattr(session.case(), many).list()
        return listed

    @group.command(
        "edit", help=f"Change the facts of {one}; what is not given stays.",
        epilog=f"Example: tracer {kind} edit {example} {edited} --case my-case",
    )  # fmt: skip
    @named
    @which
    @fields
    @_CLEAR
    @case_options
    def edit(session: Session, /, named: Any, clear: tuple[str, ...], **facts: Any) -> None:
        print_change(getattr(session.case(), many).edit(named, clear=clear, **facts))

    @group.command(
        "remove", help=f"Remove {one}, unless something rests on it, which is named then.",
        epilog=f"Example: tracer {kind} remove {example} --case my-case",
    )  # fmt: skip
    @named
    @which
    @case_options
    def remove(session: Session, /, named: Any, **which: Any) -> None:
        print_change(getattr(session.case(), many).remove(named, **which))


_keep(party, "parties", "a party", "cti-x", edited="--role system_vendor", fields=options(_NAMES, EVIDENCE))
_keep(evidence, "evidence", "a piece of evidence", "ev1", edited="--kind receipt", fields=_ACQUIRED)
_keep(claim, "claims", "a claim", "claim-1", edited="--said 2026-05-02", fields=options(_kind_of_claim(), _SAID))
_keep(relation, "relations", "a relation", "1", edited="--basis documented", fields=_STATED, argument="NUMBER")
_keep(
    reply, "replies", "a reply", "cti-x", edited="--answered 2026-05-08", fields=_ANSWERED, argument="PARTY",
    which=_ASKED,
)  # fmt: skip


@click.group(epilog="Example: tracer dataset list --case my-case")
def dataset() -> None:
    """List, describe, rename and remove datasets."""


@dataset.command("list", epilog="Example: tracer dataset list --case my-case")
@prints_rows("No datasets yet; load one: tracer load FILE --holder PARTY")
@case_options
def dataset_list(session: Session) -> Table:
    """List all datasets, removed and purged ones too."""
    return session.case().datasets.list()


@dataset.command("edit", epilog="Example: tracer dataset edit d7 --obtained 2026-05-02 --case my-case")
@click.argument("id_", metavar="DATASET")
@click.option("--holder", help="The party that it was obtained from.")
@click.option("--obtained", type=DAY, help="Day it was obtained.")
@click.option("--created", type=DAY, help="Day it came into being.")
@click.option("--exported", type=DAY, help="Day of this export.")
@click.option("--living/--no-living", default=None, help="Whether the list went on after its first day.")
@click.option("--origin", help="own, obtained, refusals, register or offer")
@click.option("--title", help="Its name as readers see it.")
@click.option("--title-en", help="Its name as readers of English see it.")
@click.option("--title-zh", help="Its name as readers of Chinese see it.")
@click.option("--region", help="Country of its numbers without a country code; it is read again.")
@click.option("--map", "maps", multiple=True, metavar="ROLE=COLUMN", help="What a column is; it is read again.")
@_CLEAR
@case_options
def dataset_edit(session: Session, /, id_: str, maps: tuple[str, ...], clear: tuple[str, ...], **facts: Any) -> None:
    """Change the facts of a dataset; what is not given stays.

    --region and --map read the original again, which the case keeps: a new version of the same id. A list that was
    purged, or whose original was not kept, is refused.
    """
    print_change(session.case().datasets.edit(id_, columns=mapped(maps), clear=clear, **facts))


@dataset.command("rename", epilog="Example: tracer dataset rename d7 market-2026-05 --case my-case")
@click.argument("old", metavar="DATASET")
@click.argument("new", metavar="NEW_ID")
@case_options
def dataset_rename(session: Session, old: str, new: str) -> None:
    """Rename a dataset: claims, handovers and decisions follow.

    A list of which marked copies were committed keeps its id, which is part of the proof.
    """
    print_change(session.case().datasets.rename(old, new))


@dataset.command("remove", epilog="Example: tracer dataset remove d7 --case my-case")
@click.argument("id_", metavar="DATASET")
@case_options
def dataset_remove(session: Session, id_: str) -> None:
    """Remove a dataset from what is traced; findings about it are superseded, not erased.

    Its contents stay in the case, and `dataset restore` puts it back. `tracer purge` erases contents.
    """
    print_change(session.case().datasets.remove(id_))
    narrate(f"Undo it: tracer dataset restore {id_}. Erase its contents: tracer purge {id_}.")


@dataset.command("restore", epilog="Example: tracer dataset restore d7 --case my-case")
@click.argument("id_", metavar="DATASET")
@case_options
def dataset_restore(session: Session, id_: str) -> None:
    """Restore a dataset that was removed."""
    print_change(session.case().datasets.restore(id_))
