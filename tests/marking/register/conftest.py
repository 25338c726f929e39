"""What the tests of the register share."""

from tests.marking.register.authority import authority

__all__ = ["authority"]
