-- Canaries found in current datasets. A canary that was imported after the list was first loaded is left out:
-- otherwise anyone's number, imported as a canary, would reveal which lists that person is in.
SELECT canary, kind, dataset FROM views._sighting WHERE early AND kind <> 'control' ORDER BY canary, dataset
