"""What all benches have in common: options by the signature of their `main`, and the exit code by its answer."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable
from types import UnionType
from typing import Any, Literal, get_args, get_origin


def run(main: Callable[..., bool | None]) -> None:
    """Call `main` with what the command line gives, and exit: 1 where it returns False, which is a missed bar.

    Parameters before the `*` are arguments, the others options; `Literal[…]` for choices, `bool` for a flag,
    `tuple[T, ...]` for several words, `T | None` where nothing may be given.
    """
    about = sys.modules[main.__module__].__doc__
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, parameter in inspect.signature(main, eval_str=True).parameters.items():
        of, told = parameter.annotation, dict[str, Any]()
        flag = "--" if parameter.kind is parameter.KEYWORD_ONLY else ""
        if parameter.default is not parameter.empty:
            told |= {"default": parameter.default} | ({} if flag else {"nargs": "?"})
        elif flag:
            told["required"] = True
        if get_origin(of) in (tuple, UnionType):
            told |= {"nargs": "*"} if get_origin(of) is tuple else {}
            of = get_args(of)[0]
        if get_origin(of) is Literal:
            told["choices"], of = get_args(of), str
        told |= {"action": "store_true"} if of is bool else {"type": of}
        parser.add_argument(flag + name, **told)
    sys.exit(main(**vars(parser.parse_args())) is False)
