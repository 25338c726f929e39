"""How a text may be spelled otherwise and say the same: escapes undone, and the form in which names compare."""
