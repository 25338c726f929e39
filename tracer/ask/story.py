"""The findings of a case as a person reads them: what matters first, how sure, and what speaks against it.

Composes rows of the documented views into short sections. Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from tracer.ask.story_parts import StoryFinding, StorySection, Teller, section, sentences, spoken
from tracer.ask.story_trade import claims, contradictions, lines, refusals
from tracer.ask.warnings import warned
from tracer.disclosure import DatasetRef, Reason
from tracer.dossier.replies import reply_state
from tracer.findings.deciding import COPY_UNKNOWN
from tracer.wording import headlines, say

STRONG = 0.5
"""Findings under this probability are left to the queries."""
_SENTENCES = 3
"""Reasons, and as many objections, that are listed for one finding; the rest is counted."""
RETENTION = (
    "SELECT t.*, r.ends FROM views.retention t LEFT JOIN views.releases r USING (release)"
    f" WHERE probability >= {STRONG} AND reading <> 'held'"
    " ORDER BY t.release, reading = 'retained' DESC, first_seen, seen_in"
)
"""What is more than lawful holding, of each copy what its recipient held first."""
CAMPAIGNS = (
    f"SELECT * FROM views.campaigns WHERE probability >= {STRONG} AND reading.code <> 'campaign-background'"
    " ORDER BY len(releases) = 0, probability DESC, length(campaign), campaign"
)
DERIVATIONS = f"SELECT * FROM views.derivations WHERE probability >= {STRONG} ORDER BY probability DESC, parent, child"


def story(
    con: duckdb.DuckDBPyConnection, *, untraced: str = "", lang: str = "en", teller: Teller | None = None
) -> list[StorySection]:
    """All sections that have something to say, the weightiest first.

    untraced: that findings are not those of the case as it is now (`stages.untraced`); it comes before all of them.
    teller: what has read the case before.
    """
    teller = teller or Teller(con, lang)
    sections = (
        section(teller.word(Reason.of("story-not-up-to-date")), [], "", untraced),
        warned(teller),
        _retention(teller),
        _chains(teller),
        _attributions(teller),
        _campaigns(teller),
        _derivations(teller),
        claims(teller),
        contradictions(teller),
        _sales(teller),
        lines(teller),
        refusals(teller),
        _lists(teller),
        _replies(teller),
    )
    return [each for each in sections if each.findings or each.note]


def by_copy(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows of `RETENTION` copy by copy: what was held after the end before what was passed on, better grades first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["release"], []).append(row)
    return sorted(found.values(), key=lambda seen: (seen[0]["reading"] != "retained", *_by_grade(seen[0])))


def _retention(teller: Teller) -> StorySection:
    voice = teller.voice()
    found = []
    for seen in by_copy(teller.rows(RETENTION)):  # the reasons are those of the first list, the weightiest
        first = seen[0]
        found.append(
            StoryFinding(
                voice.say(headlines.given(first)),
                items=tuple(f"{row['grade']} {voice.say(headlines.seen(row))}" for row in seen),
                reasons=spoken(first["reasons"], voice),
                against=spoken(first["against"], voice),
            )
        )
    held = teller.rows("SELECT count(DISTINCT vendor) AS n FROM views.retention WHERE reading = 'held'")[0]["n"]
    note = teller.word(Reason.of("story-held", n=held)) if held else ""
    return section(teller.word(Reason.of("story-retention")), found, "retention", note)


def _by_grade(row: Mapping[str, Any]) -> tuple[int, str]:
    return -int(row["grade"][1:]), row["release"]


def _chains(teller: Teller) -> StorySection:
    rows = teller.rows("SELECT * FROM views.chains ORDER BY grade DESC, len(parties) DESC, parties, datasets")
    voice = teller.voice()
    findings = [
        StoryFinding(voice.say(headlines.chain(row)), row["grade"], voice.say(headlines.chain_by(row))) for row in rows
    ]
    return section(teller.word(Reason.of("story-chains")), findings, "resale-chains")


def _attributions(teller: Teller) -> StorySection:
    rows = teller.rows(
        "SELECT a.*, d.holder FROM views.attributions a JOIN views.datasets d USING (dataset)"
        " WHERE accused ORDER BY a.grade DESC, dataset, release"
    )
    voice = teller.voice()
    findings = [
        StoryFinding(
            voice.say(headlines.attribution(row, row["holder"])),
            row["grade"],
            sentences(headlines.marks(row), voice),
            against=spoken(row["against"], voice),
        )
        for row in rows
    ]
    findings += [
        StoryFinding(voice.say(headlines.copy_unknown(row)), row["grade"], against=spoken(row["against"], voice))
        for row in _unknown_copies(teller)
    ]
    return section(teller.word(Reason.of("story-attributions")), findings, "attributions")


def _unknown_copies(teller: Teller) -> list[dict[str, Any]]:
    """Lists of hashes that hold a client's rows and name no copy: one row for each list and client."""
    rows = teller.rows(
        "SELECT a.dataset, d.holder AS client, a.grade, a.against FROM views.attributions a"
        " JOIN views.releases r USING (release) JOIN views.datasets d ON d.dataset = r.dataset"
        f" WHERE NOT accused AND len(list_filter(a.reasons, lambda reason: reason.code = '{COPY_UNKNOWN}')) > 0"
        " ORDER BY a.dataset, client, release"
    )
    found: dict[tuple[object, object], dict[str, Any]] = {}
    for row in rows:
        found.setdefault((row["dataset"], row["client"]), row | {"against": row["against"][-1:]})
    return list(found.values())


def _campaigns(teller: Teller) -> StorySection:
    rows, voice = teller.rows(CAMPAIGNS), teller.voice()
    findings = [
        StoryFinding(
            f"{row['campaign']}: {voice.say(headlines.campaign(row))}",
            "",
            voice.say(headlines.sure(row)),
            against=spoken(row["against"], voice),
        )
        for row in rows
    ]
    apart = teller.rows("SELECT count(*) AS n FROM views.signals WHERE campaign IS NULL")[0]["n"]
    note = teller.word(Reason.of("story-no-campaign", n=apart)) if apart and rows else ""
    return section(teller.word(Reason.of("story-campaigns")), findings, "campaigns", note)


def _derivations(teller: Teller) -> StorySection:
    voice = teller.voice()
    findings = [
        StoryFinding(
            voice.say(headlines.derivation(row)),
            row["grade"],
            voice.say(headlines.derivation_sure(row)),
            against=spoken(row["against"][:1], voice),
        )
        for row in teller.rows(DERIVATIONS)
    ]
    return section(teller.word(Reason.of("story-derivations")), findings, "derivations")


def _sales(teller: Teller) -> StorySection:
    rows, voice = teller.answers("sales"), teller.voice()
    findings = [StoryFinding(voice.say(headlines.sale(row)), row["grade"] or "") for row in rows]
    return section(teller.word(Reason.of("story-sales")), findings, "sales")


def counted(teller: Teller, *, worst: bool = True) -> str:
    """How many lists and records there are, and how many gave nothing to compare; `worst`: in which list most."""
    row = teller.rows(
        "SELECT count(*) AS lists, coalesce(sum(rows), 0)::BIGINT AS n, coalesce(sum(rejected), 0)::BIGINT AS rejected,"
        " max(rejected) AS most, arg_max(dataset, (rejected, dataset)) AS worst"
        " FROM views.datasets WHERE purged_at IS NULL"
    )[0]
    several = worst and row["lists"] > 1 and row["most"]
    return teller.word(
        Reason.of(
            "story-counted", lists=row["lists"], rows=row["n"], rejected=row["rejected"],
            most=row["most"] if several else None, where=DatasetRef(row["worst"]) if several else None,
        )
    )  # fmt: skip


def _lists(teller: Teller) -> StorySection:
    note = counted(teller)
    gone = teller.rows("SELECT dataset FROM views.datasets WHERE purged_at IS NOT NULL ORDER BY dataset")
    if gone:
        named = tuple(DatasetRef(row["dataset"]) for row in gone)
        note += " " + teller.voice().say(Reason.of("story-purged", n=len(gone), datasets=named))
    return section(teller.word(Reason.of("story-lists")), [], "datasets", note)


def _replies(teller: Teller) -> StorySection:
    rows = teller.rows(
        "SELECT r.party, r.asked, r.deadline, r.answered FROM views.replies r WHERE r.party IN ("
        f" SELECT vendor FROM views.retention WHERE probability >= {STRONG} AND reading <> 'held'"
        " UNION SELECT recipient FROM views.attributions WHERE accused"
        " UNION SELECT unnest([party, about]) FROM views.claims WHERE verdict = 'contradicted')"
        " ORDER BY r.party, r.asked"
    )
    voice = teller.voice()
    findings = [
        StoryFinding(
            voice.say(headlines.reply(row["party"], reply_state(row["asked"], row["deadline"], row["answered"])))
        )
        for row in rows
    ]
    return section(teller.word(Reason.of("story-replies")), findings, "parties")


def told(texts: Sequence[str], lang: str = "en") -> list[str]:
    """The first sentences, and how many more there are."""
    more = len(texts) - _SENTENCES
    return [*texts[:_SENTENCES], *([say(Reason.of("story-more-reasons", n=more), lang)] if more > 0 else [])]
