"""`python -m tracer.site FOLDER`: build the site; `--sources` writes what it is built from, and runs no Sphinx."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tracer.site.build import build
from tracer.site.sources import write_sources


def main() -> int:
    """Build, and return Sphinx's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tracer.site", description="Build the documentation site.")
    parser.add_argument("folder", type=Path, help="the folder of the finished site")
    parser.add_argument("--case", type=Path, help="a traced sample case for the pictures; otherwise one is made")
    parser.add_argument("--no-pictures", action="store_true", help="leave the pictures out")
    parser.add_argument("--sources", action="store_true", help="write the sources of the site alone")
    asked = parser.parse_args()
    if asked.sources:
        write_sources(asked.folder)
        return 0
    return build(asked.folder, case=asked.case, pictures=not asked.no_pictures)


if __name__ == "__main__":
    sys.exit(main())
