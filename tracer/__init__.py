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

from tracer.version import __version__ as __version__

TYPE_CHECKING = False  # for checkers, which know the name; `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from tracer.ask.planned import GoalPlan as GoalPlan
    from tracer.ask.story import StoryFinding as StoryFinding
    from tracer.ask.story import StorySection as StorySection
    from tracer.case.backup import Backup as Backup
    from tracer.case.backup import Restored as Restored
    from tracer.case.checks import Check as Check
    from tracer.custody.doctor import CaseFault as CaseFault
    from tracer.errors import CaseUnavailable as CaseUnavailable
    from tracer.errors import ChecksFailed as ChecksFailed
    from tracer.errors import InputRefused as InputRefused
    from tracer.errors import TracerError as TracerError
    from tracer.errors import UsageError as UsageError
    from tracer.library.answers import Attribution as Attribution
    from tracer.library.answers import Chain as Chain
    from tracer.library.answers import Explanation as Explanation
    from tracer.library.answers import Status as Status
    from tracer.library.answers import Table as Table
    from tracer.library.base import Changed as Changed
    from tracer.library.base import Progress as Progress
    from tracer.library.case import Case as Case
    from tracer.library.case import create as create
    from tracer.library.case import open as open
    from tracer.library.case import restore as restore
    from tracer.library.case import run as run
    from tracer.library.case_work import Checks as Checks
    from tracer.library.exports import Exported as Exported
    from tracer.library.findings import Finding as Finding
    from tracer.library.findings import Run as Run
    from tracer.library.without_case import check_manifest as check_manifest
    from tracer.library.without_case import check_register as check_register
    from tracer.library.without_case import help as help
    from tracer.library.without_case import list_plugins as list_plugins
    from tracer.library.without_case import make_fingerprint_key as make_fingerprint_key
    from tracer.library.without_case import make_market as make_market
    from tracer.library.without_case import manifest_schema as manifest_schema
    from tracer.library.without_case import match_fingerprints as match_fingerprints
    from tracer.library.without_case import propose_manifest as propose_manifest
    from tracer.library.without_case import receive_signals as receive_signals
    from tracer.library.without_case import run_cluster as run_cluster
    from tracer.lists.loaded import Loaded as Loaded
    from tracer.manifest.apply import FilesRefused as FilesRefused
    from tracer.manifest.checked import CheckedManifest as CheckedManifest
    from tracer.manifest.proposal import ProposedManifest as ProposedManifest
    from tracer.marking.release.copies import Copy as Copy
    from tracer.marking.release.plan import ReleasePlan as ReleasePlan
    from tracer.publish.handover import WrittenHandover as WrittenHandover

_NAMES = {
    "ask.planned": "GoalPlan",
    "ask.story": "StoryFinding StorySection",
    "case.backup": "Backup Restored",
    "case.checks": "Check",
    "custody.doctor": "CaseFault",
    "errors": "CaseUnavailable ChecksFailed InputRefused TracerError UsageError",
    "library.answers": "Attribution Chain Explanation Status Table",
    "library.base": "Changed Progress",
    "library.case": "Case create open restore run",
    "library.without_case": "check_manifest check_register help list_plugins make_fingerprint_key"
    " make_market manifest_schema match_fingerprints propose_manifest receive_signals run_cluster",
    "library.exports": "Exported",
    "library.findings": "Finding Run",
    "library.case_work": "Checks",
    "lists.loaded": "Loaded",
    "manifest.apply": "FilesRefused",
    "manifest.checked": "CheckedManifest",
    "manifest.proposal": "ProposedManifest",
    "marking.release.copies": "Copy",
    "marking.release.plan": "ReleasePlan",
    "publish.handover": "WrittenHandover",
}
"""Module below `tracer` → the public names that it has."""
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}
__all__ = ["__version__"]
__all__ += list(_HOMES)


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
