"""Codes: marks that distinguish copies, what leaks do to it, what a leak says about each copy. Pure numbers, no
store."""

from tracer.marking.codes.evidence import Code, CopyEvidence, Leak, weigh

__all__ = ["Code", "CopyEvidence", "Leak", "weigh"]
