"""The command line as a function, as its own tests have it."""

from tests.cli.conftest import tracer, use

__all__ = ["tracer", "use"]
