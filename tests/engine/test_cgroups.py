"""Memory limits of control groups, read from fabricated file systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from nst_core.engine.cgroups import available_memory

UNLIMITED = 9223372036854771712
V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw"
V1 = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory"
V1_CPU = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu"
HYBRID_V2 = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"


class System:
    """The root of a file system with the same files as in Linux."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: object) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")

    def process(self, groups: str, *mounts: str) -> None:
        self.write("/proc/self/cgroup", groups)
        self.write("/proc/self/mountinfo", "\n".join(("22 1 8:1 / / rw - ext4 /dev/sda1 rw", *mounts)))

    def v2(self, folder: str, limit: object, used: int, inactive: int = 0, high: object = "max") -> None:
        self.write(f"{folder}/memory.max", limit)
        self.write(f"{folder}/memory.high", high)
        self.write(f"{folder}/memory.current", used)
        self.write(f"{folder}/memory.stat", f"anon 5\ninactive_file {inactive}\nactive_file 7")

    def v1(self, folder: str, limit: int, used: int, inactive: int = 0) -> None:
        self.write(f"{folder}/memory.limit_in_bytes", limit)
        self.write(f"{folder}/memory.usage_in_bytes", used)
        self.write(f"{folder}/memory.stat", f"inactive_file 1\ntotal_inactive_file {inactive}")

    def available(self) -> int | None:
        return available_memory(self.root)


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


def test_without_control_groups_there_is_no_limit(system: System) -> None:
    assert system.available() is None
    system.process("0::/", V2)
    assert system.available() is None


def test_the_limit_of_a_service_below_the_root_counts(system: System) -> None:
    system.process("0::/user.slice/app.slice/paint.service", V2)
    system.v2("/sys/fs/cgroup/user.slice/app.slice/paint.service", 5000, 1000, inactive=100)
    system.v2("/sys/fs/cgroup/user.slice/app.slice", "max", 2000)
    system.v2("/sys/fs/cgroup/user.slice", "max", 3000)
    assert system.available() == 4100


def test_the_smallest_limit_of_all_ancestors_counts(system: System) -> None:
    system.process("0::/slurm/job/step", V2)
    system.v2("/sys/fs/cgroup/slurm/job/step", 9000, 100)
    system.v2("/sys/fs/cgroup/slurm/job", 9500, 9000)
    system.v2("/sys/fs/cgroup/slurm", "max", 9000)
    assert system.available() == 500


def test_a_limit_that_slows_a_process_down_counts_as_well(system: System) -> None:
    system.process("0::/a", V2)
    system.v2("/sys/fs/cgroup/a", 9000, 100, high=3000)
    assert system.available() == 2900


def test_a_container_that_sees_its_own_group_as_the_root(system: System) -> None:
    system.process("0::/", V2)
    system.v2("/sys/fs/cgroup", 5000, 4000)
    assert system.available() == 1000


@pytest.mark.parametrize("group", ["/../../other", "/elsewhere"])
def test_a_group_outside_of_the_mounted_part_leaves_its_root(system: System, group: str) -> None:
    system.process(f"0::{group}", V2.replace(" / /sys", " /docker/abc /sys"))
    system.v2("/sys/fs/cgroup", 5000, 4500)
    assert system.available() == 500


def test_version_1(system: System) -> None:
    system.process("9:name=systemd:/x\n5:cpu,cpuacct:/other\n4:memory:/jobs/one", V1_CPU, V1)
    system.v1("/sys/fs/cgroup/memory/jobs/one", 8000, 1000, inactive=50)
    system.v1("/sys/fs/cgroup/memory/jobs", UNLIMITED, 1000)
    system.v1("/sys/fs/cgroup/memory", UNLIMITED, 1000)
    assert system.available() == 7050


def test_version_1_in_a_container_with_its_group_mounted(system: System) -> None:
    mount = V1.replace(" / /sys", " /docker/abc /sys")
    system.process("4:memory:/docker/abc", mount)
    system.v1("/sys/fs/cgroup/memory", 8000, 3000)
    assert system.available() == 5000


def test_a_hybrid_system_limits_by_version_1(system: System) -> None:
    system.process("4:memory:/jobs\n0::/user.slice", V1, HYBRID_V2)
    system.v1("/sys/fs/cgroup/memory/jobs", 8000, 3000)
    system.write("/sys/fs/cgroup/unified/user.slice/cgroup.procs", "1")
    assert system.available() == 5000


def test_more_than_the_limit_in_use_leaves_nothing(system: System) -> None:
    system.process("0::/a", V2)
    system.v2("/sys/fs/cgroup/a", 1000, 4000)
    assert system.available() == 0


def test_a_mount_point_with_a_space(system: System) -> None:
    system.process("0::/a", V2.replace("/sys/fs/cgroup", "/my\\040groups"))
    system.v2("/my groups/a", 1000, 400)
    assert system.available() == 600


@pytest.mark.parametrize("text", ["", "many", "-1", "1 2", "\u00b2"])
def test_a_file_with_something_else_is_no_limit(system: System, text: str) -> None:
    system.process("0::/a\nnonsense\n::", V2, "1 2 - cgroup2", "")
    system.v2("/sys/fs/cgroup/a", text, 100)
    assert system.available() is None
