"""Alerts: drafted from a decided case, approved word for word by a second person, issued once.

May import contacts, cases and everything below them. It does not know what comes back.
"""
