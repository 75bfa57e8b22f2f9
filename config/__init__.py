"""Values, not behaviour: read once at start-up and handed to those who need them."""
