"""The words people answer in: content/answers.yaml, checked when loaded, ready to be looked for in a text."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from screening.errors import ContentError
from screening.files import read_yaml
from screening.questionnaire import Frozen
from screening.understanding.ear import Ear
from screening.understanding.normalise import words
from screening.understanding.phrases import Compiler, Phrase, PhraseError, literal_words
from screening.understanding.spotting import Spotter, spaced

FILE = Path(__file__).parents[1] / "content" / "answers.yaml"
LONGEST_CLAUSE = 7
"""Words after "because", "since I" and the like that are taken as the reason."""
LONGEST_OPENER = 4
DETERMINERS = frozenset(("my", "the", "a", "some"))
"""Two words may follow: "with the book club"."""
MARK = "@"
"""What a word begins with that stands for something already understood."""

Words = tuple[str, ...]


class SaidRate(Frozen):
    """Words for how often: from `least` to `most` times in a month of four weeks; `most` None has no end.

    Not `sure`: never taken without asking. `alone`: holds only where nothing narrows it ("never at home").
    """

    least: float = Field(ge=0)
    most: float | None
    sure: bool = True
    alone: bool = False
    says: Words


class SaidAmount(Frozen):
    """Words for how many; `most` None has no end. Not `sure`: never taken without asking."""

    least: int = Field(ge=0)
    most: int | None
    sure: bool = True
    says: Words


class Topic(Frozen):
    """Words that change nothing in an answer to a question with one of the words of `question`.

    `with_never`: not even in a "never". `tells`: those that tell of what was asked.
    """

    question: str
    words: str
    tells: str = ""
    with_never: bool = False


class _File(Frozen):
    short_forms: Mapping[str, str]
    numbers: Mapping[str, tuple[int, int]]
    slips_of: str
    not_misspelt: str
    lists: Mapping[str, str]
    nothing: Words
    remarks: Words
    asides: Words
    rates: tuple[SaidRate, ...]
    denials: Words
    negations: str
    agrees: Mapping[str, Words]
    when: Mapping[str, Words]
    amounts: tuple[SaidAmount, ...]
    fillers: str
    small_words: str
    hedges: str
    lead_ins: str
    circumstances: str
    topics: tuple[Topic, ...]
    openers: Words
    clauses: Words
    doubts: str

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Everything written in the phrase language, with the place it stands in."""
        groups = {"nothing": self.nothing, "remarks": self.remarks, "asides": self.asides, "denials": self.denials}
        groups |= {f"agrees.{answer}": says for answer, says in self.agrees.items()}
        groups |= {f"when.{when}": says for when, says in self.when.items()}
        groups |= {f"rates.{place}": rate.says for place, rate in enumerate(self.rates)}
        groups |= {f"amounts.{place}": amount.says for place, amount in enumerate(self.amounts)}
        yield from ((place, phrase) for place, says in groups.items() for phrase in says)

    def known(self) -> Iterator[str]:
        """Every word that is listened for."""
        yield from (word for text in self._lists() for word in text.split())
        yield from literal_words((*self.lists.values(), *(phrase for _, phrase in self.phrases())))

    def _lists(self) -> Iterator[str]:
        yield from (
            self.negations,
            self.fillers,
            self.small_words,
            self.hedges,
            self.lead_ins,
            self.circumstances,
            self.doubts,
        )
        yield from (*self.openers, *self.clauses, *self.short_forms, *self.short_forms.values(), *self.numbers)
        for topic in self.topics:
            yield from (topic.question, topic.words, topic.tells)

    def shorter(self) -> dict[str, str]:
        """The short forms, and amounts in words as digits."""
        amounts = {
            said: f"{least} to {most}" if most > least else f"{least}" for said, (least, most) in self.numbers.items()
        }
        return {**self.short_forms, **amounts}


class AnswerWords:
    """What answers.yaml says. Text is words with a space before and after each, as `hear` gives it."""

    def __init__(self, file: _File, compiled: Mapping[str, Phrase], ear: Ear) -> None:
        self._ear = ear

        def said(phrases: Iterable[str]) -> list[Phrase]:
            return [compiled[phrase] for phrase in phrases]

        self.nothing = Spotter([(phrase, True) for phrase in said(file.nothing)])
        self.remarks = Spotter([(phrase, True) for phrase in said(file.remarks)])
        self.asides = Spotter([(phrase, True) for phrase in said(file.asides)])
        self.rates = Spotter([(phrase, rate) for rate in file.rates for phrase in said(rate.says)])
        self.denials = Spotter([(phrase, True) for phrase in said(file.denials)])
        happened = {"remark": file.remarks, **file.agrees, **file.when}
        self.happened = Spotter([(phrase, meaning) for meaning, says in happened.items() for phrase in said(says)])
        self.amounts = Spotter([(phrase, amount) for amount in file.amounts for phrase in said(amount.says)])
        self.small_words, self.hedges = frozenset(file.small_words.split()), frozenset(file.hedges.split())
        self.fillers, self.lead_ins = frozenset(file.fillers.split()), frozenset(file.lead_ins.split())
        self.circumstances, self._topics = frozenset(file.circumstances.split()), file.topics
        self.negations = frozenset(file.negations.split())
        loose = (name for name, (least, most) in file.numbers.items() if least < most)
        self._loose = frozenset(" ".join(loose).split()) - {"a", "of"}
        self._doubts = frozenset(file.doubts.split())
        self._openers = frozenset(map(ear.hear, file.openers))
        self._clauses = frozenset(map(ear.hear, file.clauses))

    def hear(self, text: str) -> str:
        """`text` in known words."""
        return spaced(self._ear.hear(text))

    def exact(self, text: str) -> bool:
        """Whether amounts in words are exact in it ("a couple"), and none of them loose ("a few")."""
        return self._loose.isdisjoint(words(text))

    def about(self, question: str, never: bool = False) -> frozenset[str]:
        """The words that change nothing in an answer to this question (in a "never")."""
        topics = [topic for topic in self._topics_of(question) if topic.with_never or not never]
        return frozenset(word for topic in topics for word in topic.words.split())

    def telling(self, question: str) -> frozenset[str]:
        """The words that tell of what this question asks about."""
        return frozenset(word for topic in self._topics_of(question) for word in topic.tells.split())

    def _topics_of(self, question: str) -> list[Topic]:
        asked = frozenset(words(question))
        return [topic for topic in self._topics if asked & set(topic.question.split())]

    def without_remarks(self, said: Words) -> Words:
        """`said` without remarks that begin with known words: "after work", "because I can't sleep"."""
        kept, at = list[str](), 0
        while at < len(said):
            length = self._remark(said[at:])
            kept += said[at : at + 1] if not length else ()
            at += length or 1
        return tuple(kept)

    def _remark(self, said: Words) -> int:
        """How many words at the beginning are a remark: a clause, or an opener and what it is about."""
        for openers, most in ((self._clauses, LONGEST_CLAUSE), (self._openers, 1)):
            for length in range(LONGEST_OPENER, 0, -1):
                if length <= len(said) and said[:length] in openers:
                    named = said[length - 1] in DETERMINERS
                    following = self._harmless(said[length : length + most + named])
                    if following:
                        return length + following
        return 0

    def _harmless(self, said: Words) -> int:
        return next((place for place, word in enumerate(said) if word in self._doubts or word[0] == MARK), len(said))


@cache
def answer_words(path: Path = FILE) -> AnswerWords:
    """Read and check answers.yaml, once. Raises ContentError with file, place and remedy."""
    try:
        file = _File.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ContentError(path.name, where, first["msg"], "Compare with the other entries of the file") from error
    ear = Ear(file.known(), file.slips_of.split(), file.not_misspelt.split(), file.shorter())
    compiler = Compiler(file.lists, ear.hear)
    compiled: dict[str, Phrase] = {}
    for place, phrase in file.phrases():
        try:
            compiled[phrase] = compiler.compile(phrase)
        except PhraseError as error:
            remedy = "The phrase language is described at the top of screening/understanding/phrases.py"
            raise ContentError(path.name, place, f'"{phrase}": {error}', remedy) from error
    return AnswerWords(file, compiled, ear)
