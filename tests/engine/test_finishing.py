"""A result that is made in strips is the same as a result from whole pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.nn.functional import interpolate

from nst_core.engine.color_transfer import with_hues_of
from nst_core.engine.finishing import finished
from nst_core.engine.parallel import torch_threads
from nst_core.engine.preparation import prepare
from nst_core.engine.pyramid import refine
from nst_core.engine.resampling import Enlarged, enlarge
from nst_core.engine.starts import CurrentPicture, source
from nst_core.engine.wrapping import OPEN, Wrap
from nst_core.job.request import Style, StyleJob
from nst_core.job.settings import Settings

from .test_stopping import Work
from .toys import buffer, mask_buffer, noise, picture

HEIGHT, WIDTH = 700, 900  # more than one strip


@pytest.mark.parametrize("wrap", [OPEN, Wrap(y=True), Wrap(x=True), Wrap(True, True)])
@pytest.mark.parametrize("size", [(37, 90), (12, 70), (9, 11)])
def test_rows_are_those_of_the_enlarged_picture(wrap: Wrap, size: tuple[int, int]) -> None:
    small, ground = noise(12, 16), noise(*size)
    enlarged, result = Enlarged(small, *size, wrap), ground.clone()
    for top in range(0, size[0], 5):
        rows = slice(top, min(size[0], top + 5))
        result[:, rows] = enlarged.added_to(result[:, rows].clone(), rows)
    torch.testing.assert_close(result, ground + enlarge(small, *size, wrap))


@pytest.mark.parametrize("settings", [{}, {"strength": 0.6}, {"color": "luminance", "color_amount": 0.7}])
def test_strips_make_the_whole_picture(settings: Any) -> None:
    content = interpolate(noise(6, 8)[None].float(), (HEIGHT, WIDTH), mode="bilinear")[0]
    content += 0.1 * (noise(HEIGHT, WIDTH).float() - 0.5)
    selection = (torch.arange(WIDTH) > WIDTH // 3).float().expand(HEIGHT, WIDTH)
    region = torch.linspace(0, 1, HEIGHT)[:, None].expand(HEIGHT, WIDTH)
    styles = Style(buffer(noise(40, 40) * 0.3), region=mask_buffer(region)), Style(buffer(noise(40, 50)))
    job = StyleJob(buffer(content), styles, Settings(device="cpu", **settings), selection=mask_buffer(selection))
    prepared, _ = prepare(job, lambda: None)
    painting, scene = CurrentPicture(noise(87, 112).float(), 1.0), prepared.scene

    rgb, alpha = picture(finished(prepared, painting, scene, "rgba-f32"))

    whole = refine(painting.rgb, source(prepared, scene, 1.0))
    whole = scene.restored(torch.lerp(scene.content, whole, prepared.settings.strength))
    if "color" in settings:
        whole = with_hues_of(whole, scene.content, 0.7)
    torch.testing.assert_close(rgb, whole, atol=1e-5, rtol=0)
    torch.testing.assert_close(alpha, selection)
    in_bytes = torch.frombuffer(finished(prepared, painting, scene, "rgba-u8").data, dtype=torch.uint8)
    in_bytes = in_bytes.view(HEIGHT, WIDTH, 4).permute(2, 0, 1)
    torch.testing.assert_close(in_bytes[:3] / 255, whole, atol=0.51 / 255, rtol=0)


def test_no_work_is_done_on_the_whole_picture(one_thread: None) -> None:
    job = StyleJob(buffer(noise(HEIGHT, WIDTH).float()), (Style(buffer(noise(40, 50))),), Settings(device="cpu"))
    prepared, _ = prepare(job, lambda: None)
    with Work(3 * HEIGHT * WIDTH) as work:
        finished(prepared, CurrentPicture(noise(87, 112).float(), 1.0), prepared.scene, "rgba-f32")
    assert work.most == 0


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Use one thread, because the work is counted only in this thread."""
    with torch_threads(1):
        yield
