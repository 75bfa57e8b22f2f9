"""`ldis import ...`: files taken in from the command line."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from config import substances
from ldis import db
from ldis.command import open_session, read_settings
from ldis.laboratory import service as laboratory
from ldis.laboratory.rules import FileState
from ldis.people import queries as people
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


def _say_what_is_wrong(faults: Iterable[Mapping[str, Any]]) -> None:
    for fault in faults:
        column = f", {fault['column']}" if fault["column"] else ""
        click.echo(f"line {fault['line']}{column}: {fault['sentence']}", err=True)
