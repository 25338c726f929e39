"""Do two lists that share no identifier hold the same people? Counted, never listed, and never a contact in common."""

from tracer.findings.persons.estimate import SamePeople, same_people
from tracer.findings.persons.link import LEAST_PROBABILITY, Linkage, link_tables

__all__ = ["LEAST_PROBABILITY", "Linkage", "SamePeople", "link_tables", "same_people"]
