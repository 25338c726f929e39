"""Line numbers of tables and keys: `tomllib` says what, the locator says where."""

from __future__ import annotations

import json
import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.manifest.read import locate

TRICKY = '''# a comment = [1]
top = 1
[case]
name = "a # b [[x]] = "   # comment
[[dataset]]
path = """
[[dataset]]
path = "in a string"
"""
columns = { phone = "x", name = ["a",
] }
[[dataset]]
id = 'lit'
"path" = [
  "a]", # ]
  'b',
]
holder.x = 1
[dataset.columns]
phone = "c"
[[party]]
id = ""
aliases = ["\\"", '"']
name = "x"
'''


def test_strings_arrays_comments_and_sub_tables_do_not_mislead() -> None:
    tomllib.loads(TRICKY)
    lines = locate(TRICKY)
    assert lines.tables == {("case", 0): 3, ("dataset", 0): 5, ("dataset", 1): 12, ("party", 0): 21}
    keys = "/0/top case/0/name dataset/0/columns dataset/1/path dataset/1/holder dataset/1/columns party/0/name"
    found = [lines.key(table, int(at), key) for table, at, key in (one.split("/") for one in keys.split())]
    assert found == [2, 4, 10, 14, 18, 19, 24]
    assert lines.key("party", 0, "role") == 21, "not written: the table's line"


VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), VALUES, max_size=4), max_size=5))
def test_every_key_is_found_where_it_was_written(tables: list[dict[str, object]]) -> None:
    """An oracle: the document is written line by line, so that the line of each key is known."""
    written, expected = [], {}
    for number, table in enumerate(tables):
        written.append("[[t]]")
        for key, value in table.items():
            expected["t", number, key] = len(written) + 1
            # JSON strings and arrays are TOML; DEL must be escaped in TOML and is no control character for the strategy
            written.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    text = "\n".join(written)
    tomllib.loads(text)
    assert locate(text).keys == expected
