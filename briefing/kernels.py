"""Kernels for a build: one Python that has imported everything once and forks a kernel for each notebook.

Starting a kernel and importing pandas and matplotlib takes a second a notebook; a fork takes a few
hundredths. A forked kernel is an ordinary ipykernel from there on, and gives the same bytes as a fresh one.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import selectors
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from .project import ENGINE, Project

# What a kernel and its notebook are about to import; what is missing they miss themselves. Not matplotlib's inline
# backend, which finds its kernel when it is imported.
PRELOAD = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "pandas",
    "pandas.io.formats.format",
    "pandas.io.formats.html",
    "tornado.platform.asyncio",
)
KERNEL_MODULES = ("article", "charts", "checks", "claims", "data", "show", "style")


def environment(project: Project, home: Path) -> dict[str, str]:
    """The variables of every kernel: nothing of the user's that could change what a notebook shows.

    `home` holds what IPython and matplotlib would otherwise leave in the user's home.
    """
    kept = ("LD_LIBRARY_PATH", "OPENBLAS_", "PATH", "TMPDIR")
    return {name: value for name, value in os.environ.items() if name.startswith(kept)} | {
        "BRIEFING_ROOT": str(project.root),
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(project.cache / "matplotlib"),
        # A thread in the parent would make a fork unsafe; these tables need none.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(map(str, (project.root, ENGINE.parent))),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "SOURCE_DATE_EPOCH": str(project.epoch),
        "TZ": "UTC",
    }


# ------------------------------------------------------------------------------------------ the build's side


class ForkServer:
    """The process that forks kernels, as its owner sees it. Ends with its owner, however that ends."""

    def __init__(self, project: Project, home: Path):
        self.address = str(home / "fork")
        project.cache.mkdir(parents=True, exist_ok=True)
        with socket.socket(socket.AF_UNIX) as listener, open(project.cache / "kernels.log", "wb") as log:
            listener.bind(self.address)
            listener.listen(64)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "briefing.kernels", str(listener.fileno()), str(project.root)],
                env=environment(project, home),
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def fork(self, arguments: list[str], cwd: str) -> ForkedKernel:
        """A kernel that runs with these arguments in this folder."""
        return ForkedKernel(self.address, {"arguments": arguments, "cwd": cwd})

    def close(self) -> None:
        """End it and any kernel still running."""
        self.process.stdin.close()
        self.process.wait()


class ForkedKernel:
    """A kernel process that is a child of the fork server; looks like the `Popen` that Jupyter expects."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: dict):
        self.returncode: int | None = None
        with ExitStack() as undo:
            self._line = undo.enter_context(socket.socket(socket.AF_UNIX))
            self._line.connect(address)
            self._line.sendall(json.dumps(request).encode() + b"\n")
            self._answers = undo.enter_context(self._line.makefile("r"))
            answer = self._answers.readline()
            if not answer:
                raise RuntimeError("their parent has ended; see .cache/briefing/kernels.log")
            self.pid = int(answer)
            self._open = undo.pop_all()

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code."""
        if self.returncode is None:
            # Nothing but the exit code ever follows the process id; no answer means that the server died with it.
            self.returncode = int(self._answers.readline() or -signal.SIGKILL)
            self._open.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Signal the kernel."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


# ------------------------------------------------------------------------------------------- the server's side


def serve(listener: socket.socket, root: str) -> None:
    """Import what notebooks use, then fork a kernel for each request, until standard input closes."""
    from . import sandbox

    sandbox.enter(root)
    preload(root)
    # Each fork asks this at its end, and then finds most of the answer remembered.
    sandbox.touched()
    # What is here now is shared by all kernels; the collector must not touch it, or each fork would copy it.
    gc.collect()
    gc.freeze()
    selector = selectors.DefaultSelector()
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for source in (listener, woken, sys.stdin):
        selector.register(source, selectors.EVENT_READ)
    lines: dict[int, socket.socket] = {}
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if sys.stdin in ready:
            break
        if woken in ready:
            woken.recv(4096)
            reap(lines)
        if listener in ready:
            line, _ = listener.accept()
            # An owner that was killed in the middle of its request is gone from standard input too.
            with suppress(OSError, ValueError):
                request = json.loads(line.makefile("r").readline())
                pid = os.fork()
                if pid == 0:
                    for inherited in (listener, woken, wake, line, *lines.values()):
                        inherited.close()
                    become_kernel(**request)
                lines[pid] = line
                os.setpgid(pid, pid)
                line.sendall(f"{pid}\n".encode())
    for pid in lines:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    # The owner does this too, unless it was killed.
    shutil.rmtree(os.environ["HOME"], ignore_errors=True)


def reap(lines: dict[int, socket.socket]) -> None:
    """Tell the owner of each kernel that has ended how it ended."""
    for pid in list(lines):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with lines.pop(pid) as line, suppress(OSError):
                line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def preload(root: str) -> None:
    """Import what is slow to import, in one place, without running any of it."""
    project = Project.find(root)
    # Nobody debugs these kernels, and half of a kernel's start would be debugpy.
    sys.modules["debugpy"] = None
    checks = project.config.get("checks", {}).get("module", "")
    own = [f"briefing.{name}" for name in KERNEL_MODULES]
    for name in filter(None, (*PRELOAD, *own, checks.partition(".")[0], checks)):
        with suppress(ImportError):
            importlib.import_module(name)


def become_kernel(arguments: list[str], cwd: str) -> None:
    """Turn this fork into an ordinary IPython kernel; never returns."""
    status = 1
    try:
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), 0)
        os.chdir(cwd)
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = ["ipykernel_launcher.py", *arguments]
        IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
        status = 0
    finally:
        # Only this: the rest of the server's stack must not run in a fork.
        os._exit(status)


if __name__ == "__main__":
    # As ipykernel's own launcher does: nothing is imported from the folder that the build happens to run in.
    if sys.path[0] == os.getcwd():
        del sys.path[0]
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
