"""Converts video files to pictures and back, with the sound. The program ffmpeg does the work."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Dict, List, Optional

from nst_core.bridge import files
from nst_core.job.errors import LibraryMissing, UnreadableImage, UnwritableOutput

#: The encoding for each extension: almost without loss, in colors that every player can show.
_ENCODING: Dict[str, List[str]] = {
    ".mp4": ["-pix_fmt", "yuv420p", "-crf", "16"],
    ".m4v": ["-pix_fmt", "yuv420p", "-crf", "16"],
    ".mov": ["-pix_fmt", "yuv420p", "-crf", "16"],
    ".mkv": ["-pix_fmt", "yuv420p", "-crf", "16"],
    ".webm": ["-pix_fmt", "yuv420p", "-crf", "20", "-b:v", "0"],
    ".avi": ["-q:v", "2"],
}

#: The name of an extracted or painted frame, and the pattern that finds all of them.
FRAME_NAME, ALL_FRAMES = "frame-%06d.png", "frame-*.png"

#: The exact rates for those that ffmpeg prints rounded.
_EXACT_RATES = {"23.98": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001", "119.88": "120000/1001"}

#: Makes width and height even, because most encoders need this.
_EVEN = "pad=ceil(iw/2)*2:ceil(ih/2)*2"


def is_video(path: Path) -> bool:
    """Return True if ``path`` has the extension of a video file."""
    return path.suffix.lower() in _ENCODING


def require_ffmpeg() -> str:
    """Return the path of ffmpeg. Raises :class:`LibraryMissing`."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise LibraryMissing(
            "Video files need the program ffmpeg, which is not installed.",
            "Install it, or use a folder of pictures as input and output.",
        )
    return program


def frame_rate(video: Path) -> str:
    """Return frames per second in the form of ffmpeg. Raises :class:`UnreadableImage` if the file has no film."""
    command = [require_ffmpeg(), "-hide_banner", "-nostdin", "-i", str(video)]
    text = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False).stderr
    found = re.search(r"Video:.*?([\d.]+) (?:fps|tbr)", text)
    if not found:
        raise UnreadableImage(f"{video} is not a video that ffmpeg can read.", "Check the name.")
    return _EXACT_RATES.get(found[1], found[1])


def extract(video: Path, folder: Path, rate: str) -> None:
    """Write all frames of ``video`` to the new ``folder``. If this fails, the folder is not made."""
    part = folder.with_name(f"{folder.name}{files.PART}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    problem = _run(part, ["-i", str(video.resolve()), "-r", rate, FRAME_NAME])
    if problem:
        shutil.rmtree(part, ignore_errors=True)
        raise UnreadableImage(f"ffmpeg can't read {video} ({problem}).", "Convert it to another format first.")
    files.move(part, folder)


def encode(frames: Path, rate: str, sound: Optional[Path], output: Path) -> None:
    """Make the video ``output`` from the pictures in ``frames``. Add the sound of the video ``sound`` if it has any."""
    suffix = output.suffix.lower()
    part = output.resolve().with_name(f".{output.stem}{files.PART}{suffix}")
    command = ["-framerate", rate, "-i", FRAME_NAME]
    if sound is not None:
        copied = ["-c:a", "copy"] if sound.suffix.lower() == suffix else []
        command += ["-i", str(sound.resolve()), "-map", "0:v", "-map", "1:a?", *copied]
    problem = _run(frames, [*command, "-vf", _EVEN, *_ENCODING[suffix], "-y", str(part)])
    if problem:
        part.unlink(missing_ok=True)
        remedy = f"The painted frames are in {frames}. Try again, or choose another format."
        raise UnwritableOutput(f"ffmpeg can't write {output} ({problem}).", remedy)
    files.move(part, output)


def _run(folder: Path, arguments: List[str]) -> str:
    """Run ffmpeg in ``folder``, and return the last line of its errors. Empty: it succeeded.

    It runs in the folder because a percent sign in a path would become part of the pattern.
    """
    command = [require_ffmpeg(), "-v", "error", "-nostdin", *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    lines = ended.stderr.strip().splitlines()
    return "" if ended.returncode == 0 else lines[-1] if lines else f"exit code {ended.returncode}"
