"""Who did something, and why, in words that are kept: a post or a team, never a person."""

from functools import cache

from directory.corrections import EditError
from screening.library import CONTENT
from screening.understanding.personal import Kind, PersonalRules, find_personal, load_personal

_TOLD: dict[Kind, str] = {"full_name": "a person's name", "email": "an e-mail address", "phone": "a telephone number"}


def post_only(by: str) -> str:
    """`by` as it is. Raises EditError where it looks like a person rather than a post."""
    return _without(by, ("full_name", "email", "phone"), "by", "say the post or team, such as `duty manager`")


def nobody_in(reason: str) -> str:
    """A reason as it is; a service's number may be in it. Raises EditError where it looks as if it names a person."""
    return _without(reason, ("full_name", "email"), "the reason", "say it without, for it is kept")


def _without(text: str, kinds: tuple[Kind, ...], what: str, remedy: str) -> str:
    for kind in find_personal(_rules(), text):
        if kind in kinds:
            raise EditError(f"{what[0].upper()}{what[1:]} looks as if {_TOLD[kind]} is in it; {remedy}.")
    return text


@cache
def _rules() -> PersonalRules:
    return load_personal(CONTENT / "personal.yaml")
