"""What a notebook may touch while it is built, and what it touched: no network, and a record of the files it read.

Python's audit events cannot be undone, nor got round by importing another library, and they cost nothing
where nothing is opened. Jupyter's own sockets are made by ZeroMQ in C and pass unseen.
"""

from __future__ import annotations

import os
import socket
import sys
from functools import lru_cache

from .project import ENGINE

CONNECTIONS = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
LISTINGS = ("os.listdir", "os.scandir")

_root = ""
_seen: set[str] = set()


class NetworkRefused(RuntimeError):
    """A notebook asked for the network during a build. No `OSError`, which a library would take for a bad line."""


class WriteRefused(PermissionError):
    """A notebook tried to change the project during a build."""


def enter(root: str) -> None:
    """From now on refuse this process the network and writes into the project, and record what it reads."""
    global _root
    if not _root:
        sys.addaudithook(_hook)
    _root = os.path.realpath(root)


def touched() -> list[str]:
    """The files read and modules loaded so far, relative to the project; a folder that was listed ends in `/`.

    An engine installed elsewhere counts as `briefing/`.
    """
    modules = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    names = {_inside(path) for path in (*_seen, *filter(None, modules))}
    return sorted(names - {""})


def _inside(path: str) -> str:
    """The name of a path relative to the project, or nothing where it is no part of it."""
    real = os.path.join(_folder(os.path.dirname(path)), os.path.basename(path))
    if real.startswith(_root + os.sep):
        name = os.path.relpath(real, _root)
    elif real.startswith(str(ENGINE) + os.sep):
        name = os.path.relpath(real, ENGINE.parent)
    else:
        return ""
    if any(part.startswith(".") or part == "__pycache__" for part in name.split(os.sep)):
        return ""
    if path.endswith(os.sep):
        # Python lists each folder on its path when it imports; only the data's folders are input.
        return f"{name}/" if f"{name}/".startswith("data/") else ""
    return name


@lru_cache(maxsize=None)
def _folder(name: str) -> str:
    return os.path.realpath(name)


def _hook(event: str, args: tuple) -> None:
    if event == "open":
        _opened(*args)
    elif event in LISTINGS:
        if args and isinstance(args[0], str):
            _seen.add(os.path.abspath(args[0]) + os.sep)
    elif event in CONNECTIONS:
        endpoint, address = args
        if endpoint.family != socket.AF_UNIX:
            _refuse(address)
    elif event in LOOKUPS:
        _refuse(args[0] if len(args) == 1 else args[:2])


def _opened(path, mode, flags) -> None:
    if isinstance(path, int):
        return
    name = os.path.abspath(os.fsdecode(path))
    if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        _seen.add(name)
    elif inside := _inside(name):
        raise WriteRefused(f"{inside}: a notebook never writes into the project during a build")


def _refuse(address) -> None:
    place = ":".join(str(part) for part in address[:2]) if isinstance(address, tuple) else str(address)
    raise NetworkRefused(f"{place}: no network during a build; a notebook reads only what is in the project")
