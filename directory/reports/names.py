"""What districts and services are called in the figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from directory.documents import read_yaml

NOT_KNOWN = "Not known"
ELSEWHERE = {"outside": "Outside Kent and Medway"}


@dataclass(frozen=True)
class Names:
    """Districts by code, in the order of their names, Medway last; and services by id."""

    districts: Mapping[str, str]
    services: Mapping[str, str]


def plain(code: str) -> str:
    """A code as words: `possible_dependence` as `Possible dependence`."""
    return NOT_KNOWN if code in ("", "unknown") else code.replace("_", " ").capitalize()


@cache
def load_names() -> Names:
    """The districts and the services of the Kent directory as it is shipped."""
    data = read_yaml(files("directory").joinpath("data/kent_services.yaml").read_text("utf-8"))
    in_order = dict(sorted(data["districts"].items(), key=lambda item: (item[1] == "Medway", item[1])))
    return Names(in_order, {service["id"]: service["name"] for service in data["services"]})
