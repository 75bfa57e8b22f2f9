"""The outbox: the exact words to each recipient, on their way out or gone, and what became of them.

It knows nobody: anyone above may post a letter in their own transaction. May import audit, the ground and
`alerts`.
"""
