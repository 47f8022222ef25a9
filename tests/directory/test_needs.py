"""The groups in which a form asks for needs hold every tag of the catalogue once; a slip names tag and remedy."""

from pathlib import Path

import pytest
import yaml

from directory.needs import load_need_groups
from directory.services import ServicesError
from directory.snapshot import Snapshot

TAGS = ("alcohol", "housing", "groups")
RIGHT = {"substances": ["alcohol"], "groups": {"home": ["housing"], "treatment": ["groups"]}}


def test_the_shipped_groups_hold_each_of_the_45_tags_once(snapshot: Snapshot) -> None:
    groups = load_need_groups(snapshot.catalogue.need_tags)
    shown = [*groups.substances, *(tag for tags in groups.groups.values() for tag in tags)]
    assert len(shown) == 45
    assert sorted(shown) == sorted(snapshot.catalogue.need_tags)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"groups": {"home": ["housing"], "treatment": []}}, "groups: is there 0 times; put it in one group"),
        ({"groups": {"home": ["housing", "groups"], "x": ["groups"]}}, "groups: is there 2 times; put it in one group"),
        ({"groups": {"home": ["housing", "tea"], "x": ["groups"]}}, "tea: is no need tag; take it out"),
        ({"groups": ["housing"]}, "cannot be used"),
    ],
)
def test_a_wrong_file_is_refused_with_tag_and_remedy(wrong: dict[str, object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "need_groups.yaml"
    path.write_text(yaml.safe_dump({**RIGHT, **wrong}), "utf-8")
    with pytest.raises(ServicesError, match=said):
        load_need_groups(TAGS, path)
