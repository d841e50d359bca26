"""`make test` needs neither node nor a browser: these tests run only where this folder is named."""

from pathlib import Path

HERE = Path(__file__).resolve().parent


def pytest_ignore_collect(collection_path, config):
    named = [(config.invocation_params.dir / str(arg).split("::")[0]).resolve() for arg in config.invocation_params.args if not str(arg).startswith("-")]
    if not any(path == HERE or HERE in path.parents for path in named):
        return True
    return None
