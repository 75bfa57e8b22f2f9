"""Convening: the panel is called about a case, meets or not, is seen to have seen it, and is reminded.

Stands above cases and may import them and everything below; cases know nothing of it but the name of the work that
calls the panel for a look back.
"""
