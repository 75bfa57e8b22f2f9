"""What every page stands on: the request's session, forms drawn from schemas, refusals shown where they arose.

May import Flask, marshmallow, `ldis.errors` and `ldis.db`, and knows no stage.
"""

from flask import Blueprint, current_app

from ldis.web.dates import LONDON, today
from ldis.web.errors import render_error
from ldis.web.fields import Form, FormField
from ldis.web.forms import form_for, keep_typed, load_address, load_form
from ldis.web.install import ASSETS, ROOT, install
from ldis.web.reading import Condition, Sent
from ldis.web.requests import (
    attachment,
    close_session,
    commits,
    hear_out,
    kept_for_going_back,
    notice,
    redraws,
    render,
    session,
    takes_files,
)
from ldis.web.schemas import FormSchema, Made, at_most, loaded, sentences

__all__ = [
    "ASSETS",
    "LONDON",
    "ROOT",
    "Blueprint",
    "Condition",
    "Form",
    "FormField",
    "FormSchema",
    "Made",
    "Sent",
    "at_most",
    "attachment",
    "close_session",
    "commits",
    "current_app",
    "form_for",
    "hear_out",
    "install",
    "keep_typed",
    "kept_for_going_back",
    "load_address",
    "load_form",
    "loaded",
    "notice",
    "redraws",
    "render",
    "render_error",
    "sentences",
    "session",
    "takes_files",
    "today",
]
