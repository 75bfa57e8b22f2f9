"""The inbox and a case's page, with 100 and with 10,000 cases: `python -m tests.bench.cases`.

Two databases on the same embedded PostgreSQL, filled by `ldis simulate`. Three reports make a case; one case in ten is
open, in any of the states, the others are closed with a decision. Each page is asked of the one and of the other in
turn, through the whole application within this process, and the medians are compared: a hundred times the cases should
not take twice as long.
"""

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from ldis import embedded
from tests.bench.intake import Asking, compare, filled, made, page

SMALL, LARGE = 100, 10_000
IN_A_CASE = 3

SETTLE = (
    """
    CREATE TEMPORARY TABLE past AS
    SELECT id, received_at, 1 + (row_number() OVER (ORDER BY received_at, id) - 1) / :in_a_case AS number
    FROM incident_reports
    """,
    """
    INSERT INTO cases
        (partnership_id, number, reference, title, state, version, round, risk_to_life, opened_at, coordinator_id)
    SELECT (SELECT id FROM partnerships), number, 'BEN-' || to_char(number, 'FM00000'), 'Case ' || number,
        CASE WHEN number % 10 > 0 THEN 'closed'
            ELSE (ARRAY['triage', 'corroboration', 'with the panel', 'decided'])[1 + number / 10 % 4] END,
        1, 1, number % 7 = 0, max(received_at), (SELECT min(id) FROM people)
    FROM past GROUP BY number
    """,
    """
    INSERT INTO case_evidence (case_id, report_id, added_at, added_by)
    SELECT cases.id, past.id, past.received_at, 'benchmark' FROM past JOIN cases USING (number)
    """,
    """
    INSERT INTO case_entries (case_id, at, actor, actor_name, action, before, after, words)
    SELECT id, opened_at, 'benchmark', 'Bea Worth', 'start triage', 'received', 'triage', '' FROM cases
    """,
    """
    INSERT INTO decisions
        (case_id, round, outcome, suggested, reason, policy_version, votes, decided_by, decided_at, at_once, review_on)
    SELECT id, 1, 'no further action', 'no further action', 'Nothing new in it.', 'bench', '{}', 'benchmark',
        opened_at + interval '1 hour', false, current_date + 90
    FROM cases WHERE state IN ('decided', 'closed')
    """,
    """
    UPDATE incident_reports SET status = 'decided' WHERE id IN (
        SELECT report_id FROM case_evidence JOIN cases ON cases.id = case_id WHERE state IN ('decided', 'closed'))
    """,
)

PAGES: Mapping[str, Asking] = {
    "inbox, what is new": page("/cases?status="),
    "inbox, everything": page("/cases?status=all"),
    "inbox, by words": page("/cases?status=all&q=blue+tablets"),
    "an open case": page("/cases/BEN-00010"),
    "a closed case": page("/cases/BEN-00011"),
}


def settle(session: Session) -> None:
    """Make cases of all reports."""
    for statement in SETTLE:
        session.execute(text(statement), {"in_a_case": IN_A_CASE})


def main() -> None:
    """Ask for every page of both in turn and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--cases", type=int, default=LARGE)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, embedded.start(Path(folder) / "postgres") as server:
        small, large = (
            filled(server.url_of(made(server, name)), Path(folder), count * IN_A_CASE, settle)
            for name, count in (("small", SMALL), ("large", given.cases))
        )
        compare(PAGES, {SMALL: small, given.cases: large}, rounds=given.rounds)


if __name__ == "__main__":
    main()
