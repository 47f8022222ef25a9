"""What the codes in the figures are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from directory.documents import read_yaml
from directory.services import Catalogue

NOT_KNOWN = "Not known"
ELSEWHERE = {"outside": "Outside Kent and Medway"}
SWANLEY = "E07000111-swanley"
SEVENOAKS = "E07000111"


@dataclass(frozen=True)
class Names:
    """Areas and services by code, in the order in which a report lists them."""

    areas: Mapping[str, str]
    services: Mapping[str, str]

    def area(self, code: str) -> str:
        """The name of a district, or outside of them all; `Not known` for anything else."""
        return self.areas.get(code) or ELSEWHERE.get(code, NOT_KNOWN)

    def service(self, code: str) -> str:
        """The name of a service, or its id if the directory no longer has it."""
        return self.services.get(code) or plain(code)


def plain(code: str) -> str:
    """A code as words: `possible_dependence` as `Possible dependence`."""
    return NOT_KNOWN if code in ("", "unknown") else code.replace("_", " ").capitalize()


def instrument(code: str) -> str:
    """`audit_c` as `AUDIT-C`."""
    return code.replace("_", "-").upper()


def load_names(edited: Catalogue | None = None) -> Names:
    """The districts, with Swanley told apart within Sevenoaks, and the services of the Kent directory.

    `edited`: the directory as it stands; what is withdrawn there keeps its name here.
    """
    text = files("directory").joinpath("data/kent_services.yaml").read_text("utf-8")
    data = read_yaml(text)
    areas = data["districts"] | {SEVENOAKS: "Sevenoaks: outside Swanley", SWANLEY: "Sevenoaks: Swanley"}
    in_order = dict(sorted(areas.items(), key=lambda item: (item[1] == "Medway", item[1])))
    shipped = {service["id"]: service["name"] for service in data["services"]}
    now = {service.id: service.name for service in edited.services} if edited else {}
    return Names(in_order, shipped | now)
