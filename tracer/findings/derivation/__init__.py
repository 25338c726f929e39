"""Which dataset was copied from which: edges with probabilities, several parents, direction, hidden brokers.

The model: memberships factorise over an acyclic graph of datasets; each dataset is a noisy OR of its parents plus rows
of its own (`family`); dates, documents and the rows themselves add weights to single edges (`dates`, `rowwise`); graphs
are averaged (`order`, `search`); a pair that popular contacts may explain is held down (`overlap`).
"""

from tracer.findings.derivation.compute import Decision, compute
from tracer.findings.derivation.weights import SIGNALS

__all__ = ["SIGNALS", "Decision", "compute"]
