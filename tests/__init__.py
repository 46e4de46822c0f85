"""Tests: one file a verb, scenarios against the newsroom, properties, hostile inputs."""
