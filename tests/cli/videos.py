"""Video files for tests."""

from __future__ import annotations

import subprocess
from pathlib import Path


def video_of(frames: Path, video: Path, *sound: str) -> None:
    """Make ``video`` from the PNG files in ``frames``. ``sound`` has the options of ffmpeg for the sound."""
    pictures = ["-framerate", "12", "-pattern_type", "glob", "-i", str(frames / "*.png")]
    command = ["ffmpeg", "-v", "error", *pictures, *sound, "-pix_fmt", "yuv420p", "-shortest", str(video)]
    subprocess.run(command, check=True)


def described(video: Path) -> str:
    """Return the description of ``video`` that ffmpeg prints."""
    command = ["ffmpeg", "-hide_banner", "-i", str(video)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr
