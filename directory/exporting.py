"""The directory in the form of `kent_services.yaml`, to keep, to look at, or to change and import again. Pure."""

from typing import Any

import yaml

from directory.edits import Document
from directory.overlay import document_of
from directory.services import Catalogue

_LAST = ("source", "source_key", "source_date", "confidence", "confirmed", "also_sources")


def to_yaml(catalogue: Catalogue) -> str:
    """The whole catalogue."""
    words = catalogue.model_dump(mode="json", exclude={"services"})
    return _text({**words, "services": [in_order(document_of(service)) for service in catalogue.services]})


def record_yaml(document: Document) -> str:
    """One record."""
    return _text(in_order(dict(document)))


def in_order(record: Any) -> Any:
    """What a record says first, and where that is known from last."""
    if isinstance(record, list):
        return [in_order(each) for each in record]
    if not isinstance(record, dict):
        return record
    names = [*(name for name in record if name not in _LAST), *(name for name in _LAST if name in record)]
    return {name: in_order(record[name]) for name in names}


def _text(document: Any) -> str:
    return yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)


class _Plain(yaml.SafeDumper):
    """Writes a list again where it is the same as an earlier one, instead of pointing there."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
