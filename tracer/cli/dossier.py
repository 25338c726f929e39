"""What the manifest says, as commands: datasets, parties, evidence, claims, relations, replies."""

from __future__ import annotations

from typing import Any

from tracer.cli.operations import CommandGroup
from tracer.cli.session import Session, narrate, print_change

_MENTIONS = 20
"""Places that are printed one a line; the answer has all."""

dataset = CommandGroup("dataset", "datasets", "list --case my-case", "List, describe, rename and remove datasets.")
dataset.calls("list", "--case my-case", empty="No datasets yet; load one: tracer load FILE --holder PARTY")
dataset.calls("edit", "d7 --obtained 2026-05-02 --case my-case")
dataset.calls("rename", "d7 market-2026-05 --case my-case")
dataset.calls("remove", "d7 --case my-case")
dataset.calls("restore", "d7 --case my-case")

party = CommandGroup(
    "party",
    "parties",
    "add cti-x --name 江苏甲乙科技有限公司 --role system_vendor",
    "Add, list, edit, merge or remove parties (organisations and protected sources; never people in the lists).",
)


@party.operation("add", "cti-x --name 江苏甲乙科技有限公司 --role system_vendor")
def party_add(session: Session, **facts: Any) -> None:
    changed = session.case().parties.add(**facts)
    print_change(changed)
    found, masked = changed.done.get("mentions", ()), changed.done.get("masked", ())
    left = [one for one in found if one["part"] not in masked]
    for one in left[:_MENTIONS]:
        narrate(f"{one['place']}, {one['field']}: {one['part']}")
    if left:
        edit = "edit those records" if facts["mask_mentions"] else "mask them with --mask-mentions, or edit the records"
        narrate(f"{len(left)} parts of its name leave in exports as they are: {edit}.")


party.calls(
    "merge",
    "cti-x-nanjing cti-x --yes",
    asks="Merge {a} into {b}? All that {a} held and said becomes {b}'s.",
    says="Undo it: tracer party unmerge {a}.",
)
party.calls("unmerge", "cti-x-nanjing --case my-case")

evidence = CommandGroup(
    "evidence",
    "evidence",
    "add ev1 receipt.pdf --kind receipt --acquired 2026-05-02",
    "Add, list, edit or remove evidence, or extract an original.",
)
evidence.calls("add", "ev1 receipt.pdf --kind receipt --acquired 2026-05-02")

evidence.calls(
    "extract", "ev1 receipt-copy.pdf", prints=None, says="{target}: {done[bytes]:,} bytes, sha256 {done[sha256]}"
)

claim = CommandGroup(
    "claim",
    "claims",
    "add --party reseller --kind random --dataset d7",
    "Add, list, edit or remove what a party says about a dataset, a platform or a line.",
)
claim.calls("add", "--party reseller --kind random --dataset d7 --channel phone")

relation = CommandGroup(
    "relation",
    "relations",
    "add oem_of reseller platform --date 2026-05-02 --basis alleged",
    "Add, list, edit or remove what is known between two parties.",
)
relation.calls("add", "oem_of reseller platform --basis alleged")

reply = CommandGroup(
    "reply",
    "replies",
    "add cti-x --asked 2026-05-03 --deadline 2026-05-10",
    "Add, list, edit or remove a party's reply, or that there was none by the deadline.",
)
reply.calls("add", "cti-x --asked 2026-05-03 --answered 2026-05-08 --text '…'")

for group, named, edited in (
    (party, "cti-x", "--role system_vendor"),
    (evidence, "ev1", "--kind receipt"),
    (claim, "claim-1", "--said 2026-05-02"),
    (relation, "1", "--basis documented"),
    (reply, "cti-x", "--answered 2026-05-08"),
):
    group.calls("list", "--case my-case", empty=f"No {group.part} yet; add one: tracer {group.name} add")
    group.calls("edit", f"{named} {edited} --case my-case")
    group.calls("remove", f"{named} --case my-case")
