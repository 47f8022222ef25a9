"""The library: what is loaded, and which revision of a journey is found."""

import shutil
from pathlib import Path

import pytest
import yaml
from kit import Chat, checking, library

from screening.errors import ContentError
from screening.library import CONTENT, load_library
from screening.script import Offers, Refer, Screen


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content, to change."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_every_journey_instrument_and_language_is_loaded() -> None:
    loaded = library()
    journeys = {path.stem.partition("@")[0] for path in (CONTENT / "journeys").glob("*.yaml")}
    assert journeys == set(loaded.latest)
    assert {path.stem for path in (CONTENT / "instruments").glob("*.yaml")} == set(loaded.instruments)
    assert "welcome.hello" in loaded.words


def test_the_operators_settings_reach_the_words() -> None:
    loaded = load_library(values={"talk_days": "9", "complain_to": "the council at help@example.org"})
    assert "9 days after your last message" in loaded.words.text("common.privacy")
    assert "the council at help@example.org" in loaded.words.text("common.complain")


def test_people_stay_on_the_revision_they_started_on(content: Path) -> None:
    """An old revision is kept beside the new one as `name@revision.yaml`."""
    old = content / "journeys" / "check_alcohol.yaml"
    document = yaml.safe_load(old.read_text(encoding="utf-8"))
    old.rename(content / "journeys" / "check_alcohol@2.yaml")
    document["revision"] = 3
    document["steps"]["pregnancy"]["next"] = "days"
    document["steps"]["days"]["next"] = "audit"
    document["steps"]["shakes"]["next"] = "units_day"
    old.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    loaded = load_library(content)
    assert (loaded.latest["check_alcohol"].revision, loaded.journey("check_alcohol", 2) is None) == (3, False)
    begun_before = Chat(state=checking().says("back").state, content=loaded).says("no")
    assert begun_before.where == "check_alcohol.audit.q1"
    begun_after = Chat(content=loaded).start().taps("me", "30_39", "check", "no")
    assert begun_after.where == "check_alcohol.days"


def test_a_journey_that_is_gone_is_not_found() -> None:
    assert library().journey("check_alcohol", 99) is None
    assert library().journey("nowhere") is None


def test_a_file_that_is_missing_is_named(content: Path) -> None:
    (content / "contacts.yaml").unlink()
    with pytest.raises(ContentError, match=r"contacts\.yaml: the file: is not there"):
        load_library(content)


def test_the_instruments_of_the_journeys_carry_rights_and_attribution() -> None:
    for journey in library().latest.values():
        for step in journey.steps.values():
            if isinstance(step, Screen):
                instrument = library().instrument(step.instrument)
                assert instrument.attribution
                assert instrument.rights
                assert instrument.edition


def test_every_referral_comes_after_a_choice() -> None:
    """No route leads to a `refer` step but the one of a chosen service."""
    for journey in library().latest.values():
        refers = {name for name, step in journey.steps.items() if isinstance(step, Refer)}
        for step in journey.steps.values():
            routes = dict(getattr(step, "routes", {}))
            if isinstance(step, Offers):
                routes.pop("chosen")
            assert not refers & {*routes.values(), getattr(step, "next", None)}
