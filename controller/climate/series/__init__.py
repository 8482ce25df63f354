"""The series of the probes: raw readings, hours and days, and what others read of them.

Raw readings are kept as measured for 400 days, hours and days for ever. Calibrations are applied on
reading: whatever leaves here is corrected, and marked where it is suspect.
"""

from controller.climate.series.figures import read_days as read_days
from controller.climate.series.figures import read_hours as read_hours
from controller.climate.series.figures import read_quantity_days as read_quantity_days
from controller.climate.series.figures import read_quantity_hours as read_quantity_hours
from controller.climate.series.ingest import add_imported as add_imported
from controller.climate.series.ingest import add_samples as add_samples
from controller.climate.series.latest import latest as latest
from controller.climate.series.model import DayFigures as DayFigures
from controller.climate.series.model import HourFigures as HourFigures
from controller.climate.series.model import Measured as Measured
from controller.climate.series.model import Pair as Pair
from controller.climate.series.model import Point as Point
from controller.climate.series.model import ProbeSeries as ProbeSeries
from controller.climate.series.model import QuantityFigures as QuantityFigures
from controller.climate.series.points import read_pairs as read_pairs
from controller.climate.series.points import read_points as read_points
from controller.climate.series.probes import list_probes as list_probes
from controller.climate.series.roll_up import settle as settle
