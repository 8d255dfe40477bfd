"""Listens at a Unix socket and keeps a daemon behind it, as systemd does: service-manager.py SOCKET COMMAND…

SIGUSR1 restarts the daemon, SIGTERM ends both; the socket is listened at all the time between.
"""

import os
import signal
import socket
import sys

path, command = sys.argv[1], sys.argv[2:]
os.makedirs(os.path.dirname(path), exist_ok=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
os.chmod(path, 0o600)
listener.listen(128)

child = 0
ending = False
restarting = False


def start():
    pid = os.fork()
    if pid == 0:
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        os.execvp(command[0], command)
    return pid


def restart(*_):
    global restarting
    restarting = True
    os.kill(child, signal.SIGTERM)


def end(*_):
    global ending
    ending = True
    os.kill(child, signal.SIGTERM)


child = start()
signal.signal(signal.SIGUSR1, restart)
signal.signal(signal.SIGTERM, end)
while True:
    _, status = os.waitpid(child, 0)
    if not restarting or ending:
        sys.exit(os.waitstatus_to_exitcode(status))
    restarting = False
    child = start()
