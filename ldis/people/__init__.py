"""Who is who: partnerships, areas, organisations, people with their roles, sign-in, invitations and API keys.

May import deliveries (to post a sign-in code), audit and the ground.
"""
