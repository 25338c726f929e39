-- Addresses `service@own.example` at a domain of a person's own: what is before the @ is a name that is known ($known),
-- and the domain is not a provider's, nor a relay's, nor the service's, nor that of a firm with many people in the list.
INSERT INTO address_label
WITH parted AS (
    SELECT row, split_part(raw, '@', 1) AS local, split_part(raw, '@', 2) AS domain FROM load_label_cell
    WHERE regexp_full_match(raw, '[a-z0-9._-]+@[a-z0-9-]+(?:[.][a-z0-9-]+)+')
), named AS (
    SELECT row, local, domain FROM parted
    WHERE NOT list_contains($providers, domain) AND NOT list_contains($relays, domain)
        AND NOT list_contains($relays, regexp_extract(domain, '^[^.]+[.](.+)$', 1))
        AND len(list_intersect(string_split_regex(local, '[._-]'), $known)) > 0
        AND len(list_filter(string_split_regex(local, '[._-]'), lambda word: length(word) > 2 AND contains(domain, word))) = 0
), firm AS (
    SELECT domain FROM (SELECT lower(split_part(trim(raw), '@', 2)) AS domain FROM ({cells}))
    WHERE domain IN (SELECT domain FROM named) GROUP BY domain HAVING count(*) > $most
)
SELECT CAST($dataset AS INTEGER), min(row), {person}, 'own_domain', local
FROM (SELECT row, local, '@' || domain AS person, domain FROM named ANTI JOIN firm USING (domain))
WHERE length(local) BETWEEN 2 AND 64
GROUP BY person, local ORDER BY ALL
