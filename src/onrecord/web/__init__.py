"""The page: reports with their claims, incidents with their ranges. ``create_app`` makes it over a ledger."""

from onrecord.web.app import create_app

__all__ = ["create_app"]
