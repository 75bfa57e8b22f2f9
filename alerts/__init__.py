"""The alerting library: what we say, to whom, and how it leaves.

Three questions, three modules that do not know each other: `audiences` chooses, `compose` finds the words,
`channels` send. `messages` is their common vocabulary. Nothing here knows Flask, a database or the service.
"""
