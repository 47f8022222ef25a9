"""Schemathesis asks the served API everything its own description allows and much that it does not: never a 5xx."""

from collections.abc import Iterator

import pytest
import schemathesis
from fuzzkit import background, bounded
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from webkit import running_site

from bot.pages.openapi import DESCRIPTION

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


api = schemathesis.openapi.from_dict(DESCRIPTION)
"""What `/api/openapi.json` serves; `test_webchat.py` holds the two to each other."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running site whose streams end at once, and whose pace is no person's."""
    with pytest.MonkeyPatch.context() as patch, background() as loop:
        patch.setattr("bot.pages.chat.STREAM_SECONDS", 0)
        patch.setattr("bot.pages.forms.BODY_SECONDS", 0.5)
        site = running_site(tmp_path_factory.mktemp("fuzz"))
        running = loop.run(site.__aenter__())
        try:
            yield running.url
        finally:
            loop.run(site.__aexit__(None, None, None))


@api.parametrize()
@bounded
def test_whatever_is_asked_is_answered_as_described(case: schemathesis.Case, url: str) -> None:
    case.call_and_validate(base_url=url, checks=CHECKS, timeout=30)
