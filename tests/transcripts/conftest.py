"""The option that writes down what Signpost says now."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/transcripts --update-transcripts`, then read what changed before it is committed."""
    parser.addoption(
        "--update-transcripts",
        action="store_true",
        default=False,
        help="rewrite what Signpost says and records in tests/transcripts; what people type and how it ends stay",
    )
