"""Child processes that unpack archives: started with a limit of their own, fed, and gone when they are not needed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress

from tracer.lists.read.model import Limits
from tracer.lists.read.source import Source


@contextmanager
def fed(
    command: Sequence[str], source: Source, limits: Limits, *between: int, memory: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A child that reads a source: by a descriptor where it is a file, else by its input, in which it is sent whole.

    `command`: what runs; it is given the bytes of memory it may take (`memory`, and three times what it is sent), the
    seconds, `between`, the descriptor (-1 for none) and how many bytes it is sent. The child is gone when the block
    ends.
    """
    held = source.held(limits) if source.path is None else b""
    with source.open() if source.path is not None else nullcontext() as stream:
        descriptor = -1 if stream is None else stream.fileno()
        arguments = (memory + 3 * len(held), limits.archive_seconds, *between, descriptor, len(held))
        child = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [*command, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            pass_fds=() if descriptor < 0 else (descriptor,),
        )  # fmt: skip
        try:
            with suppress(BrokenPipeError):
                if child.stdin is not None:
                    child.stdin.write(held)
                    child.stdin.flush()
            del held
            yield child
        finally:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                with suppress(BrokenPipeError):  # what was still to be sent to a child that is gone
                    if pipe is not None:
                        pipe.close()
            child.wait()
