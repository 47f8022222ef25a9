"""What one turn says on a channel that sends: as few messages as can be read well, for each one makes a phone buzz."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import TOGETHER, Reply, together
from screening.state import Choice

YES = (Choice(id="yes", label="Yes"),)


def replies(*texts: str) -> list[Reply]:
    return [Reply(0, text) for text in texts]


def test_short_words_and_the_question_after_them_come_as_one() -> None:
    said = [Reply(0, "Thank you.", answered="Me"), Reply(0, "How old are you?", choices=YES, progress="1 of 3")]
    assert together(said) == [Reply(0, "Thank you.\n\nHow old are you?", choices=YES, progress="1 of 3", answered="Me")]


def test_what_would_grow_too_long_to_read_at_once_stays_apart() -> None:
    long, short = "long " * 119, "short"
    assert [reply.text for reply in together(replies(long, short, short))] == [long, "short\n\nshort"]


def test_nothing_follows_buttons_in_their_message() -> None:
    said = [Reply(0, "Is it you?", choices=YES), Reply(0, "A thought.")]
    assert together(said) == said


@given(st.lists(st.text(min_size=1, max_size=700).filter(lambda text: "\n\n" not in text), max_size=8))
def test_every_word_is_said_in_order(texts: list[str]) -> None:
    joined = [reply.text for reply in together(replies(*texts))]
    assert "\n\n".join(joined) == "\n\n".join(texts)
    assert all(len(text) <= TOGETHER or text in texts for text in joined)
    assert all(len(one) + 2 + len(next_) > TOGETHER for one, next_ in pairwise(joined))
