"""Makes the sample case anew: `python sample_data/make_sample.py [FOLDER]`.

Writes everything but `case.toml`, which is written by hand. The same versions of numpy, pyarrow, openpyxl and xlwt give
the same bytes. Needs the development extras.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))  # so that it runs from any folder

from making.formats import write_bytes
from making.lists import write_lists
from making.papers import write_papers
from making.signals import write_signals
from making.story import RELEASES, Story, tell
from making.truth import truth

from tracer.simulate.segments import write_segments


def make_sample(folder: Path) -> None:
    """Write the sample's files to `folder`."""
    story = tell()
    folder.mkdir(parents=True, exist_ok=True)
    write_lists(story, folder)
    write_signals(story, folder)
    write_papers(folder / "evidence")
    write_segments(story.segments, folder / "segments.csv")
    write_bytes(folder / "canaries.csv", _canaries(story).encode())
    controls = story.canaries["control"]
    lines = [f"{phone},{mail}" for phone, mail in zip(controls.phone, controls.email, strict=True)]
    write_bytes(folder / "controls.csv", "\n".join(["phone,email", *lines, ""]).encode())
    write_bytes(folder / "truth.json", truth(story).encode())


def _canaries(story: Story) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("phone", "email", "name", "organisation", "kind", "state", "since", "consent", "note"))
    kinds = dict.fromkeys(RELEASES, "canary") | {"home-chenxi": "home", "home-luyan": "home", "reserve": "reserve"}
    for group, kind in kinds.items():
        people = story.canaries[group]
        use_mail = not group.endswith("luyan") and not group.startswith("luyan")  # Luyan's lists have no mail column
        mails = people.email if use_mail else np.full(len(people), "")
        for phone, mail, name in zip(people.phone.tolist(), mails.tolist(), people.name.tolist(), strict=True):
            writer.writerow((phone, mail, name, "", kind, "active", "2025-11-01", "colleague, written", ""))
    return stream.getvalue()


if __name__ == "__main__":
    make_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
