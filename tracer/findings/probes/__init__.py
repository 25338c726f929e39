"""Probes: a look-up service is asked for marks and rows of copies; its answers name a copy, or none."""

from tracer.findings.probes.campaign import ProbeFinding, probe_findings
from tracer.findings.probes.intake import TakenAnswers, take_answers
from tracer.findings.probes.people import read_agreed
from tracer.findings.probes.plan import PlannedProbe, ProbeRequest, plan_probe, remove_probe

__all__ = ["PlannedProbe", "ProbeFinding", "ProbeRequest", "TakenAnswers", "plan_probe", "probe_findings"]
__all__ += ["read_agreed", "remove_probe", "take_answers"]
