"""Rules: from the YAML that people write to compiled rule sets that raise alerts."""
