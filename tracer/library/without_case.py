"""What needs no case: manifests, synthetic markets, opened leaves, fingerprints of two parties, statements on Spark,
webhooks of providers, plug-ins, help."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Unpack

from tracer.errors import UsageError
from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.answers import Table
from tracer.library.arguments import AnyPath, FilePath, FolderPath, Option, with_fields
from tracer.library.case_work import Checks, Outside
from tracer.library.third_parties import CountOnly, SideBounds

with imported_when_used():
    from tracer import plugins
    from tracer.ask.named import all_queries, load_queries
    from tracer.blind.exchange import SideLimits, make_key, match
    from tracer.cluster.spark import Ran, run_job, session
    from tracer.dossier import vocabulary
    from tracer.export import formats
    from tracer.export.formats import graph_writer
    from tracer.lists.read import file
    from tracer.manifest.apply import CheckedManifest
    from tracer.manifest.apply import check_manifest as manifest_checked
    from tracer.manifest.json_schema import schema_text
    from tracer.manifest.proposal import ProposedManifest
    from tracer.manifest.proposal import propose_manifest as first_manifest
    from tracer.marking.register.registers import check_leaves
    from tracer.plugins import Plugin, PluginGroup, installed_plugins, load, names, reasons
    from tracer.resources import help_dir
    from tracer.signals.formats import added_format, built_in_formats
    from tracer.signals.receive import BoundedServer, receiving_server
    from tracer.simulate.files import simulate_dir
    from tracer.simulate.market import market_spec


def propose_manifest(folder: Annotated[AnyPath, Option("", "DIR")]) -> ProposedManifest:
    """Write a first manifest, DIR/case.toml, for the files in DIR.

    Guesses what each file is, its columns, and days in names; who held a list is left to fill in. Nothing is
    overwritten, and nothing is loaded.

    In Python, its `path`, `counts` (table → how many) and `left_out` (what was not understood, in sentences). Raises
    `InputRefused`: the folder is missing, or holds no file, too many, or a manifest already.

    >>> import pathlib
    >>> (work / "obtained").mkdir()
    >>> _ = (work / "obtained" / "lot.csv").write_text("name,phone\\nA. Example,13199990001\\n")
    >>> tracer.propose_manifest(work / "obtained").counts
    {'dataset': 1}
    """
    return first_manifest(read.path(folder))


def check_manifest(file: AnyPath, *, allow_outside: Outside = False) -> CheckedManifest:
    """Check a manifest: every table, key, word, id and day, and its files, which are read as `run` reads them.

    All mistakes are reported at once (exit code 3), each with table, line and the nearest right word. No case is
    needed, and nothing is kept. It takes as long as loading does.

    In Python, `notes` say what only a case can know.

    Raises `InputRefused`: with all that is wrong (`problems`), in the order of its lines.

    >>> tracer.check_manifest(tracer.make_market(work / "checked", lists=6, rows=40)).files > 6
    True
    """
    return manifest_checked(read.path(file), outside=allow_outside)


def manifest_schema() -> str:
    """Print the JSON Schema of manifests, by which editors complete and check them.

    Name it in the manifest's first line: #:schema ./case.schema.json

    >>> '"$schema"' in tracer.manifest_schema()
    True
    """
    return schema_text()


def make_market(
    folder: Annotated[AnyPath, Option("", "DIR")],
    *,
    seed: Annotated[int, "The same seed gives the same bytes."] = 1,
    lists: Annotated[int | None, Option("How many lists there are, 6 or more, with hidden ones.", "N")] = None,
    rows: Annotated[int | None, Option("The middle size of a collected list (40 or more).", "N")] = None,
    shares: Mapping[str, float] | None = None,
) -> Path:
    """Write a synthetic market to DIR: its manifest, its files, and truth.json, which no command reads.

    Everybody in it is invented, and every number lies in a segment that no carrier has been given.

    In Python, shares: `merges`, `hidden`, `profile`, `padding` and other moves, each 0 to 1. Returns the manifest's
    path. Raises `UsageError`: a number or move that cannot be.

    >>> tracer.make_market(work / "market", lists=6, rows=40).name
    'case.toml'
    """
    return simulate_dir(read.path(folder), market_spec(seed, lists=lists, rows=rows, shares=dict(shares or {})))


def check_register(
    leaves: bytes,
    *,
    name: str = "leaf.json",
    root: Annotated[str | None, "The root as it was printed or stamped: 64 hexadecimal digits."] = None,
    certificates: bytes | None = None,
) -> Checks:
    """Check opened leaves, without any case or key.

    Exit code 5 where a leaf does not lead to the root, the root is another one, or a stamp is not for it.

    In Python, certificates: PEM that a stamp's signature must lead to. Raises `InputRefused`: these are not opened
    leaves.
    """
    return Checks(tuple(check_leaves(leaves, name, stated=root, ca=certificates)))


def make_fingerprint_key(file: FilePath) -> list[str]:
    """Create a key for one comparison through a third party; both sides need it, the third party must not have it.

    In Python, it returns what its holders learn, in sentences.

    >>> len(tracer.make_fingerprint_key(work / "fingerprint.key")) > 0
    True
    """
    return make_key(read.path(file))


@with_fields(SideBounds)
def match_fingerprints(
    first: FilePath,
    second: FilePath,
    *,
    out: Annotated[FilePath, Option("The file for both sides.", name="-o --output")],
    ledger: Annotated[FilePath, "Where the comparisons are put on record."] = "blind-ledger.ndjson",
    count_only: CountOnly = False,
    **bounds: Unpack[SideBounds],
) -> Table:
    """Compare two files of fingerprints, as the third party, which needs neither case nor key.

    Raises `InputRefused`: files of two keys, small sets, or a key that was used with other files.
    """
    limits = SideLimits(**read.plain(SideBounds, bounds))
    found = match(
        read.path(first), read.path(second), read.path(out), read.path(ledger), limits, counted_only=count_only
    )
    return Table.of_rows([found.to_json()])


def run_cluster(
    folder: Annotated[str, Option("", "DIR")],
    *,
    master: Annotated[str | None, "Spark's master URL (default: what spark-submit or the environment says)."] = None,
    settings: Mapping[str, str] | None = None,
    tell: Callable[[Ran], None] = lambda _: None,
) -> Sequence[Ran]:
    """Execute the statements of DIR, a path or URI that Spark reads and writes. Needs no case and no key.

    In Python, settings: of Spark; tell: is given each statement when it has run. Raises `UsageError`: pyspark, sqlglot
    or Java is missing.
    """
    spark = session(master, dict(settings or {}))
    try:
        return run_job(spark, folder, tell)
    finally:
        spark.stop()


def receive_signals(
    folder: FolderPath,
    *,
    provider: Annotated[str, Option("Whose webhooks these are.", words=("plivo", "telnyx", "twilio", "vonage"))],
    url: Annotated[str, "How the provider calls: https://hook.example, without the path."],
    secret_file: Annotated[FilePath | None, "Its token, secret or key (default: TRACER_PROVIDER_SECRET)."] = None,
    port: Annotated[int, Option("Port to listen on.", least=0, most=65_535)] = 8080,
    host: Annotated[str, "Address to listen on: this machine alone."] = "127.0.0.1",
    tell: Callable[[str], None] = lambda _: None,
) -> BoundedServer:
    """Write the calls and messages that a provider reports by webhooks into FOLDER; no case is opened.

    In Python, a server, which `watch` loads from. It listens at once and answers within `serve_forever()`; leave its
    `with` block to close it. tell: is given a line for each request. Raises `UsageError`: no such folder or provider,
    or no secret.
    """
    return receiving_server(
        read.path(folder), provider, url, tell, secret_file=read.path_or_none(secret_file), at=(host, port)
    )


def list_plugins() -> Table:
    """List the plug-ins that are installed, and whether each can be used.

    Packages add readers of lists, formats of records, kinds of claims, formats of the graph, and queries:
    `tracer help plugins`.

    >>> set(tracer.list_plugins().columns) <= {"adds", "name", "package", "version", "usable"}
    True
    """
    known: dict[PluginGroup, tuple[Iterable[str], Callable[[Plugin], object]]] = {
        PluginGroup.READERS: (file.BUILT_IN, load),
        PluginGroup.SIGNAL_FORMATS: ((form.name for form in built_in_formats()), added_format),
        PluginGroup.CLAIM_KINDS: (vocabulary.FIRST_NUMBERS, load),
        PluginGroup.EXPORTS: (formats.GRAPH, graph_writer),
        PluginGroup.QUERIES: ((*load_queries(), "graph"), lambda plugin: all_queries().get(plugin.name)),
    }
    rows = list[dict[str, object]]()
    for group, (built_in, usable_as) in known.items():
        known_names = tuple(built_in)
        for plugin in installed_plugins(group):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", plugins.PluginWarning)  # the rows say it
                usable = plugin.name in names(group, known_names) and usable_as(plugin) is not None
            why = "; ".join(reasons(plugin))
            row = {"adds": group.value.removeprefix("tracer."), "name": plugin.name, "package": plugin.package}
            rows.append({**row, "version": plugin.version, "usable": "yes" if usable else why or "no"})
    return Table.of_rows(rows)


def help(topic: str | None = None) -> str:
    """Read a longer help topic; without one, list them.

    It is folded at the terminal's width, or at that of COLUMNS.

    In Python, the topic as Markdown.

    Raises `UsageError`: the topic is unknown.

    >>> tracer.help("grades").splitlines()[0].startswith("# ")
    True
    """
    pages = {file.stem: file for file in sorted(help_dir().glob("*.md"))}
    if topic is None:
        titles = {name: file.read_text(encoding="utf-8").splitlines()[0].lstrip("# ") for name, file in pages.items()}
        return "".join(f"{name:14} {title}\n" for name, title in titles.items())
    if topic not in pages:
        raise UsageError(f"unknown help topic {topic!r}", remedy=f"one of: {', '.join(pages)}")
    return pages[topic].read_text(encoding="utf-8")
