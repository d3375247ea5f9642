"""The real editors that the host tests drive, put onto this machine.

- From Debian 12 itself: Krita 5.1 and what a display without a screen needs (:data:`PACKAGES`).
- From Debian 13, in a folder of the user's cache: GIMP 3.0 and Krita 5.2. Nothing of the system is touched by it.

``python -m tests.hosts.provision`` provides both and says what is there and what is missing. It needs root on Debian;
elsewhere the host tests use what is installed, and say what they could not find.

A program of the Debian 13 folder is started by the command that :func:`inside` makes. It runs in a mount namespace of
its own, in which the folders that it needs appear at their own paths; the namespace, and every mount in it, ends with
the program, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

from nst_core.bridge import paths

#: Debian 12's packages, and the program by which each is recognized.
PACKAGES = {
    "krita": "krita",
    "python3-pyqt5": "",
    "xvfb": "Xvfb",
    "xdotool": "xdotool",
    "imagemagick": "import",
    "mmdebstrap": "mmdebstrap",
}

#: What the Debian 13 folder holds beyond a minimal system.
TRIXIE_PACKAGES = [
    *("gimp", "gir1.2-gimp-3.0", "python3", "python3-gi", "python3-gi-cairo"),
    *("krita", "python3-pyqt5", "fonts-dejavu-core", "adwaita-icon-theme", "librsvg2-common"),
]

#: Programs whose presence shows that the Debian 13 folder is whole.
TRIXIE_PROGRAMS = ("gimp-3.0", "gimp-console-3.0", "krita")

_EXCLUDED = ("man", "doc", "locale", "help")


def trixie() -> Optional[Path]:
    """The Debian 13 folder with GIMP 3.0 and Krita 5.2, or None if it was not made on this machine or can't be used."""
    root = _trixie_folder()
    whole = all((root / "usr/bin" / program).exists() for program in TRIXIE_PROGRAMS)
    return root if whole and os.geteuid() == 0 else None


def inside(root: Path, command: Sequence[str], bind: Sequence[Path] = ()) -> List[str]:
    """The command that runs ``command`` inside the folder ``root``, with the folders ``bind`` visible at their paths.

    The process that it starts becomes the program itself, so that its id, signals and exit code are the program's.
    """
    mounts = [_mount(root, folder) for folder in (Path("/proc"), Path("/dev"), Path("/sys"), *bind)]
    script = " && ".join([*mounts, f"exec chroot {shlex.quote(str(root))} {shlex.join(command)}"])
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]


def python_folders(venv: Path) -> List[Path]:
    """The folders that a virtual environment needs to run elsewhere: itself, and the Python that it was made from."""
    base = subprocess.check_output([str(paths.engine_python(venv)), "-c", "import sys; print(sys.base_prefix)"])
    return [venv, Path(base.decode().strip())]


def provide() -> None:
    """Install and build what is missing. Raises :class:`subprocess.CalledProcessError` if a step fails."""
    with _alone():
        if not all(_installed(package) for package in PACKAGES):
            _install(list(PACKAGES))
        if trixie() is None:
            _build_trixie(_trixie_folder())


def inventory() -> Dict[str, str]:
    """Each thing that the host tests need, and where it is; an empty text for what is missing."""
    root = trixie()
    found = {package: _installed(package) for package in PACKAGES}
    return {**found, "Debian 13 with GIMP 3.0 and Krita 5.2": str(root or "")}


def main() -> int:
    """Provide the editors where that is possible; 0 if everything is there, else 1."""
    if can_provide():
        provide()
    else:
        print("This machine is not Debian, or you are not root: nothing is installed.", file=sys.stderr)
    things = inventory()
    for thing, place in things.items():
        print(f"{thing:40} {place or 'MISSING'}")
    missing = [thing for thing, place in things.items() if not place]
    if missing:
        print(f"\nMISSING: {', '.join(missing)}. Tests that need them can't run.", file=sys.stderr)
    return 1 if missing else 0


def can_provide() -> bool:
    """Whether this is Debian or a relative of it, and we may install packages."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _trixie_folder() -> Path:
    return paths.cache_folder() / "hosts" / "trixie"


def _mount(root: Path, folder: Path) -> str:
    source, target = shlex.quote(str(folder)), shlex.quote(f"{root}{folder}")
    return f"mkdir -p {target} && mount --bind {source} {target}"


def _installed(package: str) -> str:
    """The program of ``package``, or its name if it has none, if it is installed; else an empty text."""
    if PACKAGES[package]:
        return shutil.which(PACKAGES[package]) or ""
    status = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True, check=False)
    return package if status.stdout.endswith("installed") else ""


def _install(packages: List[str]) -> None:
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], check=True, env=environment)
    subprocess.run([*apt, "install", "--no-install-recommends", *packages], check=True, env=environment)


def _build_trixie(root: Path) -> None:
    # Under a name of its own until it is whole: an interrupted build is never taken for a finished one.
    unfinished = root.with_name(f"{root.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    options = [
        *("--mode=root", "--variant=apt", "--format=directory", "--dpkgopt=force-unsafe-io"),
        *('--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Languages "none"'),
        *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in _EXCLUDED),
        f"--include={','.join(TRIXIE_PACKAGES)}",
    ]
    subprocess.run(["mmdebstrap", *options, "trixie", str(unfinished)], check=True)
    if root.exists():
        shutil.rmtree(root)
    unfinished.rename(root)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep a second run on this machine waiting until this one is done."""
    folder = _trixie_folder().parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
