"""The clinical safety file: whole, honest, and every proof it names is a test that is there."""

import ast
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from proofs import unproven

from screening.errors import ContentError
from screening.hazards import Hazard, load_hazards
from screening.library import CONTENT

ROOT = Path(__file__).parents[2]
HAZARDS = load_hazards()
NAMED = sorted({test for hazard in HAZARDS for test in hazard.tests})

FIRST_TO_LOG = {
    "wrong band": "band",
    "swapped codes": "LOINC",
    "US cut-offs": "United States",
    "stale version": "changes under someone's feet",
    "skipped = 0": "skipped question counts as zero",
    "dependence told to stop": "depends on alcohol is told to stop",
    "red flag missed": "crisis in what someone types is missed",
    "child given adult advice": "child gets adult advice",
    "abuser sees chat": "abuser",
    "phone number out of date": "number is wrong or out of date",
    "wrong provider": "service that does not take this person|service of the wrong area",
    "wrong age range": "under 18",
    "advice without a source": "nobody has checked",
    "double-scored retry": "counted twice",
    "result shown to the wrong user": "used for another",
    "failure of referral delivery": "has contacted the service",
}
"""Screening facts, section 7: the hazards to log first, and words of the log that name each."""


def test_the_log_is_as_long_as_was_asked() -> None:
    assert len(HAZARDS) >= 36


@pytest.mark.parametrize("words", FIRST_TO_LOG.values(), ids=FIRST_TO_LOG.keys())
def test_the_hazards_to_log_first_are_logged(words: str) -> None:
    assert any(re.search(words, hazard.hazard) for hazard in HAZARDS)


@cache
def functions(file: str) -> set[str]:
    """The test functions of a file."""
    nodes = ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("test", NAMED)
def test_each_proof_is_a_test_that_is_there(test: str) -> None:
    """One case of a test is named only where it is a file beside it: a transcript."""
    found = re.fullmatch(r"(tests/\w+/test_\w+\.py)::(test_\w+)(?:\[(\w+)\])?", test)
    assert found, "write it as pytest prints it"
    file, function, case = found.groups()
    assert (ROOT / file).is_file()
    assert function in functions(file)
    assert case is None or (ROOT / file).with_name(f"{case}.yaml").is_file()


def test_hazards_to_life_that_are_called_controlled_have_more_than_one_proof() -> None:
    grave = [hazard for hazard in HAZARDS if hazard.initial.severity in ("major", "catastrophic")]
    assert [hazard.id for hazard in grave if hazard.status == "controlled" and len(hazard.tests) < 2] == []


# A mistake in the file


def written(folder: Path, text: str) -> Path:
    """A content folder with this text as the log, and the shipped sources."""
    shutil.copy(CONTENT / "sources.yaml", folder)
    (folder / "hazards.yaml").write_text(text, encoding="utf-8")
    return folder


def put(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda hazard: hazard.__setitem__(field, value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("initial", {"severity": "awful", "likelihood": "low"}), r"hazard H02\.initial\.severity"),
        (put("residual", {"severity": "catastrophic", "likelihood": "low"}), "residual risk is above the initial one"),
        (put("residual", {"severity": "major", "likelihood": "very high"}), "residual risk is above the initial one"),
        (put("tests", []), "called controlled without controls and tests"),
        (put("needed", "A test"), "an open hazard, and no other, says what is needed"),
        (put("status", "open"), "an open hazard, and no other, says what is needed"),
        (put("status", "accepted"), r"hazard H02\.status"),
        (put("cause", ""), r"hazard H02\.cause"),
        (put("owner", "us"), r"hazard H02\.owner: Extra inputs are not permitted"),
        (put("signed_by", "Dr A"), r"hazard H02\.signed_by"),
        (put("signed_by", {"by": "", "day": "2026-12-01"}), r"hazard H02\.signed_by\.by"),
        (put("sources", ["G99"]), r"source G99 is not in sources\.yaml"),
        (put("id", "H01"), "hazard H01: is there twice"),
        (put("id", "first"), r"hazard first\.id"),
    ],
)
def test_a_mistake_in_the_log_is_refused_with_the_hazard(
    change: Callable[[dict[str, Any]], None], said: str, tmp_path: Path
) -> None:
    first, second = (hazard.model_dump(mode="json") for hazard in HAZARDS[:2])
    change(second)
    with pytest.raises(ContentError, match=said) as refused:
        load_hazards(written(tmp_path, yaml.safe_dump({"hazards": [first, second]})))
    assert str(refused.value).startswith("hazards.yaml: ")
    assert refused.value.remedy


@pytest.mark.parametrize("text", ["hazards: none", "hazards: []\nother: 1", "- H01"])
def test_a_file_that_is_no_log_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"hazards\.yaml"):
        load_hazards(written(tmp_path, text))


def test_a_signature_has_a_role_and_a_day(tmp_path: Path) -> None:
    text = yaml.safe_dump({"hazards": [HAZARDS[0].model_dump(mode="json")]})
    signed = "signed_by: {by: 'Clinical Safety Officer, GMC 0000000', day: 2026-12-01}"
    signature = load_hazards(written(tmp_path, text.replace("signed_by: null", signed)))[0].signed_by
    assert signature is not None
    assert (signature.by, signature.day.isoformat()) == ("Clinical Safety Officer, GMC 0000000", "2026-12-01")


# What a whole run has proven


def log(*tests: str) -> list[Hazard]:
    return [HAZARDS[0].model_copy(update={"tests": tests})]


@pytest.mark.parametrize(
    ("named", "passed", "skipped", "on_ci", "missing"),
    [
        ("t/a.py::test_x", ["t/a.py::test_x"], [], True, False),
        ("t/a.py::test_x", ["t/a.py::test_x[1]", "t/a.py::test_x[2]"], [], True, False),
        ("t/a.py::test_x[1]", ["t/a.py::test_x[1]"], [], True, False),
        ("t/a.py::test_x", [], [], False, True),
        ("t/a.py::test_x", ["t/b.py::test_x"], [], False, True),
        ("t/a.py::test_x[1]", ["t/a.py::test_x[2]"], [], False, True),
        ("t/a.py::test_x", [], ["t/a.py::test_x"], False, False),
        ("t/a.py::test_x", [], ["t/a.py"], False, False),
        ("t/a.py::test_x", [], ["t/a.py"], True, True),
        ("t/a.py::test_x", ["t/a.py::test_x[1]"], ["t/a.py::test_x[2]"], True, True),
    ],
)
def test_a_proof_counts_only_if_all_of_it_ran_and_passed(
    named: str, passed: list[str], skipped: list[str], on_ci: bool, missing: bool
) -> None:
    """Where there is no browser its tests may be skipped, but never in CI."""
    assert unproven(log(named), passed, skipped, may_skip=not on_ci) == ([f"H01: {named}"] if missing else [])
