"""Loads all content once and cross-checks it, so that a mistake is found at start and never in the middle of a talk."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from screening import diary, planning
from screening.drinks import load_drinks
from screening.ebi_guide import Guide, load_guide
from screening.errors import ContentError
from screening.files import read_yaml
from screening.instruments import load_instruments
from screening.knowledge import Knowledge, load_knowledge
from screening.named_words import check_named_words
from screening.needs import NeedWords, load_needs
from screening.orders import ORDERS
from screening.questionnaire import Instrument
from screening.referral import EACH, Table, check_referral, load_referral
from screening.referral import JOURNEY as REFER_JOURNEY
from screening.results import words_needed
from screening.rules import RULES
from screening.safety import SafetyRules, load_safety
from screening.script import Area, Ask, Go, Journey, Offers, Refer, Remind, Route, Say, Screen, Step, Survey, targets
from screening.stopping import Phrases, load_stopping
from screening.translations import check_translations
from screening.understanding.commands import Commands, load_commands
from screening.understanding.intents import Intents, load_intents
from screening.understanding.personal import PersonalRules, load_personal
from screening.units import DrinksReader
from screening.values import VALUES
from screening.wishes import Wishes, load_wishes
from screening.wording import Wording, load_wording

CONTENT = Path(__file__).parent / "content"
FIRST_JOURNEY = "welcome"
MENU_JOURNEY = "menu"
OFFER_VALUES = frozenset({"name", "description", "reasons", "contact"})
AREA_VALUES = frozenset({"area"})
REFERRAL_VALUES = frozenset(VALUES["referral"].gives)
REGISTERED = (diary, planning)
"""Modules whose rules and values are known once they are imported."""
CHOICE_BYTES = 64
"""Telegram's limit for the data of a button."""
DEFAULT_VALUES = {"talk_days": "3"}
LONGEST_COUNT = "9999"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Library:
    """Everything a conversation is made of. Read-only; the same in every process."""

    instruments: Mapping[str, Instrument]
    journeys: Mapping[tuple[str, int], Journey]
    words: Wording
    safety: SafetyRules
    commands: Commands
    sources: Mapping[str, Any]
    knowledge: Knowledge
    intents: Intents
    wishes: Wishes
    needs: NeedWords
    personal: PersonalRules
    drinks: DrinksReader
    stopping: Phrases
    referral: Table
    picks: Mapping[str, Decimal]
    """Units in the drinks that can be picked, by the words that say what they are."""
    ebi: Guide
    """The guide for staff who give an extended brief intervention."""

    def instrument(self, name: str) -> Instrument:
        """The instrument of this id. Raises KeyError."""
        return self.instruments[name]

    def screened(self, step: Screen) -> Instrument:
        """The instrument a step runs, with the step's own order of items where it has one."""
        return self.instrument(step.instrument) if step.order is None else self.reordered(step.instrument, step.order)

    def reordered(self, instrument: str, order: str) -> Instrument:
        """An instrument in another order that some step uses. Raises KeyError."""
        return self._reordered[instrument, order]

    @cached_property
    def _reordered(self) -> Mapping[tuple[str, str], Instrument]:
        steps = (step for journey in self.journeys.values() for step in journey.steps.values())
        wanted = {(step.instrument, step.order) for step in steps if isinstance(step, Screen) and step.order}
        return {(name, order): self.instruments[name].model_copy(update={"order": order}) for name, order in wanted}

    @cached_property
    def latest(self) -> Mapping[str, Journey]:
        """The newest revision of each journey, by name."""
        return _newest(self.journeys)

    def speaking(self, language: str) -> "Library":
        """The same in another language. Raises KeyError if there is no such language."""
        return self if language == self.words.language else self._spoken[language]

    @cached_property
    def _spoken(self) -> Mapping[str, "Library"]:
        return {name: replace(self, words=self.words.speaking(name)) for name in self.words.languages}

    def journey(self, name: str, revision: int | None = None) -> Journey | None:
        """A journey by name, the newest unless a revision is given; None where that revision is no longer kept."""
        return self.latest.get(name) if revision is None else self.journeys.get((name, revision))


def load_library(
    content: Path = CONTENT, values: Mapping[str, str] = DEFAULT_VALUES, licensed: Path | None = None
) -> Library:
    """Read and cross-check all content. Raises ContentError with file, place and remedy.

    `values` are what the operator's settings tell the words: `talk_days`, after how many days a talk is deleted, and,
    where it is not left to the words, `complain_to`, who takes complaints. `licensed`: a folder with the words of items
    that need a permission.
    """
    sources = read_yaml(content / "sources.yaml")
    drinks, journeys = DrinksReader(load_drinks(content / "drinks.yaml")), _journeys(content / "journeys")
    knowledge = load_knowledge(content / "knowledge", sources, content / "knowledge_words.yaml")
    words = load_wording(content / "text", {**load_contacts(content / "contacts.yaml"), **values}).with_entries(
        knowledge.entries()
    )
    instruments = load_instruments(content / "instruments", licensed)
    guide = load_guide(content / "ebi", sources, instruments["audit"], words)
    library = Library(
        instruments=instruments,
        journeys=journeys,
        words=words.with_entries(guide.entries()),
        safety=load_safety(content / "safety.yaml"),
        commands=load_commands(content / "commands.yaml"),
        sources=sources,
        knowledge=knowledge,
        intents=load_intents(content / "intents.yaml"),
        wishes=load_wishes(content / "wishes.yaml", _newest(journeys)[MENU_JOURNEY], knowledge, words),
        needs=load_needs(content / "needs.yaml", words),
        personal=load_personal(content / "personal.yaml"),
        drinks=drinks,
        stopping=load_stopping(content / "stopping.yaml"),
        referral=load_referral(content / "referral.yaml"),
        picks=_picks(drinks, journeys),
        ebi=guide,
    )
    for check in _CHECKS:
        check(library)
    check_referral(library.referral, library.latest[REFER_JOURNEY], library.words)
    check_named_words(library.words, library.instrument("audit"), library.instrument("dudit"))
    return library


def _newest(journeys: Mapping[tuple[str, int], Journey]) -> Mapping[str, Journey]:
    return {name: journey for (name, _), journey in sorted(journeys.items())}


def _picks(drinks: DrinksReader, journeys: Mapping[tuple[str, int], Journey]) -> Mapping[str, Decimal]:
    picks: dict[str, Decimal] = {}
    for journey in journeys.values():
        for name, step in journey.steps.items():
            for phrase in step.drinks.values() if isinstance(step, Ask) else ():
                total = drinks.read(phrase).total
                if total is None:
                    remedy = "Say it as drinks.yaml knows it"
                    raise ContentError(f"{journey.journey}.yaml", f"step {name}", f'"{phrase}" is no drink', remedy)
                picks[phrase] = total
    return picks


def load_contacts(path: Path) -> Mapping[str, str]:
    """The numbers that words may show, by their id. Raises ContentError for one without a source or date."""
    contacts: dict[str, str] = {}
    for name, contact in read_yaml(path).items():
        if not isinstance(contact, dict) or not {"number", "source", "checked"} <= set(contact):
            remedy = "Give its number, its source and the day it was checked"
            raise ContentError(path.name, name, "a contact without number, source or date", remedy)
        contacts[name] = str(contact["number"])
    return contacts


def _validated(model: type[Model], path: Path, document: Any) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ContentError(path.name, where, first["msg"], "Compare with another file of the same folder") from error


def _journeys(folder: Path) -> Mapping[tuple[str, int], Journey]:
    loaded: dict[tuple[str, int], Journey] = {}
    for path in sorted(folder.glob("*.yaml")):
        journey = _validated(Journey, path, read_yaml(path))
        if path.stem.partition("@")[0] != journey.journey:
            raise ContentError(
                path.name, "journey", f"is called {journey.journey}", "Give file and journey the same name"
            )
        loaded[(journey.journey, journey.revision)] = journey
    return loaded


def _check_languages(library: Library) -> None:
    """A language that lacks words, or easy words for nothing."""
    check_translations(library.words)


def _each_step(library: Library) -> Iterator[tuple[Journey, str, Step]]:
    for journey in library.journeys.values():
        for name, step in journey.steps.items():
            yield journey, name, step


def _check_steps(library: Library) -> None:
    """Every target, rule, values function, instrument and journey that a step names exists, and routes are complete."""
    for journey, name, step in _each_step(library):
        for problem, remedy in _step_problems(library, journey, step):
            raise ContentError(f"{journey.journey}.yaml", f"step {name}", problem, remedy)
    for journey in library.journeys.values():
        for place, named in (("start", journey.start), ("enough", journey.enough), ("unsafe", journey.unsafe)):
            if named is not None and named not in journey.steps:
                raise ContentError(f"{journey.journey}.yaml", place, f"there is no step {named}", "Name a step")


def _step_problems(library: Library, journey: Journey, step: Step) -> Iterator[tuple[str, str]]:
    for target in targets(step):
        if target not in journey.steps:
            yield f"goes to {target}, which is not a step", "Write that step or correct the name"
    check = _PROBLEMS.get(type(step))
    if check is not None:
        yield from check(library, step)


def _say_problems(library: Library, step: Say) -> Iterator[tuple[str, str]]:
    if step.values is not None and step.values not in VALUES:
        yield f"values {step.values} is not known", f"Use one of {', '.join(sorted(VALUES))}"
    if step.each is not None and (step.each not in EACH or step.values is not None):
        yield f"each {step.each} is not known, or stands beside values", f"Use one of {', '.join(sorted(EACH))} alone"


def _ask_problems(library: Library, step: Ask) -> Iterator[tuple[str, str]]:
    if bool(step.choices) == bool(step.number) and not step.scores:
        yield "has to have either choices or a number", "Give one of them"
    if step.several and (step.routes or not step.skip):
        yield "has several answers and routes, or no way past it", "Give `skip` and `next`, and no routes"
    for value in step.routes:
        if value not in step.choices:
            yield f"routes {value}, which is not one of its choices", "Add the choice or drop the route"
    if step.next is None and not set(step.choices) <= set(step.routes):
        yield "some choices lead nowhere", "Route every choice, or give `next`"
    if step.skip and step.next is None:
        yield "a skipped question leads nowhere", "Give `next`"
    if step.several and (step.routes or step.next is None):
        yield "several choices cannot lead to different steps", "Give `next` and no routes"


def _rule_problems(name: str, routes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if name not in RULES:
        yield f"rule {name} is not known", f"Use one of {', '.join(sorted(RULES))}"
    elif set(RULES[name].outcomes) != set(routes):
        yield f"routes do not match the outcomes of {name}", f"Route exactly {', '.join(RULES[name].outcomes)}"


def _screen_problems(library: Library, step: Screen) -> Iterator[tuple[str, str]]:
    for name in {step.instrument, step.prefix} - set(library.instruments):
        yield f"instrument {name} is not known", f"Use one of {', '.join(sorted(library.instruments))}"
    if step.instrument in library.instruments:
        yield from _unaskable(library.instrument(step.instrument))
    if step.order is not None and step.order not in ORDERS:
        yield f"order {step.order} is not known", f"Use one of {', '.join(sorted(ORDERS))}"
    yield from _rule_problems(step.rule, step.routes)


def _unaskable(instrument: Instrument) -> Iterator[tuple[str, str]]:
    if instrument.asked_by == "clinician":
        yield f"{instrument.id} is for a clinician to go through", "Take it out of the journey"
    if not instrument.shown:
        yield f"the words of {instrument.id} need a permission", "Supply them: content/licensed/README.md"


def _route_problems(library: Library, step: Route) -> Iterator[tuple[str, str]]:
    yield from _rule_problems(step.rule, step.routes)


def _complete_problems(library: Library, step: Area | Offers) -> Iterator[tuple[str, str]]:
    wanted = {"one", "outside", "declined"} if isinstance(step, Area) else {"chosen", "not_now", "nothing"}
    if set(step.routes) != wanted:
        yield "routes are not complete", f"Route exactly {', '.join(sorted(wanted))}"


def _go_problems(library: Library, step: Go | Remind) -> Iterator[tuple[str, str]]:
    if step.journey not in library.latest:
        yield f"journey {step.journey} is not known", f"Use one of {', '.join(sorted(library.latest))}"


def _survey_problems(library: Library, step: Survey) -> Iterator[tuple[str, str]]:
    asked = {name for journey in library.latest.values() for name in journey.answers()}
    for name in sorted(set(step.answers) - asked):
        yield f"answer {name} is never asked for", "Correct the name, or ask for it"


_PROBLEMS: Mapping[type, Callable[[Library, Any], Iterator[tuple[str, str]]]] = {
    Say: _say_problems,
    Ask: _ask_problems,
    Screen: _screen_problems,
    Route: _route_problems,
    Area: _complete_problems,
    Offers: _complete_problems,
    Go: _go_problems,
    Remind: _go_problems,
    Survey: _survey_problems,
}


def _check_words(library: Library) -> None:
    """Every step that speaks has its words, every choice its label, every placeholder a value, every button fits."""
    for journey, name, step in _each_step(library):
        file = f"text/en/{journey.journey}.yaml"
        for key, choices, values in _spoken(journey, name, step):
            if key not in library.words:
                raise ContentError(file, key, "has no words", f"Write {key} in every language")
            entry = library.words.entry(key)
            newest = library.latest[journey.journey] is journey
            # An older revision may offer less: people who are in it still read the labels of today.
            _check_entry(file, key, entry.choices if newest else set(entry.choices) & set(choices), choices)
            strange = entry.placeholders() - values - set(library.words.common)
            if strange:
                raise ContentError(
                    file, key, f"no value for {sorted(strange)}", f"Use {sorted(values) or 'helplines only'}"
                )
        for choice in (*step.choices, *step.drinks) if isinstance(step, Ask) else ():
            if len(f"{journey.journey}/{name}/{LONGEST_COUNT}/{choice}".encode()) > CHOICE_BYTES:
                raise ContentError(
                    file, f"step {name}", f"button {choice} is too long for Telegram", "Shorten the names"
                )


def _check_entry(file: str, key: str, written: Iterable[str], needed: Iterable[str]) -> None:
    if set(written) != set(needed):
        raise ContentError(file, key, f"labels are for {sorted(written)}", f"Write labels for exactly {sorted(needed)}")


def _spoken(journey: Journey, name: str, step: Step) -> Iterator[tuple[str, tuple[str, ...], frozenset[str]]]:
    """Key, choices and placeholders of everything a step says."""
    key = f"{journey.journey}.{name}"
    if isinstance(step, Say) and not step.each:
        yield key, (), frozenset(VALUES[step.values].gives if step.values else ())
    elif isinstance(step, Ask):
        yield key, step.choices or tuple(step.drinks), frozenset()
    elif isinstance(step, Area):
        for part in ("which", "confirm", "none", "invalid", "one"):
            yield f"{key}.{part}", (), AREA_VALUES
        yield f"{key}.ask", ("declined",), frozenset()
        yield f"{key}.elsewhere", (), frozenset()
    elif isinstance(step, Offers):
        yield f"{key}.service", (), OFFER_VALUES
        yield f"{key}.ask", ("not_now",), frozenset()
    elif isinstance(step, Refer):
        yield key, (), REFERRAL_VALUES


def _check_instrument_words(library: Library) -> None:
    """Every band of every instrument has a name, a meaning and a next step in words."""
    for key in words_needed(library.instruments):
        if key not in library.words:
            raise ContentError("text/en/instruments.yaml", key, "has no words", f"Write {key} in every language")


def _check_sources(library: Library) -> None:
    """Every source id that words or instruments carry is in the source list."""
    for key, entry in library.words.entries().items():
        _known_sources(library, f"text/en/{key.partition('.')[0]}.yaml", key, entry.sources)
    for instrument in library.instruments.values():
        for sources in (instrument.sources, *(variant.sources for variant in instrument.variants)):
            _known_sources(library, f"instruments/{instrument.id}.yaml", "sources", sources)


def _known_sources(library: Library, file: str, where: str, sources: Iterable[str]) -> None:
    for source in sources:
        if source not in library.sources:
            raise ContentError(file, where, f"source {source} is not in sources.yaml", "Add it there or correct the id")


def _check_reachable(library: Library) -> None:
    """No step that nothing leads to, no journey that nothing starts."""
    for journey in library.journeys.values():
        ways_in = (journey.start, journey.enough, journey.unsafe)
        seen, ahead = set[str](), [name for name in ways_in if name is not None]
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead.extend(targets(journey.steps[name]))
        if orphans := sorted(set(journey.steps) - seen):
            raise ContentError(
                f"{journey.journey}.yaml", f"step {orphans[0]}", "nothing leads to it", "Route to it or remove it"
            )


_CHECKS = (
    _check_steps,
    _check_words,
    _check_instrument_words,
    _check_sources,
    _check_reachable,
    _check_languages,
)
