"""Pictures as blocks of grey: small to keep, and alike where only the edges of letters differ.

A block is the mean brightness of 8 x 8 pixels. It is off where it is darker or brighter than all nine blocks around its
place in the other picture, by more than `SLACK`: what moves by less than a block, or is drawn by another version of the
browser, passes; what moves farther, goes missing or comes in addition does not.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Blocks = NDArray[np.uint8]
SIDE = 8
SLACK = 20
"""Of 255."""
MOST_OFF = 0.0006
"""Share of blocks that may be off."""


def blocks_of(picture: bytes) -> Blocks:
    """A PNG as blocks; what is left at its right and lower edge is no block."""
    grey = np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=np.float64)
    high, wide = (length // SIDE for length in grey.shape)
    square: NDArray[np.float64] = grey[: high * SIDE, : wide * SIDE].reshape(high, SIDE, wide, SIDE)
    blocks: Blocks = np.rint(square.mean(axis=(1, 3))).astype(np.uint8)
    return blocks


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
