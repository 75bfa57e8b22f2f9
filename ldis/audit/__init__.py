"""The record of who did what: append-only, hash-chained, kept by the database itself.

Every stage may write to it; it knows none of them and imports only the ground.
"""
