"""The client of billing: subscriptions, metered usage, invoices that explain themselves."""

from .api import *  # noqa: F403
from .core import BillingError as BillingError, BillingUnreachable as BillingUnreachable, Paged as Paged
