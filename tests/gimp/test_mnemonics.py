"""Each label of the dialog has its own key, as long as there are enough letters."""

from __future__ import annotations

import importlib
from typing import Dict, Iterable, List, Sequence, Set

from hypothesis import given
from hypothesis import strategies as st


def with_keys(labels: Sequence[str], taken: Iterable[str]) -> Dict[str, str]:
    keyed: Dict[str, str] = importlib.import_module("gimp_plugin.mnemonics").with_keys(labels, taken)
    return keyed


def test_the_first_free_letter_is_the_key() -> None:
    assert with_keys(["Strength", "Seed", "Size"], "s") == {
        "Strength": "S_trength",
        "Seed": "S_eed",
        "Size": "S_ize",
    }


def test_a_label_takes_another_letter_if_a_later_one_has_no_choice() -> None:
    assert with_keys(["ab", "a"], "") == {"ab": "a_b", "a": "_a"}


def test_a_label_without_a_free_letter_stays_as_it_is() -> None:
    assert with_keys(["aa", "a"], "") == {"aa": "_aa", "a": "a"}


def test_a_script_without_letters_of_a_keyboard_gets_a_latin_one() -> None:
    assert with_keys(["强度", "品質"], "a") == {"强度": "强度(_B)", "品質": "品質(_C)"}


@given(st.lists(st.text("abcdef", min_size=1, max_size=4), unique=True, max_size=8), st.sets(st.sampled_from("abc")))
def test_no_two_labels_share_a_key(labels: List[str], taken: Set[str]) -> None:
    keyed = with_keys(labels, taken)
    assert [text.replace("_", "") for text in keyed.values()] == labels
    keys = [text[text.index("_") + 1] for text in keyed.values() if "_" in text]
    assert len(keys) == len(set(keys)) and not taken.intersection(keys)
