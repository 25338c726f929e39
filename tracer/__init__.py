"""tracer: finds out where a contact list came from.

    import tracer

    case = tracer.create("my-case", region="CN")
    case.load("lists/d7.xlsx", holder="cti-x", obtained="2026-05-01")
    case.trace()
    for finding in case.findings():
        print(finding)

The names below are public; each is imported when it is first used. `tracer help library` has the whole of it.
"""

from __future__ import annotations

from importlib import import_module

from tracer.version import __version__

TYPE_CHECKING = False  # for checkers, which know the name; `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from tracer.ask.planned import GoalPlan
    from tracer.ask.story import StoryFinding, StorySection
    from tracer.case.backup import Backup, Restored
    from tracer.case.checks import Check
    from tracer.custody.doctor import CaseFault
    from tracer.errors import CaseUnavailable, ChecksFailed, InputRefused, TracerError, UsageError
    from tracer.library.answers import Attribution, Chain, Explanation, Status, Table
    from tracer.library.base import Changed, Progress
    from tracer.library.case import Case, create, open, restore, run
    from tracer.library.elsewhere import (
        check_manifest,
        check_register,
        help,
        list_plugins,
        make_fingerprint_key,
        make_market,
        manifest_schema,
        match_fingerprints,
        propose_manifest,
        receive_signals,
        run_cluster,
    )
    from tracer.library.exporting import Exported
    from tracer.library.findings import Finding, Run
    from tracer.library.working import Checks
    from tracer.lists.loaded import Loaded
    from tracer.manifest.apply import FilesRefused
    from tracer.manifest.checked import CheckedManifest
    from tracer.manifest.proposal import ProposedManifest
    from tracer.marking.release.copies import Copy
    from tracer.marking.release.plan import ReleasePlan
    from tracer.publish.handover import WrittenHandover

_HOMES = {
    "TracerError": "errors", "UsageError": "errors", "InputRefused": "errors", "CaseUnavailable": "errors",
    "ChecksFailed": "errors",
    "create": "library.case", "open": "library.case", "run": "library.case", "Case": "library.case",
    "Attribution": "library.answers", "Chain": "library.answers", "Changed": "library.base",
    "Checks": "library.working", "Copy": "marking.release.copies", "Explanation": "library.answers",
    "Exported": "library.exporting", "Finding": "library.findings", "Loaded": "lists.loaded",
    "Progress": "library.base", "Run": "library.findings", "Status": "library.answers", "Table": "library.answers",
    "restore": "library.case", "make_market": "library.elsewhere", "check_register": "library.elsewhere",
    "make_fingerprint_key": "library.elsewhere", "match_fingerprints": "library.elsewhere",
    "run_cluster": "library.elsewhere", "help": "library.elsewhere", "check_manifest": "library.elsewhere",
    "propose_manifest": "library.elsewhere", "manifest_schema": "library.elsewhere",
    "receive_signals": "library.elsewhere", "list_plugins": "library.elsewhere",
    "FilesRefused": "manifest.apply", "CheckedManifest": "manifest.checked", "ProposedManifest": "manifest.proposal",
    "Backup": "case.backup", "CaseFault": "custody.doctor", "Check": "case.checks", "GoalPlan": "ask.planned",
    "ReleasePlan": "marking.release.plan", "Restored": "case.backup", "StoryFinding": "ask.story",
    "StorySection": "ask.story", "WrittenHandover": "publish.handover",
}  # fmt: skip
"""Public name → the module below `tracer` that has it."""

__all__ = [
    "Attribution", "Backup", "Case", "CaseFault", "CaseUnavailable", "Chain", "Changed", "Check", "CheckedManifest",
    "Checks", "ChecksFailed", "Copy", "Explanation", "Exported", "FilesRefused", "Finding", "GoalPlan", "InputRefused",
    "Loaded", "Progress", "ProposedManifest", "ReleasePlan", "Restored", "Run", "Status", "StoryFinding",
    "StorySection", "Table", "TracerError", "UsageError", "WrittenHandover", "__version__", "check_manifest",
    "check_register", "create", "help", "list_plugins", "make_fingerprint_key", "make_market", "manifest_schema",
    "match_fingerprints", "open", "propose_manifest", "receive_signals", "restore", "run", "run_cluster",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """A public name, imported now."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tracer' has no attribute {name!r}")
    found: object = getattr(import_module(f"tracer.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
