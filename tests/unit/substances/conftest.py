"""The real catalogue, read once: its entries are what these tests are about."""

from pathlib import Path

import pytest

from ldis.substances.catalogue import Catalogue, read_catalogue
from ldis.substances.names import Names

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue((ROOT / "config" / "substances.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def names(catalogue: Catalogue) -> Names:
    return Names.build(catalogue.entries)
