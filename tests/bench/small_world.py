"""A small world for benches that need a whole investigation in seconds, of invented people; and commands in it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracer.cli.main import run
from tracer.errors import ExitCode, TracerError


def phone(number: int) -> str:
    """An unallocated Chinese mobile number."""
    return f"142{number * 7919 % 100_000_000:08d}"


def write_world(folder: Path, people: int = 400) -> None:
    """A client's list, a mix of a part of it with strangers, a list that is unrelated, and canaries."""
    draw = random.Random("small world")
    folder.mkdir(parents=True)
    mixed = draw.sample(range(people), people * 2 // 3) + list(range(2 * people, 2 * people + people // 2))
    draw.shuffle(mixed)
    for name, members in {"client": range(people), "mixed": mixed, "other": range(5 * people, 6 * people)}.items():
        rows = "".join(f"甲{number},{phone(number)},路{number % 97}号\n" for number in members)
        (folder / f"{name}.csv").write_text("姓名,手机号,地址\n" + rows, encoding="utf-8")
    canaries = "".join(f"{phone(900_000 + number)},c{number}@trap.example,林晓\n" for number in range(12))
    (folder / "canaries.csv").write_text("phone,email,name\n" + canaries, encoding="utf-8")


def command(*arguments: str) -> tuple[int, str]:
    """(exit code, what a command printed), in this process."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = run(list(arguments))
    out.seek(0)
    return code, out.read()


def forked(work: Callable[[], Any], kill_after: float | None = None, patience: float | None = None) -> tuple[int, Any]:
    """(exit status, what `work` returned) of a process of its own.

    Killed with SIGKILL after so many seconds, whatever it does, or where it has not answered within `patience`.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            answer = work()
        except TracerError as error:
            os._exit(error.exit_code)
        except BaseException:  # noqa: BLE001 - a forked child must not go on as its parent
            os._exit(ExitCode.FAULT)
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe, default=str)
        os._exit(answer if isinstance(answer, int) else 0)
    os.close(writing)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    elif patience is not None and not select.select([reading], [], [], patience)[0]:
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text) if text else None
