-- Readings of the distinct texts of {target}_rest(raw): {target}_reading(raw, key, status, kind, reason).
-- Texts that no rule here knows are left out: they go to the rules for one cell. Rules and order are those of
-- phone.py. In front of a sort, all pieces of a table are read at the same time.
CREATE TEMP TABLE {target}_folded AS
SELECT raw, {fast} AS key FROM (SELECT raw, {ascii_digits} AS text FROM ({rest})) ORDER BY raw;

CREATE TEMP TABLE {target}_form AS
WITH digits AS (
    SELECT raw, text, regexp_replace(text, '[^0-9]+', '', 'g') AS digits
    FROM (SELECT raw, {folded} AS text FROM ({unread}))
),
special AS (
    SELECT raw, text, digits,
        CASE
            WHEN text = '' THEN 'empty'
            -- digits of other scripts
            WHEN regexp_matches(text, '[^\P{{Nd}}0-9]') THEN 'other'
            WHEN lower(text) IN ({placeholders}) THEN 'placeholder'
            WHEN regexp_matches(text, {mobile}) THEN 'mobile'
            WHEN strlen(digits) < length(text) AND regexp_matches(lower(text), {hash})
                AND regexp_matches(regexp_extract(lower(text), {hash}, 1), '[a-f]') THEN
                CASE WHEN {hash_of_nothing} THEN 'other' ELSE 'hash' END
            WHEN regexp_matches(text, {scientific}) THEN
                CASE WHEN length(regexp_extract(text, {scientific}, 2))
                        < CAST(regexp_extract(text, {scientific}, 3) AS INTEGER)
                    THEN 'lossy' ELSE 'other' END
            WHEN regexp_matches(text, {masked}) AND regexp_matches(text, {two_digits}) THEN 'masked'
            WHEN regexp_matches(text, {decimal}) OR regexp_matches(text, {thousands}) THEN 'other'
            WHEN regexp_matches(text, {digits_only}) AND strlen(digits) > 0
                AND replace(digits, substr(digits, 1, 1), '') = ''
                AND (strlen(digits) >= 5 OR substr(digits, 1, 1) = '0') THEN 'same digit'
            WHEN regexp_matches(text, {digits_only}) AND digits IN ({sequences}) THEN 'sequence'
        END AS form
    FROM digits
),
numbers AS (
    SELECT raw, text, form,
        CASE WHEN form = 'mobile' THEN regexp_extract(text, {mobile}, 1)
            WHEN form IS NULL THEN regexp_extract(text, {whole}, 1) END AS whole
    FROM special
),
national AS (
    SELECT raw, text, form, whole,
        regexp_replace(regexp_replace(whole, '[^0-9]+', '', 'g'), {national}, '') AS national
    FROM numbers
),
read AS (
    SELECT raw, text,
        CASE
            WHEN form IS NOT NULL THEN form
            WHEN whole <> '' AND regexp_matches(national, {allocated}) THEN 'number'
            WHEN regexp_matches(text, {extension}) THEN 'extension'
            WHEN regexp_matches(text, {second_dash}) THEN 'second dash'
            WHEN whole <> '' THEN 'number'
            WHEN regexp_matches(text, {several_mobiles}) THEN 'several'
            ELSE 'other'
        END AS form,
        national
    FROM national
)
SELECT raw, text, form,
    CASE form
        WHEN 'mobile' THEN national
        WHEN 'number' THEN national
        WHEN 'extension' THEN
            regexp_replace(regexp_replace(regexp_extract(text, {extension}, 1), '[^0-9]+', '', 'g'), {national}, '')
        WHEN 'second dash' THEN
            regexp_replace(regexp_replace(regexp_extract(text, {second_dash}, 1), '[^0-9]+', '', 'g'), {national}, '')
    END AS national
FROM read ORDER BY raw;

CREATE TEMP TABLE {target}_reading AS
WITH keyed AS (
    SELECT raw, key FROM {target}_folded WHERE key IS NOT NULL
    UNION ALL
    SELECT raw, CAST('86' || national AS BIGINT) AS key FROM {target}_form WHERE national IS NOT NULL
    UNION ALL
    SELECT DISTINCT raw, {country} + CAST(right(regexp_replace(token, '[^0-9]+', '', 'g'), 11) AS BIGINT)
    FROM (SELECT raw, unnest(string_split_regex(text, {several})) AS token FROM {target}_form WHERE form = 'several')
    WHERE regexp_matches(token, '[0-9]')
)
SELECT raw, key, 'ok' AS status,
    CASE WHEN key BETWEEN {first_mobile} AND {last_mobile} THEN 'mobile'
        WHEN substr(CAST(key AS VARCHAR), 3, 3) IN ('400', '800') THEN 'service' ELSE 'landline' END AS kind,
    '' AS reason
FROM keyed
UNION ALL
SELECT raw, {hash_key}, 'hash', 'hash', 'hash of a number' FROM {target}_form WHERE form = 'hash'
UNION ALL
SELECT raw, NULL,
    CASE form WHEN 'empty' THEN 'empty' WHEN 'lossy' THEN 'lossy' WHEN 'masked' THEN 'masked' ELSE 'junk' END,
    '',
    CASE form WHEN 'empty' THEN 'empty' WHEN 'lossy' THEN 'scientific notation lost digits' WHEN 'masked' THEN 'masked'
        WHEN 'placeholder' THEN 'placeholder' WHEN 'same digit' THEN 'one digit repeated'
        ELSE 'digits in sequence' END
FROM {target}_form WHERE form IN ('empty', 'placeholder', 'lossy', 'masked', 'same digit', 'sequence');

CREATE TEMP TABLE {target}_residue AS SELECT raw FROM {target}_form WHERE form = 'other';
