"""The answer to a question in words: for the page that finds a service and for the command. Chooses nothing itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from directory.answer import Answer, Card, SiteCard
from directory.eligibility import Ages, Request
from directory.lines import Line
from directory.needs import NeedGroups
from directory.question import AUDIENCES, GENDERS, OLDEST, PREFERENCES, Question
from screening.dates import line_text
from screening.errors import ContentError
from screening.wording import Wording

WITH_DOORS = frozenset(
    {"treatment_service", "homelessness", "wellbeing_service", "inpatient_detox", "residential_rehab"}
)
"""Kinds that people go to: where no opening hours are known, that is said."""
REACHED = frozenset({"crisis", "digital_tool", "helpline", "mutual_aid", "peer_group", "safeguarding"})
"""Kinds that nobody is referred to: whoever asks rings, writes or looks."""
DETOX = frozenset({"community_detox", "inpatient_detox"})


@dataclass(frozen=True)
class Section:
    """A heading and its sentences."""

    heading: str
    sentences: Sequence[str]


class Teller:
    """Says lines and cards in the words of `find_page.yaml` and `directory.yaml`."""

    def __init__(self, words: Wording, groups: NeedGroups) -> None:
        """Raises ContentError where a choice of the form has no label."""
        self._words, self._groups = words, groups
        _check_labels(words, groups)

    def word(self, name: str, **values: str) -> str:
        """A text of `find_page.yaml`."""
        return self._words.text(f"find_page.{name}", values)

    def label(self, name: str, choice: str) -> str:
        """The label of a choice of `find_page.yaml`."""
        return self._words.label(f"find_page.{name}", choice)

    def line(self, line: Line) -> str:
        """One line of the directory."""
        return line_text(self._words, line)

    def lines(self, lines: Iterable[Line]) -> list[str]:
        """Several lines."""
        return [self.line(line) for line in lines]

    def needs(self, tags: Iterable[str]) -> str:
        """Needs by their labels, in one breath."""
        return ", ".join(self._need(tag) for tag in tags)

    def _need(self, tag: str) -> str:
        group = next((name for name, tags in self._groups.groups.items() if tag in tags), None)
        return self.label(f"group.{group}", tag) if group else self.label("substances", _SUBSTANCE_OF_NEED[tag])

    def about(self, question: Question) -> str:
        """What was asked, without the postcode."""
        values = {"area": self.area(question), "audience": self.audience(question.request)}
        if not question.age_given:
            return self.word("answer.about_no_age", **values)
        return self.word("answer.about", ages=self._ages(question.request.ages), **values)

    def area(self, question: Question) -> str:
        """The district in words; the reporting area inside it first."""
        if question.area is None:
            return self.word("answer.outside" if question.finding else "answer.nowhere")
        if question.area.locality:
            return self.word("answer.area_in", locality=question.area.locality, area=question.area.name)
        return question.area.name

    def audience(self, request: Request) -> str:
        """Who asks, as the form says it: "as a GP"."""
        label = self.label("audience", asked_as(request))
        return label[0].lower() + label[1:]

    def _ages(self, ages: Ages) -> str:
        youngest, oldest = str(ages[0]), str(ages[1])
        if youngest == oldest:
            return self.word("answer.age_one", age=youngest)
        if ages[1] >= OLDEST:
            return self.word("answer.age_over", youngest=youngest)
        return self.word("answer.age_span", youngest=youngest, oldest=oldest)

    def heading(self, answer: Answer) -> str:
        """How many services fit."""
        count = len(answer.cards)
        if not count:
            return self.word("answer.none")
        name = "may_help" if answer.instead else "fit"
        return self.word(f"answer.one_{name}") if count == 1 else self.word(f"answer.several_{name}", count=str(count))

    def notices(self, question: Question, answer: Answer, said: frozenset[str] = frozenset()) -> Iterator[str]:
        """What has to be known of the whole answer before reading it. `said`: keys of what is said elsewhere."""
        yield from self.lines(line for line in answer.pointers if line.key not in said)
        if not question.age_given:
            yield self.word("no_age")
        if answer.unmet:
            instead = [self.word("instead")] if answer.instead and answer.cards else []
            yield " ".join([self.word("unmet", needs=self.needs(answer.unmet)), *instead])

    def safety(self, question: Question) -> Sequence[str]:
        """The line that comes before everything where a detox from alcohol is asked for."""
        request = question.request
        if not DETOX.intersection(request.needs) or (request.substances and "alcohol" not in request.substances):
            return ()
        return (self.word("withdrawal.self" if request.audience == "self" else "withdrawal.other"),)

    def how(self, card: Card, question: Question) -> Section:
        """How this audience comes to the service."""
        lines = self.lines((*card.comes, *card.contact))
        return Section(self.word(f"how.{'reach' if card.kind in REACHED else asked_as(question.request)}"), lines)

    def distance(self, site: SiteCard) -> str | None:
        """How far it is, in whole miles; None where that is not known."""
        if site.miles is None:
            return None
        if site.miles < 1:
            return self.word("distance.near")
        miles = round(site.miles)
        return self.word("distance.one") if miles == 1 else self.word("distance.some", miles=str(miles))

    def hours(self, card: Card) -> list[str]:
        """The opening hours that may be shown, or that they are not confirmed yet; nothing of what has no doors."""
        known = [self.word("hours_at", site=site.name, hours=site.hours) for site in card.sites if site.hours]
        return known or ([self.word("hours_unknown")] if card.sites or card.kind in WITH_DOORS else [])

    def sure(self, card: Card) -> list[str]:
        """When it was last checked and by which source."""
        lines, source = self.lines(card.sure), card.source
        if source.confirmed:
            return lines
        return [*lines, self.word("source", title=source.title) if source.shown else self.word("source_unsure")]

    def next(self, question: Question) -> list[str]:
        """What happens now, and what the person is to do."""
        request = question.request
        who = "professional" if request.professional else "family" if request.audience == "family" else "self"
        prefers = ", ".join(self.label("prefers", each).lower() for each in request.prefers)
        wishes = [self.word("next_prefers", prefers=prefers)] if prefers else []
        return [self.word(f"next_{who}"), *wishes, self.word("next_worse")]

    def plain(self, card: Card, question: Question) -> str:
        """A card as text to paste into a record or a message. Nothing of the person is in it."""
        how = self.how(card, question)
        parts = [
            card.offer.name,
            *self.lines(card.provider),
            card.offer.description,
            *self.lines((*card.takes, *card.helps)),
            "",
            f"{how.heading}:",
            *(f"- {sentence}" for sentence in how.sentences),
            *self._plain_sites(card),
            *self._plain_hours(card),
            "",
            *self.sure(card),
            "",
            *self.next(question),
        ]
        return "\n".join(parts)

    def _plain_sites(self, card: Card) -> Iterator[str]:
        if card.sites:
            yield from ("", f"{self.word('sites')}:", *(f"- {place}" for place in self.places(card)))

    def _plain_hours(self, card: Card) -> Iterator[str]:
        if hours := self.hours(card):
            yield from ("", f"{self.word('hours')}: {' '.join(hours)}")

    def places(self, card: Card) -> Iterator[str]:
        """Each site as one line: its name, district, distance, and what is known of it."""
        for site in card.sites:
            where = ", ".join(filter(None, [self.place(site), self.distance(site)]))
            yield " ".join([f"{where}.", *self.lines(site.lines)])

    def place(self, site: SiteCard) -> str:
        """A site by its name, and its district where the name does not say it."""
        if site.district in site.name:
            return site.name
        return self.word("place_in", site=site.name, district=site.district)


_SUBSTANCE_OF_NEED = {"alcohol": "alcohol", "opiates": "opiates", "other_drugs": "drugs"}
SHOWN_SUBSTANCES = ("alcohol", "opiates", "stimulants", "class_b", "sedatives", "prescribed_drugs", "drugs")
"""The substances that the form asks about; the command takes the others too."""


def asked_as(request: Request) -> str:
    """The audience of a request as the form names it."""
    return next(name for name, audience in AUDIENCES.items() if audience == request.audience)


def _check_labels(words: Wording, groups: NeedGroups) -> None:
    """Every choice of the form has a label, and no label is without its choice."""
    wanted: Mapping[str, Iterable[str]] = {
        "audience": AUDIENCES,
        "prefers": PREFERENCES,
        "gender": GENDERS,
        "substances": SHOWN_SUBSTANCES,
        **{f"group.{name}": tags for name, tags in groups.groups.items()},
    }
    for name, choices in wanted.items():
        key = f"find_page.{name}"
        if key not in words:
            raise ContentError("text/en/find_page.yaml", key, "has no words", "Write it in every language")
        written = set(words.entry(key).choices)
        if written != set(choices):
            raise ContentError(
                "text/en/find_page.yaml", key, f"labels are for {sorted(written)}", f"Label exactly {sorted(choices)}"
            )
