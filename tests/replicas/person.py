"""A simulated person with a mind of their own: what they choose, and the mischief their fingers and networks do.

They note what they chose, as Signpost showed it back to them (✓), and nothing else knows it.
"""

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lines import PATIENCE, Line, Shown

AGES = {"18 to 24": "18_24", "30 to 39": "30_39", "40 to 49": "40_49", "50 to 64": "50_64", "65 or over": "65_plus"}
TOWNS = {"Margate": "E07000114", "Ashford": "E07000105", "Dover": "E07000108"}
"""Towns, and their districts' codes at the Office for National Statistics."""

PREFER = (
    "Me", "Check my drinking", "No, or it doesn't apply to me", "No, not now", "No, thanks", "Not now", "No",
    "Prefer not to say",
)  # fmt: skip
"""What everybody presses outside the questions that matter: the first that is offered, else the last button."""

AUDIT = re.compile(r"check_alcohol/[^/]*\.(q\d+)/\d+/(\d)$")
"""A button of an AUDIT question: the item, and the points the printed form gives the answer."""

REFERENCE = re.compile(r"Your reference is ([a-z]+-[a-z]+-[a-z]+-\d\d)")


@dataclass
class Notes:
    """What the person chose."""

    age: str = ""
    points: dict[str, int] = field(default_factory=dict)
    referrals: list[tuple[str, str]] = field(default_factory=list)
    """The district and the service's name."""
    references: list[str] = field(default_factory=list)


class Person:
    """One conversation, from the opening words to the menu, twice looking for a service on the way."""

    def __init__(self, line: Line, rng: random.Random) -> None:
        self.line, self.rng, self.notes = line, rng, Notes()
        self.seen = 0
        self.mischief: Counter[str] = Counter()
        self.differences: list[str] = []
        self._town: str | None = None
        self._searches = 0
        self._asides: list[asyncio.Task[None]] = []
        self._older: list[str] = []

    async def live(self) -> None:
        """The whole conversation. Raises TimeoutError where a reply never comes."""
        await self.line.say("hello")
        question = await self._next(None)
        while not self._is_done(question):
            await asyncio.sleep(self.rng.uniform(0, 0.1))
            before, sent = question, await self._answer(question)
            question = await self._next(before)
            self._take_note(before, sent, question)
        await asyncio.gather(*self._asides)

    def _is_done(self, shown: list[Shown]) -> bool:
        return self._searches == 2 and "Find help near me" in shown[-1].buttons

    # What they do

    async def _answer(self, shown: list[Shown]) -> list[str]:
        """Does something about a question; the labels that may come of it."""
        buttons = shown[-1].buttons
        await self._fumble()
        if any(AUDIT.search(choice) for choice in buttons.values()):
            return await self._answer_item(buttons)
        if "Find help near me" in buttons and self.notes.points:
            self._searches += 1
            return await self._press(buttons, "Find help near me")
        if "Where should I look for help?" in shown[-1].text:
            return await self._look_somewhere()
        if "Do you mean to use one of these?" in shown[-1].text:
            return await self._press(buttons, self.rng.choice(list(buttons)))
        if any(age in buttons for age in AGES):
            return await self._press(buttons, self.rng.choice(list(AGES)))
        if "Alcohol" in buttons:
            return await self._press(buttons, "Alcohol")
        return await self._press(buttons, next((label for label in PREFER if label in buttons), list(buttons)[-1]))

    async def _answer_item(self, buttons: dict[str, str]) -> list[str]:
        """Any answer; not "Never" to the first, which has a path of its own."""
        items = {label: AUDIT.search(choice) for label, choice in buttons.items()}
        points = {label: int(found[2]) for label, found in items.items() if found}
        (item,) = {found[1] for found in items.values() if found}
        answers = [label for label in points if item != "q1" or points[label] > 0]
        first, second = self.rng.sample(answers, 2)
        way = self.rng.random()
        if way < 0.08 and item != "q1":
            self.mischief["back"] += 1
            await self.line.say("back")
            await self._perhaps_again()
            return []
        if way < 0.2:
            self.mischief["two devices"] += 1
            await asyncio.gather(self.line.press(buttons[first]), self.line.press(buttons[second]))
            return [first, second]
        if way < 0.3:
            self.mischief["typed"] += 1
            await self.line.say(first)
            await self._perhaps_again()
            return [first]
        return await self._press(buttons, first)

    async def _press(self, buttons: dict[str, str], label: str) -> list[str]:
        self._older.append(buttons[label])
        await self.line.press(buttons[label])
        await self._perhaps_again()
        return [label]

    async def _look_somewhere(self) -> list[str]:
        self._town = self.rng.choice(list(TOWNS))
        await self.line.say(self._town)
        await self._perhaps_again()
        return []

    async def _perhaps_again(self) -> None:
        if self.rng.random() < 0.2:
            self.mischief["delivered again"] += 1
            self._beside(self.line.again())

    async def _fumble(self) -> None:
        """A second tap, at once or when the next question is already there; a button from far up."""
        if self._older and self.rng.random() < 0.2:
            self.mischief["old button"] += 1
            self._beside(self.line.press(self.rng.choice(self._older[-3:]), self.rng.uniform(0, 0.3)))

    def _beside(self, work: Any) -> None:
        self._asides.append(asyncio.ensure_future(work))

    # What they see

    async def _next(self, before: list[Shown] | None) -> list[Shown]:
        """What is shown until the next question stands there: another one, or the same asked anew."""
        old = before[-1].buttons if before else {}
        shown: list[Shown] = []
        async with asyncio.timeout(PATIENCE):
            while not shown or not shown[-1].buttons or shown[-1].buttons == old:
                found = await self.line.news(self.seen)
                shown += found
                self.seen = found[-1].seq if found else self.seen
        return shown

    def _take_note(self, before: list[Shown], sent: list[str], shown: list[Shown]) -> None:
        echoes = [one.answered for one in shown if one.answered in sent]
        if sent and len(echoes) != 1:
            self.differences.append(f"{sent} was answered with {echoes}")
            return
        buttons = before[-1].buttons
        found = AUDIT.search(buttons[str(echoes[0])]) if sent else None
        if found:
            self.notes.points[found[1]] = int(found[2])
        elif sent and sent[0] in AGES:
            self.notes.age = AGES[sent[0]]
        for one in shown:
            if reference := REFERENCE.search(one.text):
                self.notes.references.append(reference[1])
                self.notes.referrals.append((TOWNS[str(self._town)], sent[0]))
