SELECT id, coalesce(name, id), role, province, industry, protected, merged_into, evidence, registration
FROM party
ORDER BY id
