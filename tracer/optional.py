"""Packages that not everybody needs: what lacks them says which, and how to have them."""

from __future__ import annotations

import shlex
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from tracer.documents import json_of
from tracer.errors import TracerError, UsageError

DISTRIBUTION = "tracer-lists"
"""What its wheel is called; the command and the module are `tracer`. No index has it: extras come from where it came
from."""
ANCHOR = "anchor"
"""The extra that checks the stamps of a time-stamping authority."""
ARCHIVES = "archives"
"""The extra that unpacks 7z."""
BLIND = "blind"
"""The extra by which two parties compare lists without showing them."""
PDF = "pdf"
"""The extra that reads the tables of PDFs."""
PRINT = "print"
"""The extra that pictures and reports as PNG and PDF need, and everything that looks into a PDF."""
SPARK = "spark"
"""The extra by which a cluster runs the statements of a case."""
PNG_AND_PDF = "PNG or PDF"
"""What cannot be made without it; SVG, HTML and Markdown can."""


def remedy(extra: str) -> str:
    """The command that installs an extra from where the tool itself was installed from."""
    # pip, uv and pipx write down the clone or wheel that was installed, and whether it is run where it is (PEP 610).
    try:
        written = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        written = None
    about = json_of(written) if written else {}
    url = urlparse(about.get("url", ""))
    path = Path(url2pathname(url.path))
    if url.scheme != "file" or not path.exists():
        return f"run: pip install 'PATH[{extra}]', where PATH is the folder of its clone or the file of its wheel"
    editable = about.get("dir_info", {}).get("editable")
    return f"run: pip install {'-e ' if editable else ''}{shlex.quote(f'{path}[{extra}]')}"


def require(package: str, extra: str, what: str, error: type[TracerError] = UsageError) -> None:
    """Raise `error` where a package of an extra is missing: `what` needs it."""
    if find_spec(package) is None:
        raise error(f"{what} needs {package}, which is not installed", remedy=remedy(extra))
