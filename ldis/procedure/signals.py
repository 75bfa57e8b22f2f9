"""What the policy says of signals, in words."""

from detection.settings import SignalSettings


def signals_in_words(use: SignalSettings) -> list[tuple[str, str]]:
    """Each thing that makes a signal, and from when."""
    rules, method = use.rules, use.method
    spells = "; ".join(f"{one.events} within {one.hours} hours" for one in rules.spells)
    return [
        ("A kind of drug is new to an area", _new(use)),
        ("Counts in anything, whatever it was sold as", ", ".join(sorted(rules.anywhere))),
        ("Must not come as something else", ", ".join(sorted(rules.high_risk))),
        ("Severe events close together, in one area", spells),
        ("The same marking in two areas", f"within {rules.marking_days} days"),
        (
            "A rising share of laboratory results",
            f"of at least {rules.share_results} in {use.share_days} days, where chance explains it less often than in "
            f"{100 * rules.share_chance:g} of 100",
        ),
        (
            "More than usual",
            f"in {', '.join(map(str, method.windows))} days, beside {method.baseline.days} days before; for nothing "
            f"about {use.budget:g} times a year in each series",
        ),
        ("The coordinators are told at once of", ", ".join(sorted(use.urgent))),
    ]


def _new(use: SignalSettings) -> str:
    rules = use.rules
    seen = f"one laboratory result or {rules.independent_reports} reports from different sources"
    return f"{seen}, and nothing of it for {rules.new_after_months} months"
