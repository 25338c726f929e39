"""Contact lists in foreign encodings, decoded by the tool: FOLDER… [--rows 60] [--all].

The text comes from the test files of uchardet (`test/LANGUAGE/ENCODING.txt`) and jschardet (`tests/fixtures`), fetched
by whoever runs this and never committed: name their folders. Each file's words become names and towns of a list with
numbers and addresses, in the file's own encoding. A list is right where every character comes back. Bar: 62 of the 68
that Python has a codec for, and every wrong one announced.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from tests.bench import frame
from tracer.lists.read.encoding import SURE_ENOUGH, detect

_BAR = 62
_NAMES = {
    "ibm855": "cp855", "ibm866": "cp866", "mac-cyrillic": "mac_cyrillic", "tis-620": "iso8859_11", "ascii": "",
    "euc-kr": "cp949", "gb2312": "gb18030", "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
_FIXTURE = re.compile(r"iso-8859-\d+|windows-\d+|shift_jis|euc-kr|gb18030|gb2312|utf-8")


def test_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The test files of a checkout, each with the name of its encoding."""
    for path in sorted((folder / "test").glob("*/*")):
        yield path, path.stem if path.suffix in (".txt", ".smi") else path.name.replace(".", "")
    for path in sorted((folder / "tests" / "fixtures").glob("*.txt")):
        named = _FIXTURE.match(path.name.lower())
        if named is not None:
            yield path, named[0]


def codec_of(name: str) -> str | None:
    """Python's codec of an encoding; None where it has none, or where nothing can go wrong."""
    try:
        return codecs.lookup(_NAMES.get(name, name)).name
    except LookupError:
        return None


def contact_list(text: str, rows: int) -> str:
    """A list of people and towns named by the text's words."""
    words = [word for word in re.findall(r"[^\s,;\"<>()\[\]{}|=/\\:.!?。、，．]+", text) if any(map(str.isalpha, word))]
    # Where blanks do not part words, a long one is cut.
    pieces = [part for word in words for part in (re.findall(".{1,4}", word) if len(word) > 24 else [word])]
    lines = ["name,phone,email,city"]
    for i in range(rows if pieces else 0):
        first, last, town = (pieces[(3 * i + k) % len(pieces)].capitalize() for k in range(3))
        lines.append(f"{first} {last},+1 202 555 {i:04d},user{i}@mail.example,{town}")
    return "\r\n".join(lines) + "\r\n"


def main(folders: tuple[Path, ...], *, rows: int = 60, all: bool = False) -> bool:
    """Print what was read wrongly or with a doubt, and the bar."""
    right = count = silent = 0
    for path, name in (found for folder in folders for found in test_files(folder)):
        codec = codec_of(name)
        if codec is None:
            print(f"{path.parent.name}/{path.name}: Python has no codec for {name}" if name != "ascii" else "")
            continue
        text = contact_list(path.read_bytes().decode(codec, "ignore").lstrip("\ufeff"), rows)
        data = text.encode(codec, "ignore")
        found = detect(data, True)
        read = data[found.bom :].decode(found.name, "replace")
        good = read == data.decode(codec).lstrip("\ufeff")
        doubted = found.sure < SURE_ENOUGH
        count, right, silent = count + 1, right + good, silent + (not good and not doubted)
        if all or doubted or not good:
            print(f"{'right' if good else 'WRONG':6} {found.sure:4.0%} {path.parent.name}/{path.name}: {found.name}")
    print(f"{right} of {count} right, {silent} wrong without a word")
    held = right >= min(_BAR, count) and silent == 0
    print("bar held" if held else "BAR MISSED")
    return held


if __name__ == "__main__":
    frame.run(main)
