"""What the manifest says, as commands: parties, evidence, claims, relations and replies, with the same keys as
options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracer.cli import completing
from tracer.cli.dates import DAY
from tracer.cli.keeping import keep
from tracer.cli.rows import print_change
from tracer.cli.session import Session, case_options, narrate

EVIDENCE = click.option("--evidence", multiple=True, metavar="ID", help="Id of what backs this; may be repeated.")


@click.group(epilog="Example: tracer party add cti-x --name 江苏甲乙科技有限公司 --role system_vendor")
def party() -> None:
    """Add, list, edit, merge or remove parties (organisations and protected sources; never people in the lists)."""


@party.command("add", epilog="Example: tracer party add cti-x --name 江苏甲乙科技有限公司 --role system_vendor")
@click.argument("id_", metavar="ID")
@click.option("--name", help="Its name as people write it.")
@click.option("--name-en", help="Its name as readers of English see it.")
@click.option("--name-zh", help="Its name as readers of Chinese see it.")
@click.option(
    "--role", help="client, contractor, system_vendor, line_vendor, data_trader … (tracer help manifest)",
    shell_complete=completing.roles,
)  # fmt: skip
@click.option("--alias", "aliases", multiple=True, help="Another name; may be repeated.")
@click.option("--registration", help="Its number in a company register.")
@click.option("--province", help="Where it is registered.")
@click.option("--industry", help="What it deals in.")
@click.option("--protected", is_flag=True, help="A pseudonym in every export; also for a party that is there already.")
@EVIDENCE
@case_options
def party_add(session: Session, /, id_: str, **facts: Any) -> None:
    """Add a party, or complete one that exists: what it lacks, further aliases, or that it is protected.

    Protection holds from then on: every export uses the pseudonym. Lines that the journal has already keep the name;
    `tracer export handover` withholds them.
    """
    print_change(session.case().parties.add(id_, **facts))


@party.command("merge", epilog="Example: tracer party merge cti-x-nanjing cti-x")
@click.argument("a")
@click.argument("b")
@case_options
def party_merge(session: Session, a: str, b: str) -> None:
    """Merge party A into party B: what A held and said is B's from now on."""
    print_change(session.case().parties.merge(a, b))


@click.group(epilog="Example: tracer evidence add ev1 receipt.pdf --kind receipt --acquired 2026-05-02")
def evidence() -> None:
    """Add, list, edit or remove evidence, or extract an original."""


@evidence.command("add", epilog="Example: tracer evidence add ev1 receipt.pdf --kind receipt --acquired 2026-05-02")
@click.argument("id_", metavar="ID")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--text", help="A statement, in place of a file.")
@click.option("--kind", help="receipt, screenshot, interview, notice …")
@click.option("--acquired", type=DAY, help="Day it was acquired.")
@click.option("--by", help="Who acquired it.")
@case_options
def evidence_add(session: Session, /, id_: str, file: Path | None, **facts: Any) -> None:
    """Add a file or a statement to the case: hashed, and encrypted."""
    print_change(session.case().evidence.add(id_, file, **facts))


@evidence.command("extract", epilog="Example: tracer evidence extract ev1 receipt-copy.pdf")
@click.argument("id_", metavar="ID")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
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
@click.option(
    "--kind", required=True, help="random, size, daily_growth, not_retained … (tracer help manifest)",
    shell_complete=completing.claim_kinds,
)  # fmt: skip
@click.option("--about", help="The party whose goods it is about (default: the party itself).")
@click.option("--speaker", help="The person or function that spoke.")
@click.option(
    "--channel", help="phone, chat, website, contract, interview, notice, other", shell_complete=completing.channels
)
@click.option("--value", help="What is claimed: a number for sizes and rates, a day for stopped.")
@click.option("--dataset", help="The dataset it is about.")
@click.option("--said", type=DAY, help="Day it was said.")
@click.option("--quote", help="The words.")
@EVIDENCE
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
@click.option("--date", type=DAY, help="Day it is stated for.")
@click.option("--basis", help="documented, alleged or inferred", shell_complete=completing.bases)
@EVIDENCE
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
@click.option("--deadline", type=DAY, help="Day until which an answer was asked for.")
@click.option("--answered", type=DAY, help="Day of the answer; absent: none yet.")
@click.option("--text", help="The answer.")
@case_options
def reply_add(session: Session, /, party: str, **facts: Any) -> None:
    """Record that a party was asked, and its answer."""
    print_change(session.case().replies.add(party, **facts))


keep(party=party, evidence=evidence, claim=claim, relation=relation, reply=reply)
