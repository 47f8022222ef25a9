"""What a person asks for in their own words, at any point: told, done, or offered where it means leaving a question.

What each intent leads to is data (content/wishes.yaml). No answer is lost by asking for something else, unless it is
about somebody else: then that is said first.
"""

import re
from itertools import islice

from screening.asides import answered, offer
from screening.asking import pose
from screening.library import FIRST_JOURNEY, MENU_JOURNEY
from screening.needs import read_needs
from screening.obeying import obey
from screening.rules import met
from screening.state import Aside, Event
from screening.talk import Talk
from screening.understanding.intents import SURE, read_intents
from screening.walking import enter, settle, walk, wish_for
from screening.wishes import OFFER, OFFER_ANEW, TOLD, TOLD_AND, Wish

WHO_JOURNEY = "who"
SETTING_UP = (FIRST_JOURNEY, WHO_JOURNEY)
"""Where it is asked who it is for: a wish waits until that is known."""
NOTHING_TO_LEAVE = (*SETTING_UP, MENU_JOURNEY)
ENDS = ("forget", "stop", "restart")
"""Commands that end what is going on: offered where they were not said in so many words."""
FIND = "find"
"""The choice of the menu that looks for services."""
OUT_OF_SCOPE = "out_of_scope"
SMALL_TALK = ("greeting", "thanks")
"""What the opening words answer already."""
MOST_ARTICLES = 3
_QUESTION = re.compile(
    r"\?|^\W*(?:(?:hi|hey|hello|so|ok|and|but|um|er)\W+)*"
    r"(?:what|whats|how|hows|where|wheres|who|whos|why|when|can|could|is|are|does|do|will|which|tell me)\b"
)


def heed_question(talk: Talk, text: str) -> bool:
    """Hear a message that is put as a question of the person's own. False: it is none that is understood."""
    return _is_question(text) and heed(talk, text)


def heed(talk: Talk, text: str) -> bool:
    """Tell, do or offer what `text` asks for. False: nothing that is understood well enough."""
    best = next(iter(read_intents(talk.library.intents, text)), None)
    if best is None:
        return False
    wish = talk.library.wishes[best.intent]
    if talk.comforted and wish.about is not None:
        return False  # the kind words have told it already
    if best.score < SURE or (best.intent == OUT_OF_SCOPE and not _is_question(text)):
        return (wish.about is not None or _is_question(text)) and _tell(talk, _found(talk, text))
    if wish.menu:
        talk.change(wish_needs=_needs(talk, wish, text))
    _heed_wish(talk, best.intent, wish, _articles(talk, wish, text))
    return True


def _needs(talk: Talk, wish: Wish, text: str) -> tuple[str, ...]:
    """What is to be looked for, where the wish leads to services: what it always means, and what the words name."""
    named = read_needs(talk.library.needs, text) if FIND in wish.menu else ()
    return tuple(dict.fromkeys((*wish.needs, *named)))


def _heed_wish(talk: Talk, intent: str, wish: Wish, articles: tuple[str, ...]) -> None:
    if articles:
        _tell(talk, articles, intent if _leads(wish) else None)
    elif wish.tell:
        talk.say(f"wishes.{intent}.tell")
        _and_then(talk, intent, wish)
    elif _must_be_offered(talk, wish):
        offer(talk, OFFER_ANEW if _about_another(talk, wish) else OFFER, intent)
    else:
        _grant(talk, intent)


def wish_first(talk: Talk, text: str) -> None:
    """Before anything was asked: a wish that needs to know who it is for waits until then."""
    best = next(iter(read_intents(talk.library.intents, text)), None)
    wish = talk.library.wishes[best.intent] if best is not None and best.score >= SURE else None
    if wish is not None and not (wish.audience or wish.about or wish.tell):
        talk.change(wish=wish.menu, wish_needs=_needs(talk, wish, text))


def asks_to_stop(talk: Talk, text: str) -> bool:
    """Whether they want to hear no more, in words of their own."""
    best = next(iter(read_intents(talk.library.intents, text)), None)
    return best is not None and best.score >= SURE and talk.library.wishes[best.intent].command == "stop"


def heed_first(talk: Talk, text: str) -> None:
    """The first message of a talk, after the opening words."""
    best = next(iter(read_intents(talk.library.intents, text)), None)
    if best is None or best.intent not in SMALL_TALK:
        heed(talk, text)


def heed_aside(talk: Talk, event: Event) -> bool:
    """The answer to an offer that waits. False: it is none, and the offer is taken back."""
    aside, answer = talk.state.aside, answered(talk, event)
    talk.change(aside=None)
    if aside is None or answer is None:
        return False
    if answer == "do" and aside.wish is not None:
        _grant(talk, aside.wish)
    elif answer == "other":
        _tell_another(talk, aside)
    else:
        pose(talk)
    return True


def _is_question(text: str) -> bool:
    return bool(_QUESTION.search(text.casefold()))


def _found(talk: Talk, text: str) -> tuple[str, ...]:
    return tuple(found.article for found in talk.library.knowledge.find(text))


def _articles(talk: Talk, wish: Wish, text: str) -> tuple[str, ...]:
    """The articles an intent tells of: those that fit the words, and after them the one that always does."""
    if wish.about is None:
        return ()
    always = [wish.about] if wish.about != "any" else []
    return tuple(islice(dict.fromkeys([*_found(talk, text), *always]), MOST_ARTICLES))


def _tell(talk: Talk, articles: tuple[str, ...], intent: str | None = None) -> bool:
    """Say the first article and ask whether it was the one that was meant. False: there is none."""
    if not articles:
        return False
    talk.say(f"knowledge.{articles[0]}")
    if intent is not None and met(talk.sitting) != "ready":
        _keep_for_later(talk, intent)
    else:
        offer(talk, TOLD if intent is None else TOLD_AND, intent, articles[1:])
    return True


def _tell_another(talk: Talk, aside: Aside) -> None:
    """The next best article; FRANK and a person where there is none, and no invention."""
    if not _tell(talk, aside.articles, aside.wish):
        talk.say("wishes.no_article")
        pose(talk)


def _and_then(talk: Talk, intent: str, wish: Wish) -> None:
    """After something was told: offer what else can be done, or put the question again."""
    if _leads(wish) and met(talk.sitting) != "ready":
        _keep_for_later(talk, intent)
    elif _leads(wish):
        offer(talk, TOLD_AND, intent)
    else:
        pose(talk)


def _leads(wish: Wish) -> bool:
    return bool(wish.menu or wish.command)


def _must_be_offered(talk: Talk, wish: Wish) -> bool:
    ends = wish.command in ENDS
    if _about_another(talk, wish):
        return True
    if talk.state.journey in NOTHING_TO_LEAVE:
        return ends and wish.command != "stop"
    return ends or wish.command is None


def _about_another(talk: Talk, wish: Wish) -> bool:
    return wish.audience is not None and talk.sitting.said("audience") not in (None, wish.audience)


def _grant(talk: Talk, intent: str) -> None:
    wish = talk.library.wishes[intent]
    if wish.command is not None:
        obey(talk, wish.command)
    elif wish.audience is not None and talk.sitting.said("audience") != wish.audience:
        _begin_for(talk, wish.audience)
    elif met(talk.sitting) == "ready":
        wish_for(talk, wish.menu, talk.state.wish_needs)
    else:
        talk.say("wishes.first")
        _keep_for_later(talk, intent)


def _keep_for_later(talk: Talk, intent: str) -> None:
    """Until it is known who it is for."""
    talk.change(wish=talk.library.wishes[intent].menu)
    pose(talk)


def _begin_for(talk: Talk, audience: str) -> None:
    """The talk is about somebody else from here: their age is asked, and what fits them follows by itself."""
    settle(talk)
    talk.change(stack=())
    enter(talk, WHO_JOURNEY)
    talk.answer("audience", audience)
    walk(talk)
