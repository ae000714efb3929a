from dataclasses import dataclass
from datetime import datetime


@dataclass
class Harbour:
    name: str


@dataclass
class Departure:
    harbour_id: int
    leaves: datetime
    vessel: str | None = None
