"""Keys of labels: Alt and the underlined letter focus the field beside a label.

An underscore comes before the letter, as GTK requires. Chinese, Japanese and Korean labels end with a Latin letter in
brackets, as in GIMP.
"""

from __future__ import annotations

import string
from typing import Dict, Iterable, List, Sequence, Set


def with_keys(labels: Sequence[str], taken: Iterable[str]) -> Dict[str, str]:
    """Return each of ``labels`` with its key marked. No two keys are equal, and no key is one of ``taken``.

    As many labels as possible get a key. If all letters of a label are used, an earlier label may change to another of
    its own letters (matching by augmenting paths, Kuhn 1955).
    """
    used = set(taken)
    choices = {label: [key for key in _letters(label) if key not in used] for label in labels}
    owners: Dict[str, str] = {}
    for label in choices:
        _find_key(label, choices, owners, set())
    keys = {label: key for key, label in owners.items()}
    return {label: _marked(label, keys[label]) if label in keys else label for label in choices}


def _letters(label: str) -> List[str]:
    """Return the possible keys of ``label``, the best one first: its own letters, if keyboards have them."""
    cased = [letter.lower() for letter in label if letter.lower() != letter.upper()]
    return cased or list(string.ascii_lowercase)


def _find_key(label: str, choices: Dict[str, List[str]], owners: Dict[str, str], tried: Set[str]) -> bool:
    """Give ``label`` a key in ``owners``, and return True. Another label may have to change its key for this.

    Return False if no key is possible.
    """
    for key in sorted(choices[label], key=owners.__contains__):  # Try free keys first.
        if key not in tried:
            tried.add(key)
            if key not in owners or _find_key(owners[key], choices, owners, tried):
                owners[key] = label
                return True
    return False


def _marked(label: str, key: str) -> str:
    place = label.lower().find(key)
    return f"{label}(_{key.upper()})" if place < 0 else f"{label[:place]}_{label[place:]}"
