"""Settings of gunicorn: two processes of eight threads on one PostgreSQL, to stand behind nginx.

Start it with ``gunicorn --config python:webtest.deploy.gunicorn_settings webtest.wsgi:application`` and the environment
of :mod:`webtest.wsgi`: EVALKIT_STUDY, EVALKIT_STORE (a PostgreSQL URL), EVALKIT_NAMES and, for one nginx,
EVALKIT_PROXIES=1. An option on the command line, such as ``--workers 4``, overrides what stands here.

It must not face listeners itself: sixteen half-sent bodies keep all its threads waiting, while nginx waits for whole
bodies at no cost.
"""

bind = "127.0.0.1:8001"
workers = 2  # one for each core; each holds up to 16 of PostgreSQL's connections, of which there are 100 by default
worker_class = "gthread"
threads = 8
preload_app = False  # each process opens its own connections to the database
keepalive = 75  # seconds; nginx lets go of an idle connection after 60, so that none closes under a request
timeout = 60  # seconds until a process that hangs is replaced
secure_scheme_headers: dict[str, str] = {}  # which forwarding headers are believed is for EVALKIT_PROXIES to say
accesslog = None  # a line there would name listeners' addresses and platform ids
control_socket_disable = True  # signals are enough, and two studies of one user would share its file
proc_name = "rating page"
