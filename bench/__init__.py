"""Measurements that anyone can run again; figures in docs and notes come from here."""
