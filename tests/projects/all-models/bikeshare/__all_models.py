"""Every module that defines a model, so that `Base.metadata` is whole."""

from bikeshare.base import Base
from bikeshare.riders.models import Rider
from bikeshare.stations.models import Bike, Station
from bikeshare.trips.models import Trip

__all__ = ["Base", "Bike", "Rider", "Station", "Trip"]
