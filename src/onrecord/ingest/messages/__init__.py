"""Exports of messages that the user holds: each message a statement with author, time and channel."""
