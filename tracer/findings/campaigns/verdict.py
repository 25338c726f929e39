"""What was read of one campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracer.findings.campaigns.background import ControlRate
from tracer.findings.campaigns.content import Content
from tracer.findings.campaigns.facts import Hit, SignalFacts
from tracer.findings.campaigns.grouping import Campaign
from tracer.findings.campaigns.ordinary import Ordinary
from tracer.findings.campaigns.pool import Pool
from tracer.findings.campaigns.posterior import CampaignSource

Key = tuple[int, int, int]


@dataclass(frozen=True)
class CampaignVerdict:
    """One campaign, read."""

    id: str
    campaign: Campaign
    evidence: tuple[Hit, ...]
    agreed: str | None
    sequential: bool
    found: tuple[CampaignSource, ...]
    ordinary: Mapping[str, Ordinary]
    """Copy → what complaints say of its ordinary people."""
    content: Mapping[Key, Content]
    same_province: float | None
    copies: Mapping[str, float] = field(default_factory=dict)
    """Copy → probability that it is the campaign's source, planting taken off."""
    planted: int = 0
    """Home canaries that could have been reached by its medium."""
    copies_on_record: int = 0

    @property
    def numbers(self) -> int:
        """Distinct controlled numbers that say anything."""
        return len({hit.number.no for hit in self.evidence})


@dataclass(frozen=True)
class SignalReadings:
    """What the signals of a case say."""

    facts: SignalFacts
    rates: tuple[ControlRate, ...]
    marks: Mapping[Key, str]
    """Hit → why it does not count as evidence."""
    verdicts: tuple[CampaignVerdict, ...]
    """Campaigns of two hits or more, and single hits that used the persona."""
    pools: tuple[Pool, ...]
    content: Mapping[Key, Content]
