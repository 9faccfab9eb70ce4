"""Serving: the supervisor, its processes, a local Valkey, health."""
