"""What was learnt from the examples is kept, so that a start is quick: it must be fresh, whole, and tell the same."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from screening.errors import ContentError
from screening.learnt import REFRESH
from screening.library import CONTENT
from screening.relearn import lessons
from screening.safety import check, load_safety

DEV = Path(__file__).parents[1] / "understanding" / "safety_dev_4.jsonl"


def test_what_is_kept_was_learnt_from_the_content_as_it_is() -> None:
    stale = [lesson.kept.name for lesson in lessons() if lesson.kept and not lesson.fresh]
    assert not stale, f"run `{REFRESH}` and commit {', '.join(stale)}"


def test_starting_needs_none_of_the_heavy_libraries() -> None:
    heavy = "print([name for name in ('sklearn', 'scipy', 'joblib', 'fpdf') if name in sys.modules])"
    code = f"import sys, bot.commands.serve; from screening.library import load_library; load_library(); {heavy}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_examples_that_were_changed_are_learnt_from_at_once_and_tell_the_same_where_they_are_alike(
    tmp_path: Path,
) -> None:
    content = shutil.copytree(CONTENT, tmp_path / "content")
    messages = [json.loads(line)["text"] for line in DEV.read_text("utf-8").splitlines()][:150]
    kept = [check(load_safety(CONTENT / "safety.yaml"), text) for text in messages]
    with (content / "safety_examples.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    learnt_now = load_safety(content / "safety.yaml")
    assert [check(learnt_now, text) for text in messages] == kept


def test_a_damaged_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    content = shutil.copytree(CONTENT, tmp_path / "content")
    (content / "learnt" / "safety.npz").write_bytes(b"not what it was")
    with pytest.raises(ContentError, match=r"safety\.npz.*python -m screening\.relearn"):
        load_safety(content / "safety.yaml")
