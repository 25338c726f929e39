"""Which dataset was copied from which: edges with probabilities, several parents, direction, lists that were never
obtained.

One row of evidence a pair (`evidence`, from memberships in `counts`, rows in `rows` and the dossier in `dossier`), one
model that reads it (`model`, fitted by `fitting`), what follows for ways and other explanations (`ways`), and how it is
stated (`edges`)."""

from tracer.findings.derivation.compute import Decision, compute

__all__ = ["Decision", "compute"]
