"""`ldis signals ...`: history replayed through a detector from the command line."""

import click

from config import policy
from ldis import db
from ldis.cases.policy import read_policy
from ldis.command import open_session, read_settings
from ldis.people import queries as people
from ldis.people.access import at_the_command_line
from ldis.signals import trials
from ldis.signals.models import SignalTrial
from ldis.signals.schemas import Trial, TrialOf


@click.group(name="signals")
def signals() -> None:
    """The early warning."""


@signals.command()
@click.option("--partnership", required=True, help="The partnership's short name.")
@click.option("--detector", type=click.Choice([one.value for one in TrialOf]), default=TrialOf.PREDICTIVE.value)
@click.option("--days", type=click.IntRange(30, 1095), default=365, help="How many days of its own history.")
@click.option("--simulated", type=click.FloatRange(0.05, 20), help="Invented years at so many a week instead.")
@click.option("--budget", type=click.FloatRange(0.25, 4), help="Of the predictive test: false signals a year.")
@click.option(
    "--spells", nargs=2, type=click.IntRange(1, 50), help="Of events close together: within 24 and 72 hours."
)
def backtest(
    *,
    partnership: str,
    detector: str,
    days: int,
    simulated: float | None,
    budget: float | None,
    spells: tuple[int, int] | None,
) -> None:
    """Replay history as it was known on each day, and say what would have been a signal. Kept beside the others."""
    settings, procedure = read_settings(), read_policy(policy.read())
    wanted = Trial(
        of=TrialOf(detector),
        history="simulated" if simulated else "own",
        days=days,
        weekly=simulated or 1.0,
        budget=budget,
        in_24_hours=spells[0] if spells else None,
        in_72_hours=spells[1] if spells else None,
    )
    with open_session(settings) as session, session.begin():
        actor = at_the_command_line(people.partnership_called(session, partnership))
        number = trials.begin(session, wanted, procedure.signals, actor=actor, now=db.utc_now()).id
    trials.run(lambda: open_session(settings), number, procedure.signals, now=db.utc_now())
    with open_session(settings) as session:
        came = session.get_one(SignalTrial, number).outcome
    if came is None:
        raise click.ClickException("It broke off; the log says why.")
    click.echo(_in_words(number, came))


def _in_words(number: int, came: dict[str, float]) -> str:
    gained = "-" if came["median_gained"] is None else f"{came['median_gained']:g}"
    delay = "-" if came["median_delay"] is None else f"{came['median_delay']:g}"
    return "\n".join(
        (
            f"Back-test {number}: {came['events']} events in {came['series']} series, {came['days']} days judged.",
            f"Signals for nothing, a year and series: {came['false_a_year']:.2f}",
            f"Signals a month to look at: {came['review_load']:.1f}",
            f"Cases or clusters seen: {came['seen']} of {came['happenings']}",
            f"Days before the panel's own case, in the middle: {gained}",
            f"Days from the first event to the first alarm, in the middle: {delay}",
        )
    )
