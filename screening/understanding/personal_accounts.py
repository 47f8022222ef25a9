"""E-mail addresses and names on social networks in a message that has been folded (`normalise.fold`)."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from screening.understanding.personal_words import Words, either, one_of

_LOCAL = r"(?<![\w.+%-])(?P<local>[\w.+%-]{1,64})"
_SPELT_LOCAL = r"(?<![\w.])(?P<local>\w{1,64} dot \w{1,64}|\w{0,30}\d\w{0,30})"
_AT = r"(?: ?[\[({<] ?at ?[\])}>] ?| at | ?@ ?)"
_BRACKETED_AT = r" ?[\[({<] ?at ?[\])}>] ?"
_DOT = r"(?: ?\. ?| ?[\[({<]? ?dot ?[\])}>]? ?| )"
_SPELT_DOT = r"(?: ?\. ?| ?[\[({<]? ?dot ?[\])}>]? ?)"
_AT_SIGN = re.compile(r"@|(?<![^\W_])at(?![^\W_])", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.-])[\w-]+\.[a-z]{2,6}/\S+|(?<!\w)@\w\S*", re.IGNORECASE)

_AT_HANDLE = re.compile(r"(?<![\w.@/])@(?P<handle>[a-z_][\w.]{2,29})")
_NUMBERED = re.compile(r"(?<![\w#])[a-z][\w.]{1,31}#\d{4}(?!\w)")
_PAGE = re.compile(
    r"(?<!\w)(?:(?:(?:facebook|fb|instagram|twitter|x|tiktok|snapchat|reddit|linkedin|threads)\.(?:com|net)|t\.me"
    r"|linktr\.ee)/(?:(?:add|in|u|user)/|@)?|u/(?=[\w-]{5}))(?P<handle>[\w.-]{2,40})"
)
_HANDLE = r"(?P<handle>[a-z][\w.]{2,30})"
_WORD_LIKE = re.compile(r"[a-z]+\.*")


class EmailWords(BaseModel):
    """The part `emails` of personal.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    roles: Words
    providers: Words
    endings: Words


class HandleWords(BaseModel):
    """The part `handles` of personal.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    networks: Words
    mine: tuple[str, ...]
    called: Words
    not_handles: Words
    not_endings: Words


def without_links(text: str) -> str:
    """`text`, folded or not, without web pages and names on networks."""
    return _LINK.sub(" , ", text)


class Emails:
    """Finds e-mail addresses, plain or disguised ("j smith at gmail dot com"), by `words`."""

    def __init__(self, words: EmailWords) -> None:
        self._roles = words.roles
        provider, ending = either(words.providers), either(words.endings)
        self._patterns = tuple(
            re.compile(pattern, re.IGNORECASE)
            for pattern in (
                rf"{_LOCAL}@(?:[\w-]{{1,63}}\.){{1,4}}[a-z]{{2,24}}(?![^\W_])",
                rf"{_SPELT_LOCAL} at \w{{1,63}} dot {ending}",
                rf"{_LOCAL} at \w{{1,63}} dot \w{{2,3}} dot uk(?![^\W_])",
                rf"{_LOCAL}{_AT}{provider}(?:{_DOT}{ending}){{1,2}}",
                rf"{_LOCAL}{_BRACKETED_AT}(?:[\w-]{{1,63}}{_SPELT_DOT}){{1,3}}{ending}",
            )
        )

    def found(self, plain: str) -> bool:
        """Whether somebody's own e-mail address stands here, not the mailbox of an office."""
        return any(self._roles.isdisjoint(re.split(r"[._-]", match["local"])) for match in self._all(plain))

    def without(self, text: str) -> str:
        """`text`, folded or not, without its e-mail addresses."""
        if _AT_SIGN.search(text):
            for pattern in self._patterns:
                text = pattern.sub(" , ", text)
        return text

    def _all(self, plain: str) -> Iterator[re.Match[str]]:
        if _AT_SIGN.search(plain):
            for pattern in self._patterns:
                yield from pattern.finditer(plain)


class Handles:
    """Finds names on social networks by `words`; at any of `places` nobody is meant ("@margate")."""

    def __init__(self, words: HandleWords, places: Words) -> None:
        self._nobody = words.not_handles | words.networks | places
        self._unlikely = tuple(words.not_endings)
        network = either(words.networks)
        self._before_network = re.compile(rf"(?<!\w){_HANDLE} (?:on|is) (?:my )?{network}")
        self._on_network = re.compile(
            rf"(?P<mine>{one_of(words.mine)}\W{{1,2}})?{network}(?: {network})?(?P<called> {either(words.called)})?"
            rf"(?P<link> ?[:=] ?| - | (?:is|its|as|called|under|me|me at|me on|@) ?)?[ @]{{0,2}}{_HANDLE}"
        )

    def found(self, plain: str) -> bool:
        """Whether somebody's own name on a network stands here."""
        pages = (match for pattern in (_AT_HANDLE, _PAGE) for match in pattern.finditer(plain))
        return (
            any(match["handle"].rstrip(".") not in self._nobody for match in pages)
            or _NUMBERED.search(plain) is not None
            or any(self._is_handle(match) for match in self._on_network.finditer(plain))
            or any(not _WORD_LIKE.fullmatch(match["handle"]) for match in self._before_network.finditer(plain))
        )

    def _is_handle(self, match: re.Match[str]) -> bool:
        handle = match["handle"].rstrip(".")
        if handle in self._nobody:
            return False
        announced = match["mine"] or match["called"] or match["link"]
        if not _WORD_LIKE.fullmatch(handle):
            return bool(announced)
        said_so = match["called"] or (match["link"] and (match["mine"] or match["link"].strip() in ":="))
        return bool(said_so) and not handle.endswith(self._unlikely)
