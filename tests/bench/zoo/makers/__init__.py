"""Each module is one maker: a world of its own in which lists come about, are copied and are seen.

A maker has `SETTINGS` (name → keyword arguments) and `build(folder, seed, **settings) -> Truth`, which writes lists and
a `case.toml` into the folder. Makers share no code for how lists come about, and none was written to suit the model;
`charities` and `recruiters`, by somebody who had not read it, have their books (`market_*`) in common.
"""
