"""Fingerprints of journeys and instruments, so that nothing changes under the feet of people who are mid-way.

`content/revisions.lock` holds what was released. A journey whose structure differs needs a new revision; the words of a
validated instrument are never to differ at all. `python -m screening.revisions` writes the lock anew: read its diff.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from screening.files import read_yaml
from screening.library import CONTENT, Library, load_library
from screening.questionnaire import Instrument

LOCK = CONTENT / "revisions.lock"
REFRESH = "python -m screening.revisions"
_HEADER = f"# What was released, as fingerprints. Written by `{REFRESH}`; never by hand.\n"

Lock = Mapping[str, Mapping[str, Any]]
"""`journeys`: {name@revision: sha}; `instruments`: {id@revision: {structure: sha, wording: sha}}."""


def fingerprints(library: Library) -> dict[str, dict[str, Any]]:
    """The lock that fits this content."""
    return {
        "journeys": {
            f"{name}@{revision}": _sha(journey.model_dump(mode="json", exclude_defaults=True))
            for (name, revision), journey in sorted(library.journeys.items())
        },
        "instruments": {
            f"{instrument.id}@{instrument.revision}": {
                "structure": _sha(_structure(instrument)),
                "wording": _sha(_wording(instrument)),
            }
            for _, instrument in sorted(library.instruments.items())
        },
    }


def _structure(instrument: Instrument) -> Any:
    """What a score is made of."""
    items = [(item.id, [option.points for option in item.options]) for item in instrument.items]
    rules = instrument.model_dump(include={"order", "blanks", "combine", "band_rule", "ages", "bands", "variants"})
    return [rules, items]


def _wording(instrument: Instrument) -> Any:
    """What is printed: each question, and each answer with its points."""
    return [(item.text, [(option.points, option.label) for option in item.options]) for item in instrument.items]


def _sha(document: Any) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def changes(library: Library, lock: Lock) -> list[str]:
    """One sentence for each difference between content and lock: which file, what changed, what to do."""
    now = fingerprints(library)
    return [*_journey_changes(now["journeys"], lock["journeys"]), *_instrument_changes(now["instruments"], lock)]


def _journey_changes(now: Mapping[str, str], then: Mapping[str, str]) -> Iterator[str]:
    for key, fingerprint in now.items():
        name, _, revision = key.partition("@")
        if key not in then:
            yield f"journeys/{name}.yaml: revision {revision} is new. Run `{REFRESH}` and look at the diff."
        elif then[key] != fingerprint:
            yield (
                f"journeys/{name}.yaml: its structure changed though it is still revision {revision}. Keep the old file"
                f" as {key}.yaml, give the new one `revision: {int(revision) + 1}`, then run `{REFRESH}`."
            )
    for key in then.keys() - now.keys():
        yield f"journeys/{key}.yaml: is gone. When no talk can still be on that revision, run `{REFRESH}`."


def _instrument_changes(now: Mapping[str, Mapping[str, str]], lock: Lock) -> Iterator[str]:
    then = lock["instruments"]
    for key, fingerprint in now.items():
        name, _, revision = key.partition("@")
        file = f"instruments/{name}.yaml"
        if key not in then:
            yield f"{file}: revision {revision} is new. Run `{REFRESH}` and look at the diff."
        elif then[key]["wording"] != fingerprint["wording"]:
            yield (
                f"{file}: the printed words of a validated instrument changed. Put them back; for another edition give"
                f" `edition` and `revision: {int(revision) + 1}`, then run `{REFRESH}`."
            )
        elif then[key]["structure"] != fingerprint["structure"]:
            yield (
                f"{file}: items, points, order or bands changed though it is still revision {revision}. Give"
                f" `revision: {int(revision) + 1}`, then run `{REFRESH}`."
            )


def read_lock(path: Path = LOCK) -> Lock:
    """The lock as it was written. Raises ContentError where it is missing or not YAML."""
    return read_yaml(path)


def write_lock(library: Library, path: Path = LOCK) -> None:
    """Write the lock that fits this content."""
    path.write_text(_HEADER + yaml.safe_dump(fingerprints(library), sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    write_lock(load_library())
    print(f"Wrote {LOCK.name}. Look at its diff before you commit it.")
