SELECT id, vendor, carrier, province, hand
FROM line
WHERE vendor IS NOT NULL AND carrier IS NOT NULL
ORDER BY id
