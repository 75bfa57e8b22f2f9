"""What a WSGI server imports."""

from config.settings import read
from ldis.app import create_app

app = create_app(read())
