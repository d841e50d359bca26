"""One notebook in one kernel, over a private socket: nbclient without what a build does not need."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import logging
import re
import sys
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING

# `import nbformat` would otherwise compile a grammar of all URLs, for a second or two, to check none.
sys.modules.setdefault("rfc3987_syntax", None)

import nbformat.v4
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from .kernels import ForkServer
from .runner import Failure

if TYPE_CHECKING:
    from .runner import Runner

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
# What editors and runners leave in a cell's metadata and no reader needs.
VOLATILE = ("ExecuteTime", "collapsed", "execution", "papermill", "scrolled", "trusted")
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
SILENT = logging.getLogger(f"{__name__}.silent")
SILENT.disabled = True
SANDBOX = "__import__('briefing.sandbox', fromlist=['enter'])"


class Manager(AsyncKernelManager):
    """Starts this Python's kernel, whatever kernels the user has installed."""

    kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name=KERNELSPEC["display_name"],
        language="python",
    )


class Provisioner(LocalProvisioner):
    """Starts a kernel by a fork where there is a server for it, else as a program of its own."""

    def __init__(self, server: ForkServer | None, **traits):
        super().__init__(**traits)
        self.server = server

    async def launch_kernel(self, cmd: list[str], **kwargs):
        if self.server is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = self.server.fork(cmd[3:], kwargs["cwd"])
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def wait(self) -> int | None:
        # The base class looks ten times a second, which a notebook of a tenth of a second would feel.
        while self.process and self.process.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()


class Client(NotebookClient):
    """Runs one notebook and says where and why it failed."""

    def __init__(self, path: Path, notebook: dict, runner: Runner):
        self.path, self.runner = path, runner
        self.reads: tuple[str, ...] = ()
        self._place = 0
        self._shown = 0
        socket = runner.socket()
        manager = Manager(transport="ipc", ip=socket, connection_file=f"{socket}.json")
        manager.provisioner = Provisioner(runner.server, kernel_spec=manager.kernel_spec, parent=manager)
        super().__init__(
            nbformat.from_dict(with_ids(notebook)),
            km=manager,
            timeout=runner.timeout,
            # Its log says again, less well, what the failure says.
            log=SILENT,
            record_timing=False,
            shutdown_kernel="immediate",
            store_widget_state=False,
            coalesce_streams=True,
            extra_arguments=["--HistoryManager.enabled=False"],
        )

    async def run(self) -> Failure | None:
        """Run all cells up to the first that fails; returns its failure, or None."""
        try:
            return await self._run()
        except CellExecutionError as error:
            return self._failure(f"{error.ename}: {error.evalue}", self._line(error.traceback))
        except CellTimeoutError:
            return self._failure(f"still running after {self.timeout} s ([runner] cell_timeout in briefing.toml)")
        except DeadKernelError:
            if self._shown > self.runner.limit:
                limit = f"{self.runner.limit:,} characters ([runner] output_limit in briefing.toml)"
                return self._failure(f"shows more than {limit}")
            return self._failure("the kernel died")
        except (RuntimeError, OSError) as error:
            return self._failure(f"no kernel: {error}")
        finally:
            await self._close()

    async def _run(self) -> Failure | None:
        await self.async_start_new_kernel(cwd=str(self.path.parent), env=self.runner.environment)
        await self._connect()
        await self._ask(f"{SANDBOX}.enter({str(self.runner.project.root)!r})")
        for self._place, cell in enumerate(self.nb.cells, 1):
            self._shown = 0
            await self.async_execute_cell(cell, self._place - 1, execution_count=self.code_cells_executed + 1)
            for output in cell.get("outputs", ()):
                if output.output_type == "stream" and output.name == "stderr":
                    return self._failure(f"writes to stderr: {output.text.strip()}")
        answer = await self._ask(f"'\\n'.join({SANDBOX}.touched())")
        self.reads = tuple(ast.literal_eval(answer).split("\n"))
        return None

    async def _connect(self) -> None:
        # As jupyter_client does it, without its wait of 0.2 s for messages that nobody here would mind.
        self.kc = self.km.client()
        self.kc.start_channels(stdin=False, hb=False, control=False)
        for _ in range(self.startup_timeout):
            self.kc.kernel_info()
            try:
                await self.kc.get_shell_msg(timeout=1)
                await self.kc.get_iopub_msg(timeout=0.2)
                return
            except Empty:
                await self._async_check_alive()
        raise RuntimeError(f"it does not answer within {self.startup_timeout} s")

    async def _close(self) -> None:
        if self.kc:
            self.kc.stop_channels()
        if self.km.has_kernel:
            await self.km.provisioner.kill()
            await self.km.provisioner.wait()
        await self.km.cleanup_resources()

    async def _ask(self, expression: str) -> str:
        """Evaluate an expression in the kernel, unseen by the notebook."""
        message = self.kc.execute("", silent=True, store_history=False, user_expressions={"answer": expression})
        reply = await self.async_wait_for_reply(message)
        if reply is None:
            raise DeadKernelError
        answer = reply["content"]["user_expressions"]["answer"]
        if answer["status"] != "ok":
            raise RuntimeError(f"{answer['ename']}: {answer['evalue']}")
        return answer["data"]["text/plain"]

    def output(self, outs, msg, display_id, cell_index):
        content = msg["content"]
        self._shown += len(content.get("text", "")) + sum(len(str(v)) for v in content.get("data", {}).values())
        if self._shown > self.runner.limit:
            # What waits for the cell's end sees the same as when the kernel dies.
            self.task_poll_for_reply.cancel()
            return None
        return super().output(outs, msg, display_id, cell_index)

    def _line(self, traceback: str) -> int | None:
        found = re.search(rf"Cell In\[{self.code_cells_executed}\], line (\d+)", ANSI.sub("", traceback))
        return int(found[1]) if found else None

    def _failure(self, message: str, line: int | None = None) -> Failure:
        source = self.nb.cells[self._place - 1].source.splitlines()[line - 1] if line else ""
        return Failure(self.path.stem, ANSI.sub("", message), self._place or None, line, source)


# ------------------------------------------------------------------------------------------ notebooks as files


def with_ids(notebook: dict) -> dict:
    """Give each cell an id that stays: its own, or where it has none or shares it, one made from place and text."""
    seen = set()
    for place, cell in enumerate(notebook["cells"]):
        if cell.get("id") in seen | {None}:
            cell["id"] = hashlib.sha256(f"{place} {cell['source']}".encode()).hexdigest()[:8]
        seen.add(cell["id"])
    notebook["nbformat_minor"] = max(5, notebook.get("nbformat_minor", 0))
    return notebook


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take away all that differs from run to run, machine to machine or editor to editor."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update(kernelspec=KERNELSPEC, language_info=LANGUAGE)
    count = 0
    for cell in notebook.cells:
        for key in VOLATILE:
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            count += bool(cell.source.strip())
            cell.execution_count = count if cell.source.strip() else None
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
    return notebook


def write(notebook: nbformat.NotebookNode) -> str:
    """The text of a notebook file, as JupyterLab would write it."""
    return nbformat.v4.writes(notebook) + "\n"
