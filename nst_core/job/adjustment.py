"""New values for a running job. The same object goes from the slider in the editor to the objective in the engine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, Mapping, Optional, Tuple

from .errors import InvalidJob
from .request import check_weight
from .settings import Settings, Value, definitions


@dataclass(frozen=True)
class Adjustment:
    """New values of live settings, by name, and a new weight for each style (None: the weights do not change).

    All other settings stay as they are. Raises :class:`InvalidJob` for a setting that is not live, and for values out
    of range.
    """

    settings: Mapping[str, Value] = field(default_factory=dict)
    weights: Optional[Tuple[float, ...]] = None

    def __post_init__(self) -> None:
        live = {definition.name: definition for definition in definitions() if definition.live}
        fixed = sorted(set(self.settings) - set(live))
        if fixed:
            raise InvalidJob(f"A running job can't change {', '.join(fixed)}.", f"It can change {', '.join(live)}.")
        checked = {name: live[name].check(value) for name, value in self.settings.items()}
        object.__setattr__(self, "settings", checked)
        if self.weights is not None:
            object.__setattr__(self, "weights", tuple(check_weight(weight, "") for weight in self.weights))

    def __bool__(self) -> bool:
        return bool(self.settings) or self.weights is not None

    def require_styles(self, count: int) -> None:
        """Raise :class:`InvalidJob` if there are weights, but their number is not ``count``."""
        if self.weights is not None and len(self.weights) != count:
            raise InvalidJob(f"The job has {count} styles and needs as many weights, not {len(self.weights)}.")

    def followed_by(self, later: Adjustment) -> Adjustment:
        """Return an adjustment with the values of both. If both have a value, the one of ``later`` is used."""
        weights = self.weights if later.weights is None else later.weights
        return Adjustment({**self.settings, **later.settings}, weights)

    def applied_to(self, settings: Settings) -> Settings:
        """Return ``settings`` with the new values."""
        return replace(settings, **self.settings)  # type: ignore[arg-type]

    def to_dict(self) -> Dict[str, Any]:
        """Return the settings and ``weights`` by name, for JSON."""
        return dict(self.settings) if self.weights is None else {**self.settings, "weights": list(self.weights)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Adjustment:
        """Return the adjustment that :meth:`to_dict` has written. Raises :class:`InvalidJob`."""
        weights = values.get("weights")
        if weights is not None and not isinstance(weights, list):
            raise InvalidJob(f"The weights must be a list, not {weights!r}.")
        settings = {name: value for name, value in values.items() if name != "weights"}
        return cls(settings, None if weights is None else tuple(weights))
