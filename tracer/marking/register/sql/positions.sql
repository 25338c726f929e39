SELECT canary, scheme, bias
FROM code_position
WHERE draw = $draw
ORDER BY canary, scheme, bias
