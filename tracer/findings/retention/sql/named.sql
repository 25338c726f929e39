SELECT dataset, release, accused, grade FROM attribution WHERE superseded IS NULL ORDER BY ALL
