"""Reads a series as a chart wants it: few points with their extremes, and where nothing is known.

Short spans are drawn from readings, longer ones from hours, the longest from days. Where even those
are more than asked for, neighbours are put together; the lowest and highest stay, so that a peak of
a minute shows in a chart of ten years.
"""

from controller.climate.series.chart.model import Asked as Asked
from controller.climate.series.chart.model import Band as Band
from controller.climate.series.chart.model import Chart as Chart
from controller.climate.series.chart.model import Step as Step
from controller.climate.series.chart.reading import read_chart as read_chart
