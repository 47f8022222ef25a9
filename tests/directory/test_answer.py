"""Cards: the same services as the matching gives, nearest sites first, with nothing that may not be shown."""

import json
from dataclasses import asdict

import pytest

from directory.answer import Answer, answer, by_reason
from directory.question import Asked, Question, read
from directory.snapshot import Snapshot


def asked(snapshot: Snapshot, **fields: object) -> tuple[Question, Answer]:
    question, problems = read(Asked(**{"age": "35", "audience": "self", **fields}), snapshot)  # type: ignore[arg-type]
    assert question is not None, problems
    return question, answer(snapshot, question)


def ids(found: Answer) -> list[str]:
    return [card.offer.service_id for card in found.cards]


def test_the_cards_are_what_the_matching_offers_in_its_order_and_nothing_is_lost(snapshot: Snapshot) -> None:
    question, found = asked(snapshot, place="Margate", substances=("alcohol",))
    matched = snapshot.find(question.request, limit=1000)
    assert ids(found) == [offer.service_id for offer in matched.offers]
    parts = [part.service_id for card in found.cards for part in card.offer.parts]
    everything = ids(found) + parts + [one.service_id for one in found.withheld]
    assert sorted(everything) == sorted(service.id for service in snapshot.catalogue.services)


@pytest.mark.parametrize(
    ("place", "nearest"),
    [
        ("CT9 1HL", "Margate hub"),
        ("TN23", "Ashford hub"),
        ("Sittingbourne", "Sittingbourne hub"),
        ("Dover", "Dover hub"),
    ],
)
def test_the_nearest_site_comes_first(place: str, nearest: str, snapshot: Snapshot) -> None:
    _, found = asked(snapshot, place=place, district="E07000105", substances=("alcohol",))
    sites = found.cards[0].sites
    distances = [site.miles for site in sites if site.miles is not None]
    assert sites[0].name == nearest
    assert distances == sorted(distances) and len(distances) == 4
    assert found.cards[0].miles == distances[0] < 3


def test_where_only_the_district_is_known_sites_are_in_order_of_their_names(snapshot: Snapshot) -> None:
    _, found = asked(snapshot, place="Thanet", substances=("alcohol",))
    sites = found.cards[0].sites
    assert [site.miles for site in sites] == [None] * 4
    assert [site.name for site in sites] == sorted(site.name for site in sites)


def test_a_site_where_nobody_goes_is_not_listed(snapshot: Snapshot) -> None:
    """The hub in Canterbury closed; the record says so by its kind."""
    _, found = asked(snapshot, place="Canterbury", substances=("alcohol",))
    assert "Canterbury (no hub)" not in [site.name for site in found.cards[0].sites]


def test_numbers_that_nobody_confirmed_are_in_no_card(snapshot: Snapshot) -> None:
    """interface.md section 7: a local number older than 24 months, and a third party's copy, wait for confirmation."""
    for place in ("Sittingbourne", "Maidstone"):
        _, found = asked(snapshot, place=place, substances=("alcohol", "drugs"), needs=("peer_support", "crisis"))
        said = json.dumps([asdict(card) for card in found.cards], default=str)
        assert "07796 614997" not in said  # the hub in Sittingbourne, 2019
        assert "0300 999 1212" not in said  # a third party's copy
        assert "0800 9177 650" in said  # Alcoholics Anonymous, verified


def test_a_source_that_may_not_be_shown_is_not_named(snapshot: Snapshot) -> None:
    _, found = asked(snapshot, place="Margate", substances=("drugs",))
    by_id = {card.offer.service_id: card for card in found.cards}
    assert not by_id["na"].source.shown
    assert by_id["adult_east_kent"].source.shown
    assert by_id["adult_east_kent"].source.dated == "2024-10-21"


def test_a_need_that_nothing_meets_is_said_and_still_leads_somewhere(snapshot: Snapshot) -> None:
    _, found = asked(snapshot, place="Rochester", needs=("safe_storage",))
    assert found.unmet == ("safe_storage",)
    assert found.instead
    assert "medway_adult" in ids(found)


def test_panels_and_prisons_are_knowledge_for_professionals_only(snapshot: Snapshot) -> None:
    question, found = asked(snapshot, place="Margate")
    names = {name for _, names in by_reason(found.withheld, question.request) for name in names}
    assert "MARAC" not in " ".join(names) and "HMP" not in " ".join(names)
    question, found = asked(snapshot, place="Margate", audience="gp")
    groups = by_reason(found.withheld, question.request)
    assert "MARAC" in " ".join(name for _, names in groups for name in names)
    assert sum(len(names) for _, names in groups) == len(found.withheld)


def test_outside_kent_only_what_covers_everyone_is_offered(snapshot: Snapshot) -> None:
    question, found = asked(snapshot, place="Brighton", audience="family")
    assert question.area is None
    assert found.cards
    assert all(line.key == "directory.reason.national" for card in found.cards for line in card.takes[:1])
