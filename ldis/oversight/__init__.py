"""Looking back at who did what: the audit record of a partnership, searched on a page and taken away as a file.

Stands above the case file, so that a reference can be looked for; nothing below knows it.
"""
