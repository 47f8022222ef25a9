"""Which tests of the clinical safety file a run has not proven."""

from collections.abc import Collection, Iterable

from screening.hazards import Hazard


def unproven(hazards: Iterable[Hazard], passed: Collection[str], skipped: Collection[str], may_skip: bool) -> list[str]:
    """One line for each named test that did not pass. `passed` and `skipped`: ids as pytest reports them.

    A skipped file is reported by its name alone. `may_skip`: a skipped test (no browser here) is let through.
    """
    excused = {part for test in skipped for part in (test, _function(test))} if may_skip else set()
    proven = {part for test in passed for part in (test, _function(test))} - {_function(test) for test in skipped}
    return [
        f"{hazard.id}: {test}"
        for hazard in hazards
        for test in hazard.tests
        if test not in proven and not {test, _function(test), test.partition("::")[0]} & excused
    ]


def _function(test: str) -> str:
    return test.partition("[")[0]
