"""A farm with TLS: only machines with a certificate of the same authority can join, and pictures are encrypted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Iterator

import pytest

pytest.importorskip("distributed")
pytest.importorskip("cv2")
if not shutil.which("openssl"):
    pytest.skip("openssl makes the certificates", allow_module_level=True)

import dask

from nst_core.cli import main
from tests.farm.conftest import Certificates, LocalFarm
from tests.farm.test_farm import arguments, pictures, place, threads_of_a_worker

__all__ = ["place", "threads_of_a_worker"]

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secure_farm(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalFarm]:
    """A farm whose processes read the configuration from a file, like on separate machines."""
    folder = tmp_path_factory.mktemp("configuration")
    (folder / "distributed.yaml").write_text(json.dumps(certificates.configuration))  # JSON is YAML
    local = LocalFarm(DASK_CONFIG=str(folder))
    yield local
    local.end()


def test_a_farm_with_tls_paints_the_same_pictures(
    place: Path, certificates: Certificates, secure_farm: LocalFarm
) -> None:
    assert secure_farm.address.startswith("tls://")
    assert main(arguments("animate", place, "here")) == 0
    with configured(certificates.configuration):
        assert main(arguments("animate", place, "there", "--scheduler", secure_farm.address)) == 0
    assert len(pictures(place / "here")) == 6
    assert pictures(place / "there") == pictures(place / "here")


def configured(configuration: Any) -> Any:
    """Add this configuration to Dask's own in this context."""
    return dask.config.set(dask.config.merge(dask.config.config, configuration))


def refusal(configuration: Any, address: str, place: Path, capsys: Captured) -> str:
    """What ``nst`` says on a machine with this configuration of Dask."""
    with configured(configuration):
        assert main(arguments("animate", place, "out", "--scheduler", address)) == 2
    return capsys.readouterr().err


def test_an_address_without_tls_is_named(
    place: Path, certificates: Certificates, secure_farm: LocalFarm, capsys: Captured
) -> None:
    address = secure_farm.address.replace("tls://", "tcp://")
    assert "Use an address that begins with tls://." in refusal(certificates.configuration, address, place, capsys)
    assert "with TLS it begins with tls://" in refusal({}, address, place, capsys)


def test_a_missing_certificate_is_named(place: Path, secure_farm: LocalFarm, capsys: Captured) -> None:
    assert "This machine has no certificate for TLS." in refusal({}, secure_farm.address, place, capsys)


def test_the_certificate_of_another_authority_is_named(
    place: Path, secure_farm: LocalFarm, tmp_path_factory: pytest.TempPathFactory, capsys: Captured
) -> None:
    other = Certificates(tmp_path_factory.mktemp("other"))
    assert "do not match" in refusal(other.configuration, secure_farm.address, place, capsys)
