SELECT release, key FROM withheld
