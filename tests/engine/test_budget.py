"""A job stays within its memory, or is refused before it starts. If an allocation fails anyway, the job falls back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest
import torch

from nst_core.engine import devices, outputs, palette, stylize
from nst_core.engine.budget import Demand, demand_of, make_plan
from nst_core.engine.features import halo, values_per_pixel
from nst_core.engine.finishing import finished
from nst_core.engine.losses import STYLE_LAYERS
from nst_core.engine.objective import Objective
from nst_core.engine.preparation import Preparation
from nst_core.engine.pyramid import schedule, style_layers
from nst_core.engine.scene import Scene
from nst_core.engine.starts import CurrentPicture
from nst_core.engine.wrapping import OPEN, Wrap
from nst_core.job.errors import DeviceUnavailable, MemoryBudgetTooSmall, OutOfMemory
from nst_core.job.events import Notice, Preview, Result, Started
from nst_core.job.pixels import PixelBuffer
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings
from nst_core.job.sizes import JobSizes
from tests.engine.toys import buffer, noise

CPU = torch.device("cpu")


def test_a_larger_budget_allows_larger_tiles_and_more_memory() -> None:
    octaves = schedule(2160, 3840, "normal")
    plans = [make_plan(octaves, CPU, gibibytes, OPEN, Demand()) for gibibytes in (3, 4, 64)]
    assert [p.tile_side for p in plans] == sorted(p.tile_side for p in plans)
    assert [p.history for p in plans] == sorted(p.history for p in plans)
    for plan, gibibytes in zip(plans, (3, 4, 64)):
        assert plan.memory(octaves) <= gibibytes * 2**30


def test_a_budget_that_is_too_small_names_the_smallest_that_would_do() -> None:
    octaves = schedule(2160, 3840, "normal")
    with pytest.raises(MemoryBudgetTooSmall) as refused:
        make_plan(octaves, CPU, 0.5, OPEN, Demand())
    named = re.search(r"Allow ([\d.]+) GiB", refused.value.remedy)
    assert named
    assert make_plan(octaves, CPU, float(named.group(1)) + 0.1, OPEN, Demand()).memory(octaves) > 0


def test_halos_beyond_edges_that_meet_are_counted() -> None:
    """At 128 px, the halo of the deepest layer is wider than half the canvas."""
    wrap = Wrap(True, True)
    octaves = schedule(128, 128, "normal", wrap=wrap)
    edged, seamless = (make_plan(octaves, CPU, 64, wraps, Demand()).memory(octaves) for wraps in (OPEN, wrap))
    pixels = (128 + 2 * halo(STYLE_LAYERS)) ** 2 - 128**2
    assert seamless - edged > pixels * values_per_pixel(STYLE_LAYERS)


def test_each_reduced_view_is_counted() -> None:
    """High quality has a second view, of 256 px. The features of all its tiles exist at once."""
    finest = schedule(1536, 1536, "high")[-1]
    sizes = JobSizes.of(StyleJob(buffer(noise(1536, 1536)), (Style(buffer(noise(64, 64))),), Settings()))
    with_one = replace(finest, factors=finest.factors[1:])
    one, two = (demand_of(sizes, Settings(), octave).scene for octave in (with_one, finest))
    features = values_per_pixel(style_layers(256)) * 256**2
    assert two - one > 2 * features, "a feature has two bytes or more"


def test_the_default_is_a_share_of_the_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "free_memory", lambda device: 64 << 20)
    with pytest.raises(MemoryBudgetTooSmall):
        make_plan(schedule(4000, 4000, "normal"), CPU, 0, OPEN, Demand())


def small_job(side: int = 64, **settings: object) -> StyleJob:
    content, style = (buffer(noise(side, side, seed).float()) for seed in (0, 1))
    return StyleJob(content, (Style(style),), Settings(device="cpu", quality="draft", **settings))  # type: ignore[arg-type]


SIMULATED = torch.OutOfMemoryError("CUDA out of memory (simulated)")


def failing(monkeypatch: pytest.MonkeyPatch, failures: int, error: Exception = SIMULATED) -> None:
    """Let the first evaluations of an objective fail."""
    evaluate: Callable[..., object] = Objective.__call__
    left = failures

    def call(self: Objective, rgb: torch.Tensor) -> object:
        nonlocal left
        if left:
            left -= 1
            raise error
        return evaluate(self, rgb)

    monkeypatch.setattr(Objective, "__call__", call)


def test_a_lack_of_memory_is_met_with_smaller_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, 2)
    events = list(stylize.stylize(small_job(144)))
    notices = [event.text for event in events if isinstance(event, Notice)]
    assert notices == [f"Memory ran out. The job continues with tiles of {side} pixels." for side in (72, 64)]
    assert isinstance(events[-1], Result)


def test_the_errors_of_a_cpu_without_memory_fall_back_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError) as raised:
        torch.empty(1 << 46)
    failing(monkeypatch, 1, raised.value)
    assert any(isinstance(event, Notice) for event in stylize.stylize(small_job()))


def test_other_errors_are_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, 1, RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        list(stylize.stylize(small_job()))


def test_a_cpu_that_can_t_do_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, 100)
    with pytest.raises(OutOfMemory, match="Memory ran out"):
        list(stylize.stylize(small_job()))


def test_a_gpu_that_can_t_do_it_hands_over_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """cpu:0 stands for the GPU, because it is another device than cpu.

    Its evaluations fail until tiles can't be halved.
    """
    gpu = torch.device("cpu", 0)
    monkeypatch.setattr(devices, "select", lambda name: gpu)
    monkeypatch.setattr(devices, "is_accelerator", lambda device: device == gpu)
    failing(monkeypatch, 2)
    events = list(stylize.stylize(small_job()))
    notices = [event.text for event in events if isinstance(event, Notice)]
    assert "tiles of 64 pixels" in notices[0]
    assert "continues on the CPU" in notices[1]
    assert len(notices) == 2
    assert isinstance(events[-1], Result)
    assert events[-1].device == "cpu"


def test_a_gpu_too_small_for_a_start_hands_over_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures do not fit into its memory, or it has little memory from the beginning."""
    gpu, free, prepare = torch.device("cpu", 0), devices.free_memory, palette.Palette.of
    monkeypatch.setattr(devices, "select", lambda name: gpu)
    monkeypatch.setattr(devices, "is_accelerator", lambda device: device == gpu)
    monkeypatch.setattr(devices, "free_memory", lambda device: 64 << 20 if device == gpu else free(device))
    with_little = list(stylize.stylize(small_job()))
    with pytest.raises(MemoryBudgetTooSmall):
        list(stylize.stylize(small_job(memory=0.01)))
    monkeypatch.setattr(devices, "free_memory", lambda device: free(CPU))
    errors = [SIMULATED]
    monkeypatch.setattr(palette.Palette, "of", lambda shown: _raise(errors.pop()) if errors else prepare(shown))
    with_none = list(stylize.stylize(small_job()))
    for events in (with_little, with_none):
        started, notice = events[:2]
        assert isinstance(started, Started)
        assert started.device == "cpu"
        assert isinstance(notice, Notice)
        assert "continues on the CPU" in notice.text
        assert isinstance(events[-1], Result)


def test_a_cpu_too_small_for_a_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(palette.Palette, "of", lambda shown: _raise(MemoryError()))
    with pytest.raises(OutOfMemory, match="Memory ran out"):
        list(stylize.stylize(small_job()))


def _raise(error: Exception) -> NoReturn:
    raise error


def test_a_small_budget_is_refused_before_the_work_starts() -> None:
    with pytest.raises(MemoryBudgetTooSmall):
        next(stylize.stylize(small_job(memory=0.1)))


def test_the_estimate_comes_first() -> None:
    started = next(stylize.stylize(small_job()))
    assert isinstance(started, Started)
    assert started.memory > 100 << 20


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(DeviceUnavailable, match="no device 'cuda:9'"):
        devices.select("cuda:9")


def test_accelerators_come_first_and_first_of_all_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices.available() == ["cuda", "cuda:1", "cpu"]
    assert devices.select("auto").type == "cuda"
    assert devices.select("cuda:0") == torch.device("cuda")
    assert devices.select("cuda:1").index == 1


def test_bfloat16_only_where_the_cpu_multiplies_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for supported, dtype in ((False, torch.float32), (True, torch.bfloat16)):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda supported=supported: supported)
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
        assert devices.convolution_dtype(CPU) == dtype


@pytest.mark.parametrize("memory", [0.0, 0.4])
def test_a_gpu_that_can_t_assemble_the_result_hands_it_to_the_cpu(
    monkeypatch: pytest.MonkeyPatch, memory: float
) -> None:
    """The painting is not lost, even if the CPU has too little memory to paint."""
    gpu, assemble, left = torch.device("cpu", 0), finished, [SIMULATED]

    def failing_once(prepared: Preparation, painting: CurrentPicture, scene: Scene, pixel_format: str) -> PixelBuffer:
        if pixel_format == "rgba-f32" and left:
            raise left.pop()
        return assemble(prepared, painting, scene, pixel_format)

    monkeypatch.setattr(devices, "select", lambda name: gpu)
    monkeypatch.setattr(devices, "is_accelerator", lambda device: device == gpu)
    monkeypatch.setattr(devices, "held_memory", lambda device: 0)
    monkeypatch.setattr(devices, "free_memory", lambda device: 4 << 30 if device == gpu else 1 << 20)
    monkeypatch.setattr(outputs, "finished", failing_once)
    *_, result = stylize.stylize(small_job(memory=memory))
    assert isinstance(result, Result)
    assert result.device == "cpu"


def test_a_memory_limit_of_a_gpu_does_not_apply_when_the_cpu_continues(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = torch.device("cpu", 0)
    monkeypatch.setattr(devices, "select", lambda name: gpu)
    monkeypatch.setattr(devices, "is_accelerator", lambda device: device == gpu)
    monkeypatch.setattr(devices, "held_memory", lambda device: 0 if device == gpu else 1 << 30)
    failing(monkeypatch, 2)
    *_, result = stylize.stylize(small_job(memory=0.5))
    assert isinstance(result, Result)
    assert result.device == "cpu"


def test_a_preview_without_memory_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assemble = finished

    def without_previews(
        prepared: Preparation, painting: CurrentPicture, scene: Scene, pixel_format: str
    ) -> PixelBuffer:
        if pixel_format == "rgba-u8":
            raise MemoryError
        return assemble(prepared, painting, scene, pixel_format)

    monkeypatch.setattr(outputs, "finished", without_previews)
    events = list(stylize.stylize(small_job()))
    assert isinstance(events[-1], Result)
    assert not any(isinstance(event, (Notice, Preview)) for event in events)
