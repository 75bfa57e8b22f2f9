"""The commands: `ldis --help` lists them."""

import base64
import secrets
import signal
import sys
import threading
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from config import settings as settings_module
from config.settings import SettingsError
from ldis import db, embedded, import_commands, runner, scheduler, secrecy, signal_commands, supervisor
from ldis.audit import service as audit
from ldis.cases import drawing, in_words
from ldis.command import Commands, open_session, read_settings
from ldis.demonstration import seed as demonstration
from ldis.demonstration import simulate as simulation
from ldis.oversight import search as oversight
from ldis.oversight.schemas import Asked
from ldis.people import invitations
from ldis.people import queries as people_queries
from ldis.people import service as people
from ldis.people.access import at_the_command_line
from ldis.people.rules import CALLS_PER_MINUTE, OWN_SCOPES, Discipline, Role, Scope
from ldis.people.schemas import Invited

DOCS = Path(__file__).parent.parent / "docs"


@click.group(cls=Commands)
def main() -> None:
    """The Local Drug Information System."""


main.add_command(import_commands.imports)
main.add_command(signal_commands.signals)


@main.command()
def up() -> None:
    """Start everything: database, web, worker and scheduler. Ctrl-C stops what was started."""
    try:
        settings = settings_module.read()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    secrecy.configure(settings.data_keys)
    seed = partial(demonstration.seed_if_empty, public_url=settings.public_url)
    sys.exit(supervisor.up(settings, prepare=seed if settings.demo else None))


@main.command()
def worker() -> None:
    """Do deferred work until stopped."""
    runner.run(read_settings())


@main.command(name="scheduler")
def run_scheduler() -> None:
    """Be the clock, or wait to become it."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    scheduler.run(read_settings(), stopping)


@main.command()
def web() -> None:
    """Serve the pages and the API on LDIS_PORT."""
    supervisor.serve_web(read_settings())


@main.group(name="db")
def database() -> None:
    """The database and its migrations."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest migration."""
    settings = read_settings()
    assert settings.database_url
    db.upgrade(settings.database_url)
    click.echo(f"The database is at {db.head()}.")


@database.command()
def check() -> None:
    """Say whether models and migrations are one, on a scratch database that is thrown away."""
    for models in Path(__file__).parent.glob("*/models.py"):
        import_module(f"ldis.{models.parent.name}.models")
    with embedded.scratch() as url:
        db.upgrade(url)
        engine = db.make_engine(url)
        found = db.differences(engine)
        engine.dispose()
    for difference in found:
        click.echo(str(difference))
    click.echo("Models and migrations are one." if not found else "Models and migrations differ.")
    sys.exit(1 if found else 0)


@main.group(name="people")
def people_commands() -> None:
    """People and their roles."""


@people_commands.command(name="add")
@click.option("--partnership", required=True, help="The partnership's short name.")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--role", type=click.Choice([r.value for r in Role]), default=Role.ADMINISTRATOR.value)
@click.option("--discipline", type=click.Choice([d.value for d in Discipline]))
def add_person(partnership: str, name: str, email: str, role: str, discipline: str | None) -> None:
    """Add a person with a role: how the first administrator gets in."""
    with open_session(read_settings()) as session, session.begin():
        place = people_queries.partnership_called(session, partnership)
        people.add_person(
            session,
            partnership_id=place.id,
            name=name,
            email=email,
            role=Role(role),
            discipline=Discipline(discipline) if discipline else None,
            actor="command line",
        )
    click.echo(f"{email} can sign in as {role}.")


@people_commands.command(name="invite")
@click.option("--partnership", required=True, help="The partnership's short name.")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--role", type=click.Choice([r.value for r in Role]), required=True)
@click.option("--discipline", type=click.Choice([d.value for d in Discipline]), help="For panel members.")
def invite(partnership: str, name: str, email: str, role: str, discipline: str | None) -> None:
    """Send somebody an invitation to a role; they confirm it from their own mailbox."""
    settings = read_settings()
    with open_session(settings) as session, session.begin():
        invitations.invite(
            session,
            Invited(
                name=name, email=email, role=Role(role), discipline=Discipline(discipline) if discipline else None
            ),
            actor=at_the_command_line(people_queries.partnership_called(session, partnership)),
            public_url=settings.public_url,
            now=db.utc_now(),
        )
    click.echo(f"{email} is invited as {role}.")


@people_commands.command(name="add-partnership")
@click.option("--slug", required=True, help="Its short name in addresses, such as plymchester.")
@click.option("--prefix", required=True, help="Two to four letters that its references begin with.")
@click.option("--name", required=True)
@click.option("--area", "areas", multiple=True, required=True, help="The ONS code of an area; may be repeated.")
def add_partnership(slug: str, prefix: str, name: str, areas: tuple[str, ...]) -> None:
    """Add a partnership: whose reports, whose panel, whose alerts."""
    with open_session(read_settings()) as session, session.begin():
        people.create_partnership(
            session, slug=slug, prefix=prefix, name=name, area_codes=areas, actor="command line"
        )
    click.echo(f"{name} takes reports at /report/{slug}.")


@main.group()
def keys() -> None:
    """API keys, and keys for the settings."""


SYSTEM_SCOPES = [scope.value for scope in Scope if scope not in OWN_SCOPES]


@keys.command(name="create")
@click.option("--partnership", required=True)
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SYSTEM_SCOPES))
@click.option("--days", default=365, show_default=True, help="How long it is good for.")
@click.option("--per-minute", default=CALLS_PER_MINUTE, show_default=True, help="How often it may be used.")
def create_key(partnership: str, name: str, scopes: tuple[str, ...], days: int, per_minute: int) -> None:
    """Make an API key and print it, once."""
    with open_session(read_settings()) as session, session.begin():
        place = people_queries.partnership_called(session, partnership)
        token = people.create_key(
            session,
            partnership_id=place.id,
            name=name,
            scopes=[Scope(s) for s in scopes],
            actor="command line",
            now=db.utc_now(),
            lasts=timedelta(days=days),
            per_minute=per_minute,
        )
    click.echo(token)


@keys.command(name="list")
@click.option("--partnership", required=True)
def list_keys(partnership: str) -> None:
    """List a partnership's API keys."""
    with open_session(read_settings()) as session:
        place = people_queries.partnership_called(session, partnership)
        for key in people_queries.keys_of(session, partnership_id=place.id):
            state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
            used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            click.echo(f"{key.id}\t{key.name}\t{' '.join(key.scopes)}\t{state}\t{used}")


@keys.command(name="replace")
@click.argument("key_id", type=int)
@click.option("--partnership", required=True)
def replace_key(key_id: int, partnership: str) -> None:
    """Make a successor of an API key and print it, once. The old one works for a week more."""
    with open_session(read_settings()) as session, session.begin():
        place = people_queries.partnership_called(session, partnership)
        _old, token = people.replace_key(
            session, key_id, partnership_id=place.id, actor="command line", now=db.utc_now()
        )
    click.echo(token)


@keys.command(name="revoke")
@click.argument("key_id", type=int)
@click.option("--partnership", required=True)
def revoke_key(key_id: int, partnership: str) -> None:
    """End an API key at once."""
    with open_session(read_settings()) as session, session.begin():
        place = people_queries.partnership_called(session, partnership)
        people.revoke_key(session, key_id, partnership_id=place.id, actor="command line", now=db.utc_now())
    click.echo(f"Key {key_id} is revoked.")


@keys.command(name="generate")
def generate_keys() -> None:
    """Print fresh values for LDIS_SECRET_KEY and LDIS_DATA_KEYS."""
    click.echo(f"LDIS_SECRET_KEY={secrets.token_urlsafe(48)}")
    click.echo(f"LDIS_DATA_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}")


@main.group()
def export() -> None:
    """What is taken away as a file, on standard output."""


@export.command(name="audit")
@click.option("--partnership", required=True, help="The partnership's short name.")
@click.option("--from", "from_day", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--to", "to_day", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
def export_audit(partnership: str, from_day: datetime | None, to_day: datetime | None) -> None:
    """Write a partnership's audit record as CSV; that it was taken away is recorded."""
    asked = Asked(from_day=from_day.date() if from_day else None, to_day=to_day.date() if to_day else None)
    with open_session(read_settings()) as session:
        here = people_queries.partnership_called(session, partnership).id
        oversight.record_export(session, asked, actor="command line", partnership_id=here)
        session.commit()
        for piece in oversight.file_of(
            session, oversight.understood(session, asked, partnership_id=here), partnership_id=here
        ):
            click.echo(piece, nl=False)


@main.group()
def docs() -> None:
    """What docs/ holds that is drawn from the code."""


@docs.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=DOCS)
def workflow(folder: Path) -> None:
    """Write the table of a case's states and its picture anew, from the rules."""
    (folder / "case-workflow.md").write_text(in_words.as_markdown(), encoding="utf-8")
    (folder / "case-workflow.svg").write_text(drawing.as_svg(), encoding="utf-8")
    click.echo(f"Wrote case-workflow.md and case-workflow.svg in {folder}.")


@main.group(name="audit")
def audit_commands() -> None:
    """The audit record."""


@audit_commands.command()
def verify() -> None:
    """Walk the chain of the audit record; exit 1 at the first thing that is wrong."""
    with open_session(read_settings()) as session:
        wrong = audit.verify(session)
    click.echo(wrong or "The audit record is whole.")
    sys.exit(1 if wrong else 0)


@main.command()
@click.option("--partnership", default="demo", show_default=True)
@click.option("--reports", default=200, show_default=True)
@click.option("--days", default=365, show_default=True)
@click.option("--seed", default=1, show_default=True)
def simulate(partnership: str, reports: int, days: int, seed: int) -> None:
    """Make synthetic history, the same for the same seed."""
    with open_session(read_settings()) as session, session.begin():
        made = simulation.simulate(
            session, partnership=partnership, reports=reports, days=days, seed=seed, now=db.utc_now()
        )
    click.echo(f"Made {made} reports over {days} days.")


if __name__ == "__main__":
    main()
