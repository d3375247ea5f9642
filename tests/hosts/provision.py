"""The real editors that the host tests drive, put onto this machine.

- From Debian 12 itself: Krita 5.1 and what a display without a screen needs (:data:`PACKAGES`).
- From Debian 13 and from Debian forky, each in a folder of the user's cache (:data:`TRIXIE`, :data:`FORKY`). Nothing of
  the system is touched by them. Forky changes until it is released: the folder keeps what it had when it was made.

``python -m tests.hosts.provision`` provides all and says what is there and what is missing. It needs root on Debian;
elsewhere the host tests use what is installed, and say what they could not find.

A program of such a folder is started by the command that :func:`inside` makes. It runs in a mount namespace of
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
from dataclasses import dataclass
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
    "unzip": "unzip",
}

#: What a Debian folder holds beyond a minimal system.
FOLDER_PACKAGES = [
    *("gimp", "gir1.2-gimp-3.0", "python3", "python3-gi", "python3-gi-cairo"),
    *("krita", "python3-pyqt5", "fonts-dejavu-core", "adwaita-icon-theme", "librsvg2-common"),
]

#: Programs whose presence shows that a folder is whole.
FOLDER_PROGRAMS = ("gimp", "gimp-console", "krita")

_EXCLUDED = ("man", "doc", "locale", "help")

#: How often a folder is begun: a mirror that is just changing gives files of two days.
_ATTEMPTS = 2


@dataclass(frozen=True)
class Debian:
    """A release of Debian, by its code name, in a folder of its own."""

    release: str

    @property
    def title(self) -> str:
        """It and its editors, for a person."""
        return f"Debian {self.release} with GIMP and Krita"

    @property
    def place(self) -> Path:
        """Where the folder is, or will be."""
        return paths.cache_folder() / "hosts" / self.release

    def folder(self) -> Optional[Path]:
        """The folder, or None if it was not made on this machine or can't be used."""
        whole = all((self.place / "usr/bin" / program).exists() for program in FOLDER_PROGRAMS)
        return self.place if whole and os.geteuid() == 0 else None

    def version(self, package: str) -> str:
        """The first two numbers of the version that the folder has of ``package``, such as ``5.3``."""
        database = ["--admindir", str(self.place / "var/lib/dpkg")]
        written = subprocess.check_output(["dpkg-query", *database, "-W", "-f=${Version}", package], text=True)
        return ".".join(written.rpartition(":")[2].split(".")[:2])


#: GIMP 3.0 and Krita 5.2.
TRIXIE = Debian("trixie")
#: The newest GIMP and Krita that Debian has.
FORKY = Debian("forky")
FOLDERS = (TRIXIE, FORKY)


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
    """Install and build what is missing. A folder that can't be made is reported, and does not keep the others away.

    Raises :class:`subprocess.CalledProcessError` if the packages can't be installed.
    """
    with _alone():
        if not all(_installed(package) for package in PACKAGES):
            _install(list(PACKAGES))
        for debian in FOLDERS:
            if debian.folder() is None:
                _build(debian)


def inventory() -> Dict[str, str]:
    """Each thing that the host tests need, and where it is; an empty text for what is missing."""
    found = {package: _installed(package) for package in PACKAGES}
    return {**found, **{debian.title: str(debian.folder() or "") for debian in FOLDERS}}


def main() -> int:
    """Provide the editors where that is possible; 0 if everything is there, else 1."""
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
    """Whether this is Debian or a relative of it, and we may install packages."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


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


def _build(debian: Debian) -> None:
    # Under a name of its own until it is whole: an interrupted build is never taken for a finished one.
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
    """The command that makes ``folder``; what it downloads stays in ``packages``, for another attempt."""
    options = [
        *("--mode=root", "--variant=apt", "--format=directory", "--dpkgopt=force-unsafe-io"),
        *('--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Languages "none"'),
        # A mirror may lag behind, and old packages do for tests. Their signatures are checked all the same.
        *('--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Retries "5"'),
        *(f"--dpkgopt=path-exclude=/usr/share/{excluded}/*" for excluded in _EXCLUDED),
        f"--include={','.join(FOLDER_PACKAGES)}",
        "--skip=essential/unlink",
    ]
    archives, source = shlex.quote(f"{folder}/var/cache/apt/archives"), shlex.quote(str(packages))
    hook = f"--setup-hook=mkdir -p {archives} && mount --bind {source} {archives}"
    # The mount ends with its namespace, however this ends. So to remove the folder never removes the packages.
    return ["unshare", "--mount", "--propagation", "private", "mmdebstrap", *options, hook, release, str(folder)]


@contextmanager
def _alone() -> Iterator[None]:
    """Keep a second run on this machine waiting until this one is done."""
    folder = TRIXIE.place.parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
