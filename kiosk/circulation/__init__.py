"""Sign-in and holds: the port, the outbox's delivery and one adapter a library system."""
