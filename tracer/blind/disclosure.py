"""What each side of a comparison learns: shown before anything is written, and kept in the journal."""

from __future__ import annotations

from collections.abc import Sequence

_BOTH_HOLD = (
    "The fingerprint key is with both of you: between you it hides nothing. A party with the key and the other side's "
    "fingerprints can try out every phone number in minutes. Hand yours to the third party alone."
)
_HONEST = (
    "You cannot see whether the other side's list is a real one: a list made up of strangers and one person is a "
    "question about that person."
)


def of_offer(party: str, names: Sequence[str], count: int) -> list[str]:
    """What an offer discloses."""
    return [
        f"{party} learns how many identifiers you compare ({count:,}; lists: {', '.join(names)}, and your canaries), "
        "and nothing else: each is blinded by a secret of this one exchange.",
        f"From the answer you learn how many identifiers {party} compares and which of yours it has too; or, if it "
        "answers --count-only, only how many. You learn nothing of what it has and you have not.",
        f"{party} does not learn what you share. If it is to, it makes an offer of its own.",
    ]


def of_answer(party: str, names: Sequence[str], count: int, offered: int, *, counted_only: bool) -> list[str]:
    """What an answer discloses."""
    told = "how many of its own identifiers you have" if counted_only else "which of its own identifiers you have"
    return [
        f"{party} learns how many identifiers you compare ({count:,}; lists: {', '.join(names)}) and {told}.",
        f"You learn that {party} compares {offered:,} identifiers, and nothing else.",
        _HONEST,
    ]


def of_fingerprints(party: str, names: Sequence[str], count: int) -> list[str]:
    """What a file of fingerprints discloses."""
    return [
        f"The third party learns how many identifiers you compare ({count:,}; lists: {', '.join(names)}), how many you "
        f"share with {party}, and which fingerprints those are; without the key it cannot tell whose they are.",
        f"From its answer you and {party} learn how many you share and, unless it counts only, which of your own "
        "those are.",
        _BOTH_HOLD,
        "If the third party and either of you put key and fingerprints together, everything is revealed. The key is "
        "for one comparison: make a new one for the next.",
    ]


def of_key() -> list[str]:
    """What holds for a fingerprint key."""
    return [
        _BOTH_HOLD,
        "Give the key to the other side by a way that the third party does not see, and never to the third party.",
    ]
