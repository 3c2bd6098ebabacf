"""The JupyterLab that the UI tests look at. It has no token: never use it for anything else.

Everything that it writes lies in one temporary folder, removed when it stops.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

import jupyterlab

here = Path(__file__).resolve().parent
scratch = Path(mkdtemp(prefix="nativeprofile-ui-"))
atexit.register(shutil.rmtree, scratch, ignore_errors=True)


def folder(name: str) -> str:
    made = scratch / name
    made.mkdir(parents=True)
    return str(made)


def add_kernel(name: str, title: str, script: str, language: str) -> None:
    """A kernel that `script` runs, beside those that are installed."""
    argv = [sys.executable, str(here / "kernels" / script), "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": title, "language": language}
    made = Path(folder(f"data/kernels/{name}"))
    (made / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


add_kernel("without", "Python without the package", "without_package.py", "python")
add_kernel("other", "Another language", "other_language.py", "other")
os.environ["JUPYTER_PATH"] = str(scratch / "data")
# Histories, settings and signatures of the user stay untouched.
os.environ["IPYTHONDIR"] = folder("ipython")
os.environ["JUPYTER_CONFIG_DIR"] = folder("config")
os.environ["JUPYTER_DATA_DIR"] = folder("user")

c = get_config()  # type: ignore[name-defined] # noqa: F821
c.Application.log_level = "ERROR"
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["NATIVEPROFILE_UI_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.base_url = os.environ["NATIVEPROFILE_UI_BASE"]
c.ServerApp.allow_root = True
c.ServerApp.open_browser = False
c.ServerApp.root_dir = folder("root")
c.ServerApp.disable_check_xsrf = True
c.ServerApp.password = ""
c.IdentityProvider.token = ""
c.LabApp.workspaces_dir = folder("workspaces")
c.LabApp.user_settings_dir = folder("settings")
c.LabApp.expose_app_in_browser = True
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
# Galata's helpers live in an extension that JupyterLab ships.
c.LabServerApp.extra_labextensions_path = [str(Path(jupyterlab.__file__).parent / "galata")]
