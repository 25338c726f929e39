"""Eight lists as companies have them, each by a maker who had not read how planted records are made or looked for.

Each makes a list as its program would write it, and the canaries that its owner would give: what goes together in life
goes together here, with rare values, slips, empty cells and gaps.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.marking.makers import benefits, charity, clinic, crm, firms, insurer, loans, shop
from tests.marking.makers.paper import Made

MAKERS: Mapping[str, Callable[[Path, int, int], Made]] = {
    "insurer": insurer.make, "shop": shop.make, "firms": firms.make, "crm": crm.make,
    "charity": charity.make, "loans": loans.make, "benefits": benefits.make, "clinic": clinic.make,
}  # fmt: skip
"""(folder, rows, seed) -> a list on disk."""
