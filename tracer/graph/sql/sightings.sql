-- Canaries found in current datasets. A canary that was imported after the list was first loaded is left out:
-- otherwise anybody's number, imported as a canary, would tell in which lists that person stands.
SELECT canary, kind, dataset FROM views._sighting WHERE early AND kind <> 'control' ORDER BY canary, dataset
