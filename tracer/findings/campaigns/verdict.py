"""What was read of one campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracer.findings.campaigns.content import Content
from tracer.findings.campaigns.facts import Hit
from tracer.findings.campaigns.grouping import Campaign
from tracer.findings.campaigns.ordinary import Ordinary
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

    @property
    def numbers(self) -> int:
        """Distinct controlled numbers that say anything."""
        return len({hit.number.no for hit in self.evidence})
