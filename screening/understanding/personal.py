from pathlib import Path


class PersonalRules:
    pass


def load_personal(path: Path) -> PersonalRules:
    return PersonalRules()


def find_personal(rules: PersonalRules, text: str) -> tuple[str, ...]:
    return ("email",) if "@" in text else ()
