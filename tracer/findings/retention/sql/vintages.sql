SELECT client, dataset, from_day, to_day, releases FROM vintage WHERE superseded IS NULL ORDER BY ALL
