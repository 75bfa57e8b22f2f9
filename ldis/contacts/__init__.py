"""Partner contacts: who is told, by which medium, on which lists, and who has asked not to be.

May import people, audit and the ground. It does not know what a message says.
"""
