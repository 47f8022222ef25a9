"""Structured logs on standard error that cannot carry what a person said, chose or is called.

Only the keys in `ALLOWED` survive, with short plain values. Of an exception only the class and our own lines are kept:
its message may hold data (a database error quotes the row). Of a library's message only its template is kept.
"""

import logging
import re
import secrets
import sys
import traceback
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ALLOWED = (
    "timestamp", "level", "event", "logger", "where", "error", "at",
    "turn", "channel", "journey", "revision", "step", "outcome", "category",
    "method", "path", "status", "ms", "seconds", "attempt", "count", "rows", "version", "host", "port", "signal",
)  # fmt: skip
"""Every key a log line may have. `path` is a route's template, never the address asked for."""

LONGEST = 200
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What could begin a second line, or steer a terminal."""

OURS = ("bot", "screening", "directory")


def _short_until_configured() -> None:
    """The library's own default shows every variable of a failure, and so what a person said."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            _stamp(),
            describe_error,
            allowed_only,
            _renderer("text"),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def get_logger() -> structlog.stdlib.BoundLogger:
    """The one logger. `log.info("turn taken", turn=…, ms=…)`: constant words first, then allowed keys."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger


def in_turn() -> AbstractContextManager[object]:
    """Everything logged inside carries the same `turn`: random, so that it leads to one turn and to no person."""
    return structlog.contextvars.bound_contextvars(turn=secrets.token_hex(8))


def configure_logs(level: str, form: Literal["text", "json"]) -> None:
    """Send our logs and every library's to standard error, in one form, through the allow-list."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            pass_foreign_args=True,
            foreign_pre_chain=[structlog.stdlib.add_log_level, _template_only, _stamp()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                describe_error,
                allowed_only,
                _renderer(form),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(max(logging.WARNING, root.level))  # its news of every start are for nobody
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            _stamp(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def describe_error(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Replace an exception by its class (`error`) and our own frames, innermost last (`at`)."""
    caught = line.pop("exc_info", None)
    error = sys.exc_info()[1] if caught is True else caught[1] if isinstance(caught, tuple) else caught
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        line["at"] = _our_frames(error.__traceback__)
    return line


def allowed_only(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Drop every key that is not listed and every value that is not a short plain one."""
    return {key: _short(line[key]) for key in ALLOWED if isinstance(line.get(key), str | int | float)}


def _our_frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    places = [f"{where}:{frame.lineno}" for frame in frames if (where := _inside(frame.filename))]
    return " ".join(places[-5:])


def _inside(filename: str) -> str | None:
    """A source file's path within our packages, or None for someone else's file."""
    parts = filename.replace("\\", "/").split("/")
    if "site-packages" in parts:
        return None
    starts = [index for index, part in enumerate(parts[:-1]) if part in OURS]
    return "/".join(parts[starts[-1] :]) if starts else None


def _short(value: Any) -> Any:
    return CONTROL.sub(" ", value)[:LONGEST] if isinstance(value, str) else value


def _template_only(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """A library's words without the values put into them; where there is no template, only where it was said."""
    record: logging.LogRecord = line["_record"]
    line["event"] = str(record.msg) if line.pop("positional_args", None) else "a library's message"
    line["logger"] = record.name
    line["where"] = f"{record.module}:{record.lineno}"
    line["exc_info"] = record.exc_info
    return line


def _stamp() -> Processor:
    return structlog.processors.TimeStamper(fmt="iso", utc=True)


def _renderer(form: Literal["text", "json"]) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], drop_missing=True)


_short_until_configured()
