"""`case.datasets`: the lists of a case, what is said of them, and removing one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracer.library.arguments import Day, day, texts
from tracer.library.base import CasePart, Changed
from tracer.library.table import Table


class Datasets(CasePart):
    """The lists of a `Case`: `case.datasets`."""

    def list(self) -> Table:
        """All datasets, removed and purged ones too: one row each with its state (`here`, `removed`, `purged`).

        >>> [row["dataset"] for row in case.datasets.list()]
        ['client', 'other', 'trader', 'vendor']
        """
        from tracer.policy import view_rows

        with self._access.reading() as store:
            rows = view_rows(
                store.con,
                "SELECT id AS dataset, holder, obtained, created, origin, rows, contacts, version,"
                " CASE WHEN purged_at IS NOT NULL THEN 'purged' WHEN NOT current THEN 'removed' ELSE 'here' END"
                " AS state, list_title AS title FROM main.dataset"
                " QUALIFY row_number() OVER (PARTITION BY id ORDER BY no DESC) = 1 ORDER BY id",
            )
        return Table.of_rows(rows)

    def edit(
        self, dataset: str, *, holder: str | None = None, obtained: Day | None = None, created: Day | None = None,
        origin: str | None = None, title: str | None = None, title_en: str | None = None, title_zh: str | None = None,
        clear: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Change the facts of a dataset; what is not given stays, `clear` names fields to be empty again.

        Raises:
            UsageError: the case does not have it, or a field cannot be empty.

        >>> case.datasets.edit("other", title="Lot 7")["changed"]
        ['list_title']
        """
        from tracer.lists.keeping import edit_dataset

        facts = {
            "holder": holder, "obtained": day(obtained, "obtained"), "created": day(created, "created"),
            "origin": origin, "list_title": title, "title_en": title_en, "title_zh": title_zh,
        }  # fmt: skip
        fields = ["list_title" if name == "title" else name.replace("-", "_") for name in texts(clear)]
        return self._access.change(
            "dataset edit",
            lambda store: {"dataset": dataset, "changed": list_of(edit_dataset(store.con, dataset, facts, fields))},
        )

    def rename(self, dataset: str, new: str) -> Changed:
        """Rename a dataset: claims, handovers and decisions follow; committed registers keep the old id.

        Raises:
            UsageError: the case does not have it, or has one of the new id.

        >>> case.datasets.rename("other", "lot-7").to_json()
        {'dataset': 'lot-7', 'was': 'other'}
        """
        from tracer.lists.keeping import rename_dataset

        def change(store: Any) -> dict[str, Any]:
            rename_dataset(store.con, dataset, new)
            return {"dataset": new, "was": dataset}

        return self._access.change("dataset rename", change)

    def remove(self, dataset: str) -> Changed:
        """Remove a dataset from what is traced; its findings are superseded, its contents stay (`case.purge` erases).

        >>> case.datasets.remove("other")["outcome"]
        'removed'
        """
        from tracer.lists.keeping import remove_dataset

        return self._access.change(
            "dataset remove",
            lambda store: {
                "dataset": dataset, "outcome": "removed", "still_named_by": remove_dataset(store.con, dataset),
            },
        )  # fmt: skip

    def restore(self, dataset: str) -> Changed:
        """Restore a dataset that was removed.

        Raises:
            UsageError: it was not removed.
        """
        from tracer.lists.keeping import restore_dataset

        def change(store: Any) -> dict[str, Any]:
            restore_dataset(store.con, dataset)
            return {"dataset": dataset, "outcome": "restored"}

        return self._access.change("dataset restore", change)


list_of = list
"""The built-in, which `Datasets.list` hides within the class."""
