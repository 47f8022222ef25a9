"""A journey drawn from its own definition, as a Mermaid flowchart: what a clinical lead looks at."""

from screening.library import Library
from screening.script import Area, Ask, End, Go, Journey, Offers, Remind, Route, Say, Screen, Step

_SHAPES = {Say: '["{}"]', Ask: '(["{}"])', Screen: '[["{}"]]', Route: '{{"{}"}}', Area: '(["{}"])', Offers: '(["{}"])'}


def drawing(library: Library, journey: Journey) -> str:
    """The journey as Mermaid text: a box a step, an arrow a route with the answer or outcome that takes it."""
    lines = ["flowchart TD"]
    for name, step in journey.steps.items():
        shape = _SHAPES.get(type(step), '[/"{}"/]')
        lines.append(f"    {_id(name)}{shape.replace('{}', _caption(library, journey, name, step), 1)}")
        lines.extend(
            f"    {_id(name)} -->{f'|{label}|' if label else ''} {_id(target)}" for label, target in arrows(step)
        )
        lines.extend(f"    {_id(name)} -.->|{why}| {_id(target)}" for why, target in ways_out(journey, step))
    return "\n".join([*lines, ""])


def _id(name: str) -> str:
    """`end` is a word of Mermaid's own."""
    return f"s_{name}"


def _caption(library: Library, journey: Journey, name: str, step: Step) -> str:
    if isinstance(step, Ask) or (isinstance(step, Say) and not step.each):
        words = library.words.entry(f"{journey.journey}.{name}").messages[0]
        return f"{name}: {words[:60]}".replace('"', "'").replace("\n", " ")
    detail = {Screen: "instrument", Route: "rule", Go: "journey", Remind: "journey", Say: "each"}.get(type(step))
    return f"{name}: {getattr(step, detail)}" if detail else name


def ways_out(journey: Journey, step: Step) -> list[tuple[str, str]]:
    """Where a question of this journey can be left for without an answer."""
    if not isinstance(step, Ask):
        return []
    ways = {"enough": journey.enough if step.skip else None, "unsafe": journey.unsafe}
    return [(why, target) for why, target in ways.items() if target is not None]


def arrows(step: Step) -> list[tuple[str, str]]:
    """Where a step leads: the answer or outcome ("": whatever it was), and the step."""
    routes = step.routes if isinstance(step, Ask | Screen | Route | Area | Offers) else {}
    found = list(routes.items())
    if not isinstance(step, Screen | Route | Area | Offers | End) and step.next is not None:
        found.append(("", step.next))
    return found
