"""pip in the engine's environment: it follows the user's settings about where packages come from, and no others.

A ``pip.conf`` may also say where packages go (``user``, ``target``, ``prefix``) or that nothing is installed at all
(``dry-run``). That is meant for other environments, so only the settings in :data:`_SOURCES` are handed on.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
from pathlib import Path
from typing import Mapping, Sequence

from .processes import clean_environment, log_file, module_command, output_of, run_logged
from .storage import make_private, remove

#: How pip reaches any server.
_TRANSPORT = ("proxy", "cert", "client-cert", "trusted-host", "timeout", "default-timeout", "retries", "use-feature")
#: Where packages come from.
_SOURCES = (*_TRANSPORT, "index-url", "extra-index-url", "find-links", "no-index", "keyring-provider")
_SECTIONS = ("global", "download", "install", ":env:")  # of pip's settings; the later ones count
_SETTING = re.compile(r"^(\S+?)\.([\w-]+)=(.*)$", re.MULTILINE)

Settings = Mapping[str, str]

_REPEAT = "then run the same command again: it continues."
_INDEX = "Use a package index (`pip config list` shows yours) or a folder of wheels that has the published files."
#: The advice after a failure, by a pattern in the output of pip. The first that fits counts.
_REMEDIES = (
    ("No space left on device", f"Make room there, {_REPEAT}"),
    ("DO NOT MATCH THE HASHES", _INDEX),
    ("CERTIFICATE_VERIFY_FAILED|Proxy Authentication|ProxyError|[^0-9]40[13] ", "Correct the settings of pip."),
    ("Retrying|[Cc]onnection|timed out|[Ii]ncomplete|Max retries|[^0-9]50[0-4] ", f"Check the network, {_REPEAT}"),
    ("No matching distribution", _INDEX),
)


def settings(python: str) -> Settings:
    """The user's settings of pip about where packages come from, by name without a section."""
    # With "user = true", this command would read the user's own file alone.
    environment = {**clean_environment(), "PIP_USER": "0", "PIP_GLOBAL": "0", "PIP_SITE": "0"}
    listed = output_of([python, "-I", "-X", "utf8", "-m", "pip", "config", "list"], environment)
    found = _SETTING.findall(listed)
    by_section = {section: {name: value for place, name, value in found if place == section} for section in _SECTIONS}
    merged = {name: value for section in _SECTIONS for name, value in by_section[section].items()}
    return {name: str(ast.literal_eval(value)) for name, value in merged.items() if name in _SOURCES}


def transport(found: Settings) -> Settings:
    """Those of the settings ``found`` that say how a server is reached, and not which one."""
    return {name: value for name, value in found.items() if name in _TRANSPORT}


def run(python: str, command: str, wanted: Sequence[str], arguments: Sequence[str], found: Settings) -> None:
    """Run ``download`` or ``install`` for the requirements ``wanted`` with the settings ``found`` and no others.

    Raises InstallFailed.
    """
    temporary = Path(python).parents[1] / "tmp"  # in the environment, so on its drive, and removed with it
    remove(temporary)  # of a run that was killed
    requirements = make_private(temporary) / "requirements.txt"
    requirements.write_text("\n".join(wanted), encoding="utf-8")
    options = ["--disable-pip-version-check", "--no-input", "--no-cache-dir", "--progress-bar", "off"]
    environment = {name: value for name, value in clean_environment().items() if not name.upper().startswith("PIP_")}
    environment.update({f"PIP_{name.upper().replace('-', '_')}": value for name, value in found.items()})
    environment.update(PIP_CONFIG_FILE=os.devnull, TMPDIR=str(temporary))
    line = module_command(python, "pip", command, *options, *arguments, "-r", str(requirements))
    what = wanted[0].split("==")[0] if len(wanted) == 1 else f"{len(wanted)} packages"
    try:
        run_logged(line, f"pip {command} of {what}", _remedy, environment)
    finally:
        with contextlib.suppress(OSError):  # The result of pip counts; the next run removes it.
            remove(temporary)


def _remedy(output: str) -> str:
    fitting = (remedy for pattern, remedy in _REMEDIES if re.search(pattern, output))
    return f"{next(fitting, '')} Details are in {log_file()}.".strip()
