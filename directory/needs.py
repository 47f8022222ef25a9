"""The need tags in the groups that a form shows them in. The file must hold every tag of the catalogue exactly once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from directory.documents import read_yaml
from directory.services import ServicesError

NEED_GROUPS = Path(__file__).parent / "data" / "need_groups.yaml"


class NeedGroups(BaseModel):
    """Group -> its tags, in the order shown; `substances` are asked as the question what it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    substances: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]


def load_need_groups(need_tags: Iterable[str], path: Path = NEED_GROUPS) -> NeedGroups:
    """The groups of a file. Raises ServicesError listing every tag that is missing, unknown or there twice."""
    try:
        groups = NeedGroups.model_validate(read_yaml(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        remedy = "write `substances` as a list of tags and `groups` as lists of tags by name"
        raise ServicesError(f"{path.name}: cannot be used ({type(error).__name__}); {remedy}") from error
    if problems := "\n".join(f"{path.name}, {problem}" for problem in _problems(groups, set(need_tags))):
        raise ServicesError(problems)
    return groups


def _problems(groups: NeedGroups, known: set[str]) -> Iterator[str]:
    times = Counter([*groups.substances, *(tag for tags in groups.groups.values() for tag in tags)])
    for tag in sorted(known | set(times)):
        if tag not in known:
            yield f"{tag}: is no need tag; take it out, or add it to need_tags of kent_services.yaml"
        elif times[tag] != 1:
            yield f"{tag}: is there {times[tag]} times; put it in one group"
