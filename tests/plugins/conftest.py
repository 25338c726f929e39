"""The command line as a function, as its own tests have it."""

from tests.cli.conftest import tracer

__all__ = ["tracer"]
