-- `dated`: the days that a client's own lists write next to their contacts. `read_day`: the day that a cell begins
-- with.
CREATE OR REPLACE TEMP MACRO read_day(text) AS coalesce(
    try_cast(translate(regexp_extract(translate(text, '０１２３４５６７８９', '0123456789'), '^\s*((19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2})', 1), '/.年月', '----') AS DATE),
    try_cast(try_strptime(regexp_extract(translate(text, '０１２３４５６７８９', '0123456789'), '^\s*((19|20)\d{6})(\D|$)', 1), '%Y%m%d') AS DATE));
CREATE OR REPLACE TEMP TABLE dated (dataset INTEGER, key BIGINT, created DATE, deleted DATE);
