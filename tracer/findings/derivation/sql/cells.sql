-- One part's rows into `cell_row`. Texts become 60-bit numbers of their letters, days numbers such as 20260131; an empty cell
-- is NULL. `form` is the number as it was written, each digit as 9; `sorting` rises where a list is sorted by its numbers, or
-- by the letters of its addresses and keys.
INSERT INTO cell_row
SELECT
    $position AS position, m.key, m.row,
    translate({phone}, '0123456789', '9999999999') AS form,
    CASE WHEN trim({name}) <> '' THEN CAST('0x' || substr(md5(regexp_replace({name}, '\s', '', 'g')), 1, 15) AS BIGINT) END AS name,
    CASE WHEN trim({organisation}) <> '' THEN CAST('0x' || substr(md5(regexp_replace({organisation}, '\s', '', 'g')), 1, 15) AS BIGINT) END AS organisation,
    CASE WHEN trim({address}) <> '' THEN CAST('0x' || substr(md5(regexp_replace({address}, '\s', '', 'g')), 1, 15) AS BIGINT) END AS address,
    regexp_extract({organisation}, '(网络|信息|教育|咨询|装饰|设计|商贸|贸易|机械|设备|财税|传媒|物流|餐饮|医疗|建材|服饰|服装|农业|软件|环保|人力|汽车|房地产|金融|保险|旅游|酒店|电子|科技|建筑|广告)', 1) AS kind,
    TRY_CAST({inner} AS BIGINT) AS inner_id,
    10000 * TRY_CAST(regexp_extract({day}, '((?:19|20)\d\d)\D?(\d\d?)\D?(\d\d?)', 1) AS BIGINT)
        + 100 * TRY_CAST(regexp_extract({day}, '((?:19|20)\d\d)\D?(\d\d?)\D?(\d\d?)', 2) AS BIGINT)
        + TRY_CAST(regexp_extract({day}, '((?:19|20)\d\d)\D?(\d\d?)\D?(\d\d?)', 3) AS BIGINT) AS day,
    CASE WHEN {phone} IS NOT NULL THEN m.key
        ELSE CAST('0x' || substr(hex(rpad(lower(trim({text})), 7, ' ')), 1, 14) AS BIGINT) END AS sorting
FROM membership AS m
JOIN {raw} AS r ON r.row = m.row - $before
WHERE m.dataset = $number AND (m.key % 9973) % 100 < $percent;
