"""The vignettes as a table, with what came of each: who asks, what is offered, what is left out and by which rule.

    python tests/directory/vignette_table.py

Leaves with 1 where one of them is not as the survey says.
"""

import sys
from datetime import date

from vignettekit import VIGNETTES, differences, last, request_of

from directory.snapshot import load_snapshot

TODAY = date(2026, 11, 21)


def main() -> int:
    """Print a row for each vignette; what differs stands under the table."""
    snapshot = load_snapshot(today=lambda: TODAY)
    wrong = []
    print("| # | who asks for what | offered, best first | left out, by which rule | not met | as expected |")
    print("|---|---|---|---|---|---|")
    for number, case in enumerate(VIGNETTES, 1):
        found = snapshot.find(request_of(case, snapshot))
        rules = {withheld.service_id: last(withheld.reason.key) for withheld in found.withheld}
        offers = [_named(offer.service_id, [part.service_id for part in offer.parts]) for offer in found.offers]
        named = [f"{service}: {rules.get(service, 'offered')}" for service in case.get("refused", ())]
        different = list(differences(case, found))
        wrong += [f"{number}. {case['who']}: {difference}" for difference in different]
        cells = (case["who"], ", ".join(offers) or "nothing", "; ".join(named), ", ".join(found.unmet))
        print(f"| {number} | {' | '.join(cells)} | {'no' if different else 'yes'} |")
    print("\n".join([f"\n{len(VIGNETTES)} vignettes, {len(wrong)} differences", *wrong]))
    return 1 if wrong else 0


def _named(service: str, parts: list[str]) -> str:
    return f"{service} ({', '.join(parts)})" if parts else service


if __name__ == "__main__":
    sys.exit(main())
