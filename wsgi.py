"""What a WSGI server imports."""

import gc

from config.settings import read
from ldis.app import create_app

app = create_app(read())

# What was made at start-up stays until the end; the collector need not walk through it again and again.
gc.collect()
gc.freeze()
