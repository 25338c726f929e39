"""The register: who got which canary, where, and which rows were left out; committed before a copy leaves.

`merkle` is the tree, `leaves` its contents, `audit` what `verify` asks, `reveal` and `checking` open single leaves
and check them without a case, `stamps` keeps what a time-stamp authority answered.
"""

from tracer.marking.register.leaves import REGISTER, changed_registers, committed_root

__all__ = ["REGISTER", "changed_registers", "committed_root"]
