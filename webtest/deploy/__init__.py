"""Examples for a study with many listeners: gunicorn's settings, and nginx in front of it with TLS."""
