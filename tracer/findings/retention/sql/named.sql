SELECT dataset, release, accused, grade FROM attribution WHERE superseded IS NULL AND run = $run ORDER BY ALL
