"""What needs no case: manifests, synthetic markets, opened leaves, fingerprints of two parties, statements on Spark,
webhooks of providers, plug-ins, help."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import UsageError
from tracer.library.arguments import AnyPath, path, path_or_none
from tracer.library.keeping import Checks
from tracer.library.table import Table

if TYPE_CHECKING:
    from tracer.cluster.spark import Ran
    from tracer.manifest.checked import CheckedManifest
    from tracer.manifest.proposal import ProposedManifest
    from tracer.signals.receive import BoundedServer


def propose_manifest(folder: AnyPath) -> ProposedManifest:
    """Write a first manifest, `case.toml`, for the files in a folder; who held a list is left to fill in.

    Its `path`, `counts` (table → how many) and `left_out` (what was not understood, in sentences).

    Raises:
        InputRefused: the folder is missing, or holds no file, too many, or a manifest already.

    >>> import pathlib
    >>> (work / "obtained").mkdir()
    >>> _ = (work / "obtained" / "lot.csv").write_text("name,phone\\nA. Example,13199990001\\n")
    >>> tracer.propose_manifest(work / "obtained").counts
    {'dataset': 1}
    """
    from tracer.manifest.proposal import propose_manifest

    return propose_manifest(path(folder))


def check_manifest(file: AnyPath, *, allow_outside: bool = False) -> CheckedManifest:
    """Check a manifest, and read its files as `run` would; keeps nothing. `notes` say what only a case can know.

    allow_outside: its paths may leave its folder.

    Raises:
        InputRefused: with all that is wrong (`problems`), in the order of its lines.

    >>> tracer.check_manifest(tracer.make_market(work / "checked", lists=6, rows=40)).files > 6
    True
    """
    from tracer.manifest.checked import check_manifest

    return check_manifest(path(file), outside=allow_outside)


def manifest_schema() -> str:
    """The JSON Schema of manifests, by which editors complete and check them.

    >>> '"$schema"' in tracer.manifest_schema()
    True
    """
    from tracer.manifest.json_schema import schema_text

    return schema_text()


def make_market(
    folder: AnyPath, *, seed: int = 1, lists: int | None = None, rows: int | None = None,
    shares: Mapping[str, float] | None = None,
) -> Path:  # fmt: skip
    """Write a synthetic market with known truth: manifest, files, truth.json. The same seed gives the same bytes.

    lists: 6 or more; rows: the middle size of a collected list, 40 or more; shares: `merges`, `hidden`, `profile`,
    `padding` and other moves, each 0 to 1. Returns the manifest's path.

    Raises:
        UsageError: a number or move that cannot be.

    >>> tracer.make_market(work / "market", lists=6, rows=40).name
    'case.toml'
    """
    from tracer.simulate.asked import market_spec
    from tracer.simulate.files import simulate_dir

    return simulate_dir(path(folder), market_spec(seed, lists=lists, rows=rows, shares=dict(shares or {})))


def check_register(
    leaves: bytes, *, name: str = "leaf.json", root: str | None = None, certificates: bytes | None = None
) -> Checks:
    """Check opened leaves (`case.register.reveal`), without any case or key.

    root: as it was printed or stamped, 64 hexadecimal digits; certificates: PEM that a stamp's signature must lead to.

    Raises:
        InputRefused: these are not opened leaves.
    """
    from tracer.marking.register.reveal import check_leaves

    return Checks(tuple(check_leaves(leaves, name, stated=root, ca=certificates)))


def make_fingerprint_key(file: AnyPath) -> list[str]:
    """Create a key for one blind comparison through a third party; what its holders learn, in sentences.

    >>> len(tracer.make_fingerprint_key(work / "fingerprint.key")) > 0
    True
    """
    from tracer.blind.fingerprints import make_key

    return make_key(path(file))


def match_fingerprints(
    first: AnyPath, second: AnyPath, *, out: AnyPath, ledger: AnyPath = "blind-ledger.ndjson",
    count_only: bool = False, least: int = 1_000, most: int = 5_000_000, again: str | None = None,
) -> Table:  # fmt: skip
    """Compare two files of fingerprints as the third party, which needs neither case nor key. One row.

    ledger: where comparisons are put on record; the rest as for `case.blind`.

    Raises:
        InputRefused: files of two keys, small sets, or a key that was used with other files.
    """
    from tracer.blind.fingerprints import match
    from tracer.blind.limits import SideLimits

    limits = SideLimits(least, most, again)
    found = match(path(first), path(second), path(out), path(ledger), limits, counted_only=count_only)
    return Table.of_rows([found.to_json()])


def run_cluster(
    folder: str, *, master: str | None = None, settings: Mapping[str, str] | None = None,
    tell: Callable[[Ran], None] = lambda _: None,
) -> Sequence[Ran]:  # fmt: skip
    """Execute the statements of a folder (path or URI) on Spark; needs no case and no key.

    settings: of Spark; tell: is given each statement when it has run.

    Raises:
        UsageError: pyspark, sqlglot or Java is missing.
    """
    from tracer.cluster.spark import run_job, session

    spark = session(master, dict(settings or {}))
    try:
        return run_job(spark, folder, tell)
    finally:
        spark.stop()


def receive_signals(
    folder: AnyPath, *, provider: str, url: str, secret_file: AnyPath | None = None, port: int = 8080,
    host: str = "127.0.0.1", tell: Callable[[str], None] = lambda _: None,
) -> BoundedServer:  # fmt: skip
    """A server that writes what a provider reports by webhooks into a folder, where `watch` loads them.

    provider: `plivo`, `telnyx`, `twilio` or `vonage`; url: how it calls, without the path; secret_file: of its
    signatures (default: TRACER_PROVIDER_SECRET); tell: is given a line for each request. It listens at once and answers
    within `serve_forever()`; leave its `with` block to close it.

    Raises:
        UsageError: no such folder or provider, or no secret.
    """
    from tracer.signals.receive import receiving

    return receiving(path(folder), provider, url, tell, secret_file=path_or_none(secret_file), at=(host, port))


def list_plugins() -> Table:
    """The plug-ins that are installed: what each adds, its package and version, and whether it can be used.

    >>> set(tracer.list_plugins().columns) <= {"adds", "name", "package", "version", "usable"}
    True
    """
    from tracer.ask.named import all_queries, load_queries
    from tracer.dossier.vocabulary import FIRST_NUMBERS
    from tracer.export.formats import GRAPH, graph_writer
    from tracer.lists.read.added import BUILT_IN
    from tracer.plugins import Plugin, PluginGroup, PluginWarning, installed, load, names, reasons
    from tracer.signals.formats import added_format, built_in_formats

    known: dict[PluginGroup, tuple[Iterable[str], Callable[[Plugin], object]]] = {
        PluginGroup.READERS: (BUILT_IN, load),
        PluginGroup.SIGNAL_FORMATS: ((form.name for form in built_in_formats()), added_format),
        PluginGroup.CLAIM_KINDS: (FIRST_NUMBERS, load),
        PluginGroup.EXPORTS: (GRAPH, graph_writer),
        PluginGroup.QUERIES: ((*load_queries(), "graph"), lambda plugin: all_queries().get(plugin.name)),
    }
    rows = list[dict[str, object]]()
    for group in PluginGroup:
        built_in, usable_as = tuple(known[group][0]), known[group][1]
        for plugin in installed(group):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", PluginWarning)  # the rows say it
                usable = plugin.name in names(group, built_in) and usable_as(plugin) is not None
            why = "; ".join(reasons(plugin))
            rows.append({
                "adds": group.value.removeprefix("tracer."), "name": plugin.name, "package": plugin.package,
                "version": plugin.version, "usable": "yes" if usable else why or "no",
            })  # fmt: skip
    return Table.of_rows(rows)


def help(topic: str | None = None) -> str:
    """A longer help topic as Markdown; without one, their names, a line each.

    Raises:
        UsageError: the topic is unknown.

    >>> tracer.help("grades").splitlines()[0].startswith("# ")
    True
    """
    from tracer.resources import help_dir

    pages = {file.stem: file for file in sorted(help_dir().glob("*.md"))}
    if topic is None:
        titles = {name: file.read_text(encoding="utf-8").splitlines()[0].lstrip("# ") for name, file in pages.items()}
        return "".join(f"{name:14} {title}\n" for name, title in titles.items())
    if topic not in pages:
        raise UsageError(f"unknown help topic {topic!r}", remedy=f"one of: {', '.join(pages)}")
    return pages[topic].read_text(encoding="utf-8")
