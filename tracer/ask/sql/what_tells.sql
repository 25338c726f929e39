-- What is known of datasets $names that could tell a copy from its source.
SELECT d.dataset, d.holder, d.created IS NOT NULL AS made_known, d.obtained IS NOT NULL AS obtained_known, d.origin = 'own' AS own,
    d.living IS NOT NULL OR d.origin <> 'obtained' AS living_known, d.exported IS NOT NULL AS exported_known,
    coalesce(bool_or(c.role IN ('name', 'organisation', 'address')), false) AS has_texts,
    coalesce(bool_or(c.role = 'other'), false) AS has_others, coalesce(bool_or(starts_with(c.role, 'phone')), false) AS has_phones,
    coalesce(bool_or(starts_with(c.role, 'email')), false) AS has_mails,
    EXISTS (SELECT 1 FROM views.releases r WHERE r.dataset = d.dataset) AS released,
    EXISTS (SELECT 1 FROM views.releases r WHERE r.dataset = d.dataset AND r.canaries > 0) AS marked
FROM views.datasets d LEFT JOIN views.columns c ON c.dataset = d.dataset
WHERE list_contains($names, d.dataset)
GROUP BY ALL ORDER BY d.dataset
