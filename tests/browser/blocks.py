"""Pictures as blocks of grey: small to keep, and alike where only the edges of letters differ.

A block is the mean brightness of 8 x 8 pixels. It is off where it is darker or brighter than all nine blocks around its
place in the other picture, by more than `SLACK`: what moves by less than a block, or is drawn by another version of the
browser, passes; what moves farther, goes missing or comes in addition does not.
"""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

Blocks = NDArray[np.uint8]
SIDE = 8
SLACK = 20
"""Of 255."""
MOST_OFF = 0.0006
"""Share of blocks that may be off."""

_GREY = """async ([source, side]) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), within = canvas.getContext('2d');
  within.drawImage(image, 0, 0);
  const { data } = within.getImageData(0, 0, image.width, image.height);
  const wide = Math.floor(image.width / side), high = Math.floor(image.height / side);
  const sums = new Float64Array(wide * high);
  for (let y = 0; y < high * side; y += 1)
    for (let x = 0; x < wide * side; x += 1) {
      const at = 4 * (y * image.width + x);
      const grey = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
      sums[Math.floor(y / side) * wide + Math.floor(x / side)] += grey;
    }
  let said = '';
  for (const sum of sums) said += String.fromCharCode(Math.round(sum / (side * side)));
  return [wide, high, btoa(said)];
}"""


def blocks_of(picture: bytes, bench: Page) -> Blocks:
    """A PNG as blocks; `bench` is a page whose only use is to read it."""
    source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    wide, high, said = bench.evaluate(_GREY, [source, SIDE])
    return np.frombuffer(base64.b64decode(said), dtype=np.uint8).reshape(high, wide)


def off(blocks: Blocks, golden: Blocks) -> float:
    """Share of blocks that are off, either way; 1 where the pictures are of different sizes."""
    if blocks.shape != golden.shape:
        return 1.0
    return max(_outside(blocks, golden), _outside(golden, blocks))


def _outside(one: Blocks, other: Blocks) -> float:
    high, wide = other.shape
    padded = np.pad(other, 1, mode="edge").astype(int)
    around = np.stack([padded[y : y + high, x : x + wide] for y in range(3) for x in range(3)])
    outside = (one < around.min(axis=0) - SLACK) | (one > around.max(axis=0) + SLACK)
    return float(outside.mean())


def write(blocks: Blocks, path: Path) -> None:
    """As a grey PNG, which anybody can look at."""
    high, wide = blocks.shape
    rows = b"".join(b"\0" + row.tobytes() for row in blocks)
    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
            for kind, content in parts
        )
    )


def read(path: Path) -> Blocks:
    content = path.read_bytes()
    wide, high = struct.unpack(">II", content[16:24])
    (length,) = struct.unpack(">I", content[33:37])
    rows = np.frombuffer(zlib.decompress(content[41 : 41 + length]), dtype=np.uint8)
    return rows.reshape(high, wide + 1)[:, 1:]
