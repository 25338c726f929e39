CREATE OR REPLACE TEMP TABLE cell (
    position INTEGER, key BIGINT, pattern INTEGER, row BIGINT, form VARCHAR,
    name BIGINT, organisation BIGINT, address BIGINT, kind VARCHAR, inner_id BIGINT, day BIGINT, sorting BIGINT
);
