"""`ldis import ...`: files taken in from the command line."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from config import indicators, substances
from ldis import db
from ldis.command import open_session, read_settings
from ldis.contacts import imports as contact_files
from ldis.contacts.imports import Becomes
from ldis.errors import Invalid
from ldis.indicators import imports as figure_files
from ldis.indicators.dictionary import read_dictionary
from ldis.indicators.imports import Becomes as FigureBecomes
from ldis.laboratory import service as laboratory
from ldis.laboratory.rules import FileState
from ldis.people import queries as people
from ldis.people.access import at_the_command_line
from ldis.people.areas import load_areas
from ldis.substances.catalogue import read_catalogue
from ldis.substances.vocabulary import Vocabulary

AREAS = Path(__file__).parent.parent / "config" / "areas.csv"
OPERATOR = laboratory.Uploader("command line", "The operator")

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(name="import")
def imports() -> None:
    """Take in files."""


@imports.command(name="areas")
@click.argument("file", type=A_FILE, default=AREAS)
def import_areas(file: Path) -> None:
    """Take in the English authorities, by default from the file that comes along."""
    with open_session(read_settings()) as session, session.begin():
        count = load_areas(session, file)
    click.echo(f"{count} areas are known.")


@imports.command(name="results")
@click.argument("file", type=A_FILE)
@click.option("--partnership", required=True, help="The partnership's short name.")
@click.option("--accept-good-rows", is_flag=True, help="Take in the good results although others are wrong.")
def import_results(file: Path, partnership: str, accept_good_rows: bool) -> None:
    """Take in laboratory results from a CSV file or an Excel workbook: all of them, or none."""
    with open_session(read_settings()) as session, session.begin():
        place, now = people.partnership_called(session, partnership), db.utc_now()
        sent = laboratory.check(session, file.read_bytes(), file_name=file.name, place=place, by=OPERATOR, now=now)
        _say_what_is_wrong(sent.faults)
        if sent.faults and not accept_good_rows:
            raise click.ClickException("Nothing was taken in. Correct the file, or say --accept-good-rows.")
        sent.accept_good_rows = accept_good_rows
        names = Vocabulary(read_catalogue(substances.read())).names_for(session, place.place)
        with click.progressbar(length=len(sent.drafts), label="Taking in", file=sys.stderr) as bar:
            laboratory.take_in(
                session,
                sent,
                place=place.place,
                names=names,
                by=OPERATOR.label,
                now=now,
                progress=lambda done: bar.update(done - bar.pos),
            )
            bar.update(len(sent.drafts) - bar.pos)
    if sent.state is FileState.REFUSED:
        _say_what_is_wrong(sent.faults)
        raise click.ClickException("Nothing was taken in.")
    click.echo(f"{len(sent.taken)} results are new, {len(sent.known)} were known already.")


@imports.command(name="contacts")
@click.argument("file", type=A_FILE)
@click.option("--partnership", required=True, help="The partnership's short name.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_contacts(file: Path, partnership: str, dry_run: bool) -> None:
    """Take in contacts from a CSV file or an Excel workbook: all of them, or none."""
    settings = read_settings()
    with open_session(settings) as session, session.begin():
        place = people.partnership_called(session, partnership)
        content = file.read_bytes()
        try:
            plan = contact_files.check(session, content, partnership_id=place.id, allow_drama=settings.demo)
        except Invalid as refusal:
            raise click.ClickException(" ".join(refusal.errors["file"])) from refusal
        _say_what_is_wrong([asdict(fault) for fault in plan.faults])
        if plan.faults:
            raise click.ClickException("Nothing was taken in. Correct the file.")
        if not dry_run:
            actor = at_the_command_line(place)
            contact_files.take_in(
                session, content, seen=None, actor=actor, now=db.utc_now(), allow_drama=settings.demo
            )
    done = "would be" if dry_run else "are"
    new, changed = plan.count(Becomes.NEW), plan.count(Becomes.CHANGED)
    click.echo(
        f"{new} contacts {done} new, {changed} {done} changed, {plan.count(Becomes.AS_BEFORE)} stay as they were."
    )


@imports.command(name="indicators")
@click.argument("file", type=A_FILE)
@click.option("--partnership", required=True, help="The partnership's short name.")
@click.option("--why", default="", help="Why known figures change.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_indicators(file: Path, partnership: str, why: str, dry_run: bool) -> None:
    """Take in treatment figures from a CSV file or an Excel workbook: all of them, or none."""
    known = read_dictionary(indicators.read())
    with open_session(read_settings()) as session, session.begin():
        place = people.partnership_called(session, partnership)
        content = file.read_bytes()
        try:
            plan = figure_files.check(session, content, dictionary=known, partnership_id=place.id)
        except Invalid as refusal:
            raise click.ClickException(" ".join(refusal.errors["file"])) from refusal
        _say_what_is_wrong([asdict(fault) for fault in plan.faults])
        if plan.faults:
            raise click.ClickException("Nothing was taken in. Correct the file.")
        if not dry_run:
            actor = at_the_command_line(place)
            figure_files.take_in(
                session, content, dictionary=known, seen=None, why=why, actor=actor, now=db.utc_now()
            )
    done = "would be" if dry_run else "are"
    new, changed = plan.count(FigureBecomes.NEW), plan.count(FigureBecomes.CHANGED)
    click.echo(f"{new} figures {done} new, {changed} {done} changed.")


def _say_what_is_wrong(faults: Iterable[Mapping[str, Any]]) -> None:
    for fault in faults:
        column = f", {fault['column']}" if fault["column"] else ""
        click.echo(f"line {fault['line']}{column}: {fault['sentence']}", err=True)
