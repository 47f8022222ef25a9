"""What was released stays as it was: structures by revision, printed words of validated instruments."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.library import CONTENT, load_library
from screening.revisions import changes, fingerprints, read_lock, write_lock


def test_the_shipped_content_is_what_the_lock_says() -> None:
    assert changes(load_library(), read_lock()) == []


def changed(tmp_path: Path, path: str, change: Callable[[Any], None]) -> list[str]:
    """What is said when a file of the content is changed and the lock is not."""
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    write_lock(load_library(content), content / "revisions.lock")
    document = yaml.safe_load((content / path).read_text(encoding="utf-8"))
    change(document)
    (content / path).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return changes(load_library(content), read_lock(content / "revisions.lock"))


def _another_way(document: Any) -> None:
    document["steps"]["others"]["next"] = "importance"
    for step in ("gains", "has_gains", "gained"):
        del document["steps"][step]


def test_a_changed_structure_asks_for_a_new_revision(tmp_path: Path) -> None:
    (said,) = changed(tmp_path, "journeys/brief_advice.yaml", _another_way)
    assert said == (
        "journeys/brief_advice.yaml: its structure changed though it is still revision 3. Keep the old file as "
        "brief_advice@3.yaml, give the new one `revision: 4`, then run `python -m screening.revisions`."
    )


def test_a_new_revision_has_only_to_be_written_down(tmp_path: Path) -> None:
    said = changed(tmp_path, "journeys/child.yaml", lambda document: document.update(revision=2))
    assert said[0] == (
        "journeys/child.yaml: revision 2 is new. Run `python -m screening.revisions` and look at the diff."
    )
    assert said[1].startswith("journeys/child@1.yaml: is gone. When no talk can still be on that revision")


def test_a_changed_printed_word_is_refused(tmp_path: Path) -> None:
    """AUDIT-C and AUDIT-PC borrow the item, so all three say it."""

    def reword(document: Any) -> None:
        document["items"][0]["text"] = "How often do you drink?"

    said = changed(tmp_path, "instruments/audit.yaml", reword)
    files = [f"instruments/{name}.yaml" for name in ("audit", "audit_c", "audit_pc")]
    assert [sentence.partition(": ")[0] for sentence in said] == files
    assert all("the printed words of a validated instrument changed. Put them back" in sentence for sentence in said)


def test_a_changed_order_of_items_asks_for_a_new_revision(tmp_path: Path) -> None:
    (said,) = changed(tmp_path, "instruments/audit.yaml", lambda document: document.update(order="every_item"))
    assert "items, points, order or bands changed though it is still revision 1" in said


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("text/en/child.yaml", lambda document: document.update(hello="Thank you.")),
        ("instruments/audit.yaml", lambda document: document["items"][0]["options"][0].update(words=["nope"])),
    ],
)
def test_other_words_need_no_revision(tmp_path: Path, path: str, change: Callable[[Any], None]) -> None:
    """Words are looked up when spoken; other ways to say an answer change nothing that is printed or scored."""
    assert changed(tmp_path, path, change) == []


def test_the_order_in_which_steps_are_written_does_not_matter(tmp_path: Path) -> None:
    def turn_round(document: Any) -> None:
        document["steps"] = dict(reversed(document["steps"].items()))

    assert changed(tmp_path, "journeys/brief_advice.yaml", turn_round) == []


def test_the_lock_reads_as_it_was_written(tmp_path: Path) -> None:
    library = load_library()
    write_lock(library, tmp_path / "revisions.lock")
    assert read_lock(tmp_path / "revisions.lock") == fingerprints(library)
