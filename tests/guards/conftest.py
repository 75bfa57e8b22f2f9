"""The service, put together without a database."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import settings
from ldis.app import create_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole service. It is asked nothing for which it would need its database."""
    made = create_app(
        settings.read(
            {
                "DATABASE_URL": "postgresql://nowhere.invalid/none",
                "LDIS_SECRET_KEY": "only-for-tests-" * 4,
                "LDIS_DATA_KEYS": base64.urlsafe_b64encode(b"only-for-tests".ljust(32)).decode(),
                "LDIS_LOG_LEVEL": "ERROR",
                "LDIS_VAR": str(tmp_path_factory.mktemp("var")),
            }
        )
    )
    yield made
    made.extensions["ldis.engine"].dispose()


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).parents[2]
