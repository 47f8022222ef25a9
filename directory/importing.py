"""A file of services in our own YAML form: the whole catalogue, or a list of services. Wrong, it is refused whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from directory.corrections import unproven
from directory.documents import LOADER
from directory.editing import Change
from directory.overlay import DIRECTORY, Live, document_of, named, with_records
from directory.services import Problem, ServicesError, read_document


@dataclass(frozen=True)
class ServicesFile:
    """The records of a file by service id, in its order, and on which line each thing is."""

    name: str
    records: dict[str, Any]
    nodes: dict[str, yaml.Node]

    def place(self, problem: Problem) -> str:
        """Where something is wrong: the file and the line, or the directory for what the file does not hold."""
        node = self.nodes.get(problem.service or "")
        return f"{self.name}, line {_line(node, problem.field)}" if node else DIRECTORY

    def refusal(self, error: ServicesError) -> ServicesError:
        """The same refusal, by the lines of this file."""
        return ServicesError("\n".join(f"{self.place(each)}, {each}" for each in error.problems), error.problems)


def read_services(path: Path) -> ServicesFile:
    """Reads a file. Raises ServicesError where it is no list of services, each with an id of its own."""
    document = read_document(path)
    root = yaml.compose(path.read_text("utf-8"), LOADER)
    if isinstance(document, dict):
        document, root = document.get("services"), root and _inside(root, "services")
    if not isinstance(document, list) or not document or root is None:
        raise ServicesError(f"{path.name}: holds no services; give a list of them, or `services:` with one")
    nodes = list(zip(document, root.value, strict=True))
    if problems := [f"{path.name}, line {_line(node)}, {problem}" for node, problem in _unnamed(nodes)]:
        raise ServicesError("\n".join(problems))
    return services_file(path.name, document, [node for _, node in nodes])


def services_file(name: str, documents: Sequence[dict[str, Any]], nodes: Sequence[yaml.Node] = ()) -> ServicesFile:
    """Records that are read already; each has an id of its own."""
    ids = [document["id"] for document in documents]
    return ServicesFile(name, dict(zip(ids, map(_mended, documents), strict=True)), dict(zip(ids, nodes, strict=False)))


def changes(file: ServicesFile, live: Live) -> list[Change]:
    """What importing the file would change. Raises ServicesError, by the lines of the file, for what is wrong with it.

    A service that the file does not hold stays as it is.
    """
    try:
        wanted = with_records(live, file.records)
    except ServicesError as error:
        raise file.refusal(error) from error
    found = []
    for name in file.records:
        service, before = named(wanted, name), live.service(name)
        assert service is not None  # noqa: S101 - it was just laid over
        old = document_of(before) if before else None
        new = unproven(old, document_of(service))
        if new != old:
            found.append(Change(name, new, live.version(name)))
    return found


def _unnamed(nodes: Sequence[tuple[Any, yaml.Node]]) -> list[tuple[yaml.Node, Problem]]:
    """Entries that are no record, have no id, or have one that was used before."""
    seen, found = set[str](), []
    for number, (document, node) in enumerate(nodes, start=1):
        name = document.get("id") if isinstance(document, dict) else None
        if not isinstance(name, str):
            found.append((node, Problem(f"number {number}", "id", "is missing; write `id:` and a name for it")))
        elif name in seen:
            found.append((node, Problem(name, "id", "is used twice; give each service its own id")))
        else:
            seen.add(name)
    return found


def _line(node: yaml.Node, field: str = "") -> int:
    """The line of a field by its dotted path, or of the nearest thing above it; the first is 1."""
    for part in filter(None, field.split(".")):
        inner = _inside(node, part)
        if inner is None:
            break
        node = inner
    return int(node.start_mark.line) + 1


def _inside(node: yaml.Node, part: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        found: yaml.Node = node.value[int(part)]
        return found
    return None


def _mended(value: Any) -> Any:
    """YAML reads a bare `on:` as true; a confirmation has one."""
    if isinstance(value, dict):
        return {"on" if key is True else key: _mended(each) for key, each in value.items()}
    return [_mended(each) for each in value] if isinstance(value, list) else value
