"""What every command begins with: the settings, a session, and refusals that are a sentence."""

from dataclasses import replace

import click
from sqlalchemy.orm import Session

from config import settings as settings_module
from config.settings import Settings, SettingsError
from ldis import db, embedded, secrecy
from ldis.errors import Refusal


def read_settings() -> Settings:
    """The settings, with the address of a running database in them; a sentence and exit 2 where they are wrong."""
    try:
        settings = settings_module.read()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    secrecy.configure(settings.data_keys)
    if settings.database_url:
        return settings
    return replace(settings, database_url=embedded.start(settings.var / "postgres").url)


def open_session(settings: Settings) -> Session:
    """A session for one command."""
    assert settings.database_url
    return db.make_sessions(db.make_engine(settings.database_url))()


class Commands(click.Group):
    """Commands whose refusals are a sentence and exit code 1, not a stack trace."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(refusal.message) from refusal
