"""Installs the real editors that the host tests use.

- From Debian 12 itself: Krita 5.1 and the packages for a display without a screen (:data:`PACKAGES`).
- From Debian 13 and from Debian forky, each in a folder of the user's cache (:data:`TRIXIE`, :data:`FORKY`). They
  change nothing in the system. Forky changes until its release, but the folder keeps its first versions.

``python -m tests.hosts.provision`` installs everything, and prints what is there and what is missing. It needs root on
Debian. On other systems the host tests use the installed editors, and report the missing ones.

:func:`inside` makes the command that starts a program of such a folder. The program runs in its own mount namespace, in
which its folders appear at their own paths. The namespace and all its mounts end with the program in any case.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

from nst_core.bridge import paths

#: Debian 12's packages, and the program that shows if each is installed.
PACKAGES = {
    "krita": "krita",
    "python3-pyqt5": "",
    "xvfb": "Xvfb",
    "xdotool": "xdotool",
    "imagemagick": "import",
    "mmdebstrap": "mmdebstrap",
    "unzip": "unzip",
}

#: The packages of a Debian folder, in addition to a minimal system.
FOLDER_PACKAGES = [
    *("gimp", "gir1.2-gimp-3.0", "python3", "python3-gi", "python3-gi-cairo"),
    *("krita", "python3-pyqt5", "fonts-dejavu-core", "adwaita-icon-theme", "librsvg2-common"),
]

#: A folder with these programs is complete.
FOLDER_PROGRAMS = ("gimp", "gimp-console", "krita")

_EXCLUDED = ("man", "doc", "locale", "help")

#: The number of attempts to make a folder. A mirror may change during the download, and then two versions are mixed.
_ATTEMPTS = 2


@dataclass(frozen=True)
class Debian:
    """A release of Debian in its own folder. ``release`` is its code name."""

    release: str

    @property
    def title(self) -> str:
        """The release and its editors, as a text for the user."""
        return f"Debian {self.release} with GIMP and Krita"

    @property
    def place(self) -> Path:
        """The path where the folder is, or will be."""
        return paths.cache_folder() / "hosts" / self.release

    def folder(self) -> Optional[Path]:
        """Return the folder, or None if this machine has not made it or can't use it."""
        whole = all((self.place / "usr/bin" / program).exists() for program in FOLDER_PROGRAMS)
        return self.place if whole and os.geteuid() == 0 else None

    def version(self, package: str) -> str:
        """Return the first two numbers of the version of ``package`` in the folder, for example ``5.3``."""
        database = ["--admindir", str(self.place / "var/lib/dpkg")]
        written = subprocess.check_output(["dpkg-query", *database, "-W", "-f=${Version}", package], text=True)
        return ".".join(written.rpartition(":")[2].split(".")[:2])


#: GIMP 3.0 and Krita 5.2.
TRIXIE = Debian("trixie")
#: The newest GIMP and Krita in Debian.
FORKY = Debian("forky")
FOLDERS = (TRIXIE, FORKY)


def inside(root: Path, command: Sequence[str], bind: Sequence[Path] = ()) -> List[str]:
    """Return the command that runs ``command`` in the folder ``root``, with ``bind`` visible at their own paths.

    The started process becomes the program itself, so it has the program's id, signals and exit code.
    """
    mounts = [_mount(root, folder) for folder in (Path("/proc"), Path("/dev"), Path("/sys"), *bind)]
    script = " && ".join([*mounts, f"exec chroot {shlex.quote(str(root))} {shlex.join(command)}"])
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]


def python_folders(venv: Path) -> List[Path]:
    """Return the folders that a virtual environment needs elsewhere: its own, and the one of its Python."""
    base = subprocess.check_output([str(paths.engine_python(venv)), "-c", "import sys; print(sys.base_prefix)"])
    return [venv, Path(base.decode().strip())]


def provide() -> None:
    """Install and build the missing parts. If a folder can't be made, report it, and make the others.

    Raises :class:`subprocess.CalledProcessError` if the packages can't be installed.
    """
    with _alone():
        if not all(_installed(package) for package in PACKAGES):
            _install(list(PACKAGES))
        for debian in FOLDERS:
            if debian.folder() is None:
                _build(debian)


def inventory() -> Dict[str, str]:
    """Return the place of each thing that the host tests need; an empty text if it is missing."""
    found = {package: _installed(package) for package in PACKAGES}
    return {**found, **{debian.title: str(debian.folder() or "") for debian in FOLDERS}}


def main() -> int:
    """Install the editors if this machine allows it. Return 0 if everything is there, and 1 otherwise."""
    if can_provide():
        provide()
    else:
        print("This machine is not Debian, or you are not root: nothing is installed.", file=sys.stderr)
    things = inventory()
    for thing, place in things.items():
        print(f"{thing:46} {place or 'MISSING'}")
    missing = [thing for thing, place in things.items() if not place]
    if missing:
        print(f"\nMISSING: {', '.join(missing)}. Tests that need them can't run.", file=sys.stderr)
    return 1 if missing else 0


def can_provide() -> bool:
    """Return True if this is Debian or a similar system, and we may install packages."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _mount(root: Path, folder: Path) -> str:
    source, target = shlex.quote(str(folder)), shlex.quote(f"{root}{folder}")
    return f"mkdir -p {target} && mount --bind {source} {target}"


def _installed(package: str) -> str:
    """Return the program of ``package`` or its name if it is installed, and an empty text otherwise."""
    if PACKAGES[package]:
        return shutil.which(PACKAGES[package]) or ""
    status = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True, check=False)
    return package if status.stdout.endswith("installed") else ""


def _install(packages: List[str]) -> None:
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], check=True, env=environment)
    subprocess.run([*apt, "install", "--no-install-recommends", *packages], check=True, env=environment)


def _build(debian: Debian) -> None:
    # It has another name until it is complete, so an interrupted build never counts as a finished one.
    unfinished, packages = (debian.place.with_name(f"{debian.release}.{part}") for part in ("unfinished", "packages"))
    for attempt in range(1, _ATTEMPTS + 1):
        shutil.rmtree(unfinished, ignore_errors=True)
        packages.mkdir(exist_ok=True)
        if subprocess.run(_mmdebstrap(debian.release, unfinished, packages), check=False).returncode == 0:
            shutil.rmtree(debian.place, ignore_errors=True)
            unfinished.rename(debian.place)
            shutil.rmtree(packages)
            return
        print(f"{debian.title} could not be made (attempt {attempt} of {_ATTEMPTS}).", file=sys.stderr)


def _mmdebstrap(release: str, folder: Path, packages: Path) -> List[str]:
    """Return the command that makes ``folder``. Downloads stay in ``packages`` for another attempt."""
    options = [
        *("--mode=root", "--variant=apt", "--format=directory", "--dpkgopt=force-unsafe-io"),
        *('--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Languages "none"'),
        # A mirror may be old, and old packages are good enough for tests. Their signatures are still checked.
        *('--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Retries "5"'),
        *(f"--dpkgopt=path-exclude=/usr/share/{excluded}/*" for excluded in _EXCLUDED),
        f"--include={','.join(FOLDER_PACKAGES)}",
        "--skip=essential/unlink",
    ]
    archives, source = shlex.quote(f"{folder}/var/cache/apt/archives"), shlex.quote(str(packages))
    hook = f"--setup-hook=mkdir -p {archives} && mount --bind {source} {archives}"
    # The mount ends with its namespace in any case. So removing the folder never removes the packages.
    return ["unshare", "--mount", "--propagation", "private", "mmdebstrap", *options, hook, release, str(folder)]


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until another run on this machine has ended, and keep later runs waiting."""
    folder = TRIXIE.place.parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
