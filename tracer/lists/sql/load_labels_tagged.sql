-- Addresses with a tag, and those of services that forward and let people choose what is before the @. `person`: whose
-- they are, as a key; what is left without the tag or the domain of one's own is a person, an address of a relay another.
INSERT INTO address_label
WITH address AS (
    SELECT row, unnest(regexp_extract_all(raw, '[^\s,;|<>"()\[\]@:]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+')) AS address FROM load_label_cell
), parted AS (
    SELECT row, address, split_part(address, '@', 1) AS local, split_part(address, '@', 2) AS domain FROM address
), formed AS (
    SELECT row, address, local, domain,
        CASE WHEN position('+' IN local) > 1 THEN 'tag'
            WHEN list_contains($opaque, domain) THEN NULL
            WHEN list_contains($names, domain) THEN 'relay'
            WHEN list_contains($below, regexp_extract(domain, '^[^.]+[.](.+)$', 1)) THEN 'relay_domain' END AS form
    FROM parted
), labelled AS (
    SELECT row, form,
        CASE form WHEN 'tag' THEN split_part(local, '+', 1) || '@' || domain WHEN 'relay' THEN address ELSE '@' || domain END AS person,
        CASE form WHEN 'tag' THEN substr(local, position('+' IN local) + 1)
            WHEN 'relay' THEN regexp_replace(local, '[._-][a-z0-9]+$', '') ELSE local END AS label
    FROM formed WHERE form IS NOT NULL
)
SELECT CAST($dataset AS INTEGER), min(row), {person}, form, label FROM labelled
WHERE length(label) BETWEEN 2 AND 64
GROUP BY person, form, label ORDER BY ALL
