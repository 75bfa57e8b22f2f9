"""Corroboration: one question about a case to chosen partners, what they answer, and who has not.

May import cases, contacts and everything below them. Neither knows it.
"""
