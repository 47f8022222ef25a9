"""What goes into the figures, anonymised: finished screens, referrals, and needs that no service meets."""

from screening.referral import need_counted, substance_groups
from screening.reported import bands
from screening.rules import screen_score
from screening.script import Screen
from screening.state import Counted, Missed, Refer, Tally, Unmet
from screening.talk import Talk
from screening.values import unmet, wanted

UNKNOWN = "unknown"


def count_screen(talk: Talk, step: Screen) -> None:
    """Count this finished screen once: a correction, or the district once it is known, replaces the first count."""
    result = screen_score(talk.sitting, step)
    before = talk.state.counted.get(step.prefix)
    counted = Counted(
        month=before.month if before else _month(talk),
        area=_area(talk),
        age_band=_age_band(talk),
        audience=_audience(talk),
        instrument=result.instrument,
        band=result.band or "incomplete",
    )
    _count(talk, step.prefix, counted)


def move_screens(talk: Talk) -> None:
    """The district is known now: screens that were counted before are counted there."""
    for prefix, counted in talk.state.counted.items():
        _count(talk, prefix, counted.model_copy(update={"area": _area(talk)}))


def _count(talk: Talk, prefix: str, counted: Counted) -> None:
    before = talk.state.counted.get(prefix)
    if counted == before:
        return
    if before is not None:
        talk.effects.append(Tally(before, -1, prefix, talk.state.subject))
    talk.effects.append(Tally(counted, 1, prefix, talk.state.subject))
    talk.change(counted={**talk.state.counted, prefix: counted})


def count_referral(talk: Talk, reference: str) -> None:
    """The one row of a referral."""
    substance = "+".join(substance_groups(talk.sitting) or wanted(talk.sitting)[1]) or UNKNOWN
    talk.effects.append(
        Refer(
            reference=reference,
            month=_month(talk),
            area=_area(talk),
            age_band=_age_band(talk),
            audience=_audience(talk),
            substance=substance,
            need=need_counted(talk.sitting) or substance,
            band=_band(talk),
            service=str(talk.sitting.said("service")),
            subject=talk.state.subject,
        )
    )


def count_unmet(talk: Talk) -> None:
    """Count what no service meets: each need once, and only while that is so."""
    month, before = _month(talk), talk.state.missed
    missed = {
        need: Missed(
            month=before[need].month if need in before else month,
            area=_area(talk),
            age_band=_age_band(talk),
            audience=_audience(talk),
            need=need,
        )
        for need in unmet(talk.sitting, talk.facts)
    }
    talk.effects += [Unmet(was, -1) for need, was in before.items() if missed.get(need) != was]
    talk.effects += [Unmet(now, 1) for need, now in missed.items() if before.get(need) != now]
    talk.change(missed=missed)


def _audience(talk: Talk) -> str:
    """Who the talk is for, as the figures count it: me, family, or the professional's role."""
    said = talk.sitting.said("audience")
    return str(talk.sitting.said("role") or "any_professional") if said == "professional" else str(said or "me")


def _band(talk: Talk) -> str:
    """The band of a check that was done; else of a score that staff typed."""
    done = (counted.band for counted in talk.state.counted.values())
    typed = (band for _, band in bands(talk.sitting))
    return next(done, None) or next(typed, "not_screened")


def _age_band(talk: Talk) -> str:
    return str(talk.sitting.said("age_band") or "declined")


def _area(talk: Talk) -> str:
    return str(talk.sitting.said("area") or UNKNOWN)


def _month(talk: Talk) -> str:
    return talk.facts.now.strftime("%Y-%m")
