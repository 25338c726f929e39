"""The register: who got which canary, where, and which rows were left out; committed before a copy leaves.

`leaves` are its contents and the tree over them, `reveal` opens single leaves and checks
them without a case, `timestamp` reads and keeps what a time-stamp authority answered.
"""

from tracer.marking.register.registers import REGISTER, changed_registers, committed_root

__all__ = ["REGISTER", "changed_registers", "committed_root"]
