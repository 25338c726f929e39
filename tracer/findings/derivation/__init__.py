"""Which dataset was copied from which: edges with probabilities, several parents, direction, hidden brokers.

The model: memberships factorise over an acyclic graph of datasets; each dataset is a noisy OR of its parents plus rows
of its own (`family`); dates, documents, versions and the rows themselves add weights to single edges (`dates`,
`versions`, `rowwise`); graphs are averaged (`order`, `search`); what such a result was worth on lists with a known past
is what is stated, and no direction without a reason (`calibration`, `stating`, `triangles`).
"""

from tracer.findings.derivation.compute import Decision, compute
from tracer.findings.derivation.weights import SIGNALS

__all__ = ["SIGNALS", "Decision", "compute"]
